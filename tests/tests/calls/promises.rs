//! What the description of the API promises beyond single calls.

use crate::stage::{Stage, id};
use serde_json::{Value, json};
use tests::{Api, PASSWORD, Server, on_each_database};

#[tokio::test]
async fn a_page_has_50_items_unless_said_otherwise() {
    let stage = Stage::set().await;
    let chats = async |query: &str| {
        let page = stage.ada.get(&format!("/chats{query}")).await.expect(200);
        (page["items"].as_array().unwrap().len(), page["next_cursor"].is_string())
    };
    for n in 0..50 {
        stage.ada.group(&format!("group {n}"), &[]).await;
    }

    assert_eq!(chats("").await, (50, true));
    assert_eq!(chats("?limit=51").await, (51, false));
    assert_eq!(chats("?limit=1").await, (1, true));
}

#[tokio::test]
async fn without_a_bound_as_many_messages_come_as_the_server_is_set_to() {
    let server = Server::with(|options| options.setting("messages_to_load", "3")).await;
    let ada = server.api().sign_up("ada").await;
    let notes = ada.group("notes", &[]).await;
    for n in 1..=5 {
        ada.write(notes, &format!("number {n}")).await;
    }
    let seqs = async |query: &str| -> Vec<i64> {
        let page = ada.get(&format!("/chats/{notes}/messages{query}")).await.expect(200);
        page["items"].as_array().unwrap().iter().map(|message| message["seq"].as_i64().unwrap()).collect()
    };

    assert_eq!(seqs("").await, [3, 4, 5]);
    assert_eq!(seqs("?limit=4").await, [2, 3, 4, 5]);
    assert_eq!(seqs("?before=5").await, [1, 2, 3, 4]);
    assert_eq!(seqs("?changed_after=0").await, [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn where_sign_up_is_not_open_no_stranger_makes_an_account() {
    let sign_up = async |registration: &str, invite: Value| {
        let server = Server::with(|options| options.setting("registration", registration)).await;
        let account = json!({"username": "ada", "password": PASSWORD, "invite": invite});
        server.api().post("/users", account).await
    };
    let code = || json!("abcdefghijklmnopqrstuvwxyz");

    sign_up("closed", json!(null)).await.expect_problem(403, "registration-closed");
    sign_up("closed", code()).await.expect_problem(403, "registration-closed");
    sign_up("invite", json!(null)).await.expect_errors(&[("invite", "required")]);
    sign_up("invite", code()).await.expect_errors(&[("invite", "invalid")]);
}

#[tokio::test]
async fn an_e_mail_address_is_seen_by_its_owner_and_by_admins_only() {
    let stage = Stage::set().await;
    stage.server.create_admin("root").await;
    stage.ada.patch("/me", json!({"email": "ada@example.org"})).await.expect(200);
    let (ben, root) = (stage.server.api().sign_in("ben").await, stage.server.api().sign_in("root").await);
    let listed = async |by: &Api| by.get("/users?query=ada").await.expect(200)["items"][0].clone();

    for by in [&stage.ada, &root] {
        assert_eq!(by.get("/users/ada").await.expect(200)["email"], "ada@example.org");
        assert_eq!(listed(by).await["email"], "ada@example.org");
        assert_eq!(
            by.get("/users/ben").await.expect(200).get("email").is_some(),
            by.username != stage.ada.username
        );
    }
    assert_eq!(ben.get("/users/ada").await.expect(200).get("email"), None);
    assert_eq!(listed(&ben).await.get("email"), None);
    let members = ben.get(&format!("/chats/{}/members", stage.lunch)).await.expect(200);
    assert!(!members.to_string().contains("example.org"));
}

#[tokio::test]
async fn sessions_of_the_site_and_of_programs_stand_in_one_list() {
    let stage = Stage::set().await;
    stage.server.create_admin("root").await;
    let browser = stage.server.site();
    browser.sign_in("ada").await;
    assert_eq!(browser.open("/").await.status, 200);

    let listed = stage.ada.get("/me/sessions").await.expect(200);
    let of_site: Vec<_> =
        listed["items"].as_array().unwrap().iter().filter(|session| session["kind"] == "site").collect();
    assert_eq!((of_site.len(), &of_site[0]["current"]), (1, &json!(false)), "{listed}");
    stage.ada.delete(&format!("/me/sessions/{}", of_site[0]["id"])).await.expect(204);

    let page = browser.open("/").await;
    assert!(page.path.contains("login"), "the browser is signed out: {}", page.path);
    let ben = stage.server.api().sign_in("ben").await;
    ben.delete(&format!("/me/sessions/{}", stage.session)).await.expect_problem(404, "not-found");
}

#[tokio::test]
async fn a_reply_shows_200_characters_of_its_target_as_it_stands() {
    on_each_database(async |server| {
        let stage = Stage::on(server).await;
        let path = format!("/chats/{}/messages", stage.lunch);
        let target = stage.ada.write(stage.lunch, &"𐍈𐌰".repeat(150)).await;
        let reply = json!({"text": "yes", "reply_to": target["id"]});
        let reply = id(&stage.ada.post(&path, reply).await.expect(201));
        let shown = async || {
            let reply = stage.ada.get(&format!("{path}/{reply}")).await.expect(200);
            (
                reply["reply_to"]["text"].as_str().unwrap().to_owned(),
                reply["reply_to"]["author"]["username"].clone(),
            )
        };

        assert_eq!(shown().await, ("𐍈𐌰".repeat(100), json!("ada")));
        stage.ada.patch(&format!("{path}/{}", target["id"]), json!({"text": "mended"})).await.expect(200);
        assert_eq!(shown().await, ("mended".to_owned(), json!("ada")));
        stage.ada.delete(&format!("{path}/{}", target["id"])).await.expect(204);
        assert_eq!(shown().await, (String::new(), json!(null)));
    })
    .await;
}

#[tokio::test]
async fn forwards_come_in_the_order_asked_for() {
    on_each_database(async |server| {
        let stage = Stage::on(server).await;
        let mut groups = Vec::new();
        for n in 0..4 {
            groups.push(stage.ada.group(&format!("group {n}"), &[]).await);
        }
        let asked = [groups[2], groups[0], groups[3], groups[1]];
        let path = stage.filled("/chats/{id}/messages/{message_id}/forward");
        let to =
            json!({"chat_ids": asked, "usernames": ["cleo", "ben"], "client_id": "f-1", "comment": "see"});

        let forwards = stage.ada.post(&path, to.clone()).await.expect(201);
        let again = stage.ada.post(&path, to).await.expect(201);

        let chats = |forwards: &Value| -> Vec<i64> {
            forwards["items"].as_array().unwrap().iter().map(|one| one["chat_id"].as_i64().unwrap()).collect()
        };
        assert_eq!(chats(&forwards)[..4], asked);
        let peers = async |at: usize| {
            let chat = stage.ada.get(&format!("/chats/{}", chats(&forwards)[at])).await.expect(200);
            chat["peer"]["username"].clone()
        };
        assert_eq!((peers(4).await, peers(5).await), (json!("cleo"), json!("ben")));
        assert_eq!(again, forwards, "the same client_id again");
        assert_eq!(stage.ada.messages(groups[0]).await.len(), 2, "the comment and the forward");
    })
    .await;
}

#[tokio::test]
async fn a_search_is_bounded_by_its_parameters() {
    on_each_database(async |server| {
        let stage = Stage::on(server).await;
        let ben = stage.server.api().sign_in("ben").await;
        let other = stage.ada.group("other", &["ben"]).await;
        let early = stage.ada.write(stage.lunch, "soup one").await;
        ben.write(stage.lunch, "soup two").await;
        let late = stage.ada.write(other, "soup three").await;
        let found = async |query: String| -> Vec<String> {
            let found = stage.ada.get(&format!("/search?q=soup{query}")).await.expect(200);
            found["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["text"].as_str().unwrap().to_owned())
                .collect()
        };

        assert_eq!(found(String::new()).await, ["soup three", "soup two", "soup one"]);
        assert_eq!(found(format!("&chat_id={}", stage.lunch)).await, ["soup two", "soup one"]);
        assert_eq!(found("&author=ben".to_owned()).await, ["soup two"]);
        let (first, last) = (early["created_at"].as_str().unwrap(), late["created_at"].as_str().unwrap());
        assert_eq!(found(format!("&before={last}")).await, ["soup two", "soup one"]);
        assert_eq!(found(format!("&after={last}")).await, ["soup three"]);
        assert_eq!(found(format!("&before={first}")).await, [""; 0]);
        assert_eq!(found("&after=2099-01-01".to_owned()).await, [""; 0]);
        let page = stage.ada.get("/search?q=soup&limit=2").await.expect(200);
        let cursor = page["next_cursor"].as_str().unwrap();
        assert_eq!(found(format!("&limit=2&cursor={cursor}")).await, ["soup one"]);
    })
    .await;
}

#[tokio::test]
async fn a_mention_is_told_until_it_is_read_and_who_sends_has_read() {
    on_each_database(async |server| {
        let stage = Stage::on(server).await;
        let ben = stage.server.api().sign_in("ben").await;
        let lunch = format!("/chats/{}", stage.lunch);
        let state = async || {
            let chat = ben.get(&lunch).await.expect(200);
            (chat["unread_count"].as_i64().unwrap(), chat["mentioned"].as_bool().unwrap())
        };
        stage.ada.write(stage.lunch, "soup?").await;
        assert_eq!(state().await, (2, false));
        stage.ada.write(stage.lunch, "@Ben: soup?").await;
        assert_eq!(state().await, (3, true));

        ben.put(&format!("{lunch}/read"), json!({"seq": 2})).await.expect(204);
        assert_eq!(state().await, (1, true));
        ben.write(stage.lunch, "yes").await;
        assert_eq!(state().await, (0, false));
    })
    .await;
}
