//! How many messages a second go through the database as the server uses it, and what one costs.
//!
//! Beside each figure stands what a bare experiment reached (one table of messages, one of audit rows, no
//! permissions, no live events): the distance is the price of the rules.

#![expect(clippy::print_stdout, reason = "the table is what a bench is for")]

use std::{
    sync::mpsc,
    time::{Duration, Instant},
};

use diesel::{Connection as _, PgConnection, connection::SimpleConnection as _};
use domain::{
    Caller, ChatId, Origin, Via,
    chats::{NewChat, Visibility, groups},
    messages::{Draft, MessageError, Sending, Sent},
    ports::{Job, Store, StoreError, UnitOfWork},
    users::{NewUser, PasswordHash, SiteRole, User},
};
use persistence::{Database, DatabaseUrl, Options};
use slog::{Discard, Logger, o};

const TEXT: &str = "Soup at noon? I have found a place around the corner that has four kinds of it, and the \
    bread is said to be the best.";
const LASTS: Duration = Duration::from_secs(5);
const WARM_UP: Duration = Duration::from_secs(1);

/// What a bare experiment reached: messages a second, microseconds of CPU each.
const BARE: [(&str, usize, u32, f64); 4] = [
    ("SQLite", 64, 51_700, 16.0),
    ("SQLite", 512, 119_000, 7.4),
    ("PostgreSQL", 64, 31_250, 27.0),
    ("PostgreSQL", 512, 103_700, 9.3),
];

fn main() {
    println!(
        "{:<11} {:>7} {:>10} {:>9} {:>9} {:>12} {:>22}",
        "database", "senders", "sends/s", "p50 ms", "p99 ms", "CPU µs/send", "bare: sends/s, CPU µs"
    );
    let folder = tempfile::tempdir().expect("a temporary folder");
    for senders in [1, 64, 512] {
        let path = folder.path().join(format!("{senders}.db"));
        measure("SQLite", &DatabaseUrl::Sqlite(path), senders);
    }
    match std::env::var("NATTER_TEST_POSTGRES") {
        Ok(server) => {
            for senders in [1, 64, 512] {
                measure("PostgreSQL", &own_database(&server, senders), senders);
            }
        }
        Err(_) => println!("PostgreSQL is left out: NATTER_TEST_POSTGRES is not set"),
    }
}

/// A database of the run's own. It is left to the server, which is a private one.
fn own_database(server: &str, senders: usize) -> DatabaseUrl {
    let name = format!("bench_{}_{senders}", std::process::id());
    let mut admin = PgConnection::establish(server).expect("a PostgreSQL server");
    admin.batch_execute(&format!("CREATE DATABASE {name}")).expect("a superuser");
    let base = server.rsplit_once('/').map_or(server, |(base, _)| base);
    DatabaseUrl::Postgres(format!("{base}/{name}"))
}

fn measure(name: &str, url: &DatabaseUrl, senders: usize) {
    let options = Options::new(url.clone(), Logger::root(Discard, o!()));
    let database = Database::open(options, Box::new(drop)).expect("the database opens");
    let stage = Stage::new(&database, senders);
    run(&database, &stage, WARM_UP);
    let (cpu, begun) = (cpu_micros(), Instant::now());
    let mut took = run(&database, &stage, LASTS);
    let (cpu, lasted) = (cpu_micros() - cpu, begun.elapsed());
    database.close();
    took.sort_unstable();
    let part = |share: usize| took[(took.len() - 1) * share / 100].as_secs_f64() * 1e3;
    let count = took.len() as f64;
    let bare = BARE.iter().find(|(database, at_once, ..)| *database == name && *at_once == senders);
    println!(
        "{name:<11} {senders:>7} {:>10.0} {:>9.2} {:>9.2} {:>12.1} {:>22}",
        count / lasted.as_secs_f64(),
        part(50),
        part(99),
        cpu as f64 / count,
        bare.map_or_else(String::new, |(_, _, rate, cpu)| format!("{rate}, {cpu}")),
    );
}

/// People in groups of four.
struct Stage {
    people: Vec<(Caller, ChatId)>,
}

