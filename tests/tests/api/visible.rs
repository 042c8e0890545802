//! Names and texts that nobody can see, or that pass for others.

use serde_json::json;
use tests::{Api, on_each_database};

const INVISIBLE: [&str; 8] = [
    "\u{200b}",
    "\u{ad}\u{ad}",
    "\u{3164}",
    "\u{2800}",
    "\u{feff}",
    "\u{200d}\u{fe0f}",
    "\u{e0041}",
    "\u{ffa0} \u{115f}",
];

#[tokio::test]
async fn what_nobody_can_see_counts_as_empty() {
    on_each_database(async |server| {
        let (ada, lunch) = lunch(&server).await;
        let message = ada.write(lunch, "soup").await;
        let at = format!("/chats/{lunch}/messages/{}", message["id"]);
        for text in INVISIBLE {
            let name = json!({"name": text, "members": []});
            ada.post("/chats", name).await.expect_errors(&[("name", "required")]);
            ada.patch(&format!("/chats/{lunch}"), json!({"name": text}))
                .await
                .expect_errors(&[("name", "required")]);
            ada.patch("/me", json!({"first_name": text})).await.expect_errors(&[("first_name", "required")]);
            ada.patch("/me", json!({"last_name": text})).await.expect_errors(&[("last_name", "required")]);
            ada.post(&format!("/chats/{lunch}/messages"), json!({"text": text}))
                .await
                .expect_errors(&[("text", "required")]);
            ada.patch(&at, json!({"text": text})).await.expect_errors(&[("text", "required")]);
            let reaction = text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
            assert_eq!(
                ada.put(&format!("{at}/reactions/{reaction}"), json!(null)).await.status,
                422,
                "{text:?}"
            );
        }
        assert_eq!(ada.messages(lunch).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn no_name_holds_what_turns_or_breaks_a_line() {
    on_each_database(async |server| {
        let (ada, lunch) = lunch(&server).await;
        let message = ada.write(lunch, "soup").await;
        for c in "\u{61c}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202e}\u{2066}\u{2069}".chars() {
            let name = format!("a{c}b");
            let body = json!({"name": name, "members": []});
            ada.post("/chats", body).await.expect_errors(&[("name", "invalid_character")]);
            ada.patch("/me", json!({"last_name": name}))
                .await
                .expect_errors(&[("last_name", "invalid_character")]);
            let reaction = name.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
            let at = format!("/chats/{lunch}/messages/{}/reactions/{reaction}", message["id"]);
            assert_eq!(ada.put(&at, json!(null)).await.status, 422, "{c:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_scripts_and_emoji_are_made_of_stays() {
    on_each_database(async |server| {
        let (ada, lunch) = lunch(&server).await;
        for name in
            ["👩‍👩‍👧‍👦 ❤️", "می‌خواهم", "क्‍ष", "e\u{301}", "אבג", "葛\u{e0100}", "🏴\u{e0067}\u{e0062}\u{e007f}"]
        {
            let user = ada.patch("/me", json!({"first_name": name})).await.expect(200);
            assert_eq!(user["first_name"], name);
            let chat = ada.patch(&format!("/chats/{lunch}"), json!({"name": name})).await.expect(200);
            assert_eq!(chat["name"], name);
            assert_eq!(ada.write(lunch, name).await["text"], name);
        }
        assert_eq!(ada.write(lunch, "a\u{202e}b\u{2028}").await["text"], "a\u{202e}b");
    })
    .await;
}

async fn lunch(server: &tests::Server) -> (Api, i64) {
    let ada = server.api().sign_up("ada").await;
    let lunch = ada.group("lunch", &[]).await;
    (ada, lunch)
}
