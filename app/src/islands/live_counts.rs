//! Numbers that move by themselves.

use crate::live::number::{grouped, with_tenth};
use crate::live::{self, Shown};
use contract::viewpage::Counts;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Which of a course's counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CountKind {
    /// Customers who like it.
    Likes,
    /// Customers who keep it.
    Bookmarks,
    /// Comments.
    Comments,
    /// Reviews.
    Reviews,
    /// Not a count, but shown among them: the average rating.
    Rating,
}

impl CountKind {
    /// The count of this kind; each rating comes with a review.
    #[must_use]
    pub const fn of(self, counts: &Counts) -> u64 {
        match self {
            Self::Likes => counts.likes,
            Self::Bookmarks => counts.bookmarks,
            Self::Comments => counts.comments,
            Self::Reviews | Self::Rating => counts.reviews,
        }
    }

    /// The number of this kind as it is shown.
    fn text(self, shown: &Shown) -> String {
        match (self, shown.tenths) {
            (Self::Rating, Some(tenths)) => with_tenth(tenths),
            (Self::Rating, None) => "–".to_owned(),
            _ => grouped(self.of(&shown.counts)),
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Likes => "count likes",
            Self::Bookmarks => "count bookmarks",
            Self::Comments => "count comments",
            Self::Reviews => "count reviews",
            Self::Rating => "count rating",
        }
    }
}

/// A count to show, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountLabel {
    /// Which one.
    pub kind: CountKind,
    /// What it is called.
    pub label: String,
}

/// Some counts of a course.
#[island]
pub fn LiveCounts(
    /// The course.
    course_id: String,
    /// The counts as rendered.
    shown: Shown,
    /// Which counts, in this order.
    labels: Vec<CountLabel>,
) -> impl IntoView {
    let signal = live::watch(&course_id, shown);
    let items = labels
        .into_iter()
        .map(|CountLabel { kind, label }| {
            let signal = signal.clone();
            view! {
                <li class=kind.class()>
                    <span class="count-number">{move || kind.text(&signal.get())}</span>
                    <span class="count-label">{label}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="counts">{items}</ul> }
}
