//! Being signed in, as handlers ask for it.

use std::{future::Future, pin::Pin, sync::Arc};

use actix_session::{Session, SessionExt};
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web};
use domain::{
    Caller, SessionId, Via,
    ports::UnitOfWork,
    users::{SessionError, sessions},
};
use web_common::{
    Problem, State,
    auth::{Secret, Standing, Visit},
    request,
};

use super::store::{AWAY, SECRET, SESSION};

/// Somebody who is signed in on the site: a handler that takes it is closed to all others.
pub struct SignedIn {
    /// As use cases want to know it.
    pub caller: Caller,
    /// Their session.
    pub standing: Arc<Standing>,
}

impl SignedIn {
    /// Who is signed in, where somebody is.
    pub async fn find(request: &HttpRequest) -> Result<Option<Self>, Problem> {
        let session = request.get_session();
        if session.contains_key(AWAY) {
            return Err(away(&session));
        }
        let Some(id) = id_in(&session) else { return Ok(None) };
        let state = state_of(request)?;
        let Some(standing) = state.sessions.find(id).await? else { return Ok(None) };
        let caller = request::caller(request, Via::Site, (standing.user, standing.role, standing.session));
        Ok(Some(Self { caller, standing }))
    }
}

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Self::find(&request).await?.ok_or_else(Problem::unauthenticated) })
    }
}

/// A visit of the browser that sends `request`, with the secret that its cookie will hold.
pub fn begin(request: &HttpRequest) -> Result<(Visit, Secret), Problem> {
    let secret = Secret::random().map_err(|error| Problem::internal(error.to_string()))?;
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let visit = Visit {
        kind: domain::users::SessionKind::Site,
        secret: secret.hash(),
        refresh: None,
        user_agent: agent.map(str::to_owned),
    };
    Ok((visit, secret))
}

/// Hands the cookie of a session that has begun to the browser, in place of any that it had.
pub fn hand_out(request: &HttpRequest, secret: &Secret) -> Result<(), Problem> {
    let session = request.get_session();
    session.renew();
    session.insert(SECRET, secret.expose()).map_err(|error| Problem::internal(error.to_string()))
}

/// Ends the session of a request and takes its cookie away.
pub async fn end(request: &HttpRequest) -> Result<(), Problem> {
    if let Some(SignedIn { caller, standing }) = SignedIn::find(request).await? {
        let (state, id) = (state_of(request)?, standing.session);
        let job = move |work: &mut dyn UnitOfWork| sessions::end(work, &caller, id);
        match state.store.write(Some(standing.user), job).await {
            Ok(()) | Err(SessionError::NoSuchSession) => {}
            Err(error) => return Err(error.into()),
        }
        state.sessions.forget(&[id]);
    }
    request.get_session().purge();
    Ok(())
}

fn state_of(request: &HttpRequest) -> Result<&web::Data<State>, Problem> {
    request.app_data::<web::Data<State>>().ok_or_else(|| Problem::internal("no state"))
}

fn id_in(session: &Session) -> Option<SessionId> {
    session.get::<i64>(SESSION).ok().flatten().map(SessionId::new)
}

fn away(session: &Session) -> Problem {
    let why: String = session.get(AWAY).ok().flatten().unwrap_or_default();
    domain::ports::StoreError::Away(why).into()
}
