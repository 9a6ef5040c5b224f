//! `/hosts/{id}`: a host, and the courses that are shown.

use super::path::IdInPath;
use crate::components::card::card;
use crate::components::document::Head;
use crate::components::live_parts::live_status;
use crate::components::pager::pager;
use crate::render;
use crate::text::td_string;
use crate::visit::Visit;
use axum::response::Response;
use contract::viewpage::{CourseCard, Host, Search};
use contract::{AccountId, ApiError, Page, Refusal};
use http::StatusCode;
use leptos::prelude::*;

/// How many courses a page has.
const COURSES: u32 = 24;

/// Shows the page.
pub(crate) async fn show(visit: Visit, IdInPath(id): IdInPath<AccountId>) -> Response {
    let result = async {
        let viewpage = &visit.site().viewpage;
        let host = viewpage.host(id?).await?.ok_or(ApiError::Refused(Refusal::NotFound))?;
        let search = Search { host: Some(host.id), language: visit.language, page: visit.page_request(COURSES), ..Search::default() };
        let found = viewpage.search(search).await?;
        let name = host.display_name.as_str();
        let title = td_string!(visit.l, hosts.title, name = name).to_string();
        let head = Head::public(title, td_string!(visit.l, hosts.lead, name = name).to_string())
            .of_kind("profile")
            .indexed(!found.items.is_empty() && visit.page_request(COURSES).cursor.is_none())
            .with_feed(feed(&host));
        Ok(render::page(&visit, StatusCode::OK, head, || view(&visit, &host, found)))
    };
    let result = result.await;
    visit.answer(result)
}

fn feed(host: &Host) -> String {
    format!("/feed.atom?host={}", host.id)
}

fn view(visit: &Visit, host: &Host, found: Page<CourseCard>) -> AnyView {
    let l = visit.l;
    let next = found.next;
    let cards = found.items.into_iter().map(|course| card(visit, course, None)).collect::<Vec<_>>();
    let none = cards.is_empty();
    let list = if none {
        view! {
            <div class="empty">
                <p class="empty-title">{td_string!(l, hosts.empty)}</p>
                <p><a class="button" href=visit.href("/")>{td_string!(l, header.discover)}</a></p>
            </div>
        }
        .into_any()
    } else {
        view! { <h2 class="unseen">{td_string!(l, hosts.courses)}</h2><ul class="cards">{cards}</ul> }.into_any()
    };
    view! {
        <section class="own">
            <div class="own-head">
                <h1>{td_string!(l, hosts.title, name = host.display_name.as_str()).to_string()}</h1>
                <p class="lead">{td_string!(l, hosts.lead, name = host.display_name.as_str()).to_string()}</p>
                <p><a href=visit.href(&feed(host)) type="application/atom+xml">{td_string!(l, hosts.feed)}</a></p>
            </div>
            {list}
            {pager(visit, &format!("/hosts/{}", host.id), next.as_deref())}
        </section>
        {(!none).then(|| live_status(visit, None))}
    }
    .into_any()
}
