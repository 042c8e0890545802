//! Users.

use diesel::{
    AsChangeset, BoolExpressionMethods, EscapeExpressionMethods, ExpressionMethods, Insertable,
    NullableExpressionMethods, QueryDsl, QueryResult, Queryable, RunQueryDsl, Selectable, SelectableHelper,
    TextExpressionMethods,
};
use domain::{
    Origin, Timestamp, UserId, audit,
    users::{
        Bio, Credentials, Email, NewUser, PasswordHash, Person, PersonName, Status, User, UserChange,
        UserPage, Username,
    },
};

use super::words;
use crate::{
    connection::Loads,
    error::Outcome,
    ledger::{Exempt, Ledger},
    schema::users,
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub(crate) struct UserRow {
    id: i64,
    username: String,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    email_confirmed: bool,
    bio: Option<String>,
    role: String,
    status: String,
    avatar: Option<String>,
    created_at: i64,
    last_seen_at: Option<i64>,
}

impl UserRow {
    pub(crate) fn user(self) -> Outcome<User> {
        Ok(User {
            id: UserId::new(self.id),
            username: Username::stored(self.username),
            first_name: self.first_name.map(PersonName::stored),
            last_name: self.last_name.map(PersonName::stored),
            email: self.email.map(Email::stored),
            email_confirmed: self.email_confirmed,
            bio: self.bio.map(Bio::stored),
            role: words::site_role(&self.role)?,
            status: words::status(&self.status)?,
            avatar: self.avatar,
            created_at: Timestamp::from_micros(self.created_at),
            last_seen_at: self.last_seen_at.map(Timestamp::from_micros),
        })
    }
}

pub(crate) fn find(db: &mut Loads, id: UserId) -> Outcome<Option<User>> {
    let row = db.one(users::table.filter(users::id.eq(id.get())).select(UserRow::as_select()))?;
    row.map(UserRow::user).transpose()
}

pub(crate) fn find_all(db: &mut Loads, ids: &[i64]) -> Outcome<Vec<User>> {
    let among = db.among(users::id, ids.iter().copied());
    let rows: Vec<UserRow> = db.all(users::table.filter(among).select(UserRow::as_select()))?;
    rows.into_iter().map(UserRow::user).collect()
}

pub(crate) fn find_named(db: &mut Loads, username: &Username) -> Outcome<Option<User>> {
    let named = users::table.filter(users::username_key.eq(username.key()));
    db.one(named.select(UserRow::as_select()))?.map(UserRow::user).transpose()
}

/// Those of these names of pictures that users have.
pub(crate) fn avatars_in_use(db: &mut Loads, names: &[String]) -> Outcome<Vec<String>> {
    let among = db.texts_among(users::avatar, names);
    let users = users::table
        // The index leaves out users without one: this says that none of those is meant.
        .filter(users::avatar.is_not_null())
        .filter(among)
        .select(users::avatar.assume_not_null());
    db.all(users)
}

pub(crate) fn credentials(db: &mut Loads, login: &str) -> Outcome<Option<Credentials>> {
    let columns = (users::id, users::password_hash, users::status);
    let key = login.to_lowercase();
    // No username holds an @, so that a name and an address are never the same.
    let named = users::table.filter(users::username_key.eq(&key)).select(columns);
    let mut row: Option<(i64, String, String)> = db.one(named)?;
    if row.is_none() {
        row = db.one(users::table.filter(users::email_key.eq(&key)).select(columns))?;
    }
    let Some((id, password, status)) = row else { return Ok(None) };
    let (user, password) = (UserId::new(id), PasswordHash::new(password));
    Ok(Some(Credentials { user, password, status: words::status(&status)? }))
}

pub(crate) fn list(db: &mut Loads, page: &UserPage) -> Outcome<Vec<User>> {
    let mut query = users::table
        .filter(users::status.eq(Status::Active.as_str()))
        .order(users::username_key)
        .limit(page.limit.max(0))
        .select(UserRow::as_select())
        .into_boxed();
    if let Some(after) = &page.after {
        query = query.filter(users::username_key.gt(after));
    }
    if let Some(text) = &page.query {
        query = query.filter(users::search_text.like(words::containing(text)).escape('\\'));
    }
    db.all(query)?.into_iter().map(UserRow::user).collect()
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
struct PersonRow {
    id: i64,
    username: String,
    first_name: Option<String>,
    last_name: Option<String>,
    avatar: Option<String>,
}

pub(crate) fn persons(db: &mut Loads, ids: impl IntoIterator<Item = i64>) -> Outcome<Vec<Person>> {
    let among = db.among(users::id, ids);
    let known = among.and(users::status.ne(Status::Deleted.as_str()));
    let rows: Vec<PersonRow> = db.all(users::table.filter(known).select(PersonRow::as_select()))?;
    Ok(rows.into_iter().map(person).collect())
}

fn person(row: PersonRow) -> Person {
    let PersonRow { id, username, first_name, last_name, avatar } = row;
    let display_name = match (first_name, last_name) {
        (Some(first), Some(last)) => format!("{first} {last}"),
        (Some(name), None) | (None, Some(name)) => name,
        (None, None) => username.clone(),
    };
    Person { id: UserId::new(id), username: Username::stored(username), display_name, avatar }
}

pub(crate) fn active_admins(db: &mut Loads) -> Outcome<i64> {
    let admins = users::table.filter(users::role.eq("admin").and(users::status.eq(Status::Active.as_str())));
    Ok(db.one(admins.count())?.unwrap_or(0))
}

/// What a search for people looks in.
fn search_text(username: &Username, first: Option<&PersonName>, last: Option<&PersonName>) -> String {
    let name: Vec<&str> = [first, last].into_iter().flatten().map(PersonName::as_str).collect();
    // Nobody can search for a line break, so that no match spans the two.
    format!("{username}\n{}", name.join(" ")).to_lowercase()
}

#[derive(Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
struct NewRow<'a> {
    username: &'a str,
    username_key: String,
    first_name: Option<&'a str>,
    last_name: Option<&'a str>,
    search_text: String,
    email: Option<&'a str>,
    email_confirmed: bool,
    role: &'a str,
    status: &'a str,
    password_hash: &'a str,
    created_at: i64,
}

pub(crate) fn insert(ledger: &mut Ledger, by: &Origin, new: &NewUser) -> Outcome<User> {
    let now = ledger.now();
    let row = NewRow {
        username: new.username.as_str(),
        username_key: new.username.key(),
        first_name: new.first_name.as_ref().map(PersonName::as_str),
        last_name: new.last_name.as_ref().map(PersonName::as_str),
        search_text: search_text(&new.username, new.first_name.as_ref(), new.last_name.as_ref()),
        email: new.email.as_ref().map(Email::as_str),
        email_confirmed: false,
        role: new.role.as_str(),
        status: Status::Active.as_str(),
        password_hash: new.password.expose(),
        created_at: now.micros(),
    };
    ledger.create(
        by,
        |db| {
            let id = diesel::insert_into(users::table).values(&row).returning(users::id).get_result(db)?;
            Ok(new.with_id(UserId::new(id), now))
        },
        audit::user_created,
    )
}

/// What a change sets; what is `None` stays.
#[derive(AsChangeset)]
#[diesel(table_name = users)]
struct ChangedRow<'a> {
    first_name: Option<Option<&'a str>>,
    last_name: Option<Option<&'a str>>,
    search_text: String,
    email: Option<Option<&'a str>>,
    email_confirmed: Option<bool>,
    email_key: Option<Option<String>>,
    bio: Option<Option<&'a str>>,
    avatar: Option<Option<&'a str>>,
    role: Option<&'a str>,
    status: Option<&'a str>,
}

