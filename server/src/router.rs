//! Which path leads where, and what every request passes on its way (see [`crate::layer`]).

use crate::compose::Services;
use crate::config::BaseUrl;
use crate::error::Result;
use crate::layer::authentication::{self, Authentication, SessionCookie};
use crate::layer::headers::{self, OverTls};
use crate::layer::origin::{self, OriginCheck};
use crate::layer::rate_limit::passwords::LimitedPasswords;
use crate::layer::rate_limit::{self, RateLimits};
use crate::layer::session_streams::{self, SessionStreams};
use crate::layer::{case, compression, fault, limits, observe};
use crate::readiness::Readiness;
use crate::rest;
use crate::static_site::StaticSite;
use app::Tiles;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state, map_request};
use contract::Refusal;
use platform::Clock;
use platform::http::Problem;
use platform::remote::service::Internal;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;

/// What the pages, REST and live streams are made of.
pub struct Front {
    /// The services.
    pub services: Services,
    /// The public origin.
    pub base_url: BaseUrl,
    /// The built site.
    pub site: StaticSite,
    /// What maps are made of; `None` where there are drawings alone.
    pub tiles: Option<Tiles>,
    /// How often one may ask; `None` for as often as one likes.
    pub rate_limits: Option<Arc<RateLimits>>,
    /// Open streams, to be ended with their session: whoever serves runs [`SessionStreams::run`] beside the requests.
    pub session_streams: SessionStreams,
}

/// What every process has, whatever it runs.
pub struct Outer {
    /// Whether this process can serve.
    pub readiness: Readiness,
    /// Time and ids.
    pub clock: Clock,
    /// Ends live streams.
    pub shutdown: CancellationToken,
    /// What other processes may call; `None` where nobody does.
    pub internal: Option<Internal>,
}

/// Everything that is served on the public address.
///
/// # Errors
/// When the built site is incomplete or can't be read.
pub fn router(front: Front, outer: Outer) -> Result<Router> {
    let Front { mut services, base_url, site, tiles, rate_limits, session_streams } = front;
    if let Some(limits) = &rate_limits {
        services.identity = Arc::new(LimitedPasswords::new(services.identity, limits.clone()));
    }
    let over_tls = OverTls(base_url.is_https());
    let origin = base_url.to_string();
    let cookie = SessionCookie::new(app::session_cookie_name(&origin));
    let check = OriginCheck { base_url: Arc::new(base_url), cookie: cookie.clone() };
    let authentication = Authentication { identity: services.identity.clone(), cookie };
    let front = app::Site {
        identity: services.identity.clone(),
        course: services.course.clone(),
        communication: services.communication.clone(),
        review: services.review.clone(),
        message: services.message.clone(),
        viewpage: services.viewpage.clone(),
        base_url: origin,
        now: {
            let clock = outer.clock.clone();
            Arc::new(move || clock.now())
        },
        tiles,
        leptos: site.leptos().clone(),
    };
    // `layer` of a router wraps what is there by then: files, probes and other services are nobody's in particular.
    let asked_by_someone = app::router(front)?
        .layer(ServiceBuilder::new().layer(map_request(compression::settle)).layer(compression::layer()))
        .merge(rest::routes(&services))
        .layer(
            ServiceBuilder::new()
                .layer(from_fn(limits::body))
                .layer(from_fn(limits::time))
                .layer(from_fn_with_state(check, origin::check))
                .layer(from_fn_with_state(authentication, authentication::authenticate))
                .layer(from_fn_with_state(rate_limits, rate_limit::limit))
                .layer(from_fn_with_state(session_streams, session_streams::hold)),
        );
    Ok(surrounded(asked_by_someone.merge(site.routes()?), outer, over_tls))
}

/// What a process without pages serves: what other processes may call, and whether it is ready.
pub fn services(outer: Outer) -> Router {
    let nothing_else = Router::new().fallback(async || Problem::from(Refusal::NotFound));
    surrounded(nothing_else, outer, OverTls(false))
}

fn surrounded(routes: Router, outer: Outer, over_tls: OverTls) -> Router {
    let Outer { readiness, clock, shutdown, internal } = outer;
    let internal = internal.map(Internal::routes).unwrap_or_default();
    routes.merge(readiness.routes()).merge(internal).layer(
        ServiceBuilder::new()
            .layer(from_fn_with_state(clock, case::give))
            .layer(from_fn_with_state(shutdown, observe::observe))
            .layer(from_fn_with_state(over_tls, headers::add))
            .layer(from_fn(fault::contain)),
    )
}
