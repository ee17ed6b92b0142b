// Which folder or phase a command is about, where neither the arguments nor the active file say.

import * as vscode from 'vscode';

/** The argument that the server takes. */
export interface About {
  uri?: string;
  stem?: string;
}

/** What the server answers about a phase, as far as it is shown. */
interface Phase {
  stem: string;
  status: string | null;
  done_items: number;
  done_ticked: number;
  open_questions: number;
  last_entry: string | null;
  next_step: string | null;
}

interface Report {
  root: string;
  phases: Phase[];
}

type PhaseItem = vscode.QuickPickItem & { about: About; phase: Phase };

/** The phases of all folders; without a folder, those of what is open. */
export async function allPhases(ask: (about: About) => Promise<unknown>): Promise<PhaseItem[]> {
  const folders = vscode.workspace.workspaceFolders?.map(({ uri }) => ({ uri: uri.toString() })) ?? [{}];
  // A folder without phases is no mistake here.
  const reports = await Promise.all(folders.map((about) => ask(about).catch(() => undefined) as Promise<Report | undefined>));
  const roots = new Map(reports.flatMap((report) => (report ? [[report.root, report.phases] as const] : [])));
  return [...roots].flatMap(([root, phases]) => phases.map((phase) => item(root, phase, roots.size > 1)));
}

/** Asks which phase is meant, unless there is only one. */
export async function pickPhase(phases: PhaseItem[]): Promise<About | undefined> {
  if (phases.length === 0) {
    void sayThatThereIsNone();
    return undefined;
  }
  const isOver = ({ phase }: PhaseItem) => Number(phase.status === 'complete');
  const latest = ({ phase }: PhaseItem) => phase.last_entry ?? '';
  const sorted = [...phases].sort((a, b) => isOver(a) - isOver(b) || latest(b).localeCompare(latest(a)));
  if (sorted.length === 1) return sorted[0]?.about;
  const options = { title: 'Which phase?', matchOnDescription: true, matchOnDetail: true };
  return (await vscode.window.showQuickPick(sorted, options))?.about;
}

async function sayThatThereIsNone(): Promise<void> {
  const initialize = 'Initialize Workspace';
  const choice = await vscode.window.showInformationMessage('phasemark: there is no phase yet.', initialize);
  if (choice) await vscode.commands.executeCommand('phasemark.init');
}

function item(root: string, phase: Phase, isOneOfSeveral: boolean): PhaseItem {
  const { stem, status, done_items, done_ticked, open_questions, next_step } = phase;
  const facts = [
    isOneOfSeveral && vscode.workspace.asRelativePath(vscode.Uri.parse(root)),
    status && status[0]?.toUpperCase() + status.slice(1).replaceAll('_', ' '),
    done_items > 0 && `${done_ticked} of ${done_items} done`,
    open_questions > 0 && (open_questions === 1 ? '1 open question' : `${open_questions} open questions`),
  ];
  return {
    label: stem,
    description: facts.filter(Boolean).join(' · '),
    ...(next_step ? { detail: `Next: ${next_step}` } : {}),
    about: { uri: root, stem },
    phase,
  };
}

/** Something in the root that is meant: the active file, else the only folder, else one that is asked for. */
export async function pickFolder(): Promise<About | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const file = vscode.window.activeTextEditor?.document.uri;
  if (file?.scheme === 'file' && vscode.workspace.getWorkspaceFolder(file)) return { uri: file.toString() };
  const folder = folders.length > 1 ? await vscode.window.showWorkspaceFolderPick() : folders[0];
  if (folder) return { uri: folder.uri.toString() };
  return folders.length > 1 ? undefined : {};
}
