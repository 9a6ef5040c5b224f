//! What other programs read, read by other programs' parsers.

use super::fake::{Answer, Browser, COURSE, CUSTOMER, HOST, review};
use super::journey::walk;
use axum::body::Body;
use contract::course::{CourseContent, CourseInput, CourseState, StopInput, StopTranslationInput, TranslationInput};
use http::{Request, header};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

mod documents;
mod heads;
mod lists;

const BASE: &str = "https://dulle.example";
const HOSTILE: &str = "</script></name><x a=\"b\">]]>&amp; \\;,'\nEND:VEVENT\u{FFFF}";

/// Twenty stops, whose words want out of wherever they stand.
fn twenty() -> CourseContent {
    let stop = |number: u8| StopInput {
        name: format!("{number} {HOSTILE}"),
        category: "park".into(),
        lat: 37.5 + f64::from(number) / 200.0,
        lng: 127.0 - f64::from(number) / 300.0,
        stay_minutes: i64::from(number) * 10,
        cost_krw: i64::from(number) * 1_000,
        note: HOSTILE.into(),
    };
    let words = |number: u8| StopTranslationInput { name: format!("Stop {number}"), note: String::new() };
    let input = CourseInput {
        title: format!("길 {HOSTILE}"),
        summary: HOSTILE.into(),
        region: "jeju".into(),
        tags: vec!["\"><x".into(), "a&b".into()],
        stops: (0..20).map(stop).collect(),
        translation: Some(TranslationInput { title: "A way".into(), summary: String::new(), stops: (0..20).map(words).collect() }),
        ..CourseInput::default()
    };
    input.parse().expect("valid")
}

/// What a hostile text is when it is stored in one line, and in several.
fn stored(content: &CourseContent) -> (String, String) {
    (content.stops[3].name.as_str().replace('\u{FFFF}', ""), content.stops[3].note.as_str().replace('\u{FFFF}', ""))
}

fn browser(content: CourseContent) -> Browser {
    Browser::new(Some(content), BASE)
}

async fn ask(browser: &Browser, path: &str, tag: &str) -> Answer {
    browser.ask(Request::get(path).header(header::IF_NONE_MATCH, tag).body(Body::empty()).expect("a request")).await
}

/// Name, attributes, and the text that stands right in it.
type Element = (String, Vec<(String, String)>, String);

/// Each element of a document, in order.
fn elements(xml: &str) -> Vec<Element> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    let mut found: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(start) => {
                let attribute = |attribute: quick_xml::events::attributes::Attribute| {
                    let value = quick_xml::escape::unescape(&attribute.value).expect("escaped").into_owned();
                    (attribute.key.as_ref().to_owned(), value)
                };
                let attributes = start.attributes().map(|found| attribute(found.expect("an attribute"))).collect();
                open.push(found.len());
                found.push((start.name().as_ref().to_owned(), attributes, String::new()));
            }
            Event::End(_) => drop(open.pop()),
            Event::Text(text) => {
                if let Some(index) = open.last() {
                    found[*index].2.push_str(&text.xml10_content());
                }
            }
            Event::GeneralRef(reference) => {
                let reference = format!("&{};", reference.xml10_content());
                let index = *open.last().expect("within an element");
                found[index].2.push_str(&quick_xml::escape::unescape(&reference).expect("escaped"));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "all that is open is closed");
    found
}

fn texts<'a>(elements: &'a [Element], name: &str) -> Vec<&'a str> {
    elements.iter().filter(|(element, _, _)| element == name).map(|(_, _, text)| text.as_str()).collect()
}

fn attribute<'a>(element: &'a Element, name: &str) -> &'a str {
    element.1.iter().find(|(attribute, _)| attribute == name).map_or("", |(_, value)| value)
}
