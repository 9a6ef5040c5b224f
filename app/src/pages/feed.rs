//! `/feed.atom`: the courses that were shown last; of a region, of a host, with a tag.

use crate::documents::Document;
use crate::documents::atom::{self, Feed};
use crate::forms::Fields;
use crate::text::{name, td_string};
use crate::visit::{Reading, Visit};
use axum::body::Bytes;
use axum::response::Response;
use contract::place::Region;
use contract::text::Tag;
use contract::viewpage::{Host, Search};
use contract::{ApiError, PageRequest, Refusal};

/// How many courses a feed has.
const ENTRIES: u32 = 30;
/// Readers ask once an hour or so; many of them at the same time.
const KEPT: &str = "public, max-age=300";

/// Shows the feed.
pub(crate) async fn show(Reading(visit): Reading) -> Response {
    let result = feed(&visit).await;
    visit.answer(result)
}

async fn feed(visit: &Visit) -> Result<Response, ApiError> {
    let l = visit.l;
    let asked = Fields(visit.asked());
    let given = |name| Some(asked.text(name)).filter(|text| !text.is_empty());
    // A list that nobody can ask for is none.
    let none = ApiError::Refused(Refusal::NotFound);
    let region = given("region").map(|text| Region::parse("region", text)).transpose().map_err(|_| none.clone())?;
    let tag = given("tag").map(|text| Tag::parse("tag", text)).transpose().map_err(|_| none.clone())?;
    let host = match given("host").map(str::parse) {
        None => None,
        Some(Ok(id)) => Some(visit.site().viewpage.host(id).await?.ok_or(none)?),
        Some(Err(_)) => return Err(none),
    };
    let search = Search {
        region,
        tag: tag.clone(),
        host: host.as_ref().map(|host| host.id),
        language: visit.language,
        page: PageRequest::new(None, ENTRIES),
        ..Search::default()
    };
    let courses = visit.site().viewpage.search(search).await?.items;
    let title = [
        Some(td_string!(l, brand).to_owned()),
        host.as_ref().map(|host| td_string!(l, hosts.title, name = host.display_name.as_str()).to_string()),
        region.map(|region| name::region(l, region).to_owned()),
        tag.as_ref().map(|tag| format!("#{}", tag.as_str())),
    ];
    let (query, page) = (query(region, tag.as_ref(), host.as_ref()), page_of(region, tag.as_ref(), host.as_ref()));
    let feed = Feed {
        language: visit.language,
        title: &title.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        address: &visit.public(visit.language, &format!("/feed.atom{query}")),
        page: &visit.public(visit.language, &page),
        site: td_string!(l, brand),
    };
    let body = atom::atom(&feed, &courses, |course| visit.public(visit.language, &format!("/courses/{}", course.course_id)));
    let kind = "application/atom+xml; charset=utf-8";
    Ok(Document { kind, body: Bytes::from(body), keep: KEPT, file_name: String::new() }.answer(&visit.headers))
}

/// What is asked for in the one way in which feeds are named.
fn query(region: Option<Region>, tag: Option<&Tag>, host: Option<&Host>) -> String {
    let host = host.map(|host| host.id.to_string());
    let all = [("region", region.map(Region::code)), ("tag", tag.map(Tag::as_str)), ("host", host.as_deref())];
    let pairs: Vec<_> = all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", serde_html_form::to_string(pairs).unwrap_or_default()) }
}

/// The page that shows the same: a host's own, if nothing else is asked for.
fn page_of(region: Option<Region>, tag: Option<&Tag>, host: Option<&Host>) -> String {
    match host {
        Some(host) => format!("/hosts/{}", host.id),
        None => format!("/{}", query(region, tag, None)),
    }
}
