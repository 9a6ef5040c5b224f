//! A broker for a test, a process of its own, from the programs that `scripts/setup` brings.

use super::way_to_tansu::{Way, make_topic};
use crate::clock::Clock;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

/// Long enough for a slow machine.
pub(super) const LIMIT: Duration = Duration::from_secs(30);

/// Whose protocol it speaks.
#[derive(Debug)]
enum Engine {
    Nats,
    /// By Tansu, which keeps what it is given in memory: where clients come to it, and which topics it has before they come.
    Kafka {
        way: Way,
        topics: &'static [&'static str],
    },
}

/// A broker that ends with the test, and its store with it.
#[derive(Debug)]
pub struct Broker {
    engine: Engine,
    folder: PathBuf,
    port: u16,
    child: Option<Child>,
}

impl Broker {
    /// NATS JetStream, with an empty store.
    ///
    /// # Panics
    /// When there is none to be started: `make setup` brings it.
    #[must_use]
    pub fn nats() -> Self {
        Self::start(super::free_port(), Engine::Nats)
    }

    /// A broker that speaks Kafka's protocol, keeps nothing when it is killed, and has the `topics` whenever it is there.
    ///
    /// # Panics
    /// When there is none to be started: `make setup` brings it.
    #[must_use]
    pub fn kafka(topics: &'static [&'static str]) -> Self {
        let port = super::free_port();
        Self::start(port, Engine::Kafka { way: Way::to(port).expect("another port is free"), topics })
    }

    fn start(port: u16, engine: Engine) -> Self {
        let folder = env::temp_dir().join(format!("dulle-broker-{}", Clock::system().uuid()));
        fs::create_dir_all(&folder).expect("a folder can be made");
        let mut broker = Self { engine, folder, port, child: None };
        broker.again();
        broker
    }

    /// What `DULLE_BUS` says of it.
    #[must_use]
    pub fn url(&self) -> String {
        match &self.engine {
            Engine::Nats => format!("nats://dulle:secret@127.0.0.1:{}", self.port),
            Engine::Kafka { way, .. } => format!("kafka://127.0.0.1:{}", way.port),
        }
    }

    /// Starts it again, at the same place, with the store that it left, if it leaves one.
    ///
    /// # Panics
    /// When it doesn't start.
    pub fn again(&mut self) {
        let log = fs::File::create(self.folder.join("log")).expect("a file can be written");
        let errors = log.try_clone().expect("a file can be written twice");
        let child = self.command().stdin(Stdio::null()).stdout(log).stderr(errors).spawn();
        self.child = Some(child.expect("the broker starts: `make setup` brings it"));
        let begun = Instant::now();
        while TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], self.port))).is_err() {
            assert!(begun.elapsed() < LIMIT, "{}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
        if let Engine::Kafka { way, topics } = &self.engine {
            for topic in *topics {
                make_topic(self.port, topic).unwrap_or_else(|error| panic!("{error}\n{}", self.log()));
            }
            way.open(true);
        }
    }

    /// What it has said since it was started last.
    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    fn command(&self) -> Command {
        match &self.engine {
            Engine::Nats => {
                let configuration = [
                    format!("listen: 127.0.0.1:{}", self.port),
                    "authorization { user: dulle, password: secret }".to_owned(),
                    format!("jetstream {{ store_dir: \"{}\", sync_interval: always }}", self.store().display()),
                ];
                let file = self.folder.join("nats.conf");
                fs::write(&file, configuration.join("\n")).expect("a file can be written");
                let mut command = Command::new(program("nats-server"));
                command.arg("--config").arg(file);
                command
            }
            Engine::Kafka { way, .. } => {
                let place = |port: u16| format!("tcp://127.0.0.1:{port}");
                let mut command = Command::new(program("tansu"));
                command.args(["broker", "--storage-engine", "memory://tansu/"]);
                command.args(["--listener-url", &place(self.port), "--advertised-listener-url", &place(way.port)]);
                command
            }
        }
    }

    fn store(&self) -> PathBuf {
        self.folder.join("store")
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        if let Engine::Kafka { way, .. } = &self.engine {
            way.open(false);
        }
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
        if self.store().exists() {
            fs::remove_dir_all(self.store()).expect("the store can be removed");
        }
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

impl Drop for Broker {
    fn drop(&mut self) {
        self.kill();
        let _left = fs::remove_dir_all(&self.folder);
    }
}

/// The one that `scripts/setup` brings, else one on PATH.
fn program(name: &str) -> PathBuf {
    let brought = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/setup/deploy/python/bin").join(name);
    if brought.exists() { brought } else { PathBuf::from(name) }
}
