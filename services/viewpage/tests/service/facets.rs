//! Counting what a search can be narrowed by: each count is what the search then gives.

use crate::given::{append, new_course, published_as, setting, walk, withdrawn};
use contract::course::CourseInput;
use contract::place::Region;
use contract::setting::Setting;
use contract::text::{Query, Tag};
use contract::viewpage::facets::{Choice, Facets, Filter, Tally};
use contract::viewpage::{Search, Sort};
use contract::{PageRequest, ViewpageApi};
use platform::Database;
use platform::testing::someone;
use std::fmt::Debug;
use viewpage::Viewpage;

fn course(title: &str, region: &str, tags: &[&str], stop: (&str, i64, i64)) -> CourseInput {
    let mut input = walk(title);
    input.region = region.into();
    input.tags = tags.iter().map(ToString::to_string).collect();
    input.stops.truncate(1);
    (input.stops[0].category, input.stops[0].stay_minutes, input.stops[0].cost_krw) = (stop.0.into(), stop.1, stop.2);
    input
}

async fn some(database: &Database, viewpage: &Viewpage) {
    for input in [
        course("숲길", "seoul", &["산책", "숲"], ("park", 100, 0)),
        course("골목", "seoul", &["산책", "야경"], ("walk", 150, 10_000)),
        course("찻집", "seoul", &["커피"], ("cafe", 121, 10_001)),
        course("바닷길", "busan", &["산책", "바다"], ("beach", 400, 80_000)),
        course("미술관", "busan", &["전시"], ("gallery", 240, 30_000)),
    ] {
        append(database, published_as(new_course(database), someone(), input.parse().unwrap())).await;
    }
    let (hidden, host) = (new_course(database), someone());
    append(database, published_as(hidden, host, course("숨은 길", "jeju", &["산책"], ("park", 60, 0)).parse().unwrap())).await;
    append(database, vec![withdrawn(hidden, host)]).await;
    viewpage.projection().settle().await.unwrap();
}

fn searches() -> Vec<Search> {
    let tag = |tag| Some(Tag::parse("tag", tag).unwrap());
    let query = |query| Some(Query::parse("q", query).unwrap());
    let all = Search::default();
    vec![
        all.clone(),
        Search { region: Some(Region::Seoul), ..all.clone() },
        Search { setting: Some(Setting::Outdoor), ..all.clone() },
        Search { tag: tag("산책"), region: Some(Region::Busan), ..all.clone() },
        Search { max_cost: Some(10_000), ..all.clone() },
        Search { max_cost: Some(9_000_000), max_minutes: Some(9_000), ..all.clone() },
        Search { max_minutes: Some(240), setting: Some(Setting::Indoor), ..all.clone() },
        Search { query: query("길"), ..all.clone() },
        Search { query: query("서울숲"), region: Some(Region::Seoul), max_cost: Some(30_000), ..all.clone() },
        Search { query: query("없는 말"), region: Some(Region::Jeju), ..all },
    ]
}

async fn times(viewpage: &Viewpage, search: &Search) -> u32 {
    let mut times = Vec::new();
    for sort in [Sort::New, Sort::Popular, Sort::Rating] {
        let page = PageRequest::new(None, PageRequest::MAX);
        times.push(viewpage.search(Search { sort, page, ..search.clone() }).await.unwrap().items.len());
    }
    assert!(times.iter().all(|here| *here == times[0]), "the same in every order: {search:?}");
    u32::try_from(times[0]).unwrap()
}

/// Each choice gives what was counted.
async fn holds<T: Clone + Debug>(viewpage: &Viewpage, search: &Search, choices: &[Choice<T>], chosen: impl Fn(&mut Search, T)) {
    for Choice { value, courses } in choices {
        let mut search = search.clone();
        chosen(&mut search, value.clone());
        assert_eq!(*courses, Tally { count: times(viewpage, &search).await, exact: true }, "{value:?} of {search:?}");
    }
}

