//! The OpenAPI document, held against its own rules and against the server by the tools of others.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod schemathesis;
mod spectral;
