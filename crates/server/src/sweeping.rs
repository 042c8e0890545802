//! What is done beside the requests, every hour: files that nothing refers to are swept.

use std::time::Duration;

use domain::{attachments::sweep, ports::StoreError};
use slog::{info, warn};
use web_common::State;

const EVERY: Duration = Duration::from_secs(60 * 60);

/// Sweeps for as long as the server runs.
pub async fn run(state: State) {
    let mut hourly = tokio::time::interval(EVERY);
    loop {
        hourly.tick().await;
        while let Some(swept) = sweep_once(&state).await {
            info!(state.log, "files that nothing refers to were swept"; "files" => swept);
        }
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
