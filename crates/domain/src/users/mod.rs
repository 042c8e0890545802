//! Users: who they are, how they sign in, and where they are signed in.

pub mod accounts;
mod email;
mod error;
mod password;
pub mod profile;
pub mod sessions;
mod user;
mod username;

pub use email::Email;
pub use error::{AccountError, SessionError};
pub use password::{Password, PasswordHash};
pub use sessions::{NewSession, SecretHash, Session, SessionKind, SignedIn};
pub use user::{Bio, Credentials, NewUser, Person, PersonName, SiteRole, Status, User, UserChange, UserPage};
pub use username::Username;
