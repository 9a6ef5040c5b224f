//! `dulle serve`: from nothing to serving, and from a signal to the end.

use crate::accept::{self, Limits, listen};
use crate::admin::{self, Breakers};
use crate::bus;
use crate::compose::{self, Composition, Elsewhere};
use crate::config::{BaseUrl, Config};
use crate::demo;
use crate::error::{Error, Result};
use crate::layer::rate_limit::RateLimits;
use crate::layer::session_streams::SessionStreams;
use crate::parts::{Part, Parts};
use crate::postgres::{Databases, OpenDatabases};
use crate::readiness::Readiness;
use crate::router::{self, Front, Outer};
use crate::shutdown::{self, Shutdown};
use crate::static_site::StaticSite;
use app::Tiles;
use platform::remote::service::Internal;
use platform::{Clock, Database};
use std::io::{Write, stdout};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;

/// What is left of the time to end when the last request has to be done.
const AFTER_REQUESTS: Duration = Duration::from_millis(3_500);
/// The same for what runs beside requests.
const AFTER_BATCHES: Duration = Duration::from_millis(2_500);
/// How long what runs beside requests may take, however much time is left: whatever it has not done, it does at the next start.
const LAST_BATCH: Duration = Duration::from_secs(1);

/// Serves until told to end.
///
/// # Errors
/// When it can't start.
pub async fn serve(config: &Config, parts: &Parts, migrate: bool) -> Result<()> {
    let shutdown = shutdown::on_signal().map_err(Error::system("cannot listen to signals"))?;
    // First what fails at once. From here on clients are kept waiting, and no longer refused.
    let listener = open(config.addr, "DULLE_ADDR (or --addr)")?;
    let addr = listener.local_addr().map_err(Error::system("the address of the socket"))?;
    let admin_listener = config.admin_addr.map(|addr| open(addr, "DULLE_ADMIN_ADDR")).transpose()?;
    let clock = Clock::system();
    let elsewhere = Elsewhere::configured(config, parts, &clock, shutdown.told())?;
    let site = if parts.has(Part::Web) { Some(StaticSite::find(config.site.as_deref())?) } else { None };
    let metrics = admin::collect_metrics().map_err(Error::system("cannot collect metrics"))?;

    let Some(opened) = shutdown.told().run_until_cancelled(OpenDatabases::for_serving(config, parts)).await else { return Ok(()) };
    let opened = opened?;
    let end = Ending { background: shutdown.phase(), shutdown, tasks: TaskTracker::new() };
    let databases: Vec<Database> = opened.databases.each().map(|(database, _)| database.clone()).collect();
    let readiness = Readiness::new(databases.iter().map(|database| database.pool().clone()).collect(), end.shutdown.told().clone());
    let breakers = Breakers::default();
    if let Some(listener) = admin_listener {
        let router = admin::router(metrics.clone(), &readiness, breakers.clone(), databases.first(), config.events_token.as_ref());
        let limits = Limits { connections: 100, reserve: AFTER_BATCHES, ..Limits::default() };
        end.tasks.spawn(accept::serve(listener, "admin", router, limits, end.background.clone()));
    }
    end.tasks.spawn(admin::keep_up(metrics, breakers.clone(), databases, end.background.told().clone()));

    let start = Start { listener, addr, site, readiness, breakers, clock, elsewhere };
    let served = run(config, migrate, &opened.databases, start, &end).await;
    end.background.tell();
    end.tasks.close();
    let deadline = end.shutdown.deadline();
    if deadline.keeping(AFTER_BATCHES).at_most(LAST_BATCH).limit(end.tasks.wait()).await.is_none() {
        tracing::warn!("left unfinished: what the log holds is taken up at the next start");
    }
    opened.close(deadline).await;
    served
}

/// What is there before the database is.
struct Start {
    listener: TcpListener,
    addr: SocketAddr,
    /// `None` where the pages are elsewhere.
    site: Option<StaticSite>,
    readiness: Readiness,
    breakers: Breakers,
    clock: Clock,
    elsewhere: Elsewhere,
}

