//! `man`: manual pages, from the same texts as `--help`.

use clap::CommandFactory;
use clap_mangen::Man;

use super::Cli;

/// The page of the program, or of one of its commands; `None` if there is no such command.
pub fn page(name: Option<&str>) -> Option<Vec<u8>> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    if let Some(name) = name {
        command = command.find_subcommand(name)?.clone().version(env!("CARGO_PKG_VERSION"));
    }
    let mut page = Vec::new();
    Man::new(command).render(&mut page).expect("memory takes everything");
    Some(page)
}
