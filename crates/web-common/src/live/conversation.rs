//! The loop of one socket: what the client says, and when it is over.

use std::{pin::Pin, rc::Rc, sync::Arc, time::Instant};

use bytestring::ByteString;
use domain::{
    Caller, ChatId, Seq,
    messages::{self, ClientId, Draft, Sending, typing},
    ports::StoreError,
};
use futures_util::{
    FutureExt, StreamExt,
    future::{LocalBoxFuture, OptionFuture, ready},
    stream::FuturesOrdered,
};
use tokio::time::{Interval, MissedTickBehavior, Sleep, interval, sleep, timeout};

use super::{
    Voice,
    closing::Closing,
    command::{Command, Refused},
    json,
    outbound::Outbound,
    pace::Pace,
    patience::Patience,
    peer::Peer,
    reading::{Reading, Said},
    resume,
    socket::Place,
};
use crate::{Problem, State, throttle::Throttled};

/// How many commands of one socket may be under way.
const UNDER_WAY: usize = 256;

/// Greets the client and listens to it, until one of both has enough.
pub(super) async fn hold(
    place: Place,
    state: State,
    caller: Caller,
    voice: Arc<dyn Voice>,
    outbound: Rc<Outbound>,
    reading: Reading,
    pace: Pace,
) {
    let last = match greet(&place, state, caller, voice, &outbound, pace).await {
        Some(peer) => Conversation::new(Rc::new(peer), pace).listen(reading).await,
        None => Closing::GOING_DOWN,
    };
    outbound.close(last);
}

/// Finds out who it is and what they hear, and says `ready`. From there on nothing is missed.
async fn greet(
    place: &Place,
    state: State,
    caller: Caller,
    voice: Arc<dyn Voice>,
    outbound: &Rc<Outbound>,
    pace: Pace,
) -> Option<Peer> {
    let user = caller.user;
    let look =
        state.store.read(move |reads| Ok::<_, StoreError>((reads.user(user)?, reads.memberships(user)?)));
    let (user, memberships) = match look.await {
        Ok((Some(user), memberships)) if user.is_active() => (user, memberships),
        Ok(_) => {
            outbound.close(Closing::SESSION_OVER);
            return None;
        }
        Err(error) => {
            slog::warn!(state.log, "a live socket could not be opened"; "cause" => error.to_string());
            return None;
        }
    };
    place.hub.settle(place.reader, &memberships);
    outbound.ready(voice.ready(&user, pace.heartbeat.as_secs()));
    Some(Peer {
        state,
        hub: place.hub.clone(),
        reader: place.reader,
        caller,
        person: Arc::new(user.person()),
        voice,
        outbound: outbound.clone(),
    })
}

struct Conversation {
    peer: Rc<Peer>,
    pace: Pace,
    heartbeat: Interval,
    /// When something was last heard of the client.
    heard: Instant,
    /// Sends, read marks and typing under way: what is to be said of each, in the order in which they came.
    under_way: FuturesOrdered<LocalBoxFuture<'static, Option<ByteString>>>,
    /// A replay under way.
    replay: OptionFuture<LocalBoxFuture<'static, ()>>,
    replaying: bool,
    /// A look under way at whether the session still stands.
    check: OptionFuture<LocalBoxFuture<'static, Result<bool, StoreError>>>,
    checking: bool,
    /// Whether the last look failed.
    unsure: bool,
    patience: Patience,
    /// The time for which nothing is read, as the client is too fast.
    braking: OptionFuture<Pin<Box<Sleep>>>,
    brakes: bool,
}

impl Conversation {
    fn new(peer: Rc<Peer>, pace: Pace) -> Self {
        let mut heartbeat = interval(pace.heartbeat);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        heartbeat.reset();
        Self {
            peer,
            pace,
            heartbeat,
            heard: Instant::now(),
            under_way: FuturesOrdered::new(),
            replay: None.into(),
            replaying: false,
            check: None.into(),
            checking: false,
            unsure: false,
            patience: Patience::new(pace.patience),
            braking: None.into(),
            brakes: false,
        }
    }

