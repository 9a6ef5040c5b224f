//! The REST interface under `/api/v1`: the services' routes, their description as OpenAPI 3.1, and problems for whatever isn't there.

use crate::compose::Services;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use contract::Refusal;
use platform::http::{Problem, ProblemBody};
use std::sync::Arc;
use utoipa::OpenApi as _;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, ResponseBuilder, Server};
use utoipa_axum::router::OpenApiRouter;

/// Where it is.
pub const PREFIX: &str = "/api/v1";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Dulle",
        description = "Date courses: hosts publish them; customers find, like, bookmark, ask and review; every open page moves by itself."
    ),
    components(schemas(ProblemBody))
)]
struct Description;

/// Adds what the services can't know: where they are served, how one signs in, and what the layers around them refuse.
fn surround(openapi: &mut OpenApi) {
    openapi.info.version = env!("CARGO_PKG_VERSION").to_owned();
    openapi.servers = Some(vec![Server::new(PREFIX)]);
    let components = openapi.components.get_or_insert_default();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("The token of `POST /sessions`")).build();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    let cookie = ApiKeyValue::with_description(
        app::session_cookie_name("http://"),
        "The session of a browser; over https its name begins with `__Host-`",
    );
    components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    for (address, path) in &mut openapi.paths.paths {
        let asked = [("get", &mut path.get), ("put", &mut path.put), ("post", &mut path.post), ("delete", &mut path.delete)];
        for (method, operation) in asked.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?))) {
            // Services name their handlers as they like; here each name must be the only one.
            operation.operation_id = Some(format!("{method}{}", address.replace('/', "_").replace(['{', '}'], "")));
        }
        for changes in [&mut path.put, &mut path.post, &mut path.delete].into_iter().flatten() {
            let mut refused = vec![("429", "Too many tries")];
            if changes.request_body.is_some() {
                refused.extend([("400", "Malformed"), ("413", "Too large"), ("415", "Not JSON")]);
            }
            for (status, why) in refused {
                changes.responses.responses.entry(status.to_owned()).or_insert_with(|| problem(why).into());
            }
        }
    }
}

fn problem(description: &str) -> utoipa::openapi::Response {
    let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemBody"))).build();
    ResponseBuilder::new().description(description).content("application/problem+json", body).build()
}

fn described(services: &Services) -> (Router, OpenApi) {
    let (router, mut openapi) = OpenApiRouter::with_openapi(Description::openapi())
        .merge(identity::http::routes(services.identity.clone()))
        .merge(course::http::routes(services.course.clone(), services.viewpage.clone()))
        .merge(communication::http::routes(services.communication.clone(), services.viewpage.clone()))
        .merge(review::http::routes(services.review.clone(), services.viewpage.clone()))
        .merge(message::http::routes(services.message.clone(), services.viewpage.clone()))
        .merge(viewpage::http::routes(services.viewpage.clone()))
        .merge(viewpage::http::live_routes(services.viewpage.clone()))
        .split_for_parts();
    surround(&mut openapi);
    (router, openapi)
}

/// The description of all routes.
#[must_use]
pub fn openapi(services: &Services) -> OpenApi {
    described(services).1
}

/// All routes, below [`PREFIX`].
pub fn routes(services: &Services) -> Router {
    let (router, openapi) = described(services);
    let openapi = Arc::new(openapi);
    let router = router
        .route("/openapi.json", get(async move || Json((*openapi).clone())))
        .method_not_allowed_fallback(async || Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"))
        .fallback(async || Problem::from(Refusal::NotFound));
    Router::new().nest(PREFIX, router)
}
