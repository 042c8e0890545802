//! Every call of the document, done once with success: a day of Ada, Ben and Cleo.

use crate::stage::{id, picture, upload};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Answer, Api, PASSWORD, Server, contract, databases};

#[tokio::test]
async fn every_call_does_what_it_says() {
    for database in databases() {
        let limits = [("throttle.requests", "1000/second"), ("throttle.messages", "500/second")];
        let server = Server::with(|options| {
            let options = options.database(database).setting("throttle.sign_in", "500/second");
            limits.into_iter().fold(options, |options, (rule, limit)| options.setting(rule, limit))
        })
        .await;
        let api = server.api();
        let ada = accounts(&api).await;
        let (ben, cleo) = (api.sign_in("ben").await, api.sign_in("cleo").await);
        people(&ada).await;
        profile(&ada).await;
        pictures(&ada, &ben).await;
        sessions(&api, &ada).await;
        let lunch = group(&ada).await;
        members(&ada, &ben, lunch).await;
        invitations(&api, &ada, &cleo, lunch).await;
        public_chats(&ada, &cleo).await;
        let message = messages(&ada, &ben, lunch).await;
        reactions_and_forwards(&ada, &ben, &message).await;
        files(&ada, &ben, lunch).await;
        conversations(&ada, &ben).await;
        chat_of_ones_own(&ada, &ben, lunch).await;
        live(&ada, &ben, lunch).await;
        endings(&api, &ada, &cleo, lunch).await;

        let all: BTreeSet<_> =
            contract().await.operations().iter().map(|(method, path)| format!("{method} {path}")).collect();
        assert_eq!(api.called(), all);
    }
}

/// That the answer tells what is left of the tightest rule.
#[track_caller]
fn paced(answer: Answer) -> Answer {
    let number =
        |name: &str| -> u32 { answer.header(name).unwrap_or_else(|| panic!("no {name}")).parse().unwrap() };
    let (limit, remaining) = (number("ratelimit-limit"), number("ratelimit-remaining"));
    assert!(limit > 0 && remaining <= limit, "{}: {remaining} of {limit}", answer.call);
    number("ratelimit-reset");
    answer
}

/// Gets something twice: the second time the client has it already. What it is.
async fn got_once(by: &Api, path: &str) -> Answer {
    let first = by.get(path).await;
    assert_eq!(first.status, 200, "{path}");
    let tag = first.header("etag").unwrap_or_else(|| panic!("no ETag of {path}")).to_owned();
    assert!(first.header("cache-control").is_some_and(|said| said.contains("private")), "{path}");
    for known in [tag.clone(), format!("\"other\", {tag}"), "*".to_owned()] {
        let again = by.send(by.request(Method::GET, path).header("If-None-Match", known)).await;
        assert_eq!((again.status, again.bytes.len()), (304, 0), "{path}");
        assert_eq!(again.header("etag"), Some(&*tag), "{path}");
    }
    let other = by.send(by.request(Method::GET, path).header("If-None-Match", "\"other\"")).await;
    assert_eq!(other.status, 200, "{path}");
    first
}

async fn accounts(api: &Api) -> Api {
    let account = json!({"username": "ada", "password": PASSWORD, "email": "ada@example.org", "first_name": "Ada",
        "last_name": "Lovelace", "invite": null});
    let answer = paced(api.post("/users", account).await);
    assert_eq!(answer.header("location"), Some("/api/v1/users/ada"));
    let user = answer.expect(201);
    assert_eq!((&user["display_name"], &user["email"]), (&json!("Ada Lovelace"), &json!("ada@example.org")));
    for username in ["ben", "cleo"] {
        let account = json!({"username": username, "password": PASSWORD});
        let user = api.post("/users", account).await.expect(201);
        assert_eq!((&user["first_name"], &user["display_name"]), (&json!(null), &json!(username)));
        assert_eq!(
            (&user["email"], &user["role"], &user["online"]),
            (&json!(null), &json!("member"), &json!(false))
        );
    }

    let answer = paced(api.post("/auth/token", json!({"username": "ADA", "password": PASSWORD})).await);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let first = answer.expect(200);
    assert_eq!((&first["token_type"], &first["expires_in"]), (&json!("Bearer"), &json!(900)));
    let spent = json!({"refresh_token": first["refresh_token"]});
    let answer = paced(api.post("/auth/refresh", spent).await);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let next = answer.expect(200);
    assert_ne!(next["refresh_token"], first["refresh_token"]);
    api.with_token(next["access_token"].as_str())
}

