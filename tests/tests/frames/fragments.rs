//! Messages in fragments (§5.4).

use super::wire::{
    BINARY, CONTINUATION, FIN, HELLO, Length, PING, TEXT, frame, header, hello_of, pieces, text,
};
use super::{Case, Closes, GoesOn, Stage, hold, memory, together};

#[test]
fn a_text_may_come_in_any_fragments() {
    together(async |stage| {
        let mut wire = stage.wire().await;
        let (hello, long, most) = (HELLO.to_vec(), hello_of(10_000), hello_of(256 * 1024));
        let gaps: Vec<&[u8]> = hello.chunks(3).flat_map(|piece| [b"", piece, b"", b""]).collect();
        for (name, fragments) in [
            ("in 2", pieces(TEXT, hello.chunks(8))),
            ("in 3", pieces(TEXT, hello.chunks(5))),
            ("in 100", pieces(TEXT, long.chunks(100))),
            ("of a byte", pieces(TEXT, hello.chunks(1))),
            ("with empty ones among them", pieces(TEXT, gaps)),
            ("of 256 KiB together", pieces(TEXT, most.chunks(60_000))),
            ("of a byte, 10000 of them", pieces(TEXT, long.chunks(1))),
        ] {
            wire.send(&fragments).await;
            assert_eq!(wire.text().await, r#"{"type":"pong"}"#, "{name}");
            if fragments.len() < 20_000 {
                for piece in fragments.chunks(7) {
                    wire.send(piece).await;
                }
                assert_eq!(wire.text().await, r#"{"type":"pong"}"#, "{name}, 7 bytes at a time");
            }
        }
    });
}

#[test]
fn fragments_begin_once_and_end_once() {
    let (start, middle, end) = (frame(TEXT, b"{"), frame(CONTINUATION, b" "), frame(FIN, b"}"));
    let (binary, whole) = (frame(BINARY, b"{"), text(HELLO));
    let of = |frames: &[&Vec<u8>]| frames.iter().flat_map(|frame| frame.iter().copied()).collect::<Vec<u8>>();
    let cases: [Case; 12] = [
        ("5.4", "a middle of nothing", of(&[&middle]), Closes(1002)),
        ("5.4", "an end of nothing", of(&[&end]), Closes(1002)),
        ("5.4", "an empty end of nothing", frame(FIN, b""), Closes(1002)),
        ("5.4", "a middle after a whole text", of(&[&whole, &middle]), Closes(1002)),
        ("5.4", "an end after a whole text", of(&[&whole, &end]), Closes(1002)),
        ("5.4", "an end after an end", of(&[&start, &end, &end]), Closes(1002)),
        ("5.4", "a start after a start", of(&[&start, &start]), Closes(1002)),
        ("5.4", "a whole text after a start", of(&[&start, &whole]), Closes(1002)),
        ("5.4", "a whole text after a middle", of(&[&start, &middle, &whole]), Closes(1002)),
        ("5.4", "a binary amid a text", of(&[&start, &binary]), Closes(1002)),
        ("5.4", "a text amid a binary", of(&[&binary, &start]), Closes(1002)),
        (
            "5.4",
            "one message after the other",
            of(&[&start, &end, &binary, &end, &start, &middle, &end]),
            GoesOn,
        ),
    ];
    hold(cases);
}

#[test]
fn fragments_have_256_kib_together() {
    let half = hello_of(128 * 1024);
    let (start, binary, middle) = (frame(TEXT, &half), frame(BINARY, &half), frame(CONTINUATION, &half));
    hold([
        (
            "10.4",
            "a byte too much at the end",
            [&start[..], &middle, &frame(FIN, b" ")].concat(),
            Closes(1009),
        ),
        (
            "10.4",
            "a byte too much in the middle",
            [&start[..], &middle, &frame(0, b" ")].concat(),
            Closes(1009),
        ),
        ("10.4", "also in a binary", [&binary[..], &middle, &frame(0, b" ")].concat(), Closes(1009)),
        (
            "10.4",
            "announced",
            [&start[..], &header(0, Length::SixtyFour(128 * 1024 + 1))].concat(),
            Closes(1009),
        ),
        ("10.4", "not a byte too much", [&start[..], &middle, &frame(FIN, b"")].concat(), GoesOn),
        ("10.4", "two of them", [&start[..], &frame(FIN, b""), &start, &frame(FIN, b"")].concat(), GoesOn),
    ]);
}

/// A message that never ends, of fragments of a byte, each among many pings: what is kept of it is not what it came with.
#[tokio::test]
async fn endless_fragments_are_not_kept_with_all_that_came_along() {
    const ROUNDS: usize = 1_000;
    let stage = Stage::new().await;
    let mut wire = stage.wire().await;
    let round =
        [frame(0, b" "), frame(FIN | PING, &[b'x'; 125]).repeat(250), frame(0, b"").repeat(20)].concat();
    wire.send(&frame(TEXT, b"{")).await;
    for _ in 0..50 {
        wire.send(&round).await;
    }
    wire.answers("the first rounds").await;
    let Some(before) = memory(&stage.server) else { return };

    for _ in 0..ROUNDS {
        wire.send(&round).await;
    }

    wire.answers("all rounds").await;
    let grown = memory(&stage.server).unwrap().saturating_sub(before);
    assert!(grown < ROUNDS * round.len() / 4, "{grown} bytes more, of {}", ROUNDS * round.len());
}
