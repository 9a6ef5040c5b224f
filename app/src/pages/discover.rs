//! `/`: published courses.

use crate::components::card::card;
use crate::components::document::Head;
use crate::components::live_parts::live_status;
use crate::render;
use crate::text::{name, td_string};
use crate::visit::Visit;
use axum::response::Response;
use contract::place::Region;
use contract::text::Tag;
use contract::viewpage::{CourseCard, Search, Sort};
use contract::{ApiError, Page, PageRequest};
use http::StatusCode;
use leptos::prelude::*;

/// How many courses a page has.
const CARDS: u32 = 24;

/// What is asked for, as it stands in the address.
#[derive(Clone, Default)]
struct Asked {
    region: Option<Region>,
    tag: Option<Tag>,
    popular: bool,
    cursor: Option<String>,
}

/// Shows the page.
pub(crate) async fn show(visit: Visit) -> Response {
    let result = page(&visit).await;
    visit.answer(result)
}

async fn page(visit: &Visit) -> Result<Response, ApiError> {
    let l = visit.l;
    let asked = Asked::of(visit.asked());
    let search = Search {
        region: asked.region,
        tag: asked.tag.clone(),
        sort: if asked.popular { Sort::Popular } else { Sort::New },
        language: visit.language,
        page: PageRequest::new(asked.cursor.clone(), CARDS),
    };
    let found = visit.site().viewpage.search(search).await?;
    let title = asked.region.map_or_else(
        || td_string!(l, discover.title).to_owned(),
        |region| format!("{} · {}", name::region(l, region), td_string!(l, discover.title)),
    );
    let head = Head { title, description: td_string!(l, discover.description).to_owned() };
    Ok(render::page(visit, StatusCode::OK, head, || view(visit, &asked, found)))
}

fn view(visit: &Visit, asked: &Asked, found: Page<CourseCard>) -> AnyView {
    let l = visit.l;
    let next = found.next.clone();
    let cards = found.items.into_iter().enumerate().map(|(index, course)| card(visit, index, course)).collect::<Vec<_>>();
    let empty = cards.is_empty();
    let link = |asked: Asked| visit.href(&asked.address());
    let list = if empty {
        view! {
            <div class="empty">
                <p class="empty-title">{td_string!(l, discover.empty)}</p>
                <p>{td_string!(l, discover.empty_hint)}</p>
                <p><a class="button" href=visit.href("/host/courses/new")>{td_string!(l, discover.write_first)}</a></p>
            </div>
        }
        .into_any()
    } else {
        view! { <ul class="cards">{cards}</ul> }.into_any()
    };
    view! {
        <section class="hero">
            <h1>{td_string!(l, discover.headline)}</h1>
            <p>{td_string!(l, discover.lead)}</p>
        </section>
        {filters(visit, asked)}
        {asked.tag.as_ref().map(|tag| view! {
            <p class="tagged">
                <span>{td_string!(l, discover.tagged, tag = tag.as_str()).to_string()}</span>
                <a href=link(Asked { tag: None, cursor: None, ..asked.clone() })>{td_string!(l, discover.untag)}</a>
            </p>
        })}
        {list}
        <p class="more">
            {asked.cursor.is_some().then(|| view! { <a class="button quiet" href=link(Asked { cursor: None, ..asked.clone() })>{td_string!(l, discover.first)}</a> })}
            {next.map(|next| view! { <a class="button" rel="next" href=link(Asked { cursor: Some(next), ..asked.clone() })>{td_string!(l, discover.more)}</a> })}
        </p>
        {(!empty).then(|| live_status(visit, None))}
    }
    .into_any()
}

fn filters(visit: &Visit, asked: &Asked) -> AnyView {
    let l = visit.l;
    let link = |to: Asked, words: &'static str, chosen: bool| {
        view! { <li><a href=visit.href(&to.address()) aria-current=chosen.then_some("true")>{words}</a></li> }
    };
    let of = |region| Asked { region, cursor: None, ..asked.clone() };
    let by = |popular| Asked { popular, cursor: None, ..asked.clone() };
    let regions =
        Region::ALL.iter().map(|region| link(of(Some(*region)), name::region(l, *region), asked.region == Some(*region))).collect_view();
    view! {
        <nav class="filters" aria-label=td_string!(l, discover.filters)>
            <ul class="regions" aria-label=td_string!(l, discover.region)>
                {link(of(None), td_string!(l, discover.everywhere), asked.region.is_none())}
                {regions}
            </ul>
            <ul class="order" aria-label=td_string!(l, discover.order)>
                {link(by(false), td_string!(l, discover.newest), !asked.popular)}
                {link(by(true), td_string!(l, discover.popular), asked.popular)}
            </ul>
        </nav>
    }
    .into_any()
}

impl Asked {
    /// What the query asks for; what isn't understood isn't asked for.
    fn of(pairs: Vec<(String, String)>) -> Self {
        let mut asked = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "region" => asked.region = Region::parse("region", &value).ok(),
                "tag" => asked.tag = Tag::parse("tag", &value).ok(),
                "sort" => asked.popular = value == "popular",
                "cursor" if !value.is_empty() => asked.cursor = Some(value),
                _ => {}
            }
        }
        asked
    }

    fn address(&self) -> String {
        let mut pairs = Vec::new();
        if let Some(region) = self.region {
            pairs.push(("region", region.code()));
        }
        if let Some(tag) = &self.tag {
            pairs.push(("tag", tag.as_str()));
        }
        if self.popular {
            pairs.push(("sort", "popular"));
        }
        if let Some(cursor) = &self.cursor {
            pairs.push(("cursor", cursor));
        }
        if pairs.is_empty() { "/".to_owned() } else { format!("/?{}", serde_html_form::to_string(pairs).unwrap_or_default()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_says_what_is_asked_for() {
        let asked =
            Asked::of(serde_html_form::from_str("region=jeju&tag=%EC%95%BC%EA%B2%BD&sort=popular&cursor=a%2Bb&x=y").expect("a query"));
        assert_eq!(asked.address(), "/?region=jeju&tag=%EC%95%BC%EA%B2%BD&sort=popular&cursor=a%2Bb");
        assert_eq!(Asked::of(vec![("region".into(), "atlantis".into())]).address(), "/");
    }
}
