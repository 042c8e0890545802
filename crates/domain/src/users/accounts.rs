//! Making accounts, and ending them.

use super::{
    AccountError, Email, NewUser, PasswordHash, PersonName, SessionError, SiteRole, Status, User, UserChange,
    Username, sessions,
};
use crate::{
    Audience, Caller, Event, Notice, Origin,
    chats::{ChatError, InviteCode, invites, members},
    ports::{StoreError, UnitOfWork},
};

/// What somebody signs up with. The password is hashed before: a job does no slow work.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The name to be called by.
    pub username: Username,
    /// What is kept of the password.
    pub password: PasswordHash,
    /// First name.
    pub first_name: Option<PersonName>,
    /// Last name.
    pub last_name: Option<PersonName>,
    /// E-mail address.
    pub email: Option<Email>,
}

/// Who may sign up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Everybody.
    Open,
    /// Those with an invitation to a group.
    Invite,
    /// Nobody.
    Closed,
}

/// Makes an account for somebody new; never an admin. Who comes by an invitation to a group is a member of it then.
///
/// Refuses with `InviteRequired` where it takes an invitation, and with `NoSuchInvite` when the one that is given does
/// not hold: before anything else, so that without one nothing is learnt of who is here.
pub fn sign_up(
    work: &mut dyn UnitOfWork,
    from: &Origin,
    registration: Registration,
    account: NewAccount,
    invite: Option<&InviteCode>,
) -> Result<User, AccountError> {
    match (registration, invite) {
        (Registration::Closed, _) => return Err(AccountError::RegistrationClosed),
        (Registration::Invite, None) => return Err(AccountError::InviteRequired),
        (Registration::Open, None) => {}
        (_, Some(code)) => invites::check(work, code).map_err(not_invited)?,
    }
    if account.username.is_reserved() {
        return Err(AccountError::UsernameReserved);
    }
    let user = insert(work, from, account, SiteRole::Member)?;
    if let Some(code) = invite {
        let by = Caller::new(user.id, user.role, None, from.clone());
        invites::accept(work, &by, code).map_err(not_invited)?;
    }
    Ok(user)
}

fn not_invited(error: ChatError) -> AccountError {
    match error {
        ChatError::NoSuchInvite => AccountError::NoSuchInvite,
        error => only_store(error),
    }
}

/// Makes the first admin of a server that has none.
pub fn set_up(work: &mut dyn UnitOfWork, from: &Origin, account: NewAccount) -> Result<User, AccountError> {
    if work.active_admins()? > 0 {
        return Err(AccountError::AdminExists);
    }
    insert(work, from, account, SiteRole::Admin)
}

/// Makes an admin on the command line: an existing user becomes one and keeps their password.
pub fn create_admin(
    work: &mut dyn UnitOfWork,
    from: &Origin,
    account: NewAccount,
) -> Result<User, AccountError> {
    match work.user_named(&account.username)? {
        None => insert(work, from, account, SiteRole::Admin),
        Some(user) if !user.is_active() => Err(AccountError::NoSuchUser),
        Some(user) => {
            let change = UserChange { role: Some(SiteRole::Admin), ..UserChange::default() };
            if change.apply(&user) == user {
                return Ok(user);
            }
            let admin = work.update_user(from, &user, &change)?;
            sessions::end_all(work, from, user.id)?;
            Ok(admin)
        }
    }
}

fn insert(
    work: &mut dyn UnitOfWork,
    from: &Origin,
    account: NewAccount,
    role: SiteRole,
) -> Result<User, AccountError> {
    if work.user_named(&account.username)?.is_some() {
        return Err(AccountError::UsernameTaken);
    }
    let NewAccount { username, password, first_name, last_name, email } = account;
    let new = NewUser { username, first_name, last_name, email, password, role };
    work.insert_user(from, &new).map_err(|error| match error {
        StoreError::Taken => AccountError::UsernameTaken,
        error => error.into(),
    })
}

/// Changes one's own password and ends every other session.
///
/// `verified` is the hash that the current password was checked against before the job: refused with
/// `WrongPassword` when it is no longer the one that counts.
pub fn change_password(
    work: &mut dyn UnitOfWork,
    by: &Caller,
    verified: &PasswordHash,
    new: &PasswordHash,
) -> Result<(), AccountError> {
    let user = work.user(by.user)?.filter(User::is_active).ok_or(AccountError::NoSuchUser)?;
    confirm(work, &user, verified)?;
    work.set_password(&by.origin, &user, new)?;
    sessions::end_others(work, by).map_err(only_store)?;
    Ok(())
}

