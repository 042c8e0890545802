//! The matrix of the live socket: every frame by everybody.

use crate::actors::{Actor, Cast};
use crate::live_table::{LiveRow, Outcome, rows};
use crate::marks::word;
use crate::scene::{Place, Scene};
use crate::table::Row;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tests::{Refused, Server, Socket, on_each_database};

/// A chat that was never there.
const NEVER: i64 = 9_007_199_254_740_991;

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_told_as_the_table_says() {
    on_each_database(async |server| {
        let mut stage = Stage::open(&server).await;
        let mut wrong = Vec::new();
        for row in rows() {
            let scene = stage.set(&row).await;
            for (actor, outcome) in row.expectations() {
                let faults = stage.check(&row, &scene, actor, outcome).await;
                let named = |fault| format!("{} ({}) by {actor:?}: {fault}", row.frame, row.place);
                wrong.extend(faults.into_iter().map(named));
            }
        }

        assert!(wrong.is_empty(), "{} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
    })
    .await;
}

/// A cast with a socket for each who can have one.
struct Stage<'a> {
    cast: Cast<'a>,
    sockets: BTreeMap<Actor, Socket>,
    bystander: Socket,
}

impl<'a> Stage<'a> {
    async fn open(server: &'a Server) -> Self {
        let cast = Cast::assemble(server, 0).await;
        let mut sockets = BTreeMap::new();
        for actor in Actor::ALL.into_iter().filter(|actor| actor.is_signed_in()) {
            sockets.insert(actor, cast.api(actor).live().await);
        }
        let bystander = cast.bystander.live().await;
        Self { cast, sockets, bystander }
    }

    async fn set(&mut self, row: &LiveRow) -> Scene {
        let row = Row { operation: "GET /chats".to_owned(), state: row.place.clone(), cells: Vec::new() };
        Scene::set(&mut self.cast, &row, Actor::Member).await
    }

    async fn check(&mut self, row: &LiveRow, scene: &Scene, actor: Actor, outcome: Outcome) -> Vec<String> {
        if outcome == Outcome::NoSocket {
            let refused = self.cast.api(actor).try_live().await;
            let faulty = !matches!(refused, Err(Refused(401)));
            return faulty
                .then(|| format!("the socket was answered {:?}", refused.map(drop)))
                .into_iter()
                .collect();
        }
        self.fence(scene).await;
        let mut faults = match outcome {
            Outcome::Done => self.is_done(row, scene, actor).await,
            Outcome::Refused(status, problem) => self.is_refused(row, scene, actor, (status, problem)).await,
            Outcome::Lost | Outcome::NoSocket => self.is_lost(scene, actor).await,
        };
        let heard = self.fence(scene).await;
        faults.extend(heard.into_iter().filter_map(|(who, frame)| {
            let is_in = who.is_none_or(|who| hears(scene.place, who));
            let allowed = outcome == Outcome::Done && is_in;
            (!allowed && concerns(&frame, scene)).then(|| format!("{who:?} heard {frame}"))
        }));
        faults
    }

    /// The frame does its work: those in the chat hear of it.
    async fn is_done(&mut self, row: &LiveRow, scene: &Scene, actor: Actor) -> Vec<String> {
        let said = word("said");
        let frame = frame(row, scene.chat, &said);
        let username = self.cast.name(actor);
        if row.frame == "read" {
            // There has to be something to read.
            let other = match (scene.place, actor) {
                (Place::Direct, Actor::Owner) => self.cast.api(Actor::Member),
                (Place::Direct, _) => self.cast.api(Actor::Owner),
                _ => self.cast.bystander.clone(),
            };
            other.write(scene.chat, &said).await;
        }
        let socket = self.sockets.get_mut(&actor).expect("a socket");
        if row.frame == "resume" {
            socket.send(frame).await;
            let resumed = socket.expect("resumed").await;
            let there = resumed["chats"][scene.chat.to_string()].is_i64();
            return (!there).then(|| format!("it was not resumed: {resumed}")).into_iter().collect();
        }
        socket.send(frame).await;
        if row.frame == "send" {
            socket.expect("ack").await;
        }
        let witness = match (scene.place, actor) {
            (Place::Direct, Actor::Owner) => self.sockets.get_mut(&Actor::Member).expect("a socket"),
            (Place::Direct, _) => self.sockets.get_mut(&Actor::Owner).expect("a socket"),
            _ => &mut self.bystander,
        };
        let kind = if row.frame == "send" { "message.created" } else { row.frame.as_str() };
        loop {
            let heard = witness.expect(kind).await;
            let is_it = heard["message"]["text"] == said.as_str() || heard["username"] == username.as_str();
            if is_it && heard["chat_id"] == scene.chat {
                return Vec::new();
            }
        }
    }

