//! One cell of the matrix: what is asked, answered, heard and changed.

use crate::actors::{Actor, Cast};
use crate::calls::{Call, outlook};
use crate::marks::{holds, word};
use crate::scene::{Place, Scene};
use crate::table::{Expected, Row, Tells};
use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Instant;
use tests::{Answer, PATIENCE};

/// Asks everybody's question of a row; what is wrong with the answers.
pub async fn check(cast: &mut Cast<'_>, row: &Row) -> Vec<String> {
    let mut wrong = Vec::new();
    // What was refused or only looked at is as it was: the next one may be asked of the same scene.
    let mut untouched: Option<Scene> = None;
    for (actor, expected) in row.expectations() {
        let scene = match untouched.take().filter(|_| !row.is_personal()) {
            Some(scene) => scene,
            None => Scene::set(cast, row, actor).await,
        };
        let faults = Cell { row, actor, expected, scene: &scene }.check(cast).await;
        let looks_on = expected.is_refusal() || row.operation.starts_with("GET");
        if faults.is_empty() && looks_on {
            untouched = Some(scene);
        }
        let named = |fault| format!("{} ({}) by {actor:?}: {fault}", row.operation, row.state);
        wrong.extend(faults.into_iter().map(named));
    }
    wrong
}

struct Cell<'a> {
    row: &'a Row,
    actor: Actor,
    expected: &'a Expected,
    scene: &'a Scene,
}

impl Cell<'_> {
    async fn check(&self, cast: &mut Cast<'_>) -> Vec<String> {
        let Self { row, actor, expected, scene } = self;
        let call = Call::new(cast, row, scene, *actor, !expected.is_refusal()).await;
        let changes = !expected.is_refusal() && call.method != Method::GET;
        let mut before = Vec::new();
        if !changes {
            // What the scene was set with has been heard then.
            self.fence(cast).await;
            before = outlook(cast, scene, *actor).await;
        }

        let answer = self.ask(&call).await;

        let mut faults = self.compare(&answer);
        if !faults.is_empty() {
            // Nobody knows what became of the scene.
            return faults;
        }
        faults.extend(self.look_again(&call, &answer).await);
        if !changes {
            if outlook(cast, scene, *actor).await != before {
                faults.push("something changed".to_owned());
            }
            let heard = self.fence(cast).await;
            faults.extend(heard.into_iter().map(|frame| format!("{frame} was heard")));
        }
        faults
    }

    /// Searching what was just said may be too early: then again.
    async fn ask(&self, call: &Call) -> Answer {
        let begun = Instant::now();
        loop {
            let answer = call.ask().await;
            let found =
                self.expected.tells != Some(Tells::Inside) || holds(&answer.bytes, &self.scene.inside);
            if self.row.path() != "/search" || found || begun.elapsed() > PATIENCE {
                return answer;
            }
        }
    }

    /// Whether the answer is the expected one, and tells what it may.
    fn compare(&self, answer: &Answer) -> Vec<String> {
        let Expected { status, problem, tells } = self.expected;
        let mut faults = Vec::new();
        let kind = answer.body["type"].as_str().and_then(|kind| kind.strip_prefix("/problems/"));
        let kind = kind.filter(|_| answer.status >= 400);
        if (answer.status, kind) != (*status, *problem) {
            let body = String::from_utf8_lossy(&answer.bytes);
            faults.push(format!(
                "{status} {problem:?} was expected, {} {kind:?} answered: {body}",
                answer.status
            ));
        }
        if *status == 401 && answer.header("www-authenticate") != Some("Bearer") {
            faults.push("no WWW-Authenticate".to_owned());
        }
        let told = [&self.scene.inside, &self.scene.outside].map(|word| holds(&answer.bytes, word));
        let may = match tells {
            _ if self.expected.is_refusal() => told == [false, false],
            Some(Tells::Inside) => told[0],
            Some(Tells::Outside) => told == [false, true],
            Some(Tells::Nothing) => told == [false, false],
            None => true,
        };
        if !may {
            let body = String::from_utf8_lossy(&answer.bytes);
            faults.push(format!("{tells:?} was to be told, (inside, outside) was {told:?}: {body}"));
        }
        faults
    }

    /// What must not be told apart from what never was there; and other ways of asking the same.
    async fn look_again(&self, call: &Call, answer: &Answer) -> Vec<String> {
        let mut faults = Vec::new();
        let hides = matches!(answer.status, 404 | 422) || self.expected.tells == Some(Tells::Nothing);
        let mut twins = if answer.status == 404 { call.twins(self.row, self.scene) } else { Vec::new() };
        twins.extend(call.body_twin(self.row).filter(|_| hides));
        for twin in twins {
            let never = twin.ask().await;
            if essence(answer) != essence(&never) {
                faults
                    .push(format!("{} is not answered like {}: {never:?} {answer:?}", call.path, twin.path));
            }
        }
        if call.method == Method::GET && self.row.path() != "/live" {
            let head = call.ask_with(&Method::HEAD, &[]).await;
            if head.status != answer.status || !head.bytes.is_empty() {
                faults.push(format!("HEAD is answered {}", head.status));
            }
        }
        if call.method == Method::GET && answer.status >= 400 {
            for header in [
                ("If-None-Match", "*"),
                ("Range", "bytes=0-3"),
                ("If-Modified-Since", "Sat, 01 Jan 2028 00:00:00 GMT"),
            ] {
                let other = call.ask_with(&Method::GET, &[header]).await;
                if essence(answer) != essence(&other) {
                    faults.push(format!("with {header:?} it is answered {}", other.status));
                }
            }
        }
        faults
    }

    /// Says something where the scene is, and waits until all there have heard it; what they heard before.
    async fn fence(&self, cast: &mut Cast<'_>) -> Vec<Value> {
        let (speaker, chat, ears) = match self.scene.place {
            Place::Private | Place::Public => (cast.bystander.clone(), self.scene.chat, 3),
            Place::Direct => (cast.api(Actor::Owner), self.scene.chat, 2),
            _ => (cast.bystander.clone(), cast.lobby, 3),
        };
        // Where somebody is to find what was said last, it is this.
        let says_inside = self.row.cells.iter().any(|cell| cell.tells == Some(Tells::Inside));
        let fence = if says_inside && chat == self.scene.chat {
            format!("{} {}", self.scene.inside, word("fence"))
        } else {
            word("fence")
        };
        speaker.write(chat, &fence).await;
        let mut heard = Vec::new();
        for ear in &mut cast.ears[..ears] {
            loop {
                let frame = ear.next().await;
                if frame["message"]["text"] == fence.as_str() {
                    break;
                }
                heard.push(frame);
            }
        }
        heard.retain(|frame| !is_elsewhere(frame));
        heard
    }
}

/// What the other casts do is heard too.
fn is_elsewhere(frame: &Value) -> bool {
    matches!(frame["type"].as_str(), Some("presence" | "user.updated"))
}

/// An answer without what differs from request to request.
fn essence(answer: &Answer) -> (u16, Value, BTreeMap<String, String>) {
    let mut body = answer.body.clone();
    if let Some(body) = body.as_object_mut() {
        body.remove("request_id");
    }
    let header = |name: &str| name != "x-request-id" && name != "date";
    let headers = answer.headers.iter().filter(|(name, _)| header(name.as_str()));
    let headers = headers.map(|(name, value)| (name.to_string(), format!("{value:?}"))).collect();
    (answer.status, body, headers)
}
