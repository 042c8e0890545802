//! What a client may say at the end (§5.5.1, §7.4).

use super::wire::{CLOSE, FIN, HELLO, PING, TEXT, close, frame, text, unmasked};
use super::{Case, Closes, Stage, hold};

#[test]
fn a_code_that_may_be_sent_is_answered_with_the_same() {
    let good = (1000..=1003).chain(1007..=1014).chain([3000, 3999, 4000, 4401, 4999]);
    let each = good.flat_map(|code| {
        [
            ("7.4", "a code", close(code, b""), Closes(code)),
            ("5.5.1", "and a reason", close(code, b"Bye"), Closes(code)),
        ]
    });
    hold(each.collect::<Vec<Case>>());
}

#[test]
fn a_close_without_a_code_is_answered() {
    hold([("5.5.1", "no body", frame(FIN | CLOSE, b""), Closes(1000))]);
}

#[test]
fn a_code_that_may_not_be_sent_is_refused() {
    let bad = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535];
    let each = bad.into_iter().flat_map(|code| {
        [
            ("7.4", "a code", close(code, b""), Closes(1002)),
            ("7.4", "a code and a reason", close(code, b"Bye"), Closes(1002)),
        ]
    });
    hold(each.collect::<Vec<Case>>());
}

/// For a reason that is not UTF-8 the RFC names no code: §8.1 says that the connection fails. actix tells it and a bad
/// code apart from nothing else (`ProtocolError::BadOpCode`), so that it is 1002 here and not 1007, which is about messages.
#[test]
fn a_reason_has_at_most_123_bytes_of_utf_8() {
    hold([
        ("5.5", "123 bytes", close(1000, &[b'x'; 123]), Closes(1000)),
        ("5.5", "123 bytes of more than ASCII", close(1000, "ö".repeat(61).as_bytes()), Closes(1000)),
        ("5.5", "124 bytes", close(1000, &[b'x'; 124]), Closes(1002)),
        ("5.5.1", "half a code", frame(FIN | CLOSE, &[3]), Closes(1002)),
        ("8.1", "no UTF-8", close(1000, b"\xce\xba\xe1\xbd\xb9\xed\xa0\x80"), Closes(1002)),
        ("8.1", "half a character", close(1000, b"\xc3"), Closes(1002)),
    ]);
}

#[test]
fn what_comes_after_a_close_is_ignored() {
    let after = |more: Vec<u8>| [close(1001, b"Bye"), more].concat();
    hold([
        ("5.5.1", "a text", after(text(HELLO)), Closes(1001)),
        ("5.5.1", "a ping", after(frame(FIN | PING, b"?")), Closes(1001)),
        ("5.5.1", "another close", after(close(1000, b"")), Closes(1001)),
        ("5.5.1", "a frame without a mask", after(unmasked(FIN | TEXT, HELLO)), Closes(1001)),
        ("5.5.1", "no frame", after(b"GET / HTTP/1.1\r\n\r\n".to_vec()), Closes(1001)),
        ("5.5.1", "a lot", after(vec![b'x'; 300_000]), Closes(1001)),
    ]);
}

#[test]
fn a_close_may_come_amid_fragments() {
    hold([("5.4", "a close after a start", [frame(TEXT, b"{"), close(1000, b"")].concat(), Closes(1000))]);
}

/// What was taken in before is not lost: a send is done, though its sender does not wait for the answer.
#[tokio::test]
async fn what_came_before_a_close_is_done() {
    let stage = Stage::new().await;
    let chat = stage.ada.group("lunch", &[]).await;
    let (mut wire, mut ear) = (stage.wire().await, stage.wire().await);
    let send = format!(r#"{{"type": "send", "client_id": "1", "chat_id": {chat}, "text": "Soup?"}}"#);

    wire.send(&[text(send.as_bytes()), close(1000, b"")].concat()).await;

    wire.ends("a send and a close", 1000).await;
    while !ear.text().await.contains(r#""text":"Soup?""#) {}
}
