//! Settings from files and variables, as an operator would write them.

use std::{collections::BTreeSet, fs};

use super::*;

/// A folder for settings files, and an environment.
struct Operator {
    dir: tempfile::TempDir,
    files: Vec<PathBuf>,
    variables: Vec<(String, String)>,
}

impl Operator {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), files: vec![], variables: vec![] }
    }

    fn file(mut self, name: &str, text: &str) -> Self {
        let path = self.dir.path().join(name);
        fs::write(&path, text).unwrap();
        self.files.push(path);
        self
    }

    fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    fn load(&self) -> Result<(Settings, Vec<Effective>), WrongSettings> {
        Settings::from_sources(&self.files, self.variables.clone())
    }

    fn settings(&self) -> Settings {
        self.load().unwrap().0
    }

    /// The lines of what the operator is told, after the heading.
    fn complaints(&self) -> Vec<String> {
        let told = self.load().unwrap_err().to_string();
        let dir = format!("{}/", self.dir.path().display());
        told.lines().skip(1).map(|line| line.trim_start().replace(&dir, "")).collect()
    }
}

fn with(name: &str, value: &str) -> Operator {
    Operator::new().set(name, value)
}

#[test]
fn without_any_setting_a_server_for_one_laptop_starts() {
    let settings = Operator::new().settings();
    assert_eq!(settings.listen.addresses, ["127.0.0.1:9000".parse().unwrap()]);
    assert_eq!(settings.public_url.as_str(), "http://localhost:9000/");
    assert_eq!(settings.data_dir, Path::new("data"));
    assert_eq!(settings.keys_dir, Path::new("data/keys"));
    assert_eq!(settings.database, Database::Sqlite("data/natter.db".into()));
    assert_eq!(settings.redis_url, None);
    assert_eq!(settings.media, Media::Folder("data/media".into()));
    assert_eq!(settings.registration, Registration::Open);
    assert_eq!(settings.messages_to_load, 50);
    assert_eq!(settings.throttle.messages.to_string(), "10/second");
    assert_eq!(settings.throttle.sign_in.to_string(), "10/minute");
    assert_eq!(settings.throttle.requests.to_string(), "50/second");
    assert_eq!(settings.session, Session { idle_days: 14, absolute_days: 90 });
    assert_eq!(settings.log, Log { dir: "data/logs".into(), level: Level::Info, keep_days: 30 });
    assert_eq!(settings.mail, Mail { smtp_url: None, from: None });
    assert_eq!(settings.metrics_bind, None);
    assert!(settings.trusted_proxies.is_empty() && settings.cors_origins.is_empty());
    assert_eq!((settings.chat_purge_days, settings.audit_keep_days), (30, None));
}

#[test]
fn the_environment_goes_over_files_and_a_later_file_over_an_earlier_one() {
    let operator = Operator::new()
        .file(
            "one.toml",
            "messages_to_load = 10\nregistration = 'closed'\n[log]\nkeep_days = 1\nlevel = 'debug'",
        )
        .file("two.toml", "messages_to_load = 20\n[log]\nkeep_days = 2")
        .set("NATTER_LOG__KEEP_DAYS", "3");
    let (settings, effective) = operator.load().unwrap();
    assert_eq!((settings.messages_to_load, settings.registration), (20, Registration::Closed));
    assert_eq!((settings.log.keep_days, settings.log.level), (3, Level::Debug));

    let origin = |key| effective.iter().find(|it| it.key == key).unwrap().origin.clone();
    assert_eq!(origin("registration"), Origin::File(operator.files[0].clone()));
    assert_eq!(origin("messages_to_load"), Origin::File(operator.files[1].clone()));
    assert_eq!(origin("log.keep_days"), Origin::Environment("NATTER_LOG__KEEP_DAYS".into()));
    assert_eq!(origin("listen"), Origin::Default);
}

