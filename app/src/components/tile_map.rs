//! The walk on a map of tiles, for who asks for it: what the script that draws it is told.

use super::plane::part;
use crate::documents::Walk;
use crate::islands::{TileMap, TileStop, TileWords};
use crate::picture::way_color;
use crate::text::td_string;
use crate::tiles::Tiles;
use crate::visit::Visit;
use contract::viewpage::CourseView;
use leptos::prelude::*;
use serde_json::{Value, json};
use std::f64::consts::TAU;

/// No source of tiles that is widely used has finer ones.
const MAX_ZOOM: u32 = 19;
/// How close a walk is looked at when it is shown as a whole.
const WHOLE_ZOOM: u32 = 17;
/// How many pixels marks are from each other, which are 36 wide.
const APART: f64 = 40.0;

/// The button and the place for the map; nothing where no tiles are to be had.
pub(crate) fn tile_map(visit: &Visit, view: &CourseView) -> Option<AnyView> {
    let l = visit.l;
    let tiles = visit.site().tiles.as_ref()?;
    let walk = &Walk::of(view, visit.language);
    let words = TileWords {
        open: td_string!(l, course.tiles_open).to_owned(),
        back: td_string!(l, course.tiles_back).to_owned(),
        closer: td_string!(l, editor.map_closer).to_owned(),
        further: td_string!(l, editor.map_further).to_owned(),
        all: td_string!(l, editor.map_all).to_owned(),
        loading: td_string!(l, course.tiles_loading).to_owned(),
        failed: td_string!(l, course.tiles_failed).to_owned(),
        attribution: tiles.attribution.as_ref().map(|by| by.words.clone()).unwrap_or_default(),
        attribution_href: tiles.attribution.as_ref().and_then(|by| by.href.clone()).unwrap_or_default(),
    };
    let way = way(walk);
    let stops = walk
        .steps
        .iter()
        .zip(aside(&way))
        .map(|(step, aside)| TileStop { name: format!("{}. {}", step.number, step.name), lng: step.stop.lng, lat: step.stop.lat, aside })
        .collect::<Vec<_>>();
    let options = options(tiles, walk, &way, &in_words(visit, walk)).to_string();
    Some(view! { <TileMap script=tiles.script.clone() options stops words/> }.into_any())
}

/// What stands on the map itself.
fn in_words(visit: &Visit, walk: &Walk) -> Value {
    let l = visit.l;
    json!({
        "Map.Title": td_string!(l, course.tiles_label, count = walk.steps.len()).to_string(),
        "CooperativeGesturesHandler.WindowsHelpText": td_string!(l, course.tiles_ctrl),
        "CooperativeGesturesHandler.MacHelpText": td_string!(l, course.tiles_command),
        "CooperativeGesturesHandler.MobileHelpText": td_string!(l, course.tiles_fingers),
    })
}

/// MapLibre's options, all but the element that the map is in.
fn options(tiles: &Tiles, walk: &Walk, way: &[[f64; 2]], locale: &Value) -> Value {
    let line = |width: u32, color: &str| {
        json!({
            "id": format!("way-{width}"),
            "type": "line",
            "source": "way",
            "layout": { "line-cap": "round", "line-join": "round" },
            "paint": { "line-color": color, "line-width": width },
        })
    };
    json!({
        "style": {
            "version": 8,
            "sources": {
                "tiles": { "type": "raster", "tiles": [tiles.address.template()], "tileSize": 256, "maxzoom": MAX_ZOOM },
                "way": { "type": "geojson", "data": { "type": "LineString", "coordinates": way } },
            },
            "layers": [
                { "id": "tiles", "type": "raster", "source": "tiles" },
                line(9, "#ffffff"),
                line(5, &way_color(walk.view.course.content.region)),
            ],
        },
        "bounds": bounds(way),
        "fitBoundsOptions": { "padding": 48, "maxZoom": WHOLE_ZOOM },
        "maxZoom": MAX_ZOOM,
        "locale": locale,
        // a finger and a wheel that mean the page are the page's
        "cooperativeGestures": true,
        // north is up, as on the drawing; what turns the map besides has no option, and is switched off when it is there
        "dragRotate": false,
        "pitchWithRotate": false,
        "maxPitch": 0,
        // it stands beside the buttons
        "attributionControl": false,
    })
}

/// Where the stops are, longitude first.
fn way(walk: &Walk) -> Vec<[f64; 2]> {
    walk.steps.iter().map(|step| [step.stop.lng, step.stop.lat]).collect()
}

/// How many pixels marks have to stand aside so that none hides another when a short walk is seen as a whole. What is far enough apart
/// then stays where it is.
fn aside(way: &[[f64; 2]]) -> Vec<(f64, f64)> {
    // Web Mercator, as maps of tiles have it: it ends before the poles
    let world = 512.0 * f64::from(1 << WHOLE_ZOOM);
    let points: Vec<(f64, f64)> = way
        .iter()
        .map(|[lng, lat]| {
            let lat = lat.clamp(-85.0, 85.0).to_radians();
            (world * (lng + 180.0) / 360.0, world * (0.5 - lat.tan().asinh() / TAU))
        })
        .collect();
    part(&points, APART).iter().zip(&points).map(|(mark, point)| ((mark.0 - point.0).round(), (mark.1 - point.1).round())).collect()
}

/// South-west and north-east of all that is on the way.
fn bounds(way: &[[f64; 2]]) -> [[f64; 2]; 2] {
    way.iter().fold([[f64::INFINITY; 2], [f64::NEG_INFINITY; 2]], |[low, high], at| {
        [[low[0].min(at[0]), low[1].min(at[1])], [high[0].max(at[0]), high[1].max(at[1])]]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_the_way_is_within_its_bounds() {
        assert_eq!(bounds(&[[127.05, 37.54], [127.03, 37.56], [127.07, 37.52]]), [[127.03, 37.52], [127.07, 37.56]]);
        assert_eq!(bounds(&[[127.0, 37.5]]), [[127.0, 37.5]; 2]);
    }

    #[test]
    fn marks_in_one_place_stand_aside_and_others_do_not() {
        // a hundred metres are some 210 pixels
        let marks = aside(&[[127.0, 37.5], [127.0, 37.5], [127.0, 37.501]]);
        let (dx, dy) = (marks[0].0 - marks[1].0, marks[0].1 - marks[1].1);
        assert!((dx.hypot(dy) - APART).abs() < 2.0, "{marks:?}");
        assert_eq!(marks[2], (0.0, 0.0));
        assert!(aside(&[[0.0, 90.0], [180.0, -90.0]]).iter().all(|(x, y)| x.is_finite() && y.is_finite()));
    }
}
