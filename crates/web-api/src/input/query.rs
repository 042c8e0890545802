//! Query parameters.

use std::{
    future::{Ready, ready},
    marker::PhantomData,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use web_common::{
    Problem,
    input::{fields::Raw, read},
};

use super::Input;

/// Query parameters. They are read when the handler asks for them, so that who may not call at all learns
/// that first. Unknown ones are ignored; of one given twice the first counts.
pub(crate) struct Query<T> {
    text: String,
    of: PhantomData<T>,
}

impl<T: Input> Query<T> {
    /// What the parameters say; refused with 422 and every one that can't be taken.
    pub(crate) fn read(self) -> Result<T::Parsed, Problem> {
        let pairs = web::Query::<Vec<(String, String)>>::from_query(&self.text)
            .map_err(|error| Problem::malformed(format!("The query can't be read: {error}.")))?;
        let mut raw: Vec<(String, Raw)> = Vec::new();
        for (name, text) in pairs.into_inner() {
            if raw.iter().all(|(known, _)| *known != name) {
                raw.push((name, Raw::Text(text)));
            }
        }
        read(raw, T::parse)
    }
}

impl<T> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self { text: request.query_string().to_owned(), of: PhantomData }))
    }
}
