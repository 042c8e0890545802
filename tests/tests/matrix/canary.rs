//! The canary: every private thing has a word beside it, everything that everybody receives is kept, and a word turns
//! up only where the table allows it.

use crate::canary_table::{Presence, Rule, rules};
use crate::crawl::Received;
use crate::marks::holds;
use crate::story::Story;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tests::{Options, Server, databases};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_private_turns_up_only_where_it_may() {
    for database in databases() {
        eprintln!("on {database:?}:");
        let set_up = |options: Options| options.database(database).setting("log.level", "debug");
        let mut server = Server::with(set_up).await;
        let mut story = Story::begin(&server).await;
        story.talk().await;
        story.listen().await;
        story.part().await;
        story.go_on().await;
        story.fumble(&server).await;
        story.listen().await;
        story.look_around().await;
        let Story { words, mut received, .. } = story;
        server.stop().await;
        received.insert("logs", logs(&server));
        received.insert("disk", disk(&server));

        let wrong: Vec<String> = rules().iter().flat_map(|rule| broken(rule, &words, &received)).collect();
        assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    }
}

/// What of a rule does not hold.
fn broken(
    rule: &Rule,
    words: &BTreeMap<&'static str, String>,
    received: &BTreeMap<&'static str, Received>,
) -> Vec<String> {
    let word = words.get(rule.thing).unwrap_or_else(|| panic!("nothing says {}", rule.thing));
    let mut faults = Vec::new();
    for (who, presence) in &rule.receivers {
        let Received(all) = &received[who];
        let found: Vec<&str> =
            all.iter().filter(|(_, bytes)| holds(bytes, word)).map(|(from, _)| from.as_str()).collect();
        match presence {
            Presence::Yes if found.is_empty() => faults.push(format!("{who} did not receive {}", rule.thing)),
            Presence::No if !found.is_empty() => {
                let some = &found[..found.len().min(5)];
                faults.push(format!("{who} received {} ({word}) by {some:?}", rule.thing));
            }
            _ => {}
        }
    }
    faults
}

fn logs(server: &Server) -> Received {
    let mut received = Received::default();
    received.keep("standard error", server.stderr());
    keep_files(&server.data_dir().join("logs"), &mut received);
    assert!(received.0.len() > 1, "there are logs");
    received
}

fn disk(server: &Server) -> Received {
    let mut received = Received::default();
    received.keep("standard error", server.stderr());
    keep_files(&server.data_dir(), &mut received);
    received
}

fn keep_files(folder: &Path, received: &mut Received) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            keep_files(&path, received);
        } else {
            received.keep(path.display().to_string(), fs::read(&path).expect("a readable file"));
        }
    }
}
