//! A file of lines that starts afresh every day (UTC) and at a size, and forgets what is too old.
//!
//! The crates for this (file-rotate, logroller) turn by day or by size, not both, keep a number of files instead of a
//! number of days, or give names that no longer end in `.jsonl`.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use time::{
    Duration, OffsetDateTime, PrimitiveDateTime, format_description::BorrowedFormatItem,
    macros::format_description,
};

/// When a file was last written to, as its name says it once it is put aside: sorts by time.
const STAMP: &[BorrowedFormatItem<'_>] =
    format_description!("[year][month][day]T[hour][minute][second].[subsecond digits:6]Z");

const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// How much is collected at most before it is written, in bytes.
const BATCH: usize = 64 * 1024;

/// Where a journal stands and how long it remembers.
pub(super) struct Place {
    dir: PathBuf,
    name: &'static str,
    max_bytes: u64,
    keep: Duration,
    now: Box<dyn Fn() -> OffsetDateTime + Send>,
}

impl Place {
    /// `name.jsonl` in `dir`; what was put aside is removed after `keep_days`.
    pub(super) fn new(dir: &Path, name: &'static str, keep_days: u32) -> Self {
        Self {
            dir: dir.to_owned(),
            name,
            max_bytes: MAX_BYTES,
            keep: Duration::days(keep_days.into()),
            now: Box::new(OffsetDateTime::now_utc),
        }
    }

    fn current(&self) -> PathBuf {
        self.dir.join(format!("{}.jsonl", self.name))
    }

    /// A name not yet taken for the file whose newest line is from `last`.
    fn aside(&self, mut last: OffsetDateTime) -> io::Result<PathBuf> {
        loop {
            let stamp = last.format(STAMP).map_err(io::Error::other)?;
            let path = self.dir.join(format!("{}-{stamp}.jsonl", self.name));
            if !path.try_exists()? {
                return Ok(path);
            }
            last += Duration::MICROSECOND;
        }
    }

    /// When the newest line of a file put aside was written; `None` for every other file.
    fn stamp_of(&self, path: &Path) -> Option<OffsetDateTime> {
        let name = path.file_name()?.to_str()?;
        let stamp = name.strip_prefix(self.name)?.strip_prefix('-')?.strip_suffix(".jsonl")?;
        Some(PrimitiveDateTime::parse(stamp, STAMP).ok()?.assume_utc())
    }

    fn remove_expired(&self) -> io::Result<()> {
        let expired = (self.now)() - self.keep;
        for entry in fs::read_dir(&self.dir)? {
            let path = entry?.path();
            if self.stamp_of(&path).is_some_and(|stamp| stamp < expired) {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }
}

/// Collects a line and puts it into the file when it is flushed, together with those that follow at once.
///
/// It never fails, since what logs can do nothing about it: a line that can't be written is lost, and standard error
/// told so once, until writing works again.
pub(super) struct Journal {
    place: Place,
    file: File,
    bytes: u64,
    last: OffsetDateTime,
    lines: Vec<u8>,
    more: Box<dyn FnMut() -> bool + Send>,
    broken: bool,
}

impl Journal {
    /// Opens or makes the file, and the folder for it; goes on where an earlier run ended.
    pub(super) fn open(place: Place) -> io::Result<Self> {
        fs::create_dir_all(&place.dir)?;
        place.remove_expired()?;
        let file = append_to(&place.current())?;
        let found = file.metadata()?;
        let last = found.modified().map_or_else(|_| (place.now)(), OffsetDateTime::from);
        Ok(Self {
            place,
            file,
            bytes: found.len(),
            last,
            lines: Vec::new(),
            more: Box::new(|| false),
            broken: false,
        })
    }

    /// Asks after each line whether more are waiting; as long as they are, they are collected.
    pub(super) fn while_more(mut self, more: impl FnMut() -> bool + Send + 'static) -> Self {
        self.more = Box::new(more);
        self
    }

    fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        let now = (self.place.now)();
        // A file that can't be put aside goes on.
        let turned = if self.is_full(now, lines.len()) { self.turn() } else { Ok(()) };
        if self.broken && self.file.metadata()?.len() > self.bytes {
            // What failed has left half a line.
            self.write_out(b"\n")?;
        }
        self.write_out(lines)?;
        self.last = now;
        turned
    }

    fn write_collected(&mut self) {
        let mut lines = inert(std::mem::take(&mut self.lines));
        let outcome = self.append(&lines);
        self.note(outcome);
        lines.clear();
        self.lines = lines;
    }

    fn is_full(&self, now: OffsetDateTime, more: usize) -> bool {
        self.bytes > 0 && (self.last.date() != now.date() || self.bytes + more as u64 > self.place.max_bytes)
    }

    fn turn(&mut self) -> io::Result<()> {
        match fs::rename(self.place.current(), self.place.aside(self.last)?) {
            // Somebody else put it aside.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            moved => moved?,
        }
        self.file = append_to(&self.place.current())?;
        self.bytes = self.file.metadata()?.len();
        self.place.remove_expired()
    }

    fn write_out(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    fn note(&mut self, outcome: io::Result<()>) {
        let broke = outcome.is_err();
        if let Err(error) = outcome
            && !self.broken
        {
            let path = self.place.current();
            let _ = writeln!(io::stderr(), "cannot write to {}: {error}", path.display());
        }
        self.broken = broke;
    }
}

impl Write for Journal {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lines.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let more = (self.more)();
        if !more || self.lines.len() >= BATCH {
            self.write_collected();
        }
        Ok(())
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        if !self.lines.is_empty() {
            self.write_collected();
        }
    }
}

fn append_to(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o640);
    options.open(path)
}

/// Escapes what JSON leaves as it is and a terminal or an editor obeys; in lines of JSON it can only stand in strings.
fn inert(lines: Vec<u8>) -> Vec<u8> {
    if lines.iter().all(|byte| *byte < 0x7f) {
        return lines;
    }
    let mut safe = String::with_capacity(lines.len());
    for c in String::from_utf8_lossy(&lines).chars() {
        match c {
            '\n' => safe.push(c),
            c if is_obeyed(c) => safe.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => safe.push(c),
        }
    }
    safe.into_bytes()
}

/// Control characters, and those that break lines or turn the direction of writing.
pub(super) fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    };

    use time::macros::datetime;

    use super::*;

    const NOON: OffsetDateTime = datetime!(2026-11-20 12:00 UTC);

    /// A folder with a journal in it, and a clock to turn.
    struct Desk {
        dir: tempfile::TempDir,
        seconds: Arc<AtomicI64>,
    }

    impl Desk {
        fn new() -> Self {
            Self { dir: tempfile::tempdir().unwrap(), seconds: Arc::default() }
        }

        fn journal(&self) -> Journal {
            let seconds = Arc::clone(&self.seconds);
            let now = move || NOON + Duration::seconds(seconds.load(Ordering::Relaxed));
            let place = Place::new(self.dir.path(), "requests", 30);
            let mut journal = Journal::open(Place { max_bytes: 30, now: Box::new(now), ..place }).unwrap();
            // The file's own time is the real one.
            journal.last = NOON + Duration::seconds(self.seconds.load(Ordering::Relaxed));
            journal
        }

        fn pass(&self, duration: Duration) {
            self.seconds.fetch_add(duration.whole_seconds(), Ordering::Relaxed);
        }

        fn names(&self) -> Vec<String> {
            let entries = fs::read_dir(self.dir.path()).unwrap();
            let mut names: Vec<_> =
                entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }

        fn read(&self, name: &str) -> String {
            fs::read_to_string(self.dir.path().join(name)).unwrap()
        }
    }

    fn log(journal: &mut Journal, line: &str) {
        writeln!(journal, "{line}").unwrap();
        journal.flush().unwrap();
    }

    #[test]
    fn lines_stand_in_one_file_at_once() {
        let desk = Desk::new();
        let mut journal = desk.journal();
        log(&mut journal, "one");
        log(&mut journal, "two");
        assert_eq!(desk.names(), ["requests.jsonl"]);
        assert_eq!(desk.read("requests.jsonl"), "one\ntwo\n");
    }

    #[test]
    fn a_new_day_starts_a_new_file() {
        let desk = Desk::new();
        let mut journal = desk.journal();
        log(&mut journal, "friday");
        desk.pass(Duration::hours(12));
        log(&mut journal, "saturday");
        assert_eq!(desk.names(), ["requests-20261120T120000.000000Z.jsonl", "requests.jsonl"]);
        assert_eq!(desk.read("requests-20261120T120000.000000Z.jsonl"), "friday\n");
        assert_eq!(desk.read("requests.jsonl"), "saturday\n");
    }

    #[test]
    fn a_full_file_is_put_aside_and_none_overwrites_another() {
        let desk = Desk::new();
        let mut journal = desk.journal();
        for line in ["twenty-two letters are", "in every line of these", "but not in the last one"] {
            log(&mut journal, line);
        }
        let names = desk.names();
        assert_eq!(names.len(), 3);
        let all: String = names.iter().map(|name| desk.read(name)).collect();
        assert_eq!(all, "twenty-two letters are\nin every line of these\nbut not in the last one\n");
    }

    #[test]
    fn a_line_longer_than_a_file_is_still_written_whole() {
        let desk = Desk::new();
        log(&mut desk.journal(), &"x".repeat(100));
        assert_eq!(desk.read("requests.jsonl").len(), 101);
    }

    #[test]
    fn lines_that_come_at_once_are_written_at_once_and_the_last_ones_when_it_closes() {
        let desk = Desk::new();
        let mut more = [true, false, true].into_iter();
        let mut journal = desk.journal().while_more(move || more.next().unwrap());
        log(&mut journal, "one");
        assert_eq!(desk.read("requests.jsonl"), "");
        log(&mut journal, "two");
        assert_eq!(desk.read("requests.jsonl"), "one\ntwo\n");
        log(&mut journal, "three");
        drop(journal);
        assert_eq!(desk.read("requests.jsonl"), "one\ntwo\nthree\n");
    }

    #[test]
    fn no_more_than_a_batch_is_held_back() {
        let desk = Desk::new();
        let mut journal = desk.journal().while_more(|| true);
        log(&mut journal, &"x".repeat(BATCH));
        assert_eq!(desk.read("requests.jsonl").len(), BATCH + 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_cannot_be_put_aside_goes_on() {
        let desk = Desk::new();
        let mut journal = desk.journal();
        log(&mut journal, "friday");
        desk.pass(Duration::days(1));
        journal.place.name = "no/such/folder";
        log(&mut journal, "saturday");
        assert_eq!(desk.read("requests.jsonl"), "friday\nsaturday\n");
    }

    #[test]
    fn a_new_run_goes_on_in_the_same_file() {
        let desk = Desk::new();
        log(&mut desk.journal(), "before");
        log(&mut desk.journal(), "after");
        assert_eq!(desk.read("requests.jsonl"), "before\nafter\n");
    }

    #[test]
    fn what_is_older_than_its_days_is_removed_and_nothing_else() {
        let desk = Desk::new();
        let others = ["requests-notes.jsonl", "natter-20200101T000000.000000Z.jsonl", "requests-2020.txt"];
        for name in others {
            fs::write(desk.dir.path().join(name), "mine").unwrap();
        }
        let mut journal = desk.journal();
        log(&mut journal, "old");
        desk.pass(Duration::days(30));
        log(&mut journal, "young");
        assert_eq!(desk.names().len(), 5, "30 days old is not yet older than 30 days");

        desk.pass(Duration::days(1));
        log(&mut journal, "new");
        let mut left = vec!["requests-20261220T120000.000000Z.jsonl", "requests.jsonl"];
        left.extend(others);
        left.sort_unstable();
        assert_eq!(desk.names(), left);
    }

    #[test]
    fn old_files_are_removed_when_a_run_starts() {
        let desk = Desk::new();
        fs::write(desk.dir.path().join("requests-20261001T000000.000000Z.jsonl"), "old").unwrap();
        desk.journal();
        assert_eq!(desk.names(), ["requests.jsonl"]);
    }

    #[test]
    fn a_file_taken_away_by_somebody_else_stops_nothing() {
        let desk = Desk::new();
        let mut journal = desk.journal();
        log(&mut journal, "gone");
        fs::remove_file(desk.dir.path().join("requests.jsonl")).unwrap();
        desk.pass(Duration::days(1));
        log(&mut journal, "here");
        assert_eq!(desk.read("requests.jsonl"), "here\n");
    }

    #[test]
    fn what_could_not_be_written_does_not_swallow_the_next_line() {
        let desk = Desk::new();
        let mut journal = desk.journal();
        journal.file = File::open(desk.dir.path().join("requests.jsonl")).unwrap(); // for reading only
        log(&mut journal, "lost");
        journal.file = append_to(&desk.dir.path().join("requests.jsonl")).unwrap();
        log(&mut journal, "kept");
        assert_eq!(desk.read("requests.jsonl"), "kept\n");

        journal.file.write_all(b"half a li").unwrap();
        journal.broken = true;
        log(&mut journal, "kept too");
        assert_eq!(desk.read("requests.jsonl"), "kept\nhalf a li\nkept too\n");
    }

    #[test]
    fn a_line_holds_nothing_that_a_terminal_obeys() {
        let line = inert("{\"path\":\"\u{9b}31m\u{7f}\u{202e}\u{2028}é漢\"}\n".into());
        let line = String::from_utf8(line).unwrap();
        assert_eq!(line, "{\"path\":\"\\u009b31m\\u007f\\u202e\\u2028é漢\"}\n");
    }
}
