//! The frame around every page.

use super::footer::footer;
use super::header::header;
use crate::text::td_string;
use crate::visit::Visit;
use contract::course::Language;
use leptos::prelude::*;
use leptos::tachys::html::InertElement;

/// What a page says about itself to browsers and search engines.
pub(crate) struct Head {
    /// Its title, without the name of the site.
    pub title: String,
    /// What is on it, in a sentence or two; empty for pages that nobody searches.
    pub description: String,
}

impl Head {
    /// The head of a page that nobody searches.
    pub(crate) fn titled(title: impl Into<String>) -> Self {
        Self { title: title.into(), description: String::new() }
    }
}

/// The document around `main`.
pub(crate) fn document(visit: &Visit, head: Head, nonce: &str, main: AnyView) -> impl IntoView + use<> {
    let l = visit.l;
    let base = visit.site().base_url.trim_end_matches('/').to_owned();
    let address = |language| format!("{base}{}", visit.here_in(language));
    let described = !head.description.is_empty();
    let title = if visit.path == "/" {
        format!("{}: {}", td_string!(l, brand), head.title)
    } else {
        format!("{} | {}", head.title, td_string!(l, brand))
    };
    view! {
        <html lang=visit.language.tag()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" content="#f7f1e7" media="(prefers-color-scheme: light)"/>
                <meta name="theme-color" content="#191712" media="(prefers-color-scheme: dark)"/>
                <title>{title}</title>
                {described.then(|| view! { <meta name="description" content=head.description/> })}
                {(!described).then(|| view! { <meta name="robots" content="noindex"/> })}
                <link rel="canonical" href=address(visit.language)/>
                <link rel="alternate" hreflang="ko" href=address(Language::Ko)/>
                <link rel="alternate" hreflang="en" href=address(Language::En)/>
                <link rel="alternate" hreflang="x-default" href=address(Language::Ko)/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="manifest" href="/site.webmanifest"/>
                {InertElement::new(visit.front.assets.head(nonce))}
            </head>
            <body>
                {header(visit)}
                <main id="main">{main}</main>
                {footer(visit)}
            </body>
        </html>
    }
}
