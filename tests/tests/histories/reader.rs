//! Somebody who listens, now and then cut off.

use crate::replica::{Replica, Room};
use crate::truth::{self, Found};
use crate::values::int;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tests::{Api, Cable, Server, Socket};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A socket that asks for what was missed later than this after it was opened may have been told something else
/// before: the server waits a quarter of a second.
const PROMPT: Duration = Duration::from_millis(150);

/// How long the last may take.
const FINALE: Duration = Duration::from_secs(60);

/// What a reader is told to do.
#[derive(Debug)]
pub enum Order {
    /// The connection breaks, on the way or at the reader's end, and is made again.
    Break {
        on_the_way: bool,
    },
    /// It breaks, and stays so until [`Order::Return`].
    Leave,
    /// The same, and tell when it is done.
    LeaveAndTell(oneshot::Sender<()>),
    Return,
    /// Say this on the socket.
    Say(Value),
    /// Say this last, and tell when it was answered: all that was said before is done then.
    Settle(Value, oneshot::Sender<()>),
    /// Listen until this message was heard.
    Finish {
        bell: i64,
    },
}

/// One reader at work.
#[derive(Debug)]
pub struct Reader {
    orders: UnboundedSender<Order>,
    task: JoinHandle<Replica>,
}

impl Reader {
    /// One that comes back and catches up.
    pub async fn restless(api: &Api, server: &Server) -> Self {
        Self::begin(Listening::new(api, server.cable().await, true))
    }

    /// One that stays. Returns when it is ready and knows all there is.
    pub async fn steady(api: &Api, server: &Server) -> Self {
        Self::missing("nothing", api, server).await
    }

    /// The same, but frames of one type never reach it.
    pub async fn missing(kind: &'static str, api: &Api, server: &Server) -> Self {
        let mut listening = Listening::new(api, server.cable().await, false);
        listening.misses = kind;
        listening.connect().await;
        for chat in truth::chats(api).await {
            let id = int(&chat, "id");
            if let Some(found) = Found::look(api, id).await {
                listening.replica.fetched(id, found);
            }
        }
        Self::begin(listening)
    }

    fn begin(listening: Listening) -> Self {
        let (orders, taken) = unbounded_channel();
        Self { orders, task: tokio::spawn(listening.run(taken)) }
    }

    /// Waits until all that it was told to say is done.
    pub async fn settle(&self, last: Value) {
        let (settled, done) = oneshot::channel();
        self.order(Order::Return);
        self.order(Order::Settle(last, settled));
        let done = tokio::time::timeout(FINALE, done).await;
        done.unwrap_or_else(|_| panic!("nothing was answered within {FINALE:?}")).unwrap();
    }

    /// Breaks the connection, which stays so until it is told to return.
    pub async fn leave(&self) {
        let (left, gone) = oneshot::channel();
        self.order(Order::LeaveAndTell(left));
        gone.await.unwrap();
    }

    pub fn order(&self, order: Order) {
        // One that failed is noticed at the end.
        let _ = self.orders.send(order);
    }

    /// What it knows by now.
    pub async fn stop(self) -> Replica {
        drop(self.orders);
        self.task.await.unwrap()
    }

    /// What it knows once it heard the bell.
    pub async fn finish(self, bell: i64) -> Replica {
        self.order(Order::Finish { bell });
        let known = tokio::time::timeout(FINALE, self.task).await;
        known.unwrap_or_else(|_| panic!("the bell {bell} was not heard within {FINALE:?}")).unwrap()
    }
}

struct Listening {
    api: Api,
    cable: Cable,
    socket: Option<Socket>,
    /// Whether it comes back.
    restless: bool,
    away: bool,
    /// The type of frames that it does not hear.
    misses: &'static str,
    /// What is to be said last, and who waits for the answer.
    last: Option<(Value, oneshot::Sender<()>)>,
    replica: Replica,
}

impl Listening {
    fn new(api: &Api, cable: Cable, restless: bool) -> Self {
        let replica = Replica::new(api.username.as_deref().unwrap());
        let (api, socket, last) = (api.clone(), None, None);
        Self { api, cable, socket, restless, away: false, misses: "nothing", last, replica }
    }

