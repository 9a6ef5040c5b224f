//! Who owns the data folder: an exclusive lock on a file in it, which the kernel takes back however the owner ends.
//!
//! The file's text is for those who find it locked: the owner's process id, and once Postgres is ready its socket folder.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::sleep;

use super::error::PrivatePostgresError as Error;

const NAME: &str = "dulle.lock";
const STEP: Duration = Duration::from_millis(10);
/// How often `acquire` tries: someone who only looks holds the lock for a moment, a process that ends a bit longer.
const ACQUIRE_TRIES: u32 = 30;
/// How often `socket_of_owner` looks: the owner may be making its cluster.
const JOIN_TRIES: u32 = 3_000;

/// Held for as long as this process owns the folder.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    pub(super) async fn acquire(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(NAME);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(Error::folder("open the lock file", &path))?;
        for _ in 0..ACQUIRE_TRIES {
            match file.try_lock() {
                Ok(()) => {
                    let mut lock = Self { file, path };
                    lock.write(b"")?;
                    return Ok(lock);
                }
                Err(TryLockError::WouldBlock) => sleep(STEP).await,
                Err(TryLockError::Error(source)) => return Err(Error::folder("lock", &path)(source)),
            }
        }
        let owner = Owner::read(&file).map_err(Error::folder("read", &path))?;
        Err(Error::InUse { data: folder.to_owned(), pid: owner.pid })
    }

    /// Says to those who want to join where the socket is.
    pub(super) fn announce(&mut self, socket: &Path) -> Result<(), Error> {
        let mut line = socket.as_os_str().as_bytes().to_vec();
        line.push(b'\n');
        self.write(&line)
    }

    fn write(&mut self, after_pid: &[u8]) -> Result<(), Error> {
        let mut text = format!("{}\n", std::process::id()).into_bytes();
        text.extend_from_slice(after_pid);
        let written = (|| {
            self.file.rewind()?;
            self.file.set_len(0)?;
            self.file.write_all(&text)
        })();
        written.map_err(Error::folder("write", &self.path))
    }
}

/// The socket folder of the process that owns this data folder, if one does; waits until it is ready.
pub(super) async fn socket_of_owner(folder: &Path) -> Result<Option<PathBuf>, Error> {
    let path = folder.join(NAME);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::folder("open the lock file", &path)(source)),
    };
    let mut owner = Owner::default();
    for _ in 0..JOIN_TRIES {
        match file.try_lock_shared() {
            // Nobody owns it; closing the file gives the lock back.
            Ok(()) => return Ok(None),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(source)) => return Err(Error::folder("lock", &path)(source)),
        }
        owner = Owner::read(&file).map_err(Error::folder("read", &path))?;
        if owner.socket.is_some() {
            return Ok(owner.socket);
        }
        sleep(STEP).await;
    }
    Err(Error::StillStarting { data: folder.to_owned(), pid: owner.pid })
}

/// What the file says about its owner.
#[derive(Debug, Default, PartialEq)]
struct Owner {
    pid: Option<i32>,
    socket: Option<PathBuf>,
}

impl Owner {
    fn read(mut file: &File) -> io::Result<Self> {
        let mut text = Vec::new();
        file.rewind()?;
        file.read_to_end(&mut text)?;
        Ok(Self::parse(&text))
    }

    /// Only whole lines count: the owner may be writing.
    fn parse(text: &[u8]) -> Self {
        let mut lines = text.split_inclusive(|byte| *byte == b'\n').filter_map(|line| line.strip_suffix(b"\n"));
        let pid = lines.next().and_then(|line| str::from_utf8(line).ok()).and_then(|line| line.parse().ok());
        let socket = lines.next().map(|line| PathBuf::from(OsStr::from_bytes(line)));
        Self { pid, socket }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_written_file_says_only_what_is_whole() {
        assert_eq!(Owner::parse(b""), Owner::default());
        assert_eq!(Owner::parse(b"12"), Owner::default());
        assert_eq!(Owner::parse(b"12\n/a/b"), Owner { pid: Some(12), socket: None });
        assert_eq!(Owner::parse(b"12\n/a/b\n"), Owner { pid: Some(12), socket: Some("/a/b".into()) });
    }
}
