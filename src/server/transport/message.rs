//! A body as a JSON-RPC message, or the error reply that it deserves.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};

use super::{body::text, params::whole};

/// A message from the client.
#[derive(Debug, PartialEq)]
pub enum Message {
    /// A request, or a notification where the id is missing.
    Call(Request),
    /// The answer to a request of ours.
    Answer(Response),
}

/// Every member that any message may have, unjudged: one pass over the text, however large, and the id at hand for
/// the error reply. (tower-lsp's own `Message` is an untagged enum, which reads the text into a buffer and that twice.)
#[derive(Deserialize)]
struct Members {
    jsonrpc: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    id: Option<Value>,
    method: Option<Value>,
    /// `null` counts as no params: some clients send it where tower-lsp wants none.
    params: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    result: Option<Value>,
    error: Option<Value>,
}

/// Tells a member that is `null` from one that is missing.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Message {
    /// Reads the content part of a frame.
    ///
    /// # Errors
    /// The reply to send: -32700 for what is not JSON, -32600 for JSON that is no message (JSON-RPC 2.0,
    /// section 5.1; LSP has no batches), with the id where one could be read and `null` elsewhere (section 5).
    pub fn parse(body: Vec<u8>) -> Result<Self, Response> {
        let members = Members::parse(&text(body)).map_err(|error| Response::from_error(Id::Null, error))?;
        match members.method {
            Some(_) => members.into_call(),
            None => members.into_answer(),
        }
    }
}

impl Members {
    fn parse(text: &str) -> Result<Self, Error> {
        // The derived reader would take its members from an array, too.
        if !text.trim_ascii_start().starts_with('{') {
            let value = serde_json::from_str::<Value>(text);
            value.map_err(|error| parse_error(error.to_string()))?;
            return Err(invalid_request("a message is one object"));
        }
        serde_json::from_str(text).map_err(|error| match error.is_data() {
            true => invalid_request(error.to_string()),
            false => parse_error(error.to_string()),
        })
    }

    fn into_call(self) -> Result<Message, Response> {
        let id = match self.id.map(valid_id) {
            Some(None) => return Err(refuse(None, "an id is an integer or a string")),
            id => id.flatten(),
        };
        if self.jsonrpc.is_none_or(|version| version != "2.0") {
            return Err(refuse(id, "\"jsonrpc\" is not \"2.0\""));
        }
        let Some(Value::String(method)) = self.method else {
            return Err(refuse(id, "\"method\" is not a string"));
        };
        Ok(Message::Call(build_request(method, id, self.params)))
    }

    fn into_answer(self) -> Result<Message, Response> {
        let id = self.id.and_then(valid_id);
        let outcome = match (self.result, self.error) {
            (_, Some(error)) => Err(serde_json::from_value(error).unwrap_or_else(|_| Error::internal_error())),
            (Some(result), None) => Ok(result),
            (None, None) => return Err(refuse(id, "neither a method nor a result nor an error")),
        };
        // An error for `null` answers a message that the client could not read: there is nobody to tell.
        Ok(Message::Answer(Response::from_parts(id.unwrap_or(Id::Null), outcome)))
    }
}

/// LSP ids are integers and strings; JSON-RPC alone would allow `null` and fractions.
fn valid_id(id: Value) -> Option<Id> {
    match id {
        Value::String(id) => Some(Id::String(id)),
        Value::Number(id) => whole(&id).map(Id::Number),
        _ => None,
    }
}

/// tower-lsp sends `null` for no params, where JSON-RPC 2.0 has an object, an array or nothing (section 4.2).
pub fn without_null(request: Request) -> Request {
    if request.params() != Some(&Value::Null) {
        return request;
    }
    build_request(request.method().to_owned(), request.id().cloned(), None)
}

pub fn build_request(method: String, id: Option<Id>, params: Option<Value>) -> Request {
    let mut request = Request::build(method);
    if let Some(id) = id {
        request = request.id(id);
    }
    if let Some(params) = params {
        request = request.params(params);
    }
    request.finish()
}

fn refuse(id: Option<Id>, why: &'static str) -> Response {
    Response::from_error(id.unwrap_or(Id::Null), invalid_request(why))
}

pub fn parse_error(why: impl Into<String>) -> Error {
    explained(ErrorCode::ParseError, why)
}

pub fn invalid_request(why: impl Into<String>) -> Error {
    explained(ErrorCode::InvalidRequest, why)
}

