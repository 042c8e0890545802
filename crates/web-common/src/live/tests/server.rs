//! A server with one worker, and its clients.

use std::{
    rc::Rc,
    sync::{Arc, Mutex},
    time::Duration,
};

use actix_web::{
    App, HttpRequest, HttpServer,
    dev::ServerHandle,
    rt,
    web::{self, Data, Payload},
};
use domain::{
    Caller, Notice, Timestamp,
    memory::{MemoryStore, SharedStore},
    ports::Cut,
};
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::{net::TcpStream, sync::mpsc, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, Message, protocol::CloseFrame},
};

use super::{hub::TestHub, voice::TestVoice};
use crate::{
    LocalHub, Problem, State,
    live::{Opening, on_connect, pace::Pace, socket::open_at},
    testing,
    throttle::{Rule, Throttles},
};

/// What the worker is told.
enum Word {
    Happened(Notice),
    Cut(String, Cut),
    CountSockets(mpsc::UnboundedSender<usize>),
}

type Ears = Arc<Mutex<Vec<mpsc::UnboundedSender<Word>>>>;

pub(super) struct Server {
    pub(super) store: SharedStore,
    pub(super) state: State,
    address: std::net::SocketAddr,
    ears: Ears,
    handle: ServerHandle,
}

impl Server {
    /// Over a store, with a heartbeat that no test lives to see.
    pub(super) fn start(store: MemoryStore) -> Self {
        Self::start_at(store, Pace::default(), Rule::Unlimited)
    }

    pub(super) fn start_at(mut store: MemoryStore, pace: Pace, messages: Rule) -> Self {
        // Sessions are looked at by the system's clock. What happened before, nobody hears of.
        store.set_now(Timestamp::from_system_clock());
        store.take_notices();
        let ears: Ears = Arc::default();
        let hearing = ears.clone();
        let store = SharedStore::new(store).heard_by(move |notice| {
            for ear in hearing.lock().expect("ears").iter() {
                let _ = ear.send(Word::Happened(notice.clone()));
            }
        });
        let mut state = testing::state(&store);
        state.throttles = Throttles::new(messages, Rule::Unlimited, Rule::Unlimited);
        let (served, shared, listening) = (Data::new(state.clone()), store.clone(), ears.clone());
        let server = HttpServer::new(move || {
            let hub = Rc::new(TestHub::default());
            let (ear, mut words) = mpsc::unbounded_channel();
            listening.lock().expect("ears").push(ear);
            let (told, shared) = (hub.clone(), shared.clone());
            let names = shared.clone();
            rt::spawn(async move {
                while let Some(word) = words.recv().await {
                    match word {
                        Word::Happened(notice) => told.publish(&notice),
                        Word::Cut(name, why) => {
                            let user = names.lock().id(&name);
                            told.cut(user, why);
                        }
                        Word::CountSockets(answer) => {
                            let _ = answer.send(told.open_sockets());
                        }
                    }
                }
            });
            let open = move |request: HttpRequest, body: Payload, state: Data<State>, hub: Data<LocalHub>| {
                let opening = opening(&shared, request.match_info().query("name"));
                async move { open_at(pace, &request, body, &state, &hub, opening?) }
            };
            App::new()
                .app_data(served.clone())
                .app_data(Data::new(LocalHub(hub)))
                .route("/live/{name}", web::get().to(open))
        });
        let server = server.workers(1).on_connect(on_connect).disable_signals().bind("127.0.0.1:0");
        let server = server.expect("a free port");
        let address = server.addrs()[0];
        let running = server.run();
        let handle = running.handle();
        rt::spawn(running);
        Self { store, state, address, ears, handle }
    }

    /// Opens a socket and hears `ready`.
    pub(super) async fn open(&self, name: &str) -> Client {
        let mut client = self.open_unready(name).await;
        let ready = client.hear().await;
        assert_eq!((ready["type"].as_str(), ready["user"].as_str()), (Some("ready"), Some(name)));
        client
    }

    pub(super) async fn open_unready(&self, name: &str) -> Client {
        Client(self.try_open(name).await.expect("an open socket"))
    }

    pub(super) async fn try_open(
        &self,
        name: &str,
    ) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, tungstenite::Error> {
        connect_async(format!("ws://{}/live/{name}", self.address)).await.map(|(socket, _)| socket)
    }

    pub(super) fn cut(&self, name: &str, why: Cut) {
        self.tell(|| Word::Cut(name.to_owned(), why));
    }

    /// How many sockets the hub knows of.
    pub(super) async fn open_sockets(&self) -> usize {
        let (answer, mut answered) = mpsc::unbounded_channel();
        self.tell(|| Word::CountSockets(answer.clone()));
        answered.recv().await.expect("a count")
    }

    fn tell(&self, word: impl Fn() -> Word) {
        for ear in self.ears.lock().expect("ears").iter() {
            let _ = ear.send(word());
        }
    }

    pub(super) async fn stop(self) {
        self.handle.stop(false).await;
    }
}

fn opening(store: &SharedStore, name: &str) -> Result<Opening, Problem> {
    let mut store = store.lock();
    let session = testing::session_of(&mut store, name);
    let caller = Caller { session: Some(session), ..store.caller(name) };
    let username = name.parse().map_err(|_| Problem::not_found())?;
    Ok(Opening { caller, username, voice: Arc::new(TestVoice), dialect: 0, protocols: &[] })
}

pub(super) struct Client(pub(super) WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    pub(super) async fn say(&mut self, frame: &Value) {
        self.say_text(&frame.to_string()).await;
    }

    pub(super) async fn say_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.expect("an open socket");
    }

    /// The next frame.
    pub(super) async fn hear(&mut self) -> Value {
        match self.next().await {
            Ok(frame) => frame,
            Err(close) => panic!("closed: {close:?}"),
        }
    }

    /// All frames up to and with the first of that type.
    pub(super) async fn hear_until(&mut self, kind: &str) -> Vec<Value> {
        let mut frames = Vec::new();
        loop {
            frames.push(self.hear().await);
            if frames.last().is_some_and(|frame| frame["type"] == kind) {
                return frames;
            }
        }
    }

    /// The code with which the server closes, after whatever else it says.
    pub(super) async fn hear_close(&mut self) -> u16 {
        self.hear_all().await.1
    }

    /// All that the server says, and the code with which it closes.
    pub(super) async fn hear_all(&mut self) -> (Vec<Value>, u16) {
        let mut frames = Vec::new();
        loop {
            match self.next().await {
                Ok(frame) => frames.push(frame),
                Err(Some(close)) => return (frames, close.code.into()),
                Err(None) => panic!("closed without a word"),
            }
        }
    }

    async fn next(&mut self) -> Result<Value, Option<CloseFrame>> {
        loop {
            let message = timeout(Duration::from_secs(10), self.0.next()).await.expect("a frame in time");
            match message {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).expect("JSON")),
                Some(Ok(Message::Close(close))) => return Err(close),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(None),
            }
        }
    }
}
