//! By which keys this process and others know each other: `DULLE_SERVICE_KEY`, or, where all of them are on this machine and nobody has
//! said one, a file beside the data that only its owner may read.

use crate::config::{Config, ConfigError};
use crate::error::{Error, Result};
use crate::parts::Parts;
use platform::remote::signature::ServiceKeys;
use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// The name of the file.
const NAME: &str = "service.key";
/// Nobody but its owner may do anything with it.
const MODE: u32 = 0o600;

/// The keys of a process that runs `parts`; `None` for one that runs all and is called by nobody.
///
/// # Errors
/// When there are other processes and nothing to know them by.
pub fn of(config: &Config, parts: &Parts) -> Result<Option<ServiceKeys>> {
    match &config.service_keys {
        Some(keys) => Ok(Some(keys.clone())),
        None if *parts == Parts::all() => Ok(None),
        None if is_of_one_machine(config) => of_file(&config.data).map(Some),
        None => Err(ConfigError::NoServiceKey.into()),
    }
}

fn is_of_one_machine(config: &Config) -> bool {
    config.addr.ip().is_loopback() && config.urls.values().flatten().all(|address| address.is_loopback())
}

/// The key of the file below `data`, which is made if it isn't there.
fn of_file(data: &Path) -> Result<ServiceKeys> {
    let path = data.join(NAME);
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(data, &path).and_then(|()| fs::read_to_string(&path)),
        read => read,
    };
    let wrong = |reason: String| Error::ServiceKeyFile { path: path.clone(), reason };
    let open_to = fs::metadata(&path).map_err(|error| wrong(error.to_string()))?.permissions().mode() & 0o077;
    if open_to != 0 {
        return Err(wrong("others than its owner may read it".to_owned()));
    }
    let text = text.map_err(|error| wrong(error.to_string()))?;
    ServiceKeys::parse(text.trim()).ok_or_else(|| wrong("it holds no key".to_owned()))
}

/// Makes the file whole or not at all, and never in the place of one that another process has made meanwhile.
fn make(data: &Path, path: &Path) -> io::Result<()> {
    fs::create_dir_all(data)?;
    let unfinished = data.join(format!("{NAME}.{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(MODE).open(&unfinished)?;
    // Where it was there already, from a process of the same number that was killed.
    file.set_permissions(Permissions::from_mode(MODE))?;
    writeln!(file, "{}", ServiceKeys::made())?;
    file.sync_all()?;
    let linked = fs::hard_link(&unfinished, path);
    fs::remove_file(&unfinished)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::Part;

    fn config(variables: &[(&str, &str)]) -> Config {
        let get = |name: &'static str| Ok(variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()));
        Config::read(get).expect("valid")
    }

    #[test]
    fn a_process_that_is_alone_needs_none_and_one_among_machines_is_given_one() {
        let one = Parts::only(&[Part::Course]);
        assert!(of(&config(&[]), &Parts::all()).expect("none is needed").is_none());
        let key = "k".repeat(ServiceKeys::MIN);
        assert!(of(&config(&[("DULLE_SERVICE_KEY", &key), ("DULLE_ADDR", "0.0.0.0:3000")]), &one).expect("said").is_some());
        for elsewhere in [("DULLE_ADDR", "0.0.0.0:3000"), ("DULLE_REVIEW_URL", "http://dulle-review:3000")] {
            assert!(matches!(of(&config(&[elsewhere]), &one), Err(Error::Config(ConfigError::NoServiceKey))), "{elsewhere:?}");
        }
    }

    #[test]
    fn processes_of_one_machine_share_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let read = || fs::read_to_string(data.join(NAME)).expect("it is there");
        of_file(&data).expect("made");
        let made = read();
        of_file(&data).expect("read");
        // Another process that found nothing there a moment ago.
        make(&data, &data.join(NAME)).expect("left as it is");
        assert_eq!(read(), made);
        assert_eq!(fs::read_dir(&data).expect("a folder").count(), 1, "nothing unfinished is left");
        assert_eq!(fs::metadata(data.join(NAME)).expect("a file").permissions().mode() & 0o777, MODE);
    }

    #[test]
    fn a_file_that_is_no_secret_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(NAME);
        of_file(folder.path()).expect("made");
        fs::set_permissions(&path, Permissions::from_mode(0o644)).expect("ours");
        assert!(matches!(of_file(folder.path()), Err(Error::ServiceKeyFile { .. })));
        fs::set_permissions(&path, Permissions::from_mode(MODE)).expect("ours");
        fs::write(&path, "hunter2").expect("ours");
        let refused = of_file(folder.path()).expect_err("too short").to_string();
        assert!(!refused.contains("hunter2"), "{refused}");
    }
}
