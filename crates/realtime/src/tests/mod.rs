//! What readers hear, with outlets that note it down.
