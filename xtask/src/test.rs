//! `cargo xtask test`: everything that must hold before a change is good.

use crate::postgres::{Durability, PrivatePostgres};
use crate::{command, interrupt, needs, tools};
use anyhow::{Result, bail};
use clap::ValueEnum;
use std::fmt::{self, Display, Formatter};
use std::time::{Duration, Instant};

#[derive(clap::Args)]
pub struct Arguments {
    /// Install what is missing without asking (as with CI=true)
    #[arg(long)]
    yes: bool,
    /// Run only this step (may be given more than once)
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
}

/// What is checked, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Step {
    /// cargo fmt --check
    Format,
    /// cargo clippy, where a warning is an error
    Lint,
    /// cargo test of the whole workspace, beside a private PostgreSQL and with a browser
    Test,
    /// cargo deny check: licences, advisories, sources
    Deny,
}

enum Outcome {
    Passed,
    Failed(anyhow::Error),
    Skipped(&'static str),
}

/// Runs every step, also after one that failed, so that one run tells all.
pub fn run(arguments: &Arguments) -> Result<()> {
    let steps: Vec<Step> =
        Step::value_variants().iter().copied().filter(|step| arguments.wants(*step)).collect();
    if steps.contains(&Step::Test) {
        needs::install_missing(arguments.yes || std::env::var("CI").is_ok_and(|ci| ci == "true"))?;
    }
    let mut report = Vec::new();
    for step in steps {
        eprintln!("\n== {step}");
        let begun = Instant::now();
        let outcome = step.run();
        interrupt::check()?;
        eprintln!("== {step}: {outcome} in {:.1} s", begun.elapsed().as_secs_f32());
        report.push((step, outcome, begun.elapsed()));
    }
    summarise(&report)
}

impl Arguments {
    fn wants(&self, step: Step) -> bool {
        self.only.is_empty() || self.only.contains(&step)
    }
}

impl Step {
    fn run(self) -> Outcome {
        let result = match self {
            Self::Format => command::run(&mut command::cargo(&["fmt", "--all", "--check"])),
            Self::Lint => command::run(&mut command::cargo(&[
                "clippy",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ])),
            Self::Test => test_workspace(),
            Self::Deny if !command::works("cargo", &["deny", "--version"]) => {
                return Outcome::Skipped("cargo-deny is not installed (cargo install --locked cargo-deny)");
            }
            Self::Deny => command::run(&mut command::cargo(&["deny", "check"])),
        };
        result.map_or_else(Outcome::Failed, |()| Outcome::Passed)
    }
}

fn test_workspace() -> Result<()> {
    let tools = tools::bring()?;
    // Asked for together, program and tests are built of the same parts; one after the other, most are built twice.
    command::run(&mut command::cargo(&["build", "--workspace", "--bins", "--tests"]))?;
    let postgres = PrivatePostgres::start(Durability::None)?;
    let mut tests = command::cargo(&["test", "--workspace", "--no-fail-fast"]);
    tests.env("NATTER_TEST_POSTGRES", postgres.url()).env("NATTER_TEST_TOOLS", tools);
    tests.env("NATTER_TEST_BINARY", command::beside("natter")?);
    if let (Some(driver), Some(browser)) = (needs::chromedriver(), needs::chromium()) {
        tests.env("NATTER_TEST_CHROMEDRIVER", driver).env("NATTER_TEST_CHROMIUM", browser);
    }
    command::run(&mut tests)
}

fn summarise(report: &[(Step, Outcome, Duration)]) -> Result<()> {
    eprintln!("\n== summary");
    for (step, outcome, took) in report {
        eprintln!("{step:<8} {:>7.1} s  {outcome}", took.as_secs_f32());
    }
    let failed = report.iter().filter(|(_, outcome, _)| matches!(outcome, Outcome::Failed(_))).count();
    if failed > 0 {
        bail!("{failed} of {} steps failed", report.len());
    }
    Ok(())
}

impl Display for Step {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Format => "format",
            Self::Lint => "lint",
            Self::Test => "test",
            Self::Deny => "deny",
        })
    }
}

impl Display for Outcome {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => write!(f, "passed"),
            Self::Failed(error) => write!(f, "FAILED ({error:#})"),
            Self::Skipped(why) => write!(f, "SKIPPED: {why}"),
        }
    }
}
