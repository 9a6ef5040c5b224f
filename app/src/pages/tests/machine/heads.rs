//! What pages say about themselves.

use super::*;

fn linked_data(html: &str) -> Value {
    let data = html.split(r#"<script type="application/ld+json""#).nth(1).expect("linked data");
    let data = data.split_once('>').and_then(|(_, rest)| rest.split("</script>").next()).expect("whole");
    serde_json::from_str(data).unwrap_or_else(|error| panic!("{error}: {data}"))
}

fn meta<'a>(html: &'a str, name: &str) -> Option<&'a str> {
    let rest = html.split_once(&format!("\"{name}\" content=\""))?.1;
    rest.split('"').next()
}

#[tokio::test]
async fn a_course_is_a_trip_to_search_engines() {
    let browser = browser(twenty());
    let data = linked_data(&browser.open(&format!("/courses/{COURSE}")).await.html);
    let content = twenty();
    assert_eq!((data["@type"].as_str(), data["name"].as_str()), (Some("TouristTrip"), Some(content.title.as_str())));
    assert_eq!(data["url"], format!("{BASE}/courses/{COURSE}"));
    assert_eq!(data["author"]["url"], format!("{BASE}/hosts/{HOST}"));
    assert_eq!((data["offers"]["price"].as_u64(), data["offers"]["priceCurrency"].as_str()), (Some(190_000), Some("KRW")));
    let places = data["itinerary"]["itemListElement"].as_array().expect("places");
    assert_eq!((places.len(), places[3]["position"].as_u64()), (20, Some(4)));
    assert_eq!(places[3]["item"]["name"], content.stops[3].name.as_str());
    assert_eq!(places[2]["item"]["geo"]["latitude"], 37.51);
    assert!(data.get("aggregateRating").is_none(), "nobody has rated it");

    browser.fake.reviews.lock().expect("unpoisoned").push(review(1, CUSTOMER, "좋아요"));
    let data = linked_data(&browser.open(&format!("/en/courses/{COURSE}")).await.html);
    assert_eq!((data["aggregateRating"]["ratingCount"].as_u64(), data["aggregateRating"]["ratingValue"].as_f64()), (Some(1), Some(4.0)));
    assert_eq!((data["name"].as_str(), data["inLanguage"].as_str()), (Some("A way"), Some("en")));
}

#[tokio::test]
async fn public_pages_say_where_they_are_and_what_to_show_of_them() {
    let browser = browser(walk());
    for path in ["/", "/?region=seoul", &format!("/courses/{COURSE}"), &format!("/hosts/{HOST}"), &format!("/courses/{COURSE}/reviews")] {
        for language in ["", "/en"] {
            let asked = if language.is_empty() {
                path.to_owned()
            } else {
                format!("/en{}", path.strip_prefix("/?").map_or_else(|| path.trim_end_matches('/').to_owned(), |query| format!("?{query}")))
            };
            let answer = browser.open(&asked).await;
            assert_eq!(answer.status, 200, "{asked}");
            let html = answer.html;
            assert!(html.contains(&format!(r#"<link rel="canonical" href="{BASE}{asked}""#)), "{asked}: {html}");
            for hreflang in ["ko", "en", "x-default"] {
                assert_eq!(html.matches(&format!(r#"rel="alternate" hreflang="{hreflang}" href="{BASE}"#)).count(), 1, "{asked}");
            }
            assert!(!html.contains("noindex"), "{asked}");
            assert_eq!(meta(&html, "og:url"), Some(format!("{BASE}{asked}").as_str()));
            assert_eq!(meta(&html, "og:locale"), Some(if language.is_empty() { "ko_KR" } else { "en_US" }));
            for name in ["og:title", "og:description", "og:type", "twitter:card", "twitter:title", "twitter:description", "description"] {
                assert!(meta(&html, name).is_some_and(|content| !content.is_empty()), "{asked}: {name}");
            }
            assert!(meta(&html, "og:image").is_some_and(|address| address.starts_with(BASE)), "{asked}");
        }
    }
}

#[tokio::test]
async fn what_is_ones_own_or_only_searched_is_not_for_search_engines() {
    let (someone, host) = (browser(walk()), browser(walk()).signed_in());
    for path in [
        "/bookmarks",
        "/inbox",
        "/settings",
        "/host/courses",
        "/sign-in?next=%2F",
        "/sign-up",
        "/nowhere",
        "/?q=a",
        "/?region=seoul&max_cost=3",
        "/?cursor=next+page",
        &format!("/hosts/{HOST}?cursor=next+page"),
        &format!("/courses/{COURSE}/reviews?cursor=1"),
    ] {
        let entering = path.starts_with("/sign");
        let html = if entering { &someone } else { &host }.open(path).await.html;
        assert!(html.contains(r#"<meta name="robots" content="noindex""#), "{path}");
        let canonical = html.split(r#"rel="canonical" href=""#).nth(1).and_then(|rest| rest.split('"').next()).expect("an address");
        assert!(!["next=", "q=", "cursor=", "max_cost="].iter().any(|asked| canonical.contains(asked)), "{path}: {canonical}");
    }
}

#[tokio::test]
async fn a_host_has_a_page() {
    let browser = browser(walk());
    let html = browser.open(&format!("/courses/{COURSE}")).await.html;
    assert!(html.contains(&format!(r#"href="/hosts/{HOST}""#)), "{html}");
    let html = browser.open(&format!("/en/hosts/{HOST}")).await.html;
    assert!(html.contains("Walks by 미나") && html.contains(&format!(r#"href="/en/courses/{COURSE}""#)), "{html}");
    assert!(html.contains(&format!(r#"href="/en/hosts/{HOST}?cursor=next+page""#)), "{html}");
    assert_eq!(browser.fake.searched.lock().expect("unpoisoned").as_ref().and_then(|search| search.host), Some(HOST));
    for unknown in [format!("/hosts/{CUSTOMER}"), "/hosts/none".into(), "/en/hosts/%FF".into()] {
        assert_eq!(browser.open(&unknown).await.status, 404, "{unknown}");
    }
}
