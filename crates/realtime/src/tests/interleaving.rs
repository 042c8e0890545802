//! Events and looks at the store, in every order in which they can meet.

use std::collections::HashMap;

use domain::{ChatId, Event, Notice, ports::Frame};
use proptest::prelude::*;

use super::{BEN, LUNCH, Scene, Seat, WORK, scene};

/// What may happen in a chat.
#[derive(Clone, Copy, Debug)]
enum Step {
    Say,
    /// Ben is added when he is no member, else removed.
    Turn,
    Delete,
}

/// One commit, and what ben was to the chats right after it.
struct Commit {
    chat: ChatId,
    rev: i64,
    said: bool,
    notices: Vec<Notice>,
    state: HashMap<ChatId, Chat>,
}

#[derive(Clone, Copy)]
struct Chat {
    rev: i64,
    member: bool,
    deleted: bool,
}

/// A start without commits, and all that follow.
fn play(start: HashMap<ChatId, Chat>, steps: &[(ChatId, Step)]) -> Vec<Commit> {
    let mut state = start;
    let mut commits = Vec::new();
    for (id, step) in steps {
        let chat = state.get_mut(id).expect("a chat");
        if chat.deleted {
            continue;
        }
        chat.rev += 1;
        let rev = chat.rev;
        let notices = match (step, chat.member) {
            (Step::Say, _) => vec![scene::message(*id, rev)],
            (Step::Turn, false) => scene::added(BEN, *id, rev, 2).to_vec(),
            (Step::Turn, true) => vec![scene::removed(BEN, *id, rev)],
            (Step::Delete, _) => vec![scene::deleted(*id, rev)],
        };
        match step {
            Step::Say => {}
            Step::Turn => chat.member = !chat.member,
            Step::Delete => (chat.member, chat.deleted) = (false, true),
        }
        let said = matches!(step, Step::Say);
        commits.push(Commit { chat: *id, rev, said, notices, state: state.clone() });
    }
    commits
}

fn steps() -> impl Strategy<Value = Vec<(ChatId, Step)>> {
    let step = prop_oneof![6 => Just(Step::Say), 6 => Just(Step::Turn), 1 => Just(Step::Delete)];
    prop::collection::vec((prop_oneof![Just(LUNCH), Just(WORK)], step), 0..24)
}

/// After so many commits ben's socket entered, the store was looked at, and the socket settled: the look comes after
/// the entry, but what a worker hears may be behind what is stored.
fn moments() -> impl Strategy<Value = (prop::sample::Index, prop::sample::Index, prop::sample::Index)> {
    (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<prop::sample::Index>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_reader_hears_what_it_may_and_misses_nothing(
        members in any::<[bool; 2]>(), steps in steps(), (entry, look, settling) in moments(),
    ) {
        let start: HashMap<ChatId, Chat> = [(LUNCH, members[0]), (WORK, members[1])]
            .map(|(id, member)| (id, Chat { rev: 1, member, deleted: false }))
            .into();
        let commits = play(start.clone(), &steps);
        let entered = entry.index(commits.len() + 1);
        let looked = entered + look.index(commits.len() + 1 - entered);
        let settled = entered + settling.index(commits.len() + 1 - entered);
        let after = |commits: &[Commit]| commits.last().map_or(start.clone(), |commit| commit.state.clone());
        let (then, end) = (after(&commits[..looked]), after(&commits));

        let mut scene = Scene::new(1);
        let notices = |commits: &[Commit]| commits.iter().flat_map(|commit| commit.notices.clone()).collect::<Vec<_>>();
        scene.tell(notices(&commits[..entered]));
        let ben = Seat::entered(scene.worker(0), BEN);
        scene.tell(notices(&commits[entered..settled]));
        let found: Vec<_> =
            then.iter().filter(|(_, chat)| chat.member).map(|(id, chat)| scene::large(*id, chat.rev)).collect();
        ben.settle(&found);
        scene.tell(notices(&commits[settled..]));

        let frames = ben.notes.frames.take();
        for (at, commit) in commits.iter().enumerate().filter(|(_, commit)| commit.said) {
            let times = frames
                .iter()
                .filter(|frame| matches!(&*frame.event, Event::MessageCreated { .. }))
                .filter(|frame| frame.revision() == Some((commit.chat, domain::Rev::new(commit.rev))))
                .count();
            let was_member = commit.state[&commit.chat].member;
            // Who is a member when the store is looked at may know of all that came before.
            let knew = at < looked && then[&commit.chat].member;
            let may = at >= settled && (was_member || knew);
            let must = at >= settled && was_member && (at >= looked || knew);
            prop_assert!(times <= usize::from(may), "{} {} was heard", commit.chat, commit.rev);
            prop_assert!(times >= usize::from(must), "{} {} was missed", commit.chat, commit.rev);
        }
        for chat in [LUNCH, WORK] {
            prop_assert_eq!(ben.hears(chat), end[&chat].member, "hears {} in the end", chat);
            ends_with_the_removal(&frames, chat)?;
        }
    }
}

/// Nothing of a chat follows the end of one's membership, but that one is back.
fn ends_with_the_removal(frames: &[Frame], chat: ChatId) -> Result<(), TestCaseError> {
    let mut out = false;
    for event in frames.iter().filter(|frame| frame.revision().is_some_and(|(of, _)| of == chat)) {
        match &*event.event {
            Event::ChatCreated { .. } => out = false,
            other => {
                prop_assert!(!out, "{other:?} after the end");
                out = matches!(other, Event::MemberRemoved { .. } | Event::ChatDeleted { .. });
            }
        }
    }
    Ok(())
}
