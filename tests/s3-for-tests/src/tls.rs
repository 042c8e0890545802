//! A certificate made for one test.

use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::TlsAcceptor;

/// A certificate for 127.0.0.1 that it signed itself.
#[derive(Clone)]
pub struct Tls {
    pem: String,
    acceptor: TlsAcceptor,
}

impl Tls {
    /// Makes a new one.
    pub fn new() -> Self {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
        let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions that the provider has")
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key.into())
            .expect("the key of the certificate");
        Self { pem: cert.pem(), acceptor: TlsAcceptor::from(Arc::new(config)) }
    }

    /// In PEM.
    pub fn certificate(&self) -> &str {
        &self.pem
    }

    /// What shakes hands with who connects.
    pub fn acceptor(&self) -> TlsAcceptor {
        self.acceptor.clone()
    }
}
