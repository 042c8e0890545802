//! `/chats`: one's own chats, the public ones, and what a member sets for themselves.

mod create;
mod list;
mod notifications;
mod public;
mod read;
mod show;
#[cfg(test)]
mod tests;

use domain::{
    Caller, ChatId,
    chats::{ChatError, ChatView, groups},
};
use web_common::State;

use crate::routes::Registry;

/// The routes of this noun.
pub(crate) fn routes(registry: &mut impl Registry) {
    registry.add(list::list_chats);
    registry.add(create::create_chat);
    registry.add(public::list_public_chats);
    registry.add(public::join_chat);
    registry.add(show::get_chat);
    registry.add(show::update_chat);
    registry.add(show::delete_chat);
    registry.add(notifications::set_notifications);
    registry.add(read::mark_read);
}

/// A chat, as the caller sees it.
async fn view(state: &State, by: &Caller, chat: ChatId) -> Result<ChatView, ChatError> {
    let reader = by.user;
    state.store.read(move |reads| groups::view(reads, reader, chat)).await
}
