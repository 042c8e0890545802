//! Who calls: passwords, sessions, and signing in, the same for both web adapters.

mod passwords;
mod secret;
mod sessions;
mod sign_in;

pub use passwords::{PasswordError, Passwords};
pub use secret::Secret;
pub use sessions::{Lifetimes, Sessions, Standing};
pub use sign_in::{Accounts, SignInError, Visit};
