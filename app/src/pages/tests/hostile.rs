//! Stored texts that want out of where they stand.

use super::fake::{Browser, COURSE};
use contract::course::{CourseContent, CourseInput, StopInput, StopTranslationInput, TranslationInput};

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

fn assert_harmless(path: &str, html: &str) {
    let (_, body) = html.split_once("</script>").expect("the page's own script");
    assert!(!body.contains("<script") && !html.contains("<img"), "{path}: {html}");
    assert_eq!(html.matches("</title>").count(), 1, "{path}");
    assert_eq!(html.matches("<textarea").count(), html.matches("</textarea>").count(), "{path}");
}

#[tokio::test]
async fn nothing_stored_runs() {
    let mut browser = Browser::new(Some(content()), "http://localhost").signed_in();
    if let Some(account) = &mut browser.account {
        account.display_name = HOSTILE.to_owned();
    }
    for language in ["", "/en"] {
        for page in ["/".into(), format!("/courses/{COURSE}"), "/host/courses".into(), format!("/host/courses/{COURSE}/edit")] {
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
    for path in ["/sign-in", "/sign-up"] {
        let answer =
            browser.send(path, &[("email", HOSTILE), ("display_name", HOSTILE), ("next", HOSTILE), ("password", "open sesame")]).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        assert_harmless(path, &answer.html);
        assert!(!answer.html.contains("sesame"), "{path}");
    }
    for path in
        ["/?region=%22%3E%3Cimg%3E&tag=%3Cscript%3E&cursor=%22%3E%3Cimg%3E", "/sign-in?next=%22%3E%3Cimg%3E", "/nowhere?%22%3E%3Cimg%3E"]
    {
        assert_harmless(path, &Browser::new(Some(content()), "http://localhost").open(path).await.html);
    }
}
