//! `/attachments`: files that messages carry.

mod download;
mod naming;
mod sending;
#[cfg(test)]
mod tests;
mod upload;

use crate::routes::Registry;

/// The routes of this noun.
pub(crate) fn routes(registry: &mut impl Registry) {
    registry.add(upload::upload_attachment);
    registry.add(download::get_attachment);
    registry.add(download::get_thumbnail);
}
