use super::{Context, Sink};
use crate::{
    artifact::{Artifact, Encoding},
    diagnostic::Severity,
};

rule! {
    /// An artifact is UTF-8.
    ///
    /// ### Why
    ///
    /// Models, diffs and most tools read Markdown as UTF-8. PowerShell's `>` writes UTF-16, an old editor Latin-1:
    /// to every other reader the first is garbage, and the second has lost its letters. A file that is UTF-16 gets
    /// no other finding, one with other bytes none about something absent.
    ///
    /// ### Fires
    ///
    /// A file in Latin-1, as a reader of UTF-8 sees it:
    ///
    /// ```md
    /// # Caf�
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// # Café
    /// ```
    "not-utf-8", severity = ByFinding, check = Artifact(check), law = Always
}

fn check(ctx: &Context, _: &Artifact, out: &mut Sink) {
    match ctx.document.encoding {
        Encoding::Utf8 => {}
        Encoding::Utf16 => {
            out.report_at(Severity::Error, 0..0, "This file is UTF-16: save it as UTF-8.");
        }
        Encoding::Other => {
            let at = ctx.text().find(char::REPLACEMENT_CHARACTER).unwrap_or(0);
            let end = ctx.text()[at..].chars().next().map_or(at, |c| at + c.len_utf8());
            out.report(at..end, "These bytes are not UTF-8: save the file as UTF-8.");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        artifact::{Encoding, encoding_of},
        rules,
        testing::Fixture,
    };

    fn found(encoding: Encoding) -> Vec<&'static str> {
        let fixture = Fixture::parse("//- plan/phase-1.md\n# P\n\n## Goals\n- [ ] <Goal 1> \u{fffd}\n");
        let (workspace, mut documents) = fixture.workspace();
        documents[0].encoding = encoding;
        rules::run(&workspace, &documents[0], &fixture).iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn it_silences_what_cannot_be_known() {
        assert_eq!(found(Encoding::Utf16), ["not-utf-8"]);
        assert_eq!(found(Encoding::Other), ["leftover-placeholder", "not-utf-8"]);
        assert!(found(Encoding::Utf8).contains(&"missing-definition-of-done"));
    }

    #[test]
    fn encodings_are_told_by_their_bytes() {
        for (bytes, encoding) in [
            (&b"# Goals\n"[..], Encoding::Utf8),
            (b"\xef\xbb\xbf# Goals\n", Encoding::Utf8),
            ("# Ziele \u{fffd} é".as_bytes(), Encoding::Utf8),
            (b"\xff\xfe#\0 \0G\0", Encoding::Utf16),
            (b"\xfe\xff\0#\0 \0G", Encoding::Utf16),
            (b"#\0 \0G\0o\0a\0l\0s\0\n\0", Encoding::Utf16),
            (b"# caf\xe9\n", Encoding::Other),
            (b"", Encoding::Utf8),
            (b"a\0b", Encoding::Utf8),
            (b"# Goals\n\0\0\0\0\0\0\0\0\0\0\0\0", Encoding::Utf8),
            (b"# caf\xe9\n\0\0\0\0\0\0\0\0\0\0\0\0", Encoding::Other),
        ] {
            assert_eq!(encoding_of(bytes), encoding, "{bytes:?}");
        }
    }
}
