//! What the database tells of itself in numbers. Without a recorder in the process nothing is counted.

use std::time::Duration;

use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

const UP: &str = "natter_database_up";
const QUEUE: &str = "natter_writer_queue_jobs";
const REFUSED: &str = "natter_writer_refused_jobs_total";
const GROUP: &str = "natter_writer_group_jobs";
const GROUP_TOOK: &str = "natter_writer_group_duration_seconds";
const LOOKS: &str = "natter_reader_queue_looks";
const LOOK_TOOK: &str = "natter_reader_look_duration_seconds";

/// Tells the recorder what the numbers mean.
pub(crate) fn describe() {
    describe_gauge!(UP, "1 while the writer has its connection to the database, else 0");
    describe_gauge!(QUEUE, Unit::Count, "Changes that wait for the writer");
    describe_counter!(REFUSED, Unit::Count, "Changes that were refused because too many waited");
    describe_histogram!(GROUP, Unit::Count, "Changes that shared a transaction");
    describe_histogram!(GROUP_TOOK, Unit::Seconds, "A transaction, from its begin to its end");
    describe_gauge!(LOOKS, Unit::Count, "Looks at the database that wait for a reader");
    describe_histogram!(LOOK_TOOK, Unit::Seconds, "A look at the database, without the wait for a reader");
    counter!(REFUSED).absolute(0);
}

pub(crate) fn up(is: bool) {
    gauge!(UP).set(if is { 1.0 } else { 0.0 });
}

pub(crate) fn refused() {
    counter!(REFUSED).increment(1);
}

pub(crate) fn group(jobs: usize, took: Duration) {
    histogram!(GROUP).record(number(jobs));
    histogram!(GROUP_TOOK).record(took);
}

pub(crate) fn look(took: Duration) {
    histogram!(LOOK_TOOK).record(took);
}

pub(crate) fn waiting(jobs: usize, looks: usize) {
    gauge!(QUEUE).set(number(jobs));
    gauge!(LOOKS).set(number(looks));
}

fn number(count: usize) -> f64 {
    u32::try_from(count).unwrap_or(u32::MAX).into()
}
