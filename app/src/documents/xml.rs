//! XML 1.0 (fifth edition), written from the first element to the last. Whatever is put in stays text.

use quick_xml::escape::escape;

/// A document that is being written.
pub(super) struct Xml {
    text: String,
    open: Vec<&'static str>,
}

impl Xml {
    /// An empty document.
    pub(super) fn new() -> Self {
        Self { text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(), open: Vec::new() }
    }

    /// Begins an element.
    pub(super) fn open(&mut self, name: &'static str, attributes: &[(&str, &str)]) -> &mut Self {
        self.tag(name, attributes, ">");
        self.open.push(name);
        self
    }

    /// Ends the element that was begun last.
    pub(super) fn close(&mut self) -> &mut Self {
        if let Some(name) = self.open.pop() {
            self.text.push_str(&format!("</{name}>"));
        }
        self
    }

    /// An element without content.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> &mut Self {
        self.tag(name, attributes, "/>");
        self
    }

    /// An element with a text.
    pub(super) fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> &mut Self {
        self.tag(name, attributes, ">");
        self.text.push_str(&escape(allowed(text)));
        self.text.push_str(&format!("</{name}>"));
        self
    }

    /// The whole document; what is open is ended.
    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.text.push('\n');
        self.text
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)], end: &str) {
        self.text.push('<');
        self.text.push_str(name);
        for (name, value) in attributes {
            self.text.push_str(&format!(" {name}=\"{}\"", escape(allowed(value))));
        }
        self.text.push_str(end);
    }
}

/// Without what no XML document may hold (2.2, Char), not even escaped.
fn allowed(text: &str) -> String {
    text.chars().filter(|c| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use quick_xml::Reader;
    use quick_xml::events::Event;

    #[test]
    fn what_is_put_in_comes_out_and_nothing_else() {
        let hostile = "</a><b c=\"d\">&amp; ]]> 'e'\u{0}\u{FFFF}";
        let mut xml = Xml::new();
        xml.open("a", &[("href", hostile)]).text("t", &[], hostile).empty("e", &[]);
        let text = xml.finish();
        let mut reader = Reader::from_str(&text);
        let (mut names, mut content) = (Vec::new(), String::new());
        loop {
            match reader.read_event().expect("well-formed") {
                Event::Start(start) => {
                    names.push(start.name().as_ref().to_owned());
                    for attribute in start.attributes() {
                        let value = attribute.expect("an attribute").value;
                        assert_eq!(quick_xml::escape::unescape(&value).expect("escaped"), hostile.replace(['\u{0}', '\u{FFFF}'], ""));
                    }
                }
                Event::Empty(_) => names.push("empty".to_owned()),
                Event::Text(text) => content.push_str(&text.xml10_content()),
                Event::GeneralRef(reference) => content.push_str(&format!("&{};", reference.xml10_content())),
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(names, ["a", "t", "empty"]);
        let content = quick_xml::escape::unescape(content.trim()).expect("escaped").into_owned();
        assert_eq!(content, hostile.replace(['\u{0}', '\u{FFFF}'], ""));
    }
}
