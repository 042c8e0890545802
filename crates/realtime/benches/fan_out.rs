//! How long one event takes to its readers.

fn main() {}
