//! Stored texts that want out of where they stand.

use super::fake::{Browser, COURSE, HOST, comment, review};
use contract::MessageId;
use contract::course::{CourseContent, CourseInput, StopInput, StopTranslationInput, TranslationInput};
use contract::message::{Message, MessageKind};
use contract::reply::Reply;
use contract::text::ReplyBody;

const HOSTILE: &str = r#"</textarea></title><script>x()</script>"><img src=x onerror=x()>'"#;

fn content() -> CourseContent {
    let text = HOSTILE.to_owned();
    let stop = StopInput { name: text.clone(), category: "park".into(), lat: 37.5, lng: 127.0, note: text.clone(), ..StopInput::default() };
    let input = CourseInput {
        title: text.clone(),
        summary: text.clone(),
        region: "seoul".into(),
        tags: vec!["\"><img onerror=x()".into()],
        stops: vec![stop],
        translation: Some(TranslationInput {
            title: text.clone(),
            summary: text.clone(),
            stops: vec![StopTranslationInput { name: text.clone(), note: text }],
        }),
        ..CourseInput::default()
    };
    input.parse().expect("hostile and valid")
}

/// A review with an answer, a comment, a message and a bookmark, each with every text it has.
fn fill(browser: &Browser) {
    let mut written = review(1, HOST, HOSTILE);
    written.author.display_name = HOSTILE.into();
    written.reply = Some(Reply { body: ReplyBody::parse("body", HOSTILE).expect("valid"), replied_at: written.created_at });
    let mut said = comment(2, HOST, HOSTILE);
    said.author.display_name = HOSTILE.into();
    said.answer.clone_from(&written.reply);
    let messages = MessageKind::ALL.map(|kind| Message {
        id: MessageId::new(uuid::Uuid::from_u128(kind as u128)),
        kind,
        course_id: COURSE,
        course_title: HOSTILE.into(),
        created_at: written.created_at,
        read: false,
    });
    *browser.fake.reviews.lock().expect("unpoisoned") = vec![written];
    *browser.fake.comments.lock().expect("unpoisoned") = vec![said];
    *browser.fake.messages.lock().expect("unpoisoned") = messages.to_vec();
    *browser.fake.bookmarks.lock().expect("unpoisoned") = vec![HOST];
}

fn assert_harmless(path: &str, html: &str) {
    // Three that are ours: what search engines read of a course, what is fetched ahead, and what loads the rest.
    let last = html.split_once("<script type=\"module\"").expect("the page's own script").1;
    let (_, body) = last.split_once("</script>").expect("ended");
    assert!(html.matches("<script").count() <= 3, "{path}: {html}");
    assert_eq!(html.matches("<script type=\"speculationrules\"").count(), 1, "{path}: {html}");
    assert!(
        !body.contains("<script") && html.matches("<img").count() == html.matches(r#"<img src="/api/v1/photos/"#).count(),
        "{path}: {html}"
    );
    assert_eq!(html.matches("</title>").count(), 1, "{path}");
    assert_eq!(html.matches("<textarea").count(), html.matches("</textarea>").count(), "{path}");
}

#[tokio::test]
async fn nothing_stored_runs() {
    let mut browser = Browser::new(Some(content()), "http://localhost").signed_in();
    if let Some(account) = &mut browser.account {
        account.display_name = HOSTILE.to_owned();
        account.email = HOSTILE.to_owned();
    }
    fill(&browser);
    for language in ["", "/en"] {
        for page in [
            "/".into(),
            format!("/courses/{COURSE}"),
            format!("/hosts/{HOST}"),
            format!("/courses/{COURSE}/reviews"),
            format!("/courses/{COURSE}/comments"),
            "/host/courses".into(),
            format!("/host/courses/{COURSE}/edit"),
            "/bookmarks".into(),
            "/inbox".into(),
            "/settings".into(),
        ] {
            let path = if page == "/" && !language.is_empty() { language.to_owned() } else { format!("{language}{page}") };
            let answer = browser.open(&path).await;
            assert_eq!(answer.status, 200, "{path}");
            assert!(answer.html.ends_with("</html>"), "{path}");
            assert_harmless(&path, &answer.html);
        }
    }
}

#[tokio::test]
async fn nothing_sent_runs() {
    let browser = Browser::new(None, "http://localhost").signed_in();
    let fields: Vec<(&str, &str)> = [
        "title",
        "summary",
        "region",
        "tags",
        "version",
        "language",
        "stops[0].name",
        "stops[0].lat",
        "stops[0].note",
        "stops[0].category",
        "translation.title",
        "translation.stops[0].note",
    ]
    .map(|name| (name, HOSTILE))
    .to_vec();
    let answer = browser.send("/host/courses/new", &fields).await;
    assert_eq!(answer.status, 422);
    assert_harmless("/host/courses/new", &answer.html);
    let browser = Browser::new(None, "http://localhost");
    // The fake registers whoever asks.
    for (path, status) in [("/sign-in", 401), ("/sign-up", 200)] {
        let answer =
            browser.send(path, &[("email", HOSTILE), ("display_name", HOSTILE), ("next", HOSTILE), ("password", "open sesame")]).await;
        assert_eq!(answer.status, status, "{path}");
        assert_harmless(path, &answer.html);
        assert!(!answer.html.contains("sesame"), "{path}");
    }
    for path in [
        "/?region=%22%3E%3Cimg%3E&tag=%3Cscript%3E&cursor=%22%3E%3Cimg%3E",
        "/?q=%22%3E%3Cimg%3E&max_cost=%22%3E%3Cimg%3E&max_minutes=%3Cscript%3E&sort=%3Cimg%3E",
        "/sign-in?next=%22%3E%3Cimg%3E",
        "/nowhere?%22%3E%3Cimg%3E",
    ] {
        assert_harmless(path, &Browser::new(Some(content()), "http://localhost").open(path).await.html);
    }
}

#[tokio::test]
async fn nothing_said_and_refused_runs() {
    let browser = Browser::new(Some(content()), "http://localhost").signed_in();
    fill(&browser);
    let (review, comment) = (uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2));
    let page = format!("/courses/{COURSE}");
    let long = HOSTILE.repeat(60);
    for path in [
        "/reviews".into(),
        format!("/reviews/{review}"),
        format!("/reviews/{review}/reply"),
        "/comments".into(),
        format!("/comments/{comment}"),
        format!("/comments/{comment}/answer"),
    ] {
        for withdrawn in [false, true] {
            *browser.fake.trouble.lock().expect("unpoisoned") = withdrawn.then_some(contract::ApiError::Fault);
            let answer = browser.send(&format!("{page}{path}"), &[("rating", HOSTILE), ("body", &long)]).await;
            assert!(answer.status.is_client_error() || withdrawn, "{path}: {}", answer.status);
            assert!(answer.html.contains("&lt;/textarea&gt;&lt;/title&gt;&lt;script&gt;"), "{path}: {}", answer.html);
            assert_harmless(&path, &answer.html);
        }
    }
    *browser.fake.trouble.lock().expect("unpoisoned") = None;
    for (path, field) in [("/settings/password", "current_password"), ("/settings/close", "password")] {
        let answer = browser.send(path, &[(field, HOSTILE), ("new_password", HOSTILE), ("confirm", HOSTILE)]).await;
        assert_eq!(answer.status, 403, "{path}");
        assert!(!answer.html.contains("onerror=x()&gt;&#39;"), "a password is never shown: {}", answer.html);
        assert_harmless(path, &answer.html);
    }
}
