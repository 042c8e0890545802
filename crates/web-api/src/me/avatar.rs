//! One's own picture.

use actix_web::{HttpRequest, delete, put, web};
use domain::users::profile;
use web_common::{State, media::AVATAR_BYTES};

use crate::{
    answer::{Answer, done},
    input::upload,
    tokens::Bearer,
};

/// Set my picture
///
/// PNG, JPEG, WebP or GIF, as the body or as the field `file` of a form. It is cropped to a square and encoded anew.
#[utoipa::path(
    tag = "Me",
    request_body(description = "The picture, of at most 5 MiB and 50 megapixels.", content(
        (Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/webp"), (Vec<u8> = "image/gif"),
        (upload::Form = "multipart/form-data"),
    )),
    responses((status = 204, description = "The picture is set.")),
)]
#[put("/me/avatar")]
pub(crate) async fn set_my_avatar(
    state: web::Data<State>,
    caller: Bearer,
    request: HttpRequest,
    body: web::Payload,
) -> Answer {
    let file = upload::picture(&request, body, AVATAR_BYTES).await?;
    let name = state.media.keep_avatar(file).await.map_err(upload::refused)?;
    let by = caller.0;
    state.store.write(Some(by.user), move |work| profile::set_avatar(work, &by, Some(name))).await?;
    done()
}

/// Take my picture away
///
/// Initials are drawn in its place.
#[utoipa::path(tag = "Me", responses((status = 204, description = "There is none any more.")))]
#[delete("/me/avatar")]
pub(crate) async fn delete_my_avatar(state: web::Data<State>, caller: Bearer) -> Answer {
    let by = caller.0;
    state.store.write(Some(by.user), move |work| profile::set_avatar(work, &by, None)).await?;
    done()
}
