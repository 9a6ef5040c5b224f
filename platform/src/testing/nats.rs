//! A NATS server for a test, from the program that `scripts/setup` brings.

use crate::clock::Clock;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

/// Long enough for a slow machine.
const LIMIT: Duration = Duration::from_secs(30);

/// A server that ends with the test, and its store with it.
#[derive(Debug)]
pub struct Server {
    folder: PathBuf,
    port: u16,
    child: Option<Child>,
}

impl Server {
    /// A server with an empty store.
    ///
    /// # Panics
    /// When there is none to be started: `make setup` brings it.
    #[must_use]
    pub fn start() -> Self {
        let folder = env::temp_dir().join(format!("dulle-nats-{}", Clock::system().uuid()));
        fs::create_dir_all(&folder).expect("a folder can be made");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port is free").port();
        let store = folder.join("store");
        let configuration = [
            format!("listen: 127.0.0.1:{port}"),
            "authorization { user: dulle, password: secret }".to_owned(),
            format!("jetstream {{ store_dir: \"{}\", sync_interval: always }}", store.display()),
        ];
        fs::write(folder.join("nats.conf"), configuration.join("\n")).expect("a file can be written");
        let mut server = Self { folder, port, child: None };
        server.again();
        server
    }

    /// What `DULLE_BUS` says of it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("nats://dulle:secret@127.0.0.1:{}", self.port)
    }

    /// Starts it again, at the same place, with the store that it left.
    ///
    /// # Panics
    /// When it doesn't start.
    pub fn again(&mut self) {
        let log = fs::File::create(self.folder.join("log")).expect("a file can be written");
        let child = Command::new(program())
            .arg("--config")
            .arg(self.folder.join("nats.conf"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("nats-server starts: `make setup` brings it");
        self.child = Some(child);
        let begun = Instant::now();
        while std::net::TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], self.port))).is_err() {
            assert!(begun.elapsed() < LIMIT, "{}", fs::read_to_string(self.folder.join("log")).unwrap_or_default());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _gone = child.kill();
            let _gone = child.wait();
        }
    }

    /// Loses all that it has kept. It must have been killed.
    ///
    /// # Panics
    /// When the store can't be removed.
    pub fn wipe(&self) {
        assert!(self.child.is_none(), "it is killed first");
        fs::remove_dir_all(self.folder.join("store")).expect("the store can be removed");
    }

    /// Hears and says nothing any more, with all connections open; or goes on.
    ///
    /// # Panics
    /// When it isn't running.
    pub fn cut_off(&self, cut_off: bool) {
        use nix::sys::signal::{Signal, kill};
        let child = self.child.as_ref().expect("it runs");
        let id = nix::unistd::Pid::from_raw(i32::try_from(child.id()).expect("a process id"));
        kill(id, if cut_off { Signal::SIGSTOP } else { Signal::SIGCONT }).expect("it can be told");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        let _left = fs::remove_dir_all(&self.folder);
    }
}

/// The one that `scripts/setup` brings, else one on PATH.
fn program() -> PathBuf {
    let brought = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/setup/deploy/python/bin/nats-server");
    if brought.exists() { brought } else { PathBuf::from("nats-server") }
}
