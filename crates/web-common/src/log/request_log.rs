//! One line for every request, written beside the request and never in its way.

use std::{
    borrow::Cow,
    net::IpAddr,
    panic::{RefUnwindSafe, UnwindSafe},
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use slog::{Drain, KV, Logger, Never, OwnedKVList, Record, Serializer, o};
use slog_async::{AsyncCore, AsyncError, AsyncGuard};
use time::OffsetDateTime;

use super::{journal::Journal, json, timestamp};
use crate::metrics;

/// How many lines may wait for the disk; beyond that they are counted instead.
const WAITING: usize = 16_384;

/// How much of a path is kept, in bytes: nobody's real path is longer, and a line stays a line.
const MAX_PATH: usize = 2_048;

/// What is known of a request once it is answered: no body, no query string, no header, for those hold secrets.
#[derive(Clone, Copy, Debug)]
pub struct RequestLine<'a> {
    /// When the request came.
    pub at: OffsetDateTime,
    /// The id that its response and its audit rows carry too.
    pub request_id: &'a str,
    /// GET, POST and so on.
    pub method: &'a str,
    /// The path; a query string behind it is cut off.
    pub path: &'a str,
    /// The status of the answer.
    pub status: u16,
    /// How long the answer took.
    pub duration: Duration,
    /// Who asked, if signed in.
    pub user_id: Option<i64>,
    /// From where, if known.
    pub ip: Option<IpAddr>,
}

/// The request log; a clone writes to the same file.
#[derive(Clone, Debug)]
pub struct RequestLog {
    lines: Logger,
}

impl RequestLog {
    /// Writes to `journal`, and tells `app` of lines that were lost; dropping the guard writes out what waits.
    pub(super) fn new(journal: Journal, app: Logger) -> (Self, AsyncGuard) {
        let waiting = Arc::new(AtomicUsize::new(0));
        let left = Arc::clone(&waiting);
        let journal = journal.while_more(move || left.fetch_sub(1, Ordering::Relaxed) > 1);
        Self::over(json(journal).build().ignore_res(), WAITING, waiting, app)
    }

    fn over<D>(drain: D, size: usize, waiting: Arc<AtomicUsize>, app: Logger) -> (Self, AsyncGuard)
    where
        D: Drain<Ok = (), Err = Never> + Send + 'static,
    {
        let core = AsyncCore::custom(drain).chan_size(size).thread_name("request-log".into());
        let (queue, guard) = core.build_with_guard();
        let drain = Counting { queue, waiting, lost: AtomicU64::new(0), app };
        (Self { lines: Logger::root(drain, o!()) }, guard)
    }

    /// A log that forgets everything, for tests of what writes to one.
    #[must_use]
    pub fn discard() -> Self {
        Self { lines: Logger::root(slog::Discard, o!()) }
    }

    /// Hands the line over and returns at once. When too many wait, the line is lost and counted in the application log.
    pub fn write(&self, line: &RequestLine<'_>) {
        slog::info!(self.lines, ""; line);
    }
}

impl KV for RequestLine<'_> {
    fn serialize(&self, _: &Record<'_>, out: &mut dyn Serializer) -> slog::Result {
        out.emit_arguments("at", &format_args!("{}", timestamp(self.at)))?;
        out.emit_str("request_id", self.request_id)?;
        out.emit_str("method", self.method)?;
        out.emit_str("path", &without_codes(loggable(self.path)))?;
        out.emit_u16("status", self.status)?;
        out.emit_u64("duration_us", self.duration.as_micros().try_into().unwrap_or(u64::MAX))?;
        match self.user_id {
            Some(id) => out.emit_i64("user_id", id)?,
            None => out.emit_none("user_id")?,
        }
        match self.ip {
            Some(ip) => out.emit_arguments("ip", &format_args!("{ip}")),
            None => out.emit_none("ip"),
        }
    }
}

fn loggable(path: &str) -> &str {
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    &path[..path.floor_char_boundary(MAX_PATH)]
}

/// Of the code of an invitation only its beginning: who knows it may join.
fn without_codes(path: &str) -> Cow<'_, str> {
    const BEFORE: &str = "/invites/";
    const SHOWN: usize = 4;
    let Some(start) = path.find(BEFORE).map(|at| at + BEFORE.len()) else { return path.into() };
    let (kept, rest) = path.split_at(start);
    let (code, after) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match code.char_indices().nth(SHOWN) {
        Some((shown, _)) => format!("{kept}{}…{after}", &code[..shown]).into(),
        None => path.into(),
    }
}

/// Passes records on to another thread, and counts those that wait there and those for which there is no room.
struct Counting {
    queue: AsyncCore,
    // Counted up before a record can be taken out, so that it is never less than what waits.
    waiting: Arc<AtomicUsize>,
    lost: AtomicU64,
    app: Logger,
}

impl UnwindSafe for Counting {}
impl RefUnwindSafe for Counting {}

impl Drain for Counting {
    type Ok = ();
    type Err = Never;

    fn log(&self, record: &Record<'_>, values: &OwnedKVList) -> Result<(), Never> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        match self.queue.log(record, values) {
            Err(AsyncError::Full) => {
                self.waiting.fetch_sub(1, Ordering::Relaxed);
                self.lost.fetch_add(1, Ordering::Relaxed);
                metrics::lost_line();
            }
            Ok(()) if self.lost.load(Ordering::Relaxed) > 0 => {
                let lost = self.lost.swap(0, Ordering::Relaxed);
                slog::warn!(self.app, "requests came faster than their log could be written"; "lost" => lost);
            }
            // The log is closed already: the process is going down.
            Ok(()) | Err(AsyncError::Fatal(_)) => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, mpsc};