impl Stage {
    fn new(database: &Database, senders: usize) -> Self {
        let users: Vec<User> = (0..senders).map(|n| write(database, move |work| person(work, n))).collect();
        let people = users.chunks(4).flat_map(|users| {
            let users = users.to_vec();
            write(database, move |work| group(work, &users))
        });
        Self { people: people.collect() }
    }
}

fn person(work: &mut dyn UnitOfWork, number: usize) -> User {
    let new = NewUser {
        username: format!("sender-{number}").parse().expect("a username"),
        first_name: None,
        last_name: None,
        email: None,
        password: PasswordHash::none(),
        role: SiteRole::Member,
    };
    work.insert_user(&Origin::anonymous(Via::System), &new).expect("a user")
}

fn group(work: &mut dyn UnitOfWork, users: &[User]) -> Vec<(Caller, ChatId)> {
    let origin = Origin {
        request_id: Some("01JD3Q0T6W9F2V8KX4N5B7C1MZ".to_owned()),
        ip: "192.0.2.7".parse().ok(),
        ..Origin::anonymous(Via::Api)
    };
    let callers: Vec<Caller> =
        users.iter().map(|user| Caller::new(user.id, user.role, None, origin.clone())).collect();
    let new = NewChat {
        name: "lunch".parse().expect("a name"),
        description: None,
        visibility: Visibility::Private,
    };
    let members: Vec<_> = users.iter().map(|user| user.username.clone()).collect();
    let chat = groups::create(work, &callers[0], &new, &members).expect("a group").chat.id;
    callers.into_iter().map(|caller| (caller, chat)).collect()
}

fn write<T: Send + 'static>(
    database: &Database,
    job: impl FnOnce(&mut dyn UnitOfWork) -> T + Send + 'static,
) -> T {
    let (answer, answered) = mpsc::channel();
    let run = Box::new(move |work: &mut dyn UnitOfWork| answer.send(job(work)).is_ok());
    let (done, finished) = mpsc::channel();
    let done = Box::new(move |outcome: Result<(), StoreError>| done.send(outcome).expect("somebody waits"));
    database.submit(Job::Other { account: None, run, done }).expect("room");
    finished.recv().expect("an answer").expect("a commit");
    answered.recv().expect("a value")
}

/// Everybody sends, waits for the answer and sends again; answers how long each took.
fn run(database: &Database, stage: &Stage, lasts: Duration) -> Vec<Duration> {
    let (ready, next) = mpsc::channel::<(usize, Option<Result<Duration, MessageError>>)>();
    for sender in 0..stage.people.len() {
        ready.send((sender, None)).expect("the loop below waits");
    }
    let begun = Instant::now();
    let mut took = Vec::with_capacity(1 << 20);
    let mut running = stage.people.len();
    let run = fnv(&format!("{begun:?}"));
    let mut number = 0_u64;
    while running > 0 {
        let (sender, last) = next.recv().expect("somebody is sending");
        took.extend(last.map(|last| last.expect("the message is sent")));
        if begun.elapsed() >= lasts {
            running -= 1;
            continue;
        }
        number += 1;
        let (by, chat) = &stage.people[sender];
        let id = format!("{run:x}-{number}").parse().expect("a client_id");
        let draft = Draft::of(TEXT.parse().expect("a text")).known_as(Some(id));
        let sending = Sending { by: by.clone(), chat: *chat, draft };
        let (ready, sent) = (ready.clone(), Instant::now());
        let done = Box::new(move |outcome: Result<Sent, MessageError>| {
            let took = outcome.map(|_| sent.elapsed());
            ready.send((sender, Some(took))).expect("the loop waits");
        });
        database.submit(Job::Send(sending, done)).expect("nobody has more than one waiting");
    }
    took
}

/// Tells runs apart.
fn fnv(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// What this process has used so far, on all its threads: fields 14 and 15 of `/proc/self/stat`, in hundredths
/// of a second.
fn cpu_micros() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("fields").split_whitespace().collect();
    let ticks = |place: usize| fields[place].parse::<u64>().expect("a number");
    (ticks(11) + ticks(12)) * 10_000
}
