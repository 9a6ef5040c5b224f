//! The whole way, without script.

use super::fake::{Browser, COURSE};
use axum::body::Body;
use contract::course::{CourseContent, CourseInput, StopInput};
use contract::{ApiError, Refusal};
use http::{Request, header};

pub fn walk() -> CourseContent {
    let stop = |name: &str, lat, lng| StopInput {
        name: name.into(),
        category: "park".into(),
        lat,
        lng,
        stay_minutes: 60,
        cost_krw: 12_000,
        note: "노트".into(),
    };
    let input = CourseInput {
        title: "성수 한 바퀴".into(),
        summary: "첫 줄".into(),
        region: "seoul".into(),
        tags: vec!["산책".into()],
        stops: vec![stop("서울숲", 37.5443, 127.0374), stop("뚝섬", 37.5298, 127.0662)],
        ..CourseInput::default()
    };
    input.parse().expect("valid")
}

fn form() -> Vec<(&'static str, &'static str)> {
    vec![
        ("title", "새 길"),
        ("region", "busan"),
        ("stops[0].name", "광안리"),
        ("stops[0].category", "beach"),
        ("stops[0].lat", "35.1532"),
        ("stops[0].lng", "129.1186"),
    ]
}

#[tokio::test]
async fn every_page_is_whole_and_says_what_it_may_load() {
    let browser = Browser::new(Some(walk()), "https://dulle.example");
    for path in
        ["/", "/en", "/sign-in", "/en/sign-up", "/nowhere", "/en/nowhere", &format!("/courses/{COURSE}"), &format!("/en/courses/{COURSE}")]
    {
        let answer = browser.open(path).await;
        assert!(answer.html.starts_with("<!DOCTYPE html><html lang=") && answer.html.ends_with("</html>"), "{path}");
        let policy = answer.header(header::CONTENT_SECURITY_POLICY);
        let nonce = answer.nonce();
        assert!(answer.html.contains(&format!(r#"nonce="{nonce}""#)) && !policy.contains("unsafe-inline"), "{path}");
        assert!(!answer.html.contains(" style="), "{path}");
        let language = if path.starts_with("/en") { "en" } else { "ko" };
        assert!(answer.html.contains(&format!(r#"<html lang="{language}""#)), "{path}");
        assert!(answer.html.contains(r#"hreflang="en" href="https://dulle.example/en"#), "{path}");
    }
    assert_eq!(browser.open("/nowhere").await.status, 404);
    assert_eq!(browser.open("/courses/none").await.status, 404);
    assert_eq!(browser.open("/courses/%FF").await.status, 404);
}

#[tokio::test]
async fn the_other_language_keeps_what_was_asked_for() {
    let browser = Browser::new(Some(walk()), "http://localhost");
    let html = browser.open("/en?region=seoul&sort=popular").await.html;
    assert!(html.contains(r#"href="/?region=seoul&amp;sort=popular" hreflang="ko" lang="ko""#), "{html}");
    assert!(html.contains("cursor=next+page"), "{html}");
}

#[tokio::test]
async fn signing_in_sets_a_cookie_and_goes_on_to_our_own_pages_alone() {
    let browser = Browser::new(None, "https://dulle.example");
    let sign_in =
        async |next: &str| browser.send("/sign-in", &[("email", "mina@example.com"), ("password", "correct horse"), ("next", next)]).await;
    let answer = sign_in("/en/host/courses?x=1").await;
    assert_eq!((answer.status.as_u16(), answer.header(header::LOCATION)), (303, "/en/host/courses?x=1"));
    let cookie = answer.header(header::SET_COOKIE);
    assert_eq!(cookie, "__Host-dulle=t0ken; Path=/; HttpOnly; SameSite=Lax; Expires=Wed, 23 Dec 2026 00:00:00 GMT; Secure");
    for evil in ["https://evil.example/", "//evil.example", "/\\evil.example", "/a\r\nx: y"] {
        assert_eq!(sign_in(evil).await.header(header::LOCATION), "/", "{evil}");
    }
    let wrong = browser.send("/en/sign-in", &[("email", "mina@example.com"), ("password", "wrong")]).await;
    assert_eq!(wrong.status, 401);
    assert!(
        wrong.html.contains(r#"value="mina@example.com""#) && wrong.html.contains(r#"role="alert""#) && !wrong.html.contains("wrong\"")
    );
}

#[tokio::test]
async fn liking_without_script() {
    let page = format!("/en/courses/{COURSE}");
    let browser = Browser::new(Some(walk()), "http://localhost");
    let answer = browser.send(&format!("{page}/like"), &[]).await;
    assert_eq!(answer.header(header::LOCATION), format!("/en/sign-in?next=%2Fen%2Fcourses%2F{COURSE}"));
    let browser = browser.signed_in();
    assert_eq!(browser.send(&format!("{page}/like"), &[]).await.header(header::LOCATION), page);
    let html = browser.open(&page).await.html;
    assert!(html.contains(r#"aria-pressed="true""#) && html.contains(&format!(r#"action="{page}/unlike""#)), "{html}");
    browser.send(&format!("{page}/unlike"), &[]).await;
    assert!(browser.open(&page).await.html.contains(r#"aria-pressed="false""#));
    assert_eq!(browser.open(&format!("{page}/like")).await.header(header::LOCATION), page);
}

#[tokio::test]
async fn keeping_without_script() {
    let page = format!("/courses/{COURSE}");
    let browser = Browser::new(Some(walk()), "http://localhost");
    let answer = browser.send(&format!("{page}/bookmark"), &[]).await;
    assert_eq!(answer.header(header::LOCATION), format!("/sign-in?next=%2Fcourses%2F{COURSE}"));
    let browser = browser.signed_in();
    assert_eq!(browser.send(&format!("{page}/bookmark"), &[]).await.header(header::LOCATION), page);
    let html = browser.open(&page).await.html;
    assert!(html.contains(&format!(r#"action="{page}/unbookmark""#)) && html.contains(&format!(r#"action="{page}/like""#)), "{html}");
    browser.send(&format!("{page}/unbookmark"), &[]).await;
    assert!(browser.open(&page).await.html.contains(&format!(r#"action="{page}/bookmark""#)));
    assert_eq!(browser.open(&format!("{page}/unbookmark")).await.header(header::LOCATION), page);
}

#[tokio::test]
async fn keeping_with_script() {
    let browser = Browser::new(Some(walk()), "http://localhost").signed_in();
    let keep = |on: bool| {
        let body = Body::from(format!(r#"{{"course_id":"{COURSE}","bookmarked":{on}}}"#));
        Request::post("/api/actions/set_bookmark").header(header::CONTENT_TYPE, "application/json").body(body).expect("a request")
    };
    let kept = browser.ask(keep(true)).await.html;
    assert!(kept.starts_with(r#"{"on":true,"#) && kept.contains(r#""bookmarks":1"#) && kept.contains(r#""likes":0"#), "{kept}");
    let removed = browser.ask(keep(false)).await.html;
    assert!(removed.starts_with(r#"{"on":false,"#) && removed.contains(r#""bookmarks":0"#), "{removed}");
    let answer = browser.signed_out().ask(keep(true)).await;
    assert_eq!((answer.status.as_u16(), answer.html.as_str()), (401, r#"{"refused":"not_signed_in"}"#));
}

#[tokio::test]
async fn liking_with_script() {
    let browser = Browser::new(Some(walk()), "http://localhost");
    let like = || {
        let body = Body::from(format!(r#"{{"course_id":"{COURSE}","liked":true}}"#));
        // with these two leptos_axum alone would redirect to the other origin
        Request::post("/api/actions/set_like")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "text/html")
            .header(header::REFERER, "https://evil.example/")
            .body(body)
    };
    let refused = browser.ask(like().expect("a request")).await;
    assert_eq!((refused.status.as_u16(), refused.html.as_str()), (401, r#"{"refused":"not_signed_in"}"#));
    let browser = browser.signed_in();
    let answer = browser.ask(like().expect("a request")).await;
    assert_eq!(
        (answer.status.as_u16(), answer.html.as_str()),
        (200, r#"{"on":true,"shown":{"version":2,"counts":{"likes":1,"bookmarks":0,"comments":0,"reviews":0},"tenths":null}}"#)
    );
    let nonsense = Request::post("/api/actions/set_like").body(Body::from("{")).expect("a request");
    assert_eq!(browser.ask(nonsense).await.status, 400);
    let get = Request::get("/api/actions/set_like").body(Body::empty()).expect("a request");
    assert_eq!(browser.ask(get).await.status, 405);
}

#[tokio::test]
async fn a_course_is_written_changed_and_taken_away() {
    let browser = Browser::new(None, "http://localhost").signed_in();
    let mut fields = form();
    fields.push(("do", "publish"));
    assert_eq!(browser.send("/host/courses/new", &fields).await.header(header::LOCATION), "/host/courses?done=published");
    let edit = format!("/host/courses/{COURSE}/edit");
    let html = browser.open(&edit).await.html;
    assert!(html.contains(r#"name="version" value="2""#) && html.contains(r#"value="35.1532""#), "{html}");
    let mut fields = form();
    fields.push(("version", "2"));
    assert_eq!(browser.send(&edit, &fields).await.header(header::LOCATION), "/host/courses?done=saved");
    let old = browser.send(&edit, &fields).await;
    assert_eq!(old.status, 412);
    assert!(old.html.contains(r#"name="version" value="3""#) && old.html.contains("광안리"), "{}", old.html);
    for (what, word) in [("unpublish", "unpublished"), ("publish", "published"), ("delete", "deleted")] {
        let answer = browser.send(&format!("/host/courses/{COURSE}/{what}"), &[]).await;
        assert_eq!(answer.header(header::LOCATION), format!("/host/courses?done={word}"));
    }
    assert_eq!(browser.open(&edit).await.status, 404);
}

#[tokio::test]
async fn a_like_that_is_kept_is_never_an_error() {
    let like = async |countless| {
        let browser = Browser::new(Some(walk()), "http://localhost").signed_in();
        *browser.fake.countless.lock().expect("unpoisoned") = Some(countless);
        let body = Body::from(format!(r#"{{"course_id":"{COURSE}","liked":true}}"#));
        let request = Request::post("/api/actions/set_like").header(header::CONTENT_TYPE, "application/json").body(body);
        let answer = browser.ask(request.expect("a request")).await;
        assert_eq!(answer.status, 200);
        answer.html
    };
    assert_eq!(like(Ok(None)).await, r#"{"on":true,"shown":null,"number":1}"#);
    assert_eq!(like(Err(ApiError::Unavailable { retry_after_seconds: 7 })).await, r#"{"on":true,"shown":null,"number":1}"#);
}

#[tokio::test]
async fn saved_but_not_published_is_neither_there_twice_nor_in_its_own_way() {
    let browser = Browser::new(None, "http://localhost").signed_in();
    let send = async |address: &str, version: &str, fails: bool| {
        *browser.fake.publishing.lock().expect("unpoisoned") = fails.then_some(ApiError::Unavailable { retry_after_seconds: 7 });
        let mut fields = form();
        fields.extend([("version", version), ("do", "publish")]);
        browser.send(address, &fields).await
    };
    let edit = format!("/host/courses/{COURSE}/edit");
    // registered as version 1, changed to 2, and changed to 3 and published
    for (address, version, now) in [("/host/courses/new", "", "1"), (edit.as_str(), "1", "2")] {
        let answer = send(address, version, true).await;
        assert_eq!((answer.status.as_u16(), answer.header(header::RETRY_AFTER)), (503, "7"));
        for part in [
            &format!(r#"method="post" action="{edit}""#),
            &format!(r#"name="version" value="{now}""#),
            r#"value="publish""#,
            "광안리",
            &format!(r#"href="/en{edit}""#),
        ] {
            assert!(answer.html.contains(part), "{part}: {}", answer.html);
        }
        assert!(!answer.html.contains("초안이 돼요"), "{}", answer.html);
    }
    assert_eq!(send(&edit, "2", false).await.header(header::LOCATION), "/host/courses?done=published");
    assert_eq!(browser.fake.registered.load(std::sync::atomic::Ordering::Relaxed), 1);
    assert!(browser.open("/host/courses/new").await.html.contains("초안이 돼요"));
}

#[tokio::test]
async fn stops_come_and_go_without_script_and_nothing_typed_is_lost() {
    let browser = Browser::new(None, "http://localhost").signed_in();
    let mut fields = form();
    fields.push(("do", "add"));
    let html = browser.send("/host/courses/new", &fields).await.html;
    assert!(html.contains(r#"name="stops[1].name""#) && html.contains(r#"value="새 길""#), "{html}");
    assert!(html.contains(r#"formaction="/host/courses/new#stop-3""#), "{html}");
}

#[tokio::test]
async fn every_wrong_field_is_told_beside_it() {
    let browser = Browser::new(None, "http://localhost").signed_in();
    let mut fields = form();
    fields[0].1 = "";
    fields.extend([("stops[1].name", "b"), ("stops[1].lat", "north"), ("stops[1].lng", "127")]);
    let answer = browser.send("/en/host/courses/new", &fields).await;
    assert_eq!(answer.status, 422);
    for part in [
        r##"href="#title""##,
        r#"id="title-error""#,
        r#"aria-describedby="title-error""#,
        r##"href="#stops-1-lat""##,
        r#"id="stops-1-lat-error""#,
        r#"value="north""#,
        "Stop 2: Latitude",
    ] {
        assert!(answer.html.contains(part), "{part}: {}", answer.html);
    }
}

#[tokio::test]
async fn a_session_that_ended_costs_nobody_their_words() {
    let answer = Browser::new(None, "http://localhost").send("/host/courses/new", &form()).await;
    assert_eq!(answer.status, 401);
    assert!(answer.html.contains("광안리"));
    assert_eq!(
        Browser::new(None, "http://localhost").open("/host/courses").await.header(header::LOCATION),
        "/sign-in?next=%2Fhost%2Fcourses"
    );
}

#[tokio::test]
async fn trouble_has_its_status_and_a_page() {
    let browser = Browser::new(Some(walk()), "http://localhost").signed_in();
    for (trouble, status) in [
        (ApiError::Unavailable { retry_after_seconds: 7 }, 503),
        (ApiError::Fault, 500),
        (ApiError::Refused(Refusal::TooMany { retry_after_seconds: 7 }), 429),
    ] {
        *browser.fake.trouble.lock().expect("unpoisoned") = Some(trouble);
        for answer in [browser.open(&format!("/courses/{COURSE}")).await, browser.send("/host/courses/new", &form()).await] {
            assert_eq!(answer.status, status);
            assert_eq!(answer.header(header::RETRY_AFTER), if status == 500 { "" } else { "7" });
            assert!(answer.html.ends_with("</html>"));
        }
    }
}
