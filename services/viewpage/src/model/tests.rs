use super::*;
use contract::event::{AccountClosed, CommentRef, CommentWritten, CourseAndCustomer, CourseRef, ReviewDeleted, ReviewWritten};
use contract::text::{CommentBody, ReviewBody};
use contract::viewpage::Op;
use contract::{CommentId, EventId, ReviewId};
use uuid::Uuid;

fn envelope(event: Event) -> Envelope {
    Envelope {
        id: EventId::new(Uuid::nil()),
        position: 1,
        aggregate: event.aggregate(),
        version: 1,
        correlation_id: CorrelationId::new(Uuid::nil()),
        causation_id: None,
        actor: None,
        occurred_at: Timestamp::UNIX_EPOCH,
        event,
    }
}

fn course() -> CourseId {
    CourseId::new(Uuid::from_u128(1))
}

fn person(id: u128) -> AccountId {
    AccountId::new(Uuid::from_u128(id))
}

fn subject(customer: u128) -> CourseAndCustomer {
    CourseAndCustomer { course_id: course(), customer_id: person(customer) }
}

fn like(customer: u128, liked: bool) -> Envelope {
    envelope(if liked { Event::LikeRegistered(subject(customer)) } else { Event::LikeCanceled(subject(customer)) })
}

fn closed(account: u128) -> Envelope {
    envelope(Event::AccountClosed(AccountClosed { account_id: person(account) }))
}

fn review(rating: i64, previous: Option<i64>) -> ReviewWritten {
    let stars = |rating| Stars::parse("rating", rating).expect("valid");
    ReviewWritten {
        review_id: ReviewId::new(Uuid::from_u128(9)),
        course_id: course(),
        author_id: person(2),
        rating: stars(rating),
        body: ReviewBody::parse("body", "좋아요").expect("valid"),
        previous_rating: previous.map(stars),
    }
}

fn comment(body: &str) -> CommentWritten {
    CommentWritten {
        comment_id: CommentId::new(Uuid::from_u128(8)),
        course_id: course(),
        author_id: person(2),
        body: CommentBody::parse("body", body).expect("valid"),
    }
}

#[test]
fn likes_of_a_batch_are_one_sum() {
    let events = [like(2, true), like(3, true), like(2, false)];
    let folds = Fold::segments(&events);
    let [fold] = folds.as_slice() else { panic!("one segment") };
    let course = &fold.courses[&course()];
    assert_eq!((course.likes, course.events), (1, 3));
    assert_eq!(fold.likes.values().filter(|liked| **liked).count(), 1);
}

#[test]
fn a_refused_bookmark_counts_like_a_canceled_one() {
    let events = [
        envelope(Event::BookmarkRegistered(subject(2))),
        envelope(Event::BookmarkRegistered(subject(3))),
        envelope(Event::BookmarkRefused(subject(2))),
        envelope(Event::BookmarkCanceled(subject(3))),
    ];
    let fold = &Fold::segments(&events)[0];
    assert_eq!((fold.courses[&course()].bookmarks, fold.courses[&course()].events), (0, 4));
    assert!(fold.bookmarks.values().all(Option::is_none));
}

#[test]
fn ratings_are_sums_of_what_changed() {
    let deleted =
        ReviewDeleted { review_id: review(4, None).review_id, course_id: course(), author_id: person(2), rating: review(4, None).rating };
    let events = [envelope(Event::ReviewModified(review(4, Some(1)))), envelope(Event::ReviewDeleted(deleted))];
    let folded = |events: &[Envelope]| {
        let folds = Fold::segments(events);
        let course = &folds[0].courses[&course()];
        (course.reviews, course.rating_sum)
    };
    assert_eq!(folded(&events), (-1, -1), "the star that was there before this batch goes");
    assert_eq!(folded(&[envelope(Event::ReviewRegistered(review(5, None)))]), (1, 5));
}

#[test]
fn only_the_last_word_on_being_shown_counts() {
    let subject = CourseRef { course_id: course(), host_id: person(2) };
    let events = [envelope(Event::CourseUnpublished(subject)), envelope(Event::CoursePublished(subject))];
    let fold = &Fold::segments(&events)[0];
    assert_eq!(fold.courses[&course()].shown, Some(true));
    let mut touched = Touched::default();
    touched.add(fold, &[]);
    assert!(!touched.courses[&course()].1);
    let taken = [envelope(Event::CourseDeleted(subject))];
    touched.add(&Fold::segments(&taken)[0], &[]);
    touched.add(&Fold::segments(&[like(2, true)])[0], &[]);
    assert!(touched.courses[&course()].1, "a like says nothing about being shown");
}

#[test]
fn when_a_course_was_first_shown_is_not_hidden_by_what_came_after() {
    let subject = CourseRef { course_id: course(), host_id: person(2) };
    let mut again = envelope(Event::CoursePublished(subject));
    again.occurred_at = Timestamp::MAX;
    let events = [envelope(Event::CoursePublished(subject)), envelope(Event::CourseUnpublished(subject)), again];
    for (events, shown) in [(&events[..], true), (&events[..2], false)] {
        let course = &Fold::segments(events)[0].courses[&course()];
        assert_eq!((course.shown, course.first_shown), (Some(shown), Some(Timestamp::UNIX_EPOCH)));
    }
}

#[test]
fn a_segment_ends_with_a_closed_account_and_none_is_empty() {
    let events = [like(2, true), closed(2), closed(3), like(4, true)];
    let folds = Fold::segments(&events);
    let ends: Vec<_> = folds.iter().map(|fold| fold.closed.map(|(account, _)| account)).collect();
    assert_eq!(ends, [Some(person(2)), Some(person(3)), None]);
    assert_eq!(Fold::segments(&events[..2]).len(), 1);
    assert_eq!(folds[0].accounts[&person(2)], "");
}

#[test]
fn what_is_said_is_told_event_by_event_and_kept_once() {
    let gone = CommentRef { comment_id: comment("하나").comment_id, course_id: course(), author_id: person(2) };
    let events = [
        like(5, true),
        envelope(Event::CommentRegistered(comment("하나"))),
        envelope(Event::CommentModified(comment("둘"))),
        envelope(Event::CommentDeleted(gone)),
        envelope(Event::CommentDeleted(gone)),
    ];
    let fold = &Fold::segments(&events)[0];
    let mut conversation = Conversation { names: BTreeMap::from([(person(2), "미나".to_owned())]), ..Conversation::default() };
    let told: Vec<_> = fold
        .said
        .iter()
        .map(|said| {
            (
                said.nth,
                conversation.apply(said).map(|telling| match telling {
                    Telling::Comment(op, view) => (op, view.body.as_str().to_owned(), view.author.display_name),
                    Telling::Review(..) => panic!("no review"),
                }),
            )
        })
        .collect();
    let telling = |op, body: &str| Some((op, body.to_owned(), "미나".to_owned()));
    assert_eq!(told, [(2, telling(Op::Registered, "하나")), (3, telling(Op::Modified, "둘")), (4, telling(Op::Deleted, "둘")), (5, None)]);
    assert_eq!(conversation.comments.values().collect::<Vec<_>>(), [&None]);
}
