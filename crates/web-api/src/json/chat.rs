//! A chat, as one of its readers sees it.

use domain::{
    UserId,
    chats::{Bell, ChatRole, ChatView, Kind, Member, Visibility},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{MessageJson, PersonJson, Time, UserJson};

/// A chat, as the caller sees it. To somebody who is no member, a public chat shows its name, description and
/// number of members only.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Chat)]
pub(crate) struct ChatJson {
    /// Which.
    #[schema(minimum = 1, example = 7)]
    pub(crate) id: i64,
    /// Of two people, or of a group.
    kind: KindJson,
    /// Who knows of it.
    visibility: VisibilityJson,
    /// The name of a group; a direct chat has none.
    #[schema(required, example = "Lunch")]
    name: Option<String>,
    /// What a group is for.
    #[schema(required, example = "Where and when")]
    description: Option<String>,
    /// Of a direct chat, the one on the other side; `null` once that account is deleted.
    #[schema(required)]
    peer: Option<UserJson>,
    /// What the caller is in it; `null` for who is no member.
    #[schema(required)]
    my_role: Option<ChatRoleJson>,
    /// How many members it has.
    #[schema(minimum = 0, example = 4)]
    member_count: i64,
    /// The `seq` of its newest message; 0 without one.
    #[schema(minimum = 0, example = 88)]
    last_seq: i64,
    /// The number of its newest change.
    #[schema(minimum = 0, example = 131)]
    last_rev: i64,
    /// Its newest message.
    #[schema(required)]
    last_message: Option<MessageJson>,
    /// How many messages the caller has not read.
    #[schema(minimum = 0, example = 3)]
    unread_count: i64,
    /// The `seq` up to which the caller has read.
    #[schema(minimum = 0, example = 85)]
    read_seq: i64,
    /// Whether the caller was mentioned in what they have not read.
    mentioned: bool,
    /// Of what the caller is told; `null` for who is no member.
    #[schema(required)]
    notifications: Option<NotificationsJson>,
    /// Who made it; `null` once that account is deleted.
    #[schema(required)]
    created_by: Option<PersonJson>,
    /// When it was made.
    created_at: Time,
}

/// Whether a chat is between two people or of a group.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChatKind)]
pub(crate) enum KindJson {
    /// Two people, or one with themselves.
    Direct,
    /// Any number.
    Group,
}

/// Who knows of a chat.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Visibility)]
pub(crate) enum VisibilityJson {
    /// Its members only.
    Private,
    /// Everyone who is signed in, who may also join.
    Public,
}

/// What a member is in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChatRole)]
pub(crate) enum ChatRoleJson {
    /// May do everything.
    Owner,
    /// Renames it; adds and removes members below.
    Admin,
    /// Sends and leaves.
    Member,
}

/// Of what in a chat the caller is told.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Notifications)]
pub(crate) struct NotificationsJson {
    /// Of what.
    level: LevelJson,
    /// Until when of nothing.
    #[schema(required)]
    muted_until: Option<Time>,
}

/// Of what in a chat somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = NotificationLevel)]
pub(crate) enum LevelJson {
    /// Everything.
    All,
    /// Mentions.
    Mentions,
    /// Nothing.
    None,
}

impl ChatJson {
    /// As its reader sees it; `online` tells who is connected.
    pub(crate) fn new(view: &ChatView, online: impl Fn(UserId) -> bool) -> Self {
        let inside = view.me.is_some();
        let chat = &view.chat;
        Self {
            id: chat.id.get(),
            kind: chat.kind.into(),
            visibility: chat.visibility.into(),
            name: chat.name.as_ref().map(ToString::to_string),
            description: chat.description.as_ref().map(ToString::to_string),
            peer: view.peer.as_ref().map(|peer| UserJson::public(peer, online(peer.id))),
            my_role: view.me.as_ref().map(|me| me.role.into()),
            member_count: view.member_count,
            last_seq: if inside { chat.last_seq.get() } else { 0 },
            last_rev: if inside { chat.last_rev.get() } else { 0 },
            last_message: view.last_message.as_deref().filter(|_| inside).map(MessageJson::from),
            unread_count: view.unread_count(),
            read_seq: view.me.as_ref().map_or(0, |me| me.last_read.get()),
            mentioned: view.is_mentioned(),
            notifications: view.me.as_ref().map(NotificationsJson::from),
            created_by: view.created_by.as_ref().filter(|_| inside).map(PersonJson::from),
            created_at: chat.created_at.into(),
        }
    }
}

impl From<&Member> for NotificationsJson {
    fn from(member: &Member) -> Self {
        Self { level: member.bell.into(), muted_until: member.muted_until.map(Time::from) }
    }
}

impl From<Kind> for KindJson {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Direct => Self::Direct,
            Kind::Group => Self::Group,
        }
    }
}

impl From<Visibility> for VisibilityJson {
    fn from(visibility: Visibility) -> Self {
        match visibility {
            Visibility::Private => Self::Private,
            Visibility::Public => Self::Public,
        }
    }
}

impl From<VisibilityJson> for Visibility {
    fn from(visibility: VisibilityJson) -> Self {
        match visibility {
            VisibilityJson::Private => Self::Private,
            VisibilityJson::Public => Self::Public,
        }
    }
}

impl From<ChatRole> for ChatRoleJson {
    fn from(role: ChatRole) -> Self {
        match role {
            ChatRole::Owner => Self::Owner,
            ChatRole::Admin => Self::Admin,
            ChatRole::Member => Self::Member,
        }
    }
}

impl From<ChatRoleJson> for ChatRole {
    fn from(role: ChatRoleJson) -> Self {
        match role {
            ChatRoleJson::Owner => Self::Owner,
            ChatRoleJson::Admin => Self::Admin,
            ChatRoleJson::Member => Self::Member,
        }
    }
}

impl From<Bell> for LevelJson {
    fn from(bell: Bell) -> Self {
        match bell {
            Bell::All => Self::All,
            Bell::Mentions => Self::Mentions,
            Bell::None => Self::None,
        }
    }
}

impl From<LevelJson> for Bell {
    fn from(level: LevelJson) -> Self {
        match level {
            LevelJson::All => Self::All,
            LevelJson::Mentions => Self::Mentions,
            LevelJson::None => Self::None,
        }
    }
}
