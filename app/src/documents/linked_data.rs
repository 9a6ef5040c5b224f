//! JSON-LD with the words of schema.org: what search engines read of a course.

use super::walk::{Step, Walk};
use serde_json::{Map, Value, json};

/// Where things of a course are.
pub(crate) struct Addresses<'a> {
    /// The page of the course.
    pub page: &'a str,
    /// The page of its host.
    pub host: &'a str,
    /// Its picture.
    pub picture: &'a str,
}

/// A course as a `TouristTrip`, to stand in a `<script>`. It is also a `CreativeWork`: that is what has an author and is rated.
pub(crate) fn trip(walk: &Walk, at: &Addresses) -> String {
    let view = walk.view;
    let course = &view.course;
    let mut trip = Map::new();
    let mut say = |name: &str, value: Value| drop(trip.insert(name.to_owned(), value));
    say("@context", json!("https://schema.org"));
    say("@type", json!("TouristTrip"));
    say("additionalType", json!("https://schema.org/CreativeWork"));
    say("@id", json!(at.page));
    say("url", json!(at.page));
    say("name", json!(walk.title));
    if !walk.summary.is_empty() {
        say("description", json!(walk.summary));
    }
    say("inLanguage", json!(walk.written_in().tag()));
    say("image", json!(at.picture));
    say("datePublished", json!(course.published_at.to_string()));
    say("dateModified", json!(course.modified_at.to_string()));
    if !course.content.tags.is_empty() {
        say("keywords", json!(course.content.tags.iter().map(|tag| tag.as_str()).collect::<Vec<_>>()));
    }
    if !view.host.display_name.is_empty() {
        say("author", json!({ "@type": "Person", "name": view.host.display_name, "url": at.host }));
    }
    say("offers", json!({ "@type": "Offer", "price": course.totals.cost_krw, "priceCurrency": "KRW", "url": at.page }));
    if let (Some(average), count @ 1..) = (view.rating.average, view.rating.count) {
        let average = (average * 100.0).round() / 100.0;
        say(
            "aggregateRating",
            json!({ "@type": "AggregateRating", "ratingValue": average, "ratingCount": count, "bestRating": 5, "worstRating": 1 }),
        );
    }
    let places: Vec<Value> = walk.steps.iter().map(|step| place(step, at.page)).collect();
    say("itinerary", json!({ "@type": "ItemList", "numberOfItems": places.len(), "itemListElement": places }));
    in_script(&Value::Object(trip))
}

fn place(step: &Step, page: &str) -> Value {
    let mut place = json!({
        "@type": "Place",
        "name": step.name,
        "url": format!("{page}#stop-{}", step.number),
        "geo": { "@type": "GeoCoordinates", "latitude": step.stop.lat, "longitude": step.stop.lng },
    });
    if !step.note.is_empty()
        && let Some(place) = place.as_object_mut()
    {
        place.insert("description".to_owned(), json!(step.note));
    }
    json!({ "@type": "ListItem", "position": step.number, "item": place })
}

/// JSON that no HTML parser takes for anything but text: outside of its strings none of these characters occur.
fn in_script(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_ends_no_script() {
        let hostile = "</script><!--<script>&lt;";
        let written = in_script(&json!({ "name": hostile }));
        assert!(!written.contains(['<', '>', '&']), "{written}");
        assert_eq!(serde_json::from_str::<Value>(&written).expect("JSON")["name"], hostile);
    }
}
