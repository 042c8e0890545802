//! Who may do what: every operation of the API and of the live socket, by everyone it can be asked by; and where what
//! is private turns up.
//!
//! What is expected stands in the tables of `table.rs`, `live_table.rs` and `canary_table.rs`; the other modules ask
//! and compare.

mod actors;
mod calls;
mod canary;
mod canary_table;
mod cells;
mod crawl;
mod live;
mod live_table;
mod marks;
mod opening;
mod routes;
mod scene;
mod story;
mod table;
