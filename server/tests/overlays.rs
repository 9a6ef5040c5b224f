//! What the manifests start is what the program understands: its command lines, and every variable that they set.

use clap::Parser;
use platform::Clock;
use server::cli::{Cli, Command};
use server::compose::Elsewhere;
use server::config::{Config, database_variable};
use server::parts::{Part, Parts};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use tokio_util::sync::CancellationToken;

fn manifests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/kubernetes")
}

fn read(path: &str) -> String {
    fs::read_to_string(manifests().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Command lines of the program, as `args: [serve, --no-migrate]` or a patch's `value: [serve, --no-migrate]`.
fn command_lines(text: &str) -> Vec<Command> {
    let lists = text.lines().map(str::trim).filter_map(|line| {
        let list = line.strip_prefix("args: ").or_else(|| line.strip_prefix("value: "))?;
        list.strip_prefix('[')?.strip_suffix(']')
    });
    let words = lists.map(|list| list.split(", "));
    words
        .map(|words| Cli::try_parse_from(std::iter::once("dulle").chain(words)).unwrap_or_else(|error| panic!("{error}")).command)
        .collect()
}

/// What a generator of a ConfigMap says, as `- DULLE_DEMO=0`.
fn literals(text: &str) -> BTreeMap<String, String> {
    let literals = text.lines().filter_map(|line| line.trim().strip_prefix("- ")?.split_once('='));
    literals.filter(|(name, _)| name.starts_with("DULLE_")).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The variables that a patch takes from a Secret, as `- name: DATABASE_URL`.
fn from_secrets(text: &str) -> Vec<String> {
    let names = text.lines().filter_map(|line| line.trim().strip_prefix("- name: "));
    names.filter(|name| name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_')).map(str::to_owned).collect()
}

/// Reads an environment of which nothing may be left unread.
fn understood(variables: &BTreeMap<String, String>) -> Config {
    let asked = RefCell::new(BTreeSet::new());
    let config = Config::read(|name| {
        asked.borrow_mut().insert(name);
        Ok(variables.get(name).cloned())
    });
    let config = config.unwrap_or_else(|error| panic!("{error}"));
    for name in variables.keys() {
        assert!(asked.borrow().contains(name.as_str()), "{name}: nobody reads it");
    }
    config
}

#[test]
fn everything_in_one_process() {
    let [Command::Serve { only, no_migrate: true, .. }] = &command_lines(&read("process/deployment.yaml"))[..] else { panic!("serves") };
    assert!(only.is_empty());
    assert!(matches!(command_lines(&read("base/migrate.yaml"))[..], [Command::Migrate]));
    let mut variables = literals(&read("base/kustomization.yaml"));
    assert!(variables.len() > 5, "{variables:?}");
    variables.insert("DATABASE_URL".to_owned(), "postgres://dulle@postgres-rw:5432/dulle".to_owned());
    understood(&variables);
}

#[test]
fn every_service_apart() {
    let overlay = "overlays/apart";
    let mut shared = literals(&read("base/kustomization.yaml"));
    shared.extend(literals(&read(&format!("{overlay}/kustomization.yaml"))));
    assert_eq!(from_secrets(&read(&format!("{overlay}/secrets.yaml"))), ["DULLE_SERVICE_KEY"]);
    assert_eq!(from_secrets(&read(&format!("{overlay}/database.yaml"))), ["DATABASE_URL"]);
    shared.insert("DULLE_SERVICE_KEY".to_owned(), "0123456789abcdef".repeat(4));

    for part in Part::ALL {
        let [Command::Serve { only, no_migrate: true, .. }] =
            &command_lines(&read(&format!("{overlay}/{}/kustomization.yaml", part.code())))[..]
        else {
            panic!("{} serves, and leaves the schema to the migration", part.code())
        };
        let parts = Parts::only(only);
        assert_eq!(parts, Parts::only(&[part]));
        let mut variables = shared.clone();
        if part != Part::Web {
            variables.insert("DATABASE_URL".to_owned(), "postgres://dulle@postgres-rw:5432/dulle".to_owned());
        }
        let config = understood(&variables);
        let elsewhere = Elsewhere::configured(&config, &parts, &Clock::system(), &CancellationToken::new());
        assert!(elsewhere.unwrap_or_else(|error| panic!("{}: {error}", part.code())).keys().is_some());
    }
}

#[test]
fn every_service_on_a_database_of_its_own() {
    let overlay = "overlays/apart-databases";
    let mut shared = literals(&read("base/kustomization.yaml"));
    shared.extend(literals(&read("overlays/apart/kustomization.yaml")));
    shared.insert("DULLE_SERVICE_KEY".to_owned(), "0123456789abcdef".repeat(4));
    assert_eq!(from_secrets(&read(&format!("{overlay}/bus.yaml"))), ["DULLE_BUS"]);
    shared.insert("DULLE_BUS".to_owned(), "nats://dulle:secret@nats:4222?replicas=3".to_owned());

    // Once in the patch of its process, once in that of the migration.
    let mut named = from_secrets(&read(&format!("{overlay}/kustomization.yaml")));
    named.sort_unstable();
    let mut databases: Vec<_> = Part::SERVICES.into_iter().flat_map(|part| [database_variable(part); 2]).collect();
    databases.sort_unstable();
    assert_eq!(named, databases);
    for part in Part::SERVICES {
        let mut variables = shared.clone();
        let name = part.code();
        variables.insert(database_variable(part).to_owned(), format!("postgres://{name}@postgres-rw:5432/{name}"));
        let config = understood(&variables);
        let elsewhere = Elsewhere::configured(&config, &Parts::only(&[part]), &Clock::system(), &CancellationToken::new());
        assert!(elsewhere.unwrap_or_else(|error| panic!("{name}: {error}")).keys().is_some());
    }
}
