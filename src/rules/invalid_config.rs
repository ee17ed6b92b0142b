rule! {
    /// `phasemark.toml` must be readable, with keys, rules, values and files that exist.
    ///
    /// ### Why
    ///
    /// A mistyped key changes nothing: a rule stays on, or off, without notice. Every other
    /// key of the file applies; in an editor, the wrong one keeps its last good value.
    ///
    /// A folder, file or pattern in `[layout]` that matches nothing is a warning: the files that are meant
    /// are not checked.
    ///
    /// ### Fires
    ///
    /// ```toml
    /// [rules]
    /// missing-section = "warn"
    /// ```
    ///
    /// ```toml
    /// [layout]
    /// plans = ["docs/plans"]
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```toml
    /// [rules]
    /// missing-section = "warning"
    /// plan-too-long = { severity = "information", max-lines = 300 }
    ///
    /// [layout]
    /// plan = ["docs/plans"]
    /// ```
    "invalid-config", severity = Error, check = Elsewhere, law = Always
}
