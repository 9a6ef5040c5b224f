//! Lists of pages for search engines (<https://www.sitemaps.org/protocol.html>), each page with its other languages.

use super::xml::Xml;
use contract::viewpage::Listed;
use jiff::Timestamp;

const NAMESPACE: (&str, &str) = ("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9");
const XHTML: (&str, &str) = ("xmlns:xhtml", "http://www.w3.org/1999/xhtml");

/// The list of lists at these addresses.
pub(crate) fn index(lists: &[String]) -> String {
    let mut xml = Xml::new();
    xml.open("sitemapindex", &[NAMESPACE]);
    for address in lists {
        xml.open("sitemap", &[]).text("loc", &[], address).close();
    }
    xml.finish()
}

/// The pages of these courses; `address` tells where a path without language is, in Korean and in English.
pub(crate) fn courses(listed: &[Listed], address: impl Fn(&str) -> [String; 2]) -> String {
    let mut xml = begun();
    for course in listed {
        page(&mut xml, &address(&format!("/courses/{}", course.course_id)), Some(course.modified_at));
    }
    xml.finish()
}

/// The pages at these addresses, each in Korean and in English.
pub(crate) fn pages(addresses: &[[String; 2]]) -> String {
    let mut xml = begun();
    for both in addresses {
        page(&mut xml, both, None);
    }
    xml.finish()
}

fn begun() -> Xml {
    let mut xml = Xml::new();
    xml.open("urlset", &[NAMESPACE, XHTML]);
    xml
}

/// Each language is a page of its own that names all of them, itself too.
fn page(xml: &mut Xml, [ko, en]: &[String; 2], modified_at: Option<Timestamp>) {
    for address in [ko, en] {
        xml.open("url", &[]).text("loc", &[], address);
        if let Some(modified_at) = modified_at {
            xml.text("lastmod", &[], &modified_at.to_string());
        }
        for (language, address) in [("ko", ko), ("en", en), ("x-default", ko)] {
            xml.empty("xhtml:link", &[("rel", "alternate"), ("hreflang", language), ("href", address)]);
        }
        xml.close();
    }
}
