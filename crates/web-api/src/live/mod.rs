//! `/live`: what happens, as it happens.

mod frames;
mod open;
#[cfg(test)]
mod tests;
mod voice;

pub(crate) use frames::{LiveIn, LiveOut};
pub(crate) use voice::JsonVoice;

use crate::routes::Registry;

/// The routes of this noun.
pub(crate) fn routes(registry: &mut impl Registry) {
    registry.add(open::open_live);
}
