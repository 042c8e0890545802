//! On whose account something counts.

use std::net::{IpAddr, Ipv6Addr};

use domain::UserId;

/// An account that somebody wants to sign in to, known or not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Account(String);

/// Where somebody calls from: an IPv4 address, or the /64 of an IPv6 one, of which one person has them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Address(IpAddr);

/// Who makes a request: a user where they are known, else an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Requester {
    /// Signed in.
    User(UserId),
    /// Not signed in, or not known to be.
    Address(Address),
}

/// The longest login that is told from others; nobody's is longer than an e-mail address.
const LOGIN_CHARS: usize = 254;

impl From<&str> for Account {
    fn from(login: &str) -> Self {
        Self(login.trim().chars().take(LOGIN_CHARS).flat_map(char::to_lowercase).collect())
    }
}

impl From<IpAddr> for Address {
    fn from(ip: IpAddr) -> Self {
        Self(match ip.to_canonical() {
            IpAddr::V6(ip) => {
                let network = u128::from(ip) & !u128::from(u64::MAX);
                IpAddr::V6(Ipv6Addr::from(network))
            }
            ip => ip,
        })
    }
}

/// An address that is not known counts as one.
impl From<Option<IpAddr>> for Address {
    fn from(ip: Option<IpAddr>) -> Self {
        ip.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED)).into()
    }
}

impl From<UserId> for Requester {
    fn from(user: UserId) -> Self {
        Self::User(user)
    }
}

impl From<Address> for Requester {
    fn from(address: Address) -> Self {
        Self::Address(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        text.parse::<IpAddr>().expect(text).into()
    }

    #[test]
    fn addresses_of_one_network_are_one() {
        assert_eq!(address("2001:db8::1"), address("2001:db8::ffff:2"));
        assert_ne!(address("2001:db8::1"), address("2001:db8:0:1::1"));
        assert_ne!(address("192.0.2.1"), address("192.0.2.2"));
        assert_eq!(address("::ffff:192.0.2.1"), address("192.0.2.1"));
    }

    #[test]
    fn an_account_is_the_same_in_any_case_and_takes_little_room() {
        assert_eq!(Account::from(" Ana "), Account::from("aNA"));
        assert!(Account::from("x".repeat(1_000_000).as_str()).0.len() <= LOGIN_CHARS);
    }
}
