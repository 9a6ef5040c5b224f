//! The ways through a list of several pages.

use crate::forms::encode;
use crate::text::td_string;
use crate::visit::Visit;
use leptos::prelude::*;

/// Back to the first page, and on to the one after: `path`, which may have a query, with the cursor.
pub(crate) fn pager(visit: &Visit, path: &str, next: Option<&str>) -> AnyView {
    let l = visit.l;
    let first =
        visit.page_request(1).cursor.map(|_| view! { <a class="button quiet" href=visit.href(path)>{td_string!(l, list.first)}</a> });
    let next = next.map(|next| {
        let href = visit.href(&format!("{path}{}cursor={}", if path.contains('?') { '&' } else { '?' }, encode(next)));
        view! { <a class="button" rel="next" href=href>{td_string!(l, list.next)}</a> }
    });
    (first.is_some() || next.is_some()).then(|| view! { <p class="more">{first}{next}</p> }).into_any()
}
