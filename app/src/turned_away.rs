//! Requests that the server has turned away before they came to a page: told as a page in the visitor's language, or to the script that
//! called a server function in the form it knows.

use crate::actions::ActionError;
use crate::pages::error;
use crate::render;
use crate::visit::{Front, Visit};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use contract::ApiError;
use http::{HeaderValue, header};
use leptos::server_fn::error::{FromServerFnError, SERVER_FN_ERROR_HEADER};

/// Put into a request's extensions by a layer around the pages: nothing is done but to tell this.
#[derive(Clone, Debug)]
pub struct TurnedAway(pub ApiError);

/// Tells it.
pub(crate) async fn tell(State(front): State<Front>, request: Request, next: Next) -> Response {
    let Some(TurnedAway(trouble)) = request.extensions().get().cloned() else { return next.run(request).await };
    let (parts, _unread) = request.into_parts();
    if !parts.uri.path().starts_with("/api/") {
        return error::page(&Visit::new(front, &parts), &trouble);
    }
    let (status, retry_after) = render::status_of(&trouble);
    let mut response = Response::new(Body::from(ActionError(trouble).ser()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(path) = HeaderValue::from_str(parts.uri.path()) {
        response.headers_mut().insert(SERVER_FN_ERROR_HEADER, path);
    }
    render::with_retry_after(response, retry_after)
}
