//! `dulle`: one binary for every command. Whatever keeps it from starting is one line on stderr that says what to do.

use anyhow::Context;
use clap::Parser;
use platform::trace::Traces;
use server::cli::{Cli, Command, ReadModel};
use server::compose::{self, Composition};
use server::config::Config;
use server::parts::{Part, Parts};
use server::postgres::{Databases, OpenDatabases};
use server::shutdown::{Deadline, WITHIN};
use server::{audit, bus, demo, rest, serve, telemetry};
use std::process::ExitCode;
use std::thread::available_parallelism;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;

/// Pages are many small strings; how much it gives is in the message of the commit that brought it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// With fewer, a page that waits for several things at once may wait for ever (docs of leptos's Suspense; our pages don't, but a
/// machine with one core should behave as all others).
const LEAST_WORKERS: usize = 4;

/// How long a command waits for the read model to be in step with what is committed. It takes a moment, or never ends: see
/// [`Composition::settle`].
const SETTLED_WITHIN: Duration = Duration::from_secs(60);

fn main() -> ExitCode {
    let cli = Cli::parse();
    match start(cli.command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("dulle: {}", one_line(&format!("{error:#}")));
            ExitCode::FAILURE
        }
    }
}

fn start(command: Command) -> anyhow::Result<ExitCode> {
    let mut config = Config::from_env()?;
    let traces = traces_of(&command, &config)?;
    telemetry::start(config.log_format, traces.as_ref()).context("cannot start logging")?;
    if let Command::Serve { addr: Some(addr), .. } = command {
        config.addr = addr;
    }
    raise_file_limit();
    use_small_pages();
    let runtime = runtime()?;
    let done = runtime.block_on(run(command, &config));
    // Whatever still runs in a thread, such as the check of a password that nobody waits for any more, doesn't hold up the end.
    runtime.shutdown_background();
    if let Some(traces) = traces {
        traces.end();
    }
    done
}

/// Traces of a server, where a collector is named.
fn traces_of(command: &Command, config: &Config) -> anyhow::Result<Option<Traces>> {
    let (Command::Serve { only, .. }, Some(collector)) = (command, &config.traces) else { return Ok(None) };
    let service = if only.is_empty() { "dulle".to_owned() } else { format!("dulle-{}", Parts::only(only).names()) };
    Traces::to(collector, &service, config.traces_share).map(Some).context("no traces can be sent")
}

/// Each open page is a connection, and the usual soft limit is 1024 files: take what the system allows.
fn raise_file_limit() {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    if let Ok((_, hard)) = getrlimit(Resource::RLIMIT_NOFILE)
        && let Err(error) = setrlimit(Resource::RLIMIT_NOFILE, hard, hard)
    {
        tracing::warn!(%error, "the limit on open files stays as it is");
    }
}

/// The allocator asks for huge pages, and of those what is set aside counts as much as what is used: an open stream takes 31 KiB with them and
/// 19 without.
fn use_small_pages() {
    #[cfg(target_os = "linux")]
    if let Err(error) = nix::sys::prctl::set_thp_disable(true) {
        tracing::warn!(%error, "huge pages stay on");
    }
}

fn runtime() -> anyhow::Result<Runtime> {
    let workers = available_parallelism().map_or(LEAST_WORKERS, |cores| cores.get().max(LEAST_WORKERS));
    Builder::new_multi_thread().worker_threads(workers).thread_name("dulle").enable_all().build().context("cannot start threads")
}

async fn run(command: Command, config: &Config) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve { no_migrate, only, .. } => serve::serve(config, &Parts::only(&only), !no_migrate).await?,
        Command::Openapi => {
            // The description of the routes; nothing is asked of the database behind them.
            let nowhere = platform::Database::new(sqlx::postgres::PgConnectOptions::new_without_pgpass(), 1, platform::Clock::system());
            let services = Composition::local(&nowhere, CancellationToken::new()).services;
            println!("{}", rest::openapi(&services).to_pretty_json()?);
        }
        command => {
            let opened = OpenDatabases::for_command(config).await?;
            let done = with_databases(command, &opened.databases, config).await;
            opened.close(Deadline::within(WITHIN)).await;
            return done;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn with_databases(command: Command, databases: &Databases, config: &Config) -> anyhow::Result<ExitCode> {
    compose::migrate_all(databases).await?;
    let of = |part| databases.of(part).context("every service has a database");
    let bus = bus::configured(config).await?;
    let composition = Composition::here(databases.clone(), CancellationToken::new()).joined(bus.as_ref());
    match command {
        Command::Demo => {
            let loaded = demo::load(of(Part::Identity)?, &composition.services).await?;
            println!("demo courses loaded: {} new", loaded.courses);
            composition.settle(SETTLED_WITHIN).await?;
        }
        Command::Audit => {
            composition.settle(SETTLED_WITHIN).await?;
            let differences = audit::lasting_differences_between(databases).await?;
            for difference in &differences {
                println!("{difference}");
            }
            if !differences.is_empty() {
                return Ok(ExitCode::FAILURE);
            }
            println!("every count is right");
        }
        Command::Rebuild { what: ReadModel::Viewpage } => {
            viewpage::rebuild(of(Part::Viewpage)?).await.context("the read model was not rebuilt; the one in place stays")?;
            println!("the read model is rebuilt");
        }
        Command::Migrate | Command::Serve { .. } | Command::Openapi => println!("the database has the schema of this program"),
    }
    Ok(ExitCode::SUCCESS)
}

/// Some causes, such as the end of Postgres's log, have several lines.
fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" | ")
}
