//! Group and direct chats, their members and roles.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Api, PASSWORD, Server, on_each_database};

#[tokio::test]
async fn who_makes_a_group_is_its_owner() {
    on_each_database(async |server| {
        let [ada, ben] = two(&server).await;

        let chat = ada.post("/chats", json!({"name": "lunch", "members": ["ben"]})).await.expect(201);

        assert_eq!((&chat["kind"], &chat["visibility"]), (&json!("group"), &json!("private")));
        assert_eq!((&chat["my_role"], &chat["member_count"]), (&json!("owner"), &json!(2)));
        let seen = ben.get(&path(&chat, "")).await.expect(200);
        assert_eq!((&seen["name"], &seen["my_role"]), (&json!("lunch"), &json!("member")));
    })
    .await;
}

#[tokio::test]
async fn a_stranger_cannot_tell_a_chat_from_none() {
    on_each_database(async |server| {
        let [ada, ben] = two(&server).await;
        let lunch = ada.group("lunch", &[]).await;
        let nothing = lunch + 1_000;
        let refused = async |path: String| {
            let mut problem = ben.get(&path).await.expect(404);
            problem.as_object_mut().unwrap().remove("request_id");
            problem
        };

        for below in ["", "/messages", "/members"] {
            let (there, not_there) = (format!("/chats/{lunch}{below}"), format!("/chats/{nothing}{below}"));
            assert_eq!(refused(there).await, refused(not_there).await);
        }
        ben.post(&format!("/chats/{lunch}/messages"), json!({"text": "hi"})).await.expect(404);
        ben.patch(&format!("/chats/{lunch}"), json!({"name": "mine"})).await.expect(404);
        ben.delete(&format!("/chats/{lunch}")).await.expect(404);
        ben.post(&format!("/chats/{lunch}/members"), json!({"username": "ben"})).await.expect(404);
    })
    .await;
}

#[tokio::test]
async fn the_chat_with_the_newest_message_comes_first() {
    on_each_database(async |server| {
        let [ada, ben] = two(&server).await;
        let lunch = ada.group("lunch", &["ben"]).await;
        let work = ada.group("work", &["ben"]).await;
        ada.write(work, "first").await;
        ada.write(lunch, "second").await;

        let chats = ben.get("/chats").await.expect(200);

        let items = chats["items"].as_array().unwrap();
        assert_eq!(items.iter().map(|chat| chat["id"].as_i64().unwrap()).collect::<Vec<_>>(), [lunch, work]);
        assert_eq!(items[0]["last_message"]["text"], "second");
        assert_eq!(items[0]["unread_count"], 1);
    })
    .await;
}

#[tokio::test]
async fn reading_empties_the_unread_count_and_never_goes_back() {
    on_each_database(async |server| {
        let [ada, ben] = two(&server).await;
        let lunch = ada.group("lunch", &["ben"]).await;
        for text in ["one", "two", "three"] {
            ada.write(lunch, text).await;
        }
        let read = async |body: Value| {
            ben.put(&format!("/chats/{lunch}/read"), body).await.expect(204);
            ben.get(&format!("/chats/{lunch}")).await.expect(200)["unread_count"].clone()
        };

        assert_eq!(read(json!({"seq": 2})).await, 1);
        assert_eq!(read(json!({"seq": 1})).await, 1);
        assert_eq!(read(json!({"seq": 3})).await, 0);
        assert_eq!(read(json!({"seq": 2, "unread": true})).await, 2);
        assert_eq!(ada.get(&format!("/chats/{lunch}")).await.expect(200)["unread_count"], 0);
    })
    .await;
}

#[tokio::test]
async fn an_owner_renames_a_chat_and_a_member_may_not() {
    on_each_database(async |server| {
        let [ada, ben] = two(&server).await;
        let lunch = ada.group("lunch", &["ben"]).await;

        ben.patch(&format!("/chats/{lunch}"), json!({"name": "dinner"})).await.expect(403);
        ada.patch(&format!("/chats/{lunch}"), json!({"name": "brunch"})).await.expect(200);

        assert_eq!(ben.get(&format!("/chats/{lunch}")).await.expect(200)["name"], "brunch");
    })
    .await;
}

#[tokio::test]
async fn members_are_added_promoted_and_removed() {
    on_each_database(async |server| {
        let [ada, ben] = two(&server).await;
        let lunch = ada.group("lunch", &[]).await;
        let members = format!("/chats/{lunch}/members");

        ada.post(&members, json!({"username": "ben"})).await.expect(201);
        ada.post(&members, json!({"username": "ben"})).await.expect(200);
        ben.write(lunch, "hello").await;
        ada.patch(&format!("{members}/ben"), json!({"role": "admin"})).await.expect(200);
        ben.patch(&format!("/chats/{lunch}"), json!({"name": "by ben"})).await.expect(200);
        assert_eq!(
            roles(&ada, lunch).await,
            [("ada".to_owned(), "owner".to_owned()), ("ben".to_owned(), "admin".to_owned())]
        );

        ada.delete(&format!("{members}/ben")).await.expect(204);

        ben.get(&format!("/chats/{lunch}/messages")).await.expect(404);
    })
    .await;
}

