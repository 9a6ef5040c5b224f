//! Finding courses.

use super::fake::{Browser, COURSE, CUSTOMER, review};
use super::journey::walk;
use contract::place::Region;
use contract::viewpage::Sort;

fn browser() -> Browser {
    Browser::new(Some(walk()), "http://localhost")
}

#[tokio::test]
async fn what_is_asked_for_is_searched_and_stays_in_the_form() {
    let browser = browser();
    let query = "q=%EC%84%B1%EC%88%98&region=seoul&tag=%EC%82%B0%EC%B1%85&max_cost=30%2C000&max_minutes=240&sort=rating";
    let html = browser.open(&format!("/?{query}")).await.html;
    for part in [
        r#"name="q" type="search" value="성수""#,
        r#"value="seoul" selected"#,
        r#"value="산책""#,
        r#"value="30,000""#,
        r#"value="240""#,
        r#"value="rating" selected"#,
        r#"method="get" action="/""#,
        &format!(r#"href="/?{}&amp;cursor=next+page""#, query.replace('&', "&amp;")),
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let searched = browser.fake.searched.lock().expect("unpoisoned").clone().expect("a search");
    assert_eq!(
        (searched.region, searched.sort, searched.max_cost, searched.max_minutes),
        (Some(Region::Seoul), Sort::Rating, Some(30_000), Some(240))
    );
    assert_eq!(searched.query.as_ref().map(contract::text::Query::as_str), Some("성수"));
}

#[tokio::test]
async fn what_is_not_understood_is_told_beside_it() {
    let html = browser().open("/en?max_cost=cheap").await.html;
    assert!(html.contains(r#"id="max_cost-error""#) && html.contains(r#"value="cheap""#), "{html}");
    assert!(html.contains("성수 한 바퀴"), "courses are shown all the same: {html}");
}

#[tokio::test]
async fn nothing_found_says_so_and_leads_back() {
    let html = browser().open("/en?q=atlantis").await.html;
    assert!(html.contains("No course fits this.") && html.contains("Clear all") && !html.contains("cursor="), "{html}");
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
