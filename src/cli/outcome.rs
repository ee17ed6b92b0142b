//! What a command has to say at its end.

/// Texts and exit code of a command that did its work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// For standard output.
    pub text: String,
    /// For standard error, a line each.
    pub complaints: Vec<String>,
    /// The same, for what did not go wrong and may surprise.
    pub warnings: Vec<String>,
    pub code: u8,
}

impl Outcome {
    pub fn say(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    pub fn complain(&mut self, message: impl Into<String>) {
        self.complaints.push(message.into());
        self.code = 2;
    }
}
