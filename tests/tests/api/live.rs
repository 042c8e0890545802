//! The live socket: hearing, sending, catching up, being cut off.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Api, PASSWORD, Refused, Server, on_each_database};

#[tokio::test]
async fn without_a_valid_token_there_is_no_socket() {
    let server = Server::start().await;

    assert_eq!(server.api().try_live().await.err(), Some(Refused(401)));
    assert_eq!(server.api().with_token(Some("no.such.token")).try_live().await.err(), Some(Refused(401)));
}

#[tokio::test]
async fn everyone_in_the_chat_hears_a_message_and_no_one_else() {
    on_each_database(async |server| {
        let (ada, ben, lunch) = lunch(&server).await;
        let cleo = server.api().sign_up("cleo").await;
        let (mut at_adas, mut at_bens, mut at_cleos) =
            (ada.live().await, ben.live().await, cleo.live().await);

        let sent = ada.write(lunch, "Soup?").await;

        for socket in [&mut at_adas, &mut at_bens] {
            assert_eq!(socket.expect("message.created").await["message"], sent);
        }
        assert!(!json!(at_cleos.heard().await).to_string().contains("Soup?"));
    })
    .await;
}

#[tokio::test]
async fn what_is_sent_over_a_socket_is_acknowledged_once_it_is_stored() {
    on_each_database(async |server| {
        let (ada, ben, lunch) = lunch(&server).await;
        let (mut at_adas, mut at_bens) = (ada.live().await, ben.live().await);

        let send = json!({"type": "send", "client_id": "c-1", "chat_id": lunch, "text": "Soup?"});
        at_adas.send(send.clone()).await;
        let ack = at_adas.expect("ack").await;
        at_adas.send(send).await;
        let again = at_adas.expect("ack").await;

        assert_eq!(ack["client_id"], "c-1");
        assert_eq!(ack["message"]["id"], again["message"]["id"]);
        assert_eq!(ada.messages(lunch).await, [ack["message"].clone()]);
        assert_eq!(at_bens.expect("message.created").await["message"], ack["message"]);
        assert!(at_bens.heard().await.iter().all(|frame| frame["type"] != "message.created"));
    })
    .await;
}

#[tokio::test]
async fn edits_reactions_and_deletions_are_heard_in_the_order_of_rev() {
    on_each_database(async |server| {
        let (ada, ben, lunch) = lunch(&server).await;
        let mut at_bens = ben.live().await;
        let message = ada.write(lunch, "Soop").await;
        let path = format!("/chats/{lunch}/messages/{}", message["id"]);

        ada.patch(&path, json!({"text": "Soup"})).await.expect(200);
        ada.put(&format!("{path}/reactions/yum"), Value::Null).await.expect(204);
        ada.delete(&path).await.expect(204);

        let mut revs = Vec::new();
        for (kind, text) in
            [("message.created", "Soop"), ("message.updated", "Soup"), ("message.updated", "Soup")]
        {
            let frame = at_bens.expect(kind).await;
            assert_eq!(frame["message"]["text"], text);
            revs.push(frame["message"]["rev"].as_i64().unwrap());
        }
        let deleted = at_bens.expect("message.deleted").await;
        revs.push(deleted["message"]["rev"].as_i64().unwrap());
        assert!(!deleted.to_string().contains("Soup"));
        assert!(revs.is_sorted_by(|a, b| a < b), "{revs:?}");
    })
    .await;
}

#[tokio::test]
async fn who_is_added_hears_the_chat_and_then_all_of_it() {
    on_each_database(async |server| {
        let (ada, _, lunch) = lunch(&server).await;
        let cleo = server.api().sign_up("cleo").await;
        let mut at_cleos = cleo.live().await;

        ada.post(&format!("/chats/{lunch}/members"), json!({"username": "cleo"})).await.expect(201);
        ada.write(lunch, "Welcome").await;

        let created = at_cleos.expect("chat.created").await;
        assert_eq!((&created["chat"]["id"], &created["chat"]["my_role"]), (&json!(lunch), &json!("member")));
        assert_eq!(at_cleos.expect("message.created").await["message"]["text"], "Welcome");
    })
    .await;
}

