//! Searching: the same by the index and in order.

use crate::given::{Remark, append, like, new_course, published_as, setting, walk, withdrawn};
use contract::course::{StopTranslationInput, TranslationInput};
use contract::place::Region;
use contract::text::{Query, Tag};
use contract::viewpage::{CourseCard, Search, Sort};
use contract::{CourseId, Page, PageRequest, ViewpageApi};
use platform::Database;
use platform::testing::someone;
use std::collections::BTreeSet;
use viewpage::Viewpage;

fn words(query: &str) -> Search {
    Search { query: Some(Query::parse("q", query).unwrap()), ..Search::default() }
}

async fn titles(viewpage: &Viewpage, search: Search) -> BTreeSet<String> {
    viewpage.search(search).await.unwrap().items.into_iter().map(|card| card.title).collect()
}

/// Three courses that differ in everything that one can search by.
async fn three(database: &Database, viewpage: &Viewpage) {
    let mut forest = walk("서울숲 한 바퀴");
    forest.translation = Some(TranslationInput {
        title: "Around Seoul Forest".into(),
        summary: "A quiet Sunset walk".into(),
        stops: vec![StopTranslationInput { name: "Deer Park".into(), ..StopTranslationInput::default() }, StopTranslationInput::default()],
    });
    let mut sea = walk("부산 바다");
    (sea.region, sea.summary) = ("busan".into(), "해운대의 밤 100%".into());
    sea.tags = vec!["야경".into(), "바다".into()];
    sea.stops[0].name = "광안리 해변".into();
    sea.stops[0].cost_krw = 60_000;
    let mut long = walk("한강의 밤");
    long.tags = vec!["야경".into()];
    long.stops[0].stay_minutes = 400;
    for input in [forest, sea, long] {
        append(database, published_as(new_course(database), someone(), input.parse().unwrap())).await;
    }
    let hidden = new_course(database);
    let host = someone();
    append(database, published_as(hidden, host, walk("숨은 밤").parse().unwrap())).await;
    append(database, vec![withdrawn(hidden, host)]).await;
    viewpage.projection().settle().await.unwrap();
}

#[tokio::test]
async fn courses_are_found_by_their_words() {
    let (database, viewpage) = setting().await;
    three(&database, &viewpage).await;
    let [forest, sea, long] = ["서울숲 한 바퀴", "부산 바다", "한강의 밤"];
    let all: &[&str] = &[forest, sea, long];
    for (query, found) in [
        ("바퀴", &[forest][..]),
        ("울숲", all.split_at(1).0),
        ("운대", &[sea]),
        ("안리", &[sea]),
        ("해변 야경", &[sea]),
        ("야경", &[sea, long]),
        ("밤", &[sea, long]),
        ("한강 밤", &[long]),
        ("뚝섬", all),
        ("뚝섬 산책", &[forest]),
        ("뚝섬 없음", &[]),
        ("forest", &[forest]),
        ("FOR around", &[forest]),
        ("deer", &[forest]),
        ("orest", &[]),
        ("sunset 서울", &[forest]),
        ("해운대의", &[sea]),
        ("해운대에", &[]),
        ("100%", &[sea]),
        ("%", all),
        ("숨은", &[]),
        ("\u{1107}\u{1161}\u{1103}\u{1161}", &[sea]),
    ] {
        // 서울숲 is a stop of every walk here but the one by the sea.
        let found = if query == "울숲" { &[forest, long][..] } else { found };
        assert_eq!(titles(&viewpage, words(query)).await, found.iter().map(ToString::to_string).collect(), "{query}");
    }
    let english = Search { language: contract::course::Language::En, ..words("바퀴") };
    assert_eq!(titles(&viewpage, english).await, BTreeSet::from(["Around Seoul Forest".to_owned()]), "found in either, shown in one");
}

