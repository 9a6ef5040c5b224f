//! The host's editor: what it does without script, and what script asks of it.

use super::fake::{Answer, Browser, COURSE};
use super::journey::walk;
use axum::body::Body;
use contract::ApiError;
use contract::course::CourseState;
use http::{Request, header};

fn host() -> Browser {
    Browser::new(Some(walk()), "http://localhost").signed_in()
}

fn edit() -> String {
    format!("/host/courses/{COURSE}/edit")
}

/// The walk as its form sends it, with another title.
fn typed(title: &'static str, version: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        ("version", version),
        ("language", "ko"),
        ("title", title),
        ("summary", "첫 줄"),
        ("region", "seoul"),
        ("tags", "산책"),
        ("reviews_open", "on"),
        ("stops[0].name", "서울숲"),
        ("stops[0].category", "park"),
        ("stops[0].lat", "37.5443"),
        ("stops[0].lng", "127.0374"),
        ("stops[0].stay_minutes", "60"),
        ("stops[0].cost_krw", "12000"),
        ("stops[0].note", "노트"),
        ("stops[1].name", "뚝섬"),
        ("stops[1].category", "park"),
        ("stops[1].lat", "37.5298"),
        ("stops[1].lng", "127.0662"),
        ("stops[1].stay_minutes", "60"),
        ("stops[1].cost_krw", "12000"),
        ("stops[1].note", "노트"),
    ]
}

fn set_state(browser: &Browser, state: CourseState) {
    browser.fake.course.lock().expect("unpoisoned").as_mut().expect("a course").state = state;
}

fn stored_title(browser: &Browser) -> String {
    let course = browser.fake.course.lock().expect("unpoisoned").clone().expect("a course");
    course.content.title.as_str().to_owned()
}

/// Somebody else changed the title and the second stop's cost; the version is 4 from then on.
async fn changed_elsewhere(browser: &Browser) {
    let mut fields = typed("다른 탭의 제목", "3");
    fields.retain(|(name, _)| *name != "stops[1].cost_krw");
    fields.push(("stops[1].cost_krw", "500"));
    assert_eq!(browser.send(&edit(), &fields).await.status, 303);
}

