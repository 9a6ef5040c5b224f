//! Changing the password, signing out everywhere, and which sessions are left.

use crate::given::{EMAIL, PASSWORD, World, credentials};
use contract::identity::{IdentityApi, PasswordChange};
use contract::text::Password;
use contract::{AccountId, ApiError, Call, FieldCode, FieldError, Refusal};
use jiff::SignedDuration;
use platform::testing::{call, someone};

const NEW: &str = "a new password";

fn change(current: &str, new: &str) -> PasswordChange {
    PasswordChange { current_password: current.into(), new_password: new.into() }
}

fn invalid<T>(errors: &[FieldError]) -> Result<T, ApiError> {
    Err(Refusal::Invalid(errors.to_vec()).into())
}

async fn mina(world: &World) -> Call {
    let id = world.text("SELECT id::text FROM identity.accounts").await;
    call(Some(id.parse::<AccountId>().expect("an id")))
}

#[tokio::test]
async fn a_changed_password_ends_all_sessions_but_the_one_it_was_changed_in() {
    let world = World::with_mina().await;
    let (phone, desk) = (world.sign_in().await, world.sign_in().await);
    let mina = mina(&world).await;
    world.identity.change_password(&mina, &desk.token, change(PASSWORD, NEW)).await.expect("changes");
    assert_eq!(world.account_of(&phone).await, None);
    assert!(world.account_of(&desk).await.is_some());
    let old = world.identity.sign_in(&call(None), credentials(EMAIL, PASSWORD)).await.err();
    assert_eq!(old, Some(Refusal::WrongCredentials.into()));
    world.identity.sign_in(&call(None), credentials(EMAIL, NEW)).await.expect("signs in");
    assert!(world.text("SELECT password_hash FROM identity.accounts").await.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_eq!(world.events().await.len(), 1, "nobody else is concerned");
}

#[tokio::test]
async fn without_a_token_that_is_one_all_sessions_end() {
    let world = World::with_mina().await;
    let session = world.sign_in().await;
    world.identity.change_password(&mina(&world).await, "none", change(PASSWORD, NEW)).await.expect("changes");
    assert_eq!(world.account_of(&session).await, None);
}

#[tokio::test]
async fn what_is_wrong_with_either_password_is_named_at_once_and_nothing_changes() {
    let world = World::with_mina().await;
    let session = world.sign_in().await;
    let before = world.text("SELECT row_to_json(accounts)::text FROM identity.accounts").await;
    let mina = mina(&world).await;
    let mismatch = FieldError::new("current_password", FieldCode::Mismatch);
    let short = FieldError::limited("new_password", FieldCode::TooShort, i64::try_from(Password::MIN).expect("small"));
    for (current, new, errors) in [
        ("wrong password", NEW, vec![mismatch.clone()]),
        ("", NEW, vec![mismatch.clone()]),
        ("wrong password", "short", vec![mismatch, short.clone()]),
        (PASSWORD, "short", vec![short]),
        (PASSWORD, "", vec![FieldError::new("new_password", FieldCode::Required)]),
    ] {
        assert_eq!(world.identity.change_password(&mina, &session.token, change(current, new)).await, invalid(&errors), "{current} {new}");
    }
    assert_eq!(world.text("SELECT row_to_json(accounts)::text FROM identity.accounts").await, before);
    assert!(world.account_of(&session).await.is_some());
    let checks = world.identity.password_checks();
    let huge = "a".repeat(1_000_000);
    world.identity.change_password(&mina, &session.token, change(&huge, NEW)).await.expect_err("refused");
    assert_eq!(world.identity.password_checks(), checks, "what no password can be is not hashed");
}

#[tokio::test]
async fn of_two_changes_at_once_one_is_told_that_its_password_is_no_longer_the_one() {
    let world = World::with_mina().await;
    let mina = mina(&world).await;
    let (one, two) = tokio::join!(
        world.identity.change_password(&mina, "", change(PASSWORD, "the first password")),
        world.identity.change_password(&mina, "", change(PASSWORD, "the other password")),
    );
    assert_eq!([&one, &two].iter().filter(|result| result.is_ok()).count(), 1, "{one:?} {two:?}");
    assert!([one, two].contains(&invalid(&[FieldError::new("current_password", FieldCode::Mismatch)])));
}

#[tokio::test]
async fn no_session_opened_with_the_old_password_outlives_the_change() {
    let world = World::with_mina().await;
    let mina = mina(&world).await;
    let signing_in: Vec<_> = (0..6)
        .map(|_| {
            let identity = world.identity.clone();
            tokio::spawn(async move { identity.sign_in(&call(None), credentials(EMAIL, PASSWORD)).await })
        })
        .collect();
    world.identity.change_password(&mina, "", change(PASSWORD, NEW)).await.expect("changes");
    for session in signing_in {
        if let Ok(session) = session.await.expect("runs") {
            assert_eq!(world.account_of(&session).await, None);
        }
    }
    assert_eq!(world.count_sessions().await, 0);
}

#[tokio::test]
async fn signing_out_everywhere_ends_ones_own_sessions_and_nobody_elses() {
    let world = World::with_mina().await;
    let mina = mina(&world).await;
    let (phone, desk) = (world.sign_in().await, world.sign_in().await);
    world.register("jun@example.com", PASSWORD, "준").await;
    let jun = world.identity.sign_in(&call(None), credentials("jun@example.com", PASSWORD)).await.expect("signs in");
    for _ in 0..2 {
        world.identity.sign_out_everywhere(&mina).await.expect("signs out");
    }
    assert_eq!((world.account_of(&phone).await, world.account_of(&desk).await), (None, None));
    assert!(world.account_of(&jun).await.is_some());
}

#[tokio::test]
async fn of_many_tokens_those_of_open_sessions_are_alive() {
    let world = World::with_mina().await;
    let (early, ended) = (world.sign_in().await, world.sign_in().await);
    world.pass(SignedDuration::from_hours(24));
    let late = world.sign_in().await;
    world.identity.sign_out(&call(None), &ended.token).await.expect("signs out");
    let tokens = [&early.token, &ended.token, &late.token, &late.token, "", "none", &"0".repeat(64)].map(str::to_owned);
    assert_eq!(world.identity.alive(&tokens).await, Ok([early.token, late.token.clone()].into()));
    world.pass(SignedDuration::from_hours(29 * 24));
    assert_eq!(world.identity.alive(&tokens).await, Ok([late.token].into()), "one has ended by itself");
    assert_eq!(world.identity.alive(&[]).await, Ok([].into()));
}

#[tokio::test]
async fn who_is_nobody_is_asked_to_sign_in() {
    let world = World::with_mina().await;
    let refused: ApiError = Refusal::NotSignedIn.into();
    for nobody in [call(None), call(Some(someone()))] {
        assert_eq!(world.identity.change_password(&nobody, "", change(PASSWORD, NEW)).await, Err(refused.clone()));
        assert_eq!(world.identity.close(&nobody, PASSWORD).await, Err(refused.clone()));
    }
    assert_eq!(world.identity.sign_out_everywhere(&call(None)).await, Err(refused));
}
