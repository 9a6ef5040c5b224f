//! Every service a process of its own, the viewpage two of them, on one database: the same walk as in one process, over real sockets,
//! while processes are killed.
#![expect(clippy::unwrap_used, reason = "a test")]

mod databases;
mod killed;
mod system;
mod traced;

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use std::fs;
use std::time::Instant;
use system::{LIMIT, Person, Process, Processes, Stream, System, program};

const KEY: &str = "a key that only these processes know of";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn services_apart_are_as_one_and_whoever_is_killed_is_replaced() {
    let (system, Processes { mut identity, mut course, mut communication, mut review, viewpages: [mut one, mut two], web }) =
        System::start().await;
    // On one machine nobody has to say a key; and nobody has made a database of its own.
    let made: Vec<_> = fs::read_dir(system.folder.path().join("data")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(made, ["service.key"]);
    let web = web.url();

    // A course, a like, a review; the page and the open stream show them.
    let host = Person::new(&web, "host").await;
    let customer = Person::new(&web, "customer").await;
    let id = host.publishes().await;
    let (status, refused) = customer.send(Method::POST, &format!("/courses/{id}/unpublish"), None).await;
    assert_eq!((status, &refused["code"]), (StatusCode::FORBIDDEN, &json!("not_yours")), "refusals are what they are");
    let view = format!("/viewpages/{id}");
    let shown = async || customer.send(Method::GET, &view, None).await;

    let mut stream = Stream::of(&customer, &id).await;
    stream.shows("event: snapshot").await;
    let liked = customer.insist(Method::PUT, &format!("/courses/{id}/like"), None).await;
    assert_eq!(liked["likes"], 1);
    stream.shows("\"likes\":1").await;
    let words = json!({ "rating": 5, "body": "또 걷고 싶어요" });
    let (status, reviewed) = customer.send(Method::POST, &format!("/courses/{id}/reviews"), Some(&words)).await;
    assert_eq!(status, StatusCode::CREATED, "{reviewed}");
    stream.shows("event: review").await;
    let (status, page) = shown().await;
    assert_eq!((status, &page["counts"]["likes"], &page["counts"]["reviews"]), (StatusCode::OK, &json!(1), &json!(1)), "{page}");
    assert_eq!(page["reviews"][0]["body"], "또 걷고 싶어요");
    let (status, again) = customer.send(Method::POST, &format!("/courses/{id}/reviews"), Some(&words)).await;
    assert_eq!((status, &again["code"]), (StatusCode::CONFLICT, &json!("already_reviewed")));

    // Either copy of the viewpage is killed: the other folds and shows what comes, on the stream that is open.
    for (copy, likes, name) in [(&mut one, 2, "second"), (&mut two, 3, "third")] {
        let person = Person::new(&web, name).await;
        copy.kill();
        let killed = Instant::now();
        person.insist(Method::PUT, &format!("/courses/{id}/like"), None).await;
        stream.shows(&format!("\"likes\":{likes}")).await;
        eprintln!("a viewpage process was killed: its work was taken over within {:?}", killed.elapsed());
        system.again(copy);
    }
    let ids = stream.ids();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "nothing comes twice or out of order: {ids:?}");

    // Without the course service no review is taken, and none is pretended; pages are untouched. It recovers by itself.
    let late = Person::new(&web, "late").await;
    course.kill();
    let answer = late.request(Method::POST, &format!("/courses/{id}/reviews")).json(&words).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers().contains_key("retry-after"));
    assert_eq!(shown().await.0, StatusCode::OK);
    system.again(&mut course);
    late.insist(Method::POST, &format!("/courses/{id}/reviews"), Some(&words)).await;
    // The answer waits for the page, but not for long.
    let folded = async { while shown().await.1["counts"]["reviews"] != 2 {} };
    tokio::time::timeout(LIMIT, folded).await.expect("the page shows it");

    // Pages are there while every other service is down.
    for process in [&mut identity, &mut course, &mut communication, &mut review] {
        process.kill();
    }
    let page = Client::new().get(format!("{web}/courses/{id}")).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    assert!(page.text().await.unwrap().contains("한 바퀴"));
    let nobody = Client::new().get(format!("{web}/api/v1{view}")).send().await.unwrap();
    assert_eq!(nobody.json::<Value>().await.unwrap()["counts"]["reviews"], 2);

    // Nobody but services is answered by services, and the public address has nothing for services at all.
    let internal = |process: &Process| Client::new().post(format!("{}/internal/v1/viewpage/parts", process.url())).body("[1]").send();
    assert_eq!(internal(&one).await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let public = Client::new().post(format!("{web}/internal/v1/viewpage/parts")).body("[1]").send().await.unwrap();
    assert!(
        [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN, StatusCode::METHOD_NOT_ALLOWED].contains(&public.status()),
        "{}",
        public.status()
    );
}

/// Whatever is missing is said in one line, before anything else is done.
#[test]
fn what_keeps_services_apart_from_starting_is_said() {
    let data = tempfile::tempdir().unwrap();
    let nowhere = ("DATABASE_URL", "postgres://127.0.0.1:1/nowhere");
    let key = ("DULLE_SERVICE_KEY", KEY);
    for (part, variables, said) in [
        ("review", vec![nowhere], "DULLE_COURSE_URL"),
        ("course", vec![nowhere, ("DULLE_ADDR", "0.0.0.0:0")], "DULLE_SERVICE_KEY"),
        ("course", vec![nowhere, ("DULLE_SERVICE_KEY", "short")], "DULLE_SERVICE_KEY"),
        ("course,message", vec![key], "DATABASE_URL"),
        ("course", vec![("DULLE_COURSE_DATABASE_URL", nowhere.1), key], "DULLE_BUS"),
        (
            "course,message",
            vec![("DULLE_COURSE_DATABASE_URL", nowhere.1), ("DULLE_BUS", "nats://nowhere"), key],
            "DULLE_MESSAGE_DATABASE_URL",
        ),
        ("course", vec![nowhere, ("DULLE_BUS", "amqp://nowhere"), key], "DULLE_BUS"),
        ("reviews", vec![nowhere, key], "--only"),
    ] {
        let output = program()
            .args(["serve", "--only", part])
            .envs([("DULLE_ADDR", "127.0.0.1:0"), ("DULLE_ADMIN_ADDR", "off")])
            .env("DULLE_DATA", data.path())
            .envs(variables)
            .output()
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && told.contains(said), "{part}: {told}");
        assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0, "{part}: nothing was made");
    }
}
