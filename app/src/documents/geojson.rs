//! GeoJSON (RFC 7946): a point for each stop, and the line through them.

use super::walk::{Step, Walk};
use serde_json::{Value, json};

/// The features of a walk; `page` is the course's.
pub(crate) fn geojson(walk: &Walk, page: &str) -> String {
    let mut features: Vec<Value> = walk.steps.iter().map(|step| point(step, page)).collect();
    // A line has two positions at the least (3.1.4).
    if walk.steps.len() > 1 {
        let totals = walk.view.course.totals;
        features.push(json!({
            "type": "Feature",
            "geometry": { "type": "LineString", "coordinates": walk.steps.iter().map(position).collect::<Vec<_>>() },
            "properties": { "name": walk.title, "minutes": totals.minutes, "metres": totals.metres, "cost_krw": totals.cost_krw },
        }));
    }
    json!({ "type": "FeatureCollection", "name": walk.title, "url": page, "features": features }).to_string()
}

/// Longitude first (3.1.1).
fn position(step: &Step) -> [f64; 2] {
    [step.stop.lng, step.stop.lat]
}

fn point(step: &Step, page: &str) -> Value {
    json!({
        "type": "Feature",
        "id": step.number,
        "geometry": { "type": "Point", "coordinates": position(step) },
        "properties": {
            "number": step.number,
            "name": step.name,
            "note": step.note,
            "category": step.stop.category.code(),
            "stay_minutes": step.stop.stay_minutes,
            "cost_krw": step.stop.cost_krw,
            "url": format!("{page}#stop-{}", step.number),
        },
    })
}
