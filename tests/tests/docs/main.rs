//! docs/api.md: every example on it is run as it stands there, and does what the page says.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bots;
mod examples;
mod generated;
mod losses;
mod run;
mod stories;
mod tools;

use std::collections::BTreeSet;

#[test]
fn every_program_on_the_page_is_run_by_a_test() {
    let on_the_page: BTreeSet<String> = examples::all()
        .into_iter()
        .inspect(|example| assert!(!example.is_a_program() || !example.name.is_empty(), "{}", example.code))
        .filter(examples::Example::is_a_program)
        .map(|example| example.story().to_owned())
        .collect();

    let run = [&stories::TOLD[..], &bots::STARTED, &generated::COMPILED].concat();

    assert_eq!(on_the_page, run.into_iter().map(str::to_owned).collect());
}

#[test]
fn a_bot_has_at_most_thirty_lines_and_one_that_loses_nothing_sixty() {
    for bot in bots::STARTED.iter().filter(|file| !file.starts_with("listen.")) {
        let most = if bot.starts_with("bot.") { 30 } else { 60 };
        let code = examples::steps(bot).remove(0).code;
        let lines = code.lines().filter(|line| !line.trim().is_empty()).count();
        assert!(lines <= most, "{bot} has {lines} lines");
    }
}
