//! Lists and feeds.

use super::*;
use contract::place::Region;
use std::sync::atomic::Ordering;

#[tokio::test]
async fn robots_are_told_where_the_lists_are() {
    let answer = browser(walk()).open("/robots.txt").await;
    assert_eq!(answer.header(header::CONTENT_TYPE), "text/plain; charset=utf-8");
    assert!(
        answer.html.contains("Disallow: /en/settings\n") && answer.html.ends_with(&format!("\nSitemap: {BASE}/sitemap.xml\n")),
        "{}",
        answer.html
    );
    assert!(!answer.html.contains("Disallow: /\n") && !answer.html.contains("Disallow: /hosts"), "{}", answer.html);
}

#[tokio::test]
async fn every_course_is_listed_in_both_languages() {
    let browser = browser(walk());
    let index = browser.open("/sitemap.xml").await;
    assert_eq!(index.header(header::CONTENT_TYPE), "application/xml; charset=utf-8");
    let index = elements(&index.html);
    let lists = texts(&index, "loc");
    assert_eq!(lists, [format!("{BASE}/sitemaps/pages.xml"), format!("{BASE}/sitemaps/courses.xml?from={COURSE}")]);

    let list = elements(&browser.open(lists[1].strip_prefix(BASE).expect("ours")).await.html);
    let [ko, en] = ["", "/en"].map(|language| format!("{BASE}{language}/courses/{COURSE}"));
    assert_eq!(texts(&list, "loc"), [&ko, &en]);
    assert_eq!(texts(&list, "lastmod"), ["2026-11-23T00:00:00Z"; 2]);
    let links: Vec<_> = list
        .iter()
        .filter(|(name, _, _)| name == "xhtml:link")
        .map(|link| (attribute(link, "hreflang"), attribute(link, "href")))
        .collect();
    let each = [("ko", ko.as_str()), ("en", en.as_str()), ("x-default", ko.as_str())];
    assert_eq!(links, [each, each].concat());

    let pages = elements(&browser.open("/sitemaps/pages.xml").await.html);
    assert_eq!(texts(&pages, "loc").len(), 2 * (1 + Region::ALL.len()));
    assert!(texts(&pages, "loc").contains(&format!("{BASE}/en?region=jeju").as_str()));
    for wrong in ["/sitemaps/courses.xml", "/sitemaps/courses.xml?from=x"] {
        assert_eq!(browser.open(wrong).await.status, 404, "{wrong}");
    }
}

#[tokio::test]
async fn lists_are_kept() {
    let browser = browser(walk());
    for _ in 0..3 {
        assert_eq!(browser.open("/sitemap.xml").await.status, 200);
        assert_eq!(browser.open(&format!("/sitemaps/courses.xml?from={COURSE}")).await.status, 200);
    }
    assert_eq!(browser.fake.listings.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_feed_has_the_courses_that_are_asked_for() {
    let browser = browser(twenty());
    let query = format!("host={HOST}&tag=a%26b&region=jeju");
    let answer = browser.open(&format!("/en/feed.atom?{query}")).await;
    assert_eq!((answer.status.as_u16(), answer.header(header::CONTENT_TYPE)), (200, "application/atom+xml; charset=utf-8"));
    let searched = browser.fake.searched.lock().expect("unpoisoned").clone().expect("a search");
    assert_eq!((searched.host, searched.region), (Some(HOST), Some(Region::Jeju)));
    assert_eq!(searched.tag.as_ref().map(contract::text::Tag::as_str), Some("a&b"));
    let feed = elements(&answer.html);
    assert_eq!(
        (feed[0].0.as_str(), attribute(&feed[0], "xmlns"), attribute(&feed[0], "xml:lang")),
        ("feed", "http://www.w3.org/2005/Atom", "en")
    );
    let address = format!("{BASE}/en/feed.atom?region=jeju&tag=a%26b&host={HOST}");
    assert_eq!(texts(&feed, "id"), [address.clone(), format!("urn:uuid:{COURSE}")]);
    assert_eq!(texts(&feed, "title"), ["Dulle · Walks by 미나 · Jeju · #a&b", "A way"]);
    assert_eq!(texts(&feed, "updated"), ["2026-11-23T00:00:00Z"; 2]);
    assert_eq!(texts(&feed, "name"), ["미나"]);
    let links: Vec<_> = feed
        .iter()
        .filter(|(name, _, _)| name == "link")
        .map(|link| (attribute(link, "rel"), attribute(link, "href").to_owned()))
        .collect();
    assert_eq!(
        links,
        [("self", address), ("alternate", format!("{BASE}/en/hosts/{HOST}")), ("alternate", format!("{BASE}/en/courses/{COURSE}"))]
    );
    let terms: Vec<_> = feed.iter().filter(|(name, _, _)| name == "category").map(|category| attribute(category, "term")).collect();
    assert_eq!(terms, ["\"><x", "a&b"]);

    let tag = answer.header(header::ETAG).to_owned();
    assert_eq!(ask(&browser, &format!("/en/feed.atom?{query}"), &tag).await.status, 304);
    for nobody in [format!("host={CUSTOMER}"), "host=x".into(), "region=atlantis".into(), format!("tag={}", "a".repeat(21))] {
        assert_eq!(browser.open(&format!("/feed.atom?{nobody}")).await.status, 404, "{nobody}");
    }
}

#[tokio::test]
async fn pages_lead_to_their_feeds() {
    let browser = browser(walk());
    for (page, feed) in [
        ("/".to_owned(), "/feed.atom".to_owned()),
        ("/en?region=seoul&sort=popular".into(), "/en/feed.atom?region=seoul".into()),
        (format!("/hosts/{HOST}"), format!("/feed.atom?host={HOST}")),
    ] {
        let html = browser.open(&page).await.html;
        let link = html.split(r#"<link rel="alternate" type="application/atom+xml""#).nth(1).and_then(|rest| rest.split('>').next());
        assert!(link.is_some_and(|link| link.contains(&format!(r#"href="{feed}""#))), "{page}: {link:?}");
        assert_eq!(browser.open(&feed).await.status, 200, "{feed}");
    }
}
