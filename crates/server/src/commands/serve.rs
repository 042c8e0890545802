//! `natter serve`: puts everything together and runs until it is told to stop.

use std::{io::Write, path::PathBuf};

use crate::{composition::Composition, listening::Running, settings::Settings};

/// Serves until SIGTERM, SIGINT or Ctrl+C; what was accepted until then is answered.
pub fn run(files: &[PathBuf], out: &mut dyn Write) -> anyhow::Result<()> {
    let (settings, _) = Settings::load(files)?;
    actix_web::rt::System::new().block_on(async {
        let composition = Composition::of(&settings).await?;
        let running = Running::begin(composition, &settings)?;
        for address in &running.metrics_addresses {
            writeln!(out, "natter serves metrics on http://{address}/metrics")?;
        }
        for address in &running.addresses {
            writeln!(out, "natter listening on http://{address}")?;
        }
        if let Some(address) = &running.set_up_at {
            writeln!(out, "there is no admin yet: make the first one at {address}")?;
        }
        out.flush()?;
        running.until_stopped().await;
        Ok(())
    })
}
