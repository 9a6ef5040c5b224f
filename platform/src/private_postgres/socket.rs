//! The folder of the socket: entered by Postgres's account alone, and short enough for the kernel.

use std::env;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use nix::unistd::geteuid;

use super::PORT;
use super::account::Account;
use super::error::PrivatePostgresError as Error;
use super::place::{Place, short_hash};

/// `sun_path` holds 108 bytes, one of them the end (unix(7)); the BSDs and macOS have 104.
const LONGEST_PATH: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// Makes the folder, or checks the one that is there, and empties it of sockets. Nothing of ours may be using it.
pub(super) fn folder(place: &Place, account: &Account) -> Result<PathBuf, Error> {
    let own = place.socket();
    if fits(&own) {
        // Below a folder of ours, so what is there is ours to replace.
        if let Err(error) = fs::remove_dir_all(&own)
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(Error::folder("remove", own)(error));
        }
        make_private(&own, account)?;
        return Ok(own);
    }
    let name = format!("dulle-{}", short_hash(place.base()));
    // Root's own runtime folder shuts Postgres's account out.
    let runtime = if account.steps_down { Some("/run".into()) } else { env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from) };
    let parents = [runtime, Some(env::temp_dir()), Some("/tmp".into())];
    for parent in parents.into_iter().flatten().filter(|parent| parent.is_absolute() && parent.is_dir()) {
        let folder = parent.join(&name);
        if fits(&folder) {
            match make_private(&folder, account) {
                Ok(()) => return Ok(folder),
                Err(error) => tracing::debug!(%error, "this folder won't do for the socket"),
            }
        }
    }
    // All of them failed: the last one's reason is the most ordinary.
    let last = Path::new("/tmp").join(name);
    make_private(&last, account)?;
    Ok(last)
}

/// Removes what a killed Postgres left. It would refuse to start if another process had its number by now.
pub(super) fn clear(folder: &Path) -> Result<(), Error> {
    for name in [format!(".s.PGSQL.{PORT}"), format!(".s.PGSQL.{PORT}.lock")] {
        let path = folder.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(Error::folder("remove", path)(error)),
            _ => {}
        }
    }
    Ok(())
}

/// Postgres and sqlx both take the path as text.
fn fits(folder: &Path) -> bool {
    folder.to_str().is_some_and(|text| text.len() + format!("/.s.PGSQL.{PORT}").len() <= LONGEST_PATH && !text.contains(['\n', '\r']))
}

/// A folder of the account's with mode 0700. One that exists is used only if it is just that: in a folder for everybody,
/// somebody else may have made it.
fn make_private(path: &Path, account: &Account) -> Result<(), Error> {
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let found = fs::symlink_metadata(path).map_err(Error::folder("read", path))?;
            // Ours, and not yet the account's, if we were killed between the two steps.
            let ours = [account.uid, geteuid()].iter().any(|uid| uid.as_raw() == found.uid());
            if !(found.is_dir() && ours && found.mode() & 0o7777 == 0o700) {
                return Err(Error::SocketFolder { path: path.to_owned() });
            }
        }
        Err(source) => return Err(Error::folder("make the folder", path)(source)),
    }
    account.give(path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_path_fits_up_to_the_last_byte() {
        let limit = LONGEST_PATH - "/.s.PGSQL.5432".len();
        assert!(fits(Path::new(&"x".repeat(limit))));
        assert!(!fits(Path::new(&"x".repeat(limit + 1))));
    }

    #[test]
    fn a_folder_that_others_can_enter_or_that_lies_behind_a_link_is_refused() {
        let account = Account::choose().unwrap();
        let root = tempfile::tempdir().unwrap();
        let open = root.path().join("open");
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(matches!(make_private(&open, &account), Err(Error::SocketFolder { .. })));

        let private = root.path().join("private");
        make_private(&private, &account).unwrap();
        make_private(&private, &account).unwrap();
        let link = root.path().join("link");
        symlink(&private, &link).unwrap();
        assert!(matches!(make_private(&link, &account), Err(Error::SocketFolder { .. })));
    }
}
