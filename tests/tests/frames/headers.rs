//! The bits of a header: the mask (§5.1, §5.3), the reserved ones and the opcode (§5.2).

use super::wire::{BINARY, FIN, HELLO, PING, PONG, TEXT, frame, text, unmasked};
use super::{Case, Closes, GoesOn, hold, together};

#[test]
fn a_client_masks_every_frame() {
    hold([
        ("5.1", "a text", unmasked(FIN | TEXT, HELLO), Closes(1002)),
        ("5.1", "an empty text", unmasked(FIN | TEXT, b""), Closes(1002)),
        ("5.1", "a long text", unmasked(FIN | TEXT, &[b' '; 70_000]), Closes(1002)),
        ("5.1", "a first fragment", unmasked(TEXT, HELLO), Closes(1002)),
        ("5.1", "a ping", unmasked(FIN | PING, b""), Closes(1002)),
        ("5.1", "a pong", unmasked(FIN | PONG, b""), Closes(1002)),
        ("5.1", "a close", unmasked(FIN | 8, &1000_u16.to_be_bytes()), Closes(1002)),
        ("5.1", "one after a good one", [text(HELLO), unmasked(FIN | TEXT, HELLO)].concat(), Closes(1002)),
    ]);
}

/// A mask of zeros is a mask; one of each frame's own is nothing to the next.
#[test]
fn any_mask_will_do() {
    together(async |stage| {
        let mut wire = stage.wire().await;
        for mask in [[0; 4], [0xff; 4], [1, 0, 0, 0], [0, 0, 0, 0x80]] {
            let payload = HELLO.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask);
            let length = 0x80 | u8::try_from(HELLO.len()).unwrap();
            let bytes: Vec<u8> = [FIN | TEXT, length].into_iter().chain(mask).chain(payload).collect();
            wire.send(&bytes).await;
            assert_eq!(wire.text().await, r#"{"type":"pong"}"#, "{mask:?}");
        }
    });
}

/// No extension is agreed on, so that none of them means anything.
#[test]
fn a_reserved_bit_is_refused() {
    let each = (1..8_u8).flat_map(|bits| {
        let reserved = FIN | bits << 4;
        [
            ("5.2", "a text", frame(reserved | TEXT, HELLO), Closes(1002)),
            ("5.2", "a binary", frame(reserved | BINARY, HELLO), Closes(1002)),
            ("5.2", "a ping", frame(reserved | PING, b""), Closes(1002)),
            ("5.2", "a close", frame(reserved | 8, b""), Closes(1002)),
        ]
    });
    hold(each.collect::<Vec<Case>>());
}

#[test]
fn a_reserved_opcode_is_refused() {
    let each = (3..8).chain(11..16_u8).flat_map(|opcode| {
        [
            ("5.2", "an empty frame", frame(FIN | opcode, b""), Closes(1002)),
            ("5.2", "a frame", frame(FIN | opcode, HELLO), Closes(1002)),
            ("5.2", "a frame of many bytes", frame(FIN | opcode, &[b' '; 200]), Closes(1002)),
            ("5.2", "a fragment", frame(opcode, HELLO), Closes(1002)),
        ]
    });
    hold(each.collect::<Vec<Case>>());
}

/// What is wrong is found before the bytes that it announces.
#[test]
fn half_a_header_is_enough_to_be_refused() {
    hold([
        ("5.2", "a reserved bit", vec![FIN | 0x40 | TEXT, 0xff], Closes(1002)),
        ("5.2", "a reserved opcode", vec![FIN | 3, 0x80], Closes(1002)),
        ("5.1", "no mask", vec![FIN | TEXT, 127], Closes(1002)),
        ("5.5", "a ping of 1 TiB", vec![FIN | PING, 0xff], Closes(1002)),
        ("5.2", "16 bits for less than 126", vec![FIN | TEXT, 0xfe, 0, 125], Closes(1002)),
    ]);
}

/// Natter speaks text. What is binary is answered, not read as a command, and the socket goes on.
#[test]
fn a_binary_message_is_answered_with_an_error() {
    together(async |stage| {
        let mut wire = stage.wire().await;
        let whole = frame(FIN | BINARY, HELLO);
        let halves = super::wire::pieces(BINARY, [&HELLO[..4], &HELLO[4..]]);
        for (name, bytes) in
            [("empty", frame(FIN | BINARY, b"")), ("a command", whole), ("in fragments", halves)]
        {
            wire.send(&bytes).await;
            let answer = wire.text().await;
            assert!(
                answer.contains(r#""type":"error""#) && answer.contains("Frames are text."),
                "{name}: {answer}"
            );
        }
    });
    hold([("5.6", "not UTF-8 is no matter in a binary", frame(FIN | BINARY, &[0xff, 0xfe]), GoesOn)]);
}
