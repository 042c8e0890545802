//! Pings and pongs (§5.5.2, §5.5.3), and what holds for every control frame (§5.5).

use super::wire::{CLOSE, FIN, HELLO, Length, PING, PONG, TEXT, frame, header};
use super::{Case, Closes, GoesOn, hold, together};

#[test]
fn a_ping_is_answered_with_its_own_payload() {
    together(async |stage| {
        let mut wire = stage.wire().await;
        for size in 0..=125_u8 {
            // Any bytes: a ping is no text.
            let payload: Vec<u8> = (0..size).map(|byte| byte ^ 0xff).collect();
            wire.send(&frame(FIN | PING, &payload)).await;
            assert_eq!(wire.next().await, Some((PONG, payload)));
        }
    });
}

#[test]
fn a_ping_may_come_byte_by_byte() {
    together(async |stage| {
        let mut wire = stage.wire().await;
        for byte in frame(FIN | PING, b"are you there?") {
            wire.send(&[byte]).await;
        }
        assert_eq!(wire.next().await, Some((PONG, b"are you there?".to_vec())));
    });
}

/// Of pings that come faster than they are answered, the newest has to be (§5.5.3); none is answered twice, or before an
/// earlier one.
#[test]
fn of_many_pings_the_last_is_answered() {
    together(async |stage| {
        for count in [10, 1_000_u32] {
            let mut wire = stage.wire().await;
            let pings: Vec<u8> = (1..=count).flat_map(|n| frame(FIN | PING, &n.to_be_bytes())).collect();

            wire.send(&pings).await;

            let mut answered = 0;
            while answered < count {
                let Some((PONG, payload)) = wire.next().await else { panic!("no pong") };
                let n = u32::from_be_bytes(payload.try_into().unwrap());
                assert!(n > answered, "{n} after {answered}");
                answered = n;
            }
            wire.goes_on("many pings").await;
        }
    });
}

#[test]
fn a_ping_amid_fragments_is_answered_before_the_text_is_whole() {
    together(async |stage| {
        let mut wire = stage.wire().await;

        wire.send(&frame(TEXT, &HELLO[..5])).await;
        wire.send(&frame(FIN | PING, b"1")).await;
        assert_eq!(wire.next().await, Some((PONG, b"1".to_vec())));
        wire.send(&frame(0, &HELLO[5..9])).await;
        wire.send(&frame(FIN | PING, b"2")).await;
        assert_eq!(wire.next().await, Some((PONG, b"2".to_vec())));
        wire.send(&frame(FIN, &HELLO[9..])).await;

        assert_eq!(wire.text().await, r#"{"type":"pong"}"#);
    });
}

#[test]
fn a_pong_that_nobody_asked_for_is_nothing() {
    let pong = |payload: &[u8]| frame(FIN | PONG, payload);
    hold([
        ("5.5.3", "an empty one", pong(b""), GoesOn),
        ("5.5.3", "one with a payload", pong(&[0xff; 125]), GoesOn),
        ("5.5.3", "many", pong(b"x").repeat(100), GoesOn),
        ("5.5.3", "one before a ping", [pong(b"x"), frame(FIN | PING, b"y")].concat(), GoesOn),
    ]);
}

#[test]
fn a_control_frame_has_at_most_125_bytes_and_no_fragments() {
    let each =
        [("a close", CLOSE), ("a ping", PING), ("a pong", PONG)].into_iter().flat_map(|(name, opcode)| {
            [
                ("5.5", name, frame(FIN | opcode, &[b' '; 126]), Closes(1002)),
                ("5.5", name, frame(FIN | opcode, &[b' '; 70_000]), Closes(1002)),
                ("5.5", name, header(FIN | opcode, Length::Sixteen(126)), Closes(1002)),
                ("5.5", name, frame(opcode, b""), Closes(1002)),
                ("5.5", name, frame(opcode, b"half"), Closes(1002)),
                ("5.4", name, [frame(TEXT, b"{"), frame(opcode, b"half")].concat(), Closes(1002)),
            ]
        });
    hold(each.collect::<Vec<Case>>());
}
