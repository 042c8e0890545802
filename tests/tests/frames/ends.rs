//! How the connection ends (§7.1): who closes it, and when.

use super::together;
use super::wire::{FIN, HELLO, TEXT, close, text, unmasked};
use std::time::Instant;

/// §7.1.1 wants it at once. actix first waits for a second for what the client still sends, lest a reset takes the
/// close frame with it; so it takes that long where the client waits, too.
#[test]
fn the_server_ends_the_connection_after_both_have_closed() {
    together(async |stage| {
        let mut wire = stage.wire().await;

        wire.send(&close(1000, b"")).await;

        assert_eq!(wire.closing("a close").await, 1000_u16.to_be_bytes());
        assert_eq!(wire.next().await, None);
    });
}

#[test]
fn a_client_that_does_not_answer_a_close_is_not_waited_for() {
    together(async |stage| {
        let mut wire = stage.wire().await;

        wire.send(&unmasked(FIN | TEXT, HELLO)).await;

        assert_eq!(wire.closing("a frame without a mask").await[..2], 1002_u16.to_be_bytes());
        // Within the patience of the tests.
        assert_eq!(wire.next().await, None);
    });
}

#[test]
fn a_client_that_goes_on_after_a_close_is_not_listened_to_for_ever() {
    together(async |stage| {
        let mut wire = stage.wire().await;
        wire.send(&unmasked(FIN | TEXT, HELLO)).await;
        wire.closing("a frame without a mask").await;

        let since = Instant::now();
        while wire.try_send(&text(HELLO)).await.is_ok() {
            assert!(since.elapsed() < tests::PATIENCE, "the server takes more and more");
            tokio::task::yield_now().await;
        }
    });
}

#[test]
fn a_client_may_go_without_a_word() {
    together(async |stage| {
        for half in [&b""[..], &text(HELLO)[..1], &text(HELLO)[..7], &text(HELLO)[..20]] {
            let mut wire = stage.wire().await;
            wire.send(half).await;
            wire.hang_up().await;
            while wire.next().await.is_some() {}
        }
    });
}
