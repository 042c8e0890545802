//! Events, `ready` and `ack` as JSON.

use bytestring::ByteString;
use domain::{
    Event,
    messages::MessageView,
    ports::{Dialect, Presence},
    users::User,
};
use web_common::live::Voice;

use super::frames::LiveOut;
use crate::json::UserJson;

/// Says everything in JSON.
pub(crate) struct JsonVoice;

impl Dialect for JsonVoice {
    fn frame(&self, event: &Event, presence: &dyn Presence) -> Option<ByteString> {
        LiveOut::of(event, presence).map(|frame| write(&frame))
    }
}

impl Voice for JsonVoice {
    fn ready(&self, user: &User, heartbeat_seconds: u64) -> ByteString {
        let user = Box::new(UserJson::own(user, true));
        write(&LiveOut::Ready { user, heartbeat_seconds })
    }

    fn ack(&self, client_id: &str, message: &MessageView) -> ByteString {
        let message = Box::new(message.into());
        write(&LiveOut::Ack { client_id: client_id.to_owned(), message })
    }
}

/// Our own types have nothing that JSON can't say.
fn write(frame: &LiveOut) -> ByteString {
    serde_json::to_string(frame).unwrap_or_default().into()
}
