//! Islands with the words of the page's language.

use crate::actions::Toggle;
use crate::islands::{CountKind, CountLabel, InboxBadge, LiveCounts, LiveMark, LiveNews, LiveStatus, ShareLink, ToggleButton};
use crate::live::Shown;
use crate::text::td_string;
use crate::visit::Visit;
use contract::CourseId;
use leptos::prelude::*;

/// What stands in a text for the number that an island puts there.
const NUMBER: &str = "{n}";

/// The live counts of a course.
pub(crate) fn live_counts(visit: &Visit, id: CourseId, shown: Shown, kinds: &[CountKind]) -> AnyView {
    let l = visit.l;
    let labels = kinds
        .iter()
        .map(|kind| {
            let label = match kind {
                CountKind::Likes => td_string!(l, counts.likes),
                CountKind::Bookmarks => td_string!(l, counts.bookmarks),
                CountKind::Comments => td_string!(l, counts.comments),
                CountKind::Reviews => td_string!(l, counts.reviews),
                CountKind::Rating => td_string!(l, counts.rating),
            };
            CountLabel { kind: *kind, label: label.to_owned() }
        })
        .collect::<Vec<_>>();
    view! { <LiveCounts course_id=id.to_string() shown labels/> }.into_any()
}

/// The button that likes or keeps a course.
pub(crate) fn toggle_button(visit: &Visit, toggle: Toggle, id: CourseId, shown: Shown) -> AnyView {
    let l = visit.l;
    let (on, word, undone) = match toggle {
        Toggle::Like => (&visit.mine.liked, td_string!(l, like.like), td_string!(l, like.undone)),
        Toggle::Bookmark => (&visit.mine.bookmarked, td_string!(l, bookmark.bookmark), td_string!(l, bookmark.undone)),
    };
    view! {
        <ToggleButton
            toggle
            course_id=id.to_string()
            href=visit.href(&format!("/courses/{id}"))
            signed_in=visit.account.is_some()
            on=on.contains(&id)
            shown
            word=word.to_owned()
            failed=td_string!(l, like.failed).to_owned()
            undone=undone.to_owned()
            undo=td_string!(l, like.undo).to_owned()
        />
    }
    .into_any()
}

/// The word that reviews or comments have come.
pub(crate) fn live_news(visit: &Visit, id: CourseId, shown: Shown, kind: CountKind) -> AnyView {
    let l = visit.l;
    let (words, anchor) = match kind {
        CountKind::Comments => (td_string!(l, live.new_comments, count = NUMBER).to_string(), "comments"),
        _ => (td_string!(l, live.new_reviews, count = NUMBER).to_string(), "reviews"),
    };
    view! {
        <LiveNews
            course_id=id.to_string()
            shown
            kind
            words
            see=td_string!(l, live.see).to_owned()
            href=visit.href(&format!("/courses/{id}"))
            anchor=anchor.to_owned()
        />
    }
    .into_any()
}

/// How many messages wait.
pub(crate) fn inbox_badge(visit: &Visit) -> AnyView {
    let words = td_string!(visit.l, inbox.unread, count = NUMBER).to_string();
    let account = visit.account.as_ref().map(|account| account.id.to_string()).unwrap_or_default();
    view! { <InboxBadge account unread=visit.mine.unread words/> }.into_any()
}

/// The word that the page has stopped moving by itself.
pub(crate) fn live_status(visit: &Visit, id: Option<CourseId>) -> AnyView {
    let l = visit.l;
    let course_id = id.map(|id| id.to_string()).unwrap_or_default();
    view! {
        <LiveStatus
            course_id
            lost=td_string!(l, live.lost).to_owned()
            offline=td_string!(l, live.offline).to_owned()
            withdrawn=td_string!(l, live.withdrawn).to_owned()
        />
    }
    .into_any()
}

/// The sign that the page moves by itself, and how many look at it.
pub(crate) fn live_mark(visit: &Visit, id: CourseId) -> AnyView {
    let l = visit.l;
    view! {
        <LiveMark
            course_id=id.to_string()
            live=td_string!(l, live.mark).to_owned()
            lost=td_string!(l, live.mark_lost).to_owned()
            looking=td_string!(l, live.looking, count = NUMBER).to_string()
        />
    }
    .into_any()
}

/// The way to pass the page at `path` on.
pub(crate) fn share_link(visit: &Visit, path: &str, title: &str) -> AnyView {
    let l = visit.l;
    let url = visit.public(visit.language, path);
    view! {
        <ShareLink
            url
            title=title.to_owned()
            word=td_string!(l, share.share).to_owned()
            label=td_string!(l, share.address).to_owned()
            copied=td_string!(l, share.copied).to_owned()
        />
    }
    .into_any()
}
