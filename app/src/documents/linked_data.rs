//! JSON-LD with the words of schema.org: what search engines read of a course.

use super::walk::{Step, Walk};
use serde::Serialize;

/// Where things of a course are.
pub(crate) struct Addresses<'a> {
    /// The page of the course.
    pub page: &'a str,
    /// The page of its host.
    pub host: &'a str,
    /// Its picture.
    pub picture: &'a str,
}

/// Names of schema.org are in camel case.
#[derive(Serialize)]
#[serde(tag = "@type", rename = "TouristTrip", rename_all = "camelCase")]
struct Trip<'a> {
    #[serde(rename = "@context")]
    context: &'a str,
    additional_type: &'a str,
    #[serde(rename = "@id")]
    id: &'a str,
    url: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    in_language: &'a str,
    image: &'a str,
    date_published: jiff::Timestamp,
    date_modified: jiff::Timestamp,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keywords: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<Person<'a>>,
    offers: Offer<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aggregate_rating: Option<AggregateRating>,
    itinerary: ItemList<'a>,
}

#[derive(Serialize)]
#[serde(tag = "@type")]
struct Person<'a> {
    name: &'a str,
    url: &'a str,
}

#[derive(Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
struct Offer<'a> {
    price: u32,
    price_currency: &'a str,
    url: &'a str,
}

#[derive(Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
struct AggregateRating {
    rating_value: f64,
    rating_count: u64,
    best_rating: u8,
    worst_rating: u8,
}

#[derive(Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
struct ItemList<'a> {
    number_of_items: usize,
    item_list_element: Vec<ListItem<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "@type")]
struct ListItem<'a> {
    position: usize,
    item: Place<'a>,
}

#[derive(Serialize)]
#[serde(tag = "@type")]
struct Place<'a> {
    name: &'a str,
    url: String,
    geo: GeoCoordinates,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
}

#[derive(Serialize)]
#[serde(tag = "@type")]
struct GeoCoordinates {
    latitude: f64,
    longitude: f64,
}

/// A course as a `TouristTrip`, to stand in a `<script>`. It is also a `CreativeWork`: that is what has an author and is rated.
pub(crate) fn trip(walk: &Walk, at: &Addresses) -> String {
    let view = walk.view;
    let course = &view.course;
    let host = view.host.display_name.as_str();
    let items: Vec<_> = walk.steps.iter().map(|step| item(step, at.page)).collect();
    in_script(&Trip {
        context: "https://schema.org",
        additional_type: "https://schema.org/CreativeWork",
        id: at.page,
        url: at.page,
        name: walk.title,
        description: walk.summary,
        in_language: walk.written_in().tag(),
        image: at.picture,
        date_published: course.published_at,
        date_modified: course.modified_at,
        keywords: course.content.tags.iter().map(|tag| tag.as_str()).collect(),
        author: (!host.is_empty()).then_some(Person { name: host, url: at.host }),
        offers: Offer { price: course.totals.cost_krw, price_currency: "KRW", url: at.page },
        aggregate_rating: view.rating.average.filter(|_| view.rating.count > 0).map(|average| AggregateRating {
            rating_value: (average * 100.0).round() / 100.0,
            rating_count: view.rating.count,
            best_rating: 5,
            worst_rating: 1,
        }),
        itinerary: ItemList { number_of_items: items.len(), item_list_element: items },
    })
}

fn item<'a>(step: &Step<'a>, page: &str) -> ListItem<'a> {
    ListItem {
        position: step.number,
        item: Place {
            name: step.name,
            url: format!("{page}#stop-{}", step.number),
            geo: GeoCoordinates { latitude: step.stop.lat, longitude: step.stop.lng },
            description: step.note,
        },
    }
}

/// JSON that no HTML parser takes for anything but text: outside of its strings none of these characters occur.
fn in_script(value: &impl Serialize) -> String {
    // nothing here is a map with keys that are no strings: it is always written
    let json = serde_json::to_string(value).unwrap_or_default();
    let mut escaped = String::with_capacity(json.len() + 64);
    let mut rest = json.as_str();
    while let Some(at) = rest.find(['<', '>', '&']) {
        escaped.push_str(&rest[..at]);
        escaped.push_str(match rest.as_bytes()[at] {
            b'<' => "\\u003c",
            b'>' => "\\u003e",
            _ => "\\u0026",
        });
        rest = &rest[at + 1..];
    }
    escaped.push_str(rest);
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn a_text_ends_no_script() {
        let hostile = "</script><!--<script>&lt;";
        let written = in_script(&json!({ "name": hostile }));
        assert!(!written.contains(['<', '>', '&']), "{written}");
        assert_eq!(serde_json::from_str::<Value>(&written).expect("JSON")["name"], hostile);
    }
}
