//! Why a socket closes, as its client is told (API: close codes).

use actix_ws::{CloseCode, CloseReason};

/// Why a socket closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Closing {
    /// The close code.
    pub(super) code: u16,
    /// For people.
    pub(super) reason: &'static str,
    /// Whether what waits is written before.
    pub(super) after_the_rest: bool,
}

impl Closing {
    /// The client said goodbye without a code, or went without a word.
    pub(super) const GOODBYE: Self = Self::at_once(1000, "");
    /// The server goes down, or can't look up what the socket needs.
    pub(super) const GOING_DOWN: Self =
        Self { code: 1001, reason: "the server is going away, come back in a moment", after_the_rest: true };
    /// What came is no WebSocket.
    pub(super) const BROKEN: Self = Self::at_once(1002, "protocol error");
    /// A text that is not UTF-8.
    pub(super) const NOT_TEXT: Self = Self::at_once(1007, "not UTF-8");
    /// A frame above 256 KiB.
    pub(super) const TOO_BIG: Self = Self::at_once(1009, "a frame has at most 256 KiB");
    /// The session is over.
    pub(super) const SESSION_OVER: Self = Self::at_once(4401, "the session is over");
    /// The client does not read, or is not there.
    pub(super) const TOO_SLOW: Self = Self::at_once(4408, "too slow");
    /// The client went on although it was told to slow down.
    pub(super) const THROTTLED: Self =
        Self { code: 4429, reason: "throttled too long", after_the_rest: true };

    /// The client said goodbye with a code, which is answered with the same.
    pub(super) fn goodbye(code: Option<u16>) -> Self {
        code.map_or(Self::GOODBYE, |code| Self::at_once(code, ""))
    }

    /// What is counted: a client can make up codes, but not series.
    pub(super) fn counted(self) -> u16 {
        if self.reason.is_empty() { Self::GOODBYE.code } else { self.code }
    }

    const fn at_once(code: u16, reason: &'static str) -> Self {
        Self { code, reason, after_the_rest: false }
    }
}

impl From<Closing> for CloseReason {
    fn from(closing: Closing) -> Self {
        let description = Some(closing.reason).filter(|reason| !reason.is_empty()).map(str::to_owned);
        Self { code: CloseCode::from(closing.code), description }
    }
}

#[cfg(test)]
mod tests {
    use super::Closing;

    #[test]
    fn a_goodbye_has_the_code_of_the_client_and_is_counted_as_one() {
        for (code, answered) in [(None, 1000), (Some(1000), 1000), (Some(1001), 1001), (Some(4242), 4242)] {
            let closing = Closing::goodbye(code);
            assert_eq!((closing.code, closing.counted()), (answered, 1000), "{code:?}");
        }
        assert_eq!(Closing::TOO_BIG.counted(), 1009);
    }
}
