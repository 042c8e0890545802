//! The headers of a client's frames, looked at as they come: what is no frame, or too big a one, is refused before any
//! of it is kept (RFC 6455 §5).
//!
//! actix-ws would wait for all the bytes that a frame announces, however many, and takes lengths that are written too long.

use std::{
    fmt, io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use actix_web::{dev::Payload, error::PayloadError, web::Bytes};
use futures_util::Stream;

use super::socket::FRAME_BYTES;

/// The opcode of a goodbye.
const CLOSE: u8 = 8;

/// Why a frame is refused by its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadFrame {
    /// It breaks the protocol.
    Malformed,
    /// It, or the message that it belongs to, has more than [`FRAME_BYTES`].
    TooBig,
}

impl fmt::Display for BadFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "no frame",
            Self::TooBig => "too big a frame",
        })
    }
}

impl std::error::Error for BadFrame {}

impl BadFrame {
    /// What [`Checked`] found, as actix-ws tells it.
    pub(super) fn of(error: &io::Error) -> Option<Self> {
        match error.get_ref()?.downcast_ref()? {
            PayloadError::Io(error) => error.get_ref()?.downcast_ref().copied(),
            _ => None,
        }
    }
}

/// The bytes of a socket, up to the first bad frame or the end of a close frame.
pub(super) struct Checked {
    bytes: Payload,
    headers: Headers,
}

impl Checked {
    pub(super) fn new(bytes: Payload) -> Self {
        Self { bytes, headers: Headers::default() }
    }
}

impl Stream for Checked {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.headers.is_over() {
            return Poll::Ready(None);
        }
        let next = ready!(Pin::new(&mut self.bytes).poll_next(context));
        Poll::Ready(next.map(|bytes| {
            let mut bytes = bytes?;
            let good = self.headers.check(&bytes).map_err(|bad| PayloadError::Io(io::Error::other(bad)))?;
            bytes.truncate(good);
            Ok(bytes)
        }))
    }
}

/// Where in its frames a client is.
#[derive(Default)]
struct Headers {
    /// What came of a header that is not whole yet.
    begun: Vec<u8>,
    /// How much of a payload is to come before the next header.
    payload: usize,
    /// The size so far of a message that is not whole yet.
    message: Option<usize>,
    /// Whether the client said goodbye.
    closed: bool,
}

impl Headers {
    /// Whether nothing that comes is looked at any more.
    fn is_over(&self) -> bool {
        self.closed && self.payload == 0
    }

    /// How many of these bytes count: all, or those up to the end of a close frame.
    fn check(&mut self, bytes: &[u8]) -> Result<usize, BadFrame> {
        let mut at = 0;
        loop {
            let passed = self.payload.min(bytes.len() - at);
            self.payload -= passed;
            at += passed;
            if self.is_over() || at == bytes.len() {
                return Ok(at);
            }
            self.begun.push(bytes[at]);
            at += 1;
            if let Some(header) = Header::parse(&self.begun)? {
                self.begun.clear();
                self.payload = header.length;
                self.message = header.follow(self.message)?;
                self.closed = header.opcode == CLOSE;
            }
        }
    }
}

/// What is said of a frame before its payload.
struct Header {
    is_last: bool,
    opcode: u8,
    length: usize,
}

impl Header {
    /// Nothing while it is not whole; what is wrong is found as soon as it is there.
    fn parse(bytes: &[u8]) -> Result<Option<Self>, BadFrame> {
        let &[first, second, ref rest @ ..] = bytes else { return Ok(None) };
        let (is_last, reserved, opcode) = (first & 0x80 != 0, first & 0x70, first & 0x0f);
        let (is_masked, announced) = (second & 0x80 != 0, second & 0x7f);
        let is_known = match opcode {
            0..=2 => true,
            8..=10 => is_last && announced <= 125,
            _ => false,
        };
        if reserved != 0 || !is_masked || !is_known {
            return Err(BadFrame::Malformed);
        }
        let (length, least, mask) = match (announced, rest) {
            (126, &[a, b, ref mask @ ..]) => (u64::from(u16::from_be_bytes([a, b])), 126, mask),
            (127, &[a, b, c, d, e, f, g, h, ref mask @ ..]) => {
                (u64::from_be_bytes([a, b, c, d, e, f, g, h]), 0x1_0000, mask)
            }
            (126.., _) => return Ok(None),
            (short, mask) => (u64::from(short), 0, mask),
        };
        // The shortest of the three ways to write a length must be taken, and it has 63 bits.
        if length < least || length >> 63 != 0 {
            return Err(BadFrame::Malformed);
        }
        let length = usize::try_from(length).ok().filter(|&length| length <= FRAME_BYTES);
        let length = length.ok_or(BadFrame::TooBig)?;
        Ok((mask.len() == 4).then_some(Self { is_last, opcode, length }))
    }

    /// The size of the message that is not whole after this frame, of what it was before.
    fn follow(&self, message: Option<usize>) -> Result<Option<usize>, BadFrame> {
        let before = match (self.opcode, message) {
            (0, Some(before)) => before,
            (1 | 2, None) => 0,
            (0..=2, _) => return Err(BadFrame::Malformed),
            _ => return Ok(message),
        };
        let size = before + self.length;
        if size > FRAME_BYTES {
            return Err(BadFrame::TooBig);
        }
        Ok((!self.is_last).then_some(size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MASK: [u8; 4] = [1, 2, 3, 4];

    /// However a client's bytes are cut, the same is found.
    #[test]
    fn what_is_found_does_not_depend_on_packets() {
        let text = [&[0x81, 0x85], &MASK[..], b"hello"].concat();
        let long = [&[0x81, 0xfe, 0, 200], &MASK[..], &[b' '; 200]].concat();
        let start = [&[0x01, 0x85], &MASK[..], b"hello"].concat();
        let close = [&[0x88, 0x82], &MASK[..], &[3, 232]].concat();
        let too_big = [0x81, 0xff, 0, 0, 0, 0, 0, 4, 0, 1];
        let cases = [
            ([&text[..], &long].concat(), Ok(219)),
            ([&text[..], &close, b"anything"].concat(), Ok(19)),
            ([&text[..], &[0xc1, 0x80]].concat(), Err(BadFrame::Malformed)),
            ([&start[..], &text].concat(), Err(BadFrame::Malformed)),
            ([&long[..], &too_big].concat(), Err(BadFrame::TooBig)),
        ];
        for (bytes, expected) in cases {
            for size in 1..=bytes.len() {
                let mut headers = Headers::default();
                let mut good = 0;
                let found = bytes.chunks(size).try_for_each(|chunk| {
                    good += if headers.is_over() { 0 } else { headers.check(chunk)? };
                    Ok(())
                });
                assert_eq!(found.map(|()| good), expected, "{bytes:?} by {size}");
            }
        }
    }
}
