//! What goes out: the wire types, one noun per file.

mod attachment;
mod chat;
mod found;
mod id;
mod invite;
mod list;
mod member;
mod message;
mod person;
mod problem;
mod session;
mod time;
mod tokens;
mod user;

pub(crate) use attachment::AttachmentJson;
pub(crate) use chat::{ChatJson, ChatRoleJson, LevelJson, VisibilityJson};
pub(crate) use found::FoundJson;
pub(crate) use id::Id;
pub(crate) use invite::{InvitationJson, InviteJson};
pub(crate) use list::ListJson;
pub(crate) use member::MemberJson;
pub(crate) use message::{ForwardsJson, MessageJson, MessagesJson, SourceJson};
pub(crate) use person::PersonJson;
pub(crate) use problem::ProblemJson;
pub(crate) use session::SessionsJson;
pub(crate) use time::Time;
pub(crate) use tokens::{TokenType, TokensJson};
pub(crate) use user::UserJson;
