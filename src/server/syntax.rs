//! The blocks around a cursor in an open document.

use std::{
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, Instant},
};

use tower_lsp::lsp_types::Url;

use super::state::State;
use crate::syntax_tree::{Node, SyntaxTree};

/// Parsing takes no longer. Builds for tests are slow, and tests run next to each other.
const PATIENCE: Duration = Duration::from_millis(if cfg!(debug_assertions) { 1000 } else { 20 });

impl State {
    /// The blocks around byte `offset` of an open document, by its canonical URI, outermost first;
    /// none if `version` is not its newest any more, or if parsing took too long.
    ///
    /// It parses: for the reading thread only where that took an instant the last time, and not while a guard of the
    /// documents is held.
    pub fn nodes_around(&self, uri: &Url, version: i32, offset: usize) -> Vec<Node> {
        let Some(syntax) = self.documents.get(uri).map(|document| document.syntax.clone()) else { return Vec::new() };
        let mut tree = lock(&syntax);
        // Only who holds the tree takes edits, so they come to it in their order, and with the text they led to.
        let (buffer, pending) = {
            let Some(mut document) = self.documents.get_mut(uri) else { return Vec::new() };
            // It may have been closed and opened again.
            if document.version != version || !Arc::ptr_eq(&document.syntax, &syntax) {
                return Vec::new();
            }
            (document.buffer.clone(), std::mem::take(&mut document.pending))
        };
        pending.note_in(&mut tree);
        let begin = Instant::now();
        tree.update(&buffer.text(), &mut || begin.elapsed() > PATIENCE);
        tree.around(offset)
    }
}

/// A tree that somebody panicked over may lack edits.
fn lock(tree: &Mutex<SyntaxTree>) -> MutexGuard<'_, SyntaxTree> {
    tree.lock().unwrap_or_else(|poisoned| {
        tree.clear_poison();
        let mut tree = poisoned.into_inner();
        tree.forget();
        tree
    })
}

#[cfg(test)]
mod tests {
    use std::{
        panic::{AssertUnwindSafe, catch_unwind},
        thread,
    };

    use tower_lsp::lsp_types::{
        DidChangeTextDocumentParams, Position, Range, TextDocumentContentChangeEvent, TextDocumentItem,
        VersionedTextDocumentIdentifier,
    };

    use super::*;
    use crate::{server, syntax_tree::NodeKind};

    struct Session {
        state: Arc<State>,
        uri: Url,
        /// Runs nothing; the state wants to have one.
        _runtime: tokio::runtime::Runtime,
    }

    impl Session {
        fn open(text: &str) -> Self {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let state = server::unconnected(&runtime);
            let uri = Url::parse("untitled:a").unwrap();
            let session = Self { state, uri, _runtime: runtime };
            session.reopen(text);
            session
        }

        fn reopen(&self, text: &str) {
            self.state.open(TextDocumentItem::new(self.uri.clone(), "markdown".to_owned(), 1, text.to_owned()));
        }

        /// Types at a line and a column; the whole text without one.
        fn change(&self, version: i32, at: Option<(u32, u32)>, text: &str) {
            let at = at.map(|(line, column)| Position::new(line, column));
            let change = TextDocumentContentChangeEvent {
                range: at.map(|at| Range::new(at, at)),
                range_length: None,
                text: text.to_owned(),
            };
            self.state.change(DidChangeTextDocumentParams {
                text_document: VersionedTextDocumentIdentifier::new(self.uri.clone(), version),
                content_changes: vec![change],
            });
        }

        fn innermost(&self, version: i32, offset: usize) -> Option<NodeKind> {
            self.state.nodes_around(&self.uri, version, offset).last().map(|node| node.kind)
        }
    }

    #[test]
    fn nodes_follow_the_edits() {
        let session = Session::open("# 😀\r\n\r\na\r\n");
        assert_eq!(session.innermost(1, 2), Some(NodeKind::Heading));
        assert_eq!(session.innermost(1, 10), Some(NodeKind::Paragraph));
        session.change(2, Some((0, 4)), "\r\n- b");
        session.change(3, Some((2, 0)), "```\r\n");
        assert_eq!(session.innermost(3, 10), Some(NodeKind::Paragraph));
        assert_eq!(session.innermost(3, 20), Some(NodeKind::Fence));
        session.change(4, None, "> a");
        assert_eq!(session.innermost(4, 3), Some(NodeKind::Paragraph));
    }

    #[test]
    fn there_are_no_nodes_of_another_version() {
        let session = Session::open("a");
        session.change(2, Some((0, 0)), "# ");
        assert_eq!(session.innermost(1, 0), None);
        assert_eq!(session.innermost(3, 0), None);
        assert_eq!(session.innermost(2, 0), Some(NodeKind::Heading));
        assert_eq!(session.state.nodes_around(&Url::parse("untitled:b").unwrap(), 1, 0), []);
    }

    #[test]
    fn a_document_that_is_opened_again_has_a_tree_of_its_own() {
        let session = Session::open("# a");
        assert_eq!(session.innermost(1, 0), Some(NodeKind::Heading));
        session.state.close(session.uri.clone());
        assert_eq!(session.innermost(1, 0), None);
        session.reopen("> a");
        assert_eq!(session.innermost(1, 0), Some(NodeKind::Quote));
    }

    #[test]
    fn a_panic_costs_the_tree_and_no_more() {
        let session = Session::open("a");
        assert_eq!(session.innermost(1, 0), Some(NodeKind::Paragraph));
        session.change(2, Some((0, 0)), "# ");
        let syntax = session.state.documents.get(&session.uri).unwrap().syntax.clone();
        let result = catch_unwind(AssertUnwindSafe(|| {
            let _tree = lock(&syntax);
            session.state.documents.get_mut(&session.uri).unwrap().pending = Default::default();
            panic!("with the edits in hand");
        }));
        assert!(result.is_err());
        assert_eq!(session.innermost(2, 0), Some(NodeKind::Heading));
        assert!(!syntax.is_poisoned());
    }

    #[test]
    fn a_key_does_not_wait_for_the_tree() {
        let session = Session::open("a");
        let syntax = session.state.documents.get(&session.uri).unwrap().syntax.clone();
        let busy = lock(&syntax);
        session.change(2, Some((0, 0)), "# ");
        drop(busy);
        assert_eq!(session.innermost(2, 0), Some(NodeKind::Heading));
    }

    #[test]
    fn threads_that_ask_while_somebody_types_see_the_text_of_their_version() {
        let session = Session::open("x\n");
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..300 {
                        let version = session.state.documents.get(&session.uri).unwrap().version;
                        // Odd versions begin with a paragraph, even ones with a heading.
                        let kind = session.innermost(version, 0);
                        let expected = if version % 2 == 1 { NodeKind::Paragraph } else { NodeKind::Heading };
                        assert!(kind.is_none_or(|kind| kind == expected), "{version}: {kind:?}");
                    }
                });
            }
            for version in 2..600 {
                session.change(version, Some((0, 0)), if version % 2 == 1 { "x\n" } else { "# x\n" });
            }
        });
        assert_eq!(session.innermost(599, 0), Some(NodeKind::Paragraph));
    }
}
