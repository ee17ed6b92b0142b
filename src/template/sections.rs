//! The built-in sections: their names, aliases in every language that we have seen, skeletons.
//!
//! All words that headings are read by are here: data that will move into files of conventions. An alias after
//! `^` counts only where it begins the heading.

use super::{SectionName, SectionSpec};

mod words;

pub use self::words::*;

const fn section(
    section: SectionName,
    name: &'static str,
    aliases: &'static [&'static str],
    required: bool,
    purpose: &'static str,
    skeleton: &'static str,
) -> SectionSpec {
    SectionSpec { section, name, aliases, required, purpose, skeleton }
}

impl SectionSpec {
    const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    const fn called(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }
}

#[rustfmt::skip]
const DEFINITION_OF_DONE: SectionSpec = section(
    SectionName::DefinitionOfDone,
    "Definition of done",
    &[
        "DoD", "Definition of done (DoD)", "Definition of complete", "^Done when", "^Done means", "Done criteria",
        "Done checklist", "What done looks like", "When is it done", "Exit criteria", "Exit criterion", "Exit gates",
        "Exit conditions", "Exit checklist", "Acceptance criteria", "Acceptance criterion", "Acceptance checklist",
        "Acceptance tests", "Acceptance gates", "Acceptance scenarios", "Acceptance verification", "^Requirements to pass", "Success criteria", "Success criterion",
        "Success metrics", "Success looks like", "Success_criteria", "Completion criteria", "Completion checklist",
        "Completion gate", "Completion conditions", "Gate criteria", "Quality gates", "Release criteria",
        "^Ready when", "Must-haves", "Abnahmekriterien", "Akzeptanzkriterien", "Fertig wenn", "Definition von fertig",
        "Critères d'acceptation", "Critères de succès", "Critères de réussite", "Définition de terminé",
        "Criterios de aceptación", "Criterios de éxito", "Definición de terminado", "Critérios de aceitação",
        "Critérios de aceite", "Critérios de sucesso", "Definição de pronto", "Критерии приемки", "Критерии приёмки",
        "Критерии готовности", "Критерии успеха", "Критерии завершения", "受け入れ基準", "受け入れ条件", "受入基準", "受入条件", "完了条件",
        "完了基準", "完了の定義", "成功基準", "验收标准", "验收条件", "验收清单", "验收", "完成标准", "完成条件", "完成定义", "成功标准", "成功判定", "驗收標準", "驗收條件", "完成標準",
        "완료 조건", "완료 기준", "완료 정의", "수용 기준", "인수 조건", "성공 기준", "성공 지표", "검증 기준",
    ],
    false,
    "How we will know that the phase is finished: commands to run and what they should show.",
    "- [ ] <Verification command + expected outcome>\n- [ ] <Verification command + expected outcome>\n",
);

#[rustfmt::skip]
const VERIFICATION: SectionSpec = section(
    SectionName::Verification,
    "Verification",
    &[
        "^Verify", "Verify command", "Verification steps", "Verification plan", "Verification checklist",
        "Verification criteria", "Verification commands", "Verification strategy", "Validation", "Validation plan",
        "Validation steps", "Validation checklist", "Validation criteria", "Validation commands", "Validation gates",
        "Validation_gates", "Validation strategy", "Test plan", "Testing plan", "Test checklist", "Smoke test",
        "^How to verify", "^How to test", "^How we verify", "How we will know it works", "Verifikation",
        "Überprüfung", "Prüfung", "Vérification", "Vérifier", "Plan de test", "Verificación", "Plan de pruebas",
        "Verificação", "Plano de testes", "Проверка", "Верификация", "План тестирования", "検証", "検証方法", "確認方法",
        "动作验证", "验证", "验证方法", "验证步骤", "验证计划", "测试计划", "驗證", "검증", "검증 방법", "테스트 계획",
    ],
    false,
    "The commands that check the work, and what they should show.",
    "- [ ] <Verification command + expected outcome>\n",
);

