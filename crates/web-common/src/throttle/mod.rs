//! How often who may do what.

mod keyed;
mod keys;
mod layer;
mod quota;
mod rule;
mod tats;

use std::sync::Arc;

use domain::UserId;

pub use keyed::Throttle;
pub use keys::{Account, Address, Requester};
use layer::Callers;
pub use layer::{ThrottleRequests, is_spared};
pub use quota::{Quota, Throttled};
pub use rule::*;

/// The throttles of a server: a clone counts with the others.
#[derive(Clone)]
pub struct Throttles {
    /// Of messages, by who sends them. One token each; a forward to 20 costs 20.
    pub messages: Arc<Throttle<UserId>>,
    /// Of attempts to sign in to an account, whoever makes them.
    pub sign_in_account: Arc<Throttle<Account>>,
    /// Of attempts to sign in from an address, to whichever account.
    pub sign_in_address: Arc<Throttle<Address>>,
    /// Of requests and live commands, by user or address.
    pub requests: Arc<Throttle<Requester>>,
    callers: Callers,
}

impl Throttles {
    /// As the operator wrote them.
    pub fn new(messages: Rule, sign_in: Rule, requests: Rule) -> Self {
        Self {
            messages: Arc::new(Throttle::new(messages)),
            sign_in_account: Arc::new(Throttle::new(sign_in)),
            sign_in_address: Arc::new(Throttle::new(sign_in)),
            requests: Arc::new(Throttle::new(requests)),
            callers: Callers::new(),
        }
    }
}
