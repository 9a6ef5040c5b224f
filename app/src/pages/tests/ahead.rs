//! What browsers may fetch ahead, and what becomes of it.

use super::fake::{Browser, COURSE};
use super::journey::walk;
use http::{HeaderName, header};

const CLEAR: HeaderName = HeaderName::from_static("clear-site-data");

#[tokio::test]
async fn only_pages_for_everybody_are_fetched_ahead_and_the_rules_bear_the_nonce() {
    let answer = Browser::new(Some(walk()), "http://localhost").open("/").await;
    let nonce = answer.nonce();
    let begin = format!(r#"<script type="speculationrules" nonce="{nonce}">"#);
    let rules = answer.html.split_once(&begin).and_then(|(_, rest)| rest.split_once("</script>")).expect("rules").0;
    for private in ["inbox", "bookmarks", "settings", "/host/", "sign", "prerender", "\"eager\"", "immediate"] {
        assert!(!rules.contains(private), "{private}: {rules}");
    }
    assert!(rules.starts_with('{') && rules.ends_with('}') && rules.contains(r#""/courses/:id""#), "{rules}");
}

/// A page that was fetched ahead is a page of whoever was signed in then.
#[tokio::test]
async fn what_was_fetched_ahead_is_kept_apart_by_session_and_dropped_with_it() {
    let browser = Browser::new(Some(walk()), "http://localhost");
    let page = browser.open(&format!("/courses/{COURSE}")).await;
    assert_eq!((page.header(header::CACHE_CONTROL), page.header(header::VARY)), ("private, no-cache", "cookie"));
    assert_eq!(page.header(CLEAR), "", "reading drops nothing");
    let dropped = r#""prefetchCache", "prerenderCache""#;
    let credentials = [("email", "mina@example.com"), ("password", "correct horse")];
    let signed_in = browser.send("/sign-in", &credentials).await;
    assert_eq!((signed_in.status.as_u16(), signed_in.header(CLEAR)), (303, dropped));
    let refused = browser.send("/sign-in", &[("email", "mina@example.com"), ("password", "wrong")]).await;
    assert_eq!((refused.status.as_u16(), refused.header(CLEAR)), (401, ""));
    let browser = browser.signed_in();
    let signed_out = browser.send("/sign-out", &[]).await;
    assert_eq!((signed_out.status.as_u16(), signed_out.header(CLEAR)), (303, dropped));
}

/// The drawing and the title of a card become those of its course's page: by the same name on both.
#[tokio::test]
async fn a_card_and_its_page_name_drawing_and_title_alike() {
    let browser = Browser::new(Some(walk()), "http://localhost");
    for path in ["/", &format!("/courses/{COURSE}")] {
        let html = browser.open(path).await.html;
        for name in ["way", "title"] {
            assert_eq!(html.matches(&format!(r#"data-morph="{name}-{COURSE}""#)).count(), 1, "{path}: {name}");
        }
    }
    // Both are there when the page is first drawn, however slowly it comes.
    let html = browser.open(&format!("/courses/{COURSE}")).await.html;
    assert!(html.contains(r##"<link rel="expect" blocking="render" href="#way-title">"##));
    let drawn_with = html.find(r#"id="way-title""#);
    assert!(html.rfind("data-morph") < drawn_with);
}
