//! The arrows of the tree, and its tidiness, as ARCHITECTURE.md draws them.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each crate, and the crates of the workspace that it may depend on.
const ARROWS: [(&str, &[&str]); 11] = [
    ("domain", &[]),
    ("persistence", &["domain"]),
    ("realtime", &["domain"]),
    ("media", &["domain"]),
    ("web-common", &["domain"]),
    ("web-site", &["web-common", "domain"]),
    ("web-api", &["web-common", "domain"]),
    ("server", &["domain", "media", "persistence", "realtime", "web-api", "web-common", "web-site"]),
    ("s3-for-tests", &[]),
    // They see Natter as its users do: from outside.
    ("tests", &["s3-for-tests"]),
    ("xtask", &[]),
];

#[test]
fn arrows_point_inward_only() {
    let crates = crates();
    let names: BTreeSet<&str> = crates.iter().map(|member| member.name.as_str()).collect();
    for member in &crates {
        let (_, allowed) = ARROWS
            .iter()
            .find(|(name, _)| *name == member.name)
            .unwrap_or_else(|| panic!("{} is new: draw its arrows here and in ARCHITECTURE.md", member.name));
        for dependency in member.built_with.iter().filter(|dependency| names.contains(dependency.as_str())) {
            assert!(
                allowed.contains(&dependency.as_str()),
                "{} must not depend on {dependency}",
                member.name
            );
        }
    }
}

#[test]
fn the_domain_knows_no_framework() {
    let frameworks = [
        "actix-web",
        "actix-rt",
        "diesel",
        "tokio",
        "futures-util",
        "serde",
        "serde_json",
        "redis",
        "tera",
        "slog",
    ];
    let domain = crates().into_iter().find(|member| member.name == "domain").expect("the domain");
    for framework in frameworks {
        assert!(!domain.built_with.contains(framework), "the domain must not depend on {framework}");
    }
}

#[test]
fn only_persistence_depends_on_diesel() {
    for member in crates().iter().filter(|member| member.name != "persistence") {
        for database in ["diesel", "diesel_migrations", "libsqlite3-sys", "pq-sys"] {
            let depends = member.built_with.contains(database) || member.tested_with.contains(database);
            assert!(!depends, "{} must not depend on {database}", member.name);
        }
    }
}

#[test]
fn the_web_crates_never_name_diesel() {
    for member in crates().iter().filter(|member| member.name.starts_with("web-")) {
        for file in sources(&member.folder) {
            assert!(!text(&file).to_lowercase().contains("diesel"), "{} names diesel", file.display());
        }
    }
}

#[test]
fn nothing_unfinished_is_left_in_the_sources() {
    let unfinished = ["todo!(", "dbg!(", "unimplemented!(", "FIXME"];
    for member in crates().iter().filter(|member| member.name != "xtask") {
        for file in sources(&member.folder) {
            let text = text(&file);
            for word in unfinished {
                assert!(!text.contains(word), "{} holds {word}", file.display());
            }
        }
    }
}

#[test]
fn every_crate_says_what_it_is() {
    for member in crates() {
        let roots = ["src/lib.rs", "src/main.rs"].map(|root| member.folder.join(root));
        for root in roots.iter().filter(|root| root.exists()) {
            assert!(text(root).starts_with("//! "), "{} must begin with what it is", root.display());
        }
    }
}

/// A crate of the workspace.
struct Member {
    name: String,
    folder: PathBuf,
    /// What its code and its build script depend on.
    built_with: BTreeSet<String>,
    /// What only its tests depend on.
    tested_with: BTreeSet<String>,
}

fn crates() -> Vec<Member> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let crates: Vec<Member> = list(&metadata["packages"]).iter().map(member).collect();
    assert!(crates.len() >= ARROWS.len(), "crates are missing");
    crates
}

fn member(package: &Value) -> Member {
    let (tested, built): (Vec<_>, Vec<_>) =
        list(&package["dependencies"]).iter().partition(|dependency| dependency["kind"] == "dev");
    let names = |dependencies: Vec<&Value>| {
        dependencies.iter().map(|dependency| string(&dependency["name"])).collect()
    };
    Member {
        name: string(&package["name"]),
        folder: Path::new(&string(&package["manifest_path"])).parent().expect("a folder").to_path_buf(),
        built_with: names(built),
        tested_with: names(tested),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn string(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}

/// Every Rust file of the crate and its manifest.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                || path.ends_with("Cargo.toml")
            {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "no sources in {}", folder.display());
    found
}

fn text(file: &Path) -> String {
    std::fs::read_to_string(file).expect("readable sources")
}
