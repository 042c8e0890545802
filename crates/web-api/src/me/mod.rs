//! `/me`: one's own profile, password, picture and sessions.

mod avatar;
mod delete;
mod password;
mod profile;
mod sessions;
#[cfg(test)]
mod tests;

use crate::routes::Registry;

/// The routes of this noun.
pub(crate) fn routes(registry: &mut impl Registry) {
    registry.add(profile::get_me);
    registry.add(profile::update_me);
    registry.add(delete::delete_me);
    registry.add(password::change_password);
    registry.add(avatar::set_my_avatar);
    registry.add(avatar::delete_my_avatar);
    registry.add(sessions::list_sessions);
    registry.add(sessions::end_session);
}
