//! Who may know whom (docs/ARCHITECTURE.md): contract ← platform ← services ← server, contract ← app ← server, app ← frontend.
//! Each service's storage is its own, and nothing native reaches the browser.

use cargo_metadata::{DependencyKind, MetadataCommand};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const SERVICES: &[&str] = &["identity", "course", "communication", "review", "message", "viewpage"];

/// What each room may know; whatever isn't listed is not a room of this house.
fn may_know(room: &str) -> BTreeSet<&'static str> {
    let known: &[&str] = match room {
        "contract" => &[],
        "platform" | "app" => &["contract"],
        "frontend" => &["app"],
        "server" => return SERVICES.iter().copied().chain(["contract", "platform", "app"]).collect(),
        service if SERVICES.contains(&service) => &["contract", "platform"],
        other => panic!("{other} is a new room: say here what it may know"),
    };
    known.iter().copied().collect()
}

/// The rooms that each room's manifest names, tests and build scripts included.
fn rooms() -> BTreeMap<String, BTreeSet<String>> {
    let metadata =
        MetadataCommand::new().manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).no_deps().exec().expect("cargo metadata");
    let names: BTreeSet<String> = metadata.workspace_packages().iter().map(|package| package.name.to_string()).collect();
    let known = |package: &cargo_metadata::Package| {
        let named = package.dependencies.iter().map(|dependency| (dependency.name.clone(), dependency.kind));
        // A room's tests may use its own features for tests.
        named
            .filter(|(name, kind)| names.contains(name) && (*kind != DependencyKind::Development || *name != *package.name))
            .map(|(name, _)| name)
            .collect()
    };
    metadata.workspace_packages().iter().map(|package| (package.name.to_string(), known(package))).collect()
}

#[test]
fn arrows_run_one_way() {
    for (room, known) in rooms() {
        let allowed = may_know(&room);
        let wrong: Vec<_> = known.iter().filter(|name| !allowed.contains(name.as_str())).collect();
        assert!(wrong.is_empty(), "{room} must not know {wrong:?}");
    }
}

#[test]
fn every_room_is_there() {
    let rooms = rooms();
    for room in SERVICES.iter().chain(&["contract", "platform", "app", "frontend", "server"]) {
        assert!(rooms.contains_key(*room), "{room} is missing");
    }
}

/// The schemas that the statements in a file name.
fn schemas(text: &str) -> BTreeSet<&str> {
    let words: Vec<_> = text.split_whitespace().map(|word| word.trim_start_matches(['"', '(', '\\'])).collect();
    let before = |word: &str| ["FROM", "JOIN", "INTO", "UPDATE", "TABLE", "REFERENCES", "USING", "ONLY"].contains(&word);
    let named = words.windows(2).filter(|pair| before(pair[0])).filter_map(|pair| pair[1].split_once('.'));
    named.map(|(schema, _)| schema).filter(|schema| SERVICES.contains(schema)).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("readable").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn no_statement_of_a_service_names_the_schema_of_another() {
    assert_eq!(schemas("SELECT 1 FROM course.courses JOIN (review.reviews)"), ["course", "review"].into());
    for service in SERVICES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../services").join(service);
        let texts: Vec<_> = ["src", "migrations"].iter().flat_map(|part| files(&folder.join(part))).collect();
        let named: BTreeSet<_> = texts.iter().map(|path| fs::read_to_string(path).expect("text")).collect();
        let named: BTreeSet<_> = named.iter().flat_map(|text| schemas(text)).collect();
        assert_eq!(named, [*service].into());
    }
}

/// The names of all packages that a build of `package` for the browser compiles, with exactly the features it turns on.
fn browser_tree(package: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--package",
            package,
            "--target",
            "wasm32-unknown-unknown",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
            "--offline",
            "--locked",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text").lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn nothing_native_reaches_the_browser() {
    let tree = browser_tree("frontend");
    assert!(tree.contains("app") && tree.contains("contract") && tree.contains("leptos"), "{tree:?}");
    for native in
        ["tokio", "sqlx", "sqlx-core", "axum", "hyper", "nix", "mio", "socket2", "rustix", "argon2", "tower-http", "platform", "server"]
            .iter()
            .chain(SERVICES)
    {
        assert!(!tree.contains(*native), "{native} reaches the browser");
    }
}

#[test]
fn what_crosses_walls_is_pure() {
    let tree = browser_tree("contract");
    for unwanted in ["tokio", "sqlx", "axum", "leptos", "web-sys", "rand", "getrandom"] {
        assert!(!tree.contains(unwanted), "contract knows {unwanted}");
    }
}
