//! What is one's own: bookmarks, messages, settings.

use super::fake::{Browser, COURSE, CUSTOMER, HOST};
use super::journey::walk;
use contract::course::CourseState;
use contract::message::{Message, MessageKind, MessageSettings};
use contract::{ApiError, MessageId};
use http::header;
use uuid::Uuid;

fn customer() -> Browser {
    Browser::new(Some(walk()), "http://localhost").signed_in_as_customer()
}

fn told(browser: &Browser, many: u128) {
    let at = "2026-11-23T00:00:00Z".parse().expect("a time");
    let messages = (0..many).map(|n| Message {
        id: MessageId::new(Uuid::from_u128(n)),
        kind: MessageKind::ALL[usize::try_from(n).expect("few") % MessageKind::ALL.len()],
        course_id: COURSE,
        course_title: format!("길 {n}"),
        created_at: at,
        read: false,
    });
    *browser.fake.messages.lock().expect("unpoisoned") = messages.collect();
}

#[tokio::test]
async fn signed_out_one_is_led_to_sign_in_and_back() {
    let browser = Browser::new(Some(walk()), "http://localhost");
    for page in ["bookmarks", "inbox", "settings"] {
        assert_eq!(browser.open(&format!("/en/{page}")).await.header(header::LOCATION), format!("/en/sign-in?next=%2Fen%2F{page}"));
    }
    for (form, page) in [
        (format!("/bookmarks/{COURSE}/remove"), "bookmarks"),
        (format!("/inbox/{}/read", Uuid::nil()), "inbox"),
        ("/inbox/read-all".into(), "inbox"),
        ("/settings/messages".into(), "settings"),
        ("/settings/password".into(), "settings"),
        ("/settings/sign-out-everywhere".into(), "settings"),
        ("/settings/close".into(), "settings"),
    ] {
        assert_eq!(browser.send(&form, &[]).await.header(header::LOCATION), format!("/sign-in?next=%2F{page}"), "{form}");
        assert_eq!(browser.open(&form).await.header(header::LOCATION), format!("/{page}"), "{form}");
    }
}

