//! No secret stands here: a scanner that reads this repository finds only pieces of them.

use std::sync::Arc;

use super::{shapes::SHAPES, *};
use crate::{
    config::{OptionValue, RuleSetting},
    diagnostic::{Fix, Severity},
    rules,
    testing::{Fixture, check_growth, findings},
    text,
};

/// The same numbers on every machine.
fn random() -> impl FnMut(usize) -> usize {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    }
}

/// `length` characters of base62.
fn body(length: usize) -> String {
    let mut random = random();
    let letters = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    (0..length).map(|_| char::from(letters[random(letters.len())])).collect()
}

fn encode(bytes: &[u8]) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let sextet = |chunk: &[u8], n: usize| {
        let bits = chunk.iter().chain([&0, &0]).take(3).fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        char::from(letters[(bits >> (18 - 6 * n) & 63) as usize])
    };
    bytes.chunks(3).flat_map(|chunk| (0..=chunk.len()).map(move |n| sextet(chunk, n))).collect()
}

fn jwt(payload: &str) -> String {
    format!("{}.{}.{}", encode(br#"{"alg":"HS256","typ":"JWT"}"#), encode(payload.as_bytes()), body(43))
}

fn private_key(line_end: &str) -> String {
    let lines = [body(64), body(64), body(20) + "=="].join(line_end);
    let label = "PRIVATE KEY-----";
    format!("-----BEGIN RSA {label}{line_end}{lines}{line_end}-----END RSA {label}")
}

fn found(text: &str) -> Vec<&str> {
    scan::secrets(text).into_iter().map(|secret| &text[secret.range]).collect()
}

#[test]
fn every_shape_is_found_whole_and_by_its_name() {
    let mut random = random();
    for shape in SHAPES.iter().filter(|shape| shape.is_random()) {
        // Chance makes an example now and then.
        let hits = (0..20).filter(|_| {
            let (sample, range) = shape.sample(&mut random);
            let text = format!("é `{sample}`, and so on.");
            let start = "é `".len();
            scan::secrets(&text).iter().any(|secret| {
                secret.range == (start + range.start..start + range.end) && secret.variable == shape.variable
            })
        });
        assert!(hits.count() >= 15, "{} ({})", shape.name, shape.anchor);
    }
}

#[test]
fn shapes_with_a_meaning_are_found() {
    let id = encode(b"123987456120987345");
    for secret in [
        jwt(r#"{"sub":"9182","role":"admin"}"#),
        format!("{}.{}.{}", id.trim_end_matches('='), body(6), body(38)),
        format!("a{}8Q~{}", body(2), body(34)),
    ] {
        assert_eq!(found(&format!("key: {secret}\n")), [&*secret]);
    }
    let key = body(40);
    for line in [format!("  \"SecretAccessKey\": \"{key}\","), format!("aws_secret_access_key = {key}")] {
        assert_eq!(found(&line), [&*key]);
    }
    let signature = format!("{}%3D", body(43));
    assert_eq!(found(&format!("https://a.blob.core.windows.net/c?sv=2024&sig={signature}&se=x")), [&*signature]);
}

#[test]
fn private_keys_are_found_in_every_dress() {
    let key = private_key("\n");
    for (before, after) in [("", ""), ("```\n", "\n```\n"), ("---\nkey: |\n", "\n---\n# Plan\n"), ("<!--\n", "\n-->")] {
        assert_eq!(found(&format!("{before}{key}{after}")), [&*key]);
    }
    let crlf = private_key("\r\n");
    assert_eq!(found(&format!("{crlf}\r\n")), [&*crlf]);
    let quoted = private_key("\n> ");
    assert_eq!(found(&format!("> {quoted}\n")), [&*quoted]);
    let json = private_key("\\n");
    assert_eq!(found(&format!("{{\"private_key\": \"{json}\\n\"}}")), [&*json]);
    let cut = key.split("\n-----END").next().unwrap();
    assert_eq!(found(&format!("{cut}\n\nMore text.\n")), [cut]);
}

#[test]
fn keys_that_are_none_are_left_alone() {
    let label = "PRIVATE KEY-----";
    for text in [
        format!("-----BEGIN {label}\n...\n-----END {label}"),
        format!("-----BEGIN {label}\nMIIEvQIBADANBg...\n-----END {label}"),
        format!("-----BEGIN {label}\n<base64 of the key, at least sixty four characters of it, or so they say>\n"),
        format!("Look for `-----BEGIN RSA {label}` in the PRIVATE KEY section."),
        private_key("\n").replace("PRIVATE", "PUBLIC"),
        format!("-----BEGIN {label}\n{}\n", "A".repeat(200)),
        "PRIVATE KEY-----".to_owned(),
    ] {
        assert_eq!(found(&text), [""; 0], "{text}");
    }
}

#[test]
fn examples_are_left_alone() {
    let (x, gh) = ("x".repeat(36), "gh".to_owned() + "p_");
    let lines = [
        format!("{gh}{x}"),
        format!("{gh}{}", "0".repeat(36)),
        format!("{gh}{}", "abc".repeat(12)),
        format!("{gh}1234567890abcdefghij1234567890abcdefgh"),
        format!("{gh}aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789"),
        format!("{gh}{}EXAMPLE", body(29)),
        "`AKIAIOSFODNN7EXAMPLE`, `AKIAXXXXXXXXXXXXXXXX`, `AKIA1234567890ABCDEF`".into(),
        "aws_secret_access_key = ".to_owned() + "wJalrXUtnFEMI/K7MDENG" + "/bPxRfiCYEXAMPLEKEY",
        "sk-your-token-here, sk-proj-your-key-goes-here-and-nowhere-else-at-all, sk-ant-api03-...".into(),
        "glpat-my-personal-access-tok and xoxb-your-bot-token-goes-here".into(),
        format!("https://hooks.slack.com/services/{}", "T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"),
        format!("sk_{}_{}", "test", "4eC39HqLyjWDarjtT1zdp7dc"),
        jwt(r#"{"sub":"1234567890","name":"John Doe","iat":1516239022}"#),
        jwt(r#"{"iss":"supabase","role":"anon"}"#),
        "`${GITHUB_TOKEN}`, `<github-token>`, `{{ .Values.token }}`, `$OPENAI_API_KEY`, `gh*_****`".into(),
    ];
    for line in lines {
        assert_eq!(found(&line), [""; 0], "{line}");
    }
}

#[test]
fn tokens_of_letters_alone_are_found() {
    let mut random = random();
    let letters = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let tokens: Vec<String> =
        (0..50).map(|_| (0..34).map(|_| char::from(letters[random(letters.len())])).collect()).collect();
    let missed = tokens.iter().filter(|token| found(&format!("Use hf_{token} now")).is_empty()).count();
    assert!(missed <= 1, "{missed}");
    assert_eq!(found(concat!("hf", "_QwErTyUiOpAsDfGhJkLzXcVbNmQaZwSxEd")).len(), 1);
    for name in [
        "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",
        "hf_transformersinferenceendpointclient",
        "api_org_SomeOrganisationNameOfManyWordsHere",
    ] {
        assert_eq!(found(name), [""; 0], "{name}");
    }
}

#[test]
fn what_is_part_of_another_word_is_left_alone() {
    let gh = "gh".to_owned() + "p_" + &body(36);
    for text in [
        format!("my_{gh}"),
        format!("{gh}more"),
        format!("x{gh}"),
        "5d41402abc4b2a76b9719d911017c592ae5d41402abc4b2a".into(),
        "src/rules/a_very_long_module_name_here.module.another_very_long_module_name_there.rs".into(),
        "risk-managementAndOtherLongWords2026inOneIdentifier".into(),
        format!("| {} |", "-".repeat(300)),
        "sha512-".to_owned() + &body(86) + "==",
        "path/to/some-very-long-file-name.with.many.dots.and-hyphens_2026-01-01.tar.gz".into(),
    ] {
        assert_eq!(found(&text), [""; 0], "{text}");
    }
    for text in [format!("https://{gh}@github.com"), format!("T={gh}\\n"), format!("\"a\\n{gh}\""), format!("({gh})")] {
        assert_eq!(found(&text), [&*gh], "{text}");
    }
}

#[test]
fn it_fires_in_every_place_and_the_fix_names_what_was_there() {
    let (github, stripe) = ("gh".to_owned() + "p_" + &body(36), "sk_".to_owned() + "live_" + &body(24));
    for frame in
        ["SECRET", "---\ntoken: SECRET\n---\n# P", "<!-- SECRET -->", "```\nSECRET\n```", "| a |\n|---|\n| SECRET |"]
    {
        let text = frame.replace("SECRET", &format!("{github} {stripe}"));
        let found = findings(&format!("//- plan/phase-1.md\n{text}\n"));
        let secrets: Vec<_> = found.iter().filter(|(_, finding)| finding.rule == "possible-secret").collect();
        let edits: Vec<_> = secrets.iter().map(|(_, finding)| finding.fixes[0].edits()[0].clone()).collect();
        assert_eq!(text::apply(&text, &edits), frame.replace("SECRET", "${GITHUB_TOKEN} ${STRIPE_SECRET_KEY}"));
        assert!(secrets.iter().all(|(_, finding)| finding.severity == Severity::Error));
        assert_eq!(
            secrets[0].1.message,
            "This looks like a GitHub personal access token (`ghp_…`). Remove it from the file, and revoke it if it was shared."
        );
    }
}

#[test]
fn no_message_shows_a_secret() {
    let github = "gh".to_owned() + "p_" + &body(36);
    let text = format!("Ask [NEEDS CLARIFICATION: is {github} still good?] Use {github}.\n");
    let said = format!("{:?}", findings(&format!("//- plan/phase-1.md\n{text}")));
    assert!(!said.contains(&github[..12]), "{said}");
    let mut cut = [Diagnostic::new("x", Severity::Hint, 0..1, format!("`{}…` and `{github}`", &github[..20]))];
    cut[0].relate("a", 0..1, github.clone()).fix(Fix::new(format!("Use {github}"), Vec::new()));
    mask(&text, by_shape(&text), &mut cut);
    assert_eq!(cut[0].message, "`ghp_……` and `ghp_…`");
    assert_eq!((&*cut[0].related[0].message, &*cut[0].fixes[0].title), ("ghp_…", "Use ghp_…"));
    assert_eq!(hidden(&text, &[]).into_iter().map(|range| &text[range]).collect::<Vec<_>>(), [&github, &github]);
}

fn generic(text: &str) -> Vec<(String, String)> {
    let fixture = Fixture::parse(&format!("//- plan/phase-1.md\n{text}"));
    let (mut workspace, documents) = fixture.workspace();
    let setting = RuleSetting { options: [("generic", OptionValue::Boolean(true))].into(), ..RuleSetting::default() };
    Arc::make_mut(&mut workspace.config).rules.insert("possible-secret", setting);
    let found = rules::run(&workspace, &documents[0], &fixture);
    let secrets = found.iter().filter(|finding| finding.rule == "possible-secret");
    let part = |finding: &Diagnostic| {
        let replacement = finding.fixes[0].edits()[0].replacement.clone();
        (text[finding.range.clone()].to_owned(), replacement)
    };
    secrets.map(part).collect()
}

#[test]
fn names_give_a_value_away_on_request_only() {
    let value = body(12);
    for (line, name) in [
        (format!("password = {value}"), "PASSWORD"),
        (format!("DB_PASSWORD={value}"), "DB_PASSWORD"),
        (format!("\"clientSecret\": \"{value}\""), "CLIENTSECRET"),
        (format!("- **api-key**: `{value}`"), "API_KEY"),
        (format!("postgres://app:{value}@db/app"), "PASSWORD"),
    ] {
        let text = format!("# Phase 1\n\n{line}\n");
        assert_eq!(generic(&text), [(value.clone(), format!("${{{name}}}"))], "{line}");
        assert!(findings(&format!("//- plan/phase-1.md\n{text}")).iter().all(|(_, f)| f.rule != "possible-secret"));
    }
    let github = "gh".to_owned() + "p_" + &body(36);
    assert_eq!(generic(&format!("token: {github}\n")), [(github, "${GITHUB_TOKEN}".to_owned())]);
}

#[test]
fn names_without_a_secret_are_left_alone_on_request_too() {
    for line in [
        "password: string, at least 12 characters",
        "password = \"changeme123\"",
        "password=${DB_PASSWORD_2026}",
        "token: <your-token-1234>",
        "secret: the-one-in-vault",
        "token = os.environ[\"TOKEN_2026\"]",
        "postgres://postgres:postgres@localhost:5432/app",
        "https://example.com/a:b/c@2026-01-01",
        "the password 12ab34cd56 is not assigned",
        "token = process.env.TOKEN_2026",
    ] {
        assert_eq!(generic(&format!("# Phase 1\n\n{line}\n")), [], "{line}");
    }
}

#[test]
fn the_search_grows_with_the_text() {
    let key = format!("-----BEGIN {}\n", "PRIVATE KEY-----");
    let words = "A plan of words, and a `src/path.rs` here. ";
    for unit in [words, "ya29.", "glpat-", "eyJaaaaaaaaaaaaaaaaaa.", ".", "a", &key, "secret_access_key = "] {
        check_growth(unit, 250_000, |text| drop(scan::secrets(text)));
    }
}
