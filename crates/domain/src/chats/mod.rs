//! Chats: direct and group, who is in them, and who may do what.

mod access;
mod chat;
pub mod direct;
mod error;
pub mod groups;
mod invite;
pub mod invites;
mod member;
pub mod members;

pub use access::{Access, Barrier};
pub use chat::{
    Chat, ChatChange, ChatName, ChatPage, ChatView, Description, Kind, NewChat, PublicPage, Visibility,
};
pub use error::ChatError;
pub use invite::{Invitation, Invite, InviteCode, InviteSpan, InviteUses, MAX_INVITES, NewInvite};
pub use member::{Bell, ChatRole, Member, MemberChange, MemberPage, Membership, SMALL, successor};
