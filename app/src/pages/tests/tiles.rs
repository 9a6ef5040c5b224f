//! Maps of tiles: where there is a source of them, and where there is none.

use super::fake::{Browser, COURSE};
use super::journey::walk;
use crate::{Attribution, Tiles};
use http::header;

fn browser() -> Browser {
    Browser::new(Some(walk()), "http://localhost:3000")
}

fn tiles(attribution: &str) -> Tiles {
    Tiles {
        address: "https://tiles.example/{z}/{x}/{y}.png?key=a&b=c".parse().expect("tiles"),
        attribution: Some(Attribution::read(attribution)),
        script: "/pkg/maplibre-gl-1.2.3".into(),
    }
}

#[tokio::test]
async fn without_a_source_nothing_speaks_of_maps() {
    let answer = browser().open(&format!("/courses/{COURSE}")).await;
    let policy = answer.header(header::CONTENT_SECURITY_POLICY);
    assert!(policy.contains("connect-src 'self';") && !policy.contains("worker-src"), "{policy}");
    assert!(!answer.html.contains("tiles") && !answer.html.contains("maplibre"), "{}", answer.html);
}

#[tokio::test]
async fn the_page_of_a_course_alone_may_ask_for_tiles() {
    let browser = browser().with_tiles(tiles("© People https://tiles.example/who"));
    for path in [format!("/courses/{COURSE}"), format!("/en/courses/{COURSE}")] {
        let answer = browser.open(&path).await;
        let policy = answer.header(header::CONTENT_SECURITY_POLICY);
        assert!(policy.contains("connect-src 'self' https://tiles.example; worker-src 'self';"), "{policy}");
        assert!(
            answer.html.contains(r#"<a href="https://tiles.example/who" rel="external noopener noreferrer">© People</a>"#),
            "{}",
            answer.html
        );
        assert!(answer.html.contains("https://tiles.example/{z}/{x}/{y}.png?key=a"), "{}", answer.html);
        assert!(answer.html.contains("/pkg/maplibre-gl-1.2.3") && !answer.html.contains(r#"src="/pkg/maplibre"#), "{}", answer.html);
    }
    for path in ["/", "/sign-in"] {
        assert!(!browser.open(path).await.header(header::CONTENT_SECURITY_POLICY).contains("tiles.example"), "{path}");
    }
}

#[tokio::test]
async fn the_words_of_whom_maps_are_from_are_words() {
    let html = browser().with_tiles(tiles("</script><b>People</b>")).open(&format!("/courses/{COURSE}")).await.html;
    assert!(!html.contains("<b>People"), "{html}");
}