    use time::macros::datetime;

    use super::*;
    use crate::log::journal::Place;

    fn line<'a>() -> RequestLine<'a> {
        RequestLine {
            at: datetime!(2026-11-20 19:10:00.123456789 UTC),
            request_id: "r-1",
            method: "GET",
            path: "/chats/7",
            status: 200,
            duration: Duration::from_micros(1234),
            user_id: Some(7),
            ip: Some([192, 0, 2, 1].into()),
        }
    }

    /// What stands in the file after `lines` were written and the log was closed.
    fn written(lines: &[RequestLine<'_>]) -> String {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::open(Place::new(dir.path(), "requests", 1)).unwrap();
        let (log, guard) = RequestLog::new(journal, Logger::root(slog::Discard, o!()));
        for line in lines {
            log.write(line);
        }
        drop(guard);
        std::fs::read_to_string(dir.path().join("requests.jsonl")).unwrap()
    }

    #[test]
    fn a_request_is_one_line_of_json_with_these_keys() {
        assert_eq!(
            written(&[line()]),
            concat!(
                r#"{"at":"2026-11-20T19:10:00.123456Z","request_id":"r-1","method":"GET","path":"/chats/7","#,
                r#""status":200,"duration_us":1234,"user_id":7,"ip":"192.0.2.1"}"#,
                "\n"
            )
        );
    }

    #[test]
    fn what_is_not_known_is_null() {
        let stranger = RequestLine { user_id: None, ip: None, ..line() };
        assert!(written(&[stranger]).ends_with("\"user_id\":null,\"ip\":null}\n"));
    }

    #[test]
    fn closing_the_log_writes_every_line_in_order() {
        let ids: Vec<String> = (0..1_000).map(|n| format!("r-{n}")).collect();
        let lines: Vec<_> = ids.iter().map(|id| RequestLine { request_id: id, ..line() }).collect();
        let written = written(&lines);
        assert_eq!(written.lines().count(), 1_000);
        for (id, line) in ids.iter().zip(written.lines()) {
            assert!(line.contains(&format!("\"request_id\":\"{id}\"")), "{line}");
        }
    }

    #[test]
    fn a_line_is_in_the_file_as_soon_as_no_other_waits() {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::open(Place::new(dir.path(), "requests", 1)).unwrap();
        let (log, _guard) = RequestLog::new(journal, Logger::root(slog::Discard, o!()));
        for n in 1..=3 {
            log.write(&line());
            let lines =
                || std::fs::read_to_string(dir.path().join("requests.jsonl")).unwrap().lines().count();
            while lines() < n {
                std::thread::yield_now();
            }
        }
    }

    #[test]
    fn the_query_string_is_not_logged() {
        let reset = RequestLine { path: "/password/reset?token=hunter2", ..line() };
        let written = written(&[reset]);
        assert!(written.contains("\"path\":\"/password/reset\""));
        assert!(!written.contains("hunter2"));
    }

    #[test]
    fn a_line_is_inert_and_stays_one_line() {
        let odd = RequestLine { path: "/\r\n\u{1b}[31m\u{9b}\"=1+1", ..line() };
        let written = written(&[odd]);
        assert!(written.contains(r#""path":"/\r\n\u001b[31m\u009b\"=1+1""#), "{written}");
        assert_eq!(written.lines().count(), 1);
    }

    #[test]
    fn the_code_of_an_invitation_is_not_written_down() {
        for (path, kept) in [
            ("/api/v1/invites/abcdefghijkl/accept", "/api/v1/invites/abcd…/accept"),
            ("/api/v1/chats/7/invites/abcdefghijkl", "/api/v1/chats/7/invites/abcd…"),
            ("/api/v1/chats/7/invites", "/api/v1/chats/7/invites"),
            ("/api/v1/invites/äöü", "/api/v1/invites/äöü"),
        ] {
            assert_eq!(without_codes(path), kept);
        }
    }

    #[test]
    fn an_endless_path_is_cut_between_characters() {
        let path = format!("/{}", "é".repeat(2_000));
        assert_eq!(loggable(&path).len(), MAX_PATH - 1);
    }

    /// Takes a record only when the test lets it.
    struct Slow(Mutex<mpsc::Receiver<()>>);

    impl Drain for Slow {
        type Ok = ();
        type Err = Never;

        fn log(&self, _: &Record<'_>, _: &OwnedKVList) -> Result<(), Never> {
            let _ = self.0.lock().unwrap().recv();
            Ok(())
        }
    }

    /// Keeps what the application log is told.
    #[derive(Clone, Default)]
    struct Heard(Arc<Mutex<Vec<String>>>);

    impl Drain for Heard {
        type Ok = ();
        type Err = Never;

        fn log(&self, record: &Record<'_>, _: &OwnedKVList) -> Result<(), Never> {
            self.0.lock().unwrap().push(record.msg().to_string());
            Ok(())
        }
    }

    #[test]
    fn when_too_many_wait_lines_are_lost_and_counted_but_nobody_waits() {
        let (go, gate) = mpsc::channel();
        let heard = Heard::default();
        let app = Logger::root(heard.clone(), o!());
        let (log, guard) = RequestLog::over(Slow(Mutex::new(gate)), 2, Arc::default(), app);

        for _ in 0..10 {
            log.write(&line());
        }
        assert!(heard.0.lock().unwrap().is_empty());

        drop(go);
        while heard.0.lock().unwrap().is_empty() {
            log.write(&line());
            std::thread::yield_now();
        }
        assert_eq!(*heard.0.lock().unwrap(), ["requests came faster than their log could be written"]);
        drop(guard);
    }
}
