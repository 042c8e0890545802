//! What is done beside the requests, every hour: what nothing refers to is swept, and half files.

use std::{path::PathBuf, time::Duration};

use actix_web::web;
use domain::{
    attachments::sweep::{self, GRACE, Kept, Sorted},
    ports::StoreError,
};
use futures_util::stream::{StreamExt, TryStreamExt};
use media::unfinished;
use slog::{info, warn};
use web_common::{State, media::MediaError};

const EVERY: Duration = Duration::from_secs(60 * 60);

/// So much of what is kept is looked through at once.
const BATCH: usize = 1_000;

/// Sweeps for as long as the server runs. `folder` is where files are kept, if it is one.
pub async fn run(state: State, folder: Option<PathBuf>) {
    let mut hourly = tokio::time::interval(EVERY);
    loop {
        hourly.tick().await;
        if let Some(folder) = &folder {
            sweep_unfinished(&state, folder.clone()).await;
        }
        while let Some(forgotten) = forget_unused(&state).await {
            info!(state.log, "uploads that no message carries were forgotten"; "files" => forgotten);
        }
        match sweep_orphans(&state).await {
            Ok(0) => {}
            Ok(swept) => info!(state.log, "files that nothing refers to were swept"; "files" => swept),
            Err(error) => warn!(state.log, "unused files could not be swept"; "error" => error.to_string()),
        }
    }
}

/// A server that was killed may have been in the middle of writing.
async fn sweep_unfinished(state: &State, folder: PathBuf) {
    match web::block(move || unfinished::sweep(&folder, GRACE)).await {
        Ok(Ok(0)) => {}
        Ok(Ok(swept)) => info!(state.log, "files that were never finished were swept"; "files" => swept),
        Ok(Err(error)) => warn!(state.log, "unfinished files could not be swept"; "error" => %error),
        Err(error) => warn!(state.log, "unfinished files could not be swept"; "error" => %error),
    }
}

/// How many uploads were forgotten; nothing when there was none to forget, or it can't be done now.
async fn forget_unused(state: &State) -> Option<usize> {
    let forgotten = state.store.write::<_, StoreError, _>(None, |work| sweep::sweep(work)).await;
    let files = match forgotten {
        Ok(files) if files.is_empty() => return None,
        Ok(files) => files,
        Err(error) => {
            warn!(state.log, "unused uploads could not be forgotten"; "error" => %error);
            return None;
        }
    };
    let count = files.len();
    let keys = files.into_iter().flat_map(|file| [Some(file.key), file.thumbnail]).flatten().collect();
    // What stays behind is an orphan, and swept later.
    if let Err(error) = state.media.forget(keys).await {
        warn!(state.log, "the bytes of forgotten uploads stay behind"; "error" => %error);
    }
    Some(count)
}

/// How many files were swept that nothing refers to: of a server that was killed before it noted them, or before it
/// removed what is kept of forgotten uploads, and of replaced pictures.
async fn sweep_orphans(state: &State) -> Result<usize, NotSwept> {
    if !is_of_this_database(state).await? {
        return Ok(0);
    }
    let mut swept = 0;
    let mut batches = state.media.kept().try_chunks(BATCH);
    while let Some(batch) = batches.next().await {
        let orphans = sorted(state, batch.map_err(|broken| broken.1)?).await?.orphans;
        swept += orphans.len();
        state.media.forget(orphans).await?;
    }
    Ok(swept)
}

/// Whether anything that is kept is in use. Where nothing is, these are most likely the files of another database than
/// the one that the settings name by mistake.
async fn is_of_this_database(state: &State) -> Result<bool, NotSwept> {
    let mut orphans = 0;
    let mut batches = state.media.kept().try_chunks(BATCH);
    while let Some(batch) = batches.next().await {
        let sorted = sorted(state, batch.map_err(|broken| broken.1)?).await?;
        if sorted.used > 0 {
            return Ok(true);
        }
        orphans += sorted.orphans.len();
    }
    if orphans > 0 {
        warn!(state.log, "no file in media_url is known to this database: none is swept"; "files" => orphans);
    }
    Ok(false)
}

async fn sorted(state: &State, batch: Vec<Kept>) -> Result<Sorted, StoreError> {
    state.store.read(move |reads| sweep::sort(reads, &batch)).await
}

/// What is away now; it is tried again in an hour.
#[derive(Debug, thiserror::Error)]
enum NotSwept {
    #[error(transparent)]
    Media(#[from] MediaError),
    #[error(transparent)]
    Store(#[from] StoreError),
}
