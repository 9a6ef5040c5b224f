//! A Postgres that an earlier, killed dulle left running.
//!
//! Asked only while the data folder is locked, so whatever runs there has no owner.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::time::{sleep, timeout};

use super::error::PrivatePostgresError as Error;

const PID_FILE: &str = "postmaster.pid";
/// First politely, then without a checkpoint (the next start recovers).
const FAREWELLS: [(Signal, Duration); 2] = [(Signal::SIGINT, Duration::from_secs(10)), (Signal::SIGQUIT, Duration::from_secs(10))];
const STEP: Duration = Duration::from_millis(5);

/// Stops the postmaster of this cluster, if one runs, and removes a pid file that would wrongly stop the next.
pub(super) async fn clear(cluster: &Path) -> Result<(), Error> {
    let path = cluster.join(PID_FILE);
    let Some(pid) = read(&path).map_err(Error::folder("read", &path))? else {
        return Ok(());
    };
    if !serves(pid, cluster) {
        if kill(pid, None) != Err(Errno::ESRCH) {
            // The number went to another process (in a container, the same small numbers come again at every start),
            // or it is a zombie that nobody collects. Postgres would take either for a living postmaster. Its second
            // safeguard, the shared memory that processes of the old one still hold, works without the file.
            fs::remove_file(&path).map_err(Error::folder("remove", &path))?;
        }
        return Ok(());
    }
    tracing::info!(pid = pid.as_raw(), "stopping a Postgres that an earlier dulle left behind");
    for (signal, limit) in FAREWELLS {
        match kill(pid, signal) {
            Ok(()) | Err(Errno::ESRCH) => {}
            Err(_) => return Err(Error::Orphan { pid: pid.as_raw() }),
        }
        let gone = async {
            while serves(pid, cluster) {
                sleep(STEP).await;
            }
        };
        if timeout(limit, gone).await.is_ok() {
            return Ok(());
        }
    }
    Err(Error::Orphan { pid: pid.as_raw() })
}

fn read(path: &Path) -> io::Result<Option<Pid>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text.lines().next().and_then(|line| line.trim().parse().ok()).map(Pid::from_raw).filter(|pid| pid.as_raw() > 0)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether this process is a Postgres that works in this cluster. A number alone proves nothing.
#[cfg(target_os = "linux")]
fn serves(pid: Pid, cluster: &Path) -> bool {
    let process = Path::new("/proc").join(pid.to_string());
    let works_in = fs::read_link(process.join("cwd"));
    let name = fs::read_to_string(process.join("comm"));
    works_in.is_ok_and(|folder| fs::canonicalize(cluster).is_ok_and(|cluster| folder == cluster))
        && name.is_ok_and(|name| name.trim_end() == "postgres")
}

/// Whether this process is a Postgres that was started with this cluster. A number alone proves nothing.
#[cfg(not(target_os = "linux"))]
fn serves(pid: Pid, cluster: &Path) -> bool {
    let ps = std::process::Command::new("ps").args(["-o", "command=", "-p", &pid.to_string()]).output();
    ps.is_ok_and(|output| {
        let command = String::from_utf8_lossy(&output.stdout).into_owned();
        command.contains("postgres") && command.contains(&*cluster.to_string_lossy())
    })
}
