//! What every store has to hold: one set of cases that the in-memory store, SQLite and PostgreSQL pass alike.

mod attachments;
mod audit;
mod chats;
mod forwarding;
mod history;
mod invites;
mod members;
mod messages;
mod reactions;
mod reading;
mod search;
mod sessions;
mod stage;
mod transactions;
mod users;

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{
    Notice, Origin,
    audit::{Action, Entity, Value},
    ports::{Reads, UnitOfWork},
};

/// A fresh, empty store under test.
pub trait TestBed {
    /// Does a job; it lands when the answer is `true`, and leaves nothing behind when it is `false`.
    fn write(&mut self, job: &mut dyn FnMut(&mut dyn UnitOfWork) -> bool);

    /// Looks at what has landed. A search finds all of it: a store that fills its index later has done so by now.
    fn read(&mut self, look: &mut dyn FnMut(&mut dyn Reads));

    /// What landed jobs noted since the last call, in order.
    fn notices(&mut self) -> Vec<Notice>;

    /// The whole audit log, oldest first.
    fn audit(&mut self) -> Vec<Recorded>;
}

/// An audit row as it can be read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Who did it, and how.
    pub by: Origin,
    /// What was done.
    pub action: Action,
    /// To what kind of thing.
    pub entity: Entity,
    /// To which.
    pub entity_id: Option<String>,
    /// The fields that changed, each with its value before and after.
    pub changes: Vec<(String, Value, Value)>,
}

