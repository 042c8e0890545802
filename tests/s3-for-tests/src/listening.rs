//! The port of the server, and who is connected to it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::tls::Tls;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use s3s::service::S3Service;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// Whether requests are answered.
#[derive(Clone, Default)]
pub struct Mode(Arc<AtomicBool>);

impl Mode {
    /// Answers none, or all again.
    pub fn stall(&self, stalled: bool) {
        self.0.store(stalled, Ordering::SeqCst);
    }

    fn is_stalled(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// An open port.
pub struct Listening(JoinHandle<()>);

impl Listening {
    /// Opens it, and says which it is.
    pub async fn on(
        address: SocketAddr,
        service: &S3Service,
        tls: Option<&Tls>,
        mode: &Mode,
    ) -> (SocketAddr, Self) {
        let listener = TcpListener::bind(address).await.expect("a port");
        let address = listener.local_addr().expect("it is bound");
        let (service, tls, mode) = (service.clone(), tls.cloned(), mode.clone());
        let accepting = tokio::spawn(async move {
            // Dropped with this task, and every connection with it.
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(greet(stream, service.clone(), tls.clone(), mode.clone()));
            }
        });
        (address, Self(accepting))
    }

    /// Closes it, and all that is connected.
    pub async fn end(mut self) {
        self.0.abort();
        let _ = (&mut self.0).await;
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn greet(stream: TcpStream, service: S3Service, tls: Option<Tls>, mode: Mode) {
    match tls {
        None => answer(stream, service, mode).await,
        Some(tls) => {
            if let Ok(stream) = tls.acceptor().accept(stream).await {
                answer(stream, service, mode).await;
            }
        }
    }
}

/// Who hangs up in the middle is no failure of the server.
async fn answer(stream: impl AsyncRead + AsyncWrite + Unpin, service: S3Service, mode: Mode) {
    let answering = service_fn(|request: hyper::Request<Incoming>| {
        let (service, mode) = (service.clone(), mode.clone());
        async move {
            if mode.is_stalled() {
                std::future::pending::<()>().await;
            }
            Service::call(&service, request).await
        }
    });
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answering).await;
}
