//! What credentials look like: a literal that gives them away, and the characters around it.
//!
//! Each group names where its formats are documented: the issuer's page, or the rules of the same
//! subject in gitleaks (<https://github.com/gitleaks/gitleaks>).

use std::ops::Range;

/// A set of ASCII characters.
#[derive(Clone, Copy)]
pub struct Class(u128);

impl Class {
    const fn of(characters: &[u8]) -> Self {
        let (mut set, mut at) = (0, 0);
        while at < characters.len() {
            set |= 1 << characters[at];
            at += 1;
        }
        Self(set)
    }

    pub const fn has(self, byte: u8) -> bool {
        byte < 128 && self.0 >> byte & 1 == 1
    }

    const fn and(self, characters: &[u8]) -> Self {
        Self(self.0 | Self::of(characters).0)
    }

    /// As many as `least`, as many as `most`, and no further one after them.
    const fn run(self, least: usize, most: usize) -> Piece {
        Piece::Run(self, least, most)
    }

    const fn exactly(self, count: usize) -> Piece {
        Piece::Run(self, count, count)
    }

    const fn least(self, count: usize) -> Piece {
        Piece::Run(self, count, usize::MAX)
    }
}

pub const DIGIT: Class = Class::of(b"0123456789");
pub const HEX: Class = DIGIT.and(b"abcdefABCDEF");
const UPPER: Class = DIGIT.and(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ");
const LOWER: Class = DIGIT.and(b"abcdefghijklmnopqrstuvwxyz");
pub const ALNUM: Class = UPPER.and(b"abcdefghijklmnopqrstuvwxyz");
const SNAKE: Class = ALNUM.and(b"_");
const KEBAB: Class = ALNUM.and(b"-");
/// Of base64 as it stands in URLs.
pub const WORD: Class = ALNUM.and(b"_-");
pub const BASE64: Class = ALNUM.and(b"+/=");

#[derive(Clone, Copy)]
pub enum Piece {
    Run(Class, usize, usize),
    Literal(&'static str),
    /// An equals sign or a colon, with quotes and spaces around it; the secret begins after it.
    Assignment,
}
use Piece::{Assignment, Literal};

pub struct Shape {
    /// What it is, as a sentence ends: "a GitHub token".
    pub name: &'static str,
    /// What to call the placeholder.
    pub variable: &'static str,
    pub anchor: &'static str,
    /// What stands before the anchor and belongs to the secret.
    before: Option<(Class, usize, usize)>,
    after: &'static [Piece],
    /// What else must be true of the whole.
    test: Option<fn(&str) -> bool>,
}

const fn shape(name: &'static str, variable: &'static str, anchor: &'static str, after: &'static [Piece]) -> Shape {
    Shape { name, variable, anchor, before: None, after, test: None }
}

impl Shape {
    const fn after(mut self, class: Class, least: usize, most: usize) -> Self {
        self.before = Some((class, least, most));
        self
    }

    const fn that(mut self, test: fn(&str) -> bool) -> Self {
        self.test = Some(test);
        self
    }
}

#[rustfmt::skip]
pub static SHAPES: &[Shape] = &[
    // docs.github.com/authentication: token formats; gitleaks github-*. Installation tokens may be longer.
    shape("a GitHub personal access token", "GITHUB_TOKEN", "ghp_", &[ALNUM.exactly(36)]),
    shape("a GitHub OAuth token", "GITHUB_TOKEN", "gho_", &[ALNUM.exactly(36)]),
    shape("a GitHub app token", "GITHUB_TOKEN", "ghu_", &[ALNUM.exactly(36)]),
    shape("a GitHub app token", "GITHUB_TOKEN", "ghs_", &[SNAKE.least(36)]),
    shape("a GitHub refresh token", "GITHUB_TOKEN", "ghr_", &[ALNUM.run(36, 76)]),
    shape("a GitHub personal access token", "GITHUB_TOKEN", "github_pat_", &[SNAKE.run(59, 255)]),
    // docs.gitlab.com/security/tokens: token prefixes; gitleaks gitlab-*. Routable ones have two dotted parts.
    shape("a GitLab personal access token", "GITLAB_TOKEN", "glpat-", &[WORD.least(20)]),
    shape("a GitLab personal access token", "GITLAB_TOKEN", "glpat-", &[WORD.least(20), Literal("."), LOWER.run(2, 9)]),
    shape("a GitLab personal access token", "GITLAB_TOKEN", "glpat-",
        &[WORD.least(20), Literal("."), LOWER.exactly(2), Literal("."), LOWER.run(7, 9)]),
    shape("a GitLab deploy token", "GITLAB_DEPLOY_TOKEN", "gldt-", &[WORD.least(20)]),
    shape("a GitLab runner token", "GITLAB_RUNNER_TOKEN", "glrt-", &[WORD.least(20)]),
    shape("a GitLab runner token", "GITLAB_RUNNER_TOKEN", "GR1348941", &[WORD.least(20)]),
    shape("a GitLab trigger token", "GITLAB_TRIGGER_TOKEN", "glptt-", &[HEX.exactly(40)]),
    shape("a GitLab job token", "GITLAB_JOB_TOKEN", "glcbt-", &[ALNUM.run(1, 5), Literal("_"), WORD.least(20)]),
    shape("a GitLab feed token", "GITLAB_FEED_TOKEN", "glft-", &[WORD.least(20)]),
    shape("a GitLab mail token", "GITLAB_MAIL_TOKEN", "glimt-", &[WORD.least(25)]),
    shape("a GitLab agent token", "GITLAB_AGENT_TOKEN", "glagent-", &[WORD.least(50)]),
    shape("a GitLab application secret", "GITLAB_SECRET", "gloas-", &[WORD.least(64)]),
    shape("a GitLab SCIM token", "GITLAB_SCIM_TOKEN", "glsoat-", &[WORD.least(20)]),
    // support.atlassian.com: API tokens and app passwords; gitleaks atlassian-api-token.
    shape("a Bitbucket app password", "BITBUCKET_PASSWORD", "ATBB", &[ALNUM.exactly(32)]),
    shape("a Bitbucket access token", "BITBUCKET_TOKEN", "ATCTT3", &[WORD.and(b"=").least(120)]),
    shape("an Atlassian API token", "ATLASSIAN_TOKEN", "ATATT3", &[WORD.and(b"=").least(120)]),
    // docs.aws.amazon.com/IAM: identifiers; gitleaks aws-access-token, aws-amazon-bedrock-*.
    shape("an AWS access key", "AWS_ACCESS_KEY_ID", "AKIA", &[UPPER.exactly(16)]),
    shape("an AWS access key", "AWS_ACCESS_KEY_ID", "ASIA", &[UPPER.exactly(16)]),
    shape("an AWS access key", "AWS_ACCESS_KEY_ID", "ABIA", &[UPPER.exactly(16)]),
    shape("an AWS access key", "AWS_ACCESS_KEY_ID", "ACCA", &[UPPER.exactly(16)]),
    shape("an AWS secret key", "AWS_SECRET_ACCESS_KEY", "secret_access_key", &[Assignment, BASE64.exactly(40)]),
    shape("an AWS secret key", "AWS_SECRET_ACCESS_KEY", "SECRET_ACCESS_KEY", &[Assignment, BASE64.exactly(40)]),
    shape("an AWS secret key", "AWS_SECRET_ACCESS_KEY", "SecretAccessKey", &[Assignment, BASE64.exactly(40)]),
    shape("an Amazon Bedrock key", "BEDROCK_API_KEY", "ABSK", &[BASE64.run(109, 271)]),
    shape("an Amazon Bedrock key", "BEDROCK_API_KEY", "bedrock-api-key-", &[BASE64.least(40)]),
    // cloud.google.com/docs/authentication: API keys, OAuth; gitleaks gcp-api-key.
    shape("a Google API key", "GOOGLE_API_KEY", "AIza", &[WORD.exactly(35)]),
    shape("a Google OAuth secret", "GOOGLE_CLIENT_SECRET", "GOCSPX-", &[WORD.exactly(28)]),
    shape("a Google access token", "GOOGLE_ACCESS_TOKEN", "ya29.", &[WORD.and(b".").least(40)]),
    // learn.microsoft.com/purview: Azure credential types; gitleaks azure-ad-client-secret.
    shape("an Azure client secret", "AZURE_CLIENT_SECRET", "Q~", &[WORD.and(b".~").run(31, 34)]).after(WORD.and(b".~"), 4, 4).that(azure_client),
    shape("an Azure storage key", "AZURE_STORAGE_KEY", "AccountKey", &[Assignment, BASE64.run(86, 88)]),
    shape("an Azure access key", "AZURE_ACCESS_KEY", "SharedAccessKey", &[Assignment, BASE64.run(43, 44)]),
    shape("an Azure shared access signature", "AZURE_SAS", "&sig", &[Assignment, ALNUM.and(b"%").run(43, 80)]).that(signature),
    shape("an Azure shared access signature", "AZURE_SAS", "?sig", &[Assignment, ALNUM.and(b"%").run(43, 80)]).that(signature),
    shape("an Azure API key", "AZURE_API_KEY", "JQQJ99", &[ALNUM.run(20, 26)]).after(ALNUM, 52, 52),
    shape("an Azure DevOps token", "AZURE_DEVOPS_TOKEN", "AZDO", &[ALNUM.exactly(4)]).after(ALNUM, 76, 76),
    // Each issuer's page on its API tokens; gitleaks rules of the same names.
    shape("a DigitalOcean token", "DIGITALOCEAN_TOKEN", "dop_v1_", &[HEX.exactly(64)]),
    shape("a DigitalOcean token", "DIGITALOCEAN_TOKEN", "doo_v1_", &[HEX.exactly(64)]),
    shape("a DigitalOcean token", "DIGITALOCEAN_TOKEN", "dor_v1_", &[HEX.exactly(64)]),
    shape("a Cloudflare origin key", "CLOUDFLARE_ORIGIN_KEY", "v1.0-", &[HEX.exactly(24), Literal("-"), HEX.exactly(146)]),
    shape("a Heroku API key", "HEROKU_API_KEY", "HRKU-AA", &[WORD.exactly(58)]),
    shape("a Fly.io token", "FLY_API_TOKEN", "fo1_", &[WORD.exactly(43)]),
    shape("a Fly.io token", "FLY_API_TOKEN", "fm2_", &[BASE64.least(100)]),
    shape("a Vault token", "VAULT_TOKEN", "hvs.", &[WORD.least(24)]),
    shape("a Vault token", "VAULT_TOKEN", "hvb.", &[WORD.least(90)]),
    shape("a Terraform token", "TERRAFORM_TOKEN", ".atlasv1.", &[WORD.and(b"=").run(60, 70)]).after(ALNUM, 14, 14),
    shape("a Databricks token", "DATABRICKS_TOKEN", "dapi", &[HEX.exactly(32)]),
    shape("a Doppler token", "DOPPLER_TOKEN", "dp.pt.", &[ALNUM.exactly(43)]),
    shape("a Pulumi token", "PULUMI_ACCESS_TOKEN", "pul-", &[HEX.exactly(40)]),
    shape("a PlanetScale token", "PLANETSCALE_TOKEN", "pscale_tkn_", &[WORD.and(b"=.").run(32, 64)]),
    shape("a PlanetScale token", "PLANETSCALE_TOKEN", "pscale_oauth_", &[WORD.and(b"=.").run(32, 64)]),
    shape("a PlanetScale password", "PLANETSCALE_PASSWORD", "pscale_pw_", &[WORD.and(b"=.").run(32, 64)]),
    shape("a Supabase token", "SUPABASE_ACCESS_TOKEN", "sbp_", &[HEX.exactly(40)]),
    shape("a Supabase secret key", "SUPABASE_SECRET_KEY", "sb_secret_", &[WORD.least(31)]),
    shape("an Alibaba Cloud key", "ALIBABA_ACCESS_KEY_ID", "LTAI", &[ALNUM.run(16, 20)]),
    shape("a Tencent Cloud key", "TENCENT_SECRET_ID", "AKID", &[ALNUM.exactly(32)]),
    shape("an OpenShift token", "OPENSHIFT_TOKEN", "sha256~", &[WORD.exactly(43)]),
    shape("a Grafana token", "GRAFANA_TOKEN", "glsa_", &[ALNUM.exactly(32), Literal("_"), HEX.exactly(8)]),
    shape("a Grafana token", "GRAFANA_TOKEN", "glc_", &[BASE64.run(32, 400)]),
    shape("a Sentry token", "SENTRY_AUTH_TOKEN", "sntryu_", &[HEX.exactly(64)]),
    shape("a Sentry token", "SENTRY_AUTH_TOKEN", "sntrys_", &[BASE64.and(b"_").least(60)]),
    shape("a New Relic key", "NEW_RELIC_API_KEY", "NRAK-", &[UPPER.exactly(27)]),
    shape("a Dynatrace token", "DYNATRACE_TOKEN", "dt0c01.", &[UPPER.exactly(24), Literal("."), UPPER.exactly(64)]),
    shape("a Linear API key", "LINEAR_API_KEY", "lin_api_", &[ALNUM.exactly(40)]),
    shape("a Notion token", "NOTION_TOKEN", "ntn_", &[ALNUM.exactly(46)]),
    shape("a Postman API key", "POSTMAN_API_KEY", "PMAK-", &[HEX.exactly(24), Literal("-"), HEX.exactly(34)]),
    shape("a Figma token", "FIGMA_TOKEN", "figd_", &[WORD.least(38)]),
    shape("an Airtable token", "AIRTABLE_TOKEN", "pat", &[ALNUM.exactly(14), Literal("."), HEX.exactly(64)]),
    shape("a Shopify token", "SHOPIFY_TOKEN", "shpat_", &[HEX.exactly(32)]),
    shape("a Shopify token", "SHOPIFY_TOKEN", "shpca_", &[HEX.exactly(32)]),
    shape("a Shopify token", "SHOPIFY_TOKEN", "shppa_", &[HEX.exactly(32)]),
    shape("a Shopify secret", "SHOPIFY_SECRET", "shpss_", &[HEX.exactly(32)]),
    shape("an age key", "AGE_SECRET_KEY", "AGE-SECRET-KEY-1", &[UPPER.exactly(58)]),
    shape("a 1Password token", "OP_SERVICE_ACCOUNT_TOKEN", "ops_eyJ", &[BASE64.least(200)]),
    // api.slack.com/authentication/token-types; gitleaks slack-*.
    shape("a Slack token", "SLACK_TOKEN", "xoxa-", &[KEBAB.least(20)]),
    shape("a Slack token", "SLACK_TOKEN", "xoxb-", &[KEBAB.least(20)]),
    shape("a Slack token", "SLACK_TOKEN", "xoxc-", &[KEBAB.least(20)]),
    shape("a Slack token", "SLACK_TOKEN", "xoxd-", &[KEBAB.and(b"%").least(20)]),
    shape("a Slack token", "SLACK_TOKEN", "xoxe-", &[KEBAB.least(20)]),
    shape("a Slack token", "SLACK_TOKEN", "xoxe.xoxb-", &[KEBAB.least(20)]),
    shape("a Slack token", "SLACK_TOKEN", "xoxe.xoxp-", &[KEBAB.least(20)]),
    shape("a Slack token", "SLACK_TOKEN", "xoxo-", &[KEBAB.least(20)]),
    shape("a Slack token", "SLACK_TOKEN", "xoxp-", &[KEBAB.least(20)]),
    shape("a Slack token", "SLACK_TOKEN", "xoxr-", &[KEBAB.least(20)]),
    shape("a Slack token", "SLACK_TOKEN", "xoxs-", &[KEBAB.least(20)]),
    shape("a Slack app token", "SLACK_APP_TOKEN", "xapp-", &[KEBAB.least(40)]),
    shape("a Slack webhook", "SLACK_WEBHOOK_URL", "https://hooks.slack.com/", &[LOWER.run(8, 9), Literal("/"), ALNUM.and(b"/").run(40, 70)]),
    // discord.com/developers/docs; gitleaks discord-*. core.telegram.org/bots; gitleaks telegram-bot-api-token.
    shape("a Discord bot token", "DISCORD_TOKEN", ".", &[WORD.exactly(6), Literal("."), WORD.run(27, 38)]).after(WORD, 23, 28).that(discord_bot),
    shape("a Discord webhook", "DISCORD_WEBHOOK_URL", "https://discord.com/api/webhooks/", &[DIGIT.run(17, 20), Literal("/"), WORD.run(60, 80)]),
    shape("a Discord webhook", "DISCORD_WEBHOOK_URL", "https://discordapp.com/api/webhooks/", &[DIGIT.run(17, 20), Literal("/"), WORD.run(60, 80)]),
    shape("a Telegram bot token", "TELEGRAM_BOT_TOKEN", ":AA", &[WORD.exactly(33)]).after(DIGIT, 7, 12),
    shape("a Teams webhook", "TEAMS_WEBHOOK_URL", ".webhook.office.com/webhookb2/", &[WORD.and(b"@/").least(100)]).after(ALNUM.and(b":/"), 9, 80),
    // twilio.com/docs, sendgrid.com, mailgun.com, mailchimp.com, brevo.com; gitleaks rules of the same names.
    shape("a Twilio API key", "TWILIO_API_KEY", "SK", &[HEX.exactly(32)]),
    shape("a SendGrid API key", "SENDGRID_API_KEY", "SG.", &[WORD.run(20, 24), Literal("."), WORD.run(39, 50)]),
    shape("a Mailgun key", "MAILGUN_API_KEY", "key-", &[HEX.exactly(32)]),
    shape("a Mailchimp key", "MAILCHIMP_API_KEY", "-us", &[DIGIT.run(1, 2)]).after(HEX, 32, 32),
    shape("a Brevo key", "BREVO_API_KEY", "xkeysib-", &[HEX.exactly(64), Literal("-"), ALNUM.exactly(16)]),
    // docs.stripe.com/keys; gitleaks stripe-access-token. developer.squareup.com; gitleaks square-access-token.
    shape("a Stripe secret key", "STRIPE_SECRET_KEY", "sk_live_", &[ALNUM.run(16, 247)]),
    shape("a Stripe secret key", "STRIPE_SECRET_KEY", "sk_test_", &[ALNUM.run(16, 247)]),
    shape("a Stripe restricted key", "STRIPE_RESTRICTED_KEY", "rk_live_", &[ALNUM.run(16, 247)]),
    shape("a Stripe restricted key", "STRIPE_RESTRICTED_KEY", "rk_test_", &[ALNUM.run(16, 247)]),
    shape("a Stripe webhook secret", "STRIPE_WEBHOOK_SECRET", "whsec_", &[BASE64.run(32, 64)]),
    shape("a Square token", "SQUARE_ACCESS_TOKEN", "sq0atp-", &[WORD.run(22, 60)]),
    shape("a Square secret", "SQUARE_SECRET", "sq0csp-", &[WORD.run(43, 60)]),
    shape("a Braintree token", "BRAINTREE_ACCESS_TOKEN", "access_token$production$", &[LOWER.exactly(16), Literal("$"), HEX.exactly(32)]),
    // The issuers' own pages on tokens: npm, PyPI, Cargo, RubyGems, NuGet, Docker, JFrog; gitleaks npm-access-token, pypi-upload-token, rubygems-api-token, artifactory-*.
    shape("an npm token", "NPM_TOKEN", "npm_", &[ALNUM.exactly(36)]),
    shape("a PyPI token", "PYPI_TOKEN", "pypi-AgE", &[WORD.least(50)]),
    shape("a crates.io token", "CARGO_REGISTRY_TOKEN", "cio", &[ALNUM.exactly(32)]).that(mixed),
    shape("a RubyGems key", "RUBYGEMS_API_KEY", "rubygems_", &[HEX.exactly(48)]),
    shape("a NuGet key", "NUGET_API_KEY", "oy2", &[LOWER.exactly(43)]),
    shape("a Docker Hub token", "DOCKER_TOKEN", "dckr_pat_", &[WORD.exactly(27)]),
    shape("a Docker Hub token", "DOCKER_TOKEN", "dckr_oat_", &[WORD.least(27)]),
    shape("an Artifactory key", "ARTIFACTORY_API_KEY", "AKCp", &[ALNUM.exactly(69)]),
    // Model providers. docs.anthropic.com, platform.openai.com, huggingface.co/docs, console.groq.com, docs.x.ai,
    // openrouter.ai/docs and so on; gitleaks anthropic-*, openai-api-key, huggingface-*, groq-*, perplexity-api-key.
    shape("an Anthropic API key", "ANTHROPIC_API_KEY", "sk-ant-", &[WORD.least(40)]).that(mixed),
    shape("an OpenAI API key", "OPENAI_API_KEY", "sk-proj-", &[WORD.least(40)]).that(mixed),
    shape("an OpenAI API key", "OPENAI_API_KEY", "sk-svcacct-", &[WORD.least(40)]).that(mixed),
    shape("an OpenAI API key", "OPENAI_API_KEY", "sk-admin-", &[WORD.least(40)]).that(mixed),
    shape("an OpenRouter API key", "OPENROUTER_API_KEY", "sk-or-v1-", &[HEX.exactly(64)]),
    // OpenAI's first keys, and what DeepSeek, Moonshot, Qwen and others made after them.
    shape("a model provider's API key", "API_KEY", "sk-", &[ALNUM.run(32, 64)]),
    shape("a Langfuse key", "LANGFUSE_SECRET_KEY", "sk-lf-", &[HEX.exactly(8), Literal("-"), HEX.and(b"-").exactly(27)]),
    shape("a Hugging Face token", "HF_TOKEN", "hf_", &[ALNUM.run(34, 40)]),
    shape("a Hugging Face token", "HF_TOKEN", "api_org_", &[ALNUM.exactly(34)]),
    shape("a Groq API key", "GROQ_API_KEY", "gsk_", &[ALNUM.exactly(52)]),
    shape("an xAI API key", "XAI_API_KEY", "xai-", &[ALNUM.exactly(80)]),
    shape("a Perplexity API key", "PERPLEXITY_API_KEY", "pplx-", &[ALNUM.run(40, 64)]),
    shape("a Replicate token", "REPLICATE_API_TOKEN", "r8_", &[ALNUM.exactly(37)]),
    shape("a Together API key", "TOGETHER_API_KEY", "tgp_v1_", &[WORD.least(40)]),
    shape("a Fireworks API key", "FIREWORKS_API_KEY", "fw_", &[ALNUM.run(22, 24)]).that(mixed),
    shape("an NVIDIA API key", "NVIDIA_API_KEY", "nvapi-", &[WORD.run(60, 70)]),
    shape("a Cerebras API key", "CEREBRAS_API_KEY", "csk-", &[LOWER.exactly(48)]),
    shape("an ElevenLabs API key", "ELEVENLABS_API_KEY", "sk_", &[HEX.exactly(48)]),
    shape("a Pinecone API key", "PINECONE_API_KEY", "pcsk_", &[SNAKE.least(50)]),
    shape("a Tavily API key", "TAVILY_API_KEY", "tvly-", &[WORD.run(30, 50)]).that(mixed),
    shape("a LangSmith key", "LANGSMITH_API_KEY", "lsv2_pt_", &[HEX.exactly(32), Literal("_"), HEX.exactly(10)]),
    shape("a LangSmith key", "LANGSMITH_API_KEY", "lsv2_sk_", &[HEX.exactly(32), Literal("_"), HEX.exactly(10)]),
    // RFC 7519; gitleaks jwt.
    shape("a JSON web token", "JWT", "eyJ", &[WORD.least(14), Literal(".eyJ"), WORD.least(14), Literal("."), WORD.least(10)])
        .that(super::examples::is_real_jwt),
];

impl Shape {
    /// The secret around the anchor at byte `at`.
    pub fn matches(&self, text: &str, at: usize) -> Option<Range<usize>> {
        let bytes = text.as_bytes();
        let mut start = at;
        if let Some((class, least, most)) = self.before {
            let run = bytes[..at].iter().rev().take(most + 1).take_while(|byte| class.has(**byte)).count();
            if run < least || run > most {
                return None;
            }
            start = at - run;
        }
        if self.after.first().is_some_and(|piece| !matches!(piece, Assignment)) && !begins_a_word(bytes, start) {
            return None;
        }
        let mut end = at + self.anchor.len();
        for piece in self.after {
            match *piece {
                Piece::Run(class, least, most) => {
                    let bound = bytes[end..].iter().take(most.saturating_add(1));
                    let run = bound.take_while(|byte| class.has(**byte)).count();
                    if run < least || run > most {
                        return None;
                    }
                    end += run;
                }
                Literal(literal) => {
                    end += bytes[end..].starts_with(literal.as_bytes()).then_some(literal.len())?;
                }
                Assignment => {
                    end += assignment(&bytes[end..])?;
                    start = end;
                }
            }
        }
        // A word that goes on is another word.
        let goes_on = bytes.get(end).is_some_and(|byte| byte.is_ascii_alphanumeric());
        let holds = |test: fn(&str) -> bool| test(&text[start..end]);
        (!goes_on && self.test.is_none_or(holds)).then_some(start..end)
    }
}

/// Whether a word can begin at `at`. After `\n` in a string it does.
fn begins_a_word(bytes: &[u8], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| bytes[before]) else { return true };
    let is_escape = matches!(before, b'n' | b'r' | b't') && at >= 2 && bytes[at - 2] == b'\\';
    is_escape || !(before.is_ascii_alphanumeric() || matches!(before, b'_' | b'-'))
}

/// How long `" = "` is.
pub fn assignment(bytes: &[u8]) -> Option<usize> {
    let skip = |from: usize, which: &[u8]| from + bytes[from..].iter().take_while(|byte| which.contains(byte)).count();
    let sign = skip(0, b" \t\"'`*");
    let value = skip(sign, b"=:>");
    (value > sign && value <= sign + 3 && sign <= 16).then(|| skip(value, b" \t\"'`"))
}

/// Capitals, small letters and digits: a word in prose or a name in code has not all three.
fn mixed(token: &str) -> bool {
    let has = |test: fn(&u8) -> bool| token.bytes().any(|byte| test(&byte));
    has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit)
}

