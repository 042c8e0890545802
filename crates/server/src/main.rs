//! The `natter` binary.

use std::{
    env,
    io::{self, Write},
    process::ExitCode,
};

use server::{
    cli::{AuditCommand, Cli, Command, ConfigCommand, UserCommand},
    commands,
};

fn main() -> ExitCode {
    let cli = Cli::read(env::args_os()).unwrap_or_else(|error| error.exit());
    match run(&cli, &mut io::stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "natter: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli, out: &mut dyn Write) -> anyhow::Result<()> {
    let files = &cli.files;
    match cli.asked() {
        Command::Serve => commands::serve::run(files, out),
        Command::Migrate => commands::migrate::run(files, out),
        Command::User(UserCommand::CreateAdmin { name }) => commands::user::create_admin(files, name, out),
        Command::User(UserCommand::SetPassword { name }) => commands::user::set_password(files, name, out),
        Command::Audit(AuditCommand::Verify) => commands::audit::verify(files, out),
        Command::Config(ConfigCommand::Check) => commands::config::check(files, out),
    }
}
