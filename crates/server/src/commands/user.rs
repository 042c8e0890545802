//! `natter user`: makes admins and sets passwords, also beside a running server.

use std::{io::Write, path::PathBuf, sync::Arc};

use domain::{
    Origin, Via,
    ports::{Job, Store, StoreError, UnitOfWork},
    users::{
        AccountError, Password, PasswordHash, User, Username,
        accounts::{self, NewAccount},
    },
};
use persistence::Database;
use slog::{Discard, Logger, o};

use crate::{composition, password, settings::Settings};

/// Makes an admin; a user of that name becomes one and keeps their password.
pub fn create_admin(files: &[PathBuf], name: &str, out: &mut dyn Write) -> anyhow::Result<()> {
    let username: Username = parse("username", name)?;
    let database = open(files)?;
    let exists = look_up(&database, &username)?.is_some();
    let password = if exists { PasswordHash::none() } else { new_password()? };
    let account = NewAccount { username, password, first_name: None, last_name: None, email: None };
    let user = change(&database, move |work, from| accounts::create_admin(work, from, account))?;
    database.close();
    writeln!(out, "{} is an admin now", user.username)?;
    Ok(())
}

/// Sets a user's password and ends all their sessions, on a running server within a second.
pub fn set_password(files: &[PathBuf], name: &str, out: &mut dyn Write) -> anyhow::Result<()> {
    let username: Username = parse("username", name)?;
    let database = open(files)?;
    anyhow::ensure!(look_up(&database, &username)?.is_some(), "there is no user called {username}");
    let password = new_password()?;
    let user = change(&database, move |work, from| accounts::set_password(work, from, &username, &password))?;
    database.close();
    writeln!(out, "the password of {} is set, and all their sessions are ended", user.username)?;
    Ok(())
}

fn open(files: &[PathBuf]) -> anyhow::Result<Arc<Database>> {
    let (settings, _) = Settings::load(files)?;
    // What happens is told by the server that runs beside, if one does.
    composition::open(&settings, &Logger::root(Discard, o!()), Box::new(drop))
}

fn new_password() -> anyhow::Result<PasswordHash> {
    let password: Password = parse("password", &password::read()?)?;
    Ok(composition::passwords()?.hash_now(&password)?)
}

fn parse<T: std::str::FromStr<Err = domain::Invalid>>(what: &str, text: &str) -> anyhow::Result<T> {
    text.parse().map_err(|invalid| anyhow::anyhow!("the {what} {invalid}"))
}

fn look_up(database: &Database, username: &Username) -> anyhow::Result<Option<User>> {
    let (answer, answered) = std::sync::mpsc::channel();
    let username = username.clone();
    database.look(Box::new(move |reads| {
        let _ = answer.send(reads.and_then(|reads| reads.user_named(&username)));
    }))?;
    Ok(answered.recv()??)
}

/// Does a use case as a job, and waits for its commit.
fn change(
    database: &Database,
    use_case: impl FnOnce(&mut dyn UnitOfWork, &Origin) -> Result<User, AccountError> + Send + 'static,
) -> anyhow::Result<User> {
    let (answer, answered) = std::sync::mpsc::channel();
    let (refusal, done) = (answer.clone(), answer);
    let (land, landed) = std::sync::mpsc::channel();
    let run = Box::new(move |work: &mut dyn UnitOfWork| match use_case(work, &Origin::anonymous(Via::Cli)) {
        Ok(user) => land.send(user).is_ok(),
        Err(error) => {
            let _ = refusal.send(Err(error));
            false
        }
    });
    let done = Box::new(move |committed: Result<(), StoreError>| {
        let _ = done.send(committed.map_err(AccountError::from));
    });
    database.submit(Job::Other { account: None, run, done })?;
    answered.recv()??;
    Ok(landed.recv()?)
}
