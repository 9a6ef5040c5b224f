//! Where the cluster is: in the data folder, or elsewhere if Postgres's account can't get there.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::unistd::geteuid;

use super::account::Account;
use super::error::PrivatePostgresError as Error;

/// Where clusters go that can't be in their data folder.
const ELSEWHERE: &str = "/var/lib/dulle";
/// Names the folder elsewhere. This file decides and not a rule: permissions may change, and a data folder that was
/// removed and made anew must not come up with old data.
const POINTER: &str = "postgres.location";
const CLUSTER: &str = "postgres";

/// A folder of ours with the cluster in it.
#[derive(Debug)]
pub(super) struct Place {
    base: PathBuf,
}

impl Place {
    /// Makes the data folder if need be. Root's lets others pass, or Postgres's account couldn't reach the cluster.
    pub(super) fn data_folder(data: &Path) -> Result<PathBuf, Error> {
        let mode = if geteuid().is_root() { 0o711 } else { 0o700 };
        make_folder(data, mode)?;
        fs::canonicalize(data).map_err(Error::folder("find", data))
    }

    /// Where the cluster of this data folder is or should be made.
    pub(super) fn find(data: &Path, account: &Account) -> Result<Self, Error> {
        let here = Self { base: data.to_owned() };
        let reachable = account.can_enter(data)?;
        let pointer = data.join(POINTER);
        let place = match fs::read(&pointer) {
            _ if exists(&here.cluster())? => here,
            Ok(text) => Self::pointed_to(pointer, OsStr::from_bytes(text.trim_ascii_end()))?,
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(Error::folder("read", pointer)(error)),
            Err(_) if reachable => here,
            Err(_) => Self::elsewhere(data, &pointer, account)?,
        };
        let reachable = if place.base == data { reachable } else { account.can_enter(&place.base)? };
        if reachable { Ok(place) } else { Err(Error::Unreachable { path: place.base, user: account.name.clone() }) }
    }

    fn elsewhere(data: &Path, pointer: &Path, account: &Account) -> Result<Self, Error> {
        let base = unused_folder(data)?;
        let mut text = base.as_os_str().as_bytes().to_vec();
        text.push(b'\n');
        fs::write(pointer, text).map_err(Error::folder("write", pointer))?;
        tracing::info!(
            place = %base.display(),
            data = %data.display(),
            user = account.name,
            "the user that runs Postgres can't enter the data folder, so the cluster is elsewhere"
        );
        Ok(Self { base })
    }

    fn pointed_to(pointer: PathBuf, place: &OsStr) -> Result<Self, Error> {
        let base = PathBuf::from(place);
        match is_ours_alone(&base) {
            Ok(true) if base.is_absolute() => Ok(Self { base }),
            Ok(_) => Err(Error::Lost { pointer, place: base, reason: "others may change" }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Error::Lost { pointer, place: base, reason: "isn't there" }),
            Err(source) => Err(Error::folder("read", base)(source)),
        }
    }

    pub(super) fn base(&self) -> &Path {
        &self.base
    }

    /// The cluster in use.
    pub(super) fn cluster(&self) -> PathBuf {
        self.base.join(CLUSTER)
    }

    /// A cluster that is being made; becomes the one in use by being renamed.
    pub(super) fn unfinished_cluster(&self) -> PathBuf {
        self.base.join("postgres.new")
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.base.join("postgres.socket")
    }

    /// What Postgres says before it opens its own log.
    pub(super) fn start_log(&self) -> PathBuf {
        self.base.join("postgres-start.log")
    }
}

/// A folder elsewhere for this data folder, with no cluster in it yet.
fn unused_folder(data: &Path) -> Result<PathBuf, Error> {
    let parent = Path::new(ELSEWHERE);
    make_folder(parent, 0o755)?;
    let name = short_hash(data);
    let mut base = parent.join(&name);
    let mut number = 1;
    loop {
        make_folder(&base, 0o711)?;
        if is_ours_alone(&base).map_err(Error::folder("read", &base))? && !exists(&base.join(CLUSTER))? {
            return Ok(base);
        }
        tracing::warn!(folder = %base.display(), "left by an earlier data folder of this path; remove it if nobody needs it");
        number += 1;
        base = parent.join(format!("{name}-{number}"));
    }
}

/// Makes a folder with this mode, whatever the umask; one that exists is left as it is.
fn make_folder(path: &Path, mode: u32) -> Result<(), Error> {
    if exists(path)? && path.is_dir() {
        return Ok(());
    }
    DirBuilder::new()
        .recursive(true)
        .mode(mode)
        .create(path)
        .and_then(|()| fs::set_permissions(path, Permissions::from_mode(mode)))
        .map_err(Error::folder("make the folder", path))
}

fn exists(path: &Path) -> Result<bool, Error> {
    path.try_exists().map_err(Error::folder("read", path))
}

/// A real folder that nobody else can put anything into.
fn is_ours_alone(path: &Path) -> io::Result<bool> {
    let found = fs::symlink_metadata(path)?;
    Ok(found.is_dir() && found.uid() == geteuid().as_raw() && found.mode() & 0o022 == 0)
}

/// A name of 16 characters for a path, the same in every release (FNV-1a, 64 bits; <http://www.isthe.com/chongo/tech/comp/fnv/>).
pub(super) fn short_hash(path: &Path) -> String {
    let hash = path
        .as_os_str()
        .as_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(short_hash(Path::new("")), "cbf29ce484222325");
        assert_eq!(short_hash(Path::new("foobar")), "85944171f73967e8");
    }
}
