//! A password from whoever runs a command: asked for in a terminal, read from standard input otherwise.

use std::io::{self, BufRead, IsTerminal};

/// More than any password has, so that the wrong file on standard input ends soon.
const MAX_BYTES: u64 = 4096;

/// No password was given.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The two that were typed are not the same.
    #[error("the two passwords are not the same")]
    Differ,
    /// Nothing was typed, or standard input is empty.
    #[error("no password was given: type one, or write it to standard input")]
    Missing,
    /// It can't be read.
    #[error("cannot read the password")]
    Io(#[from] io::Error),
}

/// Asks twice for a new password in a terminal, or takes the first line of standard input.
pub fn read() -> Result<String, PasswordError> {
    if io::stdin().is_terminal() {
        same(rpassword::prompt_password("New password: ")?, &rpassword::prompt_password("Once more: ")?)
    } else {
        first_line(io::stdin().lock())
    }
}

fn same(password: String, again: &str) -> Result<String, PasswordError> {
    if password != again {
        return Err(PasswordError::Differ);
    }
    present(password)
}

fn first_line(input: impl BufRead) -> Result<String, PasswordError> {
    let mut line = String::new();
    input.take(MAX_BYTES).read_line(&mut line)?;
    let line = line.strip_suffix('\n').unwrap_or(&line);
    present(line.strip_suffix('\r').unwrap_or(line).to_owned())
}

fn present(password: String) -> Result<String, PasswordError> {
    if password.is_empty() { Err(PasswordError::Missing) } else { Ok(password) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_the_password_with_its_blanks() {
        for input in [" pass word ", " pass word \n", " pass word \r\n", " pass word \nsecond\n"] {
            assert_eq!(first_line(input.as_bytes()).unwrap(), " pass word ");
        }
    }

    #[test]
    fn no_input_is_no_password() {
        for input in ["", "\n", "\r\n", "\nsecond"] {
            assert!(matches!(first_line(input.as_bytes()), Err(PasswordError::Missing)), "{input:?}");
        }
    }

    #[test]
    fn an_endless_line_is_not_read_to_its_end() {
        assert_eq!(first_line(io::BufReader::new(io::repeat(b'x'))).unwrap().len(), 4096);
    }

    #[test]
    fn both_that_are_typed_must_be_the_same() {
        assert_eq!(same("secret".into(), "secret").unwrap(), "secret");
        assert!(matches!(same("secret".into(), "Secret"), Err(PasswordError::Differ)));
        assert!(matches!(same(String::new(), ""), Err(PasswordError::Missing)));
    }
}
