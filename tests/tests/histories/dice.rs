//! Chance that can be repeated.

use std::hash::{BuildHasher, RandomState};

/// The seed to run a history from.
const SEED: &str = "NATTER_TEST_SEED";
/// How many histories each test runs on each database.
const HISTORIES: &str = "NATTER_TEST_HISTORIES";

/// Numbers that look random and are the same for the same seed (Vigna's SplitMix64).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One of `0..end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.roll() % end as u64) as usize
    }

    /// Whether it is the case this time, `percent` times in a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// The seeds of the histories to run.
pub fn seeds() -> Vec<u64> {
    if let Some(seed) = number(SEED) {
        return vec![seed];
    }
    let fresh = RandomState::new();
    (0..number(HISTORIES).unwrap_or(1)).map(|n| fresh.hash_one(n) % 1_000_000_000).collect()
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is a number, not {text:?}")))
}

#[test]
fn the_same_seed_rolls_the_same() {
    let rolls = |seed| {
        let mut dice = Dice::new(seed);
        std::array::from_fn::<usize, 8, _>(|_| dice.below(1_000))
    };

    assert_eq!(rolls(7), rolls(7));
    assert_ne!(rolls(7), rolls(8));
}