#[test]
fn every_setting_can_be_set_by_its_variable() {
    let settings = Operator::new()
        .set("NATTER_LISTEN", "[::]:80")
        .set("NATTER_PUBLIC_URL", "https://chat.example")
        .set("NATTER_DATA_DIR", "/srv/natter")
        .set("NATTER_KEYS_DIR", "/srv/keys")
        .set("NATTER_DATABASE_URL", "postgres://a:b@db/natter")
        .set("NATTER_REDIS_URL", "redis://cache")
        .set("NATTER_MEDIA_URL", "s3://bucket")
        .set("NATTER_REGISTRATION", "invite")
        .set("NATTER_MESSAGES_TO_LOAD", "200")
        .set("NATTER_THROTTLE__MESSAGES", "unlimited")
        .set("NATTER_THROTTLE__SIGN_IN", "5/hour")
        .set("NATTER_THROTTLE__REQUESTS", "1000/second")
        .set("NATTER_SESSION__IDLE_DAYS", "1")
        .set("NATTER_SESSION__ABSOLUTE_DAYS", "2")
        .set("NATTER_LOG__DIR", "/var/log/natter")
        .set("NATTER_LOG__LEVEL", "warning")
        .set("NATTER_LOG__KEEP_DAYS", "7")
        .set("NATTER_SMTP_URL", "smtps://a:b@mail.example")
        .set("NATTER_MAIL_FROM", "Natter <natter@chat.example>")
        .set("NATTER_METRICS__BIND", "127.0.0.1:9001")
        .set("NATTER_TRUSTED_PROXIES", "10.0.0.0/8, ::1")
        .set("NATTER_CORS_ORIGINS", "https://a.example,https://b.example/")
        .set("NATTER_CHAT__PURGE_DAYS", "3")
        .set("NATTER_AUDIT__KEEP_DAYS", "365");
    let (settings, effective) = settings.load().unwrap();

    assert!(effective.iter().all(|it| it.origin == Origin::Environment(it.variable())), "{effective:?}");
    assert_eq!(settings.keys_dir, Path::new("/srv/keys"));
    assert_eq!(settings.redis_url.unwrap().expose(), "redis://cache");
    assert_eq!(settings.throttle.messages, Rule::Unlimited);
    assert_eq!(settings.log.dir, Path::new("/var/log/natter"));
    assert_eq!(settings.mail.from.as_deref(), Some("Natter <natter@chat.example>"));
    assert_eq!(settings.trusted_proxies, ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()]);
    assert_eq!(settings.cors_origins, ["https://a.example", "https://b.example"]);
    assert_eq!((settings.chat_purge_days, settings.audit_keep_days), (3, Some(365)));
}

#[test]
fn what_is_in_the_data_folder_moves_with_it() {
    let settings = with("NATTER_DATA_DIR", "/srv/natter").settings();
    assert_eq!(settings.keys_dir, Path::new("/srv/natter/keys"));
    assert_eq!(settings.log.dir, Path::new("/srv/natter/logs"));
    assert_eq!(settings.database, Database::Sqlite("/srv/natter/natter.db".into()));
    assert_eq!(settings.media, Media::Folder("/srv/natter/media".into()));
}

#[test]
fn an_empty_setting_counts_as_not_set() {
    let empty = Operator::new()
        .file("empty.toml", "redis_url = 'redis://cache'\ncors_origins = []\n[log]\ndir = ''")
        .set("NATTER_REDIS_URL", "")
        .set("NATTER_MESSAGES_TO_LOAD", " ")
        .settings();
    assert_eq!(empty, Operator::new().settings());
}

#[test]
fn a_list_may_stand_in_a_file_as_a_list_or_as_text() {
    let list = Operator::new().file("a.toml", "trusted_proxies = ['10.0.0.1', '10.1.0.0/16']").settings();
    let text = Operator::new().file("b.toml", "trusted_proxies = '10.0.0.1, 10.1.0.0/16'").settings();
    assert_eq!(list.trusted_proxies.len(), 2);
    assert_eq!(list, text);
}

#[test]
fn a_wrong_setting_is_told_with_its_name_value_place_and_what_is_allowed() {
    assert_eq!(
        with("NATTER_MESSAGES_TO_LOAD", "500").complaints(),
        ["messages_to_load = 500 (NATTER_MESSAGES_TO_LOAD): allowed is a whole number from 1 to 200"]
    );
    assert_eq!(
        Operator::new().file("natter.toml", "registration = true").complaints(),
        ["registration = true (natter.toml): allowed is open, invite, closed"]
    );
    assert_eq!(
        Operator::new().file("natter.toml", "listen = ['a:1', 'b:2']").complaints(),
        ["listen = a:1, b:2 (natter.toml): allowed is ADDRESS:PORT or NAME:PORT"]
    );
}

