//! `dulle serve`: from nothing to serving, and from a signal to the end.

use crate::accept::{self, Limits, listen};
use crate::compose::{self, Composition};
use crate::config::{BaseUrl, Config};
use crate::error::{Error, Result};
use crate::postgres::OpenDatabase;
use crate::readiness::Readiness;
use crate::router::{self, Parts};
use crate::static_site::StaticSite;
use crate::{admin, demo, shutdown};
use std::io::{Write, stdout};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long what runs beside requests may take to end, after the last request.
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

    let Some(opened) = shutdown.run_until_cancelled(OpenDatabase::for_serving(config)).await else { return Ok(()) };
    let opened = opened?;
    let end = Ending { shutdown: shutdown.clone(), background: CancellationToken::new(), tasks: TaskTracker::new() };
    let readiness = Readiness::new(opened.database.pool().clone(), shutdown.clone());
    if let Some(listener) = admin_listener {
        let router = admin::router(metrics.clone(), &readiness);
        end.tasks.spawn(accept::serve(listener, "admin", router, Limits { connections: 100, ..Limits::default() }, end.background.clone()));
    }
    end.tasks.spawn(admin::keep_up(metrics, end.background.clone()));

    let served = run(config, migrate, &opened, Start { listener, addr, site, readiness }, &end).await;
    end.background.cancel();
    end.tasks.close();
    if tokio::time::timeout(LAST_BATCH, end.tasks.wait()).await.is_err() {
        tracing::warn!("left unfinished: what the log holds is taken up at the next start");
    }
    opened.close().await;
    served
}

/// What is there before the database is.
struct Start {
    listener: TcpListener,
    addr: SocketAddr,
    site: StaticSite,
    readiness: Readiness,
}

/// How parts end: first what answers requests, then what runs beside.
struct Ending {
    shutdown: CancellationToken,
    background: CancellationToken,
    tasks: TaskTracker,
}

async fn run(config: &Config, migrate: bool, opened: &OpenDatabase, start: Start, end: &Ending) -> Result<()> {
    let Start { listener, addr, site, readiness } = start;
    let database = &opened.database;
    if migrate {
        compose::migrate(database).await?;
    }
    let composition = Composition::local(database, end.shutdown.clone());
    composition.run(&end.background, &end.tasks);
    if config.demo {
        let loading = demo::load_if_empty(database, &composition.services);
        match end.shutdown.run_until_cancelled(loading).await {
            Some(loaded) => {
                if let Some(loaded) = loaded? {
                    tracing::info!(courses = loaded.courses, "demo courses loaded");
                }
            }
            None => return Ok(()),
        }
    }
    let router = router::router(Parts {
        services: composition.services,
        base_url: config.base_url.clone().unwrap_or_else(|| BaseUrl::of_address(addr)),
        site,
        readiness: readiness.clone(),
        clock: database.clock().clone(),
        shutdown: end.shutdown.clone(),
    })?;
    readiness.started();
    // The one line on stdout. Whoever doesn't read it is served all the same.
    let _unread = writeln!(stdout(), "listening on http://{addr}");
    let limits = Limits { connections: config.max_connections, ..Limits::default() };
    accept::serve(listener, "public", router, limits, end.shutdown.clone()).await;
    Ok(())
}

fn open(addr: SocketAddr, variable: &'static str) -> Result<TcpListener> {
    listen(addr).map_err(|source| Error::Listen { addr, variable, source })
}
