//! Which address leads to which page, in both languages; and the addresses of the server functions.

use crate::assets::{Assets, AssetsError};
use crate::pages::{
    bookmarks, course, course_form, discover, error, feed, host, host_courses, inbox, preview, settings, sign_in, sign_out, sign_up,
    sitemap, talk, toggle,
};
use crate::site::Site;
use crate::turned_away;
use crate::visit::Front;
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, on, post};
use contract::Call;
use http::{StatusCode, header};
use leptos::context::provide_context;
use std::sync::Arc;

/// All pages, forms and server functions. Whoever serves it puts a [`Call`] and an `Option<Account>` into each request's
/// extensions first, and refuses what changes something and comes from another origin. What it turns away with a
/// [`crate::TurnedAway`] is told here.
///
/// # Errors
/// When the built site is incomplete.
pub fn router(site: Site) -> Result<Router, AssetsError> {
    let assets = Arc::new(Assets::load(&site.leptos)?);
    let front = Front { assets, site: Arc::new(site), gallery: Arc::default(), drawings: Arc::default(), lists: Arc::default() };
    Ok(Router::new()
        .merge(pages())
        .merge(lists())
        .nest("/en", pages())
        .route("/en/", get(async || crate::render::redirect(StatusCode::PERMANENT_REDIRECT, "/en")))
        .fallback(error::not_found)
        .with_state(front.clone())
        .merge(server_functions(&front))
        .layer(from_fn_with_state(front, turned_away::tell)))
}

fn pages() -> Router<Front> {
    Router::new()
        .route("/", get(discover::show))
        .route("/courses/{id}", get(course::show))
        .route("/courses/{id}/course.ics", get(course::exports::calendar))
        .route("/courses/{id}/course.gpx", get(course::exports::gpx))
        .route("/courses/{id}/course.geojson", get(course::exports::geojson))
        .route("/courses/{id}/picture.png", get(course::exports::picture))
        .route("/hosts/{id}", get(host::show))
        .route("/feed.atom", get(feed::show))
        .route("/courses/{id}/like", post(toggle::like))
        .route("/courses/{id}/unlike", post(toggle::unlike))
        .route("/courses/{id}/bookmark", post(toggle::bookmark))
        .route("/courses/{id}/unbookmark", post(toggle::unbookmark))
        .route("/courses/{id}/reviews", get(talk::all_reviews).post(talk::review))
        .route("/courses/{id}/reviews/{review}", post(talk::modify_review))
        .route("/courses/{id}/reviews/{review}/delete", post(talk::delete_review))
        .route("/courses/{id}/reviews/{review}/reply", post(talk::reply))
        .route("/courses/{id}/comments", get(talk::all_comments).post(talk::comment))
        .route("/courses/{id}/comments/{comment}", post(talk::modify_comment))
        .route("/courses/{id}/comments/{comment}/delete", post(talk::delete_comment))
        .route("/courses/{id}/comments/{comment}/answer", post(talk::answer_comment))
        .route("/bookmarks", get(bookmarks::show))
        .route("/bookmarks/{course}/remove", post(bookmarks::remove))
        .route("/inbox", get(inbox::show))
        .route("/inbox/read-all", post(inbox::read_all))
        .route("/inbox/{message}/read", post(inbox::read))
        .route("/settings", get(settings::show))
        .route("/settings/messages", post(settings::messages))
        .route("/settings/password", post(settings::password))
        .route("/settings/sign-out-everywhere", post(settings::sign_out_everywhere))
        .route("/settings/close", post(settings::close))
        .route("/settings/closed", get(settings::closed))
        .route("/sign-up", get(sign_up::show).post(sign_up::send))
        .route("/sign-in", get(sign_in::show).post(sign_in::send))
        .route("/sign-out", post(sign_out::send))
        .route("/host/courses", get(host_courses::show))
        // photos come with the form: the server's limits know how large that may be
        .route("/host/courses/new", get(course_form::show_new).post(course_form::send_new).layer(DefaultBodyLimit::disable()))
        .route("/host/courses/{id}/edit", get(course_form::show_edit).post(course_form::send_edit).layer(DefaultBodyLimit::disable()))
        .route("/host/courses/{id}/preview", get(preview::show))
        .route("/host/courses/{id}/publish", post(host_courses::publish))
        .route("/host/courses/{id}/unpublish", post(host_courses::unpublish))
        .route("/host/courses/{id}/delete", post(host_courses::delete))
        .method_not_allowed_fallback(error::method_not_allowed)
}

/// What there is once and not in each language.
fn lists() -> Router<Front> {
    Router::new()
        .route("/robots.txt", get(sitemap::robots))
        .route("/sitemap.xml", get(sitemap::index))
        .route("/sitemaps/pages.xml", get(sitemap::pages))
        .route("/sitemaps/courses.xml", get(sitemap::courses))
        .route("/picture.png", get(sitemap::picture))
}

/// One route for each server function, by its exact path, so that `/api/v1` stays free for others.
fn server_functions(front: &Front) -> Router {
    leptos::server_fn::axum::server_fn_paths().fold(Router::new(), |router, (path, method)| {
        let front = front.clone();
        let Ok(filter) = axum::routing::MethodFilter::try_from(method) else { return router };
        router.route(path, on(filter, move |request: Request| serve_function(front.clone(), request)))
    })
}

async fn serve_function(front: Front, mut request: Request<Body>) -> Response {
    // with these two, leptos_axum would answer a plain form with a redirect to wherever the form came from
    request.headers_mut().remove(header::REFERER);
    request.headers_mut().remove(header::ACCEPT);
    let call = request.extensions().get::<Call>().cloned();
    let provide = move || {
        provide_context(front.clone());
        if let Some(call) = call.clone() {
            provide_context(call);
        }
    };
    leptos_axum::handle_server_fns_with_context(provide, request).await.into_response()
}
