//! `/`: published courses, and the form to find some.
//!
//! The address is all there is to a search: every state of this page can be kept, passed on and rendered anew. The island
//! [`FoundNews`] fetches the same addresses and puts what is in `#found` of the answer in the place of its own.

mod asked;
mod filters;
mod found;

use crate::components::document::Head;
use crate::components::errors::Errors;
use crate::components::live_parts::live_status;
use crate::islands::{FoundNews, FoundWords};
use crate::render;
use crate::text::{Locale, name, td_string};
use crate::visit::Visit;
use asked::Asked;
use axum::response::Response;
use contract::viewpage::{CourseCard, Facets};
use contract::{ApiError, Page, Refusal};
use http::StatusCode;
use leptos::prelude::*;

/// What stands in a text for the number that an island puts there.
const NUMBER: &str = "{n}";

/// Shows the page.
pub(crate) async fn show(visit: Visit) -> Response {
    let result = page(&visit).await;
    visit.answer(result)
}

async fn page(visit: &Visit) -> Result<Response, ApiError> {
    let l = visit.l;
    let asked = Asked::of(visit.asked());
    let (search, wrong) = asked.search(visit.language);
    let region = search.region;
    let found = visit.site().viewpage.search(search.clone()).await?;
    // Whoever can't be told how many there are can still see which.
    let facets = visit.site().viewpage.facets(search).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "a list of courses is shown without how many each filter would give");
        Facets::default()
    });
    let title = region.map_or_else(
        || td_string!(l, discover.title).to_owned(),
        |region| format!("{} · {}", name::region(l, region), td_string!(l, discover.title)),
    );
    let errors = if wrong.is_empty() { Errors::default() } else { Errors::of(l, &ApiError::Refused(Refusal::Invalid(wrong))) };
    let head = Head::public(title, td_string!(l, discover.description))
        .with_query(asked.place())
        .indexed(asked.is_a_place())
        .with_feed(format!("/feed.atom{}", asked.place()));
    Ok(render::page(visit, StatusCode::OK, head, || view(visit, &asked, &errors, &facets, found)))
}

fn view(visit: &Visit, asked: &Asked, errors: &Errors, facets: &Facets, found: Page<CourseCard>) -> AnyView {
    let l = visit.l;
    view! {
        <section class="hero">
            <h1>{td_string!(l, discover.headline)}</h1>
            <p>{td_string!(l, discover.lead)}</p>
        </section>
        {filters::form(visit, asked, errors, facets)}
        <div class="results">
            <FoundNews words=found_words(l)/>
            {found::found(visit, asked, facets, found)}
        </div>
        {live_status(visit, None)}
    }
    .into_any()
}

fn found_words(l: Locale) -> FoundWords {
    FoundWords {
        added: td_string!(l, discover.added, count = NUMBER).to_string(),
        failed: td_string!(l, discover.failed).to_owned(),
        failed_more: td_string!(l, discover.failed_more).to_owned(),
        offline: td_string!(l, discover.offline).to_owned(),
        retry: td_string!(l, discover.retry).to_owned(),
    }
}
