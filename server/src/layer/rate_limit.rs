//! How often one may ask for what costs something: token buckets (GCRA) in this process's memory.
//!
//! | what | by | at once | then one every |
//! |---|---|---|---|
//! | signing in | client address | 30 | 2 s |
//! | signing in | e-mail address, known or not | 10 | 6 s |
//! | giving the password again | account | 10 | 6 s |
//! | signing up | client address | 30 | 4 s |
//! | changing anything else | account, or client address where nobody is signed in | 120 | 250 ms |
//!
//! Live streams are no deeds but last: a client address may hold so many at a time (`streams`).
//!
//! Nobody is exempt, also not who comes from this machine: behind a proxy everybody does. What needs the body to be read is counted
//! by [`passwords`], around the identity service.

mod buckets;
mod client;
pub mod passwords;
mod streams;

use self::buckets::Buckets;
use self::streams::Streams;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use contract::text::Email;
use contract::{AccountId, ApiError, Call, Refusal};
use governor::clock::{Clock, MonotonicClock};
use ipnet::IpNet;
use platform::http::Problem;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// Refusals, by what was asked for too often.
const REFUSED: &str = "dulle_rate_limit_refused_total";

/// Where live streams are asked for.
const LIVE: &str = "/api/v1/live";

/// All buckets, and what client addresses are told by.
#[derive(Debug)]
pub struct RateLimits<C: Clock = MonotonicClock> {
    trusted: Vec<IpNet>,
    sign_in: Buckets<client::Network, C>,
    sign_in_to: Buckets<Email, C>,
    password_of: Buckets<AccountId, C>,
    sign_up: Buckets<client::Network, C>,
    write: Buckets<Writer, C>,
    streams: Streams,
}

/// Whose changes are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Writer {
    Account(AccountId),
    Nobody(client::Network),
}

/// What a request asks for, as far as it is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    SignIn,
    SignUp,
    Write,
}

impl RateLimits {
    /// Full buckets. `trusted` are the proxies whose word on client addresses is believed.
    #[must_use]
    pub fn new(trusted: Vec<IpNet>) -> Self {
        Self::with_clock(trusted, &MonotonicClock)
    }
}

impl<C: Clock + Clone> RateLimits<C> {
    fn with_clock(trusted: Vec<IpNet>, clock: &C) -> Self {
        metrics::describe_counter!(REFUSED, "Requests refused because they came too often, by what they asked for");
        Self {
            trusted,
            sign_in: Buckets::new("sign_in", 30, Duration::from_secs(2), clock),
            sign_in_to: Buckets::new("sign_in_to", 10, Duration::from_secs(6), clock),
            password_of: Buckets::new("password", 10, Duration::from_secs(6), clock),
            sign_up: Buckets::new("sign_up", 30, Duration::from_secs(4), clock),
            write: Buckets::new("write", 120, Duration::from_millis(250), clock),
            streams: Streams::default(),
        }
    }

    /// Counts a request.
    fn count(&self, request: &Request) -> Result<(), Refusal> {
        let Some(deed) = deed(request.method(), request.uri().path()) else { return Ok(()) };
        let client = || client::Network::of(self.client_of(request));
        match deed {
            Deed::SignIn => self.sign_in.take(&client()),
            Deed::SignUp => self.sign_up.take(&client()),
            Deed::Write => {
                let account = request.extensions().get::<Call>().and_then(|call| call.actor);
                self.write.take(&account.map_or_else(|| Writer::Nobody(client()), Writer::Account))
            }
        }
    }

    /// Requests that came over no connection share one address.
    fn client_of(&self, request: &Request) -> IpAddr {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        client::address(peer.unwrap_or(Ipv4Addr::UNSPECIFIED.into()), request.headers(), &self.trusted)
    }
}

/// Refuses with 429 what is asked for too often. `None`: nothing is limited.
pub async fn limit(State(limits): State<Option<Arc<RateLimits>>>, request: Request, next: Next) -> Response {
    answer(limits.as_deref(), request, next).await
}

async fn answer<C: Clock + Clone>(limits: Option<&RateLimits<C>>, mut request: Request, next: Next) -> Response {
    let Some(limits) = limits else { return next.run(request).await };
    if *request.method() == Method::GET && request.uri().path() == LIVE {
        return match limits.streams.open(client::Network::of(limits.client_of(&request))) {
            Ok(place) => next.run(request).await.map(|body| place.held(body)),
            Err(refusal) => Problem::from(refusal).into_response(),
        };
    }
    let Err(refusal) = limits.count(&request) else { return next.run(request).await };
    if super::is_rest(request.uri().path()) {
        return Problem::from(refusal).into_response();
    }
    // In the visitor's language, which is the app's business.
    request.extensions_mut().insert(app::TurnedAway(ApiError::Refused(refusal)));
    next.run(request).await
}

/// The same deeds have an address each as a form, as a server function and as REST.
fn deed(method: &Method, path: &str) -> Option<Deed> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return None;
    }
    let path = path.strip_prefix("/en").filter(|path| path.starts_with('/')).unwrap_or(path);
    Some(match path {
        "/sign-in" | "/api/actions/sign_in" => Deed::SignIn,
        "/api/v1/sessions" if *method == Method::POST => Deed::SignIn,
        "/sign-up" | "/api/actions/sign_up" | "/api/v1/accounts" => Deed::SignUp,
        _ => Deed::Write,
    })
}

#[cfg(test)]
mod tests;
