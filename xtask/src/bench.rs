//! `cargo xtask bench`: the measurements, beside a private PostgreSQL.

use crate::postgres::{Durability, PrivatePostgres};
use crate::{command, postgres};
use anyhow::Result;

#[derive(clap::Args)]
pub struct Arguments {
    /// The package whose benches are run
    #[arg(long, short, default_value = "persistence")]
    package: String,
    /// Handed to the benches
    #[arg(last = true)]
    rest: Vec<String>,
}

/// Runs the benches; without PostgreSQL installed, with what there is.
pub fn run(arguments: &Arguments) -> Result<()> {
    let mut bench = command::cargo(&["bench", "--package", &arguments.package, "--"]);
    bench.args(&arguments.rest);
    if postgres::programs().is_err() {
        eprintln!("PostgreSQL is not installed: only SQLite is measured");
        return command::run(&mut bench);
    }
    let postgres = PrivatePostgres::start(Durability::Full)?;
    command::run(bench.env("NATTER_TEST_POSTGRES", postgres.url()))
}
