//! What was sent and refused, where the page it belongs to can't be shown: taken down meanwhile, or not to be had just now.

use crate::components::document::Head;
use crate::components::talk::{Unsent, form};
use crate::render;
use crate::text::td_string;
use crate::visit::Visit;
use axum::response::Response;
use contract::CourseId;
use http::StatusCode;
use leptos::prelude::*;

/// The form alone.
pub(super) fn page(visit: &Visit, status: StatusCode, course: CourseId, unsent: &Unsent) -> Response {
    let l = visit.l;
    render::page(visit, status, Head::titled(td_string!(l, talk.unsent)), || {
        view! {
            <section class="write">
                <h1>{td_string!(l, talk.unsent)}</h1>
                <p class="lead">{td_string!(l, talk.unsent_lead)}</p>
                {form(visit, course, unsent.what, &unsent.typed, Some(unsent))}
                <p class="more"><a class="button quiet" href=visit.href(&format!("/courses/{course}"))>{td_string!(l, talk.to_course)}</a></p>
            </section>
        }
        .into_any()
    })
}
