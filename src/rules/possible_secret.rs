use super::{Context, Sink};
use crate::{artifact::Artifact, diagnostic::Fix, secrets, text::Edit};

rule! {
    /// Artifacts contain no credentials.
    ///
    /// ### Why
    ///
    /// Artifacts are handed to models, pasted into chats and committed. A key in one of them is
    /// known to all of these, and has to be revoked. Found by their shape are private keys, JSON web
    /// tokens, and the keys and tokens of clouds, forges, chats, package registries, payment and
    /// model providers, wherever they stand: in code, front matter and comments, too. Values that
    /// documentation shows (`AKIA...EXAMPLE`, `xxxx`, `${TOKEN}`, `<token>`, `123456`) are left
    /// alone. No output shows the value.
    ///
    /// ### Fires
    ///
    /// ```md
    /// # Phase 1
    ///
    #[doc = concat!(" Deploy with `gh", "p_k3Vt9QmZx2LrB7wNc5YdHs8Jf4GpTqKu6EaR`.")]
    /// ```
    ///
    /// ### Quiet
    ///
    /// ```md
    /// # Phase 1
    ///
    /// Deploy with `ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`, `${GITHUB_TOKEN}`,
    /// AKIAIOSFODNN7EXAMPLE and `password = "hunter2-but-longer"`.
    /// ```
    "possible-secret", severity = Error, check = Artifact(check), law = Always,
    options = ["generic": Boolean(false) = "Values of names such as `password`, `api_key` or `client_secret`, and passwords in URLs, count whatever \
                           their shape."]
}

fn check(ctx: &Context, _: &Artifact, out: &mut Sink) {
    let text = ctx.text();
    let mut secrets = ctx.secrets().to_vec();
    if ctx.boolean("generic") {
        secrets::add_generic(text, &mut secrets);
    }
    for secret in secrets {
        let placeholder = format!("${{{}}}", secret.variable);
        let beginning = match &text[secret.range.start..][..secret.shown] {
            "" => String::new(),
            shown => format!(" (`{shown}…`)"),
        };
        let message = format!(
            "This looks like {}{beginning}. Remove it from the file, and revoke it if it was shared.",
            secret.name
        );
        let title = format!("Replace by `{placeholder}`");
        out.report(secret.range.clone(), message)
            .fix(Fix::new(title, vec![Edit::replace(secret.range, placeholder)]));
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn its_findings_are_known_as_secrets() {
        assert_eq!(super::RULE.name(), crate::secrets::RULE);
    }
}