async fn people(ada: &Api) {
    let all = paced(ada.get("/users").await).expect(200);
    let names: Vec<_> = all["items"].as_array().unwrap().iter().map(|user| &user["username"]).collect();
    assert_eq!(names, ["ada", "ben", "cleo"]);
    assert_eq!(all["next_cursor"], json!(null));
    let ben = paced(got_once(ada, "/users/BEN").await).expect(200);
    assert_eq!((&ben["username"], &ben["status"]), (&json!("ben"), &json!("active")));
    assert!(ben.get("email").is_none(), "of others there is no e-mail address");
    assert_eq!(ada.get("/users/ada").await.expect(200)["email"], "ada@example.org");
}

async fn profile(ada: &Api) {
    let me = paced(got_once(ada, "/me").await).expect(200);
    assert_eq!((&me["username"], &me["email"]), (&json!("ada"), &json!("ada@example.org")));

    let changed = paced(ada.patch("/me", json!({"bio": "Engines", "last_name": null})).await).expect(200);
    assert_eq!((&changed["bio"], &changed["display_name"]), (&json!("Engines"), &json!("Ada")));
    assert_eq!(ada.get("/me").await.expect(200), changed);
    assert_eq!(ada.patch("/me", json!({})).await.expect(200), changed, "what is absent stays");
}

async fn pictures(ada: &Api, ben: &Api) {
    let put = ada.request(Method::PUT, "/me/avatar").header("Content-Type", "image/png").body(picture());
    paced(ada.send(put).await).expect(204);
    let shown = got_once(ben, "/users/ada/avatar?size=48").await;
    assert_eq!(shown.header("content-type").map(|kind| kind.starts_with("image/")), Some(true));
    assert!(shown.header("ratelimit-limit").is_none(), "avatars are spared");
    let url = ben.get("/users/ada").await.expect(200)["avatar_url"].as_str().unwrap().to_owned();
    assert!(url.starts_with("/api/v1/users/ada/avatar?"), "{url}");
    assert_eq!(ben.get(url.strip_prefix("/api/v1").unwrap()).await.status, 200);

    paced(ada.delete("/me/avatar").await).expect(204);
    let drawn = got_once(ben, "/users/ada/avatar").await;
    assert_eq!(drawn.header("content-type"), Some("image/svg+xml"));
    assert_eq!(ben.get("/users/ada").await.expect(200)["avatar_url"], "/api/v1/users/ada/avatar");
}

async fn sessions(api: &Api, ada: &Api) {
    let elsewhere = api.sign_in("ada").await;
    let listed = paced(ada.get("/me/sessions").await).expect(200);
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.iter().filter(|session| session["current"] == true).count(), 1);
    assert!(items.iter().all(|session| session["kind"] == "api" && session["ip"] == "127.0.0.1"), "{listed}");
    let other = items.iter().find(|session| session["current"] == false).unwrap();

    paced(ada.delete(&format!("/me/sessions/{}", other["id"])).await).expect(204);
    elsewhere.get("/me").await.expect_problem(401, "unauthenticated");
    ada.delete(&format!("/me/sessions/{}", other["id"])).await.expect_problem(404, "not-found");

    let elsewhere = api.sign_in("ada").await;
    let change = json!({"current_password": PASSWORD, "new_password": "a quite different one"});
    paced(ada.put("/me/password", change).await).expect(204);
    elsewhere.get("/me").await.expect_problem(401, "unauthenticated");
    let back = json!({"current_password": "a quite different one", "new_password": PASSWORD});
    ada.put("/me/password", back).await.expect(204);
}

async fn group(ada: &Api) -> i64 {
    let new = json!({"name": "lunch", "members": ["ben"], "description": "Where and when"});
    let answer = paced(ada.post("/chats", new).await);
    let location = answer.header("location").unwrap().to_owned();
    let made = answer.expect(201);
    let lunch = id(&made);
    assert_eq!(location, format!("/api/v1/chats/{lunch}"));
    assert_eq!((&made["visibility"], &made["my_role"]), (&json!("private"), &json!("owner")));
    assert_eq!(
        (&made["last_seq"], &made["last_message"], &made["peer"]),
        (&json!(0), &json!(null), &json!(null))
    );
    assert_eq!(made["notifications"], json!({"level": "all", "muted_until": null}));
    assert_eq!(made["created_by"]["username"], "ada");

    assert_eq!(paced(got_once(ada, &format!("/chats/{lunch}")).await).expect(200), made);
    let change = json!({"name": "brunch", "description": null});
    let changed = paced(ada.patch(&format!("/chats/{lunch}"), change).await).expect(200);
    assert_eq!((&changed["name"], &changed["description"]), (&json!("brunch"), &json!(null)));
    assert!(changed["last_rev"].as_i64() > made["last_rev"].as_i64());
    assert_eq!(paced(ada.get("/chats").await).expect(200)["items"], json!([changed]));
    lunch
}

