//! What pages ask of the read model, but for searching.

use crate::given::{Remark, append, bookmark, deleted, delivered, like, named, new_course, published, setting, unbookmark, withdrawn};
use contract::course::Language;
use contract::viewpage::{CourseView, KeptState, ReviewSort};
use contract::{Page, PageRequest, ViewpageApi};
use platform::testing::someone;

#[tokio::test]
async fn a_view_carries_the_newest_and_the_lists_go_on_to_the_last() {
    let (database, viewpage) = setting().await;
    let (host, author, course) = (someone(), someone(), new_course(&database));
    append(&database, vec![named(author, "미나")]).await;
    append(&database, published(course, host, "코스")).await;
    let mut remarks = Vec::new();
    for number in 0..23 {
        let remark = Remark::new(&database, course, author);
        remarks.push(remark.id);
        append(&database, vec![remark.review(1 + number % 5), remark.comment(&format!("{number}"))]).await;
    }
    let answered = Remark { id: remarks[22], course, author };
    append(&database, vec![answered.reply(host, "고맙습니다"), answered.answer(host, "맑은 날에요")]).await;
    viewpage.projection().settle().await.unwrap();
    remarks.reverse();

    let view = viewpage.course(course).await.unwrap().expect("shown");
    let ids: Vec<_> = view.reviews.iter().map(|review| review.id.as_uuid()).collect();
    assert_eq!(ids, remarks[..CourseView::NEWEST]);
    let ids: Vec<_> = view.comments.iter().map(|comment| comment.id.as_uuid()).collect();
    assert_eq!(ids, remarks[..CourseView::NEWEST]);
    assert_eq!(view.reviews[0].reply.as_ref().map(|reply| reply.body.as_str()), Some("고맙습니다"));
    assert!(view.reviews[1].reply.is_none());
    assert_eq!(view.comments[0].answer.as_ref().map(|answer| answer.body.as_str()), Some("맑은 날에요"));
    assert!(view.comments[1].answer.is_none() && view.comments[0].updated_at == view.comments[0].created_at);
    assert_eq!((view.reviews[0].author.display_name.as_str(), view.comments[0].body.as_str()), ("미나", "22"));

    let (mut reviews, mut comments) = (Vec::new(), Vec::new());
    let mut cursor = None;
    loop {
        let Page { items, next } = viewpage.reviews(course, ReviewSort::Newest, PageRequest::new(cursor, 5)).await.unwrap().expect("shown");
        reviews.extend(items);
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    loop {
        let Page { items, next } = viewpage.comments(course, PageRequest::new(cursor, 23)).await.unwrap().expect("shown");
        comments.extend(items);
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(reviews.iter().map(|review| review.id.as_uuid()).collect::<Vec<_>>(), remarks);
    assert_eq!(reviews[..20], view.reviews);
    assert_eq!(comments.iter().map(|comment| comment.id.as_uuid()).collect::<Vec<_>>(), remarks);
    assert_eq!(comments[..20], view.comments);

    let wrong = || PageRequest::new(Some("n.1.0.x".into()), 5);
    assert!(viewpage.reviews(course, ReviewSort::Newest, wrong()).await.is_err() && viewpage.comments(course, wrong()).await.is_err());
    append(&database, vec![withdrawn(course, host)]).await;
    viewpage.projection().settle().await.unwrap();
    assert_eq!(viewpage.reviews(course, ReviewSort::Newest, PageRequest::default()).await.unwrap(), None);
    assert_eq!(viewpage.comments(course, PageRequest::default()).await.unwrap(), None);
}

#[tokio::test]
async fn bookmarks_stay_in_the_list_when_their_course_is_withdrawn_or_deleted() {
    let (database, viewpage) = setting().await;
    let (host, customer) = (someone(), someone());
    let courses = [(); 4].map(|()| new_course(&database));
    for (number, course) in courses.into_iter().enumerate() {
        append(&database, published(course, host, &format!("코스 {number}"))).await;
        append(&database, vec![bookmark(course, customer), bookmark(course, someone())]).await;
    }
    append(&database, vec![withdrawn(courses[1], host)]).await;
    append(&database, vec![deleted(courses[2], host)]).await;
    append(&database, vec![unbookmark(courses[3], customer)]).await;
    // Kept again: the last kept is the first.
    append(&database, vec![unbookmark(courses[0], customer), bookmark(courses[0], customer)]).await;
    viewpage.projection().settle().await.unwrap();

    let first = viewpage.bookmarks(customer, Language::Ko, PageRequest::new(None, 2)).await.unwrap();
    let second = viewpage.bookmarks(customer, Language::Ko, PageRequest::new(first.next.clone(), 2)).await.unwrap();
    assert_eq!(second.next, None);
    let all: Vec<_> = first.items.iter().chain(&second.items).collect();
    let seen: Vec<_> = all.iter().map(|kept| (kept.course_id, kept.state, kept.title.as_str(), kept.card.is_some())).collect();
    assert_eq!(
        seen,
        [
            (courses[0], KeptState::Published, "코스 0", true),
            (courses[2], KeptState::Withdrawn, "코스 2", false),
            (courses[1], KeptState::Withdrawn, "코스 1", false),
        ]
    );
    assert!(viewpage.bookmarks(someone(), Language::Ko, PageRequest::default()).await.unwrap().items.is_empty());
    assert!(viewpage.bookmarks(customer, Language::Ko, PageRequest::new(Some("x".into()), 2)).await.is_err());
}

#[tokio::test]
async fn what_is_ones_own_is_told_of_the_courses_asked_for() {
    let (database, viewpage) = setting().await;
    let (host, me) = (someone(), someone());
    let [one, two, three] = [(); 3].map(|()| new_course(&database));
    for course in [one, two, three] {
        append(&database, published(course, host, "코스")).await;
    }
    append(&database, vec![like(one, me), like(three, me), bookmark(two, me), like(two, host), delivered(&database, me, one, 3)]).await;
    viewpage.projection().settle().await.unwrap();
    let mine = viewpage.mine(me, &[one, two]).await.unwrap();
    assert_eq!((mine.liked, mine.bookmarked, mine.unread), (vec![one], vec![two], 3));
    assert_eq!(viewpage.mine(someone(), &[one]).await.unwrap().unread, 0);
}
