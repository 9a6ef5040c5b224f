//! Opening sessions with an address and a password.

use crate::given::{EMAIL, PASSWORD, World, credentials};
use contract::identity::IdentityApi;
use contract::text::Password;
use contract::{ApiError, Refusal};
use jiff::SignedDuration;
use platform::testing::call;

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn refusal(world: &World, email: &str, password: &str) -> Option<ApiError> {
    world.identity.sign_in(&call(None), credentials(email, password)).await.err()
}

#[tokio::test]
async fn the_right_password_opens_a_session_of_thirty_days_and_publishes_nothing() {
    let world = World::with_mina().await;
    let session = world.identity.sign_in(&call(None), credentials("MINA@example.com", PASSWORD)).await.expect("signs in");
    assert_eq!(session.expires_at, world.now() + DAY * 30);
    assert_eq!(session.token.len(), 64, "256 bits in hexadecimal digits");
    assert_eq!(world.account_of(&session).await.expect("signed in").email, EMAIL);
    assert_eq!(world.events().await.len(), 1, "that of the registration alone");
}

#[tokio::test]
async fn hangul_in_a_password_fits_however_it_was_typed() {
    let world = World::with_mina().await;
    let decomposed = PASSWORD.replace('말', "\u{1106}\u{1161}\u{11af}");
    assert_ne!(decomposed, PASSWORD);
    world.identity.sign_in(&call(None), credentials(EMAIL, &decomposed)).await.expect("signs in");
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_get_the_same_words_after_the_same_work() {
    let world = World::with_mina().await;
    let before = world.identity.password_checks();
    let unknown = refusal(&world, "nobody@example.com", PASSWORD).await;
    assert_eq!(world.identity.password_checks(), before + 1, "checked against a hash all the same");
    let wrong = refusal(&world, EMAIL, "wrong password").await;
    assert_eq!(world.identity.password_checks(), before + 2);
    assert_eq!(unknown, Some(Refusal::WrongCredentials.into()));
    assert_eq!(unknown, wrong);
    assert_eq!(world.count_sessions().await, 0);
}

#[tokio::test]
async fn credentials_that_nobody_can_have_are_wrong_without_a_hint_and_without_work() {
    let world = World::with_mina().await;
    let long = "a".repeat(Password::MAX + 1);
    let huge = "a".repeat(1_000_000);
    for (email, password) in [("mina", PASSWORD), ("", ""), (EMAIL, "short"), (EMAIL, ""), (EMAIL, &long), (EMAIL, &huge)] {
        assert_eq!(refusal(&world, email, password).await, Some(Refusal::WrongCredentials.into()));
    }
    assert_eq!(world.identity.password_checks(), 0);
}

#[tokio::test]
async fn the_longest_password_there_may_be_signs_in() {
    let world = World::new().await;
    let longest = "길".repeat(Password::MAX);
    world.register(EMAIL, &longest, "미나").await;
    world.identity.sign_in(&call(None), credentials(EMAIL, &longest)).await.expect("signs in");
}
