//! The command line: what can be asked of `natter`.

use std::{ffi::OsString, path::PathBuf};

use clap::{CommandFactory, Parser, Subcommand, error::ErrorKind};

/// Natter, a chat server of your own.
///
/// Without a command it serves, as `natter serve` does.
#[derive(Debug, Parser)]
#[command(name = "natter", version)]
pub struct Cli {
    /// A TOML file with settings; may be given several times, a later one goes over an earlier one.
    ///
    /// Settings come from built-in defaults, then these files, then the environment: NATTER_ and the key in upper case,
    /// with __ between levels, such as NATTER_LOG__LEVEL.
    #[arg(long = "config", value_name = "FILE", global = true)]
    pub files: Vec<PathBuf>,

    #[command(subcommand)]
    command: Option<Command>,
}

impl Cli {
    /// Reads the command line; what is wrong with it, or the help asked for, is an error that knows how to exit.
    pub fn read(line: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let line: Vec<_> = line.into_iter().collect();
        let cli = Self::try_parse_from(&line)?;
        // clap forgets those before the command when there are some behind it.
        let is_file =
            |word: &&OsString| *word == "--config" || word.as_encoded_bytes().starts_with(b"--config=");
        if line.iter().filter(is_file).count() > cli.files.len() {
            let advice = "give every --config before the command, or every one behind it";
            return Err(Self::command().error(ErrorKind::ArgumentConflict, advice));
        }
        Ok(cli)
    }

    /// What to do: serve, if nothing else was asked for.
    #[must_use]
    pub fn asked(&self) -> &Command {
        self.command.as_ref().unwrap_or(&Command::Serve)
    }
}

/// What `natter` can do.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Start the server, after bringing the database up to date.
    Serve,
    /// Bring the database up to date, without starting the server.
    Migrate,
    /// Make users, and set their passwords.
    #[command(subcommand)]
    User(UserCommand),
    /// Check the audit log.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Check the settings.
    #[command(subcommand)]
    Config(ConfigCommand),
}

/// What can be done with users.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum UserCommand {
    /// Make an admin. A user of this name is made admin; a new one needs a password.
    ///
    /// The password is asked for in a terminal, and read from the first line of standard input otherwise.
    CreateAdmin {
        /// The username.
        name: String,
    },
    /// Set a user's password, which signs them out everywhere.
    ///
    /// The password is asked for in a terminal, and read from the first line of standard input otherwise.
    SetPassword {
        /// The username.
        name: String,
    },
}

/// What can be done with the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum AuditCommand {
    /// Check that no entry was altered, inserted, removed or moved; fails and names the first if one was.
    Verify,
}

/// What can be done with the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum ConfigCommand {
    /// Print the settings in effect and where each comes from, without passwords; fails if one is wrong.
    Check,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Cli, clap::Error> {
        Cli::read(line.split(' ').map(OsString::from))
    }

    fn typed(line: &str) -> Cli {
        read(line).unwrap()
    }

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn without_a_command_it_serves() {
        assert_eq!(*typed("natter").asked(), Command::Serve);
        assert_eq!(*typed("natter serve").asked(), Command::Serve);
        assert_eq!(*typed("natter --config a.toml").asked(), Command::Serve);
    }

    #[test]
    fn files_may_stand_before_or_behind_the_command_in_their_order() {
        assert_eq!(typed("natter --config a --config b migrate").files, ["a", "b"].map(PathBuf::from));
        assert_eq!(typed("natter migrate --config a --config b").files, ["a", "b"].map(PathBuf::from));
    }

    #[test]
    fn no_file_is_forgotten() {
        for line in ["natter --config a migrate --config b", "natter --config=a migrate --config=b"] {
            assert_eq!(read(line).unwrap_err().kind(), ErrorKind::ArgumentConflict, "{line}");
        }
    }

    #[test]
    fn every_command_can_be_asked_for() {
        let ada = || "ada".to_owned();
        let commands = [
            ("natter migrate", Command::Migrate),
            ("natter user create-admin ada", Command::User(UserCommand::CreateAdmin { name: ada() })),
            ("natter user set-password ada", Command::User(UserCommand::SetPassword { name: ada() })),
            ("natter audit verify", Command::Audit(AuditCommand::Verify)),
            ("natter config check", Command::Config(ConfigCommand::Check)),
        ];
        for (line, command) in commands {
            assert_eq!(*typed(line).asked(), command);
        }
    }

    #[test]
    fn what_is_no_command_is_refused() {
        for line in
            ["natter fly", "natter user", "natter user create-admin", "natter config", "natter --colour"]
        {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
