//! `/conversations/{username}`: the direct chat with one person, by their name.

mod send;
mod show;
#[cfg(test)]
mod tests;

use crate::routes::Registry;

/// The routes of this noun.
pub(crate) fn routes(registry: &mut impl Registry) {
    registry.add(show::get_conversation);
    registry.add(send::send_to_person);
}
