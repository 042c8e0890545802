//! What every store holds of chats.

use super::{TestBed, stage::*};
use crate::{
    ChatId, Seq,
    chats::{
        Chat, ChatChange, ChatPage, ChatRole, Kind, MemberPage, NewChat, PublicPage, SMALL, Visibility,
        direct, groups,
    },
    users::{Status, User, Username},
};

fn listed(bed: &mut dyn TestBed, user: &User) -> Vec<ChatId> {
    let page = ChatPage { after: None, limit: 100 };
    look(bed, |reads| reads.chat_views(user.id, page)).into_iter().map(|view| view.chat.id).collect()
}

pub(super) fn a_new_group_has_its_name_and_nothing_else(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let new = NewChat {
        name: "Zum Höhlentroll 🧌".parse().expect("a name"),
        description: "Jeden\nMittwoch".parse().ok(),
        visibility: Visibility::Public,
    };

    let chat = land(bed, |work| work.insert_chat(&caller(&ana).origin, &new));

    assert_eq!((chat.kind, chat.visibility), (Kind::Group, Visibility::Public));
    assert_eq!((chat.name.as_ref(), chat.description.as_ref()), (Some(&new.name), new.description.as_ref()));
    assert_eq!((chat.created_by, chat.last_seq, chat.deleted_at), (Some(ana.id), Seq::ZERO, None));
    assert_eq!(chat.last_message_at, chat.created_at);
    let found = look(bed, |reads| reads.access(ana.id, chat.id)).expect("the chat");
    assert_eq!((found.chat, found.member), (chat, None));
}

pub(super) fn two_people_have_one_direct_chat_in_either_order(bed: &mut dyn TestBed) {
    let [ana, ben, cleo] = people(bed, ["ana", "ben", "cleo"]);
    assert_eq!(look(bed, |reads| reads.direct_chat(ana.id, ben.id)), None);

    let (chat, fresh) = land(bed, |work| work.insert_direct_chat(&origin(), ben.id, ana.id));
    let again = land(bed, |work| work.insert_direct_chat(&origin(), ana.id, ben.id));

    assert_eq!((fresh, again), (true, (chat, false)));
    assert_eq!(look(bed, |reads| reads.direct_chat(ana.id, ben.id)), Some(chat));
    assert_eq!(look(bed, |reads| reads.direct_chat(ben.id, ana.id)), Some(chat));
    assert_eq!(look(bed, |reads| reads.direct_chat(ana.id, cleo.id)), None);
    let access = look(bed, |reads| reads.access(ana.id, chat)).expect("the chat");
    assert_eq!((access.chat.kind, access.chat.visibility), (Kind::Direct, Visibility::Private));
    assert_eq!((access.chat.name, access.peer_active), (None, true));
    for user in [&ana, &ben] {
        let member = look(bed, |reads| reads.member(chat, user.id)).expect("a member");
        assert_eq!(member.role, ChatRole::Member);
    }
}

pub(super) fn a_notebook_has_one_member(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");

    let chat = direct_chat(bed, &ana, &ana);

    assert_eq!(direct_chat(bed, &ana, &ana), chat);
    let view = view(bed, &ana, chat);
    assert_eq!((view.member_count, view.peer), (1, Some(ana.clone())));
    assert!(look(bed, |reads| reads.access(ana.id, chat)).expect("the chat").peer_active);
}

