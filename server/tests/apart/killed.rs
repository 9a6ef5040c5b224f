//! `kill -9` of one process after the other, while people go on: what is refused is refused as it should be, and what was acknowledged is
//! there in the end.

use crate::system::{LIMIT, Person, Process, Processes, System};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::time::Instant;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// What people were told is done.
#[derive(Clone, Default)]
pub struct Acknowledged(watch::Sender<Vec<String>>);

impl Acknowledged {
    fn add(&self, comment: &Value) {
        self.0.send_modify(|all| all.push(comment["id"].as_str().unwrap().to_owned()));
    }

    /// Waits for so many more.
    pub async fn grows_by(&self, more: usize) {
        let enough = self.0.borrow().len() + more;
        let mut all = self.0.subscribe();
        let grown = all.wait_for(|all| all.len() >= enough);
        tokio::time::timeout(LIMIT, grown).await.expect("people are heard").unwrap();
    }

    /// Waits until all of it is listed, once.
    pub async fn are_there(&self, person: &Person, course: &str) {
        let acknowledged: HashSet<String> = self.0.borrow().iter().cloned().collect();
        let there = async {
            loop {
                let listed = listed(person, course).await;
                let each: HashSet<String> = listed.iter().cloned().collect();
                assert_eq!(listed.len(), each.len(), "none is there twice");
                if acknowledged.is_subset(&each) {
                    return listed.len();
                }
            }
        };
        let there = tokio::time::timeout(LIMIT, there).await.expect("nothing that was acknowledged is lost");
        eprintln!("{} comments were acknowledged, {there} are there", acknowledged.len());
    }
}

/// Comments again and again, and notes what was taken.
pub async fn goes_on(person: Person, course: String, acknowledged: Acknowledged, enough: CancellationToken) {
    let mut number = 0;
    while !enough.is_cancelled() {
        number += 1;
        let request = person.request(Method::POST, &format!("/courses/{course}/comments")).json(&json!({ "body": format!("{number}") }));
        // Nobody is at the one address that the public knows: nothing was promised.
        let Ok(answer) = request.send().await else { continue };
        let status = answer.status();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            assert!(answer.headers().contains_key("retry-after"));
            continue;
        }
        assert_eq!(status, StatusCode::CREATED, "{}", answer.text().await.unwrap_or_default());
        // Of an answer that broke off, only its head was seen.
        if let Ok(comment) = answer.json::<Value>().await {
            acknowledged.add(&comment);
        }
    }
}

async fn listed(person: &Person, course: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let (status, page) = person.send(Method::GET, &format!("/courses/{course}/comments?limit=100&cursor={cursor}"), None).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        all.extend(page["items"].as_array().unwrap().iter().map(|comment| comment["id"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return all,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whichever_process_is_killed_nothing_acknowledged_is_lost() {
    let (system, processes) = System::start().await;
    let Processes { identity, course, communication, review, viewpages: [one, two], web } = processes;
    let url = web.url();
    let host = Person::new(&url, "host").await;
    let id = host.publishes().await;
    let (acknowledged, enough) = (Acknowledged::default(), CancellationToken::new());
    let mut people = Vec::new();
    for name in ["first", "second"] {
        let person = Person::new(&url, name).await;
        people.push(tokio::spawn(goes_on(person, id.clone(), acknowledged.clone(), enough.clone())));
    }

    let mut all: [Process; 7] = [identity, course, communication, review, one, two, web];
    for process in &mut all {
        acknowledged.grows_by(4).await;
        process.kill();
        let killed = Instant::now();
        system.again(process);
        acknowledged.grows_by(4).await;
        eprintln!("{} was killed: people were heard again within {:?}", process.parts, killed.elapsed());
    }
    enough.cancel();
    for person in people {
        person.await.unwrap();
    }

    acknowledged.are_there(&host, &id).await;
    // What has been written without anybody being told is counted as well.
    assert_eq!(system.audit().await, Ok(()));
}