#[tokio::test]
async fn who_is_removed_hears_that_and_nothing_more() {
    on_each_database(async |server| {
        let (ada, ben, lunch) = lunch(&server).await;
        let mut at_bens = ben.live().await;

        ada.delete(&format!("/chats/{lunch}/members/ben")).await.expect(204);
        ada.write(lunch, "He is gone").await;

        let removed = at_bens.expect("member.removed").await;
        assert_eq!((&removed["chat_id"], &removed["user"]["username"]), (&json!(lunch), &json!("ben")));
        assert!(!json!(at_bens.heard().await).to_string().contains("He is gone"));
    })
    .await;
}

#[tokio::test]
async fn typing_is_heard_by_the_others() {
    let server = Server::start().await;
    let (ada, ben, lunch) = lunch(&server).await;
    let (mut at_adas, mut at_bens) = (ada.live().await, ben.live().await);

    at_adas.send(json!({"type": "typing", "chat_id": lunch})).await;

    let typing = at_bens.expect("typing").await;
    assert_eq!((&typing["chat_id"], &typing["username"]), (&json!(lunch), &json!("ada")));
}

#[tokio::test]
async fn typing_to_who_is_not_there_any_more_is_refused_as_a_send_is() {
    on_each_database(async |server| {
        let (ada, ben) = (server.api().sign_up("ada").await, server.api().sign_up("ben").await);
        let chat = &ada.write_to("ben", "Soup?").await["chat_id"];
        let mut at_adas = ada.live().await;
        let deletion = ben.request(Method::DELETE, "/me").json(&json!({"password": PASSWORD}));
        ben.send(deletion).await.expect(204);

        at_adas.send(json!({"type": "send", "client_id": "c-1", "chat_id": chat, "text": "Ben?"})).await;
        let sending = at_adas.expect("error").await["problem"].clone();
        at_adas.send(json!({"type": "typing", "chat_id": chat})).await;
        let typing = at_adas.expect("error").await["problem"].clone();

        assert_eq!((&sending["status"], &sending["type"]), (&json!(409), &json!("/problems/read-only-chat")));
        assert_eq!(typing, sending);
    })
    .await;
}

#[tokio::test]
async fn a_read_mark_sent_over_a_socket_counts() {
    let server = Server::start().await;
    let (ada, ben, lunch) = lunch(&server).await;
    let (mut at_adas, mut at_bens) = (ada.live().await, ben.live().await);
    ada.write(lunch, "Soup?").await;

    at_bens.send(json!({"type": "read", "chat_id": lunch, "seq": 1})).await;

    let read = at_adas.expect("read").await;
    assert_eq!((&read["username"], &read["seq"]), (&json!("ben"), &json!(1)));
    assert_eq!(ben.get(&format!("/chats/{lunch}")).await.expect(200)["unread_count"], 0);
}

#[tokio::test]
async fn who_comes_back_hears_what_was_missed_once_each() {
    on_each_database(async |server| {
        let (ada, ben, lunch) = lunch(&server).await;
        let mut at_bens = ben.live().await;
        let first = ada.write(lunch, "first").await;
        let last_rev = at_bens.expect("message.created").await["message"]["rev"].as_i64().unwrap();
        drop(at_bens);

        ada.write(lunch, "second").await;
        let path = format!("/chats/{lunch}/messages/{}", first["id"]);
        ada.patch(&path, json!({"text": "first, mended"})).await.expect(200);
        let other = ada.group("other", &["ben"]).await;

        let mut at_bens = ben.live().await;
        at_bens.send(json!({"type": "resume", "chats": {lunch.to_string(): last_rev}})).await;

        assert_eq!(at_bens.expect("message.created").await["message"]["text"], "second");
        assert_eq!(at_bens.expect("message.updated").await["message"]["text"], "first, mended");
        assert_eq!(at_bens.expect("chat.created").await["chat"]["id"], other);
        let resumed = at_bens.expect("resumed").await;
        assert!(resumed["chats"][lunch.to_string()].as_i64().unwrap() > last_rev);
        assert!(
            at_bens
                .heard()
                .await
                .iter()
                .all(|frame| !frame["type"].as_str().unwrap().starts_with("message."))
        );
    })
    .await;
}

