//! `dulle serve`: from nothing to serving, and from a signal to the end.

use crate::accept::{self, Limits, listen};
use crate::admin::{self, Breakers};
use crate::compose::{self, Composition};
use crate::config::{BaseUrl, Config};
use crate::demo;
use crate::error::{Error, Result};
use crate::layer::rate_limit::RateLimits;
use crate::layer::session_streams::SessionStreams;
use crate::postgres::OpenDatabase;
use crate::readiness::Readiness;
use crate::router::{self, Parts};
use crate::shutdown::{self, Shutdown};
use crate::static_site::StaticSite;
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
pub async fn serve(config: &Config, migrate: bool) -> Result<()> {
    let shutdown = shutdown::on_signal().map_err(Error::system("cannot listen to signals"))?;
    // First what fails at once. From here on clients are kept waiting, and no longer refused.
    let listener = open(config.addr, "DULLE_ADDR (or --addr)")?;
    let addr = listener.local_addr().map_err(Error::system("the address of the socket"))?;
    let admin_listener = config.admin_addr.map(|addr| open(addr, "DULLE_ADMIN_ADDR")).transpose()?;
    let site = StaticSite::find(config.site.as_deref())?;
    let metrics = admin::collect_metrics().map_err(Error::system("cannot collect metrics"))?;

    let Some(opened) = shutdown.told().run_until_cancelled(OpenDatabase::for_serving(config)).await else { return Ok(()) };
    let opened = opened?;
    let end = Ending { background: shutdown.phase(), shutdown, tasks: TaskTracker::new() };
    let readiness = Readiness::new(opened.database.pool().clone(), end.shutdown.told().clone());
    let breakers = Breakers::default();
    if let Some(listener) = admin_listener {
        let router = admin::router(metrics.clone(), &readiness, breakers.clone());
        let limits = Limits { connections: 100, reserve: AFTER_BATCHES, ..Limits::default() };
        end.tasks.spawn(accept::serve(listener, "admin", router, limits, end.background.clone()));
    }
    end.tasks.spawn(admin::keep_up(metrics, breakers.clone(), opened.database.clone(), end.background.told().clone()));

    let served = run(config, migrate, &opened, Start { listener, addr, site, readiness, breakers }, &end).await;
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
    site: StaticSite,
    readiness: Readiness,
    breakers: Breakers,
}

/// How parts end: first what answers requests, then what runs beside.
struct Ending {
    shutdown: Shutdown,
    background: Shutdown,
    tasks: TaskTracker,
}

async fn run(config: &Config, migrate: bool, opened: &OpenDatabase, start: Start, end: &Ending) -> Result<()> {
    let Start { listener, addr, site, readiness, breakers } = start;
    let database = &opened.database;
    let told = end.shutdown.told();
    // Another program may be migrating, and be waited for. What is cut off here is undone with its transaction.
    let prepared =
        told.run_until_cancelled(async { if migrate { compose::migrate(database).await } else { compose::check(database).await } });
    match prepared.await {
        Some(prepared) => prepared?,
        None => return Ok(()),
    }
    let composition = Composition::local(database, told.clone());
    breakers.are(composition.breakers());
    composition.run(end.background.told(), &end.tasks);
    if config.demo {
        let loading = demo::load_if_empty(database, &composition.services);
        match told.run_until_cancelled(loading).await {
            Some(loaded) => {
                if let Some(loaded) = loaded? {
                    tracing::info!(courses = loaded.courses, "demo courses loaded");
                }
            }
            None => return Ok(()),
        }
    }
    let session_streams = SessionStreams::default();
    end.tasks.spawn(session_streams.clone().run(composition.services.identity.clone(), end.background.told().clone()));
    let router = router::router(Parts {
        services: composition.services,
        base_url: config.base_url.clone().unwrap_or_else(|| BaseUrl::of_address(addr)),
        site,
        readiness: readiness.clone(),
        clock: database.clock().clone(),
        rate_limits: config.rate_limit.then(|| Arc::new(RateLimits::new(config.trusted_proxies.clone()))),
        session_streams,
        shutdown: told.clone(),
    })?;
    readiness.started();
    // The one line on stdout. Whoever doesn't read it is served all the same.
    let _unread = writeln!(stdout(), "listening on http://{addr}");
    let limits = Limits { connections: config.max_connections, reserve: AFTER_REQUESTS, ..Limits::default() };
    accept::serve(listener, "public", router, limits, end.shutdown.clone()).await;
    Ok(())
}

fn open(addr: SocketAddr, variable: &'static str) -> Result<TcpListener> {
    listen(addr).map_err(|source| Error::Listen { addr, variable, source })
}
