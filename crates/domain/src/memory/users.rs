//! Users in memory.

use super::{MemoryStore, contains, limited, missing};
use crate::{
    Origin, Timestamp, UserId, audit,
    ports::StoreError,
    users::{Credentials, NewUser, PasswordHash, Person, SiteRole, Status, User, UserChange, UserPage},
};

/// A user, and what signing in is checked against.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) user: User,
    password: PasswordHash,
}

impl MemoryStore {
    pub(super) fn find_user(&self, id: UserId) -> Option<&User> {
        self.users.get(&id).map(|account| &account.user)
    }

    /// By lower-case username.
    pub(super) fn account_named(&self, key: &str) -> Option<&Account> {
        self.users.values().find(|account| account.user.username.key() == key)
    }

    pub(super) fn avatars(&self) -> impl Iterator<Item = &String> {
        self.users.values().filter_map(|account| account.user.avatar.as_ref())
    }

    pub(super) fn is_active(&self, id: UserId) -> bool {
        self.find_user(id).is_some_and(User::is_active)
    }

    /// The person, unless the account is deleted.
    pub(super) fn person(&self, id: UserId) -> Option<Person> {
        self.find_user(id).filter(|user| user.status != Status::Deleted).map(User::person)
    }

    pub(super) fn find_credentials(&self, login: &str) -> Option<Credentials> {
        let key = login.to_lowercase();
        let confirmed = |account: &&Account| {
            let User { email, email_confirmed, .. } = &account.user;
            *email_confirmed && email.as_ref().is_some_and(|email| email.key() == key)
        };
        let account = self.account_named(&key).or_else(|| self.users.values().find(confirmed))?;
        let Account { user, password } = account;
        Some(Credentials { user: user.id, password: password.clone(), status: user.status })
    }

    pub(super) fn list_users(&self, page: &UserPage) -> Vec<User> {
        let fits = |user: &User| {
            page.query.as_ref().is_none_or(|query| {
                contains(user.username.as_str(), query) || contains(&user.display_name(), query)
            })
        };
        let comes = |user: &User| page.after.as_ref().is_none_or(|after| user.username.key() > *after);
        let mut users: Vec<&User> = self
            .users
            .values()
            .map(|account| &account.user)
            .filter(|user| user.is_active() && comes(user) && fits(user))
            .collect();
        users.sort_by_key(|user| user.username.key());
        limited(users.into_iter().cloned(), page.limit)
    }

    pub(super) fn count_active_admins(&self) -> usize {
        let is_admin = |user: &User| user.is_active() && user.role == SiteRole::Admin;
        self.users.values().filter(|account| is_admin(&account.user)).count()
    }

    pub(super) fn add_user(&mut self, by: &Origin, new: &NewUser) -> Result<User, StoreError> {
        if self.account_named(&new.username.key()).is_some() {
            return Err(StoreError::Taken);
        }
        let user = new.with_id(UserId::new(self.next_id()), self.clock.now());
        let account = Account { user: user.clone(), password: new.password.clone() };
        self.users.insert(user.id, account);
        self.log(by, audit::user_created(&user));
        Ok(user)
    }

    pub(super) fn change_user(
        &mut self,
        by: &Origin,
        user: &User,
        change: &UserChange,
    ) -> Result<User, StoreError> {
        let account = self.account(user.id)?;
        let old = account.user.clone();
        account.user = change.apply(&old);
        let new = account.user.clone();
        self.log(by, audit::user_changed(&old, change));
        Ok(new)
    }

    pub(super) fn change_password(
        &mut self,
        by: &Origin,
        user: UserId,
        password: &PasswordHash,
    ) -> Result<(), StoreError> {
        self.account(user)?.password = password.clone();
        self.log(by, audit::password_changed(user));
        Ok(())
    }

    pub(super) fn see(&mut self, user: UserId, at: Timestamp) -> Result<(), StoreError> {
        self.account(user)?.user.last_seen_at = Some(at);
        Ok(())
    }

    fn account(&mut self, id: UserId) -> Result<&mut Account, StoreError> {
        self.users.get_mut(&id).ok_or_else(|| missing("user", id))
    }
}