#[test]
fn every_setting_refuses_what_is_not_allowed() {
    let (_, all) = Operator::new().load().unwrap();
    for Effective { key, .. } in &all {
        let variable = sources::variable(key);
        let complaints = with(&variable, "\u{0}://").complaints();
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(complaints[0].starts_with(&format!("{key} = ")), "{complaints:?}");
        assert!(complaints[0].contains(&format!("({variable}): allowed is ")), "{complaints:?}");
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let complaints = Operator::new()
        .file("one.toml", "messages_to_load = 0\ncolour = 'red'")
        .file("two.toml", "no toml")
        .set("NATTER_THROTTLE__MESSAGES", "10/fortnight")
        .set("NATTER_CORS_ORIGINS", "https://a.example, *")
        .complaints();
    assert_eq!(complaints.len(), 5, "{complaints:#?}");
}

#[test]
fn a_wrong_address_is_told_without_its_password() {
    for (name, value) in [
        ("NATTER_DATABASE_URL", "mysql://ada:hunter2@db/natter"),
        ("NATTER_DATABASE_URL", "host=db password=hunter2"),
        ("NATTER_REDIS_URL", "http://:hunter2@cache"),
        ("NATTER_SMTP_URL", "hunter2"),
        ("NATTER_MEDIA_URL", "gs://ada:hunter2@bucket"),
        ("NATTER_PUBLIC_URL", "https://ada:hunter2@chat.example"),
        ("NATTER_LISTEN", "http://ada:hunter2@chat.example"),
    ] {
        let complaints = with(name, value).complaints();
        assert_eq!(complaints.len(), 1);
        assert!(complaints[0].contains("***") && !complaints[0].contains("hunter2"), "{complaints:?}");
    }
}

#[test]
fn a_setting_in_effect_is_shown_without_its_password() {
    let (settings, effective) =
        with("NATTER_DATABASE_URL", "postgres://ada:hunter2@db/natter").load().unwrap();
    let shown = effective.iter().find(|it| it.key == "database_url").unwrap();
    assert_eq!(shown.value, "postgres://***@db/natter");
    assert!(!format!("{settings:?}").contains("hunter2"));
}

#[test]
fn an_unknown_setting_is_refused_and_the_one_meant_is_named() {
    assert_eq!(
        Operator::new().file("natter.toml", "[log]\nlevle = 'info'").complaints(),
        ["log.levle (natter.toml): there is no such setting; did you mean log.level?"]
    );
    assert_eq!(
        with("NATTER_SOMETHING__ELSE", "hunter2").complaints(),
        ["something.else (NATTER_SOMETHING__ELSE): there is no such setting"]
    );
    assert_eq!(with("NATTER_LOG", "/var/log").complaints(), ["log (NATTER_LOG): there is no such setting"]);
}

#[test]
fn variables_of_the_tests_and_of_others_set_nothing() {
    let settings =
        with("NATTER_TEST_POSTGRES", "postgres://x").set("LISTEN", "x").set("PATH", "/bin").settings();
    assert_eq!(settings, Operator::new().settings());
}

#[test]
fn a_file_that_is_not_there_or_is_no_toml_is_told_without_what_stands_in_it() {
    let mut operator =
        Operator::new().file("bad.toml", "listen = '[::]:80'\nredis_url = redis://:hunter2@cache\n");
    operator.files.push(operator.dir.path().join("missing.toml"));
    let complaints = operator.complaints();
    assert!(complaints[0].starts_with("bad.toml: is not TOML: line 2: "), "{complaints:?}");
    assert!(!complaints[0].contains("hunter2"), "{complaints:?}");
    assert!(complaints[1].starts_with("missing.toml: cannot be read: "), "{complaints:?}");
}

#[test]
fn a_session_lasts_at_least_as_long_as_it_may_idle() {
    assert_eq!(
        with("NATTER_SESSION__IDLE_DAYS", "91").complaints(),
        ["session.absolute_days = 90 (default): allowed is no less than session.idle_days, which is 91"]
    );
}

#[test]
fn mail_that_is_sent_has_a_sender() {
    let complaints = with("NATTER_SMTP_URL", "smtp://mail.example").complaints();
    assert_eq!(complaints.len(), 1);
    assert!(complaints[0].starts_with("mail_from = none (default): allowed is an address"), "{complaints:?}");
}

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

#[test]
fn the_example_file_holds_every_setting_with_its_default() {
    let operator = Operator::new();
    let (defaults, all) = operator.load().unwrap();
    let text = fs::read_to_string(repository("config/natter.example.toml")).unwrap();

    let example = Operator::new().file("natter.toml", &text);
    assert_eq!(example.settings(), defaults);

    let held = sources::read(&example.files, []).given.into_keys();
    assert_eq!(held.collect::<BTreeSet<_>>(), all.iter().map(|it| it.key.to_owned()).collect());
}

#[test]
fn the_documentation_names_every_setting_and_its_variable() {
    let (_, all) = Operator::new().load().unwrap();
    let text = fs::read_to_string(repository("docs/settings.md")).unwrap();
    let rows = text.lines().filter(|line| line.contains("`NATTER_") && line.starts_with("| `"));
    let documented = rows.map(|row| {
        let cell = |n| row.split('|').nth(n).unwrap().trim().trim_matches('`').to_owned();
        (cell(1), cell(4))
    });
    let expected = all.iter().map(|it| (it.key.to_owned(), it.variable()));
    assert_eq!(documented.collect::<BTreeSet<_>>(), expected.collect());
}
