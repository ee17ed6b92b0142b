//! The objects of SARIF 2.1.0 that we write, with the standard's names, in camel case once serialized.

use std::{borrow::Cow, collections::HashMap};

use serde::Serialize;

/// The symbolic name of the directory that paths are relative to; code scanning knows it by this name.
pub const SOURCE_ROOT: &str = "%SRCROOT%";
/// The number changes whenever the way to compute fingerprints does.
pub const FINGERPRINT: &str = "phasemarkFinding/v1";

#[derive(Serialize)]
pub struct Log<'a> {
    #[serde(rename = "$schema")]
    pub schema: &'static str,
    pub version: &'static str,
    pub runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Run<'a> {
    pub tool: Tool<'a>,
    pub invocations: [Invocation<'a>; 1],
    pub column_kind: &'static str,
    pub newline_sequences: [&'static str; 3],
    pub original_uri_base_ids: HashMap<&'static str, ArtifactDescription<'a>>,
    pub results: Vec<SarifResult<'a>>,
    pub properties: Properties,
}

/// What was recognised: [`Summary`](crate::cli::report::Summary) in the run's property bag.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Properties {
    pub phases: usize,
    pub artifacts: usize,
    pub done_items: usize,
    pub done_ticked: usize,
    pub open_questions: usize,
    pub references: usize,
}

#[derive(Serialize)]
pub struct Tool<'a> {
    pub driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Driver<'a> {
    pub name: &'static str,
    pub version: &'static str,
    pub semantic_version: &'static str,
    pub rules: Vec<ReportingDescriptor<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportingDescriptor<'a> {
    pub id: &'a str,
    pub short_description: Text<'a>,
    pub full_description: Text<'a>,
    pub help: MarkdownText,
    pub default_configuration: Configuration,
}

#[derive(Serialize)]
pub struct Configuration {
    pub enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Invocation<'a> {
    pub execution_successful: bool,
    pub tool_execution_notifications: Vec<Notification<'a>>,
}

#[derive(Serialize)]
pub struct Notification<'a> {
    pub level: &'static str,
    pub message: Text<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SarifResult<'a> {
    pub rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_index: Option<usize>,
    pub level: &'static str,
    /// Where a baseline applies; what is known to it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline_state: Option<&'static str>,
    pub message: Text<'a>,
    pub locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related_locations: Vec<Location<'a>>,
    pub partial_fingerprints: HashMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fixes: Vec<SarifFix<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Location<'a> {
    pub physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Text<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PhysicalLocation {
    pub artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactLocation {
    pub uri: String,
    pub uri_base_id: &'static str,
}

/// An `artifactLocation` whose URI is for the reader to know.
#[derive(Serialize)]
pub struct ArtifactDescription<'a> {
    pub description: Text<'a>,
}

/// Lines and columns from 1; the end is exclusive.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Region {
    pub start_line: usize,
    pub start_column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SarifFix<'a> {
    pub description: Text<'a>,
    pub artifact_changes: [ArtifactChange<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactChange<'a> {
    pub artifact_location: ArtifactLocation,
    pub replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Replacement<'a> {
    pub deleted_region: Region,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inserted_content: Option<Text<'a>>,
}

/// A `message`, a `multiformatMessageString` or an `artifactContent` of plain text only.
#[derive(Serialize)]
pub struct Text<'a> {
    pub text: Cow<'a, str>,
}

impl<'a> Text<'a> {
    pub fn new(text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: text.into() }
    }
}

#[derive(Serialize)]
pub struct MarkdownText {
    pub text: String,
    pub markdown: String,
}