pub(crate) fn update(ledger: &mut Ledger, by: &Origin, user: &User, change: &UserChange) -> Outcome<User> {
    let new = change.apply(user);
    let address_changed = new.email != user.email;
    // An address signs its user in only while it is theirs and confirmed.
    let key = new.email.as_ref().filter(|_| new.email_confirmed).map(Email::key);
    let row = ChangedRow {
        first_name: change.first_name.as_ref().map(|name| name.as_ref().map(PersonName::as_str)),
        last_name: change.last_name.as_ref().map(|name| name.as_ref().map(PersonName::as_str)),
        search_text: search_text(&new.username, new.first_name.as_ref(), new.last_name.as_ref()),
        email: address_changed.then(|| new.email.as_ref().map(Email::as_str)),
        email_confirmed: address_changed.then_some(new.email_confirmed),
        email_key: address_changed.then_some(key),
        bio: change.bio.as_ref().map(|bio| bio.as_ref().map(Bio::as_str)),
        avatar: change.avatar.as_ref().map(Option::as_deref),
        role: change.role.map(domain::users::SiteRole::as_str),
        status: change.status.map(Status::as_str),
    };
    ledger.change(by, &audit::user_changed(user, change), |db| {
        only_one(diesel::update(users::table.filter(users::id.eq(user.id.get()))).set(&row).execute(db))
    })?;
    Ok(new)
}

pub(crate) fn set_password(
    ledger: &mut Ledger,
    by: &Origin,
    user: UserId,
    password: &PasswordHash,
) -> Outcome<()> {
    ledger.change(by, &audit::password_changed(user), |db| {
        let set = users::password_hash.eq(password.expose());
        only_one(diesel::update(users::table.filter(users::id.eq(user.get()))).set(set).execute(db))
    })
}

pub(crate) fn set_last_seen(ledger: &mut Ledger, user: UserId, at: Timestamp) -> Outcome<()> {
    ledger.exempt(Exempt::Time, |db| {
        let set = users::last_seen_at.eq(at.micros());
        only_one(diesel::update(users::table.filter(users::id.eq(user.get()))).set(set).execute(db))
    })
}

/// A change of one thing that is there: anything else is a fault, and an audit row of it would be a lie.
pub(crate) fn only_one(changed: QueryResult<usize>) -> Outcome<()> {
    match changed? {
        1 => Ok(()),
        _ => Err(diesel::result::Error::NotFound.into()),
    }
}
