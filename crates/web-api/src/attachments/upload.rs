//! Uploading a file.

use actix_web::{HttpRequest, post, web};
use domain::{
    Caller,
    attachments::{Attachment, files},
};
use web_common::{Problem, State, media::FILE_BYTES};

use crate::{
    answer::{Answer, created},
    input::{
        still_signed_in,
        upload::{self, Upload},
        while_signed_in,
    },
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
    let by = caller.0;
    let turn = state.uploads.begin(by.user).await?;
    let upload = while_signed_in(&state, &by, upload::file(&request, body, FILE_BYTES)).await?;
    // A task of its own goes on when the caller hangs up: what is kept is noted, too.
    let kept = actix_web::rt::spawn(async move {
        let kept = keep(&state, by, upload).await;
        drop(turn);
        kept
    });
    let file = kept.await.map_err(|error| Problem::internal(error.to_string()))??;
    created(&format!("{}/attachments/{}", crate::BASE, file.id), &AttachmentJson::from(&file))
}

/// Keeps and notes a file, unless its sender was signed out by now.
async fn keep(state: &State, by: Caller, Upload { filename, bytes }: Upload) -> Result<Attachment, Problem> {
    let new = state.media.keep_file(filename, bytes).await.map_err(upload::refused)?;
    if let Err(refusal) = still_signed_in(state, &by).await {
        let keys = [Some(new.key), new.thumbnail].into_iter().flatten().collect();
        state.media.forget(keys).await?;
        return Err(refusal);
    }
    Ok(state.store.write(Some(by.user), move |work| files::upload(work, &by, &new)).await?)
}
