//! Where files are kept: whatever holds in a folder holds in a bucket of S3.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod files;
mod outages;
mod people;
mod starts;
mod sweeping;
