//! A text is UTF-8 (§5.6, §8.1).

use super::wire::{CONTINUATION, FIN, TEXT, frame, pieces, text};
use super::{Case, Closes, GoesOn, Stage, hold, together};

#[test]
fn any_character_is_taken() {
    let each =
        ["\0", "\u{7f}", "\u{80}", "\u{7ff}", "\u{800}", "\u{d7ff}", "\u{e000}", "\u{fffe}", "\u{ffff}"]
            .into_iter()
            .chain(["\u{10000}", "\u{1fffe}", "\u{10ffff}", "\u{feff}", "κόσμε", "\u{200d}👩‍👩‍👧"]);
    hold(each.map(|good| ("8.1", good, text(good.as_bytes()), GoesOn)).collect::<Vec<Case>>());
}

/// Sequences after RFC 3629 §3 and §4, and Markus Kuhn's test file.
const BAD: [(&str, &[u8]); 24] = [
    ("a continuation alone", b"\x80"),
    ("the last continuation alone", b"\xbf"),
    ("two continuations alone", b"\x80\xbf"),
    ("a start of two, alone", b"\xc3 "),
    ("a start of three, alone", b"\xe2\x82 "),
    ("a start of four, alone", b"\xf0\x9f\x98 "),
    ("cut off after one of two", b"\xc3"),
    ("cut off after one of three", b"\xe2"),
    ("cut off after two of three", b"\xe2\x82"),
    ("cut off after three of four", b"\xf0\x9f\x98"),
    ("/ in two", b"\xc0\xaf"),
    ("/ in three", b"\xe0\x80\xaf"),
    ("/ in four", b"\xf0\x80\x80\xaf"),
    ("NUL in two", b"\xc0\x80"),
    ("the longest of too long in two", b"\xc1\xbf"),
    ("the longest of too long in three", b"\xe0\x9f\xbf"),
    ("the longest of too long in four", b"\xf0\x8f\xbf\xbf"),
    ("the first surrogate", b"\xed\xa0\x80"),
    ("the last surrogate", b"\xed\xbf\xbf"),
    ("a pair of surrogates", b"\xed\xa0\x80\xed\xb0\x80"),
    ("above U+10FFFF", b"\xf4\x90\x80\x80"),
    ("five bytes", b"\xf8\x88\x80\x80\x80"),
    ("six bytes", b"\xfc\x84\x80\x80\x80\x80"),
    ("FE and FF", b"\xfe\xff"),
];

#[test]
fn what_is_not_utf_8_is_refused() {
    let whole = |(name, bad): (_, &[u8])| ("8.1", name, text(&[b"{\"", bad].concat()), Closes(1007));
    hold(BAD.map(whole));
}

/// Each fragment is cut in the bad sequence, and may look good alone.
#[test]
fn what_is_not_utf_8_only_over_fragments_is_refused() {
    let cut = |(name, bad): (_, &[u8])| ("8.1", name, pieces(TEXT, bad.chunks(1)), Closes(1007));
    hold(BAD.map(cut));
    let halves = [&"κόσμε".as_bytes()[..3], "κόσμε".as_bytes()];
    hold([("8.1", "a half and a whole", pieces(TEXT, halves), Closes(1007))]);
}

#[tokio::test]
async fn a_character_may_be_cut_between_fragments() {
    let stage = Stage::new().await;
    let mut wire = stage.wire().await;
    let (words, chat) = ("κόσμε 👩‍👩‍👧 日本", stage.ada.group("lunch", &[]).await);
    let send = format!(r#"{{"type": "send", "client_id": "1", "chat_id": {chat}, "text": "{words}"}}"#);

    wire.send(&pieces(TEXT, send.as_bytes().chunks(1))).await;

    let heard = loop {
        let heard = wire.text().await;
        if heard.contains(r#""type":"ack""#) {
            break heard;
        }
    };
    assert!(heard.contains(&format!(r#""text":"{words}""#)), "{heard}");
}

/// The RFC lets a server refuse it at once or when the message is whole. Natter does when it is whole.
#[test]
fn a_text_that_is_not_utf_8_is_refused_when_it_is_whole() {
    together(async |stage| {
        let mut wire = stage.wire().await;

        wire.send(&[frame(TEXT, b"\xff"), frame(CONTINUATION, b"{")].concat()).await;
        wire.send(&frame(FIN | 9, b"still there?")).await;
        assert_eq!(wire.next().await, Some((10, b"still there?".to_vec())));
        wire.send(&frame(FIN, b"}")).await;

        wire.ends("the last fragment", 1007).await;
    });
}
