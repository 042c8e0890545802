//! The application log as a person reads it, one line each, on standard error.

use std::{cell::RefCell, fmt, io::Write};

use slog::{Drain, KV, Key, Level, Never, OwnedKVList, Record, Serializer};
use time::OffsetDateTime;

use super::{journal::is_obeyed, timestamp};

/// Writes records as `time LEVEL message key=value …`.
pub(super) struct Console<W> {
    out: RefCell<W>,
    colour: bool,
}

impl<W: Write> Console<W> {
    /// Colours only the level, and only if asked to: for a terminal, not for a file.
    pub(super) fn new(out: W, colour: bool) -> Self {
        Self { out: RefCell::new(out), colour }
    }

    fn level(&self, level: Level) -> String {
        let name = level.as_short_str();
        if !self.colour {
            return name.to_owned();
        }
        let colour = match level {
            Level::Critical | Level::Error => 31,
            Level::Warning => 33,
            Level::Info => 32,
            Level::Debug | Level::Trace => 36,
        };
        format!("\u{1b}[{colour}m{name}\u{1b}[0m")
    }
}

impl<W: Write> Drain for Console<W> {
    type Ok = ();
    type Err = Never;

    fn log(&self, record: &Record<'_>, values: &OwnedKVList) -> Result<(), Never> {
        let mut line =
            Line(format!("{} {} ", timestamp(OffsetDateTime::now_utc()), self.level(record.level())));
        line.push(&record.msg().to_string());
        let _ = values.serialize(record, &mut line).and_then(|()| record.kv().serialize(record, &mut line));
        line.0.push('\n');
        // Nobody may be reading standard error; that is no reason to stop.
        let _ = self.out.borrow_mut().write_all(line.0.as_bytes());
        Ok(())
    }
}

/// A line under way.
struct Line(String);

impl Line {
    /// Adds text, with what a terminal would obey escaped.
    fn push(&mut self, text: &str) {
        for c in text.chars() {
            if is_obeyed(c) {
                self.0.extend(c.escape_default());
            } else {
                self.0.push(c);
            }
        }
    }
}

impl Serializer for Line {
    fn emit_arguments(&mut self, key: Key, value: &fmt::Arguments<'_>) -> slog::Result {
        let value = value.to_string();
        self.0.push(' ');
        self.push(key.as_ref());
        self.0.push('=');
        if value.is_empty() || value.contains([' ', '"', '=']) {
            self.push(&format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")));
        } else {
            self.push(&value);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use slog::{Logger, o};

    use super::*;
    use crate::log::tests::Shared;

    fn printed(colour: bool, log: impl FnOnce(&Logger)) -> String {
        let shared = Shared::default();
        let console = Console::new(shared.clone(), colour);
        let (drain, guard) = slog_async::Async::new(console).build_with_guard();
        log(&Logger::root(drain.fuse(), o!("node" => 1)));
        drop(guard);
        shared.text()
    }

    /// The line without its time.
    fn rest(line: &str) -> &str {
        line.split_once(' ').unwrap().1
    }

    #[test]
    fn a_line_reads_time_level_message_and_values() {
        let line = printed(false, |log| slog::warn!(log, "disk {}", "full"; "path" => "/a b"));
        assert_eq!(rest(&line), "WARN disk full node=1 path=\"/a b\"\n");
    }

    #[test]
    fn colour_is_only_for_terminals() {
        let line = printed(true, |log| slog::error!(log, "no"));
        assert_eq!(rest(&line), "\u{1b}[31mERRO\u{1b}[0m no node=1\n");
        assert!(!printed(false, |log| slog::error!(log, "no")).contains('\u{1b}'));
    }

    #[test]
    fn what_a_stranger_sent_can_neither_colour_nor_break_the_line() {
        let line = printed(false, |log| slog::info!(log, "hi\n{}", "\u{1b}[2J"; "name" => "a\r\nb\u{202e}"));
        assert_eq!(rest(&line), "INFO hi\\n\\u{1b}[2J node=1 name=a\\r\\nb\\u{202e}\n");
    }
}
