//! Chats and messages by pages and forms.

use crate::{person, with_admin};
use tests::{Page, Server, on_each_database};

#[tokio::test]
async fn two_people_talk_without_script() {
    on_each_database(async |server| {
        with_admin(&server).await;
        let (ada, ben) = (person(&server, "ada").await, person(&server, "ben").await);

        let made =
            ada.fill("/chats/new", "Create", &[("name", "Lunch"), ("members", "ben")]).await.expect(303);
        let lunch = made.location();
        ada.fill(&lunch, "Send", &[("text", "Soup?")]).await.expect(303);
        ben.fill(&lunch, "Send", &[("text", "Yes, **please** <b>now</b>")]).await.expect(303);

        let page = ada.open(&lunch).await.expect(200);
        let messages = page.texts("[role=log] article");
        assert!(messages[0].contains("Soup?") && messages[1].contains("Yes, please"), "{messages:?}");
        assert_eq!(page.texts("[role=log] article strong"), ["please"]);
        assert!(!page.has("[role=log] article b"));
        assert!(ben.open("/chats").await.shows("Lunch"));
    })
    .await;
}

#[tokio::test]
async fn what_may_be_done_with_a_message_stands_on_its_own_page() {
    let server = Server::start().await;
    with_admin(&server).await;
    let ada = person(&server, "ada").await;
    let lunch = ada.fill("/chats/new", "Create", &[("name", "Lunch"), ("members", "")]).await.location();
    ada.fill(&lunch, "Send", &[("text", "Soop")]).await.expect(303);
    let message = message_page(&ada.open(&lunch).await);

    ada.fill(&message, "Save", &[("text", "Soup")]).await.expect(303);
    assert!(ada.open(&lunch).await.text("[role=log] article").contains("Soup"));
    ada.fill(&message, "Delete", &[]).await.expect(303);

    assert!(!ada.open(&lunch).await.text("[role=log]").contains("Soup"));
}

#[tokio::test]
async fn a_message_of_others_offers_neither_edit_nor_delete() {
    let server = Server::start().await;
    with_admin(&server).await;
    let (ada, ben) = (person(&server, "ada").await, person(&server, "ben").await);
    let lunch = ada.fill("/chats/new", "Create", &[("name", "Lunch"), ("members", "ben")]).await.location();
    ada.fill(&lunch, "Send", &[("text", "Soup")]).await.expect(303);

    let page = ben.open(&message_page(&ben.open(&lunch).await)).await.expect(200);

    let buttons = page.texts("main button");
    assert!(buttons.contains(&"Forward".to_owned()) || buttons.contains(&"Reply".to_owned()), "{buttons:?}");
    assert!(!buttons.contains(&"Save".to_owned()) && !buttons.contains(&"Delete".to_owned()), "{buttons:?}");
}

#[tokio::test]
async fn a_strangers_chat_is_not_there() {
    let server = Server::start().await;
    with_admin(&server).await;
    let (ada, ben) = (person(&server, "ada").await, person(&server, "ben").await);
    let lunch = ada.fill("/chats/new", "Create", &[("name", "Lunch"), ("members", "")]).await.location();

    let hidden = ben.get(&lunch).await.expect(404);

    assert!(!hidden.html.contains("Lunch"));
    ben.get(&format!("{lunch}/settings")).await.expect(404);
}

/// Where a message's time leads.
fn message_page(conversation: &Page) -> String {
    conversation.attributes("[role=log] article a:has(time)", "href").swap_remove(0)
}
