//! Reactions to messages.

use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl};
use domain::{
    MessageId, Origin, UserId, audit,
    messages::{Message, Reaction},
};

use super::{messages, users::only_one};
use crate::{connection::Loads, error::Outcome, ledger::Ledger, schema::reactions};

pub(crate) fn has(db: &mut Loads, message: MessageId, user: UserId, reaction: &Reaction) -> Outcome<bool> {
    let this = reactions::message_id
        .eq(message.get())
        .and(reactions::user_id.eq(user.get()))
        .and(reactions::reaction.eq(reaction.as_str()));
    Ok(db.one::<_, i64>(reactions::table.filter(this).select(reactions::id))?.is_some())
}

/// The different reactions to a message, in the order in which they first came.
pub(crate) fn kinds(db: &mut Loads, message: MessageId) -> Outcome<Vec<Reaction>> {
    let query = reactions::table
        .filter(reactions::message_id.eq(message.get()))
        .group_by(reactions::reaction)
        .order(diesel::dsl::min(reactions::id))
        .select(reactions::reaction);
    Ok(db.all(query)?.into_iter().map(Reaction::stored).collect())
}

pub(crate) fn insert(
    ledger: &mut Ledger,
    by: &Origin,
    message: &Message,
    user: UserId,
    reaction: &Reaction,
) -> Outcome<Message> {
    let now = ledger.now();
    ledger.change(by, &audit::reaction_created(message, user, reaction.as_str()), |db| {
        let row = (
            reactions::message_id.eq(message.id.get()),
            reactions::user_id.eq(user.get()),
            reactions::reaction.eq(reaction.as_str()),
            reactions::created_at.eq(now.micros()),
        );
        diesel::insert_into(reactions::table).values(row).execute(db)?;
        messages::touch(db, message)
    })
}

pub(crate) fn delete(
    ledger: &mut Ledger,
    by: &Origin,
    message: &Message,
    user: UserId,
    reaction: &Reaction,
) -> Outcome<Message> {
    ledger.change(by, &audit::reaction_deleted(message, user, reaction.as_str()), |db| {
        let this = reactions::message_id
            .eq(message.id.get())
            .and(reactions::user_id.eq(user.get()))
            .and(reactions::reaction.eq(reaction.as_str()));
        only_one(diesel::delete(reactions::table.filter(this)).execute(db))?;
        messages::touch(db, message)
    })
}
