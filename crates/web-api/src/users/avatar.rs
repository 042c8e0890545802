//! Pictures of people.

use actix_web::{HttpRequest, route, web};
use domain::Invalid;
use serde::Deserialize;
use utoipa::{
    IntoParams,
    openapi::{Object, ObjectBuilder, Type},
};
use web_common::{State, avatar};

use super::UserPath;
use crate::{
    answer::Answer,
    input::{Check, Input, Query, parse},
    tokens::Bearer,
};

/// Which picture.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AvatarQuery {
    /// Its width and height in pixels: 48, 96, 256 or 512.
    #[param(required = false, schema_with = sizes)]
    size: Option<i64>,
}

/// The sizes that are given out.
fn sizes() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .enum_values(Some(avatar::SIZES))
        .default(Some(96.into()))
        .description(Some("Its width and height in pixels."))
        .build()
}

impl Input for AvatarQuery {
    type Parsed = Option<u16>;

    fn parse(self, check: &mut Check) -> Option<Option<u16>> {
        let known = |size: i64| u16::try_from(size).ok().filter(|size| avatar::SIZES.contains(size));
        let refusal = || Invalid::new("out_of_range", "must be 48, 96, 256 or 512");
        check.take("size", self.size.map(|size| known(size).ok_or_else(refusal)).transpose())
    }
}

/// Get a picture
///
/// The picture of a user, square; initials are drawn where there is none.
#[utoipa::path(
    get,
    tag = "Users", params(UserPath, AvatarQuery),
    responses((status = 200, description = "The picture.", content(
        (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"), (Vec<u8> = "image/jpeg"), (String = "image/svg+xml"),
    ), headers(
        ("ETag" = String, description = "Send it as `If-None-Match` to be answered 304 while nothing has changed."),
    ))),
)]
#[route("/users/{username}/avatar", method = "GET", method = "HEAD")]
pub(crate) async fn get_avatar(
    state: web::Data<State>,
    _caller: Bearer,
    path: web::Path<UserPath>,
    query: Query<AvatarQuery>,
    request: HttpRequest,
) -> Answer {
    let username = parse(&path.username)?;
    let size = query.read()?;
    let user = state.store.read(move |reads| super::find(reads, &username)).await?;
    avatar::avatar(&state, &user, size, &request).await
}
