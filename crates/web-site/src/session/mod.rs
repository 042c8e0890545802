//! Who is signed in, by a cookie.

mod signed_in;
mod store;

use actix_session::{
    SessionMiddleware,
    config::{CookieContentSecurity, PersistentSession},
};
use actix_web::cookie::{Key, SameSite, time::Duration};
use web_common::State;

pub use signed_in::{SignedIn, begin, end, hand_out};
pub use store::SessionsBehindCookies;

use crate::SiteConfig;

/// The middleware that finds the session of a request and hands out its cookie. Only who signs in gets one.
pub fn middleware(state: &State, config: &SiteConfig) -> SessionMiddleware<SessionsBehindCookies> {
    let https = state.site.is_https();
    let name = if https { "__Host-natter" } else { "natter" };
    let lasts = Duration::try_from(state.sessions.lifetimes().absolute).unwrap_or(Duration::MAX);
    SessionMiddleware::builder(
        SessionsBehindCookies::new(state.sessions.clone(), state.store.clone()),
        Key::from(&config.cookie_key),
    )
    .cookie_name(name.to_owned())
    .cookie_secure(https)
    .cookie_http_only(true)
    .cookie_same_site(SameSite::Lax)
    .cookie_path("/".to_owned())
    .cookie_content_security(CookieContentSecurity::Signed)
    .session_lifecycle(PersistentSession::default().session_ttl(lasts))
    .build()
}
