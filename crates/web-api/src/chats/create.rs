//! Making a group.

use actix_web::{post, web};
use domain::{
    Invalid,
    chats::{NewChat, groups},
    users::Username,
};
use serde::Deserialize;
use utoipa::ToSchema;
use web_common::State;

use crate::{
    answer::{Answer, created},
    input::{Check, Input, Json},
    json::{ChatJson, VisibilityJson},
    presence::Presence,
    tokens::Bearer,
};

/// At most so many people are named at once; more can be added later.
const MAX_MEMBERS: usize = 200;

/// A group that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateChat {
    /// Its name, in any script.
    #[schema(min_length = 1, max_length = 80, example = "Lunch")]
    name: String,
    /// The usernames of who is in it besides the caller.
    #[schema(max_items = 200, example = json!(["ben", "cleo"]))]
    members: Vec<String>,
    /// What it is for.
    #[schema(min_length = 1, max_length = 500, example = "Where and when")]
    description: Option<String>,
    /// Who is to know of it; `private` unless said.
    visibility: Option<VisibilityJson>,
}

impl Input for CreateChat {
    type Parsed = (NewChat, Vec<Username>);

    fn parse(self, check: &mut Check) -> Option<Self::Parsed> {
        let name = check.text("name", &self.name);
        if self.members.len() > MAX_MEMBERS {
            check.refuse("members", Invalid::new("too_many", format!("must be at most {MAX_MEMBERS}")));
        }
        let members = check.texts("members", &self.members);
        let description = check.optional("description", self.description.as_deref());
        let visibility = self.visibility.map(Into::into).unwrap_or_default();
        Some((NewChat { name: name?, description: description?, visibility }, members?))
    }
}

/// Make a group chat
///
/// The caller becomes its owner.
#[utoipa::path(
    tag = "Chats",
    responses((status = 201, description = "The new chat.", body = ChatJson,
        headers(("Location" = String, description = "Where the chat is.")))),
)]
#[post("/chats")]
pub(crate) async fn create_chat(
    state: web::Data<State>,
    caller: Bearer,
    presence: Presence,
    body: Json<CreateChat>,
) -> Answer {
    let (new, members) = body.read()?;
    let by = caller.0;
    let view =
        state.store.write(Some(by.user), move |work| groups::create(work, &by, &new, &members)).await?;
    let location = format!("{}/chats/{}", crate::BASE, view.chat.id);
    created(&location, &ChatJson::new(&view, |user| presence.is_online(user)))
}
