//! What every store holds.

use std::rc::Rc;

use super::{bed::Bed, place::Place};

#[test]
fn sqlite_holds_the_contract() {
    domain::contract::hold(|| Box::new(Bed::new(Rc::new(Place::sqlite()))));
}

#[test]
fn postgres_holds_the_contract() {
    let Some(place) = Place::postgres().map(Rc::new) else { return };
    domain::contract::hold(|| {
        // Making a database takes a second, and there are a hundred cases.
        place.empty();
        Box::new(Bed::new(place.clone()))
    });
}
