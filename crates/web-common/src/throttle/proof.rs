//! Attempts to prove who one is.

use actix_web::HttpRequest;

use super::{Account, Address, Throttled, Throttles, attempts::Attempt};
use crate::request;

/// An attempt to sign in, or to prove again that one is who is signed in. Unless it is ended, it has failed.
pub struct Proof {
    account: Attempt<Account>,
    address: Option<Attempt<Address>>,
}

impl Throttles {
    /// Begins an attempt to sign in as `login` from where `request` comes from.
    pub fn sign_in(&self, request: &HttpRequest, login: &str) -> Result<Proof, Throttled> {
        let from = Address::from(request::context(request).ip);
        // First, so that who tries too often anyway does not keep the account's owner out.
        let address = self.sign_in_address.begin(from).map_err(|throttled| refused(request, throttled))?;
        Ok(Proof { address: Some(address), ..self.confirm(request, login)? })
    }

    /// Begins an attempt of who is signed in as `username` to give their password again, which can be guessed at too.
    pub fn confirm(&self, request: &HttpRequest, username: &str) -> Result<Proof, Throttled> {
        let account =
            self.sign_in_account.begin(username).map_err(|throttled| refused(request, throttled))?;
        Ok(Proof { account, address: None })
    }
}

fn refused(request: &HttpRequest, throttled: Throttled) -> Throttled {
    throttled.quota.note(request);
    throttled
}

impl Proof {
    /// Ends the attempt, which costs nothing when it succeeded; the response to `request` tells what is left.
    pub fn end(self, request: &HttpRequest, succeeded: bool) {
        self.account.end(succeeded).note(request);
        if let Some(address) = self.address {
            address.end(succeeded).note(request);
        }
    }
}