#[tokio::test]
async fn kept_courses_are_listed_and_removed() {
    let browser = customer();
    assert!(browser.open("/bookmarks").await.html.contains("아직 저장한 코스가 없어요"));
    browser.fake.bookmarks.lock().expect("unpoisoned").push(CUSTOMER);
    let html = browser.open("/bookmarks").await.html;
    let remove = format!("/bookmarks/{COURSE}/remove");
    for part in [
        "성수 한 바퀴",
        &format!(r#"href="/courses/{COURSE}""#),
        &format!(r#"action="{remove}""#),
        r#"href="/bookmarks?cursor=next+page""#,
        "성수 한 바퀴, 저장 취소",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let answer = browser.send(&remove, &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header(header::LOCATION)), (303, "/bookmarks?done=removed"));
    let html = browser.open("/bookmarks?done=removed").await.html;
    assert!(html.contains("저장을 취소했어요.") && html.contains("아직 저장한 코스가 없어요"), "{html}");
}

#[tokio::test]
async fn a_withdrawn_course_says_so_and_can_be_removed() {
    let browser = customer();
    browser.fake.bookmarks.lock().expect("unpoisoned").push(CUSTOMER);
    browser.fake.course.lock().expect("unpoisoned").as_mut().expect("a course").state = CourseState::Unpublished;
    let html = browser.open("/en/bookmarks").await.html;
    assert!(html.contains("Taken down") && html.contains("성수 한 바퀴"), "{html}");
    assert!(
        html.contains(&format!(r#"action="/en/bookmarks/{COURSE}/remove""#)) && !html.contains(&format!("/en/courses/{COURSE}\"")),
        "{html}"
    );
}

#[tokio::test]
async fn every_message_says_what_happened_and_leads_there() {
    let browser = customer();
    assert!(browser.open("/inbox").await.html.contains("아직 소식이 없어요"));
    told(&browser, 9);
    let html = browser.open("/inbox").await.html;
    assert_eq!(html.matches("class=\"message unread\"").count(), 9, "{html}");
    // of a course that is no longer shown two kinds tell, of bookmarks four, of reviews two, of comments one
    let leads = |to: &str| html.matches(&format!(r#"href="/courses/{COURSE}{to}""#)).count();
    assert_eq!((leads(""), leads("#reviews"), leads("#comments")), (4, 2, 1), "{html}");
    assert!(
        html.contains("길 5") && html.contains(">2026. 11. 23.</h2>") && html.contains(">09:00</time>") && html.contains("9개 안 읽음"),
        "{html}"
    );
    let english = browser.open("/en/inbox").await.html;
    assert!(english.contains("Someone saved your course.") && english.contains("A course you saved was taken down."), "{english}");
}

#[tokio::test]
async fn messages_are_read_one_by_one_and_all_at_once() {
    let browser = customer();
    told(&browser, 40);
    let html = browser.open("/inbox").await.html;
    assert!(html.contains(r#"href="/inbox?cursor=30""#) && html.contains("40개 안 읽음"), "{html}");
    let second = browser.open("/inbox?cursor=30").await.html;
    assert!(second.contains(r#"name="cursor" value="30""#), "{second}");
    let id = Uuid::from_u128(35);
    let answer = browser.send(&format!("/inbox/{id}/read"), &[("cursor", "30")]).await;
    assert_eq!((answer.status.as_u16(), answer.header(header::LOCATION)), (303, "/inbox?cursor=30"));
    let second = browser.open("/inbox?cursor=30").await.html;
    assert!(second.contains("39개 안 읽음") && !second.contains(&format!("/inbox/{id}/read")), "{second}");
    assert_eq!(browser.send("/inbox/read-all", &[]).await.header(header::LOCATION), "/inbox");
    let html = browser.open("/inbox").await.html;
    assert!(!html.contains("class=\"message unread\"") && !html.contains("/inbox/read-all") && !html.contains("개 안 읽음</"), "{html}");
    let answer = browser.send(&format!("/inbox/{}/read", Uuid::from_u128(999)), &[]).await;
    assert_eq!(answer.status, 404);
    assert!(answer.html.contains("찾는 것이 없어요") && answer.html.contains("길 1"), "{}", answer.html);
}

#[tokio::test]
async fn the_badge_is_on_every_page_of_who_is_signed_in() {
    let browser = customer();
    told(&browser, 3);
    for path in ["/", "/bookmarks", "/settings", "/nowhere", &format!("/courses/{COURSE}"), "/host/courses/new"] {
        assert!(browser.open(path).await.html.contains("3개 안 읽음"), "{path}");
    }
    let refused = browser.send("/host/courses/new", &[("title", "")]).await;
    assert!(refused.status == 422 && refused.html.contains("3개 안 읽음"), "{}", refused.html);
    let html = browser.signed_out().open("/").await.html;
    assert!(!html.contains("안 읽음") && !html.contains(r#"href="/inbox""#), "{html}");
}

#[tokio::test]
async fn what_one_is_told_is_chosen() {
    let browser = customer();
    let ticked = |html: &str| html.matches(r#"type="checkbox""#).count() - html.matches("checked").count();
    assert_eq!(ticked(&browser.open("/settings").await.html), 1, "all but the confirmation");
    let answer = browser.send("/settings/messages", &[("reviews", "on"), ("replies", "on")]).await;
    assert_eq!((answer.status.as_u16(), answer.header(header::LOCATION)), (303, "/settings?done=messages#messages"));
    let wanted = MessageSettings { receipts: false, bookmarks: false, reviews: true, replies: true, comments: false };
    assert_eq!(*browser.fake.settings.lock().expect("unpoisoned"), wanted);
    let html = browser.open("/settings?done=messages").await.html;
    assert!(html.contains("받을 소식을 바꾸었어요.") && ticked(&html) == 4, "{html}");

    *browser.fake.trouble.lock().expect("unpoisoned") = Some(ApiError::Unavailable { retry_after_seconds: 7 });
    let answer = browser.send("/settings/messages", &[("comments", "on")]).await;
    assert_eq!((answer.status.as_u16(), answer.header(header::RETRY_AFTER)), (503, "7"));
    assert!(answer.html.contains(r#"name="comments" checked"#) && ticked(&answer.html) == 5, "what was chosen stays: {}", answer.html);
    let html = browser.open("/settings").await.html;
    assert!(html.contains(r#"action="/settings/password#password""#) && html.contains(r#"role="alert""#), "{html}");
}

#[tokio::test]
async fn the_password_is_changed() {
    let browser = customer();
    let change = async |current, new| browser.send("/settings/password", &[("current_password", current), ("new_password", new)]).await;
    assert_eq!(change("correct horse", "battery staple").await.header(header::LOCATION), "/settings?done=password#password");
    assert!(browser.open("/settings?done=password").await.html.contains("비밀번호를 바꾸었어요."));
    let answer = change("hunter2", "short").await;
    assert_eq!(answer.status, 422);
    for part in [r#"id="current_password-error""#, r#"id="new_password-error""#, r##"href="#new_password""##, "8자 이상"] {
        assert!(answer.html.contains(part), "{part}: {}", answer.html);
    }
    assert!(!answer.html.contains("hunter2") && !answer.html.contains("short\""), "{}", answer.html);
    assert_eq!(answer.html.matches(r#"role="alert""#).count(), 1, "only where it was sent");
}

#[tokio::test]
async fn signing_out_everywhere_ends_this_session_too() {
    let answer = customer().send("/settings/sign-out-everywhere", &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header(header::LOCATION)), (303, "/"));
    assert!(answer.header(header::SET_COOKIE).starts_with("dulle=; ") && answer.header(header::SET_COOKIE).contains("Max-Age=0"));
}

#[tokio::test]
async fn the_account_is_closed_only_with_the_password_and_a_word_of_consent() {
    let browser = customer();
    let close = async |fields: &[(&str, &str)]| browser.send("/en/settings/close", fields).await;
    let hasty = close(&[("password", "correct horse")]).await;
    assert_eq!(hasty.status, 422);
    assert!(hasty.html.contains(r#"id="close-confirm-error""#) && !hasty.html.contains("correct horse"), "{}", hasty.html);
    let wrong = close(&[("password", "hunter2"), ("confirm", "on")]).await;
    assert_eq!(wrong.status, 403);
    assert!(wrong.html.contains(r#"id="close-password-error""#) && wrong.header(header::SET_COOKIE).is_empty(), "{}", wrong.html);
    let done = close(&[("password", "correct horse"), ("confirm", "on")]).await;
    assert_eq!((done.status.as_u16(), done.header(header::LOCATION)), (303, "/en/settings/closed"));
    assert!(done.header(header::SET_COOKIE).contains("Max-Age=0"));
    let html = browser.signed_out().open("/en/settings/closed").await.html;
    assert!(html.contains("Your account is closed") && html.contains("Sign in"), "{html}");
}

#[tokio::test]
async fn a_host_may_keep_courses_too() {
    let browser = Browser::new(Some(walk()), "http://localhost").signed_in();
    browser.send(&format!("/courses/{COURSE}/bookmark"), &[]).await;
    assert_eq!(*browser.fake.bookmarks.lock().expect("unpoisoned"), [HOST]);
    assert!(browser.open("/bookmarks").await.html.contains("성수 한 바퀴"));
}