/// They answer whether a plan says when it is done; their bullets are no done items.
#[rustfmt::skip]
const TESTING: SectionSpec = section(
    SectionName::Testing,
    "Testing",
    &[
        "^Acceptance", "Tests", "Testing strategy", "Test strategy", "Testing approach", "Test cases",
        "Test coverage", "Test matrix", "Test requirements", "Testing requirements", "Testing & validation",
        "Testing and validation", "User scenarios & testing", "User scenarios and testing", "Independent test",
        "Checkpoint", "Success gating", "Gate", "QA", "QA plan", "Teststrategie", "Stratégie de test", "Pruebas",
        "Testes", "Тестирование", "テスト", "テスト計画", "テスト戦略", "测试", "测试策略", "測試", "테스트", "테스트 전략",
    ],
    false,
    "How the work is tested.",
    "",
);

#[rustfmt::skip]
const OPEN_QUESTIONS: SectionSpec = section(
    SectionName::OpenQuestions,
    "Open questions",
    &[
        "Questions", "Unresolved questions", "Unresolved issues", "Unresolved decisions", "Outstanding questions",
        "Outstanding decisions", "Remaining questions", "Pending questions", "Pending decisions",
        "Open questions and risks", "Open issues and questions", "Open decisions", "Open loops", "Open points",
        "Decisions needed", "Decisions required", "Decisions to make", "Decisions pending", "^Needs decision",
        "^Needs a decision", "^Need a decision", "^Still to decide", "^To decide", "^To be decided",
        "^Still undecided", "^Undecided", "What's still open", "What is still open", "^Still open", "Worth answering",
        "^Unresolved", "Offene Fragen", "Offene Punkte", "Questions ouvertes", "Questions en suspens",
        "Preguntas abiertas", "Preguntas pendientes", "Cuestiones abiertas", "Questões em aberto",
        "Perguntas em aberto", "Открытые вопросы", "Нерешённые вопросы", "未解決の質問", "未解決の問題", "未解決事項", "未決事項", "未確定事項",
        "未决问题", "未决事项", "待解决问题", "待确认问题", "待确认事项", "待决问题", "待决策问题", "待决策", "待用户决策的问题", "待定问题", "待讨论问题", "开放问题", "開放問題", "待解決問題", "미해결 질문", "열린 질문", "미결 사항",
        "미해결 사항",
    ],
    false,
    "What is not decided yet.",
    "",
);

#[rustfmt::skip]
const REFERENCES: SectionSpec = section(
    SectionName::References,
    "References",
    &[
        "Reference", "Reference implementation", "Reference implementations", "Reference implementation(s)",
        "Reference files", "Reference code", "Reference patterns", "Patterns to follow", "Referenzen", "Références",
        "Referencias", "Referências", "Ссылки", "参考", "参考資料", "参考资料", "参考文件", "참고", "참고 자료",
    ],
    false,
    "Existing code and documents to follow.",
    "- <path 1>\n",
);

#[rustfmt::skip]
const REQUIRED_READING: SectionSpec = section(
    SectionName::RequiredReading,
    "Required reading",
    &[
        "Must read", "^Read first", "^Read these first", "^Read before starting", "Read_first", "Files to read",
        "Files to read first", "^What to read", "Documents to read", "Docs to read", "Reading list",
        "Source documents", "Source files", "Source of truth", "Sources", "Key files", "Critical files",
        "Important files", "Relevant files", "Related files", "Context files", "Key references", "Key documents",
        "Pflichtlektüre", "Fichiers à lire", "Archivos clave", "必読", "必读", "关键文件", "필독",
    ],
    false,
    "What to read before starting.",
    "",
);

#[rustfmt::skip]
const FILES: SectionSpec = section(
    SectionName::Files,
    "Files",
    &[
        "File changes", "Files to change", "Affected files", "Files affected", 
        "Files to touch", "File map", "File list", "File scope", 
        "Files to create/modify", "Files to create or modify", "Files to modify/create", "Dateien", "Fichiers",
        "Archivos", "Arquivos", "Файлы", "ファイル", "変更ファイル", "文件", "涉及文件", "파일",
    ],
    false,
    "The files that the phase touches.",
    "",
);

