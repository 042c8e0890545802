//! Stores with people and chats in them, for tests. Whoever is named has to be there: else these panic.

use super::MemoryStore;
use crate::{
    Caller, ChatId, MessageId, Origin, UserId, Via,
    chats::{NewChat, Visibility, direct, groups},
    messages::{Draft, Sending, sending},
    ports::UnitOfWork,
    users::{NewUser, PasswordHash, SiteRole, User, Username},
};

impl MemoryStore {
    /// A store with these people, by their usernames, who are all plain members of the server.
    pub fn with(people: &[&str]) -> Self {
        let mut store = Self::new();
        for username in people {
            store.join_server(username, SiteRole::Member);
        }
        store
    }

    /// One more person, who is an admin of the server.
    #[must_use]
    pub fn and_admin(mut self, username: &str) -> Self {
        self.join_server(username, SiteRole::Admin);
        self
    }

    fn join_server(&mut self, username: &str, role: SiteRole) {
        let new = NewUser {
            username: name(username),
            first_name: None,
            last_name: None,
            email: None,
            password: Self::password_of(username),
            role,
        };
        self.insert_user(&Origin::anonymous(Via::System), &new).expect("a username that is free");
    }

    /// What is kept of the password of somebody who was there from the beginning.
    pub fn password_of(username: &str) -> PasswordHash {
        PasswordHash::new(format!("hash of the password of {username}"))
    }

    /// The user of that name.
    pub fn someone(&self, username: &str) -> User {
        self.account_named(&name(username).key()).expect("somebody of that name").user.clone()
    }

    /// The id of the user of that name.
    pub fn id(&self, username: &str) -> UserId {
        self.someone(username).id
    }

    /// That user, calling through the API without a session.
    pub fn caller(&self, username: &str) -> Caller {
        let user = self.someone(username);
        Caller::new(user.id, user.role, None, Origin::anonymous(Via::Api))
    }

    /// A private group of `owner`'s and these members.
    pub fn group(&mut self, title: &str, owner: &str, members: &[&str]) -> ChatId {
        self.make_group(title, owner, members, Visibility::Private)
    }

    /// A public group of `owner`'s and these members.
    pub fn public_group(&mut self, title: &str, owner: &str, members: &[&str]) -> ChatId {
        self.make_group(title, owner, members, Visibility::Public)
    }

    fn make_group(&mut self, title: &str, owner: &str, members: &[&str], visibility: Visibility) -> ChatId {
        let title = title.parse().expect("a name for a chat");
        let new = NewChat { name: title, description: None, visibility };
        let members: Vec<Username> = members.iter().map(|username| name(username)).collect();
        let by = self.caller(owner);
        groups::create(self, &by, &new, &members).expect("a group").chat.id
    }

    /// The direct chat of two people.
    pub fn direct(&mut self, a: &str, b: &str) -> ChatId {
        let by = self.caller(a);
        direct::open(self, &by, &name(b)).expect("a direct chat")
    }

    /// A message that somebody sends to a chat.
    pub fn say(&mut self, author: &str, chat: ChatId, text: &str) -> MessageId {
        let draft = Draft::of(text.parse().expect("a text"));
        let sending = Sending { by: self.caller(author), chat, draft };
        sending::send(self, sending).expect("a message that may be sent").message.id
    }
}

fn name(username: &str) -> Username {
    username.parse().expect("a username")
}
