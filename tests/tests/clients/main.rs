//! Clients in other languages, generated from the OpenAPI document that a running server serves: they are checked
//! against its types, and used as a program would.

mod typescript;
