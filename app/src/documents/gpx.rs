//! GPX 1.1 (<https://www.topografix.com/GPX/1/1/>): the stops as waypoints, and the walk through them as a route.

use super::walk::{Step, Walk};
use super::xml::Xml;
use crate::text::{Locale, name};

/// The track of a walk; `page` is the course's.
pub(crate) fn gpx(walk: &Walk, l: Locale, page: &str) -> String {
    let mut xml = Xml::new();
    xml.open("gpx", &[("version", "1.1"), ("creator", "Dulle"), ("xmlns", "http://www.topografix.com/GPX/1/1")]);
    // The order of elements is the schema's.
    xml.open("metadata", &[]).text("name", &[], walk.title);
    if !walk.summary.is_empty() {
        xml.text("desc", &[], walk.summary);
    }
    if !walk.view.host.display_name.is_empty() {
        xml.open("author", &[]).text("name", &[], &walk.view.host.display_name).close();
    }
    xml.empty("link", &[("href", page)]).text("time", &[], &walk.view.course.modified_at.to_string()).close();
    for step in &walk.steps {
        point(&mut xml, "wpt", l, page, step);
    }
    xml.open("rte", &[]).text("name", &[], walk.title).empty("link", &[("href", page)]);
    for step in &walk.steps {
        point(&mut xml, "rtept", l, page, step);
    }
    xml.finish()
}

fn point(xml: &mut Xml, element: &'static str, l: Locale, page: &str, step: &Step) {
    let (lat, lon) = (step.stop.lat.to_string(), step.stop.lng.to_string());
    xml.open(element, &[("lat", &lat), ("lon", &lon)]).text("name", &[], &format!("{}. {}", step.number, step.name));
    if !step.note.is_empty() {
        xml.text("desc", &[], step.note);
    }
    xml.empty("link", &[("href", &format!("{page}#stop-{}", step.number))]);
    xml.text("type", &[], name::category(l, step.stop.category)).close();
}
