//! What auth promise, on a store in memory.

use std::time::Duration;

use actix_web::http::Method;
use domain::{Origin, Via, ports::UnitOfWork, users::Status, users::UserChange};
use serde_json::{Value, json};

use crate::testing::World;

const PASSWORD: &str = "seventeen bottles";

async fn with_ana() -> World {
    let world = World::with(&[]);
    let ana = json!({"username": "ana", "password": PASSWORD});
    world.call(Method::POST, "/users", None, Some(ana)).await.expect(201);
    world
}

async fn sign_in(world: &World, username: &str, password: &str) -> crate::testing::Answered {
    let body = json!({"username": username, "password": password});
    world.call(Method::POST, "/auth/token", None, Some(body)).await
}

async fn refresh(world: &World, token: &Value) -> crate::testing::Answered {
    world.call(Method::POST, "/auth/refresh", None, Some(json!({"refresh_token": token}))).await
}

async fn is_in(world: &World, pair: &Value) -> bool {
    world.call(Method::GET, "/me", pair["access_token"].as_str(), None).await.status == 200
}

#[actix_web::test]
async fn signing_in_gives_a_pair_of_tokens_that_nobody_may_keep() {
    let world = with_ana().await;

    let answered = sign_in(&world, "ANA", PASSWORD).await;

    assert_eq!(answered.header("cache-control"), Some("no-store"));
    assert!(answered.header("set-cookie").is_none());
    let pair = answered.expect(200);
    assert_eq!((&pair["token_type"], &pair["expires_in"]), (&json!("Bearer"), &json!(900)));
    assert!(is_in(&world, &pair).await);
}

#[actix_web::test]
async fn a_wrong_password_an_unknown_name_and_a_deactivated_account_are_answered_alike() {
    let world = with_ana().await;
    let ben = json!({"username": "ben", "password": PASSWORD});
    world.call(Method::POST, "/users", None, Some(ben)).await.expect(201);
    {
        let mut store = world.store.lock();
        let ben = store.someone("ben");
        let change = UserChange { status: Some(Status::Deactivated), ..UserChange::default() };
        store.update_user(&Origin::anonymous(Via::Cli), &ben, &change).unwrap();
    }

    let wrong = sign_in(&world, "ana", "something else").await.expect(401);

    assert_eq!(sign_in(&world, "nobody", PASSWORD).await.expect(401), wrong);
    assert_eq!(sign_in(&world, "ben", PASSWORD).await.expect(401), wrong);
    assert_eq!(sign_in(&world, "ana", &"x".repeat(1_000)).await.expect(401), wrong);
}

#[actix_web::test]
async fn a_refresh_token_is_good_once_and_its_second_use_ends_the_session() {
    let world = with_ana().await;
    let first = sign_in(&world, "ana", PASSWORD).await.expect(200);

    let second = refresh(&world, &first["refresh_token"]).await.expect(200);
    assert!(is_in(&world, &first).await && is_in(&world, &second).await);

    refresh(&world, &first["refresh_token"]).await.expect(401);
    assert!(!is_in(&world, &first).await && !is_in(&world, &second).await);
    refresh(&world, &second["refresh_token"]).await.expect(401);
}

#[actix_web::test]
async fn what_is_no_refresh_token_is_refused() {
    let world = with_ana().await;
    let pair = sign_in(&world, "ana", PASSWORD).await.expect(200);

    refresh(&world, &json!("nonsense")).await.expect(401);
    refresh(&world, &pair["access_token"]).await.expect(401);
    let mixed = json!({"access_token": pair["refresh_token"]});
    assert!(!is_in(&world, &mixed).await);
}

#[actix_web::test]
async fn signing_out_ends_the_session_at_once() {
    let world = with_ana().await;
    let here = sign_in(&world, "ana", PASSWORD).await.expect(200);
    let elsewhere = sign_in(&world, "ana", PASSWORD).await.expect(200);

    let answered = world.call(Method::POST, "/auth/logout", here["access_token"].as_str(), None).await;

    assert_eq!((answered.status, answered.bytes.len()), (204, 0));
    assert!(!is_in(&world, &here).await && is_in(&world, &elsewhere).await);
    refresh(&world, &here["refresh_token"]).await.expect(401);
}

#[actix_web::test]
async fn who_signs_in_rightly_uses_nothing_up_and_takes_nothing_back() {
    let world = with_ana().await;
    for _ in 0..4 {
        sign_in(&world, "ana", "something else").await.expect(401);
        for _ in 0..3 {
            sign_in(&world, "ana", PASSWORD).await.expect(200);
        }
    }

    sign_in(&world, "ana", "something else").await.expect(401);

    sign_in(&world, "ana", PASSWORD).await.expect(429);
}

#[actix_web::test]
async fn many_who_guess_at_once_are_no_more_than_the_rule_permits() {
    let world = with_ana().await;

    let guesses = (0..20).map(|_| sign_in(&world, "ana", "something else"));
    let guesses = futures_util::future::join_all(guesses).await;

    let wrong = guesses.iter().filter(|answered| answered.status == 401).count();
    let throttled = guesses.iter().filter(|answered| answered.status == 429).count();
    assert_eq!((wrong, throttled), (5, 15));
}

#[actix_web::test]
async fn a_session_is_listed_as_long_as_it_can_be_gone_on_with() {
    const DAY: Duration = Duration::from_hours(24);
    let world = with_ana().await;
    let here = world.token("ana");
    let first = sign_in(&world, "ana", PASSWORD).await.expect(200);
    let listed = async || {
        let sessions = world.call(Method::GET, "/me/sessions", Some(&here), None).await.expect(200);
        sessions["items"].as_array().unwrap().len()
    };

    world.store.lock().advance(29 * DAY);
    assert_eq!(listed().await, 2);
    let second = refresh(&world, &first["refresh_token"]).await.expect(200);
    world.store.lock().advance(29 * DAY);
    assert_eq!(listed().await, 2);
    world.store.lock().advance(DAY);

    assert_eq!(listed().await, 1);
    refresh(&world, &second["refresh_token"]).await.expect(401);
}

#[actix_web::test]
async fn guessing_is_throttled() {
    let world = with_ana().await;
    for _ in 0..5 {
        sign_in(&world, "ana", "something else").await.expect(401);
    }

    let answered = sign_in(&world, "ana", PASSWORD).await;

    assert!(answered.header("retry-after").is_some());
    assert_eq!(answered.expect(429)["type"], "/problems/throttled");
}
