//! Reviews and comments, without script.

use super::fake::{Browser, COURSE, CUSTOMER, HOST, comment, review};
use super::journey::walk;
use contract::{AccountId, ApiError, Refusal};
use http::header;
use uuid::Uuid;

const STRANGER: AccountId = AccountId::new(Uuid::from_u128(0xa9));

fn page() -> String {
    format!("/courses/{COURSE}")
}

fn customer() -> Browser {
    let mut content = walk();
    content.reviews_open = true;
    Browser::new(Some(content), "http://localhost").signed_in_as_customer()
}

fn reviewed_by(author: AccountId) -> Browser {
    let browser = customer();
    *browser.fake.reviews.lock().expect("unpoisoned") = vec![review(1, author, "좋은 길이에요")];
    browser
}

fn commented_by(author: AccountId) -> Browser {
    let browser = customer();
    *browser.fake.comments.lock().expect("unpoisoned") = vec![comment(1, author, "주차할 곳이 있나요?")];
    browser
}

const ONE: Uuid = Uuid::from_u128(1);

#[tokio::test]
async fn a_review_is_written_changed_answered_and_deleted() {
    let browser = customer();
    let answer = browser.send(&format!("{}/reviews", page()), &[("rating", "5"), ("body", "또 가고 싶어요")]).await;
    assert_eq!((answer.status.as_u16(), answer.header(header::LOCATION)), (303, format!("{}#reviews", page()).as_str()));
    let html = browser.open(&page()).await.html;
    assert!(html.contains("또 가고 싶어요") && html.contains("5점 만점에 5점"), "{html}");
    assert!(!html.contains(&format!(r#"action="{}/reviews#"#, page())), "one review each: {html}");
    let id = Uuid::from_u128(0x2000);
    let at = format!("{}/reviews/{id}", page());
    assert!(html.contains(&format!(r#"action="{at}#edit-{id}""#)) && html.contains(&format!(r#"action="{at}/delete""#)), "{html}");
    assert!(html.contains(r#"value="5" checked"#), "{html}");
    assert_eq!(browser.send(&at, &[("rating", "3"), ("body", "비 오는 날은 아쉬워요")]).await.status, 303);
    assert!(browser.open(&page()).await.html.contains("비 오는 날은 아쉬워요"));

    let host = browser.signed_in();
    let html = host.open(&page()).await.html;
    assert!(html.contains(&format!(r#"action="{at}/reply#reply-{id}""#)) && !html.contains(&format!(r#"action="{at}/delete""#)), "{html}");
    assert_eq!(host.send(&format!("{at}/reply"), &[("body", "고맙습니다")]).await.header(header::LOCATION), format!("{}#reviews", page()));
    let html = host.open(&page()).await.html;
    assert!(html.contains("호스트의 답글") && html.contains("답글 고치기"), "{html}");

    let browser = host.signed_in_as_customer();
    assert_eq!(browser.send(&format!("{at}/delete"), &[]).await.header(header::LOCATION), format!("{}#reviews", page()));
    assert!(!browser.open(&page()).await.html.contains("비 오는 날은"));
}

#[tokio::test]
async fn a_comment_is_written_changed_and_deleted() {
    let browser = customer();
    let answer = browser.send(&format!("{}/comments", page()), &[("body", "첫 댓글")]).await;
    assert_eq!((answer.status.as_u16(), answer.header(header::LOCATION)), (303, format!("{}#comments", page()).as_str()));
    let at = format!("{}/comments/{}", page(), Uuid::from_u128(0x1000));
    let html = browser.open(&page()).await.html;
    assert!(html.contains("첫 댓글") && html.contains(&format!(r#"action="{at}#edit-"#)), "{html}");
    assert_eq!(browser.send(&at, &[("body", "고친 댓글")]).await.status, 303);
    assert!(browser.open(&page()).await.html.contains("고친 댓글"));

    let host = browser.signed_in();
    let html = host.open(&page()).await.html;
    let form = format!(r#"action="{at}/answer#reply-"#);
    assert!(html.contains(&form) && html.contains("답변 쓰기") && !html.contains("호스트의 답변"), "{html}");
    let answer = host.send(&format!("{at}/answer"), &[("body", "네, 언제나요")]).await;
    assert_eq!((answer.status.as_u16(), answer.header(header::LOCATION)), (303, format!("{}#comments", page()).as_str()));
    let html = host.open(&format!("{}/comments", page())).await.html;
    assert!(html.contains("호스트의 답변") && html.contains("답변 고치기") && html.contains("네, 언제나요</textarea>"), "{html}");
    let browser = host.signed_in_as_customer();
    let html = browser.open(&page()).await.html;
    assert!(html.contains("호스트의 답변") && html.contains("네, 언제나요") && !html.contains(&form), "{html}");
    assert_eq!(browser.send(&format!("{at}/delete"), &[]).await.header(header::LOCATION), format!("{}#comments", page()));
    assert!(browser.open(&page()).await.html.contains("아직 댓글이 없어요"));
}

#[tokio::test]
async fn every_wrong_field_is_told_beside_it_and_the_text_stays() {
    let browser = customer();
    let answer = browser.send(&format!("/en{}/reviews", page()), &[("body", "no stars yet")]).await;
    assert_eq!(answer.status, 422);
    for part in [
        r##"href="#write-review-rating""##,
        r#"id="write-review-rating-error""#,
        r#"aria-describedby="write-review-rating-error""#,
        "Please choose one.",
        "no stars yet",
        r#"<html lang="en""#,
        "성수 한 바퀴",
    ] {
        assert!(answer.html.contains(part), "{part}: {}", answer.html);
    }
    let long = "길".repeat(1_001);
    let answer = browser.send(&format!("{}/comments", page()), &[("body", &long)]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.html.contains(&long) && answer.html.contains(r#"id="write-comment-body-error""#), "{}", answer.html);
}

#[tokio::test]
async fn a_refused_change_is_open_where_it_was_made() {
    let browser = reviewed_by(CUSTOMER);
    let answer = browser.send(&format!("{}/reviews/{ONE}", page()), &[("rating", "6"), ("body", "여섯 개!")]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.html.contains(r#"<details open class="fold">"#) && answer.html.contains("여섯 개!"), "{}", answer.html);
    assert!(answer.html.contains(&format!(r#"id="edit-{ONE}-rating-error""#)), "{}", answer.html);
    let answer = browser.signed_in().send(&format!("{}/reviews/{ONE}/reply", page()), &[("body", " ")]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.html.contains(&format!(r#"id="reply-{ONE}-body-error""#)), "{}", answer.html);
    let long = "길".repeat(1_001);
    let answer = commented_by(CUSTOMER).signed_in().send(&format!("{}/comments/{ONE}/answer", page()), &[("body", &long)]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.html.contains(&long) && answer.html.contains(&format!(r#"id="reply-{ONE}-body-error""#)), "{}", answer.html);
}

#[tokio::test]
async fn a_rule_that_says_no_is_told_with_the_text_kept() {
    let send = async |browser: &Browser| browser.send(&format!("{}/reviews", page()), &[("rating", "4"), ("body", "내 글")]).await;
    let closed = Browser::new(Some(walk()), "http://localhost").signed_in_as_customer();
    closed.fake.course.lock().expect("unpoisoned").as_mut().expect("a course").content.reviews_open = false;
    for (browser, words) in
        [(reviewed_by(CUSTOMER), "이미 후기를 썼어요"), (customer().signed_in(), "자신의 코스에는"), (closed, "후기를 받지 않아요")]
    {
        let answer = send(&browser).await;
        assert_eq!(answer.status, 409, "{words}");
        assert!(answer.html.contains(words) && answer.html.contains("내 글</textarea>"), "{words}: {}", answer.html);
        assert!(answer.html.contains(r#"value="4" checked"#), "{}", answer.html);
    }
}

#[tokio::test]
async fn what_cannot_be_checked_now_is_not_lost() {
    let browser = customer();
    *browser.fake.unchecked.lock().expect("unpoisoned") = Some(ApiError::Unavailable { retry_after_seconds: 7 });
    let answer = browser.send(&format!("{}/reviews", page()), &[("rating", "4"), ("body", "내 글")]).await;
    assert_eq!((answer.status.as_u16(), answer.header(header::RETRY_AFTER)), (503, "7"));
    assert!(answer.html.contains("확인하지 못했어요. 7초쯤") && answer.html.contains("내 글</textarea>"), "{}", answer.html);
    assert!(answer.html.contains("걷는 순서"), "the rest of the page is there: {}", answer.html);
    assert!(browser.fake.reviews.lock().expect("unpoisoned").is_empty());
}

/// The course was taken down, the review deleted or the read model is gone: there is no page to show the text on.
#[tokio::test]
async fn where_there_is_no_page_the_text_is_shown_alone() {
    let browser = customer();
    *browser.fake.trouble.lock().expect("unpoisoned") = Some(ApiError::Unavailable { retry_after_seconds: 7 });
    let answer = browser.send(&format!("{}/comments", page()), &[("body", "내 글")]).await;
    assert_eq!((answer.status.as_u16(), answer.header(header::RETRY_AFTER)), (503, "7"));
    assert!(
        answer.html.contains("내 글</textarea>") && answer.html.contains(&format!(r#"action="{}/comments#"#, page())),
        "{}",
        answer.html
    );
    *browser.fake.trouble.lock().expect("unpoisoned") = None;
    let answer = browser.send(&format!("{}/reviews/{ONE}", page()), &[("rating", "4"), ("body", "내 글")]).await;
    assert_eq!(answer.status, 404);
    assert!(answer.html.contains("내 글</textarea>") && answer.html.contains(r#"role="alert""#), "{}", answer.html);
}

#[tokio::test]
async fn nobody_changes_what_others_wrote() {
    let browser = reviewed_by(STRANGER);
    *browser.fake.comments.lock().expect("unpoisoned") = vec![comment(1, STRANGER, "남의 댓글")];
    let html = browser.open(&page()).await.html;
    assert!(!html.contains(&format!("/reviews/{ONE}")) && !html.contains(&format!("/comments/{ONE}")), "{html}");
    let (review, said) = (format!("{}/reviews/{ONE}", page()), format!("{}/comments/{ONE}", page()));
    for path in [review.clone(), format!("{review}/reply"), said.clone(), format!("{said}/answer")] {
        let answer = browser.send(&path, &[("rating", "1"), ("body", "내가 바꿀래")]).await;
        assert_eq!(answer.status, 403, "{path}");
        assert!(answer.html.contains("내가 바꿀래</textarea>") && answer.html.contains("다른 사람의 것"), "{path}: {}", answer.html);
    }
    for path in [format!("{review}/delete"), format!("{said}/delete")] {
        assert_eq!(browser.send(&path, &[]).await.status, 403, "{path}");
    }
    let host = browser.signed_in();
    let html = host.open(&page()).await.html;
    assert!(html.contains(&format!(r#"action="{said}/delete""#)) && !html.contains(&format!(r#"action="{said}#"#)), "{html}");
    assert_eq!(host.send(&format!("{said}/delete"), &[]).await.status, 303);
    assert!(host.fake.comments.lock().expect("unpoisoned").is_empty());
}

#[tokio::test]
async fn signed_out_one_reads_and_is_led_to_sign_in_and_back() {
    let browser = commented_by(HOST).signed_out();
    let html = browser.open(&page()).await.html;
    for section in ["reviews", "comments"] {
        assert!(html.contains(&format!(r#"href="/sign-in?next=%2Fcourses%2F{COURSE}%23{section}""#)), "{section}: {html}");
        assert!(!html.contains(&format!(r#"action="{}/{section}"#, page())), "{section}: {html}");
    }
    assert!(html.contains("주차할 곳이 있나요?"));
    for (path, fields) in [
        ("/reviews".to_owned(), &[("rating", "4"), ("body", "내 글")][..]),
        ("/comments".to_owned(), &[("body", "내 글")][..]),
        (format!("/comments/{ONE}"), &[("body", "내 글")][..]),
        (format!("/comments/{ONE}/answer"), &[("body", "내 글")][..]),
    ] {
        let answer = browser.send(&format!("{}{path}", page()), fields).await;
        assert_eq!(answer.status, 401, "{path}");
        assert!(answer.html.contains("내 글</textarea>") && answer.html.contains(r#"target="_blank""#), "{path}: {}", answer.html);
    }
    assert_eq!(browser.open(&format!("{}/comments/{ONE}", page())).await.header(header::LOCATION), format!("{}#comments", page()));
}

#[tokio::test]
async fn who_has_left_is_named_so_and_closed_reviews_say_it() {
    let browser = reviewed_by(STRANGER);
    browser.fake.reviews.lock().expect("unpoisoned")[0].author.display_name.clear();
    browser.fake.course.lock().expect("unpoisoned").as_mut().expect("a course").content.reviews_open = false;
    let html = browser.open(&format!("/en{}", page())).await.html;
    assert!(html.contains("Closed account") && html.contains("The host takes no reviews"), "{html}");
    assert!(html.contains("4.0") && !html.contains("Write a review"), "{html}");
}

#[tokio::test]
async fn more_than_twenty_have_pages_of_their_own() {
    let browser = customer();
    let many: Vec<_> = (1..=45).map(|n| review(n, STRANGER, &format!("후기 {n}번"))).collect();
    *browser.fake.reviews.lock().expect("unpoisoned") = many;
    *browser.fake.comments.lock().expect("unpoisoned") = (1..=20).map(|n| comment(n, STRANGER, &format!("댓글 {n}번"))).collect();
    let html = browser.open(&page()).await.html;
    let all = format!("{}/reviews", page());
    assert!(html.contains("후기 20번<") && !html.contains("후기 21번<") && html.contains(&format!(r#"href="{all}""#)), "{html}");
    assert!(!html.contains(&format!(r#"href="{}/comments""#, page())), "all comments are there: {html}");
    let second = browser.open(&format!("{all}?cursor=20")).await.html;
    assert!(second.contains("후기 21번<") && second.contains("후기 40번<") && !second.contains("후기 41번<"), "{second}");
    assert!(second.contains(&format!(r#"href="{all}?cursor=40""#)) && second.contains(&format!(r#"href="{all}""#)), "{second}");
    assert!(!browser.open(&format!("{all}?cursor=40")).await.html.contains("cursor=60"));
    assert!(browser.open(&format!("/en{}/comments", page())).await.html.contains("댓글 20번"));
    let nowhere = format!("/courses/{}/reviews", Uuid::from_u128(7));
    assert_eq!(browser.open(&nowhere).await.status, 404);
}

/// Reading is untouched by whatever the other services do: the fake panics when it is asked whether a review may be written.
#[tokio::test]
async fn the_page_asks_once_what_is_ones_own_and_never_whether_a_review_may_be_written() {
    let browser = customer();
    assert!(browser.open(&page()).await.html.contains("후기 쓰기"));
    assert_eq!(browser.fake.asked_for_mine.load(std::sync::atomic::Ordering::Relaxed), 1);
    browser.send(&format!("{}/like", page()), &[]).await;
    assert_eq!(browser.fake.asked_for_mine.load(std::sync::atomic::Ordering::Relaxed), 1, "a redirect shows nothing");
    *browser.fake.unchecked.lock().expect("unpoisoned") = Some(Refusal::NotFound.into());
    let html = browser.send(&format!("{}/reviews", page()), &[("rating", "4"), ("body", "내 글")]).await.html;
    assert!(html.contains(&format!(r#"action="{}/unlike""#, page())), "the like is still shown: {html}");
}

#[tokio::test]
async fn reviews_are_read_in_any_order_and_pages_keep_to_it() {
    let browser = customer();
    let mut many: Vec<_> = (1..=25).map(|n| review(n, STRANGER, &format!("후기 {n}번"))).collect();
    for (index, review) in many.iter_mut().enumerate() {
        review.rating = contract::review::Stars::parse("rating", if index == 24 { 1 } else { 5 }).expect("stars");
    }
    *browser.fake.reviews.lock().expect("unpoisoned") = many;
    let all = format!("{}/reviews", page());
    let lowest = browser.open(&format!("{all}?sort=lowest")).await.html;
    let first =
        |html: &str| html.split_once("<ol class=\"talk-list\">").expect("a list").1.split_once("</li>").expect("an entry").0.to_owned();
    assert!(first(&lowest).contains("후기 25번"), "{lowest}");
    assert!(lowest.contains(&format!(r#"href="{all}?sort=lowest&amp;cursor=20""#)), "{lowest}");
    assert!(
        lowest.contains(&format!(r#"aria-current="true" href="{all}?sort=lowest""#))
            || lowest.contains(&format!(r#"href="{all}?sort=lowest" aria-current="true""#)),
        "{lowest}"
    );
    for other in [all.clone(), format!("{all}?sort=best")] {
        let html = browser.open(&other).await.html;
        assert!(first(&html).contains("후기 1번") && html.contains(&format!(r#"href="{all}?cursor=20""#)), "{other}: {html}");
    }
    let html = browser.open(&format!("/en{}", page())).await.html;
    assert!(html.contains("5 of 5 stars: 24") && html.contains("1 of 5 stars: 1<") && html.contains("2 of 5 stars: 0<"), "{html}");
    assert!(html.contains(&format!(r#"href="/en{all}?sort=highest""#)), "{html}");
}

#[tokio::test]
async fn nothing_is_drawn_of_ratings_that_nobody_gave_and_no_order_asked_of_one_review() {
    let html = customer().open(&page()).await.html;
    assert!(!html.contains("class=\"bars\"") && !html.contains("class=\"orders\""), "{html}");
    let html = reviewed_by(STRANGER).open(&page()).await.html;
    assert!(html.contains("class=\"bars\"") && !html.contains("class=\"orders\""), "{html}");
}

/// Without script too: the address can be taken from a field that folds out.
#[tokio::test]
async fn the_page_can_be_passed_on() {
    let html = Browser::new(Some(walk()), "https://dulle.example").open(&format!("/en{}", page())).await.html;
    assert!(html.contains(&format!(r#"value="https://dulle.example/en{}""#, page())) && html.contains("Address of this course"), "{html}");
}
