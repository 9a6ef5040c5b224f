//! Searching without leaving the page: as one types, as one chooses, and on at the end of the list.
//!
//! One island beside the form and the list, which both stay markup of the server: it fetches the address that the form stands for and
//! puts what was found there in the place of what is here. So a list is rendered in one place alone.

#[cfg(feature = "hydrate")]
mod address;
#[cfg(feature = "hydrate")]
mod answer;
#[cfg(feature = "hydrate")]
mod finder;
#[cfg(feature = "hydrate")]
mod listen;
#[cfg(any(feature = "hydrate", test))]
mod typing;

use crate::live::number::with_number;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What is to be said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundWords {
    /// So many more courses are there, with `{n}` for the number.
    pub added: String,
    /// A search didn't work.
    pub failed: String,
    /// The end of the list didn't work.
    pub failed_more: String,
    /// There is no network.
    pub offline: String,
    /// The word on the button that tries again.
    pub retry: String,
}

/// What there is to tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser has any"))]
enum News {
    /// Nothing.
    #[default]
    None,
    /// What was found, in the words of its heading.
    Found(String),
    /// So many more are there.
    Added(u64),
    /// A search didn't work.
    Failed,
    /// The end of the list didn't work.
    FailedMore,
    /// There is no network.
    Offline,
}

impl News {
    /// Whether it is trouble: shown, and to be tried again. What went well is seen in the list, and only read out.
    const fn is_trouble(&self) -> bool {
        matches!(self, Self::Failed | Self::FailedMore | Self::Offline)
    }
}

/// Tells how searching goes, and with script makes it go without leaving the page.
#[island]
pub fn FoundNews(
    /// What is to be said.
    words: FoundWords,
) -> impl IntoView {
    let news = RwSignal::new(News::None);
    #[cfg(feature = "hydrate")]
    let retry = listen::start(news);
    #[cfg(not(feature = "hydrate"))]
    let retry = || {};
    let again = words.retry.clone();
    let text = move || {
        news.with(|news| match news {
            News::None => String::new(),
            News::Found(heading) => heading.clone(),
            News::Added(number) => with_number(&words.added, *number),
            News::Failed => words.failed.clone(),
            News::FailedMore => words.failed_more.clone(),
            News::Offline => words.offline.clone(),
        })
    };
    let is_trouble = move || news.with(News::is_trouble);
    view! {
        <div class="found-news" class:trouble=is_trouble>
            <p role="status">{text}</p>
            <button type="button" class="button small" hidden=move || !is_trouble() on:click=move |_| retry()>{again}</button>
        </div>
    }
}
