//! What `--help` says below the arguments: exit codes and examples.

pub const EXIT_CODES: &str = "Exit codes:
  0  nothing found that --fail-on asks for
  1  something found, --diff shows a difference, or 'new' had nothing to create
  2  bad usage, unreadable input, bad configuration or no artifact at all; with --fix also what could not be written

Colours: on a terminal; FORCE_COLOR or CLICOLOR_FORCE colour everywhere, NO_COLOR nowhere, and --color WHEN overrules them.";

pub const CHECK_EXAMPLES: &str = "Examples:
  phasemark check                          everything below the root around this folder
  phasemark check plan/phase-1.md          one file
  phasemark check --statistics             what there is, rule by rule
  phasemark check --select broken-reference,broken-link
  phasemark check --show hint              list everything, not only warnings and errors
  phasemark check --fail-on error          findings below error do not fail
  phasemark check --write-baseline         from now on, report only what is new
  phasemark check --changed=origin/main    only what this branch changed
  phasemark check --fix                    apply the fixes that are safe, then show what remains
  phasemark check --diff                   show what --fix would change
  phasemark check --watch                  check again with every change, until Ctrl-C
  phasemark check --format github          annotations in a workflow run
  phasemark check --format concise         path:line:column, for an editor's list of errors
  phasemark check --format sarif --output phasemark.sarif
  phasemark check --stdin-filename plan/phase-1.md < draft.md";
pub const INIT_EXAMPLES: &str = "Examples:
  phasemark init                                     plan/, prompts/ and work-notes/ with a first phase
  phasemark init --plan docs/plans --plan PLAN.md    a phasemark.toml that names what is there

The folders are those of phasemark.toml, else plan/, prompts/ and work-notes/, at the root around the current folder: the nearest one with phasemark.toml, else with an artifact folder, else with .git. Without any, the current folder.";
pub const NEW_EXAMPLES: &str = "Examples:
  phasemark new phase-2-gateway            plan, prompt and work notes of a new phase
  phasemark new billing/phase-1            in the sub-folder billing/ of each folder
  phasemark new 2                          what phase 2 lacks";
pub const LOG_EXAMPLES: &str = "Examples:
  phasemark log                            the phase in progress
  phasemark log phase-2
  phasemark log billing/2 --message 'The chart renders' --message 'Probes are in'
  phasemark log work-notes/phase-2.md";
pub const STATUS_EXAMPLES: &str = "Examples:
  phasemark status
  phasemark status 2 billing/3             two phases
  phasemark status services/billing        those with a file in that folder
  phasemark status --open                  those that are not complete
  phasemark status --stale                 those in progress whose session log is out of date
  phasemark status --format markdown       a table for a pull request
  phasemark status --format html > status.html
  phasemark status --format json | jq '.phases[] | select(.open_questions > 0).stem'";
pub const RESUME_EXAMPLES: &str = "Examples:
  phasemark resume                         the phase in progress
  phasemark resume phase-2
  phasemark resume billing/2 | pbcopy
  phasemark resume --budget 4000           for a model with little room
  phasemark resume --format json | jq -r '.parts[].heading'";
pub const EXPLAIN_EXAMPLES: &str = "Examples:
  phasemark explain
  phasemark explain missing-definition-of-done
  phasemark explain --format json | jq '.rules[] | select(any(.fixes[]; .safe)).name'";
pub const COMPLETIONS_EXAMPLES: &str = "Examples:
  phasemark completions bash > ~/.local/share/bash-completion/completions/phasemark
  phasemark completions zsh > ~/.zfunc/_phasemark        a folder of $fpath, which compinit reads
  phasemark completions fish > ~/.config/fish/completions/phasemark.fish
  phasemark completions powershell >> $PROFILE

The script asks the phasemark on PATH, and need not be written anew after an update.";
pub const MAN_EXAMPLES: &str = "Examples:
  phasemark man | man -l -
  phasemark man check > ~/.local/share/man/man1/phasemark-check.1";
