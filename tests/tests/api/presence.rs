//! Who is there, as frames tell it.

use serde_json::json;
use tests::on_each_database;

#[tokio::test]
async fn a_new_direct_chat_says_whether_the_other_is_there() {
    on_each_database(async |server| {
        let ada = server.api().sign_up("ada").await;
        let (ben, _cleo) = (server.api().sign_up("ben").await, server.api().sign_up("cleo").await);
        let mut at_adas = ada.live().await;
        let _at_bens = ben.live().await;

        ada.write_to("ben", "Soup?").await;
        let with_ben = at_adas.expect("chat.created").await["chat"]["peer"].clone();
        ada.write_to("cleo", "Soup?").await;
        let with_cleo = at_adas.expect("chat.created").await["chat"]["peer"].clone();

        assert_eq!((&with_ben["username"], &with_ben["online"]), (&json!("ben"), &json!(true)));
        assert_eq!((&with_cleo["username"], &with_cleo["online"]), (&json!("cleo"), &json!(false)));
    })
    .await;
}

#[tokio::test]
async fn who_comes_back_to_a_new_chat_is_told_whether_the_other_is_there() {
    on_each_database(async |server| {
        let (ada, ben) = (server.api().sign_up("ada").await, server.api().sign_up("ben").await);
        ada.write_to("ben", "Soup?").await;
        let resume = json!({"type": "resume", "chats": {}});
        let mut at_bens = ben.live().await;

        at_bens.send(resume.clone()).await;
        assert_eq!(at_bens.expect("chat.created").await["chat"]["peer"]["online"], false);
        let _at_adas = ada.live().await;
        at_bens.send(resume).await;

        assert_eq!(at_bens.expect("chat.created").await["chat"]["peer"]["online"], true);
    })
    .await;
}
