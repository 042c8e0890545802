//! Reading a file part by part, so that no more of it is in memory than a part.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use super::trouble::Patience;
use super::{StorageError, unavailable};
use bytes::Bytes;
use futures_util::stream::{BoxStream, StreamExt, TryStreamExt, try_unfold};
use object_store::{GetResult, GetResultPayload};

/// A file that is there.
pub struct Opened {
    /// How many bytes the whole of it has.
    pub size: u64,
    /// The bytes that were asked for, exactly: a file that turns out to end before is an error.
    pub parts: BoxStream<'static, Result<Bytes, StorageError>>,
}

/// So much of a file in a folder is read at once: few changes of thread, and little memory.
const PART: u64 = 256 * 1024;

/// What the store answered, as parts.
pub(super) fn parts(found: GetResult, patience: Patience) -> Opened {
    let (size, range) = (found.meta.size, found.range);
    let parts = match found.payload {
        GetResultPayload::File(file, _) => from_folder(file, range.clone()),
        GetResultPayload::Stream(parts) => from_afar(parts, patience),
    };
    Opened { size, parts: whole(parts, range.end - range.start) }
}

/// Reads on threads that may block.
fn from_folder(file: File, range: Range<u64>) -> BoxStream<'static, Result<Bytes, StorageError>> {
    let read = |(mut file, range): (File, Range<u64>)| async move {
        if range.is_empty() {
            return Ok(None);
        }
        let reading = tokio::task::spawn_blocking(move || {
            let part = read_part(&mut file, &range)?;
            let rest = range.start + part.len() as u64..range.end;
            Ok::<_, io::Error>((part, (file, rest)))
        });
        let failed = |error: &dyn ToString| StorageError::Unavailable(error.to_string());
        let (part, rest) = reading.await.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
        // Nothing more to read is an end, if too early a one.
        Ok((!part.is_empty()).then(|| (Bytes::from(part), rest)))
    };
    try_unfold((file, range), read).boxed()
}

fn read_part(file: &mut File, range: &Range<u64>) -> io::Result<Vec<u8>> {
    let size = (range.end - range.start).min(PART);
    let mut part = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    file.seek(SeekFrom::Start(range.start))?;
    file.take(size).read_to_end(&mut part)?;
    Ok(part)
}

/// Waits for each part with patience of its own: only the store is hurried, not who reads.
fn from_afar(
    parts: BoxStream<'static, object_store::Result<Bytes>>,
    patience: Patience,
) -> BoxStream<'static, Result<Bytes, StorageError>> {
    let next = move |mut parts: BoxStream<'static, object_store::Result<Bytes>>| async move {
        let part = patience.answered(parts.try_next()).await.map_err(unavailable)?;
        Ok(part.map(|part| (part, parts)))
    };
    try_unfold(parts, next).boxed()
}

/// Fails where `size` bytes were promised and others come.
fn whole(
    parts: BoxStream<'static, Result<Bytes, StorageError>>,
    size: u64,
) -> BoxStream<'static, Result<Bytes, StorageError>> {
    let next = |(mut parts, left): (BoxStream<'static, Result<Bytes, StorageError>>, u64)| async move {
        match parts.try_next().await? {
            Some(part) => match left.checked_sub(part.len() as u64) {
                Some(left) => Ok(Some((part, (parts, left)))),
                None => Err(StorageError::Unavailable("a file went on after its end".to_owned())),
            },
            None if left == 0 => Ok(None),
            None => Err(StorageError::Unavailable(format!("a file ended {left} bytes before its end"))),
        }
    };
    try_unfold((parts, size), next).boxed()
}
