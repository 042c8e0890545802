//! A new chat: a group, or the direct chat with one person.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Data, Query},
};
use domain::{
    ChatId, Invalid,
    chats::{ChatError, ChatName, Description, NewChat, Visibility, direct, groups},
    ports::UnitOfWork,
    users::Username,
};
use serde::{Deserialize, Serialize};
use web_common::{Problem, State};

use super::inside;
use crate::{
    answer,
    session::SignedIn,
    show::{Form, Shell, ShellLook},
    words::WORDS,
};

/// The most people that a chat begins with.
const MEMBERS: usize = 200;

/// What was typed.
#[derive(Deserialize)]
pub struct NewChatForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    members: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    visibility: String,
}

/// Whom to begin with.
#[derive(Deserialize)]
pub struct With {
    members: Option<String>,
}

#[derive(Serialize)]
struct NewChatPage {
    form: Form,
}

/// What is to be made.
enum Wanted {
    Direct(Username),
    Group(NewChat, Vec<Username>),
}

/// The form.
pub async fn show(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    with: Query<With>,
) -> Result<HttpResponse, Problem> {
    let form = Form::of([("members", with.members.as_deref().unwrap_or_default())]);
    page(&request, &state, &who, StatusCode::OK, form).await
}

/// Makes it, in which one stands then.
pub async fn make(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    typed: web::Form<NewChatForm>,
) -> Result<HttpResponse, Problem> {
    let mut form = Form::of([
        ("name", &*typed.name),
        ("members", &*typed.members),
        ("description", &*typed.description),
        ("visibility", &*typed.visibility),
    ]);
    if let Some(wanted) = typed.wanted(&mut form) {
        let by = who.caller.clone();
        let job = move |work: &mut dyn UnitOfWork| -> Result<ChatId, ChatError> {
            match wanted {
                Wanted::Direct(peer) => direct::open(work, &by, &peer).map_err(|error| match error {
                    ChatError::NoSuchUser => ChatError::UnknownMember(peer.to_string()),
                    error => error,
                }),
                Wanted::Group(new, members) => {
                    groups::create(work, &by, &new, &members).map(|view| view.chat.id)
                }
            }
        };
        match state.store.write(Some(who.caller.user), job).await {
            Ok(chat) => return Ok(answer::see(&format!("/chats/{chat}"))),
            Err(error) => form.refused(error.into())?,
        }
    }
    page(&request, &state, &who, StatusCode::UNPROCESSABLE_ENTITY, form).await
}

impl NewChatForm {
    /// A name makes a group; one person without a name, the direct chat with them.
    fn wanted(&self, form: &mut Form) -> Option<Wanted> {
        let mut members = Vec::new();
        for name in self.members.split([',', ' ', '\n']).map(str::trim).filter(|name| !name.is_empty()) {
            match name.strip_prefix('@').unwrap_or(name).parse::<Username>() {
                Ok(username) => members.push(username),
                Err(_) => {
                    let words = WORDS.say("new_chat.nobody", &[("name", name)]);
                    form.errors.insert("members".to_owned(), words);
                    return None;
                }
            }
        }
        if members.len() > MEMBERS {
            form.refuse("members", &Invalid::new("too_many", "are too many at once"));
            return None;
        }
        if self.name.trim().is_empty() {
            return match <[Username; 1]>::try_from(members) {
                Ok([peer]) => Some(Wanted::Direct(peer)),
                Err(_) => {
                    form.errors.insert("name".to_owned(), WORDS.say("new_chat.needs_name", &[]));
                    None
                }
            };
        }
        let name = form.parse::<ChatName>("name", &self.name)?;
        let description = form.optional::<Description>("description", &self.description)?;
        let visibility = if self.visibility == "public" { Visibility::Public } else { Visibility::Private };
        Some(Wanted::Group(NewChat { name, description, visibility }, members))
    }
}

async fn page(
    request: &HttpRequest,
    state: &State,
    who: &SignedIn,
    status: StatusCode,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let me = who.caller.user;
    let look = state.store.read::<_, Problem, _>(move |reads| Ok(ShellLook::look(reads, me)?)).await?;
    let shell = Shell::new(request, &look, None);
    let html =
        inside(request, "new_chat.html", WORDS.say("new_chat.title", &[]), shell, NewChatPage { form })?;
    Ok(answer::page(request, status, html))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(name: &str, members: &str) -> (Option<Wanted>, Form) {
        let typed = NewChatForm {
            name: name.to_owned(),
            members: members.to_owned(),
            description: String::new(),
            visibility: String::new(),
        };
        let mut form = Form::of([("name", name), ("members", members)]);
        (typed.wanted(&mut form), form)
    }

    #[test]
    fn a_name_makes_a_group_and_one_person_alone_a_direct_chat() {
        assert!(matches!(wanted("Lunch", "ben, @cleo,").0, Some(Wanted::Group(_, m)) if m.len() == 2));
        assert!(matches!(wanted("Notes", "").0, Some(Wanted::Group(_, m)) if m.is_empty()));
        assert!(matches!(wanted("", "ben").0, Some(Wanted::Direct(_))));
    }

    #[test]
    fn several_people_without_a_name_and_impossible_names_are_refused_beside_their_field() {
        assert!(wanted("", "ben cleo").1.errors.contains_key("name"));
        assert!(wanted("", "").1.errors.contains_key("name"));
        assert!(wanted("Lunch", "b*n").1.errors.contains_key("members"));
        assert!(wanted(&"x".repeat(81), "").1.errors.contains_key("name"));
    }
}
