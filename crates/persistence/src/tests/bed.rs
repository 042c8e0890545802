//! The stores under the domain's contract.

use std::rc::Rc;
use std::sync::Arc;

use diesel::QueryDsl;
use domain::{
    Notice, Origin, Timestamp, UserId, Via,
    audit::{Action, Entity, Value},
    contract::{Recorded, TestBed},
    ports::{Reads, UnitOfWork},
};

use super::place::Place;
use crate::{
    connection::{Loads, Purpose},
    ledger::{Clock, Ledger},
    migrations::migrate,
    schema::audit_log,
    tables::{search, words},
    unit::Unit,
};

pub(super) struct Bed {
    ledger: Ledger,
    reader: Loads,
    clock: Clock,
    notices: Vec<Notice>,
    /// Declared last, so that connections are closed before it goes.
    _place: Rc<Place>,
}

impl Bed {
    pub(super) fn new(place: Rc<Place>) -> Self {
        let url = place.url();
        migrate(&url).expect("a fresh database");
        let clock: Clock = Arc::new(Timestamp::from_system_clock);
        let ledger = Ledger::open(&url, clock.clone()).expect("a writer");
        let reader = Loads::open(&url, Purpose::Look).expect("a reader");
        Self { ledger, reader, clock, notices: Vec::new(), _place: place }
    }

    /// Fills the search index, as the writer does behind what landed.
    fn index(&mut self) {
        loop {
            let behind = search::behind(self.ledger.loads(), 1_000).expect("a look");
            if behind.is_empty() {
                return;
            }
            self.ledger.aside(|ledger| search::fill(ledger, &behind)).expect("the index is filled");
        }
    }

    pub(super) fn loads(&mut self) -> &mut Loads {
        &mut self.reader
    }
}

impl TestBed for Bed {
    fn write(&mut self, job: &mut dyn FnMut(&mut dyn UnitOfWork) -> bool) {
        self.ledger.begin_group().expect("a transaction");
        let mark = self.ledger.begin_step().expect("a step");
        let mut unit = Unit::new(&mut self.ledger, &self.clock);
        let lands = job(&mut unit);
        let notices = unit.notices();
        if lands {
            self.ledger.end_step(mark, true).expect("the step lands");
            self.notices.extend(notices);
        } else {
            self.ledger.undo_step(mark).expect("the step is undone");
        }
        self.ledger.end_group().expect("the commit");
        self.index();
    }

    fn read(&mut self, look: &mut dyn FnMut(&mut dyn Reads)) {
        look(&mut Unit::new(&mut self.reader, &self.clock));
    }

    fn notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    fn audit(&mut self) -> Vec<Recorded> {
        recorded(&mut self.reader)
    }
}

type Row =
    (Option<i64>, String, String, String, Option<String>, Option<String>, Option<String>, Option<String>);

pub(super) fn recorded(loads: &mut Loads) -> Vec<Recorded> {
    let query = audit_log::table.order(audit_log::id).select((
        audit_log::actor,
        audit_log::via,
        audit_log::action,
        audit_log::entity,
        audit_log::entity_id,
        audit_log::changes,
        audit_log::request_id,
        audit_log::ip,
    ));
    let rows: Vec<Row> = loads.all(query).expect("the audit log");
    rows.into_iter().map(read).collect()
}

fn read((actor, via, action, entity, entity_id, changes, request_id, ip): Row) -> Recorded {
    let via = [Via::Site, Via::Api, Via::Cli, Via::System].into_iter().find(|way| way.as_str() == via);
    Recorded {
        by: Origin {
            actor: actor.map(UserId::new),
            via: via.expect("a way in"),
            request_id,
            ip: words::address(ip).expect("an address"),
        },
        action: ACTIONS.into_iter().find(|known| known.as_str() == action).expect("an action"),
        entity: ENTITIES.into_iter().find(|known| known.as_str() == entity).expect("an entity"),
        entity_id,
        changes: changes.map(|changes| fields(&changes)).unwrap_or_default(),
    }
}

const ACTIONS: [Action; 9] = [
    Action::Create,
    Action::Update,
    Action::Delete,
    Action::SignInFailed,
    Action::Refused,
    Action::Read,
    Action::Export,
    Action::Erase,
    Action::Cut,
];

const ENTITIES: [Entity; 12] = [
    Entity::User,
    Entity::Session,
    Entity::Chat,
    Entity::Member,
    Entity::Invite,
    Entity::Message,
    Entity::Reaction,
    Entity::Attachment,
    Entity::Post,
    Entity::Like,
    Entity::Comment,
    Entity::Setting,
];

fn fields(changes: &str) -> Vec<(String, Value, Value)> {
    let json: serde_json::Map<String, serde_json::Value> = serde_json::from_str(changes).expect("JSON");
    json.into_iter().map(|(field, both)| (field, value(&both[0]), value(&both[1]))).collect()
}

fn value(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(flag) => Value::Flag(*flag),
        serde_json::Value::Number(number) => Value::Number(number.as_i64().expect("a whole number")),
        serde_json::Value::String(text) => Value::Text(text.clone()),
        serde_json::Value::Array(items) => {
            Value::Numbers(items.iter().map(|item| item.as_i64().expect("a number")).collect())
        }
        serde_json::Value::Object(_) => panic!("no value is an object"),
    }
}