    /// Returns why it is over.
    async fn listen(mut self, mut reading: Reading) -> Closing {
        let outbound = self.peer.outbound.clone();
        let mut resume_awaited = std::pin::pin!(sleep(self.pace.resume_within));
        let mut may_resume = true;
        loop {
            tokio::select! {
                going_down = outbound.ending() => {
                    if going_down {
                        self.finish().await;
                    }
                    return Closing::GOING_DOWN;
                }
                Some(answer) = self.under_way.next() => {
                    if let Some(answer) = answer {
                        outbound.say(answer);
                    }
                }
                Some(()) = &mut self.replay => {
                    self.replay = None.into();
                    self.replaying = false;
                }
                Some(found) = &mut self.check => {
                    self.check = None.into();
                    self.checking = false;
                    if let Err(closing) = self.checked(&found) {
                        return closing;
                    }
                }
                _ = self.heartbeat.tick() => {
                    if self.heard.elapsed() > self.pace.silence {
                        return Closing::TOO_SLOW;
                    }
                    if let Err(closing) = self.beat() {
                        return closing;
                    }
                }
                () = &mut resume_awaited, if may_resume => {
                    may_resume = false;
                    outbound.open();
                }
                Some(()) = &mut self.braking => {
                    self.braking = None.into();
                    self.brakes = false;
                }
                said = reading.next(), if !self.brakes => {
                    self.heard = Instant::now();
                    if let Err(closing) = self.hear(said, &mut may_resume) {
                        if closing.after_the_rest {
                            self.finish().await;
                        }
                        return closing;
                    }
                }
            }
        }
    }

    /// Waits a little for what is under way, so that what was taken in is answered.
    async fn finish(&mut self) {
        let outbound = self.peer.outbound.clone();
        let answers = async {
            while let Some(answer) = self.under_way.next().await {
                if let Some(answer) = answer {
                    outbound.say(answer);
                }
            }
        };
        let _ = timeout(self.pace.farewell, answers).await;
    }

    fn beat(&mut self) -> Result<(), Closing> {
        self.peer.outbound.ping();
        if self.checking {
            // The last look has no answer yet.
            self.checked(&Err(StoreError::Busy))?;
        }
        let (sessions, session) = (self.peer.state.sessions.clone(), self.peer.caller.session);
        if let Some(session) = session {
            let check = async move { sessions.find(session).await.map(|standing| standing.is_some()) };
            self.check = Some(check.boxed_local()).into();
            self.checking = true;
        }
        Ok(())
    }

    /// What cannot be checked is refused, once it could not be for a second time.
    fn checked(&mut self, found: &Result<bool, StoreError>) -> Result<(), Closing> {
        match found {
            Ok(true) => self.unsure = false,
            Ok(false) => return Err(Closing::SESSION_OVER),
            Err(_) if self.unsure => return Err(Closing::GOING_DOWN),
            Err(_) => self.unsure = true,
        }
        Ok(())
    }

    fn hear(&mut self, said: Option<Result<Said, Closing>>, may_resume: &mut bool) -> Result<(), Closing> {
        let text = match said.ok_or(Closing::GOODBYE)?? {
            Said::Text(text) => text,
            Said::Ping(bytes) => {
                self.peer.outbound.pong(bytes);
                return Ok(());
            }
            Said::Pong => return Ok(()),
            Said::Binary => {
                self.peer.refuse(None, &Problem::malformed("Frames are text."));
                return Ok(());
            }
            Said::Close(code) => return Err(Closing::goodbye(code)),
        };
        let command = Command::parse(&text);
        // Whoever begins with something else has nothing to catch up with.
        if *may_resume && !matches!(command, Ok(Command::Ping)) {
            *may_resume = false;
            if !matches!(command, Ok(Command::Resume(_))) {
                self.peer.outbound.open();
            }
        }
        match command {
            Ok(Command::Ping) => {
                self.peer.outbound.say(json::pong());
                Ok(())
            }
            Ok(Command::Send { client_id, chat, draft }) => self.send(&client_id, chat, draft),
            other => self.other(other),
        }
    }

