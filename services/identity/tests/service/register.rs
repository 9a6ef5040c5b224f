//! Opening accounts.

use crate::given::{EMAIL, PASSWORD, World, credentials, new_account};
use contract::identity::IdentityApi;
use contract::{ApiError, FieldCode, Refusal};
use platform::testing::call;
use serde_json::json;

#[tokio::test]
async fn a_new_address_gets_an_account_and_one_event_without_the_address() {
    let world = World::new().await;
    let registered = world.register(" Mina@Example.com ", PASSWORD, " 미나 ").await;
    assert_eq!(registered.display_name, "미나");
    assert_eq!(
        world.events().await,
        [("identity.account_registered.v1".to_owned(), 1, json!({ "account_id": registered.id, "display_name": "미나" }))]
    );
    assert_eq!(world.text("SELECT email FROM identity.accounts").await, EMAIL);
    assert_eq!(world.text("SELECT id::text FROM identity.accounts").await, registered.id.to_string());
    assert_eq!(registered.id.as_uuid().get_version_num(), 7);
}

#[tokio::test]
async fn a_password_is_kept_as_argon2id_with_the_parameters_of_owasp() {
    let world = World::with_mina().await;
    let hash = world.text("SELECT password_hash FROM identity.accounts").await;
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    assert!(!world.text("SELECT row_to_json(accounts)::text FROM identity.accounts").await.contains("correct horse"));
}

#[tokio::test]
async fn a_known_address_gets_an_answer_of_the_same_form_and_nothing_changes() {
    let world = World::with_mina().await;
    let before = world.text("SELECT row_to_json(accounts)::text FROM identity.accounts").await;
    let again = world.register("MINA@example.com", "another password", "다른 이름").await;
    assert_eq!(again.display_name, "다른 이름");
    assert_eq!(again.id.as_uuid().get_version_num(), 7);
    assert!(!before.contains(&again.id.to_string()), "an id of nobody");
    assert_eq!(world.text("SELECT row_to_json(accounts)::text FROM identity.accounts").await, before);
    assert_eq!(world.events().await.len(), 1);

    let refused = world.identity.sign_in(&call(None), credentials(EMAIL, "another password")).await.err();
    assert_eq!(refused, Some(Refusal::WrongCredentials.into()), "the account is still its owner's");
    world.sign_in().await;
}

#[tokio::test]
async fn eight_at_once_with_one_address_open_one_account() {
    let world = World::new().await;
    let tries = (0..8).map(|_| {
        let identity = world.identity.clone();
        tokio::spawn(async move { identity.register(&call(None), new_account(EMAIL, PASSWORD, "미나")).await })
    });
    for answer in tries.collect::<Vec<_>>() {
        answer.await.expect("runs").expect("the same answer for all");
    }
    assert_eq!(world.number("SELECT count(*) FROM identity.accounts").await, 1);
    assert_eq!(world.events().await.len(), 1);
}

#[tokio::test]
async fn every_field_that_does_not_hold_is_named_at_once_and_nothing_is_stored() {
    let world = World::new().await;
    let Err(ApiError::Refused(Refusal::Invalid(errors))) = world.identity.register(&call(None), new_account("mina", "short", "")).await
    else {
        panic!("expected invalid fields");
    };
    let named: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
    assert_eq!(named, [("email", FieldCode::Malformed), ("password", FieldCode::TooShort), ("display_name", FieldCode::Required)]);
    assert_eq!(world.number("SELECT count(*) FROM identity.accounts").await, 0);
    assert!(world.events().await.is_empty());
}

#[tokio::test]
async fn the_event_carries_the_case_of_the_call() {
    let world = World::new().await;
    let call = call(None);
    world.identity.register(&call, new_account(EMAIL, PASSWORD, "미나")).await.expect("registers");
    assert_eq!(world.text("SELECT correlation_id::text FROM event_log.events").await, call.correlation_id.to_string());
}