/// The first part is a number in base64: the bot's id.
fn discord_bot(token: &str) -> bool {
    let id = super::examples::base64(token.split('.').next().unwrap_or_default());
    id.len() >= 17 && id.iter().all(u8::is_ascii_digit)
}

/// Three characters, a digit, `Q~`.
fn azure_client(token: &str) -> bool {
    token.as_bytes()[3].is_ascii_digit() && token.len() <= 40
}

/// The end of 32 bytes in base64, as it stands in a URL.
fn signature(token: &str) -> bool {
    token.ends_with("%3D") || token.ends_with("%3d")
}

#[cfg(test)]
impl Shape {
    /// A value of this shape, and the bytes that are secret. `random` answers a number below its argument.
    pub fn sample(&self, random: &mut dyn FnMut(usize) -> usize) -> (String, Range<usize>) {
        let mut word = |Class(set): Class, length: usize| -> String {
            let members: Vec<char> = (0..128_u8).filter(|byte| set >> byte & 1 == 1).map(char::from).collect();
            (0..length).map(|_| members[random(members.len())]).collect()
        };
        let mut start = 0;
        let mut sample = self.before.map_or(String::new(), |(class, least, most)| word(class, least.midpoint(most)));
        sample += self.anchor;
        for piece in self.after {
            match *piece {
                Piece::Run(class, least, most) => sample += &word(class, least.midpoint(most.min(least + 8))),
                Literal(literal) => sample += literal,
                Assignment => {
                    sample += "=";
                    start = sample.len();
                }
            }
        }
        let end = sample.len();
        (sample, start..end)
    }

    pub fn is_random(&self) -> bool {
        self.test.is_none_or(|test| std::ptr::fn_addr_eq(test, mixed as fn(&str) -> bool))
    }
}
