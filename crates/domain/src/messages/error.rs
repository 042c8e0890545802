//! What can stand in the way of a message.

use crate::{
    Fact, Invalid, Kind,
    chats::{Barrier, ChatError},
    ports::StoreError,
};

/// Why a message is not sent, shown or changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each says what it is in its message")]
pub enum MessageError {
    #[error("there is no such chat")]
    NoSuchChat,
    #[error("only members of this chat may do this")]
    NotAMember,
    #[error("nobody can write here any more")]
    ReadOnly,
    #[error("there is no such message")]
    NoSuchMessage,
    #[error("only its author may change this message")]
    NotAllowed,
    #[error("a forwarded message stays as it was written")]
    NotOwnWords,
    #[error("the message was deleted")]
    Deleted,
    #[error("the message to reply to is not in this chat")]
    NoSuchReply,
    #[error("an attachment is not there, or not yours")]
    NoSuchAttachment,
    #[error("this client_id was used for a message of another chat")]
    ClientIdElsewhere,
    #[error("this client_id was used for something else")]
    ClientIdReused,
    #[error("must not be empty")]
    NothingToSay,
    #[error("a message has at most 20 different reactions")]
    TooManyReactions,
    #[error("name at least one chat or person")]
    NoTargets,
    #[error("a message is forwarded to at most 20 chats or people at once")]
    TooManyTargets,
    #[error("there is no user called {0}")]
    NoSuchUser(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Barrier> for MessageError {
    fn from(barrier: Barrier) -> Self {
        match barrier {
            Barrier::NotThere => Self::NoSuchChat,
            Barrier::NotAMember => Self::NotAMember,
            Barrier::NotAllowed | Barrier::Direct => Self::NotAllowed,
            Barrier::ReadOnly => Self::ReadOnly,
        }
    }
}

impl From<ChatError> for MessageError {
    fn from(error: ChatError) -> Self {
        match error {
            ChatError::NotAMember => Self::NotAMember,
            ChatError::ReadOnly => Self::ReadOnly,
            ChatError::NotAllowed | ChatError::Direct | ChatError::LastOwner | ChatError::TooManyInvites => {
                Self::NotAllowed
            }
            ChatError::NoSuchChat
            | ChatError::NoSuchUser
            | ChatError::NoSuchMember
            | ChatError::NoSuchInvite => Self::NoSuchChat,
            ChatError::UnknownMember(name) => Self::NoSuchUser(name),
            ChatError::Store(error) => Self::Store(error),
        }
    }
}

impl Fact for MessageError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoSuchChat | Self::NoSuchMessage => Kind::NotFound,
            Self::NotAMember | Self::NotAllowed | Self::NotOwnWords => Kind::Forbidden,
            Self::ReadOnly
            | Self::Deleted
            | Self::ClientIdElsewhere
            | Self::ClientIdReused
            | Self::TooManyReactions => Kind::Conflict,
            Self::NothingToSay
            | Self::NoSuchReply
            | Self::NoSuchAttachment
            | Self::NoTargets
            | Self::TooManyTargets
            | Self::NoSuchUser(_) => Kind::Invalid,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoSuchChat | Self::NoSuchMessage => "not-found",
            Self::NotAMember => "not-a-member",
            Self::NotAllowed | Self::NotOwnWords => "not-allowed",
            Self::ReadOnly => "read-only-chat",
            Self::Deleted => "message-deleted",
            Self::ClientIdElsewhere | Self::ClientIdReused => "client-id-in-use",
            Self::TooManyReactions => "too-many-reactions",
            Self::NothingToSay
            | Self::NoSuchReply
            | Self::NoSuchAttachment
            | Self::NoTargets
            | Self::TooManyTargets
            | Self::NoSuchUser(_) => "invalid",
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<(&'static str, Invalid)> {
        let (field, code) = match self {
            Self::NothingToSay => ("text", "required"),
            Self::NoSuchReply => ("reply_to", "unknown_message"),
            Self::NoSuchAttachment => ("attachments", "unknown_attachment"),
            Self::NoTargets => ("chat_ids", "required"),
            Self::TooManyTargets => ("chat_ids", "too_many"),
            Self::NoSuchUser(_) => ("usernames", "unknown_user"),
            _ => return Vec::new(),
        };
        vec![(field, Invalid::new(code, self.to_string()))]
    }
}
