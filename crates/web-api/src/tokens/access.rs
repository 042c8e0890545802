//! Access tokens: JSON Web Tokens (RFC 7519) in the profile of RFC 9068, checked after RFC 8725.

use domain::{SessionId, UserId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use web_common::Problem;

use crate::ApiConfig;

/// How long an access token lives, in seconds: 15 minutes.
pub(crate) const ACCESS_SECONDS: i64 = 15 * 60;

/// How much the clocks of several servers may differ, in seconds.
const LEEWAY: u64 = 5;

/// What an access token is, and nothing else is (RFC 9068, 2.1).
const TYPE: &str = "at+jwt";

/// The one algorithm.
const ALGORITHM: Algorithm = Algorithm::HS256;

/// Signs and checks access tokens.
pub(crate) struct AccessTokens {
    signing: EncodingKey,
    checking: DecodingKey,
    header: Header,
    rules: Validation,
    issuer: String,
    audience: String,
}

/// What a token says.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: i64,
    iat: i64,
    exp: i64,
}

impl AccessTokens {
    /// Of a server that is reached as `config` says.
    pub(crate) fn new(config: &ApiConfig) -> Self {
        let audience = format!("{}/api", config.issuer);
        let mut rules = Validation::new(ALGORITHM);
        rules.leeway = LEEWAY;
        rules.set_issuer(&[&config.issuer]);
        rules.set_audience(&[&audience]);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        Self {
            signing: EncodingKey::from_secret(&config.jwt_key),
            checking: DecodingKey::from_secret(&config.jwt_key),
            header: Header { typ: Some(TYPE.to_owned()), ..Header::new(ALGORITHM) },
            rules,
            issuer: config.issuer.clone(),
            audience,
        }
    }

    /// A token of `session`, issued at `now` (seconds since 1970).
    pub(crate) fn issue(&self, user: UserId, session: SessionId, now: i64) -> Result<String, Problem> {
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: user.to_string(),
            sid: session.get(),
            iat: now,
            exp: now + ACCESS_SECONDS,
        };
        encode(&self.header, &claims, &self.signing).map_err(|error| Problem::internal(error.to_string()))
    }

    /// Whose token it is and of which session; nothing when it is not one of ours, or is over.
    pub(crate) fn check(&self, token: &str) -> Option<(UserId, SessionId)> {
        let found = decode::<Claims>(token, &self.checking, &self.rules).ok()?;
        let is_access_token = found.header.typ.as_deref() == Some(TYPE);
        let user = found.claims.sub.parse().ok()?;
        is_access_token.then_some((user, SessionId::new(found.claims.sid)))
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use domain::Timestamp;
    use serde_json::json;

    use super::*;

    const ANA: UserId = UserId::new(12);
    const SESSION: SessionId = SessionId::new(34);

    fn tokens(key: u8, issuer: &str) -> AccessTokens {
        AccessTokens::new(&ApiConfig { jwt_key: [key; 32], issuer: issuer.to_owned() })
    }

    fn now() -> i64 {
        Timestamp::from_system_clock().micros() / 1_000_000
    }

    fn forged(header: &Header, claims: &serde_json::Value) -> String {
        encode(header, claims, &EncodingKey::from_secret(&[1; 32])).unwrap()
    }

    fn claims() -> serde_json::Value {
        json!({"iss": "http://here", "aud": "http://here/api", "sub": "12", "sid": 34, "iat": now(), "exp": now() + 60})
    }

    fn header() -> Header {
        Header { typ: Some(TYPE.to_owned()), ..Header::new(ALGORITHM) }
    }

    #[test]
    fn a_token_tells_whose_it_is_until_it_is_over() {
        let tokens = tokens(1, "http://here");

        assert_eq!(tokens.check(&tokens.issue(ANA, SESSION, now()).unwrap()), Some((ANA, SESSION)));
        let spent = tokens.issue(ANA, SESSION, now() - ACCESS_SECONDS - 60).unwrap();
        assert_eq!(tokens.check(&spent), None);
    }

    #[test]
    fn a_token_of_another_key_or_server_is_none_of_ours() {
        let ours = tokens(1, "http://here");

        assert_eq!(ours.check(&tokens(2, "http://here").issue(ANA, SESSION, now()).unwrap()), None);
        assert_eq!(ours.check(&tokens(1, "http://there").issue(ANA, SESSION, now()).unwrap()), None);
    }

    #[test]
    fn every_claim_and_the_type_are_checked() {
        let tokens = tokens(1, "http://here");
        assert_eq!(tokens.check(&forged(&header(), &claims())), Some((ANA, SESSION)));

        for (claim, value) in [
            ("iss", json!("http://evil")),
            ("aud", json!("http://here")),
            ("sub", json!("ana")),
            ("sid", json!("34")),
            ("exp", json!(now() - 60)),
            ("exp", json!(null)),
        ] {
            let mut wrong = claims();
            wrong[claim] = value;
            assert_eq!(tokens.check(&forged(&header(), &wrong)), None, "{claim}");
            wrong.as_object_mut().unwrap().remove(claim);
            assert_eq!(tokens.check(&forged(&header(), &wrong)), None, "without {claim}");
        }
        assert_eq!(tokens.check(&forged(&Header::new(ALGORITHM), &claims())), None, "another type");
    }

    #[test]
    fn no_other_algorithm_is_taken() {
        let tokens = tokens(1, "http://here");
        let other = Header { alg: Algorithm::HS512, ..header() };
        assert_eq!(tokens.check(&forged(&other, &claims())), None);

        let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"at+jwt"}"#);
        let body = URL_SAFE_NO_PAD.encode(claims().to_string());
        for unsigned in [format!("{none}.{body}."), format!("{none}.{body}"), "..".to_owned(), String::new()]
        {
            assert_eq!(tokens.check(&unsigned), None);
        }
    }
}
