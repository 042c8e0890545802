//! The site from outside, on a store in memory.

use actix_web::{http::header, test::TestRequest};
use domain::{
    chats::{NewInvite, invites},
    memory::MemoryStore,
    users::accounts::Registration,
};

use crate::testing::{PASSWORD, World};

#[actix_web::test]
async fn signed_out_one_is_led_to_the_sign_in_page_and_back() {
    let world = World::new();
    let ada = world.person("ada").await;
    ada.post("/logout", &[]).await.expect(303);

    let led = ada.get("/people?q=b").await.expect(303);
    assert_eq!(led.location(), "/login?next=/people%3Fq%3Db");
    let form = [("username", "ADA"), ("password", PASSWORD), ("next", "/people?q=b")];
    assert_eq!(ada.post("/login", &form).await.expect(303).location(), "/people?q=b");
    assert!(ada.get("/people?q=b").await.expect(200).html.contains("action=\"/people\""));
}

#[actix_web::test]
async fn nobody_is_led_to_another_site() {
    let world = World::new();
    world.person("ada").await;
    for trap in ["//evil.example", "https://evil.example", "/\\evil.example"] {
        let form = [("username", "ada"), ("password", PASSWORD), ("next", trap)];
        assert_eq!(world.browser().post("/login", &form).await.expect(303).location(), "/chats", "{trap}");
    }
}

#[actix_web::test]
async fn a_session_has_a_new_secret_each_time_and_none_while_signed_out() {
    let world = World::new();
    let ada = world.person("ada").await;
    let first = ada.cookie.borrow().clone();
    let form = [("username", "ada"), ("password", PASSWORD)];
    ada.post("/login", &form).await.expect(303);
    let second = ada.cookie.borrow().clone();

    assert!(first.is_some() && second.is_some() && first != second);
    let thief = world.browser();
    *thief.cookie.borrow_mut() = first;
    thief.get("/chats").await.expect(303);
    assert!(world.browser().get("/login").await.expect(200).headers.get(header::SET_COOKIE).is_none());
}

#[actix_web::test]
async fn signing_out_ends_the_session_itself() {
    let world = World::new();
    let ada = world.person("ada").await;
    let cookie = ada.cookie.borrow().clone();
    ada.post("/logout", &[]).await.expect(303);

    let thief = world.browser();
    *thief.cookie.borrow_mut() = cookie;
    assert!(thief.get("/chats").await.expect(303).location().starts_with("/login"));
}

#[actix_web::test]
async fn a_cookie_that_was_not_signed_here_is_nobodys() {
    let world = World::new();
    let stranger = world.browser();
    *stranger.cookie.borrow_mut() = Some("natter=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned());

    stranger.get("/chats").await.expect(303);
}

#[actix_web::test]
async fn wrong_passwords_and_unknown_names_are_answered_alike_until_there_were_too_many() {
    let world = World::new();
    world.person("ada").await;
    let attempt = async |username| {
        let form = [("username", username), ("password", "a wrong password")];
        world.browser().post("/login", &form).await
    };
    let (known, unknown) = (attempt("ada").await.expect(422), attempt("nobody").await.expect(422));

    assert_eq!(known.html.replace("ada", "x"), unknown.html.replace("nobody", "x"));
    for _ in 0..3 {
        attempt("ada").await;
    }
    let throttled = attempt("ada").await.expect(429);
    assert!(throttled.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds > 0));
}

const CODE: &str = "lunch-lunch-lunch-lunch";

/// A server with ada's lunch and an invitation to it.
fn inviting(registration: Registration) -> World {
    let mut store = MemoryStore::with(&["ada"]).and_admin("root");
    let lunch = store.group("Lunch", "ada", &[]);
    let ada = store.caller("ada");
    let new = NewInvite { code: CODE.parse().expect("a code"), lasts: None, max_uses: None };
    invites::create(&mut store, &ada, lunch, &new).expect("an invitation");
    World::of(store).open_to(registration)
}

