//! The only text area pages may use.

use leptos::prelude::*;
use leptos::tachys::html::InertElement;

/// What a text area is made of.
#[derive(Default)]
pub(crate) struct TextArea<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub rows: u8,
    pub maxlength: Option<usize>,
    /// Ids of what describes it, parted by spaces.
    pub described_by: &'a str,
    pub invalid: bool,
    pub autofocus: bool,
    pub value: &'a str,
}

/// A text area. leptos renders the children of the element unescaped, so that `</textarea><script>` in a stored text would
/// run; here everything is escaped by hand. The line break in front is the one that HTML swallows (HTML, 13.2.6.4.7).
pub(crate) fn text_area(area: &TextArea) -> impl IntoView + use<> {
    let mut html = format!(r#"<textarea id="{}" name="{}" rows="{}""#, escaped(area.id), escaped(area.name), area.rows);
    if let Some(max) = area.maxlength {
        html.push_str(&format!(r#" maxlength="{max}""#));
    }
    if !area.described_by.is_empty() {
        html.push_str(&format!(r#" aria-describedby="{}""#, escaped(area.described_by)));
    }
    if area.invalid {
        html.push_str(r#" aria-invalid="true""#);
    }
    if area.autofocus {
        html.push_str(" autofocus");
    }
    html.push_str(">\n");
    html.push_str(&escaped(area.value));
    html.push_str("</textarea>");
    InertElement::new(html)
}

/// Text that can stand between tags and in an attribute.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_it() {
        let value = "\n</textarea><script>alert(1)</script>\" '&amp;";
        let html = text_area(&TextArea { id: "note", name: "stops[0].note", rows: 3, value, ..TextArea::default() }).to_html();
        assert_eq!(
            html,
            "<textarea id=\"note\" name=\"stops[0].note\" rows=\"3\">\n\n&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot; &#39;&amp;amp;</textarea>"
        );
    }
}
