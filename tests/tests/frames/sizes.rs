//! How long frames are, and how that is written (§5.2); how many come at once.

use super::wire::{
    BINARY, CONTINUATION, FIN, HELLO, Length, TEXT, frame_with, header, hello_of, pieces, text,
};
use super::{Case, Closes, GoesOn, hold, together};

/// The most bytes that a message may have.
const MOST: usize = 256 * 1024;

#[test]
fn a_text_of_any_size_up_to_256_kib_is_taken() {
    together(async |stage| {
        let mut wire = stage.wire().await;
        for size in [15, 125, 126, 127, 128, 65_535, 65_536, 65_537, MOST - 1, MOST] {
            let whole = text(&hello_of(size));
            // In one go, and cut wherever a packet may end.
            for piece in [whole.len(), 1_000, 65_536] {
                for piece in whole.chunks(piece) {
                    wire.send(piece).await;
                }
                assert_eq!(wire.text().await, r#"{"type":"pong"}"#, "{size} bytes in pieces of {piece}");
            }
        }
    });
}

#[test]
fn a_frame_may_come_byte_by_byte() {
    together(async |stage| {
        let mut wire = stage.wire().await;
        for size in [15, 125, 126, 300] {
            for byte in text(&hello_of(size)) {
                wire.send(&[byte]).await;
            }
            assert_eq!(wire.text().await, r#"{"type":"pong"}"#, "{size} bytes");
        }
    });
}

#[test]
fn many_frames_may_come_at_once() {
    together(async |stage| {
        let mut wire = stage.wire().await;

        wire.send(&text(HELLO).repeat(200)).await;

        for _ in 0..200 {
            assert_eq!(wire.text().await, r#"{"type":"pong"}"#);
        }
    });
}

#[test]
fn a_frame_without_a_payload_is_a_frame() {
    hold([
        ("5.2", "an empty text", text(b""), GoesOn),
        ("5.2", "ten empty texts", text(b"").repeat(10), GoesOn),
        ("5.4", "an empty text in three fragments", pieces(TEXT, [&b""[..]; 3]), GoesOn),
    ]);
}

#[test]
fn a_length_is_written_in_the_fewest_bytes() {
    let long = |size: usize, length| frame_with(FIN | TEXT, length, &hello_of(size));
    hold([
        ("5.2", "15 in 16 bits", long(15, Length::Sixteen(15)), Closes(1002)),
        ("5.2", "125 in 16 bits", long(125, Length::Sixteen(125)), Closes(1002)),
        ("5.2", "126 in 16 bits", long(126, Length::Sixteen(126)), GoesOn),
        ("5.2", "0 in 64 bits", header(FIN | TEXT, Length::SixtyFour(0)), Closes(1002)),
        ("5.2", "126 in 64 bits", long(126, Length::SixtyFour(126)), Closes(1002)),
        ("5.2", "65535 in 64 bits", long(65_535, Length::SixtyFour(65_535)), Closes(1002)),
        ("5.2", "65536 in 64 bits", long(65_536, Length::SixtyFour(65_536)), GoesOn),
    ]);
}

/// Nothing of the payload is sent: the answer comes before, and nothing is kept for it.
#[test]
fn what_is_too_big_is_refused_by_its_announcement() {
    let above = |opcode, length| header(opcode, Length::SixtyFour(length));
    let cases: [Case; 8] = [
        ("10.4", "one byte above", above(FIN | TEXT, MOST as u64 + 1), Closes(1009)),
        ("10.4", "one byte above, binary", above(FIN | BINARY, MOST as u64 + 1), Closes(1009)),
        ("10.4", "one byte above, in a first fragment", above(TEXT, MOST as u64 + 1), Closes(1009)),
        ("10.4", "1 TiB", above(FIN | TEXT, 1 << 40), Closes(1009)),
        ("10.4", "all 63 bits", above(FIN | TEXT, (1 << 63) - 1), Closes(1009)),
        ("5.2", "the top bit", above(FIN | TEXT, 1 << 63), Closes(1002)),
        ("5.2", "all 64 bits", above(FIN | TEXT, u64::MAX), Closes(1002)),
        ("5.5", "a continuation of nothing, 1 TiB", above(FIN | CONTINUATION, 1 << 40), Closes(1009)),
    ];
    hold(cases);
}

/// A client may be in the middle of its frame; its bytes after that are not read as frames.
#[test]
fn what_is_too_big_is_refused_also_when_it_comes() {
    together(async |stage| {
        let mut wire = stage.wire().await;

        wire.send(&text(&hello_of(MOST + 1))).await;

        wire.ends("one byte above, with its payload", 1009).await;
    });
}
