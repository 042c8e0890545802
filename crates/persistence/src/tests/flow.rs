//! One job, one look: what becomes of each.

use std::sync::mpsc;

use domain::{
    chats::{ChatError, groups},
    ports::{Job, Store, StoreError, UnitOfWork},
};

use super::running::{PATIENCE, Running, caller, origin, sending};

#[test]
fn a_job_that_panics_takes_nobody_along() {
    for store in Running::everywhere() {
        let ana = store.person("ana");
        let chat = store.group(&ana, &[]);
        let (done, answered) = mpsc::channel();
        let run = Box::new(|work: &mut dyn UnitOfWork| {
            work.record(&origin(), domain::audit::password_changed(domain::UserId::new(1))).expect("noted");
            panic!("on purpose")
        });
        let done = Box::new(move |outcome| done.send(outcome).expect("the test waits"));

        store.database.submit(Job::Other { account: None, run, done }).expect("room");

        assert!(matches!(answered.recv_timeout(PATIENCE), Ok(Err(StoreError::Broken(_)))));
        assert!(store.send(sending(&ana, chat, "still here", "")).is_ok());
        assert!(crate::audit::verify(&store.place.url()).expect("the log").ok);
    }
}

#[test]
fn a_look_that_panics_takes_nobody_along() {
    for store in Running::everywhere() {
        for _ in 0..8 {
            store.database.look(Box::new(|_| panic!("on purpose"))).expect("room");
        }

        assert_eq!(store.read(|reads| reads.active_admins()), Ok(0));
        assert_eq!(store.database.ping(), Ok(()));
    }
}

#[test]
fn what_is_answered_can_be_read_by_others() {
    for store in Running::everywhere() {
        let ana = store.person("ana");
        let chat = store.group(&ana, &[]);
        for n in 1..=50 {
            let sent = store.send(sending(&ana, chat, "hello", "")).expect("sent");
            let user = ana.id;
            let view =
                store.read(move |reads| reads.chat_view(user, chat)).expect("a look").expect("the chat");
            assert_eq!((sent.message.seq.get(), view.chat.last_seq.get()), (n, n));
        }
    }
}

#[test]
fn a_stranger_is_refused_by_the_domain_and_not_by_the_store() {
    for store in Running::everywhere() {
        let people = store.people(&["ana", "ben"]);
        let chat = store.group(&people[0], &[]);
        let by = caller(&people[1]);
        let renamed = store.write(move |work| groups::delete(work, &by, chat));
        assert_eq!(renamed, Err(ChatError::NoSuchChat));
    }
}