async fn members(ada: &Api, ben: &Api, lunch: i64) {
    let path = format!("/chats/{lunch}/members");
    let answer = paced(ada.post(&path, json!({"username": "Cleo", "role": "admin"})).await);
    assert_eq!(answer.header("location"), Some(&*format!("/api/v1{path}/cleo")));
    let cleo = answer.expect(201);
    assert_eq!((&cleo["user"]["username"], &cleo["role"]), (&json!("cleo"), &json!("admin")));
    assert_eq!(ada.post(&path, json!({"username": "cleo"})).await.expect(200), cleo, "who is there stays");

    let listed = paced(ben.get(&path).await).expect(200);
    let roles = |listed: &Value| -> Value {
        listed["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| json!([one["user"]["username"], one["role"]]))
            .collect()
    };
    assert_eq!(roles(&listed), json!([["ada", "owner"], ["ben", "member"], ["cleo", "admin"]]));
    let changed = paced(ada.patch(&format!("{path}/cleo"), json!({"role": "member"})).await).expect(200);
    assert_eq!((&changed["role"], &changed["joined_at"]), (&json!("member"), &cleo["joined_at"]));
    paced(ada.delete(&format!("{path}/cleo")).await).expect(204);
    assert_eq!(roles(&ada.get(&path).await.expect(200)), json!([["ada", "owner"], ["ben", "member"]]));
}

async fn invitations(api: &Api, ada: &Api, cleo: &Api, lunch: i64) {
    let path = format!("/chats/{lunch}/invites");
    let answer = paced(ada.post(&path, json!({"expires_in": 60, "max_uses": 2})).await);
    let location = answer.header("location").unwrap().to_owned();
    let invite = answer.expect(201);
    assert_eq!(invite["url"], location);
    assert_eq!((&invite["max_uses"], &invite["uses"]), (&json!(2), &json!(0)));
    assert!(invite["expires_at"].as_str() > invite["created_at"].as_str());

    let below = location.strip_prefix("/api/v1").unwrap();
    let shown = paced(api.get(below).await).expect(200);
    assert_eq!((&shown["name"], &shown["member_count"]), (&json!("brunch"), &json!(2)));
    assert_eq!(shown["invited_by"]["username"], "ada");
    let joined = paced(cleo.post(&format!("{below}/accept"), Value::Null).await).expect(200);
    assert_eq!((&joined["id"], &joined["my_role"]), (&json!(lunch), &json!("member")));
    let listed = paced(ada.get(&path).await).expect(200);
    assert_eq!((&listed["items"][0]["code"], &listed["items"][0]["uses"]), (&invite["code"], &json!(1)));

    paced(ada.delete(&format!("{path}/{}", invite["code"].as_str().unwrap())).await).expect(204);
    api.get(below).await.expect_problem(404, "not-found");
}

async fn public_chats(ada: &Api, cleo: &Api) {
    let new = json!({"name": "chess", "members": [], "visibility": "public", "description": "Every Friday"});
    let chess = id(&ada.post("/chats", new).await.expect(201));
    ada.write(chess, "e4").await;

    let listed = paced(cleo.get("/chats/public?query=FRIDAY").await).expect(200);
    let seen = &listed["items"][0];
    assert_eq!(
        (&seen["name"], &seen["member_count"], &seen["my_role"]),
        (&json!("chess"), &json!(1), &json!(null))
    );
    assert_eq!((&seen["last_message"], &seen["last_seq"]), (&json!(null), &json!(0)), "from outside");
    cleo.get(&format!("/chats/{chess}/messages")).await.expect_problem(403, "not-a-member");
    let joined = paced(cleo.post(&format!("/chats/{chess}/join"), Value::Null).await).expect(200);
    assert_eq!((&joined["my_role"], &joined["unread_count"]), (&json!("member"), &json!(0)));
    assert_eq!(cleo.messages(chess).await[0]["text"], "e4", "who joins sees what was said");
    paced(ada.delete(&format!("/chats/{chess}")).await).expect(204);
    cleo.get(&format!("/chats/{chess}")).await.expect_problem(404, "not-found");
}

async fn messages(ada: &Api, ben: &Api, lunch: i64) -> Value {
    let path = format!("/chats/{lunch}/messages");
    let first = id(&ben.write(lunch, "Where?").await);
    let new = json!({"text": " *Soup*, @ben? ", "client_id": "c-1", "reply_to": first});
    let answer = paced(ada.post(&path, new.clone()).await);
    let location = answer.header("location").unwrap().to_owned();
    let sent = answer.expect(201);
    assert_eq!((&sent["text"], &sent["html"]), (&json!("*Soup*, @ben?"), &sent["html"]));
    assert!(sent["html"].as_str().unwrap().contains("<em>Soup</em>"), "{sent}");
    assert_eq!(
        (&sent["seq"], &sent["client_id"], &sent["mentions"]),
        (&json!(2), &json!("c-1"), &json!(["ben"]))
    );
    assert_eq!((&sent["reply_to"]["id"], &sent["reply_to"]["text"]), (&json!(first), &json!("Where?")));
    assert_eq!(ada.post(&path, new).await.expect(200), sent, "a second time it is the first one");

    let at = format!("{path}/{}", sent["id"]);
    assert_eq!(location, format!("/api/v1{at}"));
    assert_eq!(paced(ben.get(&at).await).expect(200), sent);
    let listed = paced(ben.get(&format!("{path}?after=1")).await).expect(200);
    assert_eq!(listed, json!({"items": [sent], "has_before": true, "has_after": false}));
    let edited = paced(ada.patch(&at, json!({"text": "Bread?"})).await).expect(200);
    assert_eq!((&edited["text"], &edited["mentions"]), (&json!("Bread?"), &json!([])));
    assert!(edited["edited_at"].is_string() && edited["rev"].as_i64() > sent["rev"].as_i64());
    let changes = ben.get(&format!("{path}?changed_after={}", sent["rev"])).await.expect(200);
    assert_eq!(changes["items"], json!([edited]));
    let found = paced(ben.get("/search?q=bread").await).expect(200);
    assert_eq!(found["items"][0]["excerpt"], "<mark>Bread</mark>?");
    edited
}

async fn reactions_and_forwards(ada: &Api, ben: &Api, message: &Value) {
    let at = format!("/chats/{}/messages/{}", message["chat_id"], message["id"]);
    paced(ben.put(&format!("{at}/reactions/%F0%9F%91%8D"), Value::Null).await).expect(204);
    let seen = ada.get(&at).await.expect(200);
    assert_eq!(seen["reactions"], json!([{"reaction": "👍", "count": 1, "usernames": ["ben"]}]));
    paced(ben.delete(&format!("{at}/reactions/%F0%9F%91%8D")).await).expect(204);
    assert_eq!(ada.get(&at).await.expect(200)["reactions"], json!([]));

    let to = json!({"usernames": ["cleo"], "comment": "look", "client_id": "f-1"});
    let forwards = paced(ben.post(&format!("{at}/forward"), to).await).expect(201);
    let forward = &forwards["items"][0];
    assert_eq!((&forward["text"], &forward["author"]["username"]), (&json!("Bread?"), &json!("ben")));
    assert_eq!(forward["forwarded_from"]["author"]["username"], "ada");
    assert_eq!(forward["forwarded_from"]["created_at"], message["created_at"]);
    let from = format!("/chats/{}/messages/{}/source", forward["chat_id"], forward["id"]);
    let source = paced(ben.get(&from).await).expect(200);
    assert_eq!(source, json!({"chat_id": message["chat_id"], "message_id": message["id"]}));

    paced(ada.delete(&at).await).expect(204);
    let deleted = ben.get(&at).await.expect(200);
    assert_eq!(
        (&deleted["text"], &deleted["html"], &deleted["seq"]),
        (&json!(""), &json!(""), &message["seq"])
    );
    assert!(deleted["deleted_at"].is_string());
    ben.get(&from).await.expect_problem(404, "not-found");
}

async fn files(ada: &Api, ben: &Api, lunch: i64) {
    let answer = paced(upload(ada, "plan.png", picture()).await);
    let location = answer.header("location").unwrap().to_owned();
    let file = answer.expect(201);
    assert_eq!((&file["url"], &file["filename"]), (&json!(location), &json!("plan.png")));
    assert_eq!(
        (&file["content_type"], &file["width"], &file["height"]),
        (&json!("image/png"), &json!(1600), &json!(1200))
    );
    let below = location.strip_prefix("/api/v1").unwrap();
    ben.get(below).await.expect_problem(404, "not-found");

    let carrying = json!({"text": "", "attachments": [file["id"]]});
    let message = ada.post(&format!("/chats/{lunch}/messages"), carrying).await.expect(201);
    assert_eq!((&message["text"], &message["attachments"]), (&json!(""), &json!([file])));
    let whole = got_once(ben, below).await;
    assert_eq!(whole.header("content-type"), Some("image/png"));
    assert_eq!(json!(whole.bytes.len()), file["bytes"]);
    let part = ben.send(ben.request(Method::GET, below).header("Range", "bytes=1-3")).await;
    assert_eq!((part.status, &part.bytes[..]), (206, &b"PNG"[..]));
    let beyond = ben.send(ben.request(Method::GET, below).header("Range", "bytes=999999999-")).await;
    beyond.expect_problem(416, "range-not-satisfiable");
    let small = got_once(ben, &format!("{below}/thumbnail")).await;
    assert_eq!(json!(format!("{location}/thumbnail")), file["thumbnail_url"]);
    assert!(image::load_from_memory(&small.bytes).unwrap().width() < 1600);
}

async fn conversations(ada: &Api, ben: &Api) {
    let unused = paced(ada.get("/conversations/ben").await).expect(200);
    assert_eq!(unused, json!({"chat": null, "items": [], "has_before": false, "has_after": false}));

    let new = json!({"text": "psst", "client_id": "d-1"});
    let answer = paced(ada.post("/conversations/ben", new.clone()).await);
    let location = answer.header("location").unwrap().to_owned();
    let sent = answer.expect(201);
    assert_eq!(location, format!("/api/v1/chats/{}/messages/{}", sent["chat_id"], sent["id"]));
    assert_eq!(ada.post("/conversations/ben", new).await.expect(200), sent);

    let seen = paced(ben.get("/conversations/ada").await).expect(200);
    assert_eq!(seen["items"], json!([sent]));
    let chat = &seen["chat"];
    assert_eq!(
        (&chat["kind"], &chat["name"], &chat["unread_count"]),
        (&json!("direct"), &json!(null), &json!(1))
    );
    assert_eq!((&chat["peer"]["username"], &chat["my_role"]), (&json!("ada"), &json!("member")));
}

/// What one keeps of a chat for oneself.
async fn chat_of_ones_own(ada: &Api, ben: &Api, lunch: i64) {
    let until = "2099-12-31T23:00:00.000001+01:00";
    let bell = json!({"level": "mentions", "muted_until": until});
    paced(ben.put(&format!("/chats/{lunch}/notifications"), bell).await).expect(204);
    paced(ben.put(&format!("/chats/{lunch}/read"), json!({"seq": 2})).await).expect(204);

    let mine = ben.get(&format!("/chats/{lunch}")).await.expect(200);
    let expected = json!({"level": "mentions", "muted_until": "2099-12-31T22:00:00.000001Z"});
    assert_eq!(
        (&mine["notifications"], &mine["read_seq"], &mine["unread_count"]),
        (&expected, &json!(2), &json!(1))
    );
    assert_eq!(ada.get(&format!("/chats/{lunch}")).await.expect(200)["notifications"]["level"], "all");
    ben.put(&format!("/chats/{lunch}/notifications"), json!({"level": "all"})).await.expect(204);
    let unmuted = ben.get(&format!("/chats/{lunch}")).await.expect(200);
    assert_eq!(unmuted["notifications"], json!({"level": "all", "muted_until": null}));
}

async fn live(ada: &Api, ben: &Api, lunch: i64) {
    let mut at_bens = ben.live().await;
    let sent = ada.write(lunch, "now").await;
    assert_eq!(at_bens.expect("message.created").await["message"], sent);
    assert_eq!(ada.get("/users/ben").await.expect(200)["online"], true);
}

async fn endings(api: &Api, ada: &Api, cleo: &Api, lunch: i64) {
    let gone = api.sign_in("ada").await;
    paced(gone.post("/auth/logout", Value::Null).await).expect(204);
    gone.get("/me").await.expect_problem(401, "unauthenticated");
    let refresh = json!({"refresh_token": gone.refresh_token});
    api.post("/auth/refresh", refresh).await.expect_problem(401, "invalid-token");

    let said = cleo.write(lunch, "farewell").await;
    let remove = cleo.request(Method::DELETE, "/me").json(&json!({"password": PASSWORD}));
    paced(cleo.send(remove).await).expect(204);
    cleo.get("/me").await.expect_problem(401, "unauthenticated");
    ada.get("/users/cleo").await.expect_problem(404, "not-found");
    let stays = ada.get(&format!("/chats/{lunch}/messages/{}", said["id"])).await.expect(200);
    assert_eq!((&stays["author"], &stays["text"]), (&json!(null), &json!("farewell")));
    let again = json!({"username": "cleo", "password": PASSWORD});
    api.post("/users", again).await.expect_errors(&[("username", "taken")]);
}
