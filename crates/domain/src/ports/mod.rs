//! What the domain needs from outside, and what it gives the web: small, synchronous traits.

mod error;
mod jobs;
mod live;
mod reads;
mod unit_of_work;

pub use error::StoreError;
pub use jobs::{Done, Job, Look, Store};
pub use live::{Cut, Dialect, Frame, Hub, Outlet, Presence, Reader, ReaderId};
pub use reads::Reads;
pub use unit_of_work::UnitOfWork;