#[rustfmt::skip]
const FILES_NEW: SectionSpec = section(
    SectionName::FilesNew,
    "New",
    &[
        "New files", "Files to create", "Files to add", "Created", "Files created", "Create", "Add", "Added", "新增",
        "新規",
    ],
    false,
    "Files that the phase will create.",
    "",
);

#[rustfmt::skip]
const FILES_MODIFIED: SectionSpec = section(
    SectionName::FilesModified,
    "Modified",
    &[
        "Modified files", "Files to modify", "Files modified", "Changed", "Changed files", "Modify", "Edit", "修改",
        "変更",
    ],
    false,
    "Existing files that the phase will change.",
    "",
);

#[rustfmt::skip]
const FILES_REFERENCED: SectionSpec = section(
    SectionName::FilesReferenced,
    "Referenced",
    &["Referenced files", "Files referenced"],
    false,
    "Existing files that are only read.",
    "",
);

#[rustfmt::skip]
const DELIVERABLES: SectionSpec = section(
    SectionName::Deliverables,
    "Deliverables",
    &[
        "Outputs", "Expected deliverable", "Artifacts produced", "Livrables", "Entregables", "Entregáveis", "成果物",
        "交付物", "산출물",
    ],
    false,
    "What the phase hands over.",
    "",
);

#[rustfmt::skip]
const CONSTRAINTS: SectionSpec = section(
    SectionName::Constraints,
    "Constraints",
    &[
        "Rules", "Ground rules", "Non-negotiables", "Non negotiables", "Non-negotiable", "Invariants", "Guardrails",
        "Einschränkungen", "Randbedingungen", "Rahmenbedingungen", "Contraintes", "Restricciones", "Restrições",
        "Ограничения", "制約", "制約条件", "制約事項", "约束", "约束条件", "限制", "約束", "제약", "제약 사항", "제약사항", "제약 조건",
    ],
    true,
    "What must hold however the work is done.",
    "- <Constraint 1>\n- <Constraint 2>\n",
);

#[rustfmt::skip]
const STATUS: SectionSpec = section(
    SectionName::Status,
    "Status",
    &[
        "Current status", "Phase status", "Project status", "Stand", "Statut", "Estado", "Статус", "状態", "ステータス",
        "状态", "狀態", "상태",
    ],
    false,
    "The state of the phase: exactly one of four.",
    "- [ ] Not started\n- [ ] In progress\n- [ ] Blocked\n- [ ] Complete\n",
);

#[rustfmt::skip]
const DECISIONS: SectionSpec = section(
    SectionName::Decisions,
    "Decisions",
    &[
        "Decision log", "Decision record", "Decisions made", "Decisions taken", "Resolved decisions",
        "Entscheidungen", "Décisions", "Decisiones", "Decisões", "Решения", "決定事項", "意思決定", "決定", "设计决策", "决策",
        "决策记录", "关键决策", "決策", "결정", "결정 사항",
    ],
    false,
    "What was decided, and why.",
    "",
);

#[rustfmt::skip]
const ASSUMPTIONS: SectionSpec = section(
    SectionName::Assumptions,
    "Assumptions",
    &[
        "Annahmen", "Hypothèses", "Supuestos", "Suposiciones", "Premissas", "Предположения", "前提", "前提条件", "仮定", "假设",
        "前提假设", "假設", "가정",
    ],
    false,
    "What is taken for granted until it is checked.",
    "",
);

