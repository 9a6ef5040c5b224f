//! Every service on a database of its own, with NATS or Kafka between: the same walk, while the broker is killed, cut off and wiped.

use crate::killed::{Acknowledged, goes_on};
use crate::system::{LIMIT, Person, System};
use platform::bus::kafka::TOPICS;
use platform::testing::broker::Broker;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tokio_util::sync::CancellationToken;

/// Asks until the answer is as it will be.
async fn shows(person: &Person, path: &str, what: impl Fn(&Value) -> bool) {
    let mut last = Value::Null;
    let showing = async {
        loop {
            let (status, answer) = person.send(Method::GET, path, None).await;
            if status == StatusCode::OK && what(&answer) {
                return;
            }
            last = answer;
        }
    };
    let shown = tokio::time::timeout(LIMIT, showing).await;
    assert!(shown.is_ok(), "{path}: {last}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn services_on_databases_of_their_own_are_as_one_whatever_becomes_of_nats() {
    are_as_one(Broker::nats()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn services_on_databases_of_their_own_are_as_one_whatever_becomes_of_kafka() {
    // Made by whoever runs the brokers, as where nobody else may.
    are_as_one(Broker::kafka(&TOPICS)).await;
}

async fn are_as_one(mut broker: Broker) {
    let (system, processes) = System::on_databases_of_their_own(broker.url()).await;
    let web = processes.web.url();
    let host = Person::new(&web, "host").await;
    let customer = Person::new(&web, "customer").await;
    let id = host.publishes().await;
    let view = format!("/viewpages/{id}");
    for (method, path, body) in [
        (Method::PUT, "like", None),
        (Method::PUT, "bookmark", None),
        (Method::POST, "reviews", Some(json!({ "rating": 5, "body": "또 걷고 싶어요" }))),
        (Method::POST, "comments", Some(json!({ "body": "주차는 되나요?" }))),
    ] {
        customer.insist(method, &format!("/courses/{id}/{path}"), body.as_ref()).await;
    }
    shows(&host, &view, |page| page["counts"] == json!({ "likes": 1, "bookmarks": 1, "comments": 1, "reviews": 1 })).await;
    // Told by message, which hears of bookmarks from communication, and of the host from course.
    shows(&host, "/me/messages", |inbox| inbox["unread"] == 3).await;
    shows(&customer, "/me/messages", |inbox| inbox["items"][0]["kind"] == "bookmark_registered").await;

    let (acknowledged, enough) = (Acknowledged::default(), CancellationToken::new());
    let mut people = Vec::new();
    for name in ["first", "second"] {
        let person = Person::new(&web, name).await;
        people.push(tokio::spawn(goes_on(person, id.clone(), acknowledged.clone(), enough.clone())));
    }
    acknowledged.grows_by(4).await;
    broker.kill();
    acknowledged.grows_by(10).await;
    broker.again();
    acknowledged.grows_by(4).await;
    broker.cut_off(true);
    acknowledged.grows_by(10).await;
    broker.cut_off(false);
    acknowledged.grows_by(4).await;
    broker.kill();
    broker.wipe();
    acknowledged.grows_by(10).await;
    broker.again();
    acknowledged.grows_by(4).await;
    enough.cancel();
    for person in people {
        person.await.unwrap();
    }
    acknowledged.are_there(&host, &id).await;

    // Whoever leaves takes what was theirs along, out of every log.
    let (status, _) = customer.send(Method::DELETE, "/me", Some(&json!({ "password": "a long walk together" }))).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    shows(&host, &view, |page| page["counts"]["likes"] == 0 && page["counts"]["bookmarks"] == 0).await;
    for service in ["identity", "course", "communication", "review", "message", "viewpage"] {
        no_name_in_log(system.database(service), "customer").await;
    }
    let whole = async {
        while let Err(differences) = system.audit().await {
            eprintln!("not yet: {differences}");
        }
    };
    tokio::time::timeout(LIMIT, whole).await.expect("every count is right in the end");
}

async fn no_name_in_log(database: &str, name: &str) {
    let mut connection = PgConnection::connect(database).await.unwrap();
    let gone = async {
        let query = "SELECT EXISTS (SELECT FROM event_log.events WHERE payload ->> 'display_name' = $1)";
        while sqlx::query_scalar::<_, bool>(query).bind(name).fetch_one(&mut connection).await.unwrap() {}
    };
    tokio::time::timeout(LIMIT, gone).await.unwrap_or_else(|_| panic!("{name} is gone from {database}"));
}
