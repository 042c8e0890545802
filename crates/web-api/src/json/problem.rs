//! The shape of every refusal, for the document; `web_common::Problem` writes it.

use serde::Serialize;
use utoipa::ToSchema;

/// Why a request was not answered as asked (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemJson {
    /// A stable name of this kind of problem, as a URI reference.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference", example = "/problems/not-a-member")]
    kind: String,
    /// The kind in words.
    #[schema(example = "Not a member")]
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599, example = 403)]
    status: u16,
    /// What happened this time, for people.
    #[schema(example = "Only members of this chat may do this.")]
    detail: String,
    /// The id of this request, as in `X-Request-Id`.
    #[schema(required, example = "01JD2X4N8Z")]
    request_id: Option<String>,
    /// For invalid input: every field that can't be taken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldErrorJson>,
    /// In how many seconds it makes sense to try again, as in `Retry-After`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, minimum = 1, example = 2)]
    retry_after: Option<u64>,
}

/// A field that can't be taken.
#[derive(Serialize, ToSchema)]
#[schema(as = FieldError)]
pub(crate) struct FieldErrorJson {
    /// Which field of the body or query.
    #[schema(example = "username")]
    field: String,
    /// A stable code.
    #[schema(example = "taken")]
    code: String,
    /// What is wrong with it, for people.
    #[schema(example = "is taken")]
    message: String,
}
