//! `/attachments`: files that messages carry.

use crate::routes::Registry;

/// The routes of this noun.
pub(crate) fn routes(_registry: &mut impl Registry) {}
