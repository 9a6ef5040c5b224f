//! What there is in all, and whose it is.

use crate::given::{append, closed, content, deleted, like, named, new_course, published, setting, walk, withdrawn};
use contract::event::{CourseWritten, Event};
use contract::text::Tag;
use contract::viewpage::{Host, Search, Sort};
use contract::{AccountId, CourseId, PageRequest, ViewpageApi};
use platform::testing::someone;
use uuid::Uuid;
use viewpage::Viewpage;

async fn of(viewpage: &Viewpage, search: Search) -> Vec<CourseId> {
    viewpage.search(search).await.unwrap().items.into_iter().map(|card| card.course_id).collect()
}

#[tokio::test]
async fn a_hosts_courses_are_found_alone_in_every_order_and_with_every_filter() {
    let (database, viewpage) = setting().await;
    let (mina, jun) = (someone(), someone());
    let courses = [(); 5].map(|()| new_course(&database));
    for (course, host) in courses.into_iter().zip([mina, jun, mina, mina, jun]) {
        append(&database, published(course, host, "코스")).await;
    }
    append(&database, vec![withdrawn(courses[2], mina), like(courses[0], jun), like(courses[1], mina)]).await;
    viewpage.projection().settle().await.unwrap();

    let hers = Search { host: Some(mina), ..Search::default() };
    assert_eq!(of(&viewpage, hers.clone()).await, [courses[3], courses[0]], "the newest first, nothing withdrawn");
    assert_eq!(of(&viewpage, Search { sort: Sort::Popular, ..hers.clone() }).await, [courses[0], courses[3]]);
    assert_eq!(of(&viewpage, Search { sort: Sort::Rating, ..hers.clone() }).await.len(), 2);
    let tag = |tag| Some(Tag::parse("tag", tag).unwrap());
    assert_eq!(of(&viewpage, Search { tag: tag("산책"), ..hers.clone() }).await.len(), 2);
    assert_eq!(of(&viewpage, Search { tag: tag("야경"), ..hers.clone() }).await, []);
    assert_eq!(of(&viewpage, Search { host: Some(someone()), ..hers.clone() }).await, []);

    let first = viewpage.search(Search { page: PageRequest::new(None, 1), ..hers.clone() }).await.unwrap();
    let second = viewpage.search(Search { page: PageRequest::new(first.next.clone(), 1), ..hers }).await.unwrap();
    assert_eq!((first.items[0].course_id, second.items[0].course_id, second.next), (courses[3], courses[0], None));
}

#[tokio::test]
async fn an_account_is_known_until_it_is_closed() {
    let (database, viewpage) = setting().await;
    let mina = someone();
    append(&database, vec![named(mina, "미나")]).await;
    viewpage.projection().settle().await.unwrap();
    assert_eq!(viewpage.host(mina).await.unwrap(), Some(Host { id: mina, display_name: "미나".into() }));
    assert_eq!(viewpage.host(AccountId::new(Uuid::nil())).await.unwrap(), None);
    append(&database, vec![closed(mina)]).await;
    viewpage.projection().settle().await.unwrap();
    assert_eq!(viewpage.host(mina).await.unwrap(), None);
}

#[tokio::test]
async fn all_that_is_shown_is_listed_once_in_parts() {
    let (database, viewpage) = setting().await;
    let host = someone();
    let mut courses = [(); 8].map(|()| new_course(&database));
    for course in courses {
        append(&database, published(course, host, "코스")).await;
    }
    append(&database, vec![withdrawn(courses[2], host), deleted(courses[5], host)]).await;
    let draft = new_course(&database);
    append(&database, vec![Event::CourseRegistered(CourseWritten { course_id: draft, host_id: host, content: content("초안") })]).await;
    viewpage.projection().settle().await.unwrap();
    let gone = [courses[2], courses[5]];
    courses.sort_unstable();
    let shown: Vec<CourseId> = courses.into_iter().filter(|course| !gone.contains(course)).collect();

    let parts = viewpage.parts(4).await.unwrap();
    assert_eq!(parts, [shown[0], shown[4]]);
    let mut seen = Vec::new();
    for part in parts {
        seen.extend(viewpage.listed(part, 4).await.unwrap().into_iter().map(|listed| listed.course_id));
    }
    assert_eq!(seen, shown);
    assert!(viewpage.listed(draft, 4).await.unwrap().iter().all(|listed| listed.course_id != draft));
    assert_eq!(viewpage.parts(0).await.unwrap(), shown, "a part has one course at the least");
}

#[tokio::test]
async fn a_change_of_what_is_said_is_dated_and_a_like_is_none() {
    let (database, viewpage) = setting().await;
    let (host, course) = (someone(), new_course(&database));
    append(&database, published(course, host, "코스")).await;
    viewpage.projection().settle().await.unwrap();
    let first = viewpage.course(course).await.unwrap().unwrap().course;
    assert!(first.modified_at >= first.published_at);

    append(&database, vec![like(course, someone())]).await;
    viewpage.projection().settle().await.unwrap();
    assert_eq!(viewpage.course(course).await.unwrap().unwrap().course.modified_at, first.modified_at);

    let content = walk("다른 코스").parse().unwrap();
    append(&database, vec![Event::CourseModified(CourseWritten { course_id: course, host_id: host, content })]).await;
    viewpage.projection().settle().await.unwrap();
    let changed = viewpage.course(course).await.unwrap().unwrap().course;
    assert!(changed.modified_at > first.modified_at && changed.published_at == first.published_at);
    assert_eq!(viewpage.listed(course, 1).await.unwrap()[0].modified_at, changed.modified_at);
    let card = viewpage.search(Search::default()).await.unwrap().items.remove(0);
    assert_eq!(card.modified_at, changed.modified_at);
}
