//! An artifact of a root, read whole.

use std::{
    ops::Range,
    sync::{Arc, OnceLock},
};

use super::{
    Artifact, Vocabulary,
    boxes::Boxes,
    notes::decisions::{self, Decision},
};
use crate::{
    convention::Kind,
    markdown::{BlockId, BlockKind, Markdown},
    text::{self, Edit, LineIndex, lines_in},
};

/// How the bytes of a file spell its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf16,
    /// Some bytes are not UTF-8; each became U+FFFD.
    Other,
}

/// The encoding of a file by its bytes: a byte order mark, or NULs in every other place only, tell UTF-16.
pub fn encoding_of(bytes: &[u8]) -> Encoding {
    let head = &bytes[..bytes.len().min(512)];
    let count_nuls = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let is_wide = || {
        let (even, odd) = (count_nuls(0), count_nuls(1));
        head.len() >= 8 && even.max(odd) * 5 > head.len() && even.min(odd) * 20 < head.len()
    };
    let has_nul = memchr::memchr(0, head).is_some();
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || has_nul && is_wide() {
        Encoding::Utf16
    } else if std::str::from_utf8(bytes).is_ok() {
        Encoding::Utf8
    } else {
        Encoding::Other
    }
}

/// An artifact, read.
#[derive(Clone, Debug)]
pub struct Document {
    /// Relative to the root, with `/`.
    pub path: Arc<str>,
    pub kind: Kind,
    pub text: Arc<str>,
    /// Of the file; an editor hands over text.
    pub encoding: Encoding,
    pub markdown: Markdown,
    pub artifact: Artifact,
    lines: OnceLock<LineIndex>,
    boxes: OnceLock<Boxes>,
}

impl Document {
    pub fn read(path: Arc<str>, kind: Kind, text: Arc<str>, vocabulary: &Vocabulary) -> Self {
        let markdown = Markdown::parse(&text, &|inside| vocabulary.is_placeholder(inside));
        let artifact = Artifact::read(kind, &text, &markdown, vocabulary);
        let (lines, boxes) = (OnceLock::new(), OnceLock::new());
        Self { path, kind, encoding: Encoding::Utf8, text, markdown, artifact, lines, boxes }
    }

    /// The document as it is read after the edits.
    pub fn after(&self, edits: &[Edit], vocabulary: &Vocabulary) -> Self {
        Self::read(self.path.clone(), self.kind, text::apply(&self.text, edits).into(), vocabulary)
    }

    /// Its lines, counted when first asked for.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// The words of a range.
    pub fn slice(&self, range: Range<usize>) -> &str {
        &self.text[range]
    }

    /// The innermost block whose words end above byte `at`.
    pub fn block_above(&self, at: usize) -> Option<BlockId> {
        self.markdown.block_at(self.text[..at].trim_end().len().checked_sub(1)?)
    }

    /// The block at the end that takes whatever follows: a fence, comment or element that nothing closes.
    pub fn unclosed(&self) -> Option<Range<usize>> {
        let (_, last) = self.markdown.top_level().last()?;
        last.never_closes(&self.text).then(|| last.range())
    }

    /// The first code block, of Markdown or without a language, that the fence of one inside it closes, and where
    /// that one begins (byte): what follows is text of a file that is quoted, or headings are swallowed.
    pub fn torn_fence(&self) -> Option<(BlockId, usize)> {
        self.markdown.all().find_map(|(id, block)| {
            if block.kind != (BlockKind::Fence { closed: true }) {
                return None;
            }
            let info = block.info().map_or("", |info| self.slice(info));
            if !["", "md", "markdown", "mdx"].iter().any(|language| info.eq_ignore_ascii_case(language)) {
                return None;
            }
            let words = self.slice(block.range());
            let fence = &words[..words.len() - words.trim_start_matches(['`', '~']).len()];
            let is_inner = |line: &str| {
                let rest = line.trim_start().strip_prefix(fence).map(|rest| rest.trim_start_matches(['`', '~']));
                rest.is_some_and(|info| info.starts_with(|c: char| c.is_alphanumeric()) && !info.contains('`'))
            };
            let inner = lines_in(&self.text, block.range()).skip(1).find(|line| is_inner(self.slice(line.clone())))?;
            Some((id, inner.start))
        })
    }

    /// Whether something never closes or was not readable, so that it may hold what seems absent.
    pub fn hides_text(&self) -> bool {
        self.encoding != Encoding::Utf8 || self.has_open_end() || self.torn_fence().is_some()
    }

    /// A fence that never closes swallows what follows, so nothing is known to be absent.
    pub fn has_open_fence(&self) -> bool {
        self.markdown.all().any(|(_, block)| block.kind == BlockKind::Fence { closed: false })
    }

    /// Whether what is put at the end, or at other places, is code or part of a comment: something never
    /// closes.
    pub fn has_open_end(&self) -> bool {
        self.has_open_fence() || self.unclosed().is_some()
    }

    /// Whether a box is ticked.
    pub fn has_tick(&self) -> bool {
        let mut markers = self.markdown.all().filter_map(|(_, block)| block.task_marker());
        markers.any(|marker| self.slice(marker).contains(['x', 'X']))
    }

    /// The boxes that say how far its work is, read when first asked for.
    pub fn boxes(&self) -> &Boxes {
        self.boxes.get_or_init(|| Boxes::read(&self.text, &self.markdown, &self.artifact))
    }

    /// The decisions that it records.
    pub fn decisions(&self) -> Vec<Decision> {
        decisions::read(&self.text, &self.markdown, &self.artifact.sections)
    }
}
