//! The OpenAPI document, held against its own rules and against the server by the tools of others.

mod spectral;
