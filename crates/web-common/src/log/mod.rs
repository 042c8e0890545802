//! The two logs: of requests, one JSON line each, and of the application, as JSON in a file and readable on standard error.
//!
//! Both are written by threads of their own behind bounded queues, so that logging never makes a request wait.

mod console;
mod journal;
mod request_log;

use std::{
    fmt,
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
};

use slog::{Drain, FnValue, Level, Logger, PushFnValue, Record, o};
use slog_async::{Async, AsyncGuard, OverflowStrategy};
use slog_json::{Json, JsonBuilder};
use time::{OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};

use console::Console;
use journal::{Journal, Place};
pub use request_log::{RequestLine, RequestLog};

/// How many lines of the application log may wait; beyond that they are counted instead.
const WAITING: usize = 4_096;

const MICROSECONDS: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");

/// The open logs. Dropping them writes out what waits and closes them, whatever loggers are still about.
#[derive(Debug)]
pub struct Logs {
    /// What the application has to say, in `natter*.jsonl` and on standard error.
    pub app: Logger,
    /// What was asked of it, in `requests*.jsonl`.
    pub requests: RequestLog,
    // Closed in this order, so that lines lost from the first can still be told to the second.
    _requests: Closing,
    _app: Closing,
}

/// A folder for logs that can't be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot write logs to {}", dir.display())]
pub struct LogError {
    dir: PathBuf,
    source: io::Error,
}

/// Opens both logs in `dir`, which is made if need be.
///
/// The application log holds what is at least as grave as `level`. Files turn at midnight UTC and at 64 MiB, and are
/// removed `keep_days` after their last line.
pub fn open(dir: &Path, level: Level, keep_days: u32) -> Result<Logs, LogError> {
    let journal = |name| {
        Journal::open(Place::new(dir, name, keep_days))
            .map_err(|source| LogError { dir: dir.to_owned(), source })
    };
    let (app, closing_app) = app_log(Both { file: journal("natter")?, person: stderr() }, level);
    let (requests, closing_requests) = RequestLog::new(journal("requests")?, app.clone());
    Ok(Logs { app, requests, _requests: Closing(closing_requests), _app: Closing(closing_app) })
}

/// The application log on standard error alone, for commands that run beside a server and must not touch its files.
pub fn to_stderr(level: Level) -> Logger {
    let console = std::sync::Mutex::new(stderr());
    Logger::root(slog::LevelFilter::new(console.ignore_res(), level).ignore_res(), o!())
}

/// A drain's thread; its queue is emptied and the thread ended when this is dropped.
struct Closing(#[expect(dead_code, reason = "held for its drop")] AsyncGuard);

impl fmt::Debug for Closing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Closing")
    }
}

/// One record for the file, one for the person who watches.
struct Both<W: Write> {
    file: Journal,
    person: Console<W>,
}

fn app_log<W: Write + Send + 'static>(to: Both<W>, level: Level) -> (Logger, AsyncGuard) {
    let file = json(to.file).add_key_value(o!(
        "at" => FnValue(|_: &Record<'_>| timestamp(OffsetDateTime::now_utc())),
        "level" => FnValue(|record: &Record<'_>| record.level().as_str().to_lowercase()),
        "message" => PushFnValue(|record: &Record<'_>, out| out.emit(record.msg())),
    ));
    let drain = slog::Duplicate::new(file.build().ignore_res(), to.person).ignore_res();
    let queue = Async::new(drain)
        .chan_size(WAITING)
        .overflow_strategy(OverflowStrategy::DropAndReport)
        .thread_name("app-log".into());
    let (queue, closing) = queue.build_with_guard();
    (Logger::root(slog::LevelFilter::new(queue, level).ignore_res(), o!()), closing)
}

/// Records as lines of JSON, each handed to `out` whole.
fn json<W: Write>(out: W) -> JsonBuilder<W> {
    Json::new(out).set_newlines(true).set_flush(true)
}

fn stderr() -> Console<io::Stderr> {
    let out = io::stderr();
    let colour = out.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|no| no.is_empty());
    Console::new(out, colour)
}

/// RFC 3339 in UTC, with microseconds.
fn timestamp(at: OffsetDateTime) -> String {
    at.to_utc().format(MICROSECONDS).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// What was written, for the test to look at.
    #[derive(Clone, Default)]
    pub(super) struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Shared {
        pub(super) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(level: Level, log: impl FnOnce(&Logger)) -> (String, String) {
        let dir = tempfile::tempdir().unwrap();
        let person = Shared::default();
        let file = Journal::open(Place::new(dir.path(), "natter", 1)).unwrap();
        let (app, closing) = app_log(Both { file, person: Console::new(person.clone(), false) }, level);
        log(&app);
        drop(closing);
        (std::fs::read_to_string(dir.path().join("natter.jsonl")).unwrap(), person.text())
    }

    #[test]
    fn what_the_application_says_goes_to_the_file_and_to_the_person() {
        let (file, person) = logged(Level::Info, |app| {
            let store = app.new(o!("store" => "sqlite"));
            slog::info!(store, "listening on port {}", 9000; "workers" => 2);
        });
        let line: serde_json::Value = serde_json::from_str(&file).unwrap();
        assert_eq!(line["level"], "info");
        assert_eq!(line["message"], "listening on port 9000");
        assert_eq!((&line["store"], &line["workers"]), (&"sqlite".into(), &2.into()));
        assert!(line["at"].as_str().is_some_and(|at| at.len() == 27 && at.ends_with('Z')), "{line}");
        assert!(person.ends_with(" INFO listening on port 9000 store=sqlite workers=2\n"), "{person}");
    }

    #[test]
    fn what_is_less_grave_than_the_level_is_not_logged() {
        let (file, person) = logged(Level::Warning, |app| {
            slog::info!(app, "no");
            slog::warn!(app, "yes");
        });
        assert_eq!((file.lines().count(), person.lines().count()), (1, 1));
        assert!(file.contains("\"yes\""));
    }

    #[test]
    fn the_folder_is_made_and_both_logs_stand_in_it() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("data/logs");
        drop(open(&dir, Level::Error, 30).unwrap());
        assert!(dir.join("natter.jsonl").is_file() && dir.join("requests.jsonl").is_file());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error_that_names_it() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = open(file.path(), Level::Info, 30).unwrap_err();
        assert_eq!(error.to_string(), format!("cannot write logs to {}", file.path().display()));
    }

    #[test]
    fn closing_the_logs_ends_them_though_loggers_are_still_about() {
        let dir = tempfile::tempdir().unwrap();
        let logs = open(dir.path(), Level::Critical, 30).unwrap();
        let (app, requests) = (logs.app.clone(), logs.requests.clone());
        drop(logs);
        slog::crit!(app, "too late");
        requests.write(&RequestLine {
            at: OffsetDateTime::UNIX_EPOCH,
            request_id: "late",
            method: "GET",
            path: "/",
            status: 503,
            duration: std::time::Duration::ZERO,
            user_id: None,
            ip: None,
        });
        assert_eq!(std::fs::read_to_string(dir.path().join("requests.jsonl")).unwrap(), "");
    }
}