#[rustfmt::skip]
const SESSION_LOG: SectionSpec = section(
    SectionName::SessionLog,
    "Session log",
    &[
        "Log", "Work log", "Worklog", "Progress log", "Progress notes", "Sessions", "Session notes",
        "Session history", "Dev log", "Devlog", "Development log", "Dev journal", "Development journal", "Build log",
        "Journal", "Logbook", "Diary", "Running log", "Daily log", "Activity log", "Execution log",
        "Sitzungsprotokoll", "Protokoll", "Arbeitsprotokoll", "Journal de session", "Journal de bord",
        "Registro de sesiones", "Bitácora", "Diário de bordo", "Журнал", "Журнал сессий", "セッションログ", "作業ログ", "開発ログ",
        "作業記録", "日志", "会话日志", "工作日志", "开发日志", "工作记录", "日誌", "세션 로그", "작업 로그", "개발 로그", "작업 일지",
    ],
    false,
    "One entry for each session: what changed, why, blockers, next.",
    "",
);

#[rustfmt::skip]
const COMMITS: SectionSpec = section(
    SectionName::Commits,
    "Commits",
    &["Commit log", "Commit history", "Commit list", "Task commits", "コミット", "提交", "提交记录", "커밋"],
    false,
    "The commits of this phase: hash and message.",
    "",
);

#[rustfmt::skip]
const GOALS: SectionSpec = section(
    SectionName::Goals,
    "Goals",
    &[
        "Objectives", "Mission", "Aims", "Goals and non-goals", "Goals / Non-goals", "Ziele", "Ziel", "Objectifs",
        "Objectif", "Objetivos", "Objetivo", "Цели", "Цель", "目的", "目標", "ゴール", "目标", "목표", "목적",
    ],
    true,
    "The outcomes that the phase is judged by.",
    "- <Goal 1>\n- <Goal 2>\n",
);

#[rustfmt::skip]
const OVERVIEW: SectionSpec = section(
    SectionName::Overview,
    "Overview",
    &[
        "Summary", "Goal statement", "Problem statement", "Purpose", "TL;DR", "TLDR", "Introduction", "Description",
        "Executive summary", "Überblick", "Übersicht", "Zusammenfassung", "Aperçu", "Vue d'ensemble", "Résumé",
        "Resumen", "Visión general", "Resumo", "Visão geral", "Обзор", "Описание", "概要", "概述", "总览", "개요", "요약",
    ],
    true,
    "What this phase builds, in a sentence or two.",
    "<One sentence: what we are building>\n",
);

#[rustfmt::skip]
const OUT_OF_SCOPE: SectionSpec = section(
    SectionName::OutOfScope,
    "Out of scope",
    &[
        "Out-of-scope", "Not in scope", "Non-goals", "Non goals", "Nongoals", "^Not doing", "^Not included",
        "What we're not doing", "What we are not doing", "^What not to do", "What this is not", "^Won't do",
        "^Excluded", "Exclusions", "^Deferred", "Deferred items", "^Future work", "^Later", "Nicht im Umfang",
        "Nicht-Ziele", "Nichtziele", "Abgrenzung", "Hors périmètre", "Hors scope", "Non-objectifs",
        "Fuera de alcance", "Fuera del alcance", "No objetivos", "Fora do escopo", "Fora de escopo", "Não objetivos",
        "Вне рамок", "Не входит", "Вне области", "非目標", "非ゴール", "対象外", "スコープ外", "やらないこと", "非目标", "不在范围内", "不做", "范围外",
        "非目標", "범위 외", "제외 범위", "비목표",
    ],
    true,
    "What a reader might expect and this phase leaves out.",
    "- <Thing we will not do in this phase>\n",
);

#[rustfmt::skip]
const DEPENDS_ON: SectionSpec = section(
    SectionName::DependsOn,
    "Depends on",
    &[
        "Dependencies", "Prerequisites", "Abhängigkeiten", "Dépendances", "Dependencias", "Dependências",
        "Зависимости", "依存関係", "依赖", "의존성",
    ],
    false,
    "Phases that must be complete before this one.",
    "",
);

pub const PLAN: &[SectionSpec] = &[
    OVERVIEW,
    GOALS,
    CONSTRAINTS,
    REFERENCES,
    REQUIRED_READING,
    DEPENDS_ON,
    FILES,
    FILES_NEW,
    FILES_MODIFIED,
    FILES_REFERENCED,
    DELIVERABLES,
    DEFINITION_OF_DONE.required(),
    VERIFICATION,
    TESTING,
    OUT_OF_SCOPE,
    OPEN_QUESTIONS,
    STATUS,
    DECISIONS,
    ASSUMPTIONS,
    SESSION_LOG,
    COMMITS,
];

