//! The web site: pages, forms, cookie sessions, assets, and the live events that keep pages current.
//!
//! Every page is rendered here and works without JavaScript; the scripts under `assets/` make it live.

mod answer;
mod assets;
mod dress;
mod next;
mod origin;
mod pages;
mod session;
mod show;
mod templates;
mod voice;
mod words;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use actix_web::{
    middleware::{Compress, from_fn},
    web,
};
use web_common::{Problem, State, live::Voice};

/// The site's place among the hub's dialects; the API's is 0.
pub const DIALECT: usize = 1;

/// The most bytes a form may have: the longest message, percent-encoded, and room for the rest.
const FORM_BYTES: usize = 256 * 1024;

/// What the site needs beside the state.
#[derive(Clone)]
pub struct SiteConfig {
    /// Signs the session cookie; the same on every server of a system.
    pub cookie_key: [u8; 64],
}

/// How the site writes live events down: with the parts of pages that they change.
pub fn voice() -> Arc<dyn Voice> {
    Arc::new(voice::SiteVoice)
}

/// All routes of the site. They take every path that is left, so they come after all others.
pub fn configure(cfg: &mut web::ServiceConfig, state: &State, config: &SiteConfig) {
    cfg.service(
        web::scope("")
            .wrap(from_fn(origin::of_writes))
            .wrap(session::middleware(state, config))
            .wrap(from_fn(dress::refusals))
            .wrap(Compress::default())
            .app_data(web::FormConfig::default().limit(FORM_BYTES))
            .configure(pages::routes)
            .default_service(web::to(async || Err::<&str, Problem>(Problem::not_found()))),
    );
}