    /// It is refused, and what is not there exactly as what never was.
    async fn is_refused(
        &mut self,
        row: &LiveRow,
        scene: &Scene,
        actor: Actor,
        (status, problem): (u16, &str),
    ) -> Vec<String> {
        let client_id = word("said");
        let socket = self.sockets.get_mut(&actor).expect("a socket");
        socket.send(frame(row, scene.chat, &client_id)).await;
        let error = socket.expect("error").await;
        let mut faults = Vec::new();
        let told = (error["problem"]["status"].clone(), error["problem"]["type"].clone());
        if told != (json!(status), json!(format!("/problems/{problem}"))) {
            faults.push(format!("{status} {problem} was expected, but {error} heard"));
        }
        if status == 404 {
            socket.send(frame(row, NEVER, &client_id)).await;
            let never = socket.expect("error").await;
            if never != error {
                faults.push(format!("{error} is not {never}"));
            }
        }
        faults
    }

    /// A resume says that the chat is lost, exactly as of one that never was there.
    async fn is_lost(&mut self, scene: &Scene, actor: Actor) -> Vec<String> {
        let socket = self.sockets.get_mut(&actor).expect("a socket");
        let mut told = Vec::new();
        for chat in [scene.chat, NEVER] {
            socket.send(json!({"type": "resume", "chats": {chat.to_string(): 3}})).await;
            let mut removed = socket.expect("member.removed").await;
            let resumed = socket.expect("resumed").await;
            let there = resumed["chats"].get(chat.to_string()).is_some();
            let right = removed["chat_id"] == chat;
            removed["chat_id"] = Value::Null;
            told.push((there, right, removed));
        }
        let as_never = told[0] == told[1] && told[0].1 && !told[0].0;
        (!as_never).then(|| format!("{:?} is not as {:?}", told[0], told[1])).into_iter().collect()
    }

    /// Says something in the lobby and in the chat, waits until all have heard it, and tells what they heard before.
    async fn fence(&mut self, scene: &Scene) -> Vec<(Option<Actor>, Value)> {
        let fence = word("fence");
        let here = match scene.place {
            Place::Private | Place::Public => Some(self.cast.bystander.clone()),
            Place::Direct => Some(self.cast.api(Actor::Owner)),
            _ => None,
        };
        if let Some(speaker) = here {
            speaker.write(scene.chat, &format!("{fence} here")).await;
        }
        self.cast.bystander.write(self.cast.lobby, &fence).await;
        let mut heard = until(&mut self.bystander, &fence, None).await;
        for (actor, socket) in &mut self.sockets {
            let is_in = hears(scene.place, *actor);
            let frames = until(socket, &fence, Some(*actor)).await;
            let own_fence =
                |frame: &Value| is_in && frame["message"]["text"] == format!("{fence} here").as_str();
            heard.extend(frames.into_iter().filter(|(_, frame)| !own_fence(frame)));
        }
        heard.retain(|(who, frame)| {
            who.is_some() || frame["message"]["text"] != format!("{fence} here").as_str()
        });
        heard
    }
}

/// Everything heard before a message in the lobby.
async fn until(socket: &mut Socket, fence: &str, who: Option<Actor>) -> Vec<(Option<Actor>, Value)> {
    let mut heard = Vec::new();
    loop {
        let frame = socket.next().await;
        if frame["type"] == "message.created" && frame["message"]["text"] == fence {
            return heard;
        }
        heard.push((who, frame));
    }
}

fn frame(row: &LiveRow, chat: i64, said: &str) -> Value {
    match row.frame.as_str() {
        "send" => json!({"type": "send", "client_id": said, "chat_id": chat, "text": said}),
        "typing" => json!({"type": "typing", "chat_id": chat}),
        "read" => json!({"type": "read", "chat_id": chat, "seq": NEVER}),
        "resume" => json!({"type": "resume", "chats": {chat.to_string(): 1}}),
        other => panic!("{other:?} is no frame"),
    }
}

/// Whether a frame tells of the scene's chat.
fn concerns(frame: &Value, scene: &Scene) -> bool {
    let text = frame.to_string();
    frame["chat_id"] == scene.chat || text.contains(&scene.inside) || text.contains(&scene.outside)
}

/// Whether an actor is in a chat.
fn hears(place: Place, actor: Actor) -> bool {
    match place {
        Place::Private | Place::Public => matches!(actor, Actor::Owner | Actor::Admin | Actor::Member),
        Place::Direct => matches!(actor, Actor::Owner | Actor::Member),
        Place::Nowhere | Place::Deleted | Place::Abandoned => false,
    }
}
