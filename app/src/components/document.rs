//! The frame around every page.

use super::footer::footer;
use super::head::about;
use super::header::header;
use crate::text::td_string;
use crate::visit::Visit;
use leptos::prelude::*;
use leptos::tachys::html::InertElement;

pub(crate) use super::head::Head;

/// The document around `main`.
pub(crate) fn document(visit: &Visit, head: Head, nonce: &str, main: AnyView) -> impl IntoView + use<> {
    let l = visit.l;
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
                {about(visit, &head)}
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="manifest" href="/site.webmanifest"/>
                {head.linked_data.map(|data| InertElement::new(format!(r#"<script type="application/ld+json" nonce="{nonce}">{data}</script>"#)))}
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
