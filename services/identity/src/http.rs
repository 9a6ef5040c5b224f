//! REST: accounts and sessions.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::response::IntoResponse;
use contract::identity::{Account, Closing, Credentials, NewAccount, OpenedSession, PasswordChange, RegisteredAccount};
use contract::{ApiError, IdentityApi, Refusal};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use platform::http::{Body, Caller, HttpResult, Problem, ProblemBody, SessionToken, SignedIn};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

type Service = State<Arc<dyn IdentityApi>>;

/// What is told to one person is kept by nobody on the way.
const NO_STORE: [(header::HeaderName, HeaderValue); 1] = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];

/// The routes of this service, below `/api/v1`.
pub fn routes(identity: Arc<dyn IdentityApi>) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(sign_in, sign_out_everywhere))
        .routes(routes!(sign_out))
        .routes(routes!(me, close))
        .routes(routes!(change_password))
        .with_state(identity)
}

/// Open an account. An address that has one already gets the same answer, and nothing changes.
#[utoipa::path(
    post, path = "/accounts", tag = "identity", request_body = NewAccount,
    responses(
        (status = 201, body = RegisteredAccount),
        (status = 400, description = "No JSON that can be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that don't hold, each named", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many tries", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn register(State(identity): Service, Caller(call): Caller, Body(account): Body<NewAccount>) -> HttpResult<impl IntoResponse> {
    let account = identity.register(&call, account).await?;
    Ok((StatusCode::CREATED, NO_STORE, Json(account)))
}

/// Sign in. The token goes into `Authorization: Bearer`; it is told here and never again.
#[utoipa::path(
    post, path = "/sessions", tag = "identity", request_body = Credentials,
    responses(
        (status = 201, body = OpenedSession),
        (status = 400, description = "No JSON that can be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Address and password don't fit together", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many tries", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn sign_in(State(identity): Service, Caller(call): Caller, Body(credentials): Body<Credentials>) -> HttpResult<impl IntoResponse> {
    let session = identity.sign_in(&call, credentials).await?;
    Ok((StatusCode::CREATED, NO_STORE, Json(session)))
}

/// Sign out: ends the session that this request was made with.
#[utoipa::path(
    delete, path = "/sessions/current", tag = "identity",
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 204, description = "Ended"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn sign_out(State(identity): Service, SignedIn(call): SignedIn, SessionToken(token): SessionToken) -> HttpResult<StatusCode> {
    identity.sign_out(&call, &token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sign out everywhere: ends all sessions of who is signed in, this one too.
#[utoipa::path(
    delete, path = "/sessions", tag = "identity",
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 204, description = "Ended"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn sign_out_everywhere(State(identity): Service, SignedIn(call): SignedIn) -> HttpResult<StatusCode> {
    identity.sign_out_everywhere(&call).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Change the password. All sessions end but that of this request.
#[utoipa::path(
    put, path = "/me/password", tag = "identity", request_body = PasswordChange,
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 204, description = "Changed"),
        (status = 400, description = "No JSON that can be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The current one is wrong (`mismatch`)", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The new one can't be one", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many tries", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn change_password(
    State(identity): Service,
    SignedIn(call): SignedIn,
    SessionToken(token): SessionToken,
    Body(change): Body<PasswordChange>,
) -> HttpResult<StatusCode> {
    identity.change_password(&call, &token, change).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Close the account. All sessions end at once; what the services hold of the person is erased soon after.
#[utoipa::path(
    delete, path = "/me", tag = "identity", request_body = Closing,
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 202, description = "Closed; it is being erased"),
        (status = 400, description = "No JSON that can be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The password is wrong (`mismatch`)", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many tries", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn close(State(identity): Service, SignedIn(call): SignedIn, Body(closing): Body<Closing>) -> HttpResult<StatusCode> {
    identity.close(&call, &closing.password).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Who is signed in.
#[utoipa::path(
    get, path = "/me", tag = "identity",
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, body = Account),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn me(Me(account): Me) -> impl IntoResponse {
    (NO_STORE, Json(account))
}

/// The account that is signed in: put into the request by the server's authentication.
struct Me(Account);

impl<S: Send + Sync> FromRequestParts<S> for Me {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let account = parts.extensions.get::<Option<Account>>().cloned().ok_or_else(|| {
            tracing::error!("a route outside the authentication");
            ApiError::Fault
        })?;
        Ok(Self(account.ok_or(Refusal::NotSignedIn)?))
    }
}