pub fn explained(code: ErrorCode, why: impl Into<String>) -> Error {
    let mut error = Error::new(code);
    error.message = format!("{}: {}", code.description(), why.into()).into();
    error
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn call(body: &str) -> Request {
        match Message::parse(body.into()) {
            Ok(Message::Call(request)) => request,
            other => panic!("no call: {other:?}"),
        }
    }

    /// Code and id of the error reply to `body`.
    fn refusal(body: &[u8]) -> (i64, Id) {
        let reply = Message::parse(body.to_vec()).unwrap_err();
        (reply.error().unwrap().code.code(), reply.id().clone())
    }

    #[test]
    fn reads_requests_and_notifications() {
        let request = call(r#" {"jsonrpc":"2.0","id":7,"method":"a","params":{"b":[1]}}"#);
        assert_eq!(request, Request::build("a").id(7).params(json!({"b": [1]})).finish());
        let request = call(r#"{"params":[],"method":"a","id":"7","jsonrpc":"2.0","extra":1}"#);
        assert_eq!(request, Request::build("a").id("7").params(json!([])).finish());
        assert_eq!(call(r#"{"jsonrpc":"2.0","method":"a"}"#), Request::build("a").finish());
        assert_eq!(call(r#"{"jsonrpc":"2.0","id":7.0,"method":"a"}"#), Request::build("a").id(7).finish());
    }

    #[test]
    fn loses_no_message_to_half_a_character() {
        let text = |body: &[u8]| match Message::parse(body.to_vec()) {
            Ok(Message::Call(request)) => request.params().expect("params")[0].clone(),
            other => panic!("no call: {other:?}"),
        };
        assert_eq!(text(br#"{"jsonrpc":"2.0","method":"a","params":["\ud83d"]}"#), "\u{fffd}");
        assert_eq!(text(b"{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":[\"\xff\"]}"), "\u{fffd}");
        assert_eq!(text(b"\xef\xbb\xbf{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":[\"\"]}"), "");
    }

    #[test]
    fn counts_null_params_as_none() {
        let request = call(r#"{"jsonrpc":"2.0","id":7,"method":"a","params":null}"#);
        assert_eq!(request, Request::build("a").id(7).finish());
        assert_eq!(call(r#"{"jsonrpc":"2.0","method":"a","params":null}"#), Request::build("a").finish());
    }

    #[test]
    fn reads_answers() {
        let answer = |body: &str| match Message::parse(body.into()) {
            Ok(Message::Answer(response)) => response,
            other => panic!("no answer: {other:?}"),
        };
        let ok = Response::from_ok(3.into(), Value::Null);
        assert_eq!(answer(r#"{"jsonrpc":"2.0","id":3,"result":null}"#), ok);
        assert_eq!(answer(r#"{"jsonrpc":"2.0","id":3,"result":null,"error":null}"#), ok);
        let failed = answer(r#"{"jsonrpc":"2.0","id":3,"error":{"code":5,"message":"no"}}"#);
        assert_eq!(failed.error().unwrap().message, "no");
        assert_eq!(failed.error().unwrap().code.code(), 5);
        assert!(answer(r#"{"jsonrpc":"2.0","id":3,"error":"odd"}"#).is_error());
        assert_eq!(answer(r#"{"jsonrpc":"2.0","id":null,"error":{"code":5,"message":"no"}}"#).id(), &Id::Null);
    }

    #[test]
    fn refuses_what_is_not_json() {
        for body in ["", "{", "{]", "{} {}", "nonsense", "[1,", r#"{"jsonrpc":"2.0","method":"a""#] {
            assert_eq!(refusal(body.as_bytes()), (-32700, Id::Null), "{body}");
        }
        assert_eq!(refusal(b"\xff\xfe"), (-32700, Id::Null));
        assert_eq!(refusal(&[b'['; 100_000]), (-32700, Id::Null));
    }

    #[test]
    fn refuses_json_that_is_no_message() {
        let batch = r#"[{"jsonrpc":"2.0","id":1,"method":"a"}]"#;
        for body in [batch, "[]", "null", "5", "\"a\"", "{}", r#"{"jsonrpc":"2.0"}"#] {
            assert_eq!(refusal(body.as_bytes()), (-32600, Id::Null), "{body}");
        }
        assert_eq!(refusal(br#"["2.0",1,"initialize",null,null,null]"#), (-32600, Id::Null));
    }

    #[test]
    fn refuses_ids_that_lsp_does_not_know() {
        for id in ["null", "1.5", "true", "{}", "[1]", "99999999999999999999"] {
            let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"a"}}"#);
            assert_eq!(refusal(body.as_bytes()), (-32600, Id::Null), "{id}");
        }
    }

    #[test]
    fn no_params_are_left_out() {
        let request = |params| build_request("a".into(), Some(Id::Number(1)), params);
        let written = |params| serde_json::to_value(without_null(request(params))).unwrap();
        assert_eq!(written(Some(Value::Null)), json!({"jsonrpc": "2.0", "id": 1, "method": "a"}));
        assert_eq!(written(Some(json!([1])))["params"], json!([1]));
    }

    #[test]
    fn echoes_the_id_of_a_refused_request() {
        assert_eq!(refusal(br#"{"id":1,"method":"a"}"#), (-32600, Id::Number(1)));
        assert_eq!(refusal(br#"{"jsonrpc":"1.0","id":"x","method":"a"}"#), (-32600, Id::String("x".into())));
        assert_eq!(refusal(br#"{"jsonrpc":"2.0","id":1,"method":5}"#), (-32600, Id::Number(1)));
        assert_eq!(refusal(br#"{"jsonrpc":"2.0","id":1}"#), (-32600, Id::Number(1)));
    }
}
