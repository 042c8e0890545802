//! What every store holds of files.

use std::time::Duration;

use super::{TestBed, stage::*};
use crate::{
    AttachmentId,
    attachments::Attachment,
    messages::{Draft, MessageError, MessageText, Sending, editing},
    users::{Status, User, UserChange},
};

fn may_read(bed: &mut dyn TestBed, user: &User, file: &Attachment) -> bool {
    look(bed, |reads| reads.may_read_attachment(user.id, file.id))
}

pub(super) fn a_file_is_kept_as_it_was_noted(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");

    let file = upload(bed, &ana, "süppe \"1\".png");

    assert_eq!((file.owner, file.bytes, file.size), (Some(ana.id), 1_234, Some((640, 480))));
    assert_eq!(file.filename, "süppe \"1\".png");
    assert_eq!(file.thumbnail.as_deref(), Some("thumbnail-of-süppe \"1\".png"));
    assert_eq!(look(bed, |reads| reads.attachments(&[AttachmentId::new(9_999_999), file.id])), [file]);
    assert!(look(bed, |reads| reads.attachments(&[])).is_empty());
}

pub(super) fn a_message_carries_files_in_the_order_given(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let chat = group(bed, "lunch", &ana, &[]);
    let files = ["one", "two", "three"].map(|name| upload(bed, &ana, name));
    let order = [files[2].id, files[0].id, files[1].id];

    let message = say_with(bed, &ana, chat, &order);

    assert_eq!(message.attachments, [files[2].clone(), files[0].clone(), files[1].clone()]);
    assert_eq!(look(bed, |reads| reads.attached(message.id)), order);
    assert_eq!(message.text, "");
    let plain = say(bed, &ana, chat, "nothing");
    assert!(look(bed, |reads| reads.attached(plain.id)).is_empty());
}

pub(super) fn beside_a_file_a_text_can_be_taken_away(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let chat = group(bed, "lunch", &ana, &[]);
    let file = upload(bed, &ana, "soup.png");
    let message = say_with(bed, &ana, chat, &[file.id]);
    let plain = say(bed, &ana, chat, "soup");
    edit(bed, &ana, &message, "look");

    let silence = |bed: &mut dyn TestBed, id| {
        write(bed, |work| editing::edit(work, &caller(&ana), chat, id, MessageText::none()))
    };
    let silent = silence(bed, message.id).expect("edited");

    assert_eq!((silent.text.as_str(), &silent.attachments), ("", &vec![file]));
    assert_eq!(silence(bed, plain.id), Err(MessageError::NothingToSay));
    assert_eq!(seen(bed, plain.id).text, "soup");
}

pub(super) fn only_ones_own_files_are_carried(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    let file = upload(bed, &ana, "soup.png");

    for id in [file.id, AttachmentId::new(9_999_999)] {
        let draft = Draft::new("", vec![id]).expect("a draft");
        let refused = send(bed, Sending { by: caller(&ben), chat, draft });
        assert_eq!(refused, Err(MessageError::NoSuchAttachment));
    }
}

pub(super) fn a_file_is_readable_as_long_as_a_message_that_carries_it(bed: &mut dyn TestBed) {
    let [ana, ben, cleo] = people(bed, ["ana", "ben", "cleo"]);
    let lunch = public_group(bed, "lunch", &ana, &[&ben]);
    let talk = direct_chat(bed, &ana, &cleo);
    let file = upload(bed, &ana, "soup.png");
    let other = upload(bed, &ana, "bread.png");
    assert!(!may_read(bed, &ben, &file));

    let first = say_with(bed, &ana, lunch, &[file.id]);
    assert!(may_read(bed, &ben, &file) && !may_read(bed, &cleo, &file) && !may_read(bed, &ben, &other));
    let second = say_with(bed, &ana, talk, &[other.id, file.id]);
    assert!(may_read(bed, &cleo, &file) && may_read(bed, &cleo, &other));
    delete(bed, &ana, &first);
    assert!(!may_read(bed, &ben, &file) && may_read(bed, &cleo, &file));
    set_status(bed, &cleo, Status::Deactivated);
    assert!(!may_read(bed, &cleo, &file));
    delete(bed, &ana, &second);
    assert!(!may_read(bed, &ana, &file));
}

pub(super) fn what_a_message_ever_carried_is_known(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let chat = group(bed, "lunch", &ana, &[]);
    let [file, other] = ["file", "other"].map(|name| upload(bed, &ana, name));
    let was_attached =
        |bed: &mut dyn TestBed, file: &Attachment| look(bed, |reads| reads.was_attached(file.id));
    assert!(!was_attached(bed, &file));

    let message = say_with(bed, &ana, chat, &[file.id]);
    assert!(was_attached(bed, &file) && !was_attached(bed, &other));
    delete(bed, &ana, &message);
    assert!(was_attached(bed, &file) && !was_attached(bed, &other));
}