#[rustfmt::skip]
pub const PROMPT: &[SectionSpec] = &[
    section(
        SectionName::Role,
        "Role",
        &["Your role", "Persona", "Rolle", "Rôle", "Rol", "Papel", "Роль", "役割", "角色", "역할"],
        true,
        "Who the model should be.",
        "You are a senior software engineer.\n",
    ),
    section(
        SectionName::Context,
        "Context",
        &[
            "Background", "Kontext", "Hintergrund", "Contexte", "Contexto", "Контекст", "コンテキスト", "背景", "文脈", "上下文",
            "맥락", "컨텍스트", "배경",
        ],
        true,
        "The plan, the work notes and the reference implementations that the work follows.",
        "- Plan: plan/<phase>.md\n- Work notes: work-notes/<phase>.md\n- Reference implementation(s): <paths>\n",
    ),
    section(
        SectionName::Task,
        "Task",
        &[
            "Your task", "The task", "Task description", "Instructions", "Mission", "Objective", "Goal",
            "^What to do", "^What to build", "Aufgabe", "Tâche", "Tarea", "Tarefa", "Задача", "タスク", "指示", "任务", "任務",
            "작업",
        ],
        true,
        "The unit of work to do now.",
        "<Task 1>\n",
    ),
    SectionSpec {
        aliases: &[
            "Rules", "Requirements", "Ground rules", "Non-negotiables", "Non negotiables", "Non-negotiable",
            "Guardrails", "^Do not", "^Don'ts", "Einschränkungen", "Regeln", "Contraintes", "Règles", "Restricciones",
            "Reglas", "Restrições", "Regras", "Ограничения", "Правила", "制約", "制約条件", "约束", "规则", "要求", "제약", "제약 사항",
            "규칙",
        ],
        purpose: "What the model must and must not do.",
        skeleton: "- MUST follow the patterns of the reference implementation.\n- MUST say how each change is verified.\n- MUST NOT change files outside this phase.\n",
        ..CONSTRAINTS
    },
    REFERENCES,
    REQUIRED_READING,
    FILES,
    FILES_NEW,
    FILES_MODIFIED,
    FILES_REFERENCED,
    DELIVERABLES,
    DEFINITION_OF_DONE,
    VERIFICATION,
    TESTING,
    SectionSpec { required: false, ..OUT_OF_SCOPE },
    section(
        SectionName::SessionManagement,
        "Session management",
        &["Session handling", "Sessions", "Session rules", "Session protocol", "Working notes", "Sitzungen"],
        true,
        "What to write into the work notes, and when.",
        "Keep work-notes/<phase>.md current: decisions with their reasons, assumptions, open questions, a session log entry.\n",
    ),
    section(
        SectionName::CommitDiscipline,
        "Commit discipline",
        &[
            "Commits", "Commit rules", "Committing", "Commit policy", "Commit strategy", "Commit protocol",
            "Git workflow",
        ],
        true,
        "How the work is cut into commits.",
        "1. Stop after each logical unit and say what changed.\n2. Propose a commit message.\n3. Wait for approval.\n",
    ),
    OPEN_QUESTIONS,
    STATUS,
    DECISIONS,
    ASSUMPTIONS,
    SESSION_LOG.called(&[
        "Work log",
        "Progress log",
        "Session notes",
        "Dev log",
        "Journal",
        "セッションログ",
        "作業ログ",
        "工作日志",
    ]),
];

pub const WORK_NOTES: &[SectionSpec] = &[
    STATUS.required(),
    DECISIONS.required(),
    ASSUMPTIONS.required(),
    OPEN_QUESTIONS.required(),
    SESSION_LOG.required(),
    COMMITS.required(),
];
