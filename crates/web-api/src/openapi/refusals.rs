//! Refusals that only some operations have.

use utoipa::{
    ToResponse,
    openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder},
};

/// A response with a problem in it.
pub(crate) fn problem(description: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(description).content("application/problem+json", content).build()
}

macro_rules! refusal {
    ($name:ident, $description:literal) => {
        #[doc = $description]
        pub(crate) struct $name;

        impl ToResponse<'static> for $name {
            fn response() -> (&'static str, RefOr<Response>) {
                (stringify!($name), problem($description).into())
            }
        }
    };
}

refusal!(Unauthenticated, "Not proven who calls, or not any more.");
refusal!(Forbidden, "Seen, but not allowed: no member of it, or in too low a role.");
refusal!(UpgradeRequired, "Asked for without an upgrade to a WebSocket.");
refusal!(RangeNotSatisfiable, "The part asked for is not there; `Content-Range` tells the size.");
refusal!(Conflict, "Against what stands now.");
