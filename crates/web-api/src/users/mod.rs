//! `/users`: signing up, and everyone on the platform.

mod avatar;
mod list;
mod show;
mod sign_up;
#[cfg(test)]
mod tests;

use domain::{
    ports::Reads,
    users::{AccountError, Status, User, Username},
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::routes::Registry;

/// The routes of this noun.
pub(crate) fn routes(registry: &mut impl Registry) {
    registry.add(sign_up::sign_up);
    registry.add(list::list_users);
    registry.add(show::get_user);
    registry.add(avatar::get_avatar);
}

/// One user.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct UserPath {
    /// The user's name, in any case.
    #[param(min_length = 3, max_length = 32, example = "ana")]
    pub(crate) username: String,
}

/// The user of that name; a deleted account is nobody's.
fn find(reads: &mut dyn Reads, username: &Username) -> Result<User, AccountError> {
    reads.user_named(username)?.filter(|user| user.status != Status::Deleted).ok_or(AccountError::NoSuchUser)
}
