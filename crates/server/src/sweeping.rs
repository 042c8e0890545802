//! What is done beside the requests, every hour: files that nothing refers to are swept, and half files.

use std::{path::PathBuf, time::Duration};

use actix_web::web;
use domain::{
    attachments::sweep::{self, GRACE},
    ports::StoreError,
};
use media::unfinished;
use slog::{info, warn};
use web_common::State;

const EVERY: Duration = Duration::from_secs(60 * 60);

/// Sweeps for as long as the server runs. `folder` is where files are kept, if it is one.
pub async fn run(state: State, folder: Option<PathBuf>) {
    let mut hourly = tokio::time::interval(EVERY);
    loop {
        hourly.tick().await;
        if let Some(folder) = &folder {
            sweep_unfinished(&state, folder.clone()).await;
        }
        while let Some(swept) = sweep_once(&state).await {
            info!(state.log, "files that nothing refers to were swept"; "files" => swept);
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

/// How many files were swept; nothing when there was nothing to sweep, or it can't be done now.
async fn sweep_once(state: &State) -> Option<usize> {
    let swept = state.store.write::<_, StoreError, _>(None, |work| sweep::sweep(work)).await;
    let files = match swept {
        Ok(files) if files.is_empty() => return None,
        Ok(files) => files,
        Err(error) => {
            warn!(state.log, "unused files could not be swept"; "error" => %error);
            return None;
        }
    };
    let count = files.len();
    let keys = files.into_iter().flat_map(|file| [Some(file.key), file.thumbnail]).flatten().collect();
    if let Err(error) = state.media.forget(keys).await {
        warn!(state.log, "the bytes of swept files stay behind"; "error" => %error);
    }
    Some(count)
}
