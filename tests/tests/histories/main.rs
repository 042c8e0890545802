//! What must hold however things interleave: races have one outcome, and whoever listens ends up with what is stored.
//!
//! Histories are random and come from a seed, which a failing test prints. `NATTER_TEST_SEED=7` runs the history of
//! that seed, `NATTER_TEST_HISTORIES=50` that many others one after the other; what runs at once within a round of a
//! history is interleaved by chance all the same.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod deeds;
mod dice;
mod life;
mod live_plus_resume;
mod races;
mod reader;
mod replica;
mod state_plus_events;
mod truth;
mod values;
