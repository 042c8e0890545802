//! What users say of themselves.

use super::{AccountError, User, UserChange};
use crate::{Audience, Caller, Event, Notice, ports::UnitOfWork};

/// Changes one's own names, e-mail address and bio. Role, status and avatar in `change` are left alone.
pub fn update(work: &mut dyn UnitOfWork, by: &Caller, change: UserChange) -> Result<User, AccountError> {
    change_own(work, by, &UserChange { role: None, status: None, avatar: None, ..change })
}

/// Sets one's own picture, or takes it away. `avatar` is the name under which the media store holds it.
pub fn set_avatar(
    work: &mut dyn UnitOfWork,
    by: &Caller,
    avatar: Option<String>,
) -> Result<User, AccountError> {
    change_own(work, by, &UserChange { avatar: Some(avatar), ..UserChange::default() })
}

fn change_own(work: &mut dyn UnitOfWork, by: &Caller, change: &UserChange) -> Result<User, AccountError> {
    let user = work.user(by.user)?.filter(User::is_active).ok_or(AccountError::NoSuchUser)?;
    if change.apply(&user) == user {
        return Ok(user);
    }
    let changed = work.update_user(&by.origin, &user, change)?;
    if changed.person() != user.person() {
        work.note(Notice::new(Audience::Everyone, Event::UserUpdated { user: changed.person().into() }));
    }
    Ok(changed)
}