/// How parts end: first what answers requests, then what runs beside.
struct Ending {
    shutdown: Shutdown,
    background: Shutdown,
    tasks: TaskTracker,
}

async fn run(config: &Config, migrate: bool, databases: &Databases, start: Start, end: &Ending) -> Result<()> {
    let Start { listener, addr, site, readiness, breakers, clock, elsewhere } = start;
    let told = end.shutdown.told();
    // Another program may be migrating, and be waited for. What is cut off here is undone with its transaction.
    let prepared = told
        .run_until_cancelled(async { if migrate { compose::migrate_all(databases).await } else { compose::check_all(databases).await } });
    match prepared.await {
        Some(prepared) => prepared?,
        None => return Ok(()),
    }
    let bus = bus::configured(config).await?;
    let composition = Composition::new(databases.clone(), &elsewhere, told.clone()).joined(bus.as_ref());
    breakers.are(composition.breakers());
    composition.run(end.background.told(), &end.tasks);
    if config.demo {
        match told.run_until_cancelled(load_demo(databases, &composition)).await {
            Some(loaded) => loaded?,
            None => return Ok(()),
        }
    }
    let outer = Outer { readiness: readiness.clone(), clock, shutdown: told.clone(), internal: internal(&elsewhere, &composition) };
    let router = match site {
        Some(site) => {
            let session_streams = SessionStreams::default();
            let tiles = tiles(config, &site);
            end.tasks.spawn(session_streams.clone().run(composition.services.identity.clone(), end.background.told().clone()));
            router::router(
                Front {
                    services: composition.services,
                    base_url: config.base_url.clone().unwrap_or_else(|| BaseUrl::of_address(addr)),
                    site,
                    tiles,
                    rate_limits: config.rate_limit.then(|| Arc::new(RateLimits::new(config.trusted_proxies.clone()))),
                    session_streams,
                },
                outer,
            )?
        }
        None => router::services(outer),
    };
    readiness.started();
    // The one line on stdout. Whoever doesn't read it is served all the same.
    let _unread = writeln!(stdout(), "listening on http://{addr}");
    let limits = Limits { connections: config.max_connections, reserve: AFTER_REQUESTS, ..Limits::default() };
    accept::serve(listener, "public", router, limits, end.shutdown.clone()).await;
    Ok(())
}

/// What maps are made of, where there is a source of tiles.
fn tiles(config: &Config, site: &StaticSite) -> Option<Tiles> {
    let address = config.tiles.clone()?;
    let script = site.map_script();
    if script.is_none() {
        tracing::warn!("DULLE_TILES is set, but the built site has no script for maps: build it anew with `make build`");
    }
    Some(Tiles { address, attribution: config.tiles_attribution.clone(), script: script? })
}

/// What other processes may call. Without a key nobody can be known, and nobody is answered.
fn internal(elsewhere: &Elsewhere, composition: &Composition) -> Option<Internal> {
    let answers = composition.answers();
    elsewhere.keys().filter(|_| !answers.is_empty()).map(|keys| Internal::new(keys.clone(), Clock::system(), answers))
}

/// Demo courses, where nothing has happened yet.
async fn load_demo(databases: &Databases, composition: &Composition) -> Result<()> {
    let Some(database) = databases.of(Part::Identity).filter(|_| databases.parts().count() == Part::SERVICES.len()) else {
        tracing::warn!("no demo courses: DULLE_DEMO is for a process that runs all services; for others there is `dulle demo`");
        return Ok(());
    };
    if let Some(loaded) = demo::load_if_empty(database, &composition.services).await? {
        tracing::info!(courses = loaded.courses, "demo courses loaded");
    }
    Ok(())
}

fn open(addr: SocketAddr, variable: &'static str) -> Result<TcpListener> {
    listen(addr).map_err(|source| Error::Listen { addr, variable, source })
}