#[tokio::test]
async fn both_versions_are_shown_where_they_differ_and_nowhere_else() {
    let browser = host();
    changed_elsewhere(&browser).await;
    let answer = browser.send(&edit(), &typed("내 제목", "3")).await;
    assert_eq!(answer.status, 412);
    for part in [
        r#"name="take:title" value="mine""#,
        r#"name="take:title" value="theirs""#,
        r#"name="take:stops[1].cost_krw" value="theirs""#,
        "다른 탭의 제목",
        "내 제목",
        r#"name="version" value="4""#,
        r#"name="do" value="mine""#,
        r#"name="do" value="theirs""#,
        "서울숲",
    ] {
        assert!(answer.html.contains(part), "{part}: {}", answer.html);
    }
    assert_eq!(answer.html.matches(r#"name="take:"#).count(), 4, "{}", answer.html);
    assert_eq!(stored_title(&browser), "다른 탭의 제목");
}

#[tokio::test]
async fn what_is_chosen_is_saved_field_by_field() {
    let browser = host();
    changed_elsewhere(&browser).await;
    let mut fields = typed("내 제목", "4");
    fields.extend([("take:title", "theirs"), ("take:stops[1].cost_krw", "mine")]);
    assert_eq!(browser.send(&edit(), &fields).await.header(header::LOCATION), "/host/courses?done=saved");
    let course = browser.fake.course.lock().expect("unpoisoned").clone().expect("a course");
    assert_eq!((course.content.title.as_str(), course.content.stops[1].cost_krw), ("다른 탭의 제목", 12_000));
}

#[tokio::test]
async fn all_of_mine_and_all_of_theirs_are_a_press_each() {
    let browser = host();
    changed_elsewhere(&browser).await;
    let mut fields = typed("내 제목", "4");
    fields.extend([("take:title", "theirs"), ("do", "theirs")]);
    assert_eq!(browser.send(&edit(), &fields).await.header(header::LOCATION), edit());
    assert_eq!(stored_title(&browser), "다른 탭의 제목");
    fields.pop();
    fields.push(("do", "mine"));
    assert_eq!(browser.send(&edit(), &fields).await.header(header::LOCATION), "/host/courses?done=saved");
    assert_eq!(stored_title(&browser), "내 제목");
}

#[tokio::test]
async fn one_chooses_only_between_what_one_has_seen() {
    let browser = host();
    changed_elsewhere(&browser).await;
    let mut fields = typed("내 제목", "3");
    fields.push(("take:title", "theirs"));
    let answer = browser.send(&edit(), &fields).await;
    assert_eq!(answer.status, 412);
    assert!(answer.html.contains(r#"value="내 제목""#) && answer.html.contains("다른 탭의 제목"), "{}", answer.html);
}

#[tokio::test]
async fn stops_that_moved_meanwhile_are_chosen_as_a_whole() {
    let browser = host();
    let mut fields = typed("성수 한 바퀴", "3");
    fields.retain(|(name, _)| !name.starts_with("stops[1]"));
    assert_eq!(browser.send(&edit(), &fields).await.status, 303);
    let answer = browser.send(&edit(), &typed("성수 한 바퀴", "3")).await;
    assert!(answer.html.contains(r#"name="take:stops" value="theirs""#) && answer.html.contains("2. 뚝섬"), "{}", answer.html);
    let mut fields = typed("성수 한 바퀴", "4");
    fields.push(("take:stops", "theirs"));
    assert_eq!(browser.send(&edit(), &fields).await.status, 303);
    assert_eq!(browser.fake.course.lock().expect("unpoisoned").as_ref().expect("a course").content.stops.len(), 1);
}

async fn autosave(browser: &Browser, fields: &[(&str, &str)]) -> Answer {
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!(r#"["{name}","{value}"]"#)).collect();
    let body = format!(r#"{{"id":"{COURSE}","fields":[{}]}}"#, pairs.join(","));
    let request = Request::post("/api/actions/autosave_course").header(header::CONTENT_TYPE, "application/json");
    browser.ask(request.body(Body::from(body)).expect("a request")).await
}

#[tokio::test]
async fn a_draft_is_saved_by_itself_and_nothing_that_everyone_sees() {
    let browser = host();
    for (state, typing, version, status, title) in [
        (CourseState::Draft, "1", "3", 200, "1"),
        (CourseState::Unpublished, "2", "4", 200, "2"),
        // published since it was read, and published when it was read
        (CourseState::Published, "3", "4", 412, "2"),
        (CourseState::Published, "3", "5", 400, "2"),
        (CourseState::Draft, "3", "4", 412, "2"),
        (CourseState::Draft, "3", "", 400, "2"),
    ] {
        set_state(&browser, state);
        let answer = autosave(&browser, &typed(typing, version)).await;
        assert_eq!((answer.status.as_u16(), stored_title(&browser).as_str()), (status, title), "{state:?} {version}: {}", answer.html);
    }
}

#[tokio::test]
async fn what_is_not_finished_is_not_saved_by_itself_and_blank_stops_are_no_obstacle() {
    let browser = host();
    set_state(&browser, CourseState::Draft);
    let answer = autosave(&browser, &typed("", "3")).await;
    assert_eq!(answer.status, 422);
    assert!(answer.html.contains("title"), "{}", answer.html);
    let mut fields = typed("새 제목", "3");
    fields.extend([("stops[2].name", ""), ("stops[2].lat", "")]);
    assert_eq!(autosave(&browser, &fields).await.html, format!(r#"{{"id":"{COURSE}","version":4,"state":"draft"}}"#));
    assert_eq!(autosave(&browser.signed_out(), &typed("x", "4")).await.status, 401);
}

#[tokio::test]
async fn a_draft_is_previewed_by_its_host_alone() {
    let browser = host();
    set_state(&browser, CourseState::Draft);
    let path = format!("/en/host/courses/{COURSE}/preview");
    let answer = browser.open(&path).await;
    assert_eq!(answer.status, 200);
    for part in ["서울숲", r#"class="map""#, r#"name="robots" content="noindex""#, "This is a preview"] {
        assert!(answer.html.contains(part), "{part}: {}", answer.html);
    }
    assert!(browser.open("/en/host/courses").await.html.contains(&path));
    let other = browser.signed_in_as_customer();
    assert_eq!(other.open(&path).await.status, 404);
    assert_eq!(other.signed_out().open(&path).await.status, 303);
}

#[tokio::test]
async fn what_is_typed_is_previewed_and_not_saved() {
    let browser = host();
    let mut fields = typed("아직 저장하지 않은 제목", "3");
    fields.push(("do", "preview"));
    for path in [edit(), "/host/courses/new".to_owned()] {
        let answer = browser.send(&path, &fields).await;
        assert_eq!(answer.status, 200);
        assert!(answer.html.contains("아직 저장하지 않은 제목</h1>") && answer.html.contains("noindex"), "{}", answer.html);
    }
    assert_eq!(stored_title(&browser), "성수 한 바퀴");
    fields[2].1 = "";
    let refused = browser.send(&edit(), &fields).await;
    assert_eq!(refused.status, 422);
    assert!(refused.html.contains(r#"id="title-error""#), "{}", refused.html);
}

#[tokio::test]
async fn the_browser_is_told_which_copy_was_saved() {
    for (name, location) in [
        ("1700000000000-12", "/host/courses?done=saved&copy=1700000000000-12"),
        ("", "/host/courses?done=saved"),
        ("a&done=x", "/host/courses?done=saved"),
        ("a\r\nSet-Cookie: b", "/host/courses?done=saved"),
    ] {
        let mut fields = typed("제목", "3");
        fields.push(("copy", name));
        assert_eq!(host().send(&edit(), &fields).await.header(header::LOCATION), location);
    }
    let html = host().open("/host/courses?done=saved&copy=1-2").await.html;
    assert!(html.contains("1-2"), "{html}");
    assert!(!host().open("/host/courses?copy=1-2").await.html.contains("&quot;1-2&quot;"));
}

#[tokio::test]
async fn the_first_field_that_does_not_hold_has_the_focus() {
    let mut fields = typed("제목", "3");
    fields.retain(|(name, _)| !matches!(*name, "region" | "stops[0].lat"));
    let html = host().send(&edit(), &fields).await.html;
    assert_eq!(html.matches(" autofocus").count(), 1, "{html}");
    let select = html.split("<select").find(|part| part.contains(r#"id="region""#)).expect("a choice of regions");
    assert!(select.split('>').next().expect("a tag").contains("autofocus"), "{select}");
}

#[tokio::test]
async fn script_finds_an_empty_stop_and_the_words_it_needs() {
    let html = host().open(&edit()).await.html;
    for part in [
        r#"<template id="blank-stop">"#,
        r#"name="stops[20].lat""#,
        r#"data-n="{n}번째 들르는 곳""#,
        r#"data-n-label="{n}번째 들르는 곳을 위로""#,
        r#"id="words-list""#,
        r#"data-mark="0""#,
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[tokio::test]
async fn a_conflict_without_the_other_version_at_hand_still_keeps_everything() {
    let browser = host();
    changed_elsewhere(&browser).await;
    *browser.fake.unreadable.lock().expect("unpoisoned") = Some(ApiError::Unavailable { retry_after_seconds: 3 });
    let answer = browser.send(&edit(), &typed("내 제목", "3")).await;
    assert_eq!(answer.status, 412);
    assert!(answer.html.contains(r#"value="내 제목""#) && answer.html.contains(r#"name="version" value="4""#), "{}", answer.html);
    assert!(!answer.html.contains("적은 글과 같아요"), "nobody has compared them: {}", answer.html);
}

#[tokio::test]
async fn a_change_to_the_same_words_is_said_to_be_none() {
    let browser = host();
    changed_elsewhere(&browser).await;
    let mut fields = typed("다른 탭의 제목", "3");
    fields.retain(|(name, _)| *name != "stops[1].cost_krw");
    fields.push(("stops[1].cost_krw", "500"));
    let answer = browser.send(&edit(), &fields).await;
    assert_eq!(answer.status, 412);
    assert!(answer.html.contains("적은 글과 같아요") && !answer.html.contains(r#"name="take:"#), "{}", answer.html);
}