/// One case: a name that says what must hold, and the test of it on a fresh store.
pub type Case = (&'static str, fn(&mut dyn TestBed));

macro_rules! cases {
    ($($module:ident: $($case:ident,)+;)+) => {
        /// Every case there is.
        pub const CASES: &[Case] =
            &[$($((concat!(stringify!($module), "::", stringify!($case)), $module::$case),)+)+];
    };
}

/// Runs every case, each on a store of its own.
///
/// # Panics
/// When a case fails, after the others were run too: with the names of those that failed.
pub fn hold(mut fresh: impl FnMut() -> Box<dyn TestBed>) {
    let mut failed = Vec::new();
    for (name, case) in CASES {
        let mut bed = fresh();
        if catch_unwind(AssertUnwindSafe(|| case(&mut *bed))).is_err() {
            failed.push(*name);
        }
    }
    assert!(failed.is_empty(), "{} of {} cases failed: {failed:#?}", failed.len(), CASES.len());
}

cases! {
    users:
        a_user_is_found_by_id_and_by_name_in_any_case,
        a_username_is_taken_for_ever_in_any_case,
        active_users_are_listed_by_lower_case_username,
        users_are_found_by_any_part_of_their_names_in_any_case,
        a_change_of_a_user_is_kept_and_leaves_the_rest,
        names_at_sign_up_are_kept,
        credentials_are_found_by_name_in_any_case_and_not_by_an_unconfirmed_address,
        a_new_password_takes_the_place_of_the_old_one,
        persons_leaves_out_deleted_accounts_only,
        only_active_admins_are_counted,
        when_somebody_was_last_there_is_kept_but_not_audited,
    ;
    sessions:
        a_session_is_found_by_id_and_by_its_secret,
        a_site_session_has_no_refresh_token,
        sessions_are_listed_the_last_used_first,
        an_expired_session_is_found_but_not_listed,
        an_ended_session_is_found_with_its_end_but_not_listed,
        rotating_changes_the_refresh_token_and_counts_as_use,
    ;
    chats:
        a_new_group_has_its_name_and_nothing_else,
        two_people_have_one_direct_chat_in_either_order,
        a_notebook_has_one_member,
        access_tells_who_the_caller_is_there,
        access_to_a_direct_chat_tells_whether_the_other_is_active,
        many_accesses_come_in_the_order_asked,
        a_deleted_chat_is_nowhere,
        chats_are_listed_with_the_newest_message_first,
        pages_of_chats_hold_each_once,
        chats_of_equally_new_messages_come_by_the_higher_id,
        a_view_of_a_chat_shows_what_its_reader_needs,
        nobody_is_on_the_other_side_once_their_account_is_deleted,
        a_stranger_sees_a_public_chat_without_its_messages,
        public_chats_are_listed_by_id_and_found_by_any_part,
        a_change_of_a_chat_takes_the_next_rev_and_leaves_the_rest,
        memberships_tell_the_rev_and_whether_a_chat_is_small,
        a_direct_chat_opens_once_through_the_use_case,
    ;
    members:
        members_are_listed_by_when_they_joined_then_by_id,
        who_joins_has_read_everything,
        each_new_member_takes_a_rev_in_the_order_given,
        a_new_role_takes_a_rev_and_leaves_the_rest,
        a_bell_is_kept_without_a_rev,
        a_removed_member_is_gone_and_the_chat_has_a_new_rev,
        who_comes_back_begins_anew,
        the_deactivated_are_listed_the_deleted_are_not,
        members_are_found_by_their_lower_case_names,
    ;
    invites:
        an_invitation_is_kept_as_it_was_made,
        a_code_leads_to_one_invitation,
        invitations_of_a_chat_are_listed_the_newest_first,
        uses_are_counted_up_to_the_last,
        who_is_refused_is_not_counted,
        who_signs_up_by_an_invitation_is_a_member_or_nobody,
        an_invitation_taken_back_or_to_a_deleted_chat_leads_nowhere,
        an_invitation_falls_with_who_made_it,
    ;
    messages:
        messages_take_the_next_places_of_their_chats,
        a_message_is_kept_as_it_was_sent,
        the_longest_text_fits,
        a_client_id_is_good_for_one_message_of_its_author,
        sent_as_finds_what_an_author_sent_under_an_id,
        sending_again_answers_the_first_message_as_it_stands,
        a_client_id_of_another_chat_is_refused,
        many_sends_land_or_are_refused_each_by_itself,
        strangers_are_refused_according_to_what_they_may_know,
        a_former_member_does_not_get_their_own_message_again,
        an_own_message_is_read,
        a_reply_shows_its_target_as_it_stands,
        a_reply_answers_a_message_of_the_same_chat,
        an_edit_keeps_the_place_and_takes_a_rev,
        a_deleted_message_keeps_its_place_without_its_contents,
        messages_are_found_by_id_also_deleted_ones,
        messages_are_depicted_in_the_order_given,
        messages_of_a_deleted_account_stay_without_their_author,
        mentions_are_the_members_named,
    ;
    attachments:
        a_file_is_kept_as_it_was_noted,
        a_message_carries_files_in_the_order_given,
        beside_a_file_a_text_can_be_taken_away,
        only_ones_own_files_are_carried,
        a_file_is_readable_as_long_as_a_message_that_carries_it,
        what_a_message_ever_carried_is_known,
        a_file_is_carried_again_while_its_uploader_can_read_it,
        a_file_is_not_readable_in_a_deleted_chat_or_after_leaving,
        unused_files_are_those_that_no_message_shows,
        a_forgotten_file_is_not_there,
        what_is_kept_in_the_media_store_is_in_use_while_a_file_or_a_user_has_it,
    ;
    reactions:
        reactions_stand_in_the_order_in_which_they_first_came,
        each_reaction_takes_a_rev_of_the_chat,
        who_reacted_with_what_is_known,
        reactions_that_look_alike_stay_apart,
        fifty_names_stand_beside_a_reaction_of_more,
        a_message_has_at_most_twenty_different_reactions,
    ;
    forwarding:
        a_forward_reaches_chats_and_people_in_the_order_asked,
        a_comment_goes_before_each_forward,
        a_refused_forward_leaves_nothing,
        a_forward_of_a_forward_names_the_first_author,
        a_repeated_forward_answers_the_first_ones,
        forwarded_files_are_shared,
        the_source_is_told_to_those_who_may_see_it_only,
    ;
    reading:
        marks_are_set_for_each_member_and_chat,
        a_mark_moves_back_on_purpose_only,
        of_many_marks_the_newest_counts_and_strangers_are_refused,
        marks_are_neither_changes_nor_audited,
        what_one_has_read_the_others_of_a_small_chat_hear,
        a_mention_counts_until_it_is_read,
        an_edit_mentions_those_newly_named,
    ;
    history:
        a_stretch_is_read_oldest_first_from_either_side,
        deleted_messages_keep_their_places,
        a_stretch_tells_whether_there_is_more_on_either_side,
        what_changed_comes_once_each_by_rev,
        only_members_read,
    ;
    search:
        all_words_have_to_be_there_the_newest_comes_first,
        a_phrase_stands_together,
        a_beginning_finds_what_goes_on,
        scripts_without_blanks_are_found_by_any_part,
        one_character_is_found_wherever_it_stands,
        accents_case_and_width_make_no_difference,
        an_edited_message_is_found_by_what_it_says_now,
        what_was_deleted_is_not_found,
        only_ones_own_chats_are_searched,
        who_left_finds_nothing_any_more,
        from_finds_what_one_person_wrote,
        in_finds_what_is_in_a_chat_of_that_name,
        of_many_bounds_all_hold,
        before_and_after_bound_the_time,
        bounds_alone_find_little_among_much_and_much,
        pages_hold_each_message_once,
        an_empty_query_finds_nothing,
        any_text_is_a_query,
        a_long_query_and_a_long_text_are_taken,
        what_was_found_is_shown_where_it_stands,
    ;
    audit:
        a_new_user_is_recorded,
        a_change_of_a_user_is_recorded_from_old_to_new,
        a_changed_password_is_recorded_without_it,
        a_session_is_recorded_from_beginning_to_end,
        a_chat_is_recorded_from_beginning_to_end,
        a_direct_chat_is_recorded_with_both_members_once,
        a_member_is_recorded_from_beginning_to_end,
        a_mute_is_recorded_with_its_end,
        an_invitation_is_recorded_without_its_code,
        a_message_is_recorded_by_its_length_and_then_its_old_text,
        a_forward_is_recorded_with_its_source,
        many_messages_are_recorded_each_by_its_sender,
        a_reaction_is_recorded_given_and_taken_back,
        a_file_is_recorded_from_beginning_to_end,
        what_is_no_change_is_recorded_as_told,
        no_secret_is_recorded,
        rows_stand_in_the_order_of_the_changes,
    ;
    transactions:
        a_job_that_does_not_land_leaves_nothing,
        places_of_a_job_that_does_not_land_are_taken_by_the_next,
        a_job_sees_what_it_has_done,
        changes_of_one_job_land_together,
        notices_come_in_the_order_noted_and_once,
        time_goes_on,
    ;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::MemoryStore;

    impl TestBed for MemoryStore {
        fn write(&mut self, job: &mut dyn FnMut(&mut dyn UnitOfWork) -> bool) {
            // What becomes of it, the job has noted for itself.
            let _ = MemoryStore::write(self, |work| if job(work) { Ok(()) } else { Err(()) });
        }

        fn read(&mut self, look: &mut dyn FnMut(&mut dyn Reads)) {
            look(self);
        }

        fn notices(&mut self) -> Vec<Notice> {
            self.take_notices()
        }

        fn audit(&mut self) -> Vec<Recorded> {
            MemoryStore::audit(self).to_vec()
        }
    }

    #[test]
    fn the_store_in_memory_holds_the_contract() {
        hold(|| Box::new(MemoryStore::new()));
    }
}
