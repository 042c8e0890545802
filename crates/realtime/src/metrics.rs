//! What the hub tells of itself in numbers. Without a recorder in the process nothing is counted.

use domain::Event;
use metrics::{Unit, counter, describe_counter, describe_gauge, gauge};

const EVENTS: &str = "natter_live_events_total";
const SOCKETS: &str = "natter_live_sockets";
const USERS: &str = "natter_live_users";

/// Tells the recorder what the numbers mean.
pub(crate) fn describe() {
    describe_counter!(EVENTS, Unit::Count, "Events told to whoever hears them live, by type");
    describe_gauge!(SOCKETS, Unit::Count, "Live sockets that are open");
    describe_gauge!(USERS, Unit::Count, "Users who count as being there");
}

pub(crate) fn event(event: &Event) {
    counter!(EVENTS, "type" => event.name()).increment(1);
}

pub(crate) fn there(sockets: usize, users: usize) {
    let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
    gauge!(SOCKETS).set(number(sockets));
    gauge!(USERS).set(number(users));
}
