//! Permissions that a test takes away.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use s3s::access::{S3Access, S3AccessContext};
use s3s::{S3Result, s3_error};

/// The operations that are refused, and the buckets that there are.
#[derive(Clone)]
pub struct Forbidding {
    operations: Arc<Mutex<BTreeSet<&'static str>>>,
    /// Each bucket is a folder in it.
    buckets: PathBuf,
}

impl Forbidding {
    /// Refuses nothing yet but what is asked of a bucket that is not there.
    pub fn beside(buckets: &Path) -> Self {
        Self { operations: Arc::default(), buckets: buckets.to_owned() }
    }

    /// Refuses one more.
    pub fn add(&self, operation: &'static str) {
        self.operations.lock().unwrap_or_else(PoisonError::into_inner).insert(operation);
    }

    fn refuses(&self, operation: &str) -> bool {
        self.operations.lock().unwrap_or_else(PoisonError::into_inner).contains(operation)
    }
}

#[async_trait::async_trait]
impl S3Access for Forbidding {
    async fn check(&self, request: &mut S3AccessContext<'_>) -> S3Result<()> {
        if request.credentials().is_none() || self.refuses(request.s3_op().name()) {
            return Err(s3_error!(AccessDenied, "Not for you."));
        }
        // Where there is no folder, `s3s-fs` would make one.
        let bucket = request.s3_path().get_bucket_name();
        if bucket.is_some_and(|bucket| !self.buckets.join(bucket).is_dir()) {
            return Err(s3_error!(NoSuchBucket, "There is no such bucket."));
        }
        Ok(())
    }
}
