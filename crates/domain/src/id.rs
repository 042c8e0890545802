//! Ids and counters: 64-bit integers, each with a type of its own so that they can't be mixed up.

use std::{fmt, num::ParseIntError, str::FromStr};

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            /// The number as the store holds it.
            pub const fn new(number: i64) -> Self {
                Self(number)
            }

            /// The number as the store holds it.
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;

            fn from_str(text: &str) -> Result<Self, ParseIntError> {
                text.parse().map(Self)
            }
        }
    };
}

number! {
    /// Who a user is, for ever: made by the store, never used again.
    UserId
}
number! {
    /// One time of being signed in, on the site or through the API.
    SessionId
}
number! {
    /// A chat, direct or group.
    ChatId
}
number! {
    /// A message, unique over all chats.
    MessageId
}
number! {
    /// An uploaded file.
    AttachmentId
}
number! {
    /// A message's place in its chat: 1, 2, 3 … without a gap.
    Seq
}
number! {
    /// A chat's revision: grows by one with every change in it.
    Rev
}

impl Seq {
    /// Before the first message.
    pub const ZERO: Seq = Seq(0);

    /// The place after this one.
    #[must_use]
    pub const fn next(self) -> Seq {
        Seq(self.0 + 1)
    }
}

impl Rev {
    /// Before the first change.
    pub const ZERO: Rev = Rev(0);

    /// The revision after this one.
    #[must_use]
    pub const fn next(self) -> Rev {
        Rev(self.0 + 1)
    }
}
