//! Reading an inbox.

use crate::given::{World, a_course, comments, keeps, published, written};
use contract::course::{CourseInput, Language, Translation};
use contract::event::{CourseWritten, Event};
use contract::text::Title;
use contract::{MessageApi, MessageId, PageRequest, Refusal};
use jiff::SignedDuration;
use platform::testing::{call, someone};

async fn all(world: &World, limit: u32) -> Vec<MessageId> {
    let (mut ids, mut cursor) = (Vec::new(), None);
    loop {
        let page = world.messages.inbox(&call(Some(world.host)), Language::Ko, PageRequest::new(cursor, limit)).await.unwrap();
        assert!(page.items.len() <= limit as usize);
        assert_eq!(page.unread, 7, "on all pages");
        ids.extend(page.items.into_iter().map(|message| message.id));
        match page.next {
            Some(next) => cursor = Some(next),
            None => return ids,
        }
    }
}

#[tokio::test]
async fn pages_of_any_size_make_the_same_list_newest_first_also_among_equal_times() {
    let world = World::new().await;
    let course = world.course().await;
    for at_once in [3, 1, 3] {
        world.happen((0..at_once).map(|_| comments(course, someone()))).await;
        world.pass(SignedDuration::from_secs(1));
    }
    let whole = all(&world, 100).await;
    assert_eq!(whole.len(), 7);
    for limit in 1..=8 {
        assert_eq!(all(&world, limit).await, whole, "{limit} at a time");
    }
    let times: Vec<_> = world.inbox(world.host).await.items.into_iter().map(|message| message.created_at).collect();
    assert!(times.is_sorted_by(|newer, older| newer >= older), "{times:?}");
}

#[tokio::test]
async fn a_cursor_that_is_none_is_malformed_and_nobody_has_no_inbox() {
    let world = World::new().await;
    for cursor in ["x", "0", "' OR true --", &"g".repeat(48), &"f".repeat(47)] {
        let answer = world.messages.inbox(&call(Some(world.host)), Language::Ko, PageRequest::new(Some(cursor.to_owned()), 10)).await;
        assert_eq!(answer, Err(Refusal::Malformed.into()), "{cursor}");
    }
    assert_eq!(world.messages.inbox(&call(None), Language::Ko, PageRequest::default()).await, Err(Refusal::NotSignedIn.into()));
    assert_eq!(world.messages.settings(&call(None)).await, Err(Refusal::NotSignedIn.into()));
    assert_eq!(world.messages.change_settings(&call(None), Default::default()).await, Err(Refusal::NotSignedIn.into()));
    let empty = world.inbox(someone()).await;
    assert_eq!((empty.items, empty.unread, empty.next), (Vec::new(), 0, None));
}

#[tokio::test]
async fn a_message_tells_what_the_course_is_called_now_in_the_language_that_is_asked_for_if_it_can() {
    let world = World::new().await;
    let (course, english, customer) = (a_course(), a_course(), someone());
    world.happen(published(course, world.host, "옛 이름")).await;
    let content = CourseInput { language: Language::En, title: "By the river".into(), region: "seoul".into(), ..CourseInput::default() };
    let content = content.parse().unwrap();
    world.happen([Event::CourseRegistered(CourseWritten { course_id: english, host_id: world.host, content })]).await;
    world.happen([keeps(course, customer), keeps(english, customer)]).await;
    let mut renamed = written(course, world.host, "새 이름");
    renamed.content.translation =
        Some(Translation { title: Title::parse("title", "A new name").unwrap(), summary: renamed.content.summary.clone(), stops: vec![] });
    world.happen([Event::CourseModified(renamed)]).await;
    for (language, expected) in [(Language::Ko, ["By the river", "새 이름"]), (Language::En, ["A new name", "By the river"])] {
        let mut titles: Vec<_> = world.inbox_in(language, customer).await.items.into_iter().map(|message| message.course_title).collect();
        titles.sort();
        assert_eq!(titles, expected);
    }
}

#[tokio::test]
async fn the_list_is_read_from_its_index() {
    let world = World::new().await;
    let mut connection = world.database.pool().acquire().await.unwrap();
    sqlx::query("SET enable_seqscan = off").execute(&mut *connection).await.unwrap();
    let plan: Vec<String> = sqlx::query_scalar(
        "EXPLAIN SELECT messages.id, title_ko FROM message.messages LEFT JOIN message.courses ON courses.id = messages.course_id
         WHERE recipient_id = '00000000-0000-0000-0000-000000000001'
           AND (created_at, messages.id) < (now(), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
         ORDER BY created_at DESC, messages.id DESC LIMIT 25",
    )
    .fetch_all(&mut *connection)
    .await
    .unwrap();
    let plan = plan.join("\n");
    assert!(plan.contains("messages_of_an_inbox") && !plan.contains("Sort"), "{plan}");
}