pub(super) fn access_tells_who_the_caller_is_there(bed: &mut dyn TestBed) {
    let [ana, ben, cleo] = people(bed, ["ana", "ben", "cleo"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    let access = |bed: &mut dyn TestBed, user: &User| look(bed, |reads| reads.access(user.id, chat));

    let role = access(bed, &ana).expect("the chat").member.map(|member| member.role);
    assert_eq!(role, Some(ChatRole::Owner));
    let role = access(bed, &ben).expect("the chat").member.map(|member| member.role);
    assert_eq!(role, Some(ChatRole::Member));
    assert_eq!(access(bed, &cleo).expect("the chat").member, None);
    set_status(bed, &ben, Status::Deactivated);
    assert_eq!(access(bed, &ben), None);
    assert_eq!(look(bed, |reads| reads.access(ana.id, ChatId::new(9_999_999))), None);
}

pub(super) fn access_to_a_direct_chat_tells_whether_the_other_is_active(bed: &mut dyn TestBed) {
    let [ana, ben, cleo] = people(bed, ["ana", "ben", "cleo"]);
    let (with_ben, with_cleo) = (direct_chat(bed, &ana, &ben), direct_chat(bed, &cleo, &ana));
    set_status(bed, &ben, Status::Deactivated);
    set_status(bed, &cleo, Status::Deleted);

    for chat in [with_ben, with_cleo] {
        assert!(!look(bed, |reads| reads.access(ana.id, chat)).expect("the chat").peer_active);
    }
    set_status(bed, &ben, Status::Active);
    assert!(look(bed, |reads| reads.access(ana.id, with_ben)).expect("the chat").peer_active);
}

pub(super) fn many_accesses_come_in_the_order_asked(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let (lunch, tea) = (group(bed, "lunch", &ana, &[]), group(bed, "tea", &ben, &[&ana]));
    let talk = direct_chat(bed, &ana, &ben);
    let nowhere = ChatId::new(9_999_999);
    let asked =
        [(ben.id, tea), (ana.id, lunch), (ana.id, nowhere), (ben.id, lunch), (ana.id, talk), (ben.id, tea)];

    let found = land(bed, |work| work.accesses(&asked));

    let each: Vec<_> =
        asked.iter().map(|(user, chat)| look(bed, |reads| reads.access(*user, *chat))).collect();
    assert_eq!(found, each);
    assert!(land(bed, |work| work.accesses(&[])).is_empty());
}

pub(super) fn a_deleted_chat_is_nowhere(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = public_group(bed, "lunch", &ana, &[&ben]);
    say(bed, &ana, chat, "soup");
    let before = view(bed, &ana, chat).chat.last_rev;

    let rev = land(bed, |work| {
        let access = work.access(ana.id, chat)?.expect("the chat");
        work.delete_chat(&origin(), &access.chat)
    });

    assert!(rev > before);
    assert_eq!(look(bed, |reads| reads.access(ana.id, chat)), None);
    assert_eq!(look(bed, |reads| reads.chat_view(ben.id, chat)), None);
    assert!(listed(bed, &ana).is_empty());
    assert!(look(bed, |reads| reads.memberships(ben.id)).is_empty());
    assert!(look(bed, |reads| reads.small_chats(&[chat])).is_empty());
    let page = PublicPage { limit: 10, ..PublicPage::default() };
    assert!(look(bed, |reads| reads.public_chats(ana.id, &page)).is_empty());
}

pub(super) fn chats_are_listed_with_the_newest_message_first(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let lunch = group(bed, "lunch", &ana, &[&ben]);
    let tea = group(bed, "tea", &ben, &[&ana]);
    let talk = direct_chat(bed, &ben, &ana);
    group(bed, "secret", &ben, &[]);
    assert_eq!(listed(bed, &ana), [talk, tea, lunch]);

    let hello = say(bed, &ben, lunch, "hello");
    assert_eq!(listed(bed, &ana), [lunch, talk, tea]);
    assert_eq!(view(bed, &ana, lunch).chat.last_message_at, hello.created_at);
    say(bed, &ana, tea, "tea?");
    edit(bed, &ben, &hello, "hello!");
    assert_eq!(listed(bed, &ana), [tea, lunch, talk]);
    delete_chat(bed, &ana, lunch);
    assert_eq!(listed(bed, &ana), [tea, talk]);
}

pub(super) fn pages_of_chats_hold_each_once(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chats: Vec<ChatId> = (0..7).map(|n| group(bed, &format!("g{n}"), &ana, &[&ben])).collect();
    for n in [3, 1, 6] {
        say(bed, &ben, chats[n], "hi");
    }
    let all = listed(bed, &ana);

    let (mut after, mut paged) = (None, Vec::new());
    for _ in 0..10 {
        let page = look(bed, |reads| reads.chat_views(ana.id, ChatPage { after, limit: 2 }));
        let Some(last) = page.last() else { break };
        assert!(page.len() <= 2);
        after = Some((last.chat.last_message_at, last.chat.id));
        paged.extend(page.iter().map(|view| view.chat.id));
    }

    assert_eq!(all[..3], [chats[6], chats[1], chats[3]]);
    assert_eq!((paged.len(), paged), (7, all));
}

pub(super) fn chats_of_equally_new_messages_come_by_the_higher_id(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chats: Vec<ChatId> = (0..3).map(|n| group(bed, &format!("g{n}"), &ana, &[&ben])).collect();
    let new = |chat: &ChatId, now| super::messages::new_message(&ana, *chat, "at once", now);

    land(bed, |work| {
        let now = work.now();
        work.insert_messages(&[new(&chats[1], now), new(&chats[2], now), new(&chats[0], now)])
    });

    assert_eq!(listed(bed, &ben), [chats[2], chats[1], chats[0]]);
    let first =
        look(bed, |reads| reads.chat_views(ben.id, ChatPage { after: None, limit: 1 })).remove(0).chat;
    let after = Some((first.last_message_at, first.id));
    let rest = look(bed, |reads| reads.chat_views(ben.id, ChatPage { after, limit: 5 }));
    assert_eq!(rest.iter().map(|view| view.chat.id).collect::<Vec<_>>(), [chats[1], chats[0]]);
}

pub(super) fn a_view_of_a_chat_shows_what_its_reader_needs(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let talk = direct_chat(bed, &ana, &ben);
    let hello = say(bed, &ana, talk, "hello");

    let of_ana = view(bed, &ana, talk);
    let of_ben = view(bed, &ben, talk);

    assert_eq!((of_ana.peer.as_ref(), of_ben.peer.as_ref()), (Some(&ben), Some(&ana)));
    assert_eq!(of_ana.last_message.as_deref(), Some(&*hello));
    assert_eq!(of_ben.last_message.as_deref(), Some(&*hello));
    assert_eq!((of_ana.member_count, of_ana.created_by), (2, Some(ana.person())));
    assert_eq!((of_ana.me.map(|me| me.user), of_ben.me.map(|me| me.user)), (Some(ana.id), Some(ben.id)));
    let page = ChatPage { after: None, limit: 10 };
    let listed = look(bed, |reads| reads.chat_views(ben.id, page));
    assert_eq!(listed, [view(bed, &ben, talk)]);
}

pub(super) fn nobody_is_on_the_other_side_once_their_account_is_deleted(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let talk = direct_chat(bed, &ben, &ana);
    set_status(bed, &ben, Status::Deleted);

    let view = view(bed, &ana, talk);

    assert_eq!((view.title().as_str(), view.created_by), ("Deleted user", None));
    assert_eq!(view.peer, None);
    let listed = look(bed, |reads| reads.members(talk, MemberPage { after: None, limit: 10 }));
    assert_eq!((view.member_count, listed.len()), (1, 1));
    let notebook = direct_chat(bed, &ana, &ana);
    assert_eq!(super::stage::view(bed, &ana, notebook).member_count, 1);
}

pub(super) fn a_stranger_sees_a_public_chat_without_its_messages(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = public_group(bed, "lunch", &ana, &[]);
    say(bed, &ana, chat, "soup");

    let view = view(bed, &ben, chat);

    assert_eq!((view.me, view.last_message, view.member_count), (None, None, 1));
}

pub(super) fn public_chats_are_listed_by_id_and_found_by_any_part(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let soup = public_group(bed, "Suppenküche ÄÖ", &ana, &[]);
    group(bed, "Suppe, secret", &ana, &[]);
    let percent = public_group(bed, "100%", &ana, &[]);
    let tea = public_group(bed, "tea", &ana, &[]);
    let change = ChatChange { description: Some("auch suppe_1".parse().ok()), ..ChatChange::default() };
    land(bed, |work| groups::update(work, &caller(&ana), tea, &change));
    let found = |bed: &mut dyn TestBed, query: Option<&str>, after, limit| -> Vec<ChatId> {
        let page = PublicPage { query: query.map(str::to_owned), after, limit };
        look(bed, |reads| reads.public_chats(ana.id, &page)).iter().map(|view| view.chat.id).collect()
    };

    assert_eq!(found(bed, None, None, 50), [soup, percent, tea]);
    assert_eq!(found(bed, None, Some(soup), 1), [percent]);
    assert_eq!(found(bed, Some("SUPPE"), None, 50), [soup, tea]);
    assert_eq!(found(bed, Some("äö"), None, 50), [soup]);
    assert_eq!(found(bed, Some("%"), None, 50), [percent]);
    assert_eq!(found(bed, Some("e_1"), None, 50), [tea]);
}

pub(super) fn a_change_of_a_chat_takes_the_next_rev_and_leaves_the_rest(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let (lunch, tea) = (group(bed, "lunch", &ana, &[]), group(bed, "tea", &ana, &[]));
    let (old, other) = (view(bed, &ana, lunch).chat, view(bed, &ana, tea).chat);
    let change = ChatChange {
        name: "dinner".parse().ok(),
        description: Some("at eight".parse().ok()),
        visibility: Some(Visibility::Public),
    };

    let new = land(bed, |work| work.update_chat(&origin(), &old, &change));

    assert_eq!(new, Chat { last_rev: old.last_rev.next(), ..change.apply(&old) });
    assert_eq!(view(bed, &ana, lunch).chat, new);
    assert_eq!(view(bed, &ana, tea).chat, other);
    let away = ChatChange { description: Some(None), ..ChatChange::default() };
    let bare = land(bed, |work| work.update_chat(&origin(), &new, &away));
    assert_eq!(bare, Chat { description: None, last_rev: new.last_rev.next(), ..new });
}

pub(super) fn memberships_tell_the_rev_and_whether_a_chat_is_small(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let crowd = crowd(bed, usize::try_from(SMALL).expect("a small number"));
    let everybody: Vec<&User> = crowd.iter().collect();
    let small = group(bed, "small", &ana, &everybody[1..]);
    let large = group(bed, "large", &ana, &everybody);
    let talk = direct_chat(bed, &ben, &ana);
    group(bed, "secret", &ben, &[]);
    say(bed, &ana, large, "hello, all");

    let mut found = look(bed, |reads| reads.memberships(ana.id));

    found.sort_by_key(|membership| membership.chat);
    let told: Vec<_> = found.iter().map(|membership| (membership.chat, membership.small)).collect();
    assert_eq!(told, [(small, true), (large, false), (talk, true)]);
    for membership in found {
        assert_eq!(membership.last_rev, view(bed, &ana, membership.chat).chat.last_rev);
    }
    let asked = [talk, large, small, ChatId::new(9_999_999)];
    assert_eq!(sorted(look(bed, |reads| reads.small_chats(&asked))), [small, talk]);
    assert_eq!(view(bed, &ana, large).member_count, SMALL + 1);
}

pub(super) fn a_direct_chat_opens_once_through_the_use_case(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    bed.notices();

    let first = direct_chat(bed, &ana, &ben);
    assert_eq!(bed.notices().len(), 2);
    let second = direct_chat(bed, &ben, &ana);

    assert_eq!((first, bed.notices().len()), (second, 0));
    let found = |by: &User, peer: &Username| {
        let (by, peer) = (caller(by), peer.clone());
        look(bed, move |reads| direct::find(reads, &by, &peer))
    };
    assert_eq!({ found }(&ana, &ben.username), Some(first));
}
