//! Password, where one is signed in, and the end of the account.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Data, Path, ServiceConfig},
};
use domain::{
    SessionId,
    users::{Password, Session, SessionKind, sessions},
};
use serde::{Deserialize, Serialize};
use web_common::{Problem, State};

use super::inside;
use crate::{
    answer,
    session::{self, SignedIn},
    show::{Form, Shell, ShellLook, TimeCard},
    words::WORDS,
};

/// The routes of security.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/settings/security").get(show))
        .service(web::resource("/settings/password").post(change_password))
        .service(web::resource("/settings/sessions/others/end").post(end_others))
        .service(web::resource("/settings/sessions/{session}/end").post(end_one))
        .service(web::resource("/settings/account/delete").post(delete));
}

#[derive(Serialize)]
struct SecurityPage {
    form: Form,
    sessions: Vec<SessionRow>,
    others: usize,
    username: String,
}

#[derive(Serialize)]
struct SessionRow {
    id: i64,
    current: bool,
    program: bool,
    browser: String,
    ip: Option<String>,
    began: TimeCard,
    used: TimeCard,
}

async fn show(request: HttpRequest, state: Data<State>, who: SignedIn) -> Result<HttpResponse, Problem> {
    page(&request, &state, &who, (StatusCode::OK, Form::default())).await
}

async fn page(
    request: &HttpRequest,
    state: &State,
    who: &SignedIn,
    (status, form): (StatusCode, Form),
) -> Result<HttpResponse, Problem> {
    let me = who.caller.user;
    let (look, sessions) = state
        .store
        .read::<_, Problem, _>(move |reads| Ok((ShellLook::look(reads, me)?, reads.sessions_of(me)?)))
        .await?;
    let idle = state.sessions.lifetimes().idle;
    let rows: Vec<SessionRow> = sessions
        .iter()
        .filter(|session| session.is_live(look.now(), idle))
        .map(|session| SessionRow {
            id: session.id.get(),
            current: session.id == who.standing.session,
            program: session.kind == SessionKind::Api,
            browser: browser(session),
            ip: session.ip.map(|ip| ip.to_string()),
            began: TimeCard::of(session.created_at),
            used: TimeCard::of(session.last_used_at),
        })
        .collect();
    let page = SecurityPage {
        form,
        others: rows.iter().filter(|row| !row.current).count(),
        sessions: rows,
        username: who.standing.username.to_string(),
    };
    let shell = Shell::new(request, &look, None);
    let html = inside(request, "security.html", WORDS.say("security.title", &[]), shell, page)?;
    Ok(answer::page(request, status, html))
}

/// A browser's name out of what it calls itself, and on what it runs.
fn browser(session: &Session) -> String {
    let Some(agent) = session.user_agent.as_deref() else { return WORDS.say("security.unknown", &[]) };
    let first_in = |names: &[(&'static str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let program = first_in(&[
        ("Firefox/", "Firefox"),
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first_in(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (program, system) {
        (Some(program), Some(system)) => {
            WORDS.say("security.browser", &[("name", program), ("what", system)])
        }
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => agent.chars().take(60).collect(),
    }
}

/// What was typed.
#[derive(Deserialize)]
pub struct PasswordForm {
    current_password: String,
    new_password: String,
}

async fn change_password(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    typed: web::Form<PasswordForm>,
) -> Result<HttpResponse, Problem> {
    let mut form = Form::default();
    if let Some(new) = form.parse::<Password>("new_password", &typed.new_password) {
        let proof = state.throttles.confirm(&request, who.standing.username.as_str())?;
        let outcome = state.accounts.change_password(who.caller.clone(), &typed.current_password, new).await;
        proof.end(&request, outcome.is_ok());
        match outcome {
            Ok(()) => return Ok(answer::done(&request, "/settings/security")),
            Err(error) => form.refused(error.into())?,
        }
    }
    page(&request, &state, &who, (StatusCode::UNPROCESSABLE_ENTITY, form)).await
}

async fn end_one(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    id: Path<i64>,
) -> Result<HttpResponse, Problem> {
    let (by, id) = (who.caller, SessionId::new(*id));
    if by.session == Some(id) {
        session::end(&request).await?;
        return Ok(answer::see("/login"));
    }
    state.store.write(Some(by.user), move |work| sessions::end(work, &by, id)).await?;
    state.sessions.forget(&[id]);
    Ok(answer::done(&request, "/settings/security"))
}

async fn end_others(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, Problem> {
    let by = who.caller;
    state.store.write(Some(by.user), move |work| sessions::end_others(work, &by)).await?;
    Ok(answer::done(&request, "/settings/security"))
}

/// The password again, to be sure.
#[derive(Deserialize)]
pub struct DeleteForm {
    password: String,
}

/// Deletes one's own account.
async fn delete(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    typed: web::Form<DeleteForm>,
) -> Result<HttpResponse, Problem> {
    let proof = state.throttles.confirm(&request, who.standing.username.as_str())?;
    let outcome = state.accounts.delete(who.caller.clone(), &typed.password).await;
    proof.end(&request, outcome.is_ok());
    match outcome {
        Ok(()) => Ok(answer::see("/login")),
        Err(error) => {
            let mut form = Form::default();
            let problem = Problem::from(error);
            match problem.errors.first() {
                Some(error) if error.field == "current_password" => {
                    let words = WORDS.say("security.wrong_password", &[]);
                    form.errors.insert("password".to_owned(), words);
                }
                _ => form.refused(problem)?,
            }
            page(&request, &state, &who, (StatusCode::UNPROCESSABLE_ENTITY, form)).await
        }
    }
}
