//! What every store holds of members.

use super::{TestBed, stage::*};
use crate::{
    ChatId, Seq, Timestamp, UserId,
    chats::{Bell, ChatRole, Member, MemberChange, MemberPage},
    ports::UnitOfWork,
    users::{Status, User},
};

fn member(bed: &mut dyn TestBed, chat: ChatId, user: &User) -> Member {
    look(bed, |reads| reads.member(chat, user.id)).expect("a member")
}

fn listed(
    bed: &mut dyn TestBed,
    chat: ChatId,
    after: Option<(Timestamp, UserId)>,
    limit: i64,
) -> Vec<(Member, User)> {
    look(bed, |reads| reads.members(chat, MemberPage { after, limit }))
}

fn add(bed: &mut dyn TestBed, chat: ChatId, by: &User, users: &[&User]) -> Vec<(Member, crate::Rev)> {
    let users: Vec<_> = users.iter().map(|user| (user.id, ChatRole::Member)).collect();
    land(bed, |work| {
        let access = work.access(by.id, chat)?.expect("the chat");
        work.insert_members(&origin(), &access.chat, &users)
    })
}

fn remove(bed: &mut dyn TestBed, member: &Member) -> crate::Rev {
    land(bed, |work: &mut dyn UnitOfWork| work.delete_member(&origin(), member))
}

pub(super) fn members_are_listed_by_when_they_joined_then_by_id(bed: &mut dyn TestBed) {
    let [dan, cleo, ben, ana] = people(bed, ["dan", "cleo", "ben", "ana"]);
    let chat = group(bed, "lunch", &ana, &[]);
    add(bed, chat, &ana, &[&cleo]);
    add(bed, chat, &ana, &[&ben, &dan]);

    let all = listed(bed, chat, None, 50);

    let mut in_order = all.clone();
    in_order.sort_by_key(|(member, _)| (member.joined_at, member.user));
    assert_eq!(all, in_order);
    assert_eq!((all.len(), &all[0].1, &all[1].1), (4, &ana, &cleo));
    assert!(all.iter().all(|(member, user)| member.user == user.id && member.chat == chat));
    let mut paged = Vec::new();
    for _ in 0..10 {
        let after = paged.last().map(|(member, _): &(Member, User)| (member.joined_at, member.user));
        paged.extend(listed(bed, chat, after, 1));
    }
    assert_eq!(paged, all);
}

pub(super) fn who_joins_has_read_everything(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[]);
    for text in ["soup?", "@ben", "bread"] {
        say(bed, &ana, chat, text);
    }

    let (joined, _) = add(bed, chat, &ana, &[&ben]).remove(0);

    assert_eq!((joined.last_read, joined.last_mention), (Seq::new(3), Seq::ZERO));
    assert_eq!((joined.role, joined.bell, joined.muted_until), (ChatRole::Member, Bell::All, None));
    assert_eq!(member(bed, chat, &ben), joined);
    let view = view(bed, &ben, chat);
    assert_eq!((view.unread_count(), view.is_mentioned()), (0, false));
}

pub(super) fn each_new_member_takes_a_rev_in_the_order_given(bed: &mut dyn TestBed) {
    let [ana, ben, cleo] = people(bed, ["ana", "ben", "cleo"]);
    let chat = group(bed, "lunch", &ana, &[]);
    let before = view(bed, &ana, chat).chat.last_rev;

    let added = add(bed, chat, &ana, &[&cleo, &ben]);

    let told: Vec<_> = added.iter().map(|(member, rev)| (member.user, *rev)).collect();
    assert_eq!(told, [(cleo.id, before.next()), (ben.id, before.next().next())]);
    assert_eq!(view(bed, &ana, chat).chat.last_rev, before.next().next());
}

pub(super) fn a_new_role_takes_a_rev_and_leaves_the_rest(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    say(bed, &ana, chat, "hi @ben");
    let (old, before) = (member(bed, chat, &ben), view(bed, &ana, chat).chat.last_rev);
    let change = MemberChange { role: Some(ChatRole::Admin), ..MemberChange::default() };

    let (new, rev) = land(bed, |work| work.update_member(&origin(), &old, &change));

    assert_eq!((rev, &new), (before.next(), &Member { role: ChatRole::Admin, ..old }));
    assert_eq!(member(bed, chat, &ben), new);
    assert_eq!(member(bed, chat, &ana).role, ChatRole::Owner);
    assert_eq!(view(bed, &ana, chat).chat.last_rev, rev);
}

