//! `/chats/{id}/messages`: sending, reading, changing, forwarding and reacting.

mod forward;
mod history;
mod reactions;
mod send;
mod show;
mod source;
#[cfg(test)]
mod tests;

pub(crate) use history::{HistoryQuery, read};
pub(crate) use send::{SendMessage, answer};

use crate::routes::Registry;

/// The routes of this noun.
pub(crate) fn routes(registry: &mut impl Registry) {
    registry.add(history::list_messages);
    registry.add(send::send_message);
    registry.add(show::get_message);
    registry.add(show::edit_message);
    registry.add(show::delete_message);
    registry.add(forward::forward_message);
    registry.add(source::get_message_source);
    registry.add(reactions::add_reaction);
    registry.add(reactions::remove_reaction);
}
