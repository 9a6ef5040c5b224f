//! Finding courses.

use super::fake::{Browser, COURSE, CUSTOMER, review};
use super::journey::walk;
use contract::place::Region;
use contract::setting::Setting;
use contract::viewpage::Sort;

fn browser() -> Browser {
    Browser::new(Some(walk()), "http://localhost")
}

#[tokio::test]
async fn what_is_asked_for_is_searched_and_stays_in_the_form() {
    let browser = browser();
    let query = "q=%EC%84%B1%EC%88%98&region=seoul&tag=%EC%82%B0%EC%B1%85&max_cost=30%2C000&max_minutes=240&setting=outdoor&sort=rating";
    let html = browser.open(&format!("/?{query}")).await.html;
    for part in [
        r#"name="q" type="search" value="성수""#,
        r#"name="region" value="seoul" checked"#,
        r#"type="hidden" name="tag" value="산책""#,
        r#"value="30000" selected"#,
        r#"value="240" selected"#,
        r#"value="outdoor" selected"#,
        r#"value="rating" selected"#,
        r#"method="get" action="/""#,
        &format!(r#"href="/?{}&amp;cursor=next+page""#, query.replace('&', "&amp;")),
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let searched = browser.fake.searched.lock().expect("unpoisoned").clone().expect("a search");
    assert_eq!(
        (searched.region, searched.setting, searched.sort, searched.max_cost, searched.max_minutes),
        (Some(Region::Seoul), Some(Setting::Outdoor), Sort::Rating, Some(30_000), Some(240))
    );
    assert_eq!(searched.query.as_ref().map(contract::text::Query::as_str), Some("성수"));
}

#[tokio::test]
async fn what_is_not_understood_is_told_beside_it() {
    let html = browser().open("/en?max_cost=cheap&tag=%23").await.html;
    assert!(html.contains(r#"id="max_cost-error""#) && html.contains(r#"aria-describedby="max_cost-error""#), "{html}");
    assert!(html.contains("성수 한 바퀴"), "courses are shown all the same: {html}");
}

#[tokio::test]
async fn nothing_found_says_so_and_leads_back() {
    let html = browser().open("/en?q=atlantis&region=seoul&sort=rating").await.html;
    assert!(html.contains("No course fits this.") && html.contains("Clear all") && !html.contains("cursor="), "{html}");
    assert!(
        html.contains("Without ‘atlantis’") && html.contains(r#"href="/en?region=seoul&amp;sort=rating""#),
        "which filter to lift: {html}"
    );
    assert!(html.contains(r#"href="/en?sort=rating""#), "all of them: {html}");
}

#[tokio::test]
async fn each_choice_says_how_many_it_would_give() {
    let html = browser().open("/").await.html;
    for part in [
        r#"<h2 id="found-title" tabindex="-1">코스 1개</h2>"#,
        r#"value="seoul"><span>서울</span> <span class="chip-count">1</span>"#,
        r#"id="region-jeju" class="chip zero""#,
        r#"<option value="indoor">실내 (999+)</option>"#,
        r#"<option value="30000">3만 원까지 (7+)</option>"#,
        r#"<option value="180">3시간까지 (1)</option>"#,
        r#"href="/?tag=%EC%82%B0%EC%B1%85""#,
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[tokio::test]
async fn a_limit_that_is_not_offered_is_still_a_choice() {
    let html = browser().open("/en?max_cost=25%2C500&max_minutes=0").await.html;
    assert!(html.contains(r#"<option value="25500" selected>Up to"#) && html.contains(r#"<option value="0" selected>"#), "{html}");
}

#[tokio::test]
async fn the_tag_that_is_chosen_leads_back_also_when_it_is_not_frequent() {
    let html = browser().open("/?tag=%EC%95%BC%EA%B2%BD&region=seoul").await.html;
    assert!(html.contains(r#"href="/?region=seoul" aria-current="true" class="chip tag"><span>#야경</span>"#), "{html}");
    assert!(html.contains(r#"href="/?region=seoul&amp;tag=%EC%82%B0%EC%B1%85""#), "another one: {html}");
}

#[tokio::test]
async fn cards_show_how_a_course_is_received() {
    let browser = browser();
    browser.fake.bookmarks.lock().expect("unpoisoned").push(CUSTOMER);
    browser.fake.reviews.lock().expect("unpoisoned").push(review(1, CUSTOMER, "좋아요"));
    let html = browser.open("/").await.html;
    for part in [r#"class="count bookmarks""#, r#"class="count rating""#, r#"class="count reviews""#, ">4.0<"] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert!(html.contains(&format!("/courses/{COURSE}")));
}
