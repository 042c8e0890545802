//! Owners who leave, step down and are removed, all at once: a group has an owner, or nobody.

use super::{ROUNDS, are, delete, member, patch, people, post, roles, statuses};
use serde_json::json;
use tests::{Api, on_each_database};

async fn leave(api: &Api, chat: i64) -> u16 {
    api.delete(&member(chat, api.username.as_deref().unwrap())).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn the_only_owner_leaves_while_the_only_other_member_is_promoted() {
    on_each_database(async |server| {
        let [ada, ben] = people(&server, ["ada", "ben"]).await;
        for _ in 0..ROUNDS {
            let chat = ada.group("lunch", &["ben"]).await;

            let (left, promoted) =
                tokio::join!(leave(&ada, chat), patch(&ada, member(chat, "ben"), json!({"role": "owner"})));

            assert_eq!(left, 204);
            assert!([200, 404].contains(&promoted.status), "{promoted:?}");
            assert_eq!(roles(&ben, chat).await, are(&[("ben", "owner")]));
            assert_eq!(roles(&ada, chat).await, None);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_only_owner_leaves_while_the_only_other_member_is_removed() {
    on_each_database(async |server| {
        let [ada, ben] = people(&server, ["ada", "ben"]).await;
        for _ in 0..ROUNDS {
            let chat = ada.group("lunch", &["ben"]).await;

            let (left, removed) = tokio::join!(leave(&ada, chat), delete(&ada, member(chat, "ben")));

            assert_eq!(left, 204);
            assert_eq!(roles(&ada, chat).await, None);
            // Who has left removes nobody any more.
            match removed.status {
                204 => assert_eq!(roles(&ben, chat).await, None),
                _ => {
                    removed.expect_problem(404, "not-found");
                    assert_eq!(roles(&ben, chat).await, are(&[("ben", "owner")]));
                }
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_everybody_leaves_at_once_is_gone() {
    on_each_database(async |server| {
        let [ada, ben, cleo] = people(&server, ["ada", "ben", "cleo"]).await;
        for _ in 0..ROUNDS {
            let chat = ada.group("lunch", &["ben", "cleo"]).await;
            ada.patch(&format!("/chats/{chat}"), json!({"visibility": "public"})).await.expect(200);

            let left = tokio::join!(leave(&ada, chat), leave(&ben, chat), leave(&cleo, chat));

            assert_eq!(left, (204, 204, 204));
            ada.get(&format!("/chats/{chat}")).await.expect_problem(404, "not-found");
            ada.post(&format!("/chats/{chat}/join"), json!({})).await.expect_problem(404, "not-found");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_owners_who_leave_at_once_hand_over_to_who_stays() {
    on_each_database(async |server| {
        let [ada, ben, cleo] = people(&server, ["ada", "ben", "cleo"]).await;
        for _ in 0..ROUNDS {
            let chat = ada.group("lunch", &["ben", "cleo"]).await;
            ada.patch(&member(chat, "ben"), json!({"role": "owner"})).await.expect(200);

            let left = tokio::join!(leave(&ada, chat), leave(&ben, chat));

            assert_eq!(left, (204, 204));
            assert_eq!(roles(&cleo, chat).await, are(&[("cleo", "owner")]));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_owners_who_demote_each_other_one_stays() {
    on_each_database(async |server| {
        let [ada, ben] = people(&server, ["ada", "ben"]).await;
        let chat = ada.group("lunch", &["ben"]).await;
        for _ in 0..ROUNDS {
            ada.patch(&member(chat, "ben"), json!({"role": "owner"})).await.expect(200);
            let down = json!({"role": "member"});

            let (a, b) = tokio::join!(
                patch(&ada, member(chat, "ben"), down.clone()),
                patch(&ben, member(chat, "ada"), down.clone()),
            );

            assert_eq!(statuses([&a, &b]), [200, 403]);
            if a.status == 200 {
                assert_eq!(roles(&ada, chat).await, are(&[("ada", "owner"), ("ben", "member")]));
            } else {
                assert_eq!(roles(&ada, chat).await, are(&[("ada", "member"), ("ben", "owner")]));
                ben.patch(&member(chat, "ada"), json!({"role": "owner"})).await.expect(200);
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_owners_who_step_down_at_once_one_stays() {
    on_each_database(async |server| {
        let [ada, ben] = people(&server, ["ada", "ben"]).await;
        for _ in 0..ROUNDS {
            let chat = ada.group("lunch", &["ben"]).await;
            ada.patch(&member(chat, "ben"), json!({"role": "owner"})).await.expect(200);
            let down = json!({"role": "member"});

            let (a, b) = tokio::join!(
                patch(&ada, member(chat, "ada"), down.clone()),
                patch(&ben, member(chat, "ben"), down.clone()),
            );

            assert_eq!(statuses([&a, &b]), [200, 409]);
            let (first, second) = if a.status == 200 { ("member", "owner") } else { ("owner", "member") };
            assert_eq!(roles(&ada, chat).await, are(&[("ada", first), ("ben", second)]));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_owners_who_remove_each_other_one_stays() {
    on_each_database(async |server| {
        let [ada, ben] = people(&server, ["ada", "ben"]).await;
        for _ in 0..ROUNDS {
            let chat = ada.group("lunch", &["ben"]).await;
            ada.patch(&member(chat, "ben"), json!({"role": "owner"})).await.expect(200);

            let (a, b) = tokio::join!(delete(&ada, member(chat, "ben")), delete(&ben, member(chat, "ada")));

            assert_eq!(statuses([&a, &b]), [204, 404]);
            let found = (roles(&ada, chat).await, roles(&ben, chat).await);
            let alone = |name| are(&[(name, "owner")]);
            assert_eq!(found, if a.status == 204 { (alone("ada"), None) } else { (None, alone("ben")) });
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_added_while_the_last_member_leaves_owns_the_chat_or_never_saw_it() {
    on_each_database(async |server| {
        let [ada, ben] = people(&server, ["ada", "ben"]).await;
        for _ in 0..ROUNDS {
            let chat = ada.group("lunch", &[]).await;
            let members = format!("/chats/{chat}/members");

            let (added, left) =
                tokio::join!(ada.post(&members, json!({"username": "ben"})), leave(&ada, chat));

            assert_eq!(left, 204);
            if added.status == 201 {
                assert_eq!(roles(&ben, chat).await, are(&[("ben", "owner")]));
            } else {
                added.expect_problem(404, "not-found");
                assert_eq!(roles(&ben, chat).await, None);
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_joins_while_a_chat_becomes_private_is_in_or_learns_nothing() {
    on_each_database(async |server| {
        let [ada, ben] = people(&server, ["ada", "ben"]).await;
        for round in 0..ROUNDS {
            let chat = ada.group("lunch", &[]).await;
            let path = format!("/chats/{chat}");
            ada.patch(&path, json!({"visibility": "public"})).await.expect(200);
            let is_deleted = round % 2 == 1;

            let (joined, closed) = tokio::join!(post(&ben, format!("{path}/join"), json!({})), async {
                if is_deleted {
                    ada.delete(&path).await.status
                } else {
                    ada.patch(&path, json!({"visibility": "private"})).await.status
                }
            });

            assert_eq!(closed, if is_deleted { 204 } else { 200 });
            let inside =
                if joined.status == 200 { true } else { joined.expect_problem(404, "not-found").is_null() };
            let both = are(&[("ada", "owner"), ("ben", "member")]);
            assert_eq!(roles(&ben, chat).await, if inside && !is_deleted { both } else { None });
        }
    })
    .await;
}
