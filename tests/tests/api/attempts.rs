//! What signing in costs.

use serde_json::json;
use tests::{Answer, PASSWORD, Server};

async fn sign_in(server: &Server, username: &str, password: &str) -> Answer {
    server.api().post("/auth/token", json!({"username": username, "password": password})).await
}

async fn strict() -> Server {
    Server::with(|options| options.setting("throttle.sign_in", "3/hour")).await
}

#[tokio::test]
async fn everybody_behind_one_address_can_sign_in() {
    let server = strict().await;

    for n in 0..8 {
        let person = server.api().sign_up(&format!("person-{n}")).await;
        person.get("/me").await.expect(200);
    }
}

#[tokio::test]
async fn what_is_left_of_the_rule_is_told_truthfully() {
    let server = strict().await;
    server.api().sign_up("ada").await;
    let left = |answer: &Answer| {
        let number = |name| answer.header(name).unwrap().parse::<u64>().unwrap();
        (answer.status, number("ratelimit-limit"), number("ratelimit-remaining"))
    };

    assert_eq!(left(&sign_in(&server, "ada", PASSWORD).await), (200, 3, 3));
    assert_eq!(left(&sign_in(&server, "ada", "a guess").await), (401, 3, 2));
    assert_eq!(left(&sign_in(&server, "ada", PASSWORD).await), (200, 3, 2));
    assert_eq!(left(&sign_in(&server, "nobody", "a guess").await), (401, 3, 1));
    assert_eq!(left(&sign_in(&server, "ada", "a guess").await), (401, 3, 0));
    assert_eq!(left(&sign_in(&server, "ada", PASSWORD).await), (429, 3, 0));
}

#[tokio::test]
async fn own_good_sign_ins_win_no_further_guesses() {
    let server = strict().await;
    server.api().sign_up("mallory").await;
    server.api().sign_up("ada").await;

    let mut guessed = 0;
    for _ in 0..6 {
        guessed += u32::from(sign_in(&server, "ada", "a guess").await.status == 401);
        sign_in(&server, "mallory", PASSWORD).await;
    }

    assert_eq!(guessed, 3);
}

#[tokio::test]
async fn guesses_made_at_once_are_all_counted() {
    let server = strict().await;
    server.api().sign_up("ada").await;

    let guesses = (0..12).map(|_| sign_in(&server, "ada", "a guess"));
    let statuses: Vec<u16> =
        futures_util::future::join_all(guesses).await.iter().map(|answer| answer.status).collect();

    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 3, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 9, "{statuses:?}");
}

#[tokio::test]
async fn a_password_given_again_counts_when_it_is_wrong_only() {
    let server = strict().await;
    let ada = server.api().sign_up("ada").await;
    let change = async |current: &str| {
        let passwords = json!({"current_password": current, "new_password": PASSWORD});
        ada.put("/me/password", passwords).await.status
    };

    for _ in 0..5 {
        assert_eq!(change(PASSWORD).await, 204);
    }
    for _ in 0..3 {
        assert_eq!(change("a guess").await, 422);
    }

    assert_eq!(change(PASSWORD).await, 429);
    assert_eq!(sign_in(&server, "ada", PASSWORD).await.status, 429, "the same budget");
}
