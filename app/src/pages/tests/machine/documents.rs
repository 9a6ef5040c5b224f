//! A course as files.

use super::*;
use ical::IcalParser;
use ical::parser::ical::component::{IcalCalendar, IcalEvent};

fn parsed(text: &str) -> IcalCalendar {
    let mut calendars: Vec<_> = IcalParser::new(text.as_bytes()).collect();
    assert_eq!(calendars.len(), 1, "{text}");
    calendars.remove(0).expect("a calendar")
}

fn value<'a>(event: &'a IcalEvent, name: &str) -> Option<&'a str> {
    event.properties.iter().find(|property| property.name == name).and_then(|property| property.value.as_deref())
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match (c, c == '\\') {
            (_, true) => match characters.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(c) => out.push(c),
                None => {}
            },
            (c, false) => out.push(c),
        }
    }
    out
}

#[tokio::test]
async fn the_plan_begins_when_it_is_asked_to_and_goes_at_the_pace_of_the_walk() {
    let answer = browser(walk()).open(&format!("/courses/{COURSE}/course.ics?start=2026-12-05T11:00")).await;
    assert_eq!((answer.status.as_u16(), answer.header(header::CONTENT_TYPE)), (200, "text/calendar; charset=utf-8"));
    assert!(answer.header(header::CONTENT_DISPOSITION).ends_with("%EB%B0%94%ED%80%B4.ics"), "{:?}", answer.headers);
    assert!(answer.html.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{}", answer.html);
    let calendar = parsed(&answer.html);
    let times: Vec<_> = calendar.events.iter().map(|event| (value(event, "DTSTART"), value(event, "DTEND"))).collect();
    // Between the two are 3.02 km as the crow flies, 3.9 on foot: 59 minutes.
    assert_eq!(
        times,
        [(Some("20261205T110000"), Some("20261205T120000")), (Some("20261205T125900"), Some("20261205T135900"))],
        "{}",
        answer.html
    );
    let first = &calendar.events[0];
    assert_eq!(value(first, "UID"), Some(format!("{COURSE}-1@dulle.example").as_str()));
    assert_eq!(value(first, "GEO"), Some("37.544300;127.037400"));
    assert_eq!(value(first, "URL"), Some(format!("{BASE}/courses/{COURSE}#stop-1").as_str()));
    let description = unescaped(value(first, "DESCRIPTION").expect("a description"));
    assert!(description.contains("→ 2. 뚝섬: 걸어서 59분") && description.contains("12,000원"), "{description}");
}

#[tokio::test]
async fn twenty_hostile_stops_are_twenty_events() {
    let content = twenty();
    let (name, note) = stored(&content);
    let answer = browser(content).open(&format!("/courses/{COURSE}/course.ics?start=2026-12-05T23:30")).await;
    assert!(answer.html.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{}", answer.html);
    let calendar = parsed(&answer.html);
    assert_eq!(calendar.events.len(), 20);
    let (first, fourth) = (&calendar.events[0], &calendar.events[3]);
    assert_eq!(value(first, "DTEND"), None, "an event without a stay has no end");
    assert_eq!(value(fourth, "SUMMARY").map(|text| unescaped(text).replace('\u{FFFF}', "")), Some(format!("4. {name}")));
    let description = unescaped(value(fourth, "DESCRIPTION").expect("a description")).replace('\u{FFFF}', "");
    assert!(description.contains(&note), "{description}");
    assert!(calendar.events.windows(2).all(|pair| value(&pair[0], "DTSTART") < value(&pair[1], "DTSTART")));
    let ids: std::collections::BTreeSet<_> = calendar.events.iter().map(|event| value(event, "UID")).collect();
    assert_eq!(ids.len(), 20);
}

#[tokio::test]
async fn a_start_that_is_none_is_refused_and_none_is_next_saturday() {
    let browser = browser(walk());
    let path = format!("/en/courses/{COURSE}/course.ics");
    let answer = browser.open(&path).await;
    assert_eq!(value(&parsed(&answer.html).events[0], "DTSTART"), Some("20261128T110000"));
    for wrong in ["tomorrow", "2026-12-05", "2026-13-05T11:00", "2026-12-05T25:00", "9999-12-31T23:50", "-009999-01-01T00:00"] {
        let answer = browser.open(&format!("{path}?start={wrong}")).await;
        assert_eq!(answer.status, 400, "{wrong}");
        assert!(answer.html.contains("<html lang=\"en\""), "{wrong}");
    }
}

#[tokio::test]
async fn gpx_has_each_stop_as_a_point_and_on_the_route() {
    let content = twenty();
    let (name, note) = stored(&content);
    let browser = browser(content);
    let answer = browser.open(&format!("/courses/{COURSE}/course.gpx")).await;
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/gpx+xml");
    let elements = elements(&answer.html);
    assert_eq!((elements[0].0.as_str(), attribute(&elements[0], "version")), ("gpx", "1.1"));
    for point in ["wpt", "rtept"] {
        let points: Vec<_> = elements.iter().filter(|(element, _, _)| element == point).collect();
        assert_eq!(points.len(), 20);
        assert_eq!((attribute(points[2], "lat"), attribute(points[3], "lon")), ("37.51", "126.99"));
    }
    assert!(texts(&elements, "name").contains(&format!("4. {name}").as_str()));
    assert!(texts(&elements, "desc").contains(&note.as_str()));
    let english = super::elements(&browser.open(&format!("/en/courses/{COURSE}/course.gpx")).await.html);
    assert!(texts(&english, "name").contains(&"4. Stop 3") && texts(&english, "name").contains(&"A way"));
}

#[tokio::test]
async fn geojson_has_points_and_a_line() {
    let content = twenty();
    let (name, stops) = (content.stops[3].name.as_str().to_owned(), content.stops.len());
    let answer = browser(content).open(&format!("/courses/{COURSE}/course.geojson")).await;
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/geo+json");
    let json: Value = serde_json::from_str(&answer.html).expect("JSON");
    let features = json["features"].as_array().expect("features");
    assert_eq!((json["type"].as_str(), features.len()), (Some("FeatureCollection"), stops + 1));
    assert_eq!(features[3]["properties"]["name"], name);
    assert_eq!(features[2]["geometry"]["coordinates"][1], 37.51, "latitude last");
    assert_eq!(features[stops]["geometry"]["type"], "LineString");
    assert_eq!(features[stops]["geometry"]["coordinates"].as_array().expect("positions").len(), stops);

    let mut one = walk();
    one.stops.truncate(1);
    let answer = browser(one).open(&format!("/courses/{COURSE}/course.geojson")).await;
    assert_eq!(serde_json::from_str::<Value>(&answer.html).expect("JSON")["features"].as_array().expect("features").len(), 1);
}

#[tokio::test]
async fn what_is_known_is_not_sent_again_and_what_is_withdrawn_is_gone() {
    let browser = browser(walk());
    let files = ["course.ics", "course.gpx", "course.geojson", "picture.png"];
    for language in ["", "/en"] {
        for file in files {
            let path = format!("{language}/courses/{COURSE}/{file}");
            let tag = browser.bytes(&path).await.1.get(header::ETAG).expect("a tag").to_str().expect("text").to_owned();
            assert_eq!(ask(&browser, &path, &tag).await.status, 304, "{path}");
        }
    }
    let path = format!("/courses/{COURSE}/course.ics?start=2026-12-05T11:00");
    let tag = browser.open(&path).await.header(header::ETAG).to_owned();
    assert_eq!(ask(&browser, &path.replace("11:00", "12:00"), &tag).await.status, 200, "another time is another plan");

    browser.fake.course.lock().expect("unpoisoned").as_mut().expect("a course").state = CourseState::Unpublished;
    for language in ["", "/en"] {
        for file in files {
            let path = format!("{language}/courses/{COURSE}/{file}");
            let answer = ask(&browser, &path, "*").await;
            assert_eq!((answer.status.as_u16(), answer.header(header::CONTENT_TYPE)), (404, "text/html; charset=utf-8"), "{path}");
        }
    }
    assert_eq!(browser.open("/courses/none/course.ics").await.status, 404);
}

#[tokio::test]
async fn the_picture_is_a_picture_that_is_kept_under_its_own_address_alone() {
    let browser = browser(twenty());
    let html = browser.open(&format!("/courses/{COURSE}")).await.html;
    let address = html.split(r#"property="og:image" content=""#).nth(1).and_then(|rest| rest.split('"').next()).expect("a picture");
    let path = address.strip_prefix(BASE).expect("an address of ours");
    let (status, headers, png) = browser.bytes(path).await;
    assert_eq!((status.as_u16(), headers[header::CONTENT_TYPE].to_str().ok()), (200, Some("image/png")));
    assert!(headers[header::CACHE_CONTROL].to_str().expect("text").contains("immutable"));
    let picture = tiny_skia::Pixmap::decode_png(&png).expect("a PNG");
    assert_eq!((picture.width(), picture.height()), (1_200, 630));
    let (_, headers, same) = browser.bytes(&format!("/courses/{COURSE}/picture.png?v=0")).await;
    assert!(!headers[header::CACHE_CONTROL].to_str().expect("text").contains("immutable") && same == png);
    assert_eq!(browser.bytes("/picture.png").await.0, 200);
}