pub(super) fn a_file_is_carried_again_while_its_uploader_can_read_it(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let (lunch, tea) = (group(bed, "lunch", &ana, &[&ben]), group(bed, "tea", &ben, &[]));
    let [file, other] = ["file", "other"].map(|name| upload(bed, &ben, name));
    let send_it = |bed: &mut dyn TestBed| {
        let draft = Draft::new("", vec![file.id, other.id]).expect("a draft");
        send(bed, Sending { by: caller(&ben), chat: tea, draft })
    };
    let withdrawn = |bed: &mut dyn TestBed| {
        let files = [file.id, other.id, AttachmentId::new(9_999_999)];
        look(bed, |reads| reads.withdrawn_attachments(&files))
    };
    say_with(bed, &ben, lunch, &[file.id]);
    let at_tea = say_with(bed, &ben, tea, &[file.id]);

    delete(bed, &ben, &at_tea);
    assert_eq!(withdrawn(bed), [], "it is read at lunch, and the other was in no message yet");
    let again = send_it(bed).expect("sent again").message;
    assert_eq!(again.attachments, [file.clone(), other.clone()]);
    delete(bed, &ben, &again);
    assert_eq!(withdrawn(bed), [other.id]);
    assert_eq!(send_it(bed), Err(MessageError::NoSuchAttachment));
    land(bed, |work| crate::chats::members::remove(work, &caller(&ana), lunch, &ben.username));
    assert_eq!(sorted(withdrawn(bed)), [file.id, other.id], "others still read it");
    assert!(may_read(bed, &ana, &file));
    land(bed, |work| work.delete_attachment(&origin(), &other));
    assert_eq!(withdrawn(bed), [file.id]);
    assert_eq!(send_it(bed), Err(MessageError::NoSuchAttachment));
}

pub(super) fn a_file_is_not_readable_in_a_deleted_chat_or_after_leaving(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    let file = upload(bed, &ana, "soup.png");
    say_with(bed, &ana, chat, &[file.id]);
    let member = look(bed, |reads| reads.member(chat, ben.id)).expect("a member");

    land(bed, |work| work.delete_member(&origin(), &member));
    assert!(!may_read(bed, &ben, &file) && may_read(bed, &ana, &file));
    land(bed, |work| crate::chats::groups::delete(work, &caller(&ana), chat));
    assert!(!may_read(bed, &ana, &file));
}

pub(super) fn unused_files_are_those_that_no_message_shows(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let chat = group(bed, "lunch", &ana, &[]);
    let [used, unused, shared] = ["used", "unused", "shared"].map(|name| upload(bed, &ana, name));
    say_with(bed, &ana, chat, &[used.id]);
    let gone = say_with(bed, &ana, chat, &[unused.id, shared.id]);
    let twice = say_with(bed, &ana, chat, &[shared.id]);
    delete(bed, &ana, &gone);
    let new = upload(bed, &ana, "new");
    let later = new.created_at.plus(Duration::from_secs(1));
    let found = |bed: &mut dyn TestBed, before, limit| {
        land(bed, |work| work.unused_attachments(before, limit).map(sorted))
    };

    assert_eq!(found(bed, later, 10), [unused.id, new.id]);
    assert_eq!(found(bed, new.created_at, 10), [unused.id]);
    assert_eq!(found(bed, later, 1).len(), 1);
    delete(bed, &ana, &twice);
    assert_eq!(found(bed, new.created_at, 10), [unused.id, shared.id]);
}

pub(super) fn a_forgotten_file_is_not_there(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let chat = group(bed, "lunch", &ana, &[]);
    let [file, other] = ["file", "other"].map(|name| upload(bed, &ana, name));
    let message = say_with(bed, &ana, chat, &[file.id]);
    delete(bed, &ana, &message);

    land(bed, |work| work.delete_attachment(&origin(), &file));

    assert_eq!(look(bed, |reads| reads.attachments(&[file.id, other.id])), [other]);
    assert!(look(bed, |reads| reads.attached(message.id)).is_empty());
    assert!(seen(bed, message.id).is_deleted());
}

pub(super) fn what_is_kept_in_the_media_store_is_in_use_while_a_file_or_a_user_has_it(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let wear = |bed: &mut dyn TestBed, user: &User, avatar: Option<&str>| {
        let change = UserChange { avatar: Some(avatar.map(str::to_owned)), ..UserChange::default() };
        land(bed, |work| work.update_user(&origin(), user, &change))
    };
    let file = upload(bed, &ana, "süppe \"1\".png");
    let (own, small) = ("key-of-süppe \"1\".png", "thumbnail-of-süppe \"1\".png");
    let ana = wear(bed, &ana, Some("shared.png"));
    wear(bed, &ben, Some("shared.png"));
    let in_use = |bed: &mut dyn TestBed| {
        let keys = [own, "shared.png", small, "other"].map(str::to_owned);
        let mut found = look(bed, |reads| reads.keys_in_use(&keys));
        found.extend(look(bed, |reads| reads.avatars_in_use(&keys)));
        found.sort();
        found.dedup();
        found
    };

    assert_eq!(in_use(bed), [own, "shared.png", small], "before any message carries it, too");
    wear(bed, &ana, None);
    assert_eq!(in_use(bed), [own, "shared.png", small], "somebody else has it");
    wear(bed, &ben, Some("new.png"));
    land(bed, |work| work.delete_attachment(&origin(), &file));
    assert_eq!(in_use(bed), [""; 0]);
    assert!(look(bed, |reads| reads.keys_in_use(&[])).is_empty());
    assert!(look(bed, |reads| reads.avatars_in_use(&[])).is_empty());
}
