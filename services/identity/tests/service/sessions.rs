//! What becomes of sessions.

use crate::given::{EMAIL, PASSWORD, World, credentials};
use contract::identity::IdentityApi;
use jiff::SignedDuration;
use platform::testing::call;

const SECOND: SignedDuration = SignedDuration::from_secs(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

#[tokio::test]
async fn no_token_is_in_the_database_but_its_hash() {
    let world = World::with_mina().await;
    let token = world.sign_in().await.token;
    let stored = world.text("SELECT string_agg(row_to_json(sessions)::text, '') FROM identity.sessions").await;
    let columns = world.text("SELECT string_agg(column_name, ',' ORDER BY ordinal_position) FROM information_schema.columns WHERE table_schema = 'identity' AND table_name = 'sessions'").await;
    assert!(!stored.contains(&token), "row_to_json writes bytea in hexadecimal digits, as the token is");
    assert_eq!(columns, "token_hash,account_id,created_at,expires_at");
    let hashed: bool = sqlx::query_scalar("SELECT token_hash = sha256(decode($1, 'hex')) FROM identity.sessions")
        .bind(&token)
        .fetch_one(world.database.pool())
        .await
        .expect("answers");
    assert!(hashed, "what is stored is the SHA-256 of the token's bits");
}

#[tokio::test]
async fn what_is_stored_signs_nobody_in() {
    let world = World::with_mina().await;
    world.sign_in().await;
    let stored = world.text("SELECT encode(token_hash, 'hex') FROM identity.sessions").await;
    assert_eq!(world.identity.authenticate(&stored).await, Ok(None));
}

#[tokio::test]
async fn an_unknown_token_and_no_token_at_all_are_nobody() {
    let world = World::with_mina().await;
    world.sign_in().await;
    for token in ["", "abc", &"0".repeat(64), &"g".repeat(64), "' OR true --"] {
        assert_eq!(world.identity.authenticate(token).await, Ok(None), "{token}");
    }
}

#[tokio::test]
async fn two_sessions_have_two_tokens_and_ending_one_leaves_the_other() {
    let world = World::with_mina().await;
    let (phone, desk) = (world.sign_in().await, world.sign_in().await);
    assert_ne!(phone.token, desk.token);
    world.identity.sign_out(&call(None), &phone.token).await.expect("signs out");
    assert_eq!(world.account_of(&phone).await, None);
    assert!(world.account_of(&desk).await.is_some());
}

#[tokio::test]
async fn ending_an_ended_session_or_none_is_fine() {
    let world = World::with_mina().await;
    let session = world.sign_in().await;
    for token in [session.token.as_str(), session.token.as_str(), "abc", ""] {
        world.identity.sign_out(&call(None), token).await.expect("fine");
    }
    assert_eq!(world.count_sessions().await, 0);
}

#[tokio::test]
async fn a_session_is_good_until_its_end_and_not_at_it() {
    let world = World::with_mina().await;
    let session = world.sign_in().await;
    world.pass(DAY * 30 - SECOND);
    assert!(world.account_of(&session).await.is_some());
    world.pass(SECOND);
    assert_eq!(world.account_of(&session).await, None);
}

#[tokio::test]
async fn using_a_session_writes_nothing() {
    let world = World::with_mina().await;
    let session = world.sign_in().await;
    let row = "SELECT xmin::text || row_to_json(sessions)::text FROM identity.sessions";
    let before = world.text(row).await;
    world.pass(DAY);
    world.account_of(&session).await.expect("signed in");
    assert_eq!(world.text(row).await, before);
}

#[tokio::test]
async fn signing_in_removes_the_sessions_of_the_account_that_have_ended() {
    let world = World::with_mina().await;
    world.write_sessions(30, world.now() - DAY * 31, DAY * 30).await;
    world.write_sessions(2, world.now() - DAY, DAY * 30).await;
    world.sign_in().await;
    assert_eq!(world.count_sessions().await, 3, "all thirty that had ended are gone, the two others stay");
}

#[tokio::test]
async fn signing_in_removes_some_ended_sessions_of_others() {
    let world = World::with_mina().await;
    world.write_sessions(30, world.now() - DAY * 31, DAY * 30).await;
    world.register("jun@example.com", PASSWORD, "준").await;
    for left in [10, 0, 0] {
        world.identity.sign_in(&call(None), credentials("jun@example.com", PASSWORD)).await.expect("signs in");
        assert_eq!(
            world
                .number("SELECT count(*) FROM identity.sessions JOIN identity.accounts ON id = account_id WHERE email = 'mina@example.com'")
                .await,
            left
        );
    }
    assert_eq!(
        world
            .number("SELECT count(*) FROM identity.sessions JOIN identity.accounts ON id = account_id WHERE email = 'jun@example.com'")
            .await,
        3
    );
}

#[tokio::test]
async fn the_fifty_first_session_ends_the_oldest() {
    let world = World::with_mina().await;
    let first = world.sign_in().await;
    world.pass(SECOND * 100);
    let second = world.sign_in().await;
    world.pass(SECOND * 100);
    world.write_sessions(48, world.now(), DAY * 30).await;
    assert_eq!(world.count_sessions().await, 50);
    let newest = world.sign_in().await;
    assert_eq!(world.count_sessions().await, 50);
    assert_eq!(world.account_of(&first).await, None);
    assert!(world.account_of(&second).await.is_some());
    assert!(world.account_of(&newest).await.is_some());
}

#[tokio::test]
async fn four_at_once_find_room_for_no_more_than_fifty() {
    let world = World::with_mina().await;
    world.write_sessions(49, world.now() - DAY, DAY * 30).await;
    let tries = (0..4).map(|_| {
        let identity = world.identity.clone();
        tokio::spawn(async move { identity.sign_in(&call(None), credentials(EMAIL, PASSWORD)).await })
    });
    for session in tries.collect::<Vec<_>>() {
        let session = session.await.expect("runs").expect("signs in");
        assert!(world.account_of(&session).await.is_some());
    }
    assert_eq!(world.count_sessions().await, 50);
}
