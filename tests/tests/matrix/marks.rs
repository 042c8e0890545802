//! Words that stand nowhere else.

use std::sync::atomic::{AtomicU32, Ordering};

/// A word that was never said before, and is found by searching for it.
pub fn word(kind: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    // Letters only, and of one length, so that none is a part of another.
    let letters = (0..4).rev().map(|place| char::from(b'a' + ((count / 26_u32.pow(place)) % 26) as u8));
    format!("zq{kind}{}", letters.collect::<String>())
}

/// Whether these bytes hold the word, in any case.
pub fn holds(bytes: &[u8], word: &str) -> bool {
    String::from_utf8_lossy(&bytes.to_ascii_lowercase()).contains(&word.to_ascii_lowercase())
}
