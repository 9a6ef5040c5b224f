//! How many messages wait.

use crate::live;
use crate::live::number::{grouped, with_number};
use leptos::prelude::*;

/// The number of messages that were not read, beside the way to them; nothing when there are none.
#[island]
pub fn InboxBadge(
    /// Whose messages they are.
    account: String,
    /// How many, as rendered.
    unread: u64,
    /// What to read out, with `{n}` for the number.
    words: String,
) -> impl IntoView {
    let unread = live::unread(unread, &account);
    let text = move |words: Option<&str>| match (unread.get(), words) {
        (0, _) => String::new(),
        (number, Some(words)) => with_number(words, number),
        (number, None) => grouped(number),
    };
    let none = {
        let text = text.clone();
        move || text(None).is_empty()
    };
    let number = {
        let text = text.clone();
        move || text(None)
    };
    view! {
        <span class="badge" class:none=none>
            <span aria-hidden="true">{number}</span>
            <span class="unseen">{move || text(Some(&words))}</span>
        </span>
    }
}
