//! What a message says.

use std::str::FromStr;

use super::ClientId;
use crate::{
    AttachmentId, Invalid, MessageId,
    text::{bounded, is_blank},
};

/// The Markdown of a message: 1 to 10,000 characters without the blanks around them; none at all only
/// beside an attachment, which [`Draft::new`] and [`edit`](super::editing::edit) see to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageText(String);

impl MessageText {
    /// The longest there may be, in Unicode scalar values.
    pub const MAX: usize = 10_000;

    /// The text, without blanks around it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A text that a store already checked when it took it in.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// No text, beside attachments.
    pub fn none() -> Self {
        Self(String::new())
    }

    /// What a message is to say from now on: nothing, too, where attachments say enough, which
    /// [`edit`](super::editing::edit) sees to.
    pub fn edited(text: &str) -> Result<Self, Invalid> {
        if is_blank(text) { Ok(Self::none()) } else { text.parse() }
    }

    /// Whether it says nothing.
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromStr for MessageText {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        bounded(text, 1, Self::MAX).map(Self)
    }
}

/// A message as its author means to send it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub(super) text: MessageText,
    pub(super) client_id: Option<ClientId>,
    pub(super) reply_to: Option<MessageId>,
    pub(super) attachments: Vec<AttachmentId>,
}

impl Draft {
    /// The most attachments a message may carry.
    pub const MAX_ATTACHMENTS: usize = 10;

    /// A message of `text` alone.
    pub fn of(text: MessageText) -> Self {
        Self { text, client_id: None, reply_to: None, attachments: Vec::new() }
    }

    /// A message of a text, of attachments, or both; a file named twice is carried once. The refusal names the
    /// field it is about.
    pub fn new(text: &str, attachments: Vec<AttachmentId>) -> Result<Self, (&'static str, Invalid)> {
        if attachments.len() > Self::MAX_ATTACHMENTS {
            let refusal = Invalid::new("too_many", "a message carries at most 10 attachments");
            return Err(("attachments", refusal));
        }
        let text = if is_blank(text) && !attachments.is_empty() {
            MessageText::none()
        } else {
            text.parse().map_err(|refusal| ("text", refusal))?
        };
        Ok(Self { text, client_id: None, reply_to: None, attachments: each_once(attachments) })
    }

    /// Under the sender's own id, so that sending it again makes no second one.
    #[must_use]
    pub fn known_as(mut self, client_id: Option<ClientId>) -> Self {
        self.client_id = client_id;
        self
    }

    /// In reply to another message of the same chat.
    #[must_use]
    pub fn in_reply_to(mut self, message: Option<MessageId>) -> Self {
        self.reply_to = message;
        self
    }
}

fn each_once(files: Vec<AttachmentId>) -> Vec<AttachmentId> {
    let mut each = Vec::with_capacity(files.len());
    for file in files {
        if !each.contains(&file) {
            each.push(file);
        }
    }
    each
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_text_or_an_attachment() {
        let file = AttachmentId::new(1);

        assert_eq!(Draft::new("  \n ", vec![]).expect_err("nothing").1.code, "required");
        assert_eq!(Draft::new(" hi \n", vec![]).expect("a text").text.as_str(), "hi");
        assert_eq!(Draft::new("", vec![file]).expect("a file").text, MessageText::none());
        assert_eq!(Draft::new("\u{200b}", vec![]).expect_err("nothing to see").1.code, "required");
        assert_eq!(Draft::new("\u{200b}", vec![file]).expect("a file").text, MessageText::none());
        assert_eq!(Draft::new("", vec![file; 2]).expect("a file twice").attachments, [file]);
        assert_eq!(Draft::new("", vec![file; 11]).expect_err("files").0, "attachments");
    }

    #[test]
    fn an_edited_message_may_say_nothing() {
        assert!(MessageText::edited(" \n").expect("nothing").is_none());
        assert_eq!(MessageText::edited(" hi ").expect("a text").as_str(), "hi");
        assert_eq!(MessageText::edited(&"x".repeat(10_001)).expect_err("long").code, "too_long");
    }

    #[test]
    fn ten_thousand_characters_fit_however_many_bytes_they_are() {
        assert!("é".repeat(10_000).parse::<MessageText>().is_ok());
        assert_eq!("é".repeat(10_001).parse::<MessageText>().expect_err("long").code, "too_long");
        assert_eq!("a\0b".parse::<MessageText>().expect_err("nul").code, "invalid_character");
    }
}