#[tokio::test]
async fn who_was_removed_meanwhile_hears_that_on_coming_back() {
    let server = Server::start().await;
    let (ada, ben, lunch) = lunch(&server).await;
    ada.delete(&format!("/chats/{lunch}/members/ben")).await.expect(204);
    ada.write(lunch, "He is gone").await;
    let mut at_bens = ben.live().await;

    at_bens.send(json!({"type": "resume", "chats": {lunch.to_string(): 1}})).await;

    assert_eq!(at_bens.expect("member.removed").await["chat_id"], lunch);
    at_bens.expect("resumed").await;
    assert!(!json!(at_bens.heard().await).to_string().contains("He is gone"));
}

#[tokio::test]
async fn a_malformed_frame_is_answered_and_changes_nothing() {
    let server = Server::start().await;
    let (ada, _, lunch) = lunch(&server).await;
    let mut at_adas = ada.live().await;
    let without_text = format!("{{\"type\":\"send\",\"client_id\":\"c\",\"chat_id\":{lunch}}}");

    for frame in ["{", "[]", "{\"type\":\"dance\"}", &without_text] {
        at_adas.send_text(frame).await;
        assert!(at_adas.expect("error").await["problem"].is_object(), "{frame}");
    }

    assert!(ada.messages(lunch).await.is_empty());
}

#[tokio::test]
async fn a_send_to_a_chat_of_others_is_refused_by_its_client_id() {
    let server = Server::start().await;
    let (_, _, lunch) = lunch(&server).await;
    let mut at_cleos = server.api().sign_up("cleo").await.live().await;

    at_cleos.send(json!({"type": "send", "client_id": "c-9", "chat_id": lunch, "text": "hi"})).await;

    let error = at_cleos.expect("error").await;
    assert_eq!((&error["client_id"], &error["problem"]["status"]), (&json!("c-9"), &json!(404)));
}

#[tokio::test]
async fn signing_out_closes_the_sockets_of_that_session_only() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let elsewhere = server.api().sign_in("ada").await;
    let (mut here, mut there) = (ada.live().await, elsewhere.live().await);

    ada.post("/auth/logout", json!({})).await.expect(204);

    assert_eq!(here.closed().await, Some(4401));
    there.heard().await;
}

#[tokio::test]
async fn a_frame_that_is_too_big_closes_the_socket() {
    let server = Server::start().await;
    let (ada, _, lunch) = lunch(&server).await;
    let mut at_adas = ada.live().await;

    let send = json!({"type": "send", "client_id": "c", "chat_id": lunch, "text": "x".repeat(300 * 1024)});
    at_adas.send(send).await;

    assert_eq!(at_adas.closed().await, Some(1009));
}

#[tokio::test]
async fn a_server_that_goes_down_tells_its_sockets_to_come_back() {
    let mut server = Server::start().await;
    let mut at_adas = server.api().sign_up("ada").await.live().await;

    let (status, code) = tokio::join!(server.stop(), at_adas.closed());

    assert!(status.success());
    assert_eq!(code, Some(1001));
}

/// Ada's group with Ben in it.
async fn lunch(server: &Server) -> (Api, Api, i64) {
    let (ada, ben) = (server.api().sign_up("ada").await, server.api().sign_up("ben").await);
    let lunch = ada.group("lunch", &["ben"]).await;
    (ada, ben, lunch)
}