#[tokio::test]
async fn each_choice_is_counted_under_all_other_filters() {
    let (database, viewpage) = setting().await;
    some(&database, &viewpage).await;
    for search in searches() {
        let facets = viewpage.facets(search.clone()).await.unwrap();
        assert_eq!(facets.total, Tally { count: times(&viewpage, &search).await, exact: true }, "{search:?}");
        assert_eq!((facets.regions.len(), facets.settings.len(), facets.max_cost.len(), facets.max_minutes.len()), (17, 2, 4, 4));
        holds(&viewpage, &search, &facets.regions, |search, region| search.region = Some(region)).await;
        holds(&viewpage, &search, &facets.settings, |search, setting| search.setting = Some(setting)).await;
        holds(&viewpage, &search, &facets.max_cost, |search, won| search.max_cost = Some(won)).await;
        holds(&viewpage, &search, &facets.max_minutes, |search, minutes| search.max_minutes = Some(minutes)).await;
        holds(&viewpage, &search, &facets.tags, |search, tag| search.tag = Some(tag)).await;
        holds(&viewpage, &search, &facets.without, |search, filter| match filter {
            Filter::Q => search.query = None,
            Filter::Region => search.region = None,
            Filter::Setting => search.setting = None,
            Filter::Tag => search.tag = None,
            Filter::MaxCost => search.max_cost = None,
            Filter::MaxMinutes => search.max_minutes = None,
        })
        .await;
    }
}

#[tokio::test]
async fn the_most_frequent_tags_come_first_and_hidden_courses_dont_count() {
    let (database, viewpage) = setting().await;
    some(&database, &viewpage).await;
    let Facets { tags, without, .. } = viewpage.facets(Search::default()).await.unwrap();
    let tags: Vec<_> = tags.iter().map(|choice| (choice.value.as_str(), choice.courses.count)).collect();
    assert_eq!(tags, [("산책", 3), ("바다", 1), ("숲", 1), ("야경", 1), ("전시", 1), ("커피", 1)]);
    assert_eq!(without, []);
}

#[tokio::test]
async fn a_hosts_courses_are_counted_alone() {
    let (database, viewpage) = setting().await;
    some(&database, &viewpage).await;
    let mina = someone();
    for input in [course("강변", "seoul", &["산책"], ("park", 90, 0)), course("책방", "jeju", &["책"], ("shop", 60, 20_000))] {
        append(&database, published_as(new_course(&database), mina, input.parse().unwrap())).await;
    }
    viewpage.projection().settle().await.unwrap();
    let hers = Search { host: Some(mina), ..Search::default() };
    let outdoors = Search { setting: Some(Setting::Outdoor), ..hers.clone() };
    for (search, count) in [(hers, 2), (outdoors, 1), (Search { host: Some(someone()), ..Search::default() }, 0)] {
        let facets = viewpage.facets(search.clone()).await.unwrap();
        assert_eq!((facets.total.count, times(&viewpage, &search).await), (count, count), "{search:?}");
        holds(&viewpage, &search, &facets.settings, |search, setting| search.setting = Some(setting)).await;
        holds(&viewpage, &search, &facets.regions, |search, region| search.region = Some(region)).await;
    }
}

#[tokio::test]
async fn what_leaves_nothing_is_told_with_what_lifting_it_would_leave() {
    let (database, viewpage) = setting().await;
    some(&database, &viewpage).await;
    let search = Search {
        query: Some(Query::parse("q", "숲길").unwrap()),
        region: Some(Region::Busan),
        setting: Some(Setting::Outdoor),
        ..Search::default()
    };
    let facets = viewpage.facets(search).await.unwrap();
    let count = |filter| facets.without(filter).map(|tally| tally.count);
    assert!(facets.total.is_none());
    assert_eq!([Filter::Q, Filter::Region, Filter::Setting, Filter::Tag].map(count), [Some(1), Some(1), Some(0), None]);
}

#[tokio::test]
async fn courses_of_a_release_without_settings_are_found_by_theirs_later() {
    let (database, viewpage) = setting().await;
    some(&database, &viewpage).await;
    sqlx::query("UPDATE viewpage.searchable SET setting = '', terms = array_remove(terms, '&outdoor')")
        .execute(database.pool())
        .await
        .unwrap();
    let outdoors = Search { setting: Some(Setting::Outdoor), ..Search::default() };
    assert_eq!(times(&viewpage, &outdoors).await, 0);
    viewpage.index_missing().await.unwrap();
    assert_eq!(times(&viewpage, &outdoors).await, 3);
}
