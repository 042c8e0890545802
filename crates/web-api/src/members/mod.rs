//! `/chats/{id}/members`: who is in a group.

mod add;
mod change;
mod list;
#[cfg(test)]
mod tests;

use serde::Deserialize;
use utoipa::IntoParams;

use domain::ChatId;

use crate::routes::Registry;

/// The routes of this noun.
pub(crate) fn routes(registry: &mut impl Registry) {
    registry.add(list::list_members);
    registry.add(add::add_member);
    registry.add(change::update_member);
    registry.add(change::remove_member);
}

/// One member of a chat.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct MemberPath {
    /// The chat's id.
    #[param(minimum = 1, maximum = 9007199254740991_i64, example = 7)]
    id: i64,
    /// The member's username, in any case.
    #[param(min_length = 3, max_length = 32, example = "ben")]
    username: String,
}

impl MemberPath {
    /// The chat.
    fn chat(&self) -> ChatId {
        ChatId::new(self.id)
    }
}
