//! Who calls: the token in `Authorization: Bearer` or in the session cookie becomes an account and a [`Call`].

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use contract::{ApiError, Call, CorrelationId, IdentityApi, Refusal};
use platform::http::{Problem, SessionToken};
use std::sync::Arc;

/// How soon to come again when nobody can be authenticated.
const RETRY_AFTER: u32 = 2;

/// The cookie that holds a browser's session.
#[derive(Clone, Debug)]
pub struct SessionCookie(Arc<str>);

impl SessionCookie {
    /// The cookie of this name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The token in it.
    #[must_use]
    pub fn token(&self, headers: &HeaderMap) -> Option<SessionToken> {
        // HTTP/2 may split the cookies over several headers (RFC 9113, 8.2.3).
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
        let mut pairs = cookies.filter_map(|cookie| cookie.trim().split_once('='));
        pairs.find(|(name, token)| *name == &*self.0 && !token.is_empty()).map(|(_, token)| SessionToken(token.to_owned()))
    }
}

/// What authentication goes by.
#[derive(Clone)]
pub struct Authentication {
    /// Who knows the tokens.
    pub identity: Arc<dyn IdentityApi>,
    /// The cookie they come in.
    pub cookie: SessionCookie,
}

/// Puts [`Call`] and `Option<Account>` into the request, and the [`SessionToken`] that it was recognised by.
pub async fn authenticate(State(authentication): State<Authentication>, mut request: Request, next: Next) -> Response {
    let Some(correlation_id) = request.extensions().get::<CorrelationId>().copied() else {
        tracing::error!("a request without a case");
        return Problem::from(ApiError::Fault).into_response();
    };
    let bearer = SessionToken::bearer(request.headers());
    let by_program = bearer.is_some();
    let token = bearer.or_else(|| authentication.cookie.token(request.headers()));
    let mut account = None;
    if let Some(token) = token {
        let rest = super::is_rest(request.uri().path());
        match authentication.identity.authenticate(&token.0).await {
            Ok(Some(known)) => {
                account = Some(known);
                request.extensions_mut().insert(token);
            }
            // A program that brings a token means to be somebody. A browser's old cookie is just old.
            Ok(None) if rest && by_program => return Problem::from(Refusal::NotSignedIn).into_response(),
            Ok(None) => {}
            // Reading goes on for everyone, as for someone who isn't signed in; nothing is changed in nobody's name.
            Err(error) if !rest && matches!(*request.method(), Method::GET | Method::HEAD) => {
                tracing::warn!(%error, "not authenticated: identity can't be asked");
            }
            Err(_) => return Problem::from(ApiError::Unavailable { retry_after_seconds: RETRY_AFTER }).into_response(),
        }
    }
    let actor = account.as_ref().map(|account| account.id);
    request.extensions_mut().insert(Call { correlation_id, causation_id: None, actor });
    request.extensions_mut().insert(account);
    next.run(request).await
}

#[cfg(test)]
mod tests;