fn signing_up(invite: &str) -> [(&'static str, &str); 3] {
    [("username", "ben"), ("password", PASSWORD), ("invite", invite)]
}

#[actix_web::test]
async fn an_invitation_in_the_address_leads_through_the_form_into_the_chat() {
    for registration in [Registration::Open, Registration::Invite] {
        let world = inviting(registration);
        let ben = world.browser();

        let page = ben.get(&format!("/signup?invite={CODE}")).await.expect(200).html;
        assert!(page.contains("name=\"invite\"") && page.contains(&format!("value=\"{CODE}\"")), "{page}");
        ben.post("/signup", &signing_up(CODE)).await.expect(303);

        assert!(ben.get("/chats").await.expect(200).html.contains("Lunch"));
    }
}

#[actix_web::test]
async fn an_invitation_that_does_not_hold_is_refused_beside_its_field() {
    for (registration, code, why) in [
        (Registration::Open, "none", "Is no invitation that holds."),
        (Registration::Invite, "nowhere-nowhere-nowhere", "Is no invitation that holds."),
        (Registration::Invite, "", "Is needed to sign up here."),
    ] {
        let world = inviting(registration);

        let page = world.browser().post("/signup", &signing_up(code)).await.expect(422).html;

        assert!(page.contains(&format!("id=\"e-invite\">{why}<")), "{page}");
        assert!(page.contains(&format!("value=\"{code}\"")) && page.contains("value=\"ben\""), "{page}");
        assert_eq!(begins_at(&page), ["invite"]);
    }
}

#[actix_web::test]
async fn a_form_that_comes_back_begins_at_what_is_wrong() {
    let world = World::new();
    let typed = [("username", "ben"), ("password", "short"), ("email", "nowhere")];

    let fresh = world.browser().get("/signup").await.expect(200).html;
    let refused = world.browser().post("/signup", &typed).await.expect(422).html;

    assert_eq!(begins_at(&fresh), ["username"]);
    // Of several the browser takes the first.
    assert_eq!(begins_at(&refused), ["password", "email"]);
}

/// The fields that ask to be typed into first.
fn begins_at(page: &str) -> Vec<&str> {
    let fields = page.split("<input ").skip(1).filter_map(|rest| rest.split_once('>'));
    let asking = fields.filter(|(field, _)| field.contains(" autofocus"));
    asking.filter_map(|(field, _)| field.split("name=\"").nth(1)?.split('"').next()).collect()
}

#[actix_web::test]
async fn the_form_asks_for_an_invitation_only_where_it_matters() {
    let asks = async |registration| {
        let page = inviting(registration).browser().get("/signup").await.expect(200).html;
        (page.contains("name=\"username\""), page.contains("name=\"invite\""))
    };

    assert_eq!(asks(Registration::Open).await, (true, false));
    assert_eq!(asks(Registration::Invite).await, (true, true));
    assert_eq!(asks(Registration::Closed).await, (false, false));
}

#[actix_web::test]
async fn who_is_signed_in_is_led_past_the_forms_to_get_in() {
    let world = World::new();
    let ada = world.person("ada").await;

    for form in ["/login", "/signup"] {
        assert_eq!(ada.get(form).await.expect(303).location(), "/chats");
        let on = format!("{form}?next=/people");
        assert_eq!(ada.get(&on).await.expect(303).location(), "/people");
    }
}

#[actix_web::test]
async fn the_set_up_is_open_to_who_has_the_token_only() {
    let world = World::of(MemoryStore::new());
    let root = world.browser();
    let form = [("username", "admin"), ("password", PASSWORD), ("token", "")];
    assert_eq!(root.get("/").await.expect(303).location(), "/signup");
    for form in ["/signup", "/login"] {
        assert_eq!(root.get(form).await.expect(303).location(), "/setup");
    }
    root.get("/setup").await.expect(403);
    root.post("/setup", &form).await.expect(403);
    root.get("/setup?token=the-token").await.expect(200);

    let form = [form[0], form[1], ("token", "the-token")];
    assert_eq!(root.post("/setup", &form).await.expect(303).location(), "/chats");

    assert_eq!(root.get("/setup?token=the-token").await.expect(303).location(), "/login");
    let form = [("username", "second"), ("password", PASSWORD), ("token", "the-token")];
    assert_eq!(world.browser().post("/setup", &form).await.expect(303).location(), "/login");
}

#[actix_web::test]
async fn a_message_can_be_sent_edited_reacted_to_forwarded_and_deleted_without_script() {
    let world = World::new();
    let (ada, ben) = (world.person("ada").await, world.person("ben").await);
    let chat = ada.make("Lunch", "ben").await;
    let message = ada.say(&chat, "Soop & <b>").await;

    ada.post(&message, &[("text", "Soup & <b>")]).await.expect(303);
    ben.post(&format!("{message}/reactions"), &[("reaction", "👍")]).await.expect(303);
    let seen = ben.get(&chat).await.expect(200).html;
    assert!(seen.contains("Soup &amp; &lt;b&gt;") && !seen.contains("Soop") && seen.contains("👍"), "{seen}");
    ben.post(&format!("{message}/reactions"), &[("reaction", "👍")]).await.expect(303);
    assert!(!ben.get(&chat).await.html.contains("<form class=\"reactions\""));

    let other = ben.make("Other", "").await;
    let id = other.rsplit('/').next().unwrap_or_default();
    let form = [("chat_ids", id), ("usernames", "root, @ada"), ("comment", "look")];
    ben.post(&format!("{message}/forward"), &form).await.expect(303);
    let there = ben.get(&other).await.html;
    assert!(there.contains("look") && there.contains("Forwarded from ada"), "{there}");
    assert_eq!(ben.get("/chats").await.html.matches("class=\"chat-item\"").count(), 4);

    ben.post(&message, &[("text", "mine now")]).await.expect(403);
    ben.post(&format!("{message}/delete"), &[]).await.expect(403);
    ada.post(&format!("{message}/delete"), &[]).await.expect(303);
    let page = ada.get(&message).await.expect(200).html;
    assert!(!page.split_once("<main").is_some_and(|(_, main)| main.contains("Soup")), "{page}");
}

#[actix_web::test]
async fn what_a_stranger_must_not_know_of_is_not_there_whatever_they_try() {
    let world = World::new();
    let (ada, eve) = (world.person("ada").await, world.person("eve").await);
    let chat = ada.make("Secret", "").await;
    let message = ada.say(&chat, "hush").await;

    for path in [&chat, &format!("{chat}/settings"), &format!("{chat}/messages"), &message] {
        let page = eve.get(path).await.expect(404);
        assert!(!page.html.contains("Secret") && !page.html.contains("hush"), "{path}");
    }
    for (path, form) in [
        (format!("{chat}/messages"), ("text", "hi")),
        (message.clone(), ("text", "hi")),
        (format!("{message}/delete"), ("", "")),
        (format!("{message}/reactions"), ("reaction", "x")),
        (format!("{message}/forward"), ("usernames", "eve")),
        (format!("{chat}/read"), ("seq", "1")),
        (format!("{chat}/join"), ("", "")),
        (format!("{chat}/leave"), ("", "")),
        (format!("{chat}/delete"), ("", "")),
        (format!("{chat}/settings"), ("name", "Mine")),
        (format!("{chat}/members"), ("username", "eve")),
        (format!("{chat}/members/ada"), ("role", "member")),
        (format!("{chat}/members/ada/remove"), ("", "")),
        (format!("{chat}/bell"), ("level", "none")),
    ] {
        assert_eq!(eve.post(&path, &[form]).await.status, 404, "{path}");
    }
}

#[actix_web::test]
async fn a_refused_form_comes_back_with_what_was_typed() {
    let world = World::new();
    let ada = world.person("ada").await;

    let page = ada.post("/chats/new", &[("name", "Lunch \"<b>"), ("members", "ben")]).await.expect(422);
    assert!(page.html.contains("value=\"Lunch &quot;&lt;b&gt;\"") && page.html.contains("aria-invalid"));
    let chat = ada.make("Lunch", "").await;
    let long = "é".repeat(10_001);
    let page = ada.post(&format!("{chat}/messages"), &[("text", &long)]).await.expect(422);
    assert!(page.html.contains(&long));
    let page = ada.post(&format!("{chat}/leave"), &[]).await;
    assert_eq!(page.expect(303).location(), "/chats");
}

#[actix_web::test]
async fn scripts_are_answered_in_json_and_people_in_pages() {
    let world = World::new();
    let ada = world.person("ada").await;
    let chat = ada.make("Lunch", "").await;

    ada.ask(&format!("{chat}/messages"), &[("text", "hi")]).await.expect(204);
    let refused = ada.ask(&format!("{chat}/messages"), &[("text", "")]).await.expect(422);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    let page = ada.get("/nothing/here").await.expect(404);
    assert!(page.header("content-type").starts_with("text/html") && page.html.contains("class=\"card\""));
    ada.post("/people", &[]).await.expect(405);
    world.browser().ask("/chats/1/messages", &[("text", "hi")]).await.expect(401);
}

#[actix_web::test]
async fn a_page_is_sent_again_only_when_it_changed() {
    let world = World::new();
    let ada = world.person("ada").await;
    let etag = ada.get("/people").await.expect(200).header("etag").to_owned();
    let again = || TestRequest::get().uri("/people").insert_header((header::IF_NONE_MATCH, etag.clone()));

    ada.send(again()).await.expect(304);
    world.person("ben").await;
    ada.send(again()).await.expect(200);
}

#[actix_web::test]
async fn history_is_paged_upward() {
    let world = World::new();
    let ada = world.person("ada").await;
    let chat = ada.make("Lunch", "").await;
    for text in ["Monday", "Tueday", "Wedday", "Thuday", "Friday"] {
        ada.say(&chat, text).await;
    }

    let newest = ada.get(&chat).await.expect(200).html;
    assert!(newest.contains("Wedday") && !newest.contains("Tueday") && newest.contains("?before=3"));
    let older = ada.get(&format!("{chat}?before=3")).await.expect(200).html;
    assert!(older.contains("Monday") && older.contains("Tueday") && !older.contains("Wedday"));
    let fragment = ada.get(&format!("{chat}/messages?before=3")).await.expect(200).html;
    assert!(fragment.contains("\"has_before\":false") && fragment.contains("Tueday"), "{fragment}");
}

#[actix_web::test]
async fn a_write_from_another_site_changes_nothing() {
    let world = World::new();
    let ada = world.person("ada").await;
    let trap = TestRequest::post()
        .uri("/chats")
        .insert_header((header::HOST, "here"))
        .insert_header((header::ORIGIN, "http://evil.example"))
        .set_form([("name", "Trap"), ("members", "")]);

    ada.send(trap).await.expect(403);

    assert!(!ada.get("/chats").await.html.contains("Trap"));
}
