//! What templates show: shapes made of the domain's, with everything decided that is not about looks.

mod chat_item;
mod form;
mod message_card;
mod person_card;
mod rows;
mod shell;
mod time_card;

pub use chat_item::{ChatItem, initials};
pub use form::Form;
pub use message_card::{MessageCard, excerpt};
pub use person_card::PersonCard;
pub use rows::{Row, rows};
pub use shell::{Frame, Shell, ShellLook, presence};
pub use time_card::TimeCard;
