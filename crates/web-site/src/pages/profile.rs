//! One's own profile and picture.

use actix_multipart::Multipart;
use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Bytes, BytesMut, Data, ServiceConfig},
};
use domain::{
    Invalid,
    users::{Bio, Email, PersonName, User, UserChange, profile},
};
use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};
use web_common::{
    Problem, State,
    lasting::{still_signed_in, while_signed_in},
    media::{AVATAR_BYTES, MediaError},
};

use super::inside;
use crate::{
    answer,
    session::SignedIn,
    show::{Form, PersonCard, Shell, ShellLook},
    words::WORDS,
};

/// The routes of one's own profile.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/settings").get(async || answer::see("/settings/profile")))
        .service(web::resource("/settings/profile").get(show).post(update))
        .service(web::resource("/settings/avatar").post(set_avatar))
        .service(web::resource("/settings/avatar/remove").post(remove_avatar));
}

#[derive(Serialize)]
struct ProfilePage {
    who: PersonCard,
    form: Form,
    has_picture: bool,
    confirmed: bool,
}

/// What was typed.
#[derive(Deserialize)]
pub struct ProfileForm {
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    bio: String,
}

async fn show(request: HttpRequest, state: Data<State>, who: SignedIn) -> Result<HttpResponse, Problem> {
    page(&request, &state, &who, (StatusCode::OK, None)).await
}

async fn page(
    request: &HttpRequest,
    state: &State,
    who: &SignedIn,
    (status, refused): (StatusCode, Option<Form>),
) -> Result<HttpResponse, Problem> {
    let me = who.caller.user;
    let look = state.store.read::<_, Problem, _>(move |reads| Ok(ShellLook::look(reads, me)?)).await?;
    let mut form = stands(&look.me);
    if let Some(refused) = refused {
        form.values.extend(refused.values);
        form.errors = refused.errors;
        form.error = refused.error;
    }
    let page = ProfilePage {
        who: PersonCard::from(&look.me),
        has_picture: look.me.avatar.is_some(),
        confirmed: look.me.email_confirmed,
        form,
    };
    let shell = Shell::new(request, &look, None);
    let html = inside(request, "profile.html", WORDS.say("profile.title", &[]), shell, page)?;
    Ok(answer::page(request, status, html))
}

/// What stands now.
fn stands(user: &User) -> Form {
    Form::of([
        ("first_name", user.first_name.as_ref().map_or("", PersonName::as_str)),
        ("last_name", user.last_name.as_ref().map_or("", PersonName::as_str)),
        ("email", user.email.as_ref().map_or("", Email::as_str)),
        ("bio", user.bio.as_ref().map_or("", Bio::as_str)),
    ])
}

async fn update(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    typed: web::Form<ProfileForm>,
) -> Result<HttpResponse, Problem> {
    let mut form = Form::of([
        ("first_name", &*typed.first_name),
        ("last_name", &*typed.last_name),
        ("email", &*typed.email),
        ("bio", &*typed.bio),
    ]);
    let first_name = form.optional("first_name", &typed.first_name);
    let last_name = form.optional("last_name", &typed.last_name);
    let email = form.optional("email", &typed.email);
    let bio = form.optional("bio", &typed.bio.replace("\r\n", "\n"));
    if form.is_fine() {
        let change = UserChange { first_name, last_name, email, bio, ..UserChange::default() };
        let by = who.caller.clone();
        match state.store.write(Some(by.user), move |work| profile::update(work, &by, change)).await {
            Ok(_) => return Ok(answer::done(&request, "/settings/profile")),
            Err(error) => form.refused(error.into())?,
        }
    }
    page(&request, &state, &who, (StatusCode::UNPROCESSABLE_ENTITY, Some(form))).await
}

/// Takes a picture in and shows it from then on.
async fn set_avatar(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    upload: Multipart,
) -> Result<HttpResponse, Problem> {
    let turn = state.uploads.begin(who.caller.user).await?;
    let kept = match while_signed_in(&state, &who.caller, picture_in(upload)).await? {
        Ok(bytes) => state.media.keep_avatar(bytes).await,
        Err(error) => Err(error),
    };
    drop(turn);
    let name = match kept {
        Ok(name) => name,
        Err(MediaError::Away(why)) => return Err(MediaError::Away(why).into()),
        Err(error) => {
            let (status, invalid) = match error {
                MediaError::TooLarge(_) => {
                    (StatusCode::PAYLOAD_TOO_LARGE, Invalid::new("too_large", error.to_string()))
                }
                MediaError::Invalid(invalid) => (StatusCode::UNPROCESSABLE_ENTITY, invalid),
                MediaError::Away(_) => (StatusCode::SERVICE_UNAVAILABLE, Invalid::new("away", "")),
            };
            let mut form = Form::default();
            form.refuse("avatar", &invalid);
            return page(&request, &state, &who, (status, Some(form))).await;
        }
    };
    let by = who.caller;
    still_signed_in(&state, &by).await?;
    state.store.write(Some(by.user), move |work| profile::set_avatar(work, &by, Some(name))).await?;
    Ok(answer::done(&request, "/settings/profile"))
}

/// The first file of an upload.
async fn picture_in(mut upload: Multipart) -> Result<Result<Bytes, MediaError>, Problem> {
    let unreadable = |error: actix_multipart::MultipartError| Problem::malformed(error.to_string());
    while let Some(mut field) = upload.try_next().await.map_err(unreadable)? {
        let is_file = field.content_disposition().is_some_and(|shown| shown.get_filename().is_some());
        let mut bytes = BytesMut::new();
        while let Some(chunk) = field.try_next().await.map_err(unreadable)? {
            if bytes.len() + chunk.len() > AVATAR_BYTES {
                return Ok(Err(MediaError::TooLarge(AVATAR_BYTES)));
            }
            bytes.extend_from_slice(&chunk);
        }
        if is_file && !bytes.is_empty() {
            return Ok(Ok(bytes.freeze()));
        }
    }
    Ok(Err(MediaError::Invalid(Invalid::new("no_file", "choose a picture first"))))
}

async fn remove_avatar(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, Problem> {
    let by = who.caller;
    state.store.write(Some(by.user), move |work| profile::set_avatar(work, &by, None)).await?;
    Ok(answer::done(&request, "/settings/profile"))
}
