//! From SIGTERM to the end: in order, with 0, within ten seconds, whatever hangs.

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

struct Program {
    child: Child,
    addr: String,
    folder: TempDir,
}

impl Program {
    /// With a stub of a site and a private Postgres, until it listens.
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        // As root, Postgres has an account of its own that must get to its data.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("permissions");
        let pkg = folder.path().join("site/pkg");
        fs::create_dir_all(&pkg).expect("a folder");
        fs::write(pkg.join("dulle.js"), "").expect("a file");
        let mut command = Command::new(env!("CARGO_BIN_EXE_dulle"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DULLE_")) {
            command.env_remove(name);
        }
        let mut child = command
            .arg("serve")
            .current_dir(folder.path())
            .env_remove("DATABASE_URL")
            .env("DULLE_ADDR", "127.0.0.1:0")
            .env("DULLE_ADMIN_ADDR", "127.0.0.1:0")
            .env("DULLE_SITE", folder.path().join("site"))
            .env("DULLE_DATA", folder.path().join("data"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(folder.path().join("log")).expect("a file"))
            .spawn()
            .expect("starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("text");
        let addr = line.trim().strip_prefix("listening on http://").map(str::to_owned);
        let mut program = Self { child, addr: String::new(), folder };
        program.addr = addr.unwrap_or_else(|| panic!("not listening: {}", program.log()));
        program
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn postgres(&self) -> Pid {
        let file = fs::read_to_string(self.folder.path().join("data/postgres/postmaster.pid")).expect("Postgres runs");
        Pid::from_raw(file.lines().next().and_then(|line| line.trim().parse().ok()).expect("its number comes first"))
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.addr).expect("connects")
    }

    /// How long it takes from SIGTERM until it has ended with 0.
    fn end(&mut self) -> Duration {
        let begun = Instant::now();
        kill(Pid::from_raw(self.child.id().try_into().expect("a number of a process")), Signal::SIGTERM).expect("is told");
        while begun.elapsed() < Duration::from_secs(30) {
            if let Some(status) = self.child.try_wait().expect("waits") {
                assert!(status.success(), "{status}: {}", self.log());
                return begun.elapsed();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("doesn't end: {}", self.log());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Only a test that has failed leaves it running.
        let _ended = self.child.kill();
    }
}

#[test]
fn nothing_that_hangs_holds_up_the_end() {
    let mut program = Program::start();
    // A request whose body never comes.
    let mut unfinished = program.connect();
    let head = "POST /sign-in HTTP/1.1\r\nHost: dulle\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\n";
    unfinished.write_all(head.as_bytes()).expect("writes");
    // A Postgres that hears nothing any more.
    kill(program.postgres(), Signal::SIGSTOP).expect("stands still");
    let took = program.end();
    let log = program.log();
    assert!(log.contains("cut off: not done in time") && log.contains("Postgres takes long to stop"), "nothing hung: {log}");
    assert!(took < Duration::from_secs(10), "{took:?}: {log}");
}

#[test]
fn without_anything_to_finish_it_ends_soon() {
    let mut program = Program::start();
    let _idle = program.connect();
    let took = program.end();
    assert!(took < Duration::from_secs(5), "{took:?}: {}", program.log());
    assert!(program.log().contains("Postgres has stopped"), "{}", program.log());
}
