//! An uploaded file.

use domain::attachments::Attachment;
use serde::Serialize;
use utoipa::ToSchema;

/// An uploaded file.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Attachment)]
pub(crate) struct AttachmentJson {
    /// Names it in `attachments` of a message that is to carry it.
    #[schema(minimum = 1, example = 301)]
    id: i64,
    /// What it is called.
    #[schema(example = "plan.png")]
    filename: String,
    /// Its media type, read from its bytes.
    #[schema(example = "image/png")]
    content_type: String,
    /// Its size.
    #[schema(minimum = 0, example = 48213)]
    bytes: i64,
    /// Of a picture, its width in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, example = 1280)]
    width: Option<i32>,
    /// Of a picture, its height in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, example = 720)]
    height: Option<i32>,
    /// Where it is.
    #[schema(format = "uri-reference", example = "/api/v1/attachments/301")]
    url: String,
    /// Of a picture, where a small one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uri-reference", example = "/api/v1/attachments/301/thumbnail")]
    thumbnail_url: Option<String>,
}

impl From<&Attachment> for AttachmentJson {
    fn from(file: &Attachment) -> Self {
        let url = format!("/api/v1/attachments/{}", file.id);
        let thumbnail_url = file.thumbnail.as_ref().map(|_| format!("{url}/thumbnail"));
        Self {
            id: file.id.get(),
            filename: file.filename.clone(),
            content_type: file.content_type.clone(),
            bytes: file.bytes,
            width: file.size.map(|(width, _)| width),
            height: file.size.map(|(_, height)| height),
            url,
            thumbnail_url,
        }
    }
}
