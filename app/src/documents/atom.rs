//! Atom (RFC 4287): the courses that were shown last.

use super::xml::Xml;
use contract::course::Language;
use contract::text::Tag;
use contract::viewpage::CourseCard;
use jiff::Timestamp;

/// What a feed is besides its courses.
pub(crate) struct Feed<'a> {
    pub language: Language,
    pub title: &'a str,
    /// Its own address, which is its name, too.
    pub address: &'a str,
    /// The page that shows the same.
    pub page: &'a str,
    /// Who is named where a course's host has no name any more.
    pub site: &'a str,
}

/// The feed with `courses`; `page_of` tells the address of a course's page.
pub(crate) fn atom(feed: &Feed, courses: &[CourseCard], page_of: impl Fn(&CourseCard) -> String) -> String {
    let mut xml = Xml::new();
    xml.open("feed", &[("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", feed.language.tag())]);
    xml.text("id", &[], feed.address).text("title", &[], feed.title);
    // A feed has to say when it changed (4.1.1); one in which nothing ever was has not.
    let updated = courses.iter().map(|course| course.modified_at).max().unwrap_or(Timestamp::UNIX_EPOCH);
    xml.text("updated", &[], &updated.to_string());
    xml.empty("link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", feed.address)]);
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("hreflang", feed.language.tag()), ("href", feed.page)]);
    for course in courses {
        entry(&mut xml, feed, course, &page_of(course));
    }
    xml.finish()
}

fn entry(xml: &mut Xml, feed: &Feed, course: &CourseCard, page: &str) {
    let lang = [("xml:lang", course.language.tag())];
    xml.open("entry", &[]);
    // The same in both languages, wherever the site is reached.
    xml.text("id", &[], &format!("urn:uuid:{}", course.course_id)).text("title", &lang, &course.title);
    xml.text("published", &[], &course.published_at.to_string()).text("updated", &[], &course.modified_at.to_string());
    let host = Some(course.host.display_name.as_str()).filter(|name| !name.is_empty()).unwrap_or(feed.site);
    xml.open("author", &[]).text("name", &[], host).close();
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", page)]);
    for tag in course.tags.iter().map(Tag::as_str) {
        xml.empty("category", &[("term", tag)]);
    }
    if !course.summary.is_empty() {
        xml.text("summary", &lang, &course.summary);
    }
    xml.close();
}
