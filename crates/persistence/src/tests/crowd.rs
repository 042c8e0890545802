//! Many at once: each is answered, in order, and none at the cost of another.

use std::{
    sync::{Barrier, mpsc},
    thread,
};

use domain::{
    Event,
    messages::{MessageError, Reading, Sent},
    ports::{Job, Store, StoreError, UnitOfWork},
};

use super::{
    place::Place,
    running::{PATIENCE, Running, caller, hold, sending},
};

#[test]
fn one_message_comes_of_a_client_id_that_64_threads_send() {
    for store in Running::everywhere() {
        let ana = store.person("ana");
        let chat = store.group(&ana, &[]);
        let start = Barrier::new(64);

        let sent: Vec<Sent> = thread::scope(|scope| {
            let threads: Vec<_> = (0..64)
                .map(|_| {
                    scope.spawn(|| {
                        start.wait();
                        store.send(sending(&ana, chat, "hello", "one")).expect("sent")
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });

        assert_eq!(sent.iter().filter(|sent| sent.fresh).count(), 1);
        assert!(sent.iter().all(|one| one.message.id == sent[0].message.id && one.message.seq.get() == 1));
    }
}

#[test]
fn seqs_have_no_gap_and_news_come_in_the_order_of_rev() {
    for store in Running::everywhere() {
        let people = store.people(&["ana", "ben", "cleo", "dan"]);
        let chat = store.group(&people[0], &people[1..]);
        store.told();

        thread::scope(|scope| {
            for user in &people {
                let store = &store;
                scope.spawn(move || {
                    for n in 0..50 {
                        store.send(sending(user, chat, &format!("{n}"), &format!("c{n}"))).expect("sent");
                    }
                });
            }
        });

        let told: Vec<(i64, i64)> = store
            .told()
            .iter()
            .filter_map(|notice| match &*notice.event {
                Event::MessageCreated { message } => Some((message.seq.get(), message.rev.get())),
                _ => None,
            })
            .collect();
        let expected: Vec<(i64, i64)> = (1..=200).map(|seq| (seq, seq + 4)).collect();
        assert_eq!(told, expected);
    }
}

#[test]
fn an_account_that_floods_is_told_that_it_is_too_much() {
    for place in Place::all() {
        let store = Running::with_queue(place, 64);
        let (ana, ben) = (store.person("ana"), store.person("ben"));
        let chat = store.group(&ana, std::slice::from_ref(&ben));
        let (begins, holding) = hold(&store, None);
        begins.recv_timeout(PATIENCE).expect("the writer is busy now");

        let mut waiting = Vec::new();
        let refused = loop {
            match store.submit(sending(&ana, chat, "flood", "")) {
                Ok(answer) => waiting.push(answer),
                Err(error) => break error,
            }
        };
        let patient = store.submit(sending(&ben, chat, "hello", "")).expect("room for somebody else");
        holding.send(()).expect("the writer waits");

        assert_eq!((refused, waiting.len()), (StoreError::Busy, 8));
        assert!(patient.recv_timeout(PATIENCE).expect("an answer").is_ok());
        assert!(waiting.iter().all(|answer| answer.recv_timeout(PATIENCE).expect("an answer").is_ok()));
    }
}

#[test]
fn what_one_does_after_sending_sees_what_was_sent() {
    for store in Running::everywhere() {
        let ana = store.person("ana");
        let chat = store.group(&ana, &[]);
        let (value, valued) = mpsc::channel();
        let first = store.submit(sending(&ana, chat, "one", "")).expect("room");
        let by = ana.id;
        let run = Box::new(move |work: &mut dyn UnitOfWork| {
            let view = work.chat_view(by, chat).expect("a look").expect("the chat");
            value.send(view.chat.last_seq.get()).expect("the test waits");
            true
        });
        store
            .database
            .submit(Job::Other { account: Some(ana.id), run, done: Box::new(|_| {}) })
            .expect("room");
        let second = store.submit(sending(&ana, chat, "two", "")).expect("room");

        assert_eq!(valued.recv_timeout(PATIENCE), Ok(1));
        for (answer, seq) in [(first, 1), (second, 2)] {
            let sent = answer.recv_timeout(PATIENCE).expect("an answer").expect("sent");
            assert_eq!(sent.message.seq.get(), seq);
        }
    }
}

#[test]
fn one_refusal_leaves_the_rest_of_a_batch_alone() {
    for store in Running::everywhere() {
        let people = store.people(&["ana", "ben"]);
        let chat = store.group(&people[0], &[]);
        let answers: Vec<_> = (0..20)
            .map(|n| store.submit(sending(&people[n % 2], chat, "hello", "")).expect("room"))
            .collect();

        for (n, answer) in answers.into_iter().enumerate() {
            let outcome = answer.recv_timeout(PATIENCE).expect("an answer");
            if n % 2 == 0 {
                assert!(outcome.is_ok());
            } else {
                assert_eq!(outcome.expect_err("a stranger"), MessageError::NoSuchChat);
            }
        }
    }
}

#[test]
fn read_marks_in_bulk_keep_the_newest() {
    for store in Running::everywhere() {
        let people = store.people(&["ana", "ben"]);
        let chat = store.group(&people[0], &people[1..]);
        for _ in 0..10 {
            store.send(sending(&people[0], chat, "hello", "")).expect("sent");
        }
        let (done, answered) = mpsc::channel();
        for seq in [3, 9, 5] {
            let done = done.clone();
            let by = caller(&people[1]);
            let reading = Reading { by, chat, seq: domain::Seq::new(seq), unread: false };
            let done = Box::new(move |outcome| done.send(outcome).expect("the test waits"));
            store.database.submit(Job::Read(reading, done)).expect("room");
        }
        for _ in 0..3 {
            assert_eq!(answered.recv_timeout(PATIENCE), Ok(Ok(())));
        }
        let user = people[1].id;
        let member = store.read(move |reads| reads.member(chat, user)).expect("a look").expect("a member");
        assert_eq!(member.last_read.get(), 9);
    }
}

#[test]
fn closing_answers_what_was_taken_and_refuses_the_rest() {
    for store in Running::everywhere() {
        let ana = store.person("ana");
        let chat = store.group(&ana, &[]);
        let answers: Vec<_> =
            (0..200).map(|_| store.submit(sending(&ana, chat, "hello", "")).expect("room")).collect();

        store.database.close();

        assert!(answers.iter().all(|answer| answer.try_recv().expect("an answer before the end").is_ok()));
        assert!(matches!(store.send(sending(&ana, chat, "late", "")), Err(MessageError::Store(_))));
        assert!(matches!(store.database.ping(), Err(StoreError::Away(_))));
        store.database.close();
        if let crate::DatabaseUrl::Sqlite(path) = store.place.url() {
            let wal = path.with_extension("db-wal");
            assert!(std::fs::metadata(wal).map_or(0, |file| file.len()) == 0, "the WAL is empty");
        }
    }
}