pub(super) fn a_bell_is_kept_without_a_rev(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    let (old, before) = (member(bed, chat, &ben), view(bed, &ana, chat).chat.last_rev);
    let until = Timestamp::from_micros(1_900_000_000_000_001);
    let set = |bell, muted| MemberChange { role: None, bell: Some(bell), muted_until: Some(muted) };

    land(bed, |work| work.set_bell(&origin(), &old, &set(Bell::Mentions, Some(until))));

    let new = member(bed, chat, &ben);
    assert_eq!(new, Member { bell: Bell::Mentions, muted_until: Some(until), ..old });
    assert_eq!(member(bed, chat, &ana).bell, Bell::All);
    assert_eq!(view(bed, &ana, chat).chat.last_rev, before);
    land(bed, |work| work.set_bell(&origin(), &new, &set(Bell::None, None)));
    assert_eq!(member(bed, chat, &ben), Member { bell: Bell::None, muted_until: None, ..new });
}

pub(super) fn a_removed_member_is_gone_and_the_chat_has_a_new_rev(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let (chat, other) = (group(bed, "lunch", &ana, &[&ben]), group(bed, "tea", &ana, &[&ben]));
    let (old, before) = (member(bed, chat, &ben), view(bed, &ana, chat).chat.last_rev);

    let rev = remove(bed, &old);

    assert_eq!((rev, view(bed, &ana, chat).chat.last_rev), (before.next(), before.next()));
    assert_eq!(look(bed, |reads| reads.member(chat, ben.id)), None);
    assert_eq!(look(bed, |reads| reads.access(ben.id, chat)).expect("the chat").member, None);
    let left: Vec<ChatId> = look(bed, |reads| reads.memberships(ben.id)).iter().map(|m| m.chat).collect();
    assert_eq!((left, view(bed, &ana, chat).member_count), (vec![other], 1));
}

pub(super) fn who_comes_back_begins_anew(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    say(bed, &ana, chat, "hi @ben");
    let old = member(bed, chat, &ben);
    let silent = MemberChange { bell: Some(Bell::None), ..MemberChange::default() };
    land(bed, |work| work.set_bell(&origin(), &old, &silent));
    remove(bed, &old);
    say(bed, &ana, chat, "without ben");

    add(bed, chat, &ana, &[&ben]);

    let new = member(bed, chat, &ben);
    assert_eq!((new.last_read, new.last_mention, new.bell), (Seq::new(2), Seq::ZERO, Bell::All));
    assert!(new.joined_at > old.joined_at);
}

pub(super) fn the_deactivated_are_listed_the_deleted_are_not(bed: &mut dyn TestBed) {
    let [ana, ben, cleo] = people(bed, ["ana", "ben", "cleo"]);
    let chat = group(bed, "lunch", &ana, &[&ben, &cleo]);
    set_status(bed, &ben, Status::Deactivated);
    set_status(bed, &cleo, Status::Deleted);

    let shown: Vec<UserId> = listed(bed, chat, None, 50).iter().map(|(member, _)| member.user).collect();
    let active: Vec<UserId> =
        look(bed, |reads| reads.active_members(chat)).iter().map(|member| member.user).collect();

    assert_eq!((sorted(shown), active), (ids(&[&ana, &ben]), vec![ana.id]));
    assert!(look(bed, |reads| reads.member(chat, ben.id)).is_some());
}

pub(super) fn members_are_found_by_their_lower_case_names(bed: &mut dyn TestBed) {
    let [ana, ben, cleo, dan] = people(bed, ["Ana", "ben", "cleo", "dan"]);
    let chat = group(bed, "lunch", &ana, &[&ben, &cleo]);
    set_status(bed, &cleo, Status::Deactivated);
    let names = ["ana", "ben", "cleo", "dan", "nobody"].map(str::to_owned);

    let found = look(bed, |reads| reads.members_named(chat, &names));

    assert_eq!(sorted(found), ids(&[&ana, &ben]));
    assert!(look(bed, |reads| reads.members_named(chat, &[])).is_empty());
    assert_eq!(look(bed, |reads| reads.user(dan.id)), Some(dan));
}
