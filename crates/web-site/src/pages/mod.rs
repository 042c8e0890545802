//! The pages, one module per place.

mod avatars;
mod chats;
mod conversation;
mod entry;
mod live;
mod login;
mod members;
mod message;
mod message_actions;
mod new_chat;
mod people;
mod profile;
mod security;
mod sending;
mod settings;
mod setup;
mod signup;
mod theme;

use actix_web::{
    HttpRequest,
    web::{self, ServiceConfig},
};
use serde::Serialize;
use web_common::Problem;

use crate::{
    assets,
    show::{Frame, Shell},
};

/// All routes of the site.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/", web::get().to(entry::front))
        .route("/assets/{name}", web::get().to(assets::serve))
        .service(web::resource("/setup").get(setup::show).post(setup::make))
        .service(web::resource("/signup").get(signup::show).post(signup::make))
        .service(web::resource("/login").get(login::show).post(login::make))
        .service(web::resource("/logout").post(login::end))
        .service(web::resource("/live").get(live::open))
        .service(web::resource("/theme").post(theme::choose))
        .service(web::resource("/avatars/{username}").get(avatars::show))
        .configure(chats::routes)
        .configure(people::routes)
        .configure(profile::routes)
        .configure(security::routes);
}

/// A page with the chats beside it.
#[derive(Serialize)]
struct Inside<T: Serialize> {
    shell: Shell,
    #[serde(flatten)]
    page: T,
}

/// Renders a page of somebody who is signed in.
fn inside(
    request: &HttpRequest,
    template: &str,
    title: String,
    shell: Shell,
    page: impl Serialize,
) -> Result<String, Problem> {
    Frame::render(request, template, title, Inside { shell, page })
}
