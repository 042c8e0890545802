//! `/chats/{id}/invites` and `/invites/{code}`: inviting to a group by a link.

mod accept;
mod create;
mod list;
mod path;
mod revoke;
mod show;
#[cfg(test)]
mod tests;

use crate::routes::Registry;

/// The routes of this noun.
pub(crate) fn routes(registry: &mut impl Registry) {
    registry.add(list::list_invites);
    registry.add(create::create_invite);
    registry.add(revoke::revoke_invite);
    registry.add(show::get_invitation);
    registry.add(accept::accept_invitation);
}