    async fn run(mut self, mut orders: UnboundedReceiver<Order>) -> Replica {
        let mut bell = None;
        loop {
            if self.socket.is_none() && !self.away && self.restless {
                self.connect().await;
                self.say_last().await;
            }
            tokio::select! {
                order = orders.recv() => match order {
                    Some(Order::Finish { bell: id }) => bell = Some(id),
                    Some(order) => self.obey(order).await,
                    None => return self.replica,
                },
                frame = next(&mut self.socket) => match frame {
                    Some(frame) => self.hear(&frame).await,
                    None => self.hung_up(),
                },
            }
            if bell.is_some_and(|bell| self.is_done(bell)) {
                return self.replica;
            }
        }
    }

    fn is_done(&self, bell: i64) -> bool {
        // What was fetched may be ahead of what was heard.
        let is_heard =
            |room: &Room| room.messages.get(&bell).is_some_and(|message| room.rev >= int(message, "rev"));
        let heard = self.replica.rooms.values().any(is_heard);
        heard && !self.replica.replaying && (self.socket.is_some() || !self.restless)
    }

    fn hung_up(&mut self) {
        self.socket = None;
        if !self.restless {
            self.replica.wrong.push(format!("the socket of {} was closed", self.replica.me));
        }
    }

    async fn hear(&mut self, frame: &Value) {
        if frame["type"] == self.misses {
            return;
        }
        let answers =
            |(last, _): &mut (Value, _)| frame["type"] == "ack" && frame["client_id"] == last["client_id"];
        if let Some((_, settled)) = self.last.take_if(answers) {
            let _ = settled.send(());
        }
        self.replica.hear(frame);
        let tries_again = frame["type"] == "resumed";
        if tries_again || frame["type"] == "chat.created" || frame["type"] == "reset" {
            for chat in self.replica.wanted() {
                // Nothing is found by who was removed meanwhile, as will be told.
                if let Some(found) = Found::look(&self.api, chat).await {
                    self.replica.fetched(chat, found);
                }
            }
        }
    }

    async fn obey(&mut self, order: Order) {
        match order {
            Order::Break { on_the_way: false } => self.socket = None,
            Order::Break { on_the_way: true } => self.cut().await,
            Order::Leave => self.leave(),
            Order::LeaveAndTell(left) => {
                self.leave();
                let _ = left.send(());
            }
            Order::Return => self.away = false,
            Order::Say(frame) => self.say(frame).await,
            Order::Settle(frame, settled) => {
                self.last = Some((frame, settled));
                self.say_last().await;
            }
            Order::Finish { .. } => {}
        }
    }

    fn leave(&mut self) {
        self.away = true;
        self.socket = None;
    }

    async fn say_last(&mut self) {
        if let Some((frame, _)) = &self.last {
            self.say(frame.clone()).await;
        }
    }

    /// Who is away says nothing.
    async fn say(&mut self, frame: Value) {
        if let Some(socket) = &mut self.socket
            && !socket.try_send(frame).await
        {
            self.socket = None;
        }
    }

    /// What was under way is lost, but for what had arrived.
    async fn cut(&mut self) {
        self.cable.cut();
        while let Some(frame) = next_of(&mut self.socket).await {
            self.replica.hear(&frame);
        }
        self.socket = None;
        self.cable.mend();
    }

    async fn connect(&mut self) {
        let api = self.api.over(&self.cable.url(""));
        for attempt in 1.. {
            let begun = Instant::now();
            let Ok(mut socket) = api.try_live().await else { continue };
            if socket.try_next().await.is_none_or(|frame| frame["type"] != "ready") {
                continue;
            }
            if self.restless {
                let known = self.replica.resume();
                let asked = socket.try_send(json!({"type": "resume", "chats": known})).await;
                // On a machine that is that slow, it would never come to an end.
                if !asked || (begun.elapsed() > PROMPT && attempt < 20) {
                    continue;
                }
            }
            self.socket = Some(socket);
            return;
        }
    }
}

async fn next(socket: &mut Option<Socket>) -> Option<Value> {
    match socket {
        Some(socket) => socket.try_next().await,
        None => std::future::pending().await,
    }
}

async fn next_of(socket: &mut Option<Socket>) -> Option<Value> {
    socket.as_mut()?.try_next().await
}
