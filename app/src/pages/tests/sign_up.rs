//! Signing up, and being turned away.

use super::fake::Browser;
use crate::TurnedAway;
use crate::actions::ActionError;
use axum::body::Body;
use contract::{ApiError, Refusal};
use http::{Request, header};
use leptos::server_fn::error::FromServerFnError;

const FIELDS: [(&str, &str); 4] =
    [("email", "mina@example.com"), ("password", "correct horse"), ("display_name", "미나"), ("next", "/en/courses/1")];

#[tokio::test]
async fn signing_up_is_answered_by_the_form_for_signing_in_and_by_no_session() {
    let browser = Browser::new(None, "http://localhost");
    let answer = browser.send("/en/sign-up", &FIELDS).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header(header::SET_COOKIE), "", "a session would tell that the address was new");
    for part in [r#"action="/en/sign-in""#, r#"value="mina@example.com""#, r#"value="/en/courses/1""#, "the password you have just chosen"]
    {
        assert!(answer.html.contains(part), "{part}: {}", answer.html);
    }
    assert!(!answer.html.contains("correct horse"));
    let away = browser.send("/sign-up", &[FIELDS[0], FIELDS[1], FIELDS[2], ("next", "//evil.example")]).await;
    assert!(!away.html.contains("evil"), "{}", away.html);
}

#[tokio::test]
async fn signing_up_with_words_that_do_not_hold_keeps_them() {
    let browser = Browser::new(None, "http://localhost");
    let wrong = contract::FieldError::new("email", contract::FieldCode::Malformed);
    *browser.fake.trouble.lock().expect("unpoisoned") = Some(Refusal::Invalid(vec![wrong]).into());
    let answer = browser.send("/sign-up", &FIELDS).await;
    assert_eq!(answer.status, 422);
    assert!(answer.html.contains(r#"action="/sign-up""#) && answer.html.contains(r#"value="미나""#), "{}", answer.html);
}

#[tokio::test]
async fn who_is_turned_away_gets_a_page_in_their_language_and_nothing_is_done() {
    let browser = Browser::new(None, "http://localhost");
    let refusal = ApiError::Refused(Refusal::TooMany { retry_after_seconds: 7 });
    let ask = |path: &str| {
        let mut request = Request::post(path).body(Body::empty()).expect("a request");
        request.extensions_mut().insert(TurnedAway(refusal.clone()));
        browser.ask(request)
    };
    for (path, language) in [("/sign-in", "ko"), ("/en/sign-in", "en"), ("/en/courses/1/like", "en"), ("/nowhere", "ko")] {
        let answer = ask(path).await;
        assert_eq!((answer.status.as_u16(), answer.header(header::RETRY_AFTER)), (429, "7"), "{path}");
        assert!(answer.html.contains(&format!(r#"<html lang="{language}""#)) && answer.html.ends_with("</html>"), "{path}");
        assert_eq!(answer.header(header::SET_COOKIE), "");
    }
    let answer = ask("/api/actions/sign_in").await;
    assert_eq!((answer.status.as_u16(), answer.header(header::RETRY_AFTER)), (429, "7"));
    assert_eq!(ActionError::de(answer.html.into_bytes().into()).0, refusal, "as script reads it");
}
