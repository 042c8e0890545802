//! Reading the words that stand for roles, kinds and their like.

use std::net::IpAddr;

use domain::{
    chats::{Bell, ChatRole, Kind, Visibility},
    users::{SessionKind, SiteRole, Status},
};

use crate::error::{Failure, Outcome};

fn unknown(what: &str, word: &str) -> Failure {
    Failure::Corrupt(format!("there is a {what} “{word}” in the database"))
}

fn pick<T: Copy>(what: &str, word: &str, all: &[T], name: fn(T) -> &'static str) -> Outcome<T> {
    all.iter().copied().find(|one| name(*one) == word).ok_or_else(|| unknown(what, word))
}

pub(super) fn site_role(word: &str) -> Outcome<SiteRole> {
    pick("role", word, &[SiteRole::Member, SiteRole::Admin], SiteRole::as_str)
}

pub(super) fn status(word: &str) -> Outcome<Status> {
    pick("status", word, &[Status::Active, Status::Deactivated, Status::Deleted], Status::as_str)
}

pub(super) fn session_kind(word: &str) -> Outcome<SessionKind> {
    pick("kind of session", word, &[SessionKind::Site, SessionKind::Api], SessionKind::as_str)
}

pub(super) fn chat_kind(word: &str) -> Outcome<Kind> {
    pick("kind of chat", word, &[Kind::Direct, Kind::Group], Kind::as_str)
}

pub(super) fn visibility(word: &str) -> Outcome<Visibility> {
    pick("visibility", word, &[Visibility::Private, Visibility::Public], Visibility::as_str)
}

pub(super) fn chat_role(word: &str) -> Outcome<ChatRole> {
    pick("role", word, &[ChatRole::Member, ChatRole::Admin, ChatRole::Owner], ChatRole::as_str)
}

pub(super) fn bell(word: &str) -> Outcome<Bell> {
    pick("bell", word, &[Bell::All, Bell::Mentions, Bell::None], Bell::as_str)
}

pub(crate) fn address(word: Option<String>) -> Outcome<Option<IpAddr>> {
    word.map(|word| word.parse().map_err(|_| unknown("network address", &word))).transpose()
}

/// The pattern of everything that contains `query`, whose own `%`, `_` and `\` stand for themselves.
pub(super) fn containing(query: &str) -> String {
    let mut pattern = String::from("%");
    for c in query.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_means_what_it_says() {
        assert_eq!(containing("50%_\\Ä"), "%50\\%\\_\\\\ä%");
    }

    #[test]
    fn a_word_that_nobody_wrote_is_a_fault_and_no_panic() {
        assert_eq!(chat_role("owner").unwrap(), ChatRole::Owner);
        assert!(matches!(chat_role("king"), Err(Failure::Corrupt(_))));
    }
}
