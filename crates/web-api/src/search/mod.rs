//! `/search`: finding messages.

mod find;
#[cfg(test)]
mod tests;

use crate::routes::Registry;

/// The routes of this noun.
pub(crate) fn routes(registry: &mut impl Registry) {
    registry.add(find::search_messages);
}
