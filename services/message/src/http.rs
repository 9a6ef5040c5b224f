//! REST: one's own messages.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use contract::message::{Inbox, MessageSettings, ReadOutcome};
use contract::{MessageApi, MessageId, ViewpageApi};
use platform::http::{Body, FOLDED_WITHIN, HttpResult, LanguageQuery, PageQuery, Path, ProblemBody, Query, SignedIn};
use serde::Serialize;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[derive(Clone)]
struct Services {
    messages: Arc<dyn MessageApi>,
    viewpage: Arc<dyn ViewpageApi>,
}

/// The routes of this service, below `/api/v1`.
pub fn routes(messages: Arc<dyn MessageApi>, viewpage: Arc<dyn ViewpageApi>) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(inbox))
        .routes(routes!(read))
        .routes(routes!(read_all))
        .routes(routes!(settings, change_settings))
        .with_state(Services { messages, viewpage })
}

/// How many messages are not read now.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Unread {
    unread: u64,
}

/// One's own messages, newest first.
#[utoipa::path(
    get, path = "/me/messages", tag = "message", params(LanguageQuery, PageQuery),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, body = Inbox),
        (status = 400, description = "Cursor or limit can't be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn inbox(
    State(services): State<Services>,
    SignedIn(call): SignedIn,
    Query(language): Query<LanguageQuery>,
    Query(page): Query<PageQuery>,
) -> HttpResult<impl IntoResponse> {
    let inbox = services.messages.inbox(&call, language.into(), page.into()).await?;
    Ok(([(header::CACHE_CONTROL, "private, no-cache")], Json(inbox)))
}

/// Mark a message as read; the same however often.
#[utoipa::path(
    post, path = "/me/messages/{id}/read", tag = "message", params(("id" = MessageId, Path, description = "The message")),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, body = Unread),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such message of one's own", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn read(State(services): State<Services>, SignedIn(call): SignedIn, Path(id): Path<MessageId>) -> HttpResult<Json<Unread>> {
    let outcome = services.messages.read(&call, id).await?;
    Ok(services.unread(outcome).await)
}

/// Mark all messages as read; the same however often.
#[utoipa::path(
    post, path = "/me/messages/read-all", tag = "message",
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, body = Unread),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn read_all(State(services): State<Services>, SignedIn(call): SignedIn) -> HttpResult<Json<Unread>> {
    let outcome = services.messages.read_all(&call).await?;
    Ok(services.unread(outcome).await)
}

/// What one wants to be told.
#[utoipa::path(
    get, path = "/me/message-settings", tag = "message",
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, body = MessageSettings),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn settings(State(services): State<Services>, SignedIn(call): SignedIn) -> HttpResult<impl IntoResponse> {
    let settings = services.messages.settings(&call).await?;
    Ok(([(header::CACHE_CONTROL, "private, no-cache")], Json(settings)))
}

/// Say what one wants to be told from now on; what is left out is wanted.
#[utoipa::path(
    put, path = "/me/message-settings", tag = "message", request_body = MessageSettings,
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, body = MessageSettings),
        (status = 400, description = "Can't be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn change_settings(
    State(services): State<Services>,
    SignedIn(call): SignedIn,
    Body(settings): Body<MessageSettings>,
) -> HttpResult<Json<MessageSettings>> {
    Ok(Json(services.messages.change_settings(&call, settings).await?))
}

impl Services {
    /// Waits until the read model knows what was read. When it takes too long the change stands all the same.
    async fn unread(&self, outcome: ReadOutcome) -> Json<Unread> {
        if let Some(change) = outcome.change {
            self.viewpage.folded(change, FOLDED_WITHIN).await;
        }
        Json(Unread { unread: outcome.unread })
    }
}
