//! Photos in the form of a course, without script.

use super::fake::{Answer, Browser, COURSE};
use super::journey::walk;
use axum::body::Body;
use contract::photo::PhotoInput;
use http::{Request, header};

const BOUNDARY: &str = "----four-hands";
/// What the fake takes in.
const PHOTO: &str = "00000000-0000-0000-0000-000000000007";

/// The form with files, as browsers send it (RFC 7578).
async fn send(browser: &Browser, fields: &[(&str, &str)], files: &[(&str, &str)]) -> Answer {
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    for (name, content) in files {
        body += &format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"photo_files\"; filename=\"{name}\"\r\nContent-Type: image/jpeg\r\n\r\n{content}\r\n"
        );
    }
    body += &format!("--{BOUNDARY}--\r\n");
    let request = Request::post(format!("/host/courses/{COURSE}/edit"))
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
        .header(header::COOKIE, "dulle=t0ken")
        .body(Body::from(body))
        .expect("a request");
    browser.ask(request).await
}

#[tokio::test]
async fn photos_are_added_moved_and_removed_and_nothing_typed_is_lost() {
    let browser = Browser::new(Some(walk()), "http://localhost").signed_in();
    let typed = [("title", "적던 제목"), ("summary", "a < b"), ("do", "add-photos")];
    let html = send(&browser, &typed, &[("river.jpg", "photo 1"), ("", "")]).await.html;
    assert!(html.contains("적던 제목") && html.contains("a &lt; b"), "{html}");
    assert!(
        html.contains(&format!(r#"name="photos[0].id" value="{PHOTO}""#)) && html.contains(&format!("/api/v1/photos/{PHOTO}/480.webp")),
        "{html}"
    );
    assert!(!html.contains("photos[1].id"), "a field without a file brings none");

    let two = [("photos[0].id", "a"), ("photos[0].alt", "앞"), ("photos[1].id", "b"), ("photos[1].alt", "뒤")];
    let html = send(&browser, &[&two[..], &[("do", "photo-up:1")]].concat(), &[]).await.html;
    assert!(html.find(r#"value="뒤""#) < html.find(r#"value="앞""#), "{html}");
    let html = send(&browser, &[&two[..], &[("do", "remove-photo:0")]].concat(), &[]).await.html;
    assert!(html.contains(r#"value="뒤""#) && !html.contains(r#"value="앞""#), "{html}");
}

#[tokio::test]
async fn what_is_no_photo_is_refused_by_name_and_the_others_are_kept() {
    let browser = Browser::new(Some(walk()), "http://localhost").signed_in();
    let answer = send(&browser, &[("title", "제목"), ("do", "save")], &[("<b>.txt", "text"), ("river.jpg", "photo 1")]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.html.contains("&lt;b&gt;.txt") && answer.html.contains(PHOTO) && answer.html.contains("제목"), "{}", answer.html);
}

#[tokio::test]
async fn photos_are_shown_with_their_words() {
    let mut course = walk();
    course.photos = vec![PhotoInput { id: PHOTO.into(), alt: "물 \"위의\" 다리".into() }.parse("").expect("valid")];
    let browser = Browser::new(Some(course), "http://localhost");
    let (page, list) = (browser.open(&format!("/en/courses/{COURSE}")).await.html, browser.open("/").await.html);
    assert!(page.contains(r#"alt="물 &quot;위의&quot; 다리" lang="ko""#) && page.contains("1600.webp 1600w"), "{page}");
    assert!(list.contains(&format!("/api/v1/photos/{PHOTO}/960.jpg")), "{list}");
    // From the cover of its card to the first photo, and not to the map.
    let name = format!(r#"data-morph="way-{COURSE}""#);
    assert_eq!((list.matches(&name).count(), page.matches(&name).count()), (1, 1));
    assert!(page.contains(&format!("<li {name}><a href=\"/api/v1/photos/{PHOTO}")), "{page}");
}
