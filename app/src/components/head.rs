//! What a page says about itself to browsers, search engines and whoever shows a link to it.

use crate::picture;
use crate::text::td_string;
use crate::tiles::Tiles;
use crate::visit::Visit;
use contract::course::Language;
use leptos::html::meta;
use leptos::prelude::*;

/// What a page says about itself.
pub(crate) struct Head {
    /// Its title, without the name of the site.
    pub title: String,
    /// What is on it, in a sentence or two; empty for pages that nobody searches.
    pub description: String,
    /// Whether search engines may keep it.
    indexed: bool,
    /// The part of its query that makes it another page, with the question mark.
    query: String,
    /// What kind of thing it is, in the words of Open Graph.
    kind: &'static str,
    /// Path of the picture that goes along with its address, and what it shows.
    picture: Option<(String, String)>,
    /// Path of the feed of what is listed here.
    feed: Option<String>,
    /// The id of what has to be there before anything of the page is drawn.
    drawn_with: Option<&'static str>,
    /// JSON-LD that may stand in a `<script>`.
    pub linked_data: Option<String>,
    /// Another origin that the page's script may ask, for the tiles of a map.
    pub tiles_from: Option<String>,
}

impl Head {
    /// The head of a page that nobody searches.
    pub(crate) fn titled(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            description: String::new(),
            indexed: false,
            query: String::new(),
            kind: "website",
            picture: None,
            feed: None,
            drawn_with: None,
            linked_data: None,
            tiles_from: None,
        }
    }

    /// The head of a page that everyone may find.
    pub(crate) fn public(title: impl Into<String>, description: impl Into<String>) -> Self {
        Self { description: description.into(), indexed: true, ..Self::titled(title) }
    }

    /// Kept by search engines or not.
    pub(crate) fn indexed(self, indexed: bool) -> Self {
        Self { indexed, ..self }
    }

    /// A page of its own for each query.
    pub(crate) fn with_query(self, query: String) -> Self {
        Self { query, ..self }
    }

    /// Another kind of thing than a site: `article`, `profile`.
    pub(crate) fn of_kind(self, kind: &'static str) -> Self {
        Self { kind, ..self }
    }

    /// With a picture of its own, and what it shows.
    pub(crate) fn with_picture(self, path: String, shows: String) -> Self {
        Self { picture: Some((path, shows)), ..self }
    }

    /// With a feed.
    pub(crate) fn with_feed(self, path: String) -> Self {
        Self { feed: Some(path), ..self }
    }

    /// Drawn when the element of this id is there: what moves from page to page moves only where it is at once.
    pub(crate) fn drawn_with(self, id: &'static str) -> Self {
        Self { drawn_with: Some(id), ..self }
    }

    /// With what search engines read of it.
    pub(crate) fn with_linked_data(self, data: String) -> Self {
        Self { linked_data: Some(data), ..self }
    }

    /// With a map, where there are tiles for it.
    pub(crate) fn with_tiles(self, tiles: Option<&Tiles>) -> Self {
        Self { tiles_from: tiles.map(|tiles| tiles.address.origin().to_owned()), ..self }
    }
}

/// The elements that say it.
pub(super) fn about(visit: &Visit, head: &Head) -> AnyView {
    let public = !head.description.is_empty();
    let path = format!("{}{}", visit.path, head.query);
    let address = |language| visit.public(language, &path);
    let feed = head.feed.as_ref().map(|feed| {
        view! { <link rel="alternate" type="application/atom+xml" title=td_string!(visit.l, hosts.feed) href=visit.href(feed)/> }
    });
    view! {
        {public.then(|| view! { <meta name="description" content=head.description.clone()/> })}
        {(!head.indexed).then(|| view! { <meta name="robots" content="noindex"/> })}
        <link rel="canonical" href=address(visit.language)/>
        <link rel="alternate" hreflang="ko" href=address(Language::Ko)/>
        <link rel="alternate" hreflang="en" href=address(Language::En)/>
        <link rel="alternate" hreflang="x-default" href=address(Language::Ko)/>
        {feed}
        {head.drawn_with.map(|id| view! { <link rel="expect" blocking="render" href=format!("#{id}")/> })}
        {public.then(|| shared(visit, head, address(visit.language)))}
    }
    .into_any()
}

/// Open Graph (<https://ogp.me>), and what Twitter's cards ask for besides.
fn shared(visit: &Visit, head: &Head, address: String) -> AnyView {
    let l = visit.l;
    let (picture, shows) = head.picture.clone().unwrap_or_else(|| ("/picture.png".to_owned(), td_string!(l, brand).to_owned()));
    let picture = visit.public(Language::Ko, &picture);
    let (width, height) = picture::SIZE;
    let locale = |language| match language {
        Language::Ko => "ko_KR",
        Language::En => "en_US",
    };
    view! {
        {property("og:site_name", td_string!(l, brand))}
        {property("og:type", head.kind)}
        {property("og:title", head.title.clone())}
        {property("og:description", head.description.clone())}
        {property("og:url", address)}
        {property("og:locale", locale(visit.language))}
        {property("og:locale:alternate", locale(visit.language.other()))}
        {property("og:image", picture.clone())}
        {property("og:image:type", "image/png")}
        {property("og:image:width", width)}
        {property("og:image:height", height)}
        {property("og:image:alt", shows.clone())}
        <meta name="twitter:card" content="summary_large_image"/>
        <meta name="twitter:title" content=head.title.clone()/>
        <meta name="twitter:description" content=head.description.clone()/>
        <meta name="twitter:image" content=picture/>
        <meta name="twitter:image:alt" content=shows/>
    }
    .into_any()
}

fn property(name: &'static str, content: impl ToString) -> AnyView {
    meta().attr("property", name).attr("content", content.to_string()).into_any()
}
