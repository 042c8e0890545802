//! What readers hear, with outlets that note it down.

mod audiences;
mod bounds;
mod endings;
mod interleaving;
mod membership;
mod presence;
mod rendering;
mod scene;
mod typing;

use scene::{ANA, BEN, CLEO, LUNCH, Scene, Seat, WORK};
