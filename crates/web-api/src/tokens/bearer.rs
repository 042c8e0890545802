//! Who calls: `Authorization: Bearer …` (RFC 6750).

use std::{ops::Deref, sync::Arc};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web};
use domain::{Caller, Via, users::SessionKind};
use futures_util::future::{FutureExt, LocalBoxFuture};
use web_common::{Problem, State, auth::Standing, request};

use super::AccessTokens;

/// Somebody who is signed in. A handler without it is public.
pub(crate) struct Bearer(pub(crate) Caller);

impl Deref for Bearer {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl FromRequest for Bearer {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        async move {
            let token = presented(&request).ok_or_else(Problem::unauthenticated)?;
            let (caller, _) = admit(&request, token).await?;
            Ok(Self(caller))
        }
        .boxed_local()
    }
}

/// The token in the header of a request.
pub(crate) fn presented(request: &HttpRequest) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Who holds `token`, as long as its session lives.
pub(crate) async fn admit(request: &HttpRequest, token: &str) -> Result<(Caller, Arc<Standing>), Problem> {
    let refused =
        || Problem { detail: "The token is not valid, or no longer.".into(), ..Problem::unauthenticated() };
    let missing = || Problem::internal("the API is not configured");
    let tokens = request.app_data::<web::Data<AccessTokens>>().ok_or_else(missing)?;
    let state = request.app_data::<web::Data<State>>().ok_or_else(missing)?;
    let (user, session) = tokens.check(token).ok_or_else(refused)?;
    let standing = state.sessions.find(session).await?.ok_or_else(refused)?;
    if standing.user != user || standing.kind != SessionKind::Api {
        return Err(refused());
    }
    let caller = request::caller(request, Via::Api, (user, standing.role, session));
    Ok((caller, standing))
}