/// Sets anybody's password on the command line, and ends all their sessions.
pub fn set_password(
    work: &mut dyn UnitOfWork,
    from: &Origin,
    username: &Username,
    new: &PasswordHash,
) -> Result<User, AccountError> {
    let user = work.user_named(username)?.filter(User::is_active).ok_or(AccountError::NoSuchUser)?;
    work.set_password(from, &user, new)?;
    sessions::end_all(work, from, user.id)?;
    Ok(user)
}

/// Refuses unless `verified` is still what the user's password is checked against.
fn confirm(work: &mut dyn UnitOfWork, user: &User, verified: &PasswordHash) -> Result<(), AccountError> {
    let credentials = work.credentials(user.username.as_str())?.ok_or(AccountError::NoSuchUser)?;
    if credentials.password != *verified {
        return Err(AccountError::WrongPassword);
    }
    Ok(())
}

/// Deletes one's own account: signed out everywhere, out of every group, nothing left of the profile.
/// The messages stay, under "Deleted user".
pub fn delete(work: &mut dyn UnitOfWork, by: &Caller, verified: &PasswordHash) -> Result<(), AccountError> {
    let user = work.user(by.user)?.filter(User::is_active).ok_or(AccountError::NoSuchUser)?;
    confirm(work, &user, verified)?;
    not_the_last_admin(work, &user)?;
    members::leave_all(work, &by.origin, &user).map_err(only_store)?;
    let change = UserChange {
        first_name: Some(None),
        last_name: Some(None),
        email: Some(None),
        bio: Some(None),
        avatar: Some(None),
        role: Some(SiteRole::Member),
        status: Some(Status::Deleted),
    };
    let deleted = work.update_user(&by.origin, &user, &change)?;
    work.note(Notice::new(Audience::Everyone, Event::UserUpdated { user: deleted.person().into() }));
    work.set_password(&by.origin, &user, &PasswordHash::none())?;
    sessions::end_all(work, &by.origin, user.id)?;
    Ok(())
}

/// Deactivates or activates an account, or changes what its user is on this server. Admins may.
///
/// Deactivating ends all sessions, and hands groups that would lack an owner to the longest-standing
/// admin, else member.
pub fn administer(
    work: &mut dyn UnitOfWork,
    by: &Caller,
    username: &Username,
    role: Option<SiteRole>,
    active: Option<bool>,
) -> Result<User, AccountError> {
    if by.role != SiteRole::Admin {
        return Err(AccountError::NotAllowed);
    }
    let user = work
        .user_named(username)?
        .filter(|user| user.status != Status::Deleted)
        .ok_or(AccountError::NoSuchUser)?;
    let status = active.map(|active| if active { Status::Active } else { Status::Deactivated });
    let ends = status == Some(Status::Deactivated) && user.is_active();
    if ends || (role == Some(SiteRole::Member) && user.role == SiteRole::Admin) {
        not_the_last_admin(work, &user)?;
    }
    if ends {
        members::hand_over_all(work, &by.origin, &user).map_err(only_store)?;
    }
    let change = UserChange { role, status, ..UserChange::default() };
    if change.apply(&user) == user {
        return Ok(user);
    }
    let changed = work.update_user(&by.origin, &user, &change)?;
    if changed.is_active() && !user.is_active() {
        members::give_owners(work, &by.origin, &changed).map_err(only_store)?;
    }
    // A session knows what its user may do: after a change of that it begins anew.
    if ends || changed.role != user.role {
        sessions::end_all(work, &by.origin, user.id)?;
    }
    if changed.person() != user.person() {
        work.note(Notice::new(Audience::Everyone, Event::UserUpdated { user: changed.person().into() }));
    }
    Ok(changed)
}

fn not_the_last_admin(work: &mut dyn UnitOfWork, user: &User) -> Result<(), AccountError> {
    if user.role == SiteRole::Admin && user.is_active() && work.active_admins()? <= 1 {
        return Err(AccountError::LastAdmin);
    }
    Ok(())
}

trait OnlyStore {
    fn into_store(self) -> StoreError;
}

impl OnlyStore for ChatError {
    fn into_store(self) -> StoreError {
        match self {
            ChatError::Store(error) => error,
            other => StoreError::Broken(other.to_string()),
        }
    }
}

impl OnlyStore for SessionError {
    fn into_store(self) -> StoreError {
        match self {
            SessionError::Store(error) => error,
            other => StoreError::Broken(other.to_string()),
        }
    }
}

/// These use cases have looked up what they change: only the store can still refuse.
fn only_store(error: impl OnlyStore) -> AccountError {
    AccountError::Store(error.into_store())
}
