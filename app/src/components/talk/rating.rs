//! How a course was rated, and the orders that its reviews can be read in.

use crate::text::td_string;
use crate::visit::Visit;
use contract::CourseId;
use contract::viewpage::{Rating, ReviewSort};
use leptos::prelude::*;

/// How many gave how many stars, as bars, the most stars first. Nothing while nobody has rated.
pub(crate) fn distribution(visit: &Visit, rating: &Rating) -> Option<AnyView> {
    let l = visit.l;
    let given = rating.distribution.filter(|given| given.iter().any(|count| *count > 0))?;
    let all: u64 = given.iter().sum();
    let bars = given
        .into_iter()
        .enumerate()
        .rev()
        .map(|(index, count)| {
            let stars = index + 1;
            let words = td_string!(l, review.stars_given, stars = stars, count = count).to_string();
            view! {
                <li>
                    <span class="bar-stars" aria-hidden="true">{td_string!(l, review.stars, count = stars).to_string()}</span>
                    <svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                        <rect class="bar-ground" width="100" height="8"/>
                        <rect class="bar-full" width=share(count, all) height="8"/>
                    </svg>
                    <span class="bar-count" aria-hidden="true">{count}</span>
                    <span class="unseen">{words}</span>
                </li>
            }
        })
        .collect_view();
    Some(
        view! {
            <p class="unseen">{td_string!(l, review.distribution)}</p>
            <ul class="bars">{bars}</ul>
        }
        .into_any(),
    )
}

/// How long a bar is: its hundredths of all; one that isn't empty can be seen.
fn share(count: u64, all: u64) -> u64 {
    if count == 0 { 0 } else { (count * 100 / all.max(1)).max(1) }
}

/// How an order is called in the address.
pub(crate) const fn code(sort: ReviewSort) -> &'static str {
    match sort {
        ReviewSort::Newest => "newest",
        ReviewSort::Highest => "highest",
        ReviewSort::Lowest => "lowest",
    }
}

/// The order that an address asks for; what isn't one isn't asked for.
pub(crate) fn asked(text: &str) -> ReviewSort {
    [ReviewSort::Highest, ReviewSort::Lowest].into_iter().find(|sort| code(*sort) == text).unwrap_or_default()
}

/// The list of all reviews in this order.
pub(crate) fn path(course: CourseId, sort: ReviewSort) -> String {
    match sort {
        ReviewSort::Newest => format!("/courses/{course}/reviews"),
        other => format!("/courses/{course}/reviews?sort={}", code(other)),
    }
}

/// The ways to all reviews in each order; `now` is the one that they are in here.
pub(crate) fn orders(visit: &Visit, course: CourseId, now: ReviewSort) -> AnyView {
    let l = visit.l;
    let links = [ReviewSort::Newest, ReviewSort::Highest, ReviewSort::Lowest]
        .into_iter()
        .map(|sort| {
            let word = match sort {
                ReviewSort::Newest => td_string!(l, review.newest),
                ReviewSort::Highest => td_string!(l, review.highest),
                ReviewSort::Lowest => td_string!(l, review.lowest),
            };
            view! { <li><a href=visit.href(&path(course, sort)) aria-current=(sort == now).then_some("true")>{word}</a></li> }
        })
        .collect_view();
    view! { <nav class="orders" aria-label=td_string!(l, review.sort)><ul>{links}</ul></nav> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share_of_the_longest() {
        assert_eq!([share(0, 0), share(0, 9), share(9, 9), share(1, 3), share(1, 100_000)], [0, 0, 100, 33, 1]);
    }

    #[test]
    fn an_order_is_asked_for_by_its_name() {
        for sort in [ReviewSort::Newest, ReviewSort::Highest, ReviewSort::Lowest] {
            assert_eq!(asked(code(sort)), sort);
        }
        assert_eq!((asked(""), asked("best")), (ReviewSort::Newest, ReviewSort::Newest));
    }
}
