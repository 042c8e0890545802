//! How often who may do what.

mod attempts;
mod keyed;
mod keys;
mod layer;
mod proof;
mod quota;
mod rule;
mod tats;

use std::sync::Arc;

use domain::UserId;

use attempts::Attempts;
pub use keyed::Throttle;
pub use keys::{Account, Address, Requester};
use layer::Callers;
pub use layer::{ThrottleRequests, is_spared};
pub use proof::Proof;
pub use quota::{Quota, Throttled};
pub use rule::*;

/// The throttles of a server: a clone counts with the others.
#[derive(Clone)]
pub struct Throttles {
    /// Of messages, by who sends them. One token each; a forward to 20 costs 20.
    pub messages: Arc<Throttle<UserId>>,
    /// Of attempts to sign in to an account that fail, whoever makes them.
    sign_in_account: Arc<Attempts<Account>>,
    /// Of attempts to sign in from an address that fail, to whichever account.
    sign_in_address: Arc<Attempts<Address>>,
    /// Of requests and live commands, by user or address.
    pub requests: Arc<Throttle<Requester>>,
    callers: Callers,
}

impl Throttles {
    /// As the operator wrote them.
    pub fn new(messages: Rule, sign_in: Rule, requests: Rule) -> Self {
        Self {
            messages: Arc::new(Throttle::new(messages)),
            sign_in_account: Attempts::new(sign_in),
            sign_in_address: Attempts::new(sign_in),
            requests: Arc::new(Throttle::new(requests)),
            callers: Callers::new(),
        }
    }
}
