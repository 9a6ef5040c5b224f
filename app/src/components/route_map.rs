//! The drawing of a walk: as a map with numbered stops, and as the cover of a card.

use super::plane::Plane;
use crate::text::{Locale, amount, td_string};
use contract::CourseId;
use contract::place::Coordinates;
use leptos::prelude::*;
use leptos::tachys::html::InertElement;

/// The contour lines around the way, from the outside in.
const CONTOURS: [&str; 3] = ["contour c1", "contour c2", "contour c3"];

/// The shape of a walk, for a card. A page has one card of a course, also when more are added to it: the way is named by it.
pub(crate) fn cover(course: CourseId, path: &[(f64, f64)]) -> AnyView {
    let stops: Vec<Coordinates> = path.iter().map(|(lat, lng)| Coordinates { lat: *lat, lng: *lng }).collect();
    let plane = Plane::lay_out(&stops, 320.0, 200.0, 52.0);
    let dots = plane.points.iter().map(|(x, y)| view! { <circle cx=format!("{x:.1}") cy=format!("{y:.1}") r="5"/> }).collect_view();
    view! {
        <svg class="cover" viewBox="0 0 320 200" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
            {contours(&course.to_string(), &plane)}
            <g class="dots">{dots}</g>
        </svg>
    }
    .into_any()
}

/// The map of a walk. Its marks lead to the stops in the list below it.
pub(crate) fn route_map(l: Locale, stops: &[Coordinates]) -> AnyView {
    const WIDTH: f64 = 800.0;
    const HEIGHT: f64 = 500.0;
    let plane = Plane::lay_out(stops, WIDTH, HEIGHT, 78.0);
    let marks = plane
        .marks(44.0)
        .into_iter()
        .enumerate()
        .map(|(index, (x, y))| {
            let number = index + 1;
            view! {
                <a class="mark" href=format!("#stop-{number}")>
                    <circle cx=format!("{x:.1}") cy=format!("{y:.1}") r="20"/>
                    <text x=format!("{x:.1}") y=format!("{:.1}", y + 6.5)>{number}</text>
                </a>
            }
        })
        .collect_view();
    let metres = plane.scale(180.0);
    let length = f64::from(metres) / plane.metres_per_unit;
    let label = td_string!(l, course.map_label, count = stops.len()).to_string();
    view! {
        <svg class="map" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="group" aria-label=label>
            {contours("map", &plane)}
            {marks}
            <g class="map-scale" aria-hidden="true">
                <path d=format!("M28 {:.0}v8h{length:.1}v-8", HEIGHT - 34.0)/>
                <text x="28" y=format!("{:.0}", HEIGHT - 42.0)>{amount::metres(l, metres)}</text>
            </g>
            <g class="map-north" aria-hidden="true">
                <path d="M764 58V26m-7 9 7-9 7 9"/>
                <text x="764" y="78">{td_string!(l, course.north)}</text>
            </g>
        </svg>
    }
    .into_any()
}

/// The way with the lines around it, one element for all of them: a page of cards has some two hundred. In them are
/// numbers and `key`, which names a thing of ours: letters, digits and hyphens.
fn contours(key: &str, plane: &Plane) -> AnyView {
    let way = plane.way();
    let mut lines = format!(r#"<g><defs><path id="way-{key}" d="{way}"/></defs>"#);
    for class in CONTOURS {
        lines.push_str(&format!(r##"<use href="#way-{key}" class="{class}"/><use href="#way-{key}" class="{class} ground"/>"##));
    }
    lines.push_str(&format!(r##"<use href="#way-{key}" class="way"/></g>"##));
    InertElement::new(lines).into_any()
}
