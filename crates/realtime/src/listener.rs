//! One reader, as its worker keeps it.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use domain::{
    SessionId, UserId,
    ports::{Frame, Outlet, Reader, ReaderId},
};

use crate::{membership::Memberships, typing::Typing};

/// A reader and what it hears.
///
/// The last one of a user outlives its socket for a while: it hears nothing more, but keeps following the user's
/// memberships, so that those who saw them come are those who are told that they went.
pub(crate) struct Listener {
    pub(crate) id: ReaderId,
    pub(crate) user: UserId,
    pub(crate) username: String,
    pub(crate) session: SessionId,
    pub(crate) dialect: usize,
    /// Where frames leave; nothing once the socket is gone.
    outlet: RefCell<Option<Rc<dyn Outlet>>>,
    pub(crate) memberships: RefCell<Memberships>,
    pub(crate) typing: RefCell<Typing>,
    /// The number of the last notice that was gathered for it from several chats.
    pub(crate) gathered: Cell<u64>,
}

impl Listener {
    pub(crate) fn new(id: ReaderId, reader: Reader) -> Self {
        Self {
            id,
            user: reader.user,
            username: reader.username.to_string(),
            session: reader.session,
            dialect: reader.dialect,
            outlet: RefCell::new(Some(reader.outlet.into())),
            memberships: RefCell::new(Memberships::awaited()),
            typing: RefCell::default(),
            gathered: Cell::default(),
        }
    }

    pub(crate) fn has_settled(&self) -> bool {
        self.memberships.borrow().are_known()
    }

    pub(crate) fn is_gone(&self) -> bool {
        self.outlet.borrow().is_none()
    }

    /// Hands a frame on; `false` when the reader can't take it.
    pub(crate) fn push(&self, frame: &Frame) -> bool {
        // Not borrowed while it pushes, so that the outlet may call the hub.
        let outlet = self.outlet.borrow().clone();
        outlet.is_none_or(|outlet| outlet.push(frame))
    }

    /// Ends it: no frame leaves any more.
    pub(crate) fn take_outlet(&self) -> Option<Rc<dyn Outlet>> {
        self.outlet.take()
    }
}
