//! A message as every reader sees it.

use domain::{
    attachments::Attachment,
    messages::{ForwardedView, MessageView, ReactionCount, ReplyView},
    users::Username,
};
use serde::Serialize;
use web_common::{Problem, markdown};

use super::{PersonCard, TimeCard};
use crate::{templates, words::WORDS};

/// How many characters a chat list shows of a message.
const EXCERPT: usize = 120;

/// What `_message.html` shows: nothing in it depends on who reads it.
#[derive(Clone, Debug, Serialize)]
pub struct MessageCard {
    id: i64,
    chat_id: i64,
    seq: i64,
    rev: i64,
    author: Option<PersonCard>,
    /// Markdown made into safe HTML.
    html: String,
    created: TimeCard,
    edited: Option<TimeCard>,
    deleted: bool,
    reply: Option<Quote>,
    forwarded: Option<Origin>,
    reactions: Vec<Reactions>,
    mentions: String,
    attachments: Vec<File>,
}

#[derive(Clone, Debug, Serialize)]
struct Quote {
    id: i64,
    seq: i64,
    author: Option<String>,
    text: String,
}

#[derive(Clone, Debug, Serialize)]
struct Origin {
    author: Option<String>,
    created: TimeCard,
}

#[derive(Clone, Debug, Serialize)]
struct Reactions {
    reaction: String,
    count: i64,
    usernames: String,
}

#[derive(Clone, Debug, Serialize)]
struct File {
    filename: String,
    bytes: i64,
}

#[derive(Serialize)]
struct Partial<'a> {
    m: &'a MessageCard,
}

impl MessageCard {
    /// The partial by itself, as live frames and fragments carry it.
    pub fn to_html(&self) -> Result<String, Problem> {
        templates::render("_message.html", &Partial { m: self })
    }
}

impl From<&MessageView> for MessageCard {
    fn from(view: &MessageView) -> Self {
        let mentions: Vec<String> = view.mentions.iter().map(Username::key).collect();
        let mentioned: Vec<&str> = view.mentions.iter().map(Username::as_str).collect();
        Self {
            id: view.id.get(),
            chat_id: view.chat.get(),
            seq: view.seq.get(),
            rev: view.rev.get(),
            author: view.author.as_deref().map(PersonCard::from),
            html: markdown::render(&view.text, &mentioned),
            created: TimeCard::of(view.created_at),
            edited: view.edited_at.map(TimeCard::of),
            deleted: view.is_deleted(),
            reply: view.reply_to.as_ref().map(Quote::from),
            forwarded: view.forwarded_from.as_ref().map(Origin::from),
            reactions: view.reactions.iter().map(Reactions::from).collect(),
            mentions: mentions.join(" "),
            attachments: view.attachments.iter().map(File::from).collect(),
        }
    }
}

impl From<&ReplyView> for Quote {
    fn from(reply: &ReplyView) -> Self {
        Self {
            id: reply.id.get(),
            seq: reply.seq.get(),
            author: reply.author.as_ref().map(|author| author.display_name.clone()),
            text: plain(&reply.text, usize::MAX),
        }
    }
}

impl From<&ForwardedView> for Origin {
    fn from(forwarded: &ForwardedView) -> Self {
        Self {
            author: forwarded.author.as_ref().map(|author| author.display_name.clone()),
            created: TimeCard::of(forwarded.created_at),
        }
    }
}

impl From<&ReactionCount> for Reactions {
    fn from(counted: &ReactionCount) -> Self {
        let usernames: Vec<&str> = counted.usernames.iter().map(Username::as_str).collect();
        Self { reaction: counted.reaction.clone(), count: counted.count, usernames: usernames.join(" ") }
    }
}

impl From<&Attachment> for File {
    fn from(file: &Attachment) -> Self {
        Self { filename: file.filename.clone(), bytes: file.bytes }
    }
}

/// The start of a message on one line, for lists.
pub fn excerpt(view: &MessageView) -> String {
    match view.attachments.first() {
        _ if view.is_deleted() => WORDS.say("message.deleted", &[]),
        Some(file) if view.text.is_empty() => file.filename.clone(),
        _ => plain(&view.text, EXCERPT),
    }
}

/// Markdown without its marks, on one line, cut after `max` characters.
fn plain(text: &str, max: usize) -> String {
    let mut out = String::new();
    let mut taken = 0;
    for word in text.split_whitespace() {
        let word = word.trim_matches(['*', '`', '~', '#', '>', '|']);
        if word.is_empty() {
            continue;
        }
        if taken > 0 {
            out.push(' ');
            taken += 1;
        }
        for c in word.chars() {
            if taken >= max {
                out.push('…');
                return out;
            }
            out.push(c);
            taken += 1;
        }
    }
    out
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use domain::{ChatId, MessageId, Rev, Seq, Timestamp, UserId, users::Person};
    use std::sync::Arc;

    pub(crate) fn view(text: &str) -> MessageView {
        let author = Person {
            id: UserId::new(1),
            username: Username::stored("ada".to_owned()),
            display_name: "Ada \"<b>\" & Co".to_owned(),
            avatar: None,
        };
        MessageView {
            id: MessageId::new(7),
            chat: ChatId::new(3),
            seq: Seq::new(2),
            rev: Rev::new(4),
            created_rev: Rev::new(4),
            author: Some(Arc::new(author)),
            text: text.to_owned(),
            client_id: None,
            created_at: Timestamp::from_micros(1_800_000_000_000_000),
            edited_at: None,
            deleted_at: None,
            reply_to: Some(ReplyView {
                id: MessageId::new(5),
                seq: Seq::new(1),
                author: None,
                text: "<img src=x onerror=alert(1)>".to_owned(),
            }),
            forwarded_from: None,
            attachments: Vec::new(),
            reactions: vec![ReactionCount {
                reaction: "\"><i>".to_owned(),
                count: 2,
                usernames: vec![Username::stored("ada".to_owned())],
            }],
            mentions: Vec::new(),
        }
    }

    #[test]
    fn nothing_that_people_wrote_becomes_markup() {
        let html = MessageCard::from(&view("**hi** <script>alert(1)</script>")).to_html().expect("a partial");

        for markup in ["<script", "<img src=x", "<i>", "<b>"] {
            assert!(!html.contains(markup), "{html}");
        }
        assert!(html.contains("<strong>hi</strong>"), "{html}");
    }

    #[test]
    fn a_message_is_one_article_that_leads_to_its_own_page() {
        let html = MessageCard::from(&view("hi")).to_html().expect("a partial");

        assert_eq!(html.matches("<article").count(), 1);
        assert!(html.contains("href=\"/chats/3/messages/7\""), "{html}");
    }

    #[test]
    fn nothing_is_left_of_a_deleted_message() {
        let mut deleted = view("");
        deleted.deleted_at = Some(Timestamp::from_micros(1_800_000_001_000_000));
        deleted.reply_to = None;

        let html = MessageCard::from(&deleted).to_html().expect("a partial");

        assert!(html.contains(&WORDS.say("message.deleted", &[])), "{html}");
    }

    #[test]
    fn an_excerpt_is_one_short_line_without_marks() {
        assert_eq!(excerpt(&view("> **so**\n\n`it` is")), "so it is");
        assert_eq!(excerpt(&view(&"x".repeat(300))).chars().count(), EXCERPT + 1);
    }
}
