//! Photos: taken in, given to courses, let go of.

use crate::given::{World, refused, titled, walk};
use contract::course::CourseInput;
use contract::photo::{PhotoFile, PhotoInput};
use contract::{AccountId, CourseApi, FieldCode, FieldError, PhotoId, Refusal};
use image::{ImageFormat, RgbImage};
use jiff::SignedDuration;
use platform::testing::{call, someone};
use std::io::Cursor;

pub fn picture() -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    RgbImage::new(300, 200).write_to(&mut file, ImageFormat::Png).expect("written");
    file.into_inner()
}

pub async fn taken(world: &World, host: AccountId) -> PhotoId {
    world.courses.add_photo(&call(Some(host)), picture()).await.expect("takes in")
}

fn with(photos: &[PhotoId]) -> CourseInput {
    let photos = photos.iter().map(|id| PhotoInput { id: id.to_string(), alt: "강가의 밤".into() }).collect();
    CourseInput { photos: Some(photos), ..walk() }
}

pub async fn is_there(world: &World, photo: PhotoId) -> bool {
    world.courses.photo(photo, PhotoFile::ALL[0]).await.expect("reads").is_some()
}

fn unknown(index: usize) -> Refusal {
    Refusal::Invalid(vec![FieldError::new(format!("photos[{index}].id"), FieldCode::Unknown)])
}

#[tokio::test]
async fn a_course_shows_the_photos_that_were_taken_in_for_it() {
    let world = World::new().await;
    let (first, second) = (taken(&world, world.host).await, taken(&world, world.host).await);
    for file in PhotoFile::ALL {
        assert!(world.courses.photo(first, file).await.expect("reads").is_some(), "{file:?}");
    }
    let course = world.register(with(&[second, first])).await;
    assert_eq!(course.content.photos.iter().map(|photo| photo.id).collect::<Vec<_>>(), [second, first]);
    assert_eq!(world.read(course.id).await, course);
    assert_eq!(world.payload(1).await["content"]["photos"][0]["alt"], "강가의 밤");
    let host = call(Some(world.host));
    let kept = world.courses.modify(&host, course.id, None, titled("다른 제목")).await.expect("modifies");
    assert_eq!(kept.content.photos, course.content.photos, "left out, they stay");
    let none = world.courses.modify(&host, course.id, None, with(&[])).await.expect("modifies");
    assert!(none.content.photos.is_empty());
}

#[tokio::test]
async fn nobody_gets_at_photos_of_others_or_of_another_course() {
    let world = World::new().await;
    let (own, others) = (taken(&world, world.host).await, taken(&world, someone()).await);
    let host = call(Some(world.host));
    assert_eq!(world.courses.register(&host, with(&[own, others])).await, refused(unknown(1)));
    assert!(world.events().await.is_empty(), "nothing is half done");
    world.register(with(&[own])).await;
    let second = world.draft().await;
    assert_eq!(world.courses.modify(&host, second.id, None, with(&[own])).await, refused(unknown(0)));
    assert_eq!(world.courses.add_photo(&call(None), picture()).await, refused(Refusal::NotSignedIn));
}

#[tokio::test]
async fn a_photo_that_no_course_has_is_gone_a_day_later() {
    let world = World::new().await;
    let host = call(Some(world.host));
    let (loose, shown, dropped, deleted) = (
        taken(&world, world.host).await,
        taken(&world, world.host).await,
        taken(&world, world.host).await,
        taken(&world, world.host).await,
    );
    let course = world.register(with(&[shown, dropped])).await;
    let gone = world.register(with(&[deleted])).await;
    world.pass(SignedDuration::from_hours(23));
    world.courses.modify(&host, course.id, None, with(&[shown])).await.expect("modifies");
    world.courses.delete(&host, gone.id).await.expect("deletes");
    world.pass(SignedDuration::from_hours(2));
    taken(&world, world.host).await;
    assert!(!is_there(&world, loose).await);
    assert!(is_there(&world, shown).await && is_there(&world, dropped).await && is_there(&world, deleted).await, "a day from then on");
    world.pass(SignedDuration::from_hours(23));
    taken(&world, world.host).await;
    assert!(is_there(&world, shown).await && !is_there(&world, dropped).await && !is_there(&world, deleted).await);
}

#[tokio::test]
async fn a_host_has_only_so_many_that_no_course_has() {
    let world = World::new().await;
    sqlx::query("INSERT INTO course.photos (id, host_id, loose_at) SELECT gen_random_uuid(), $1, now() FROM generate_series(1, 96)")
        .bind(world.host.as_uuid())
        .execute(world.database.pool())
        .await
        .expect("writes");
    let answer = world.courses.add_photo(&call(Some(world.host)), picture()).await;
    assert_eq!(answer, refused(Refusal::TooMany { retry_after_seconds: 3_600 }));
    taken(&world, someone()).await;
}
