//! Files and pictures of people, from outside: taking in, giving out, and to whom.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod access;
mod avatars;
mod bounds;
mod carrying;
mod downloads;
mod endings;
mod form;
mod keeping;
mod pictures;
mod raw;
mod samples;
mod streams;
mod sweeping;
mod uploads;
mod withdrawn;
