//! Uploading a file.

use actix_web::{HttpRequest, post, web};
use domain::attachments::files;
use web_common::{State, media::FILE_BYTES};

use crate::{
    answer::{Answer, created},
    input::upload,
    json::AttachmentJson,
    tokens::Bearer,
};

/// Upload a file
///
/// Of at most 25 MiB. Its type is read from its bytes. Others see it once a message carries it; what no message
/// carries is swept away in time.
#[utoipa::path(
    tag = "Attachments",
    request_body(content = upload::Form, content_type = "multipart/form-data", description = "The file."),
    responses((status = 201, description = "The file.", body = AttachmentJson,
        headers(("Location" = String, description = "Where the file is.")))),
)]
#[post("/attachments")]
pub(crate) async fn upload_attachment(
    state: web::Data<State>,
    caller: Bearer,
    request: HttpRequest,
    body: web::Payload,
) -> Answer {
    let upload::Upload { filename, bytes } = upload::file(&request, body, FILE_BYTES).await?;
    let new = state.media.keep_file(filename, bytes).await.map_err(upload::refused)?;
    let by = caller.0;
    let file = state.store.write(Some(by.user), move |work| files::upload(work, &by, &new)).await?;
    created(&format!("{}/attachments/{}", crate::BASE, file.id), &AttachmentJson::from(&file))
}
