//! How long a peer that takes nothing may hold a connection.

use std::{any::Any, time::Duration};

use actix_web::{dev::Extensions, rt::net::TcpStream};
use socket2::SockRef;

/// How long bytes may stay unacknowledged before the system gives a connection up.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(15);

/// For `HttpServer::on_connect`: frees connections whose peer takes nothing any more.
///
/// A WebSocket whose reader has stopped can't be closed from above: actix waits for its last bytes to leave. So the
/// system is told to give up by itself (`TCP_USER_TIMEOUT`; Linux only). An idle connection is not touched by that.
pub fn on_connect(connection: &dyn Any, _: &mut Extensions) {
    #[cfg(target_os = "linux")]
    if let Some(stream) = connection.downcast_ref::<TcpStream>() {
        // Not worth refusing the connection for.
        let _ = SockRef::from(stream).set_tcp_user_timeout(Some(GIVEN_UP_AFTER));
    }
}
