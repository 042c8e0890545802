//! Two people talk, live.

use crate::{sees_once, sign_up, two, write};

#[tokio::test]
async fn two_people_talk_and_one_goes_offline_and_comes_back() {
    let Some((server, ada, ben)) = two().await else { return };
    // Ben's network can be cut for good: Chromium's own offline mode leaves open sockets alone.
    let cable = server.cable().await;
    sign_up(&ben, cable.url("").as_str(), "ben").await;
    sign_up(&ada, server.url("").as_str(), "ada").await;

    ada.visit(&server.url("/chats/new")).await;
    ada.type_into("Name", "Lunch").await;
    ada.type_into("Members", "ben").await;
    ada.press("Create").await;
    ada.field("Message").await;
    let lunch = ada.path().await;
    ben.visit(&cable.url(&lunch)).await;
    ben.field("Message").await;

    write(&ada, "Soup at noon?").await;
    sees_once(&ada, "Soup at noon?").await;
    sees_once(&ben, "Soup at noon?").await;
    write(&ben, "Yes, please").await;
    sees_once(&ada, "Yes, please").await;

    cable.cut();
    ben.offline(true).await;
    ben.see("body", "Reconnecting").await;
    write(&ada, "Make it one o'clock").await;
    write(&ben, "I may be late").await;
    sees_once(&ben, "I may be late").await;

    cable.mend();
    ben.offline(false).await;
    for person in [&ada, &ben] {
        sees_once(person, "Make it one o'clock").await;
        sees_once(person, "I may be late").await;
    }
}

#[tokio::test]
async fn typing_is_shown_to_the_other_and_goes_away() {
    let Some((server, ada, ben)) = two().await else { return };
    sign_up(&ada, &server.url(""), "ada").await;
    sign_up(&ben, &server.url(""), "ben").await;
    ada.visit(&server.url("/chats/new")).await;
    ada.type_into("Name", "Lunch").await;
    ada.type_into("Members", "ben").await;
    ada.press("Create").await;
    ada.field("Message").await;
    ben.visit(&server.url(&ada.path().await)).await;

    ben.type_into("Message", "I am thinki").await;
    ada.see("body", "is typing").await;
    write(&ben, "ng").await;

    sees_once(&ada, "I am thinking").await;
    let gone = "return !document.body.innerText.includes('is typing')";
    ada.until("the end of typing", gone, vec![]).await;
}

#[tokio::test]
async fn the_details_over_a_conversation_are_gone_through_by_keys() {
    let Some((server, ada, _ben)) = two().await else { return };
    sign_up(&ada, &server.url(""), "ada").await;
    ada.visit(&server.url("/chats/new")).await;
    ada.type_into("Name", "Lunch").await;
    ada.press("Create").await;
    ada.resize(390, 844).await;
    let details = ada.find("[data-details]").await;

    for leave in ["\u{e00c}", "\u{e007}"] {
        details.send_keys("\u{e007}").await.expect("Enter is taken");
        ada.until(
            "the focus in the pane",
            "return document.activeElement.matches('[data-details-close]')",
            vec![],
        )
        .await;
        ada.find("[data-details-close]").await.send_keys(leave).await.expect("a key is taken");
        ada.until("the focus back", "return document.activeElement.matches('[data-details]')", vec![]).await;
        let shown = ada.run("return !!document.querySelector('.details').offsetParent", vec![]).await;
        assert_eq!(shown, false);
    }
}
