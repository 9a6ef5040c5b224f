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
use crate::layer::{case, fault, limits, observe};
use crate::readiness::Readiness;
use crate::rest;
use crate::static_site::StaticSite;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use platform::Clock;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;

/// What the routes are made of.
pub struct Parts {
    /// The services.
    pub services: Services,
    /// The public origin.
    pub base_url: BaseUrl,
    /// The built site.
    pub site: StaticSite,
    /// Whether this process can serve.
    pub readiness: Readiness,
    /// Time and ids.
    pub clock: Clock,
    /// How often one may ask; `None` for as often as one likes.
    pub rate_limits: Option<Arc<RateLimits>>,
    /// Open streams, to be ended with their session: whoever serves runs [`SessionStreams::run`] beside the requests.
    pub session_streams: SessionStreams,
    /// Ends live streams.
    pub shutdown: CancellationToken,
}

/// Everything that is served on the public address.
///
/// # Errors
/// When the built site is incomplete or can't be read.
pub fn router(parts: Parts) -> Result<Router> {
    let Parts { mut services, base_url, site, readiness, clock, rate_limits, session_streams, shutdown } = parts;
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
            let clock = clock.clone();
            Arc::new(move || clock.now())
        },
        leptos: site.leptos().clone(),
    };
    // `layer` of a router wraps what is there by then: files and probes are nobody's in particular.
    let asked_by_someone = app::router(front)?.merge(rest::routes(&services)).layer(
        ServiceBuilder::new()
            .layer(from_fn(limits::body))
            .layer(from_fn(limits::time))
            .layer(from_fn_with_state(check, origin::check))
            .layer(from_fn_with_state(authentication, authentication::authenticate))
            .layer(from_fn_with_state(rate_limits, rate_limit::limit))
            .layer(from_fn_with_state(session_streams, session_streams::hold)),
    );
    Ok(asked_by_someone.merge(site.routes()?).merge(readiness.routes()).layer(
        ServiceBuilder::new()
            .layer(from_fn_with_state(clock, case::give))
            .layer(from_fn_with_state(shutdown, observe::observe))
            .layer(from_fn_with_state(over_tls, headers::add))
            .layer(from_fn(fault::contain)),
    ))
}
