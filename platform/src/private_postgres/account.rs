//! As whom Postgres runs: never as root.

use std::io;
use std::os::unix::fs::lchown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::errno::Errno;
use nix::sys::signal::Signal;
use nix::unistd::{Gid, Uid, User, getegid, geteuid};

use super::error::PrivatePostgresError as Error;

/// Needed by Postgres's programs to find their libraries and the shell; all else in our environment, secrets and `PG…`
/// settings among it, is none of their business.
const PASSED_ON: [&str; 3] = ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"];

/// The system account that owns the cluster and runs its programs.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) uid: Uid,
    gid: Gid,
    pub(super) name: String,
    /// Whether we are root and step down to this account for Postgres.
    pub(super) steps_down: bool,
}

impl Account {
    /// The user itself; for root, `postgres` or else `nobody`.
    pub(super) fn choose() -> Result<Self, Error> {
        if !geteuid().is_root() {
            let name = format!("with id {}", geteuid());
            return Ok(Self { uid: geteuid(), gid: getegid(), name, steps_down: false });
        }
        ["postgres", "nobody"]
            .iter()
            .filter_map(|name| User::from_name(name).ok().flatten())
            .find(|user| !user.uid.is_root())
            .map(|user| Self { uid: user.uid, gid: user.gid, name: user.name, steps_down: true })
            .ok_or(Error::NoAccount)
    }

    /// A command that runs as this account, in `folder`, with a clean environment, in a process group of its own (a
    /// Ctrl-C at the terminal is for us; we stop Postgres when we no longer need it), and that gets `farewell` when the
    /// calling thread ends.
    pub(super) fn command(&self, program: &Path, folder: &Path, farewell: Signal) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(PASSED_ON.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        command.env("LC_ALL", "C").current_dir(folder).process_group(0).stdin(Stdio::null());
        if self.steps_down {
            // Setting the user also drops the supplementary groups.
            command.gid(self.gid.as_raw()).uid(self.uid.as_raw());
        }
        end_with_parent(&mut command, farewell);
        command
    }

    /// Whether this account can get to the folder. Asked by going there, since permission bits aren't all there is.
    pub(super) fn can_enter(&self, folder: &Path) -> Result<bool, Error> {
        if !self.steps_down {
            return Ok(true);
        }
        let shell = Path::new("/bin/sh");
        match self.command(shell, folder, Signal::SIGKILL).args(["-c", ":"]).status() {
            Ok(status) => Ok(status.success()),
            Err(error) if error.raw_os_error() == Some(Errno::EACCES as i32) => Ok(false),
            Err(source) => Err(Error::Program { program: shell.to_owned(), user: self.name.clone(), source }),
        }
    }

    /// Hands a file or folder of ours to the account. Doesn't follow a symbolic link.
    pub(super) fn give(&self, path: &Path) -> Result<(), Error> {
        if !self.steps_down {
            return Ok(());
        }
        lchown(path, Some(self.uid.as_raw()), Some(self.gid.as_raw())).map_err(Error::folder("change the owner of", path))
    }

    /// Like [`give`](Self::give) for a folder with all that is in it. The folder itself comes last, so that its owner
    /// tells whether the work was finished.
    pub(super) fn give_all(&self, folder: &Path) -> Result<(), Error> {
        let entries = folder.read_dir().map_err(Error::folder("read", folder))?;
        for entry in entries {
            let entry = entry.map_err(Error::folder("read", folder))?;
            let kind = entry.file_type().map_err(Error::folder("read", entry.path()))?;
            if kind.is_dir() {
                self.give_all(&entry.path())?;
            } else {
                self.give(&entry.path())?;
            }
        }
        self.give(folder)
    }
}

#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "there is no other way to ask for the parent-death signal before the program runs")]
fn end_with_parent(command: &mut Command, farewell: Signal) {
    use nix::sys::prctl::set_pdeathsig;
    use nix::unistd::{getpid, getppid};

    let parent = getpid();
    let closure = move || {
        set_pdeathsig(farewell)?;
        // The parent may have died before the signal was asked for.
        if getppid() == parent { Ok(()) } else { Err(io::Error::from(Errno::ESRCH)) }
    };
    // SAFETY: between fork and exec the closure only makes two system calls; it allocates nothing, takes no lock and
    // reads only what it owns. std calls it after the change of user, which would clear the request.
    unsafe {
        command.pre_exec(closure);
    }
}

/// Elsewhere the next start stops what was left behind.
#[cfg(not(target_os = "linux"))]
fn end_with_parent(_command: &mut Command, _farewell: Signal) {}