#[tokio::test]
async fn filters_hold_together_with_words_and_alone() {
    let (database, viewpage) = setting().await;
    three(&database, &viewpage).await;
    let [forest, sea, long] = ["서울숲 한 바퀴", "부산 바다", "한강의 밤"];
    let tag = |tag| Some(Tag::parse("tag", tag).unwrap());
    for (search, found) in [
        (Search { region: Some(Region::Busan), ..Search::default() }, &[sea][..]),
        (Search { region: Some(Region::Seoul), ..words("뚝섬") }, &[forest, long]),
        (Search { tag: tag("야경"), ..Search::default() }, &[sea, long]),
        (Search { tag: tag("야경"), region: Some(Region::Seoul), ..words("밤") }, &[long]),
        (Search { tag: tag("야"), ..Search::default() }, &[]),
        (Search { max_cost: Some(5_000), ..Search::default() }, &[forest, long]),
        (Search { max_cost: Some(4_999), ..Search::default() }, &[]),
        (Search { max_cost: Some(64_999), ..Search::default() }, &[forest, long]),
        (Search { max_cost: Some(65_000), ..Search::default() }, &[forest, sea, long]),
        (Search { max_cost: Some(u32::MAX), max_minutes: Some(u32::MAX), ..words("밤") }, &[sea, long]),
        (Search { max_minutes: Some(300), ..words("밤") }, &[sea]),
        (Search { max_minutes: Some(10), ..Search::default() }, &[]),
    ] {
        for sort in [Sort::New, Sort::Popular, Sort::Rating] {
            let search = Search { sort, ..search.clone() };
            let expected: BTreeSet<String> = found.iter().map(ToString::to_string).collect();
            assert_eq!(titles(&viewpage, search.clone()).await, expected, "{search:?}");
        }
    }
}

/// 1,300 courses, most of which say the same; more than are put in order after the index. In one statement: what is tested is searching.
async fn many(database: &Database, viewpage: &Viewpage) -> Vec<CourseId> {
    let mut courses = Vec::new();
    for batch in 0..13 {
        let mut events = Vec::new();
        for number in 0..100 {
            let course = new_course(database);
            let title = if number % 50 == 7 { format!("드문 길 {batch} {number}") } else { format!("흔한 길 {batch} {number}") };
            events.extend(published_as(course, someone(), walk(&title).parse().unwrap()));
            events.extend((0..number % 3).map(|_| like(course, someone())));
            // 4/1, 8/2 and 7/2: equal averages of different numbers, and between.
            let ratings: &[i64] = [&[][..], &[4], &[4, 4], &[3, 4], &[5, 3]][usize::try_from(number % 5).unwrap()];
            events.extend(ratings.iter().map(|rating| Remark::new(database, course, someone()).review(*rating)));
            courses.push(course);
        }
        append(database, events).await;
    }
    viewpage.projection().settle().await.unwrap();
    courses
}

async fn to_the_end(viewpage: &Viewpage, search: &Search, limit: u32) -> Vec<CourseCard> {
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let Page { items, next } = viewpage.search(Search { page: PageRequest::new(cursor, limit), ..search.clone() }).await.unwrap();
        assert!(next.is_none() || items.len() == limit as usize);
        seen.extend(items);
        cursor = next;
        if cursor.is_none() {
            return seen;
        }
    }
}

#[tokio::test]
async fn every_order_read_to_the_end_shows_each_course_once() {
    let (database, viewpage) = setting().await;
    let courses = many(&database, &viewpage).await;
    for (search, times) in [(words("흔한"), 1_274), (words("드문"), 26), (words("흔한 길 3"), 1_274), (Search::default(), 1_300)] {
        let times = if search.query == words("흔한 길 3").query { 110 } else { times };
        for sort in [Sort::New, Sort::Popular, Sort::Rating] {
            let search = Search { sort, ..search.clone() };
            let seen = to_the_end(&viewpage, &search, 87).await;
            let distinct: BTreeSet<_> = seen.iter().map(|card| card.course_id).collect();
            assert_eq!((seen.len(), distinct.len()), (times, times), "{search:?}");
            match sort {
                Sort::New => assert!(seen.is_sorted_by_key(|card| std::cmp::Reverse((card.published_at, card.course_id)))),
                Sort::Popular => assert!(seen.is_sorted_by_key(|card| std::cmp::Reverse((card.counts.likes, card.course_id)))),
                Sort::Rating => assert!(seen.is_sorted_by(|one, other| {
                    let key = |card: &CourseCard| (card.rating.average.unwrap_or_default(), card.rating.count, card.course_id);
                    key(one) > key(other)
                })),
            }
        }
    }
    assert_eq!(courses.len(), 1_300);
    for nonsense in ["nonsense", "n.1.0.x", "p.1.0.00000000-0000-0000-0000-000000000001"] {
        let page = PageRequest::new(Some(nonsense.into()), 3);
        assert!(viewpage.search(Search { page, ..Search::default() }).await.is_err(), "{nonsense}");
    }
}
