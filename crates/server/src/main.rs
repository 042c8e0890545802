//! The `natter` binary.

use std::{
    env,
    io::{self, Write},
    process::ExitCode,
};

use server::{
    cli::{Cli, Command, ConfigCommand},
    commands,
};

fn main() -> ExitCode {
    let cli = Cli::read(env::args_os()).unwrap_or_else(|error| error.exit());
    match run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "natter: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> anyhow::Result<()> {
    match cli.asked() {
        Command::Config(ConfigCommand::Check) => commands::config::check(&cli.files, &mut io::stdout()),
        command => anyhow::bail!("{command:?} is not built yet"),
    }
}