    /// What counts as a request: everything but sends, which have a throttle of their own, and pings.
    fn other(&mut self, command: Result<Command, Refused>) -> Result<(), Closing> {
        if let Err(throttled) = self.peer.state.throttles.requests.take(self.peer.caller.user, 1) {
            return self.throttled(None, throttled);
        }
        match command {
            Ok(Command::Typing(chat)) => self.typing(chat),
            Ok(Command::Read(chat, seq)) => self.read(chat, seq),
            Ok(Command::Resume(known)) if !self.replaying => {
                self.replaying = true;
                self.peer.outbound.hold_chats();
                self.replay = Some(resume::resume(self.peer.clone(), known).boxed_local()).into();
            }
            Ok(Command::Resume(_)) => {
                let detail = "A resume is under way already.";
                let problem = Problem::new(actix_web::http::StatusCode::CONFLICT, "resuming", detail);
                self.peer.refuse(None, &problem);
            }
            Ok(Command::Ping | Command::Send { .. }) => {}
            Err(Refused { client_id, problem }) => self.peer.refuse(client_id.as_deref(), &problem),
        }
        Ok(())
    }

    fn send(&mut self, client_id: &ClientId, chat: ChatId, draft: Draft) -> Result<(), Closing> {
        let client_id = client_id.as_str().to_owned();
        if let Err(throttled) = self.peer.state.throttles.messages.take(self.peer.caller.user, 1) {
            return self.throttled(Some(&client_id), throttled);
        }
        if self.is_busy(Some(&client_id)) {
            return Ok(());
        }
        let peer = self.peer.clone();
        let sending = Sending { by: peer.caller.clone(), chat, draft };
        self.start(async move {
            Some(match peer.state.store.send(sending).await {
                Ok(sent) => peer.voice.ack(&client_id, &sent.message),
                Err(error) => peer.error(Some(&client_id), &error.into()),
            })
        });
        Ok(())
    }

    fn read(&mut self, chat: ChatId, seq: Seq) {
        if self.is_busy(None) {
            return;
        }
        let peer = self.peer.clone();
        let reading = messages::Reading { by: peer.caller.clone(), chat, seq, unread: false };
        self.start(async move {
            let outcome = peer.state.store.mark_read(reading).await;
            outcome.err().map(|error| peer.error(None, &error.into()))
        });
    }

    fn typing(&mut self, chat: ChatId) {
        if self.is_busy(None) {
            return;
        }
        let peer = self.peer.clone();
        self.start(async move {
            let by = peer.caller.clone();
            // The hub knows who is in the chat, not who may write there.
            match peer.state.store.read(move |reads| typing::check(reads, &by, chat)).await {
                Ok(()) => {
                    peer.hub.typing(peer.reader, chat);
                    None
                }
                Err(error) => Some(peer.error(None, &error.into())),
            }
        });
    }

    /// Begins at once, so that the order in which commands came is the order in which they are done.
    fn start(&mut self, command: impl Future<Output = Option<ByteString>> + 'static) {
        let mut command = command.boxed_local();
        match (&mut command).now_or_never() {
            Some(answer) => self.under_way.push_back(ready(answer).boxed_local()),
            None => self.under_way.push_back(command),
        }
    }

    fn is_busy(&self, client_id: Option<&str>) -> bool {
        let busy = self.under_way.len() >= UNDER_WAY;
        if busy {
            self.peer.refuse(client_id, &StoreError::Busy.into());
        }
        busy
    }

    fn throttled(&mut self, client_id: Option<&str>, throttled: Throttled) -> Result<(), Closing> {
        self.peer.refuse(client_id, &throttled.into());
        self.braking = Some(Box::pin(sleep(self.pace.brake))).into();
        self.brakes = true;
        if self.patience.is_over(Instant::now()) { Err(Closing::THROTTLED) } else { Ok(()) }
    }
}
