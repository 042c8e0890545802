//! `natter config`: looks at the settings without starting anything.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use crate::settings::{Effective, Settings};

/// Prints each setting in effect and where it comes from; fails if one is wrong.
pub fn check(files: &[PathBuf], out: &mut dyn Write) -> anyhow::Result<()> {
    let (_, effective) = Settings::load(files)?;
    print(&effective, out)?;
    Ok(())
}

fn print(effective: &[Effective], out: &mut dyn Write) -> io::Result<()> {
    let width =
        |text: fn(&Effective) -> &str| effective.iter().map(|it| text(it).chars().count()).max().unwrap_or(0);
    let (keys, values) = (width(|it| it.key), width(|it| &it.value));
    effective.iter().try_for_each(|Effective { key, value, origin }| {
        writeln!(out, "{key:keys$}  {value:values$}  {origin}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_printed_in_columns_with_their_origin_and_without_passwords() {
        let variable = ("NATTER_REDIS_URL".to_owned(), "redis://:hunter2@cache".to_owned());
        let (_, effective) = Settings::from_sources(&[], [variable]).unwrap();
        let mut out = Vec::new();
        print(&effective, &mut out).unwrap();

        let printed = String::from_utf8(out).unwrap();
        let line = |key| printed.lines().find(|line| line.starts_with(key)).unwrap().split_whitespace();
        assert_eq!(
            line("redis_url").collect::<Vec<_>>(),
            ["redis_url", "redis://***@cache", "NATTER_REDIS_URL"]
        );
        assert_eq!(line("registration").collect::<Vec<_>>(), ["registration", "open", "default"]);
        let columns: Vec<_> = printed.lines().map(|line| line.rfind("  ").unwrap()).collect();
        assert!(columns.iter().all(|column| *column == columns[0]), "{printed}");
    }
}
