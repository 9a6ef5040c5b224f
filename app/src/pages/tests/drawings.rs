//! What is kept of pages that were drawn.

use super::fake::{Browser, COURSE, CUSTOMER, Fake, comment, review};
use super::journey::walk;
use std::sync::atomic::Ordering;

/// Something that happens, by its name.
type Change<'a> = (&'a str, &'a dyn Fn(&Fake));

/// What is kept of a page that was drawn before is shown for the very same alone: every change is seen, as by a server that has drawn nothing yet.
#[tokio::test]
async fn a_course_that_changes_is_drawn_anew() {
    let (mut content, page) = (walk(), format!("/courses/{COURSE}"));
    content.reviews_open = true;
    let browser = Browser::new(Some(content), "http://localhost");
    let whole = async |browser: &Browser, path: &str| {
        let answer = browser.open(path).await;
        answer.html.replace(answer.nonce(), "")
    };
    let changes: [Change; 6] = [
        ("a like", &|fake| fake.likes.lock().expect("unpoisoned").push(CUSTOMER)),
        ("a review", &|fake| fake.reviews.lock().expect("unpoisoned").push(review(1, CUSTOMER, "좋은 길이에요"))),
        ("another name", &|fake| fake.reviews.lock().expect("unpoisoned")[0].author.display_name = "하람".into()),
        ("a comment", &|fake| fake.comments.lock().expect("unpoisoned").push(comment(1, CUSTOMER, "주차할 곳이 있나요?"))),
        ("no more reviews", &|fake| fake.course.lock().expect("unpoisoned").as_mut().expect("a course").content.reviews_open = false),
        ("a week later", &|fake| fake.days_later.store(7, Ordering::Relaxed)),
    ];
    let mut before = whole(&browser, &page).await;
    for (what, change) in changes {
        change(&browser.fake);
        let now = whole(&browser, &page).await;
        assert!(now != before, "{what} is shown");
        for path in [&page, &format!("/en{page}")] {
            assert!(whole(&browser, path).await == whole(&browser.anew(), path).await, "{what} on {path}");
        }
        before = now;
    }
    let signed_in = whole(&browser.signed_in_as_customer(), &page).await;
    assert!(signed_in.contains("<textarea") && !before.contains("<textarea"), "who is signed in may write");
}
