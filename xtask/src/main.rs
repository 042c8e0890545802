//! `cargo xtask …`: what developers and CI run around the build.
//!
//! `test` is the whole truth about a working tree: what it runs, CI runs.

mod bench;
mod command;
mod interrupt;
mod needs;
mod postgres;
mod test;
mod tools;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::io::Write;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Tests, measures and serves what Natter is developed with")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Installs what the tests need, starts private servers, and runs format, lints, all tests and the licences
    Test(test::Arguments),
    /// Measures beside a private PostgreSQL that flushes to disk as in production
    Bench(bench::Arguments),
    /// Starts a private PostgreSQL, prints its URL, and serves until Ctrl-C
    ServePostgres,
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    interrupt::watch()?;
    match task {
        Task::Test(arguments) => test::run(&arguments),
        Task::Bench(arguments) => bench::run(&arguments),
        Task::ServePostgres => serve_postgres(),
    }
}

fn serve_postgres() -> Result<()> {
    let postgres = postgres::PrivatePostgres::start(postgres::Durability::None)?;
    writeln!(std::io::stdout(), "{}", postgres.url())?;
    eprintln!("export NATTER_TEST_POSTGRES to use it in tests; Ctrl-C stops it and removes its data");
    interrupt::wait();
    Ok(())
}
