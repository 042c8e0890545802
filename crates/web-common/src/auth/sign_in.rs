//! Signing up, in and out, and changing passwords: hashing before the job, the use case in it.

use domain::{
    Caller, Fact, Invalid, Kind, Origin, UserId,
    chats::InviteCode,
    ports::StoreError,
    users::{
        AccountError, NewSession, Password, PasswordHash, SecretHash, SessionError, SessionKind, SignedIn,
        User, Username,
        accounts::{self, NewAccount, Registration},
        sessions,
    },
};

use super::{Lifetimes, PasswordError, Passwords};
use crate::{metrics, store::Store};

/// Why somebody is not signed up or in.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// The password could not be hashed or checked.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The account stands in the way.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The session stands in the way.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The store stands in the way.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fact for SignInError {
    fn kind(&self) -> Kind {
        match self {
            Self::Password(PasswordError::Busy) => Kind::Unavailable,
            Self::Password(PasswordError::Broken(_)) => Kind::Internal,
            Self::Account(error) => error.kind(),
            Self::Session(error) => error.kind(),
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Password(PasswordError::Busy) => "busy",
            Self::Password(PasswordError::Broken(_)) => "internal",
            Self::Account(error) => error.code(),
            Self::Session(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<(&'static str, Invalid)> {
        match self {
            Self::Account(error) => error.fields(),
            _ => Vec::new(),
        }
    }
}

/// What a browser or program brings when it signs in.
#[derive(Clone, Debug)]
pub struct Visit {
    /// On which way in.
    pub kind: SessionKind,
    /// Of the secret by which its session will be found.
    pub secret: SecretHash,
    /// Of its first refresh token; none for a browser.
    pub refresh: Option<SecretHash>,
    /// What it calls itself; cut to 200 characters.
    pub user_agent: Option<String>,
}

/// Accounts as both web adapters use them.
#[derive(Clone)]
pub struct Accounts {
    store: Store,
    passwords: Passwords,
    lifetimes: Lifetimes,
    registration: Registration,
}

impl Accounts {
    /// Over the accounts in `store`.
    pub fn new(store: Store, passwords: Passwords, lifetimes: Lifetimes, registration: Registration) -> Self {
        Self { store, passwords, lifetimes, registration }
    }

    /// Who may sign up.
    pub fn registration(&self) -> Registration {
        self.registration
    }

    /// Hashes a password that is to become somebody's.
    pub async fn hash(&self, password: Password) -> Result<PasswordHash, PasswordError> {
        self.passwords.hash(password).await
    }

    /// Makes an account; never an admin. By an invitation, it is a member of that chat.
    pub async fn sign_up(
        &self,
        from: Origin,
        account: NewAccount,
        invite: Option<InviteCode>,
    ) -> Result<User, SignInError> {
        let registration = self.registration;
        let job = move |work: &mut dyn domain::ports::UnitOfWork| {
            accounts::sign_up(work, &from, registration, account, invite.as_ref())
        };
        Ok(self.store.write(None, job).await?)
    }

    /// Makes the first admin of a server that has none.
    pub async fn set_up(&self, from: Origin, account: NewAccount) -> Result<User, SignInError> {
        Ok(self.store.write(None, move |work| accounts::set_up(work, &from, account)).await?)
    }

    /// Begins a session for who proves to be `login`: a username, or a confirmed e-mail address.
    ///
    /// Known, unknown and deactivated names are refused alike and after the same time. Failures are noted in
    /// the audit log.
    pub async fn sign_in(
        &self,
        from: Origin,
        login: String,
        password: &str,
        visit: Visit,
    ) -> Result<SignedIn, SignInError> {
        let wrong = SignInError::Session(SessionError::WrongCredentials);
        let Some(password) = Password::claimed(password) else { return Err(wrong) };
        // Nobody is called by a name with U+0000 in it, which PostgreSQL can't even be asked for.
        let look = move |reads: &mut dyn domain::ports::Reads| match login.contains('\0') {
            true => Ok(None),
            false => reads.credentials(&login),
        };
        let credentials = self.store.read::<_, StoreError, _>(look).await?;
        let (user, hash) = match &credentials {
            Some(found) => (Some(found.user), Some(found.password.clone())),
            None => (None, None),
        };
        let matches = self.passwords.verify(password, hash).await?;
        let opened = match credentials {
            Some(found) if matches => self.open(&from, found.user, found.password, visit).await,
            _ => Err(wrong),
        };
        metrics::signed_in(opened.is_ok());
        if matches!(opened, Err(SignInError::Session(SessionError::WrongCredentials))) {
            self.store.write(user, move |work| sessions::note_failure(work, &from, user)).await?;
        }
        opened
    }

    /// Begins a session for somebody who has just proven who they are, by the password that `verified` is of.
    pub async fn open(
        &self,
        from: &Origin,
        user: UserId,
        verified: PasswordHash,
        visit: Visit,
    ) -> Result<SignedIn, SignInError> {
        let Visit { kind, secret, refresh, user_agent } = visit;
        let user_agent =
            user_agent.map(|agent| agent.chars().filter(|c| !c.is_control()).take(200).collect());
        let lasts = self.lifetimes.first(kind);
        let new = NewSession { user, kind, secret, refresh, user_agent, lasts };
        let from = from.clone();
        Ok(self.store.write(Some(user), move |work| sessions::open(work, &from, &verified, &new)).await?)
    }

    /// Changes one's own password and ends every other session.
    pub async fn change_password(&self, by: Caller, current: &str, new: Password) -> Result<(), SignInError> {
        let user = by.user;
        let verified = self.confirm(user, current).await?;
        let new = self.passwords.hash(new).await?;
        let job = move |work: &mut dyn domain::ports::UnitOfWork| {
            accounts::change_password(work, &by, &verified, &new)
        };
        Ok(self.store.write(Some(user), job).await?)
    }

    /// Deletes one's own account.
    pub async fn delete(&self, by: Caller, password: &str) -> Result<(), SignInError> {
        let verified = self.confirm(by.user, password).await?;
        let user = by.user;
        Ok(self.store.write(Some(user), move |work| accounts::delete(work, &by, &verified)).await?)
    }

    /// The hash that the user's current password was checked against.
    async fn confirm(&self, user: UserId, password: &str) -> Result<PasswordHash, SignInError> {
        let wrong = || SignInError::Account(AccountError::WrongPassword);
        let password = Password::claimed(password).ok_or_else(wrong)?;
        let look = move |reads: &mut dyn domain::ports::Reads| {
            let name: Option<Username> = reads.user(user)?.map(|user| user.username);
            name.map_or(Ok(None), |name| reads.credentials(name.as_str()))
        };
        let hash = self.store.read::<_, StoreError, _>(look).await?.map(|found| found.password);
        match hash {
            Some(hash) if self.passwords.verify(password, Some(hash.clone())).await? => Ok(hash),
            _ => Err(wrong()),
        }
    }
}
