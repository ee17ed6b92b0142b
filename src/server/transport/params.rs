//! Reduces params to the members that handlers read.
//!
//! lsp-types rejects a whole message for one malformed member, even one that we never read: a foreign
//! diagnostic with an empty `codeDescription.href`, `trace: "compact"`, an unknown item kind. So params are cut down
//! to the members that we read before lsp-types sees them. What is out of range is clamped, and one odd element of a
//! list costs that element, except among edits: to leave one out would change another text than the client's.

use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};
use tower_lsp::lsp_types::{
    CodeAction, CodeActionKind, CompletionItem, Diagnostic, FileEvent, PreviousResultId, WorkspaceFolder,
};

/// Stands for a version where the client sends none.
pub const NO_VERSION: i32 = i32::MIN;

/// A value as lsp-types takes it.
enum Shape {
    Any,
    Text,
    /// A whole number in a range.
    Integer(i64, i64),
    /// An object with these members at most.
    Object(&'static [(&'static str, Shape, Otherwise)]),
    /// Whatever its elements are.
    List(&'static Shape),
    /// A list without the elements that lsp-types refuses.
    Fitting(&'static Shape, fn(&Value) -> bool),
    /// An object without the members that lsp-types refuses; the named one is required.
    Members(&'static str, fn(&Value) -> bool),
}

/// What becomes of a member that is missing, `null` or of another shape.
enum Otherwise {
    /// It is left out, which lsp-types refuses where it has to be there.
    Omit,
    /// It is left as it is, for lsp-types to refuse.
    Keep,
    /// It becomes this JSON.
    Default(&'static str),
}

use Otherwise::{Default, Keep, Omit};
use Shape::{Any, Fitting, Integer, List, Members, Object, Text};

const UNSIGNED: Shape = Integer(0, u32::MAX as i64);
const SIGNED: Shape = Integer(i32::MIN as i64, i32::MAX as i64);
const POSITION: Shape = Object(&[("line", UNSIGNED, Omit), ("character", UNSIGNED, Omit)]);
const RANGE: Shape = Object(&[("start", POSITION, Omit), ("end", POSITION, Omit)]);
const DOCUMENT: Shape = Object(&[("uri", Text, Omit)]);
const VERSIONED: Shape = Object(&[("uri", Text, Omit), ("version", SIGNED, Default("-2147483648"))]);
const ITEM: Shape = Object(&[
    ("uri", Text, Omit),
    ("languageId", Text, Default("\"\"")),
    ("version", SIGNED, Default("0")),
    ("text", Text, Omit),
]);
/// A range that we cannot read must not turn an edit into the whole text.
const EDIT: Shape = Object(&[("range", RANGE, Keep), ("text", Text, Omit)]);
const FOLDERS: Shape = Fitting(&Object(&[("uri", Text, Omit), ("name", Text, Default("\"\""))]), is::<WorkspaceFolder>);
const CONTEXT: Shape = Object(&[
    ("diagnostics", Fitting(&Any, is::<Diagnostic>), Default("[]")),
    ("only", Fitting(&Any, is::<CodeActionKind>), Omit),
]);

fn is<T: DeserializeOwned>(value: &Value) -> bool {
    T::deserialize(value).is_ok()
}

fn shape(method: &str) -> Option<&'static Shape> {
    Some(match method {
        "$/cancelRequest" => &Object(&[("id", Any, Omit)]),
        "initialize" => &Object(&[("capabilities", Object(&[]), Default("{}")), ("initializationOptions", Any, Omit)]),
        "textDocument/didOpen" => &Object(&[("textDocument", ITEM, Omit)]),
        "textDocument/didChange" => {
            &Object(&[("textDocument", VERSIONED, Omit), ("contentChanges", List(&EDIT), Omit)])
        }
        "textDocument/didSave" | "textDocument/didClose" => &Object(&[("textDocument", DOCUMENT, Omit)]),
        "textDocument/hover" | "textDocument/completion" => {
            &Object(&[("textDocument", DOCUMENT, Omit), ("position", POSITION, Omit)])
        }
        "textDocument/codeAction" => &Object(&[
            ("textDocument", DOCUMENT, Omit),
            ("range", RANGE, Omit),
            ("context", CONTEXT, Default(r#"{"diagnostics":[]}"#)),
        ]),
        "textDocument/diagnostic" => &Object(&[("textDocument", DOCUMENT, Omit), ("previousResultId", Text, Omit)]),
        "workspace/diagnostic" => {
            &Object(&[("previousResultIds", Fitting(&Any, is::<PreviousResultId>), Default("[]"))])
        }
        "codeAction/resolve" => &Members("title", is::<CodeAction>),
        "completionItem/resolve" => &Members("label", is::<CompletionItem>),
        "workspace/executeCommand" => &Object(&[("command", Any, Omit), ("arguments", Any, Omit)]),
        "workspace/didChangeConfiguration" => &Object(&[("settings", Any, Default("null"))]),
        "workspace/didChangeWatchedFiles" => {
            const CHANGE: Shape = Object(&[("uri", Text, Omit), ("type", SIGNED, Omit)]);
            &Object(&[("changes", Fitting(&CHANGE, is::<FileEvent>), Omit)])
        }
        "workspace/didChangeWorkspaceFolders" => {
            const EVENT: Shape = Object(&[("added", FOLDERS, Default("[]")), ("removed", FOLDERS, Default("[]"))]);
            &Object(&[("event", EVENT, Omit)])
        }
        _ => return None,
    })
}

/// The params of a call as its handler wants them.
pub fn fit(method: &str, params: Option<Value>) -> Option<Value> {
    match method {
        // tower-lsp refuses any params of the one, and drops the other without; both would cost the session.
        "shutdown" => return None,
        "initialized" => return Some(params.unwrap_or_else(|| Map::new().into())),
        _ => {}
    }
    let Some(shape) = shape(method) else { return params };
    let mut params = params.unwrap_or_else(|| Map::new().into());
    shape.fit(&mut params);
    Some(params)
}

impl Shape {
    /// Brings a value into shape; says whether it has one.
    fn fit(&self, value: &mut Value) -> bool {
        match (self, &mut *value) {
            (Any, _) | (Text, Value::String(_)) => true,
            (Integer(least, most), Value::Number(number)) => {
                let whole = whole(number).unwrap_or_else(|| number.as_f64().unwrap_or_default() as i64);
                *value = whole.clamp(*least, *most).into();
                true
            }
            (Object(shapes), Value::Object(members)) => {
                *members = shapes.iter().filter_map(|member| fit_member(member, members)).collect();
                true
            }
            (List(shape), Value::Array(elements)) => {
                for element in elements {
                    shape.fit(element);
                }
                true
            }
            (Fitting(shape, is_taken), Value::Array(elements)) => {
                elements.retain_mut(|element| shape.fit(element) && is_taken(element));
                true
            }
            (Members(_, is_taken), whole) if is_taken(whole) => true,
            (Members(required, is_taken), Value::Object(members)) => {
                let required = members.get(*required).map(|value| ((*required).to_owned(), value.clone()));
                members.retain(|name, value| {
                    let alone = required.clone().into_iter().chain([(name.clone(), value.clone())]);
                    is_taken(&Value::Object(alone.collect()))
                });
                true
            }
            _ => false,
        }
    }
}

fn fit_member(
    (name, shape, otherwise): &(&'static str, Shape, Otherwise),
    members: &mut Map<String, Value>,
) -> Option<(String, Value)> {
    let mut found = members.remove(*name).filter(|value| !value.is_null());
    let fits = found.as_mut().is_some_and(|value| shape.fit(value));
    let value = match otherwise {
        Keep => found,
        _ if fits => found,
        Omit => None,
        Default(json) => serde_json::from_str(json).ok(),
    };
    Some(((*name).to_owned(), value?))
}

/// A number that some clients write with a fraction, as `1.0`.
pub fn whole(number: &Number) -> Option<i64> {
    let float = || number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < (1u64 << 53) as f64);
    number.as_i64().or_else(|| float().map(|float| float as i64))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tower_lsp::lsp_types::{
        CodeActionParams, CompletionParams, DidChangeTextDocumentParams, DidOpenTextDocumentParams, InitializeParams,
    };

    use super::*;

    const URI: &str = "file:///plan/phase-1.md";

    fn fitted(method: &str, params: Value) -> Value {
        fit(method, Some(params)).expect("params")
    }

    /// The params as lsp-types reads them.
    fn read<T: DeserializeOwned>(method: &str, params: Value) -> serde_json::Result<T> {
        serde_json::from_value(fitted(method, params))
    }

    fn position(line: Value, character: Value) -> Value {
        json!({ "line": line, "character": character })
    }

    fn action(context: Value) -> Value {
        let zero = position(json!(0), json!(0));
        json!({ "textDocument": { "uri": URI }, "range": { "start": zero, "end": zero }, "context": context })
    }

    #[test]
    fn initialize_needs_nothing_that_a_client_may_get_wrong() {
        for odd in [
            json!({ "trace": "compact", "processId": "many", "rootUri": "no uri", "workspaceFolders": 5 }),
            json!({ "capabilities": { "textDocument": { "completion": { "completionItemKind": { "valueSet": [99, null] } } } } }),
            json!({ "capabilities": { "workspace": { "symbol": { "symbolKind": 5 } }, "general": null } }),
            json!({ "capabilities": null, "clientInfo": { "version": 3 }, "locale": [] }),
        ] {
            assert!(read::<InitializeParams>("initialize", odd.clone()).is_ok(), "{odd}");
        }
        assert_eq!(
            fitted("initialize", json!({ "initializationOptions": { "rules": null } }))["initializationOptions"],
            json!({ "rules": null })
        );
    }

    #[test]
    fn foreign_diagnostics_that_lsp_types_refuses_are_left_out() {
        let range = json!({ "start": position(json!(0), json!(0)), "end": position(json!(0), json!(1)) });
        let good = json!({ "range": range, "message": "m", "code": 7, "source": "other" });
        let href = json!({ "range": range, "message": "m", "codeDescription": { "href": "" } });
        let code = json!({ "range": range, "message": "m", "code": { "value": "x", "target": URI } });
        let context =
            json!({ "diagnostics": [href, null, good, code, {}], "only": ["quickfix", null, 5], "triggerKind": "x" });
        let read: CodeActionParams = read("textDocument/codeAction", action(context)).unwrap();
        assert_eq!(read.context.diagnostics.len(), 1);
        assert_eq!(read.context.only, Some(vec![CodeActionKind::QUICKFIX]));
        for context in [json!(null), json!({}), json!({ "diagnostics": null, "only": "quickfix" })] {
            let read: CodeActionParams = super::tests::read("textDocument/codeAction", action(context)).unwrap();
            assert_eq!((read.context.diagnostics, read.context.only), (Vec::new(), None));
        }
    }

    #[test]
    fn numbers_are_whole_and_in_range() {
        let complete = |line: Value, character: Value| {
            let params = json!({ "textDocument": { "uri": URI }, "position": position(line, character), "context": { "triggerKind": 77 } });
            let read: CompletionParams = read("textDocument/completion", params)?;
            let at = read.text_document_position.position;
            serde_json::Result::Ok((at.line, at.character))
        };
        assert_eq!(complete(json!(2.0), json!(-1)).unwrap(), (2, 0));
        assert_eq!(complete(json!(1e12), json!(u64::MAX)).unwrap(), (u32::MAX, u32::MAX));
        assert_eq!(complete(json!(1.5), json!(-0.5)).unwrap(), (1, 0));
        assert!(complete(json!("2"), json!(0)).is_err());
        assert!(complete(json!(null), json!(0)).is_err());
    }

    #[test]
    fn a_document_is_opened_whatever_its_version_and_language() {
        for (language, version) in [(json!(null), json!(null)), (json!(5), json!(2.0)), (json!("x"), json!("2"))] {
            let item = json!({ "uri": URI, "languageId": language, "version": version, "text": "a" });
            let read = read::<DidOpenTextDocumentParams>("textDocument/didOpen", json!({ "textDocument": item }));
            assert_eq!(read.unwrap().text_document.text, "a");
        }
        assert!(
            read::<DidOpenTextDocumentParams>("textDocument/didOpen", json!({ "textDocument": { "uri": URI } }))
                .is_err()
        );
    }

    #[test]
    fn an_edit_is_read_as_it_was_meant_or_not_at_all() {
        let change = |version: Value, edit: Value| {
            let params = json!({ "textDocument": { "uri": URI, "version": version }, "contentChanges": [edit] });
            read::<DidChangeTextDocumentParams>("textDocument/didChange", params)
        };
        let range = json!({ "start": position(json!(0.0), json!(1)), "end": position(json!(0), json!(2)) });
        let edit = json!({ "range": range, "rangeLength": -1, "text": "x" });
        let read = change(json!(null), edit.clone()).unwrap();
        assert_eq!(read.text_document.version, NO_VERSION);
        assert_eq!(read.content_changes[0].range.unwrap().end.character, 2);
        assert_eq!(change(json!(1u64 << 40), edit).unwrap().text_document.version, i32::MAX);
        assert!(
            change(json!(2), json!({ "range": null, "text": "all of it" })).unwrap().content_changes[0].range.is_none()
        );
        for odd in
            [json!(5), json!({ "range": "x", "text": "a" }), json!({ "range": {}, "text": "a" }), json!({ "text": 5 })]
        {
            assert!(change(json!(2), odd.clone()).is_err(), "{odd}");
        }
    }

    #[test]
    fn one_odd_element_of_a_list_costs_no_other() {
        let changes = json!({ "changes": [{ "uri": URI, "type": 2.0 }, { "uri": "no uri", "type": 1 }, null, { "uri": URI, "type": 9 }] });
        let changes = fitted("workspace/didChangeWatchedFiles", changes);
        assert_eq!(changes, json!({ "changes": [{ "uri": URI, "type": 2 }, { "uri": URI, "type": 9 }] }));
        let event =
            json!({ "event": { "added": [{ "uri": "file:///a" }, { "uri": 5, "name": "b" }], "removed": null } });
        let event = fitted("workspace/didChangeWorkspaceFolders", event);
        assert_eq!(event, json!({ "event": { "added": [{ "uri": "file:///a", "name": "" }], "removed": [] } }));
        let known = json!({ "previousResultIds": [{ "uri": URI, "value": "1" }, { "uri": URI }], "identifier": 5 });
        assert_eq!(fitted("workspace/diagnostic", known)["previousResultIds"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn what_is_resolved_keeps_what_lsp_types_takes() {
        let item = json!({ "label": "a", "kind": "new", "sortText": "1", "tags": 5, "data": { "any": null } });
        assert_eq!(
            fitted("completionItem/resolve", item),
            json!({ "label": "a", "sortText": "1", "data": { "any": null } })
        );
        let action = json!({ "title": "a", "diagnostics": [5], "isPreferred": "yes", "data": 1 });
        assert_eq!(fitted("codeAction/resolve", action), json!({ "title": "a", "data": 1 }));
    }

    #[test]
    fn settings_may_be_missing_and_arguments_null() {
        assert_eq!(fit("workspace/didChangeConfiguration", None), Some(json!({ "settings": null })));
        let settings = json!({ "settings": { "rules": null } });
        assert_eq!(fitted("workspace/didChangeConfiguration", settings.clone()), settings);
        let execute =
            |arguments: Value| fitted("workspace/executeCommand", json!({ "command": "c", "arguments": arguments }));
        assert_eq!(execute(json!(null)), json!({ "command": "c" }));
        for kept in [json!([null]), json!([]), json!(5)] {
            assert_eq!(execute(kept.clone()), json!({ "command": "c", "arguments": kept }));
        }
        assert_eq!(fitted("a", json!({ "arguments": null })), json!({ "arguments": null }));
    }

    #[test]
    fn tower_lsp_takes_shutdown_and_initialized() {
        assert_eq!(fit("shutdown", Some(json!({}))), None);
        assert_eq!(fit("initialized", None), Some(json!({})));
    }
}