#[tokio::test]
async fn a_group_never_lacks_an_owner() {
    on_each_database(async |server| {
        let [ada, ben] = two(&server).await;
        let lunch = ada.group("lunch", &["ben"]).await;

        ada.patch(&format!("/chats/{lunch}/members/ada"), json!({"role": "member"})).await.expect(409);
        ada.delete(&format!("/chats/{lunch}/members/ada")).await.expect(204);

        assert_eq!(ben.get(&format!("/chats/{lunch}")).await.expect(200)["my_role"], "owner");
    })
    .await;
}

#[tokio::test]
async fn a_deleted_chat_is_gone_for_all() {
    let server = Server::start().await;
    let [ada, ben] = two(&server).await;
    let lunch = ada.group("lunch", &["ben"]).await;

    ben.delete(&format!("/chats/{lunch}")).await.expect(403);
    ada.delete(&format!("/chats/{lunch}")).await.expect(204);

    for person in [ada, ben] {
        person.get(&format!("/chats/{lunch}")).await.expect(404);
        assert_eq!(person.get("/chats").await.expect(200)["items"], json!([]));
    }
}

#[tokio::test]
async fn a_public_chat_may_be_found_and_joined() {
    on_each_database(async |server| {
        let [ada, ben] = two(&server).await;
        let open = json!({"name": "town square", "members": [], "visibility": "public"});
        let square = ada.post("/chats", open).await.expect(201);

        let found = ben.get("/chats/public").await.expect(200);
        assert_eq!(found["items"][0]["name"], "town square");
        ben.get(&path(&square, "/messages")).await.expect_problem(403, "not-a-member");
        ben.post(&path(&square, "/join"), json!({})).await.expect(200);

        ben.get(&path(&square, "/messages")).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn two_people_have_one_direct_chat_however_many_begin_it_at_once() {
    on_each_database(async |server| {
        let [ada, ben] = two(&server).await;
        let write = |(from, to): (&Api, &'static str)| {
            let from = from.clone();
            tokio::spawn(async move { from.write_to(to, "hi").await["chat_id"].as_i64().unwrap() })
        };

        let mut chats = Vec::new();
        for sent in [(&ada, "ben"), (&ben, "ada"), (&ada, "ben"), (&ben, "ada")].map(write) {
            chats.push(sent.await.unwrap());
        }

        chats.dedup();
        assert_eq!(chats.len(), 1);
        let conversation = ada.get("/conversations/ben").await.expect(200);
        assert_eq!(conversation["items"].as_array().unwrap().len(), 4);
        assert_eq!(conversation["chat"]["peer"]["username"], "ben");
    })
    .await;
}

#[tokio::test]
async fn a_direct_chat_has_no_name_and_no_third_person() {
    let server = Server::start().await;
    let [ada, _ben] = two(&server).await;
    server.api().sign_up("cleo").await;
    let chat = ada.write_to("ben", "hi").await["chat_id"].as_i64().unwrap();

    ada.patch(&format!("/chats/{chat}"), json!({"name": "us"})).await.expect(409);
    ada.post(&format!("/chats/{chat}/members"), json!({"username": "cleo"})).await.expect(409);
    ada.delete(&format!("/chats/{chat}/members/ada")).await.expect(409);
    ada.delete(&format!("/chats/{chat}")).await.expect(409);
}

#[tokio::test]
async fn an_unused_conversation_is_empty_and_makes_no_chat() {
    let server = Server::start().await;
    let [ada, _ben] = two(&server).await;

    let unused = ada.get("/conversations/ben").await.expect(200);

    assert_eq!((&unused["chat"], &unused["items"]), (&Value::Null, &json!([])));
    assert_eq!(ada.get("/chats").await.expect(200)["items"], json!([]));
    ada.get("/conversations/nobody").await.expect(404);
}

#[tokio::test]
async fn a_direct_chat_with_a_deleted_account_counts_as_many_as_it_lists() {
    on_each_database(async |server| {
        let (ada, ben) = (server.api().sign_up("ada").await, server.api().sign_up("ben").await);
        let talk = ada.write_to("ben", "Hi").await["chat_id"].clone();
        ben.send(ben.request(Method::DELETE, "/me").json(&json!({"password": PASSWORD}))).await.expect(204);

        let chat = ada.get(&format!("/chats/{talk}")).await.expect(200);
        let members = ada.get(&format!("/chats/{talk}/members")).await.expect(200);

        assert_eq!(members["items"].as_array().unwrap().len(), 1);
        assert_eq!((&chat["member_count"], &chat["peer"]), (&json!(1), &json!(null)));
        let listed = ada.get("/chats").await.expect(200);
        assert_eq!(listed["items"][0]["member_count"], 1);
    })
    .await;
}

async fn two(server: &Server) -> [Api; 2] {
    [server.api().sign_up("ada").await, server.api().sign_up("ben").await]
}

fn path(chat: &Value, below: &str) -> String {
    format!("/chats/{}{below}", chat["id"])
}

async fn roles(api: &Api, chat: i64) -> Vec<(String, String)> {
    let members = api.get(&format!("/chats/{chat}/members")).await.expect(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut roles: Vec<_> = members["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|member| (text(&member["user"]["username"]), text(&member["role"])))
        .collect();
    roles.sort();
    roles
}
