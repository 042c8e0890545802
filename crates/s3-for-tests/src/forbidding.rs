//! Permissions that a test takes away.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use s3s::access::{S3Access, S3AccessContext};
use s3s::{S3Result, s3_error};

/// The operations that are refused.
#[derive(Clone, Default)]
pub struct Forbidding(Arc<Mutex<BTreeSet<&'static str>>>);

impl Forbidding {
    /// Refuses one more.
    pub fn add(&self, operation: &'static str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(operation);
    }

    fn refuses(&self, operation: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(operation)
    }
}

#[async_trait::async_trait]
impl S3Access for Forbidding {
    async fn check(&self, request: &mut S3AccessContext<'_>) -> S3Result<()> {
        if request.credentials().is_none() || self.refuses(request.s3_op().name()) {
            return Err(s3_error!(AccessDenied, "Not for you."));
        }
        Ok(())
    }
}
