//! Making a cluster and writing its configuration.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::process::Command;
use tokio::time::sleep;

use super::account::Account;
use super::binaries::Programs;
use super::error::PrivatePostgresError as Error;
use super::place::Place;
use super::readiness::{ADMIN, last_lines};
use super::{DULLE, PORT};

/// `initdb` can choose a locale that Postgres itself brings from this version on.
const BUILTIN_LOCALE: u32 = 17;
const STEP: Duration = Duration::from_millis(20);
/// Only who can enter the socket's folder gets here, so nobody is asked for a password.
const ACCESS: &str = "# Written by dulle at every start.\nlocal all all trust\n";

/// The major version of the cluster, if there is one.
pub(super) fn version(cluster: &Path, account: &Account) -> Result<Option<u32>, Error> {
    // Said before all else that the wrong owner may not do.
    if let Ok(found) = cluster.metadata()
        && !account.steps_down
        && found.uid() != account.uid.as_raw()
    {
        return Err(Error::WrongOwner { path: cluster.to_owned(), owner: found.uid(), user: account.uid.as_raw() });
    }
    let path = cluster.join("PG_VERSION");
    match fs::read_to_string(&path) {
        Ok(text) => text.trim().parse().map(Some).map_err(|_| Error::NotACluster { path: cluster.to_owned() }),
        // Nothing there yet, or an empty folder that was made for us.
        Err(error) if error.kind() == io::ErrorKind::NotFound => match cluster.read_dir().map(|mut entries| entries.next().is_some()) {
            Ok(false) => Ok(None),
            Ok(true) => Err(Error::NotACluster { path: cluster.to_owned() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(Error::folder("read", cluster)(source)),
        },
        Err(source) => Err(Error::folder("read", path)(source)),
    }
}

/// Makes a cluster beside its place and moves it there when it is whole.
pub(super) async fn make(place: &Place, account: &Account, programs: &Programs) -> Result<(), Error> {
    let (unfinished, cluster) = (place.unfinished_cluster(), place.cluster());
    remove_unfinished(&unfinished).await?;
    DirBuilder::new().mode(0o700).create(&unfinished).map_err(Error::folder("make the folder", &unfinished))?;
    account.give(&unfinished)?;
    tracing::info!(cluster = %cluster.display(), version = programs.major, "making a Postgres cluster");

    let mut command = account.command(&programs.initdb, place.base(), Signal::SIGKILL);
    command.arg("--pgdata").arg(&unfinished);
    command.args(["--username", ADMIN, "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"]);
    command.args(["--auth-local=trust", "--auth-host=reject", "--no-instructions"]);
    if programs.major >= BUILTIN_LOCALE {
        command.args(["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]);
    }
    let output = Command::from(command).kill_on_drop(true).output().await.map_err(|source| Error::Program {
        program: programs.initdb.clone(),
        user: account.name.clone(),
        source,
    })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(if said.contains("invalid locale name") {
            Error::NoLocale
        } else {
            Error::Init { path: unfinished, status: output.status, output: last_lines(&said) }
        });
    }
    fs::rename(&unfinished, &cluster).map_err(Error::folder("rename", &unfinished))?;
    // The new name must be on the disk before anything is committed under it.
    File::open(place.base()).and_then(|folder| folder.sync_all()).map_err(Error::folder("write", place.base()))
}

/// What an interrupted `initdb` left. A child of its may live a moment longer than itself and still be writing.
async fn remove_unfinished(path: &Path) -> Result<(), Error> {
    let mut tries_left = 100;
    loop {
        match fs::remove_dir_all(path) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound && !path.exists() => return Ok(()),
            Err(error) if tries_left == 0 => return Err(Error::folder("remove", path)(error)),
            Err(_) => sleep(STEP).await,
        }
        tries_left -= 1;
    }
}

/// Makes the cluster the account's own if it was copied or restored by root.
pub(super) fn take_over(cluster: &Path, account: &Account) -> Result<(), Error> {
    let found = cluster.metadata().map_err(Error::folder("read", cluster))?;
    if found.uid() == account.uid.as_raw() { Ok(()) } else { account.give_all(cluster) }
}

/// Writes the configuration anew, so that a release of Dulle can change it.
pub(super) fn configure(cluster: &Path, socket: &Path, account: &Account) -> Result<(), Error> {
    write(cluster, "postgresql.conf", &settings(&socket.to_string_lossy()), account)?;
    write(cluster, "pg_hba.conf", ACCESS, account)
}

/// The folder is the account's, so nothing in it may lead us to write elsewhere: a new file, then renamed.
fn write(cluster: &Path, name: &str, text: &str, account: &Account) -> Result<(), Error> {
    let (path, new) = (cluster.join(name), cluster.join(format!("{name}.new")));
    let written = (|| {
        match fs::remove_file(&new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
        file.write_all(text.as_bytes())
    })();
    written.map_err(Error::folder("write", &new))?;
    account.give(&new)?;
    fs::rename(&new, &path).map_err(Error::folder("write", &path))
}

fn settings(socket: &str) -> String {
    // A list in a string: each element in double quotes, the whole in single ones.
    let socket = format!("\"{}\"", socket.replace('"', "\"\"")).replace('\\', "\\\\").replace('\'', "''");
    format!(
        "# Written by dulle at every start; what you change here is lost. Your own settings: dulle-local.conf beside it.
max_connections = 100
shared_buffers = 128MB
work_mem = 8MB
maintenance_work_mem = 64MB
effective_cache_size = 512MB
# Most data folders are on solid state, where a page out of order costs about the same.
random_page_cost = 1.1
wal_compression = on
# Our queries are short; compiling them takes longer than running them.
jit = off
idle_in_transaction_session_timeout = 60s

timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'ISO, YMD'
lc_messages = 'C'
lc_monetary = 'C.UTF-8'
lc_numeric = 'C.UTF-8'
lc_time = 'C.UTF-8'
default_text_search_config = 'pg_catalog.simple'

# A file for each day of the week, overwritten after one.
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_rotation_age = 1d
log_rotation_size = 0
log_truncate_on_rotation = on
log_line_prefix = '%m [%p] '

include_if_exists = 'dulle-local.conf'

# Not to be changed: reached over the socket alone, and a commit is a commit.
cluster_name = '{DULLE}'
listen_addresses = ''
port = {PORT}
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
fsync = on
full_page_writes = on
synchronous_commit = on
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_odd_socket_path_stays_one_element() {
        let text = settings("/a b/c,d/it's \"e\"\\f");
        assert!(text.contains("unix_socket_directories = '\"/a b/c,d/it''s \"\"e\"\"\\\\f\"'\n"), "{text}");
    }

    #[test]
    fn a_folder_with_something_else_is_no_cluster() {
        let folder = tempfile::tempdir().unwrap();
        let account = Account::choose().unwrap();
        assert_eq!(version(folder.path(), &account).unwrap(), None);
        assert_eq!(version(&folder.path().join("missing"), &account).unwrap(), None);
        fs::write(folder.path().join("thesis.txt"), "").unwrap();
        assert!(matches!(version(folder.path(), &account), Err(Error::NotACluster { .. })));
    }
}
