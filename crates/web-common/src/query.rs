//! Query strings: unknown parameters are ignored, wrong ones refused by name.

use std::ops::Deref;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use serde::de::DeserializeOwned;

use crate::{Problem, json::field_error};

/// The parameters behind the `?`. Refused with 422 and the parameter when they are not what `T` wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Query<T>(pub T);

impl<T> Query<T> {
    /// What was in it.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Query<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(parse(request.query_string()).map(Self))
    }
}

/// Reads `T` from a query string.
pub fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let pairs = serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(pairs).map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { "" } else { &path };
        Problem::invalid(vec![field_error(path, &error.inner().to_string(), "query")])
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq, Eq)]
    struct Page {
        limit: Option<u16>,
        q: String,
    }

    #[test]
    fn a_wrong_parameter_is_named() {
        let error = parse::<Page>("q=a&limit=many").expect_err("not a number").errors.remove(0);
        assert_eq!((error.field.as_str(), &*error.code), ("limit", "invalid_value"));

        let error = parse::<Page>("limit=1").expect_err("no q").errors.remove(0);
        assert_eq!((error.field.as_str(), &*error.code), ("q", "required"));
    }

    #[test]
    fn unknown_parameters_do_no_harm() {
        assert_eq!(parse("q=%C3%A9+x&utm=1"), Ok(Page { limit: None, q: "é x".to_owned() }));
    }
}
