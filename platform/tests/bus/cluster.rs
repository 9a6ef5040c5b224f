//! What is peculiar to Kafka. Most of it with brokers within the library: they refuse what they are told to refuse, and lose nothing when they
//! are down.

use crate::world::{LIMIT, World, bus, write};
use platform::bus::kafka::TOPICS;
use platform::bus::{Bus, Message};
use platform::testing::broker::Broker;
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;
use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

const EVENTS: &str = "dulle.events";
/// All of them.
const ALL: i32 = -1;

pub struct Cluster(MockCluster<'static, DefaultProducerContext>);

impl Cluster {
    /// Three brokers with the topics, which they can't be asked to make.
    pub fn new() -> Self {
        let cluster = MockCluster::new(3).unwrap();
        for topic in TOPICS {
            cluster.create_topic(topic, 1, 3).unwrap();
        }
        Self(cluster)
    }

    /// What `DULLE_BUS` says of it.
    pub fn url(&self) -> String {
        let servers: Vec<_> = self.0.bootstrap_servers().split(',').map(|server| format!("kafka://{server}")).collect();
        format!("{}?replicas=3", servers.join(","))
    }

    fn refuses(&self, what: RDKafkaApiKey, errors: &[RDKafkaRespErr]) {
        self.0.request_errors(what, errors);
    }
}

async fn with_bus() -> (Cluster, Arc<dyn Bus>) {
    let cluster = Cluster::new();
    let bus = bus(&cluster.url()).await;
    (cluster, bus)
}

fn message(number: u8) -> Message {
    Message { id: Uuid::from_u128(number.into()), kind: "like".to_owned(), aggregate: Uuid::from_u128(1), body: vec![number] }
}

/// What is kept.
async fn kept(bus: &Arc<dyn Bus>) -> Vec<u8> {
    let mut following = bus.follow(None).await.unwrap();
    let mut kept = Vec::new();
    loop {
        let followed = following.next(100, Duration::from_millis(200)).await.unwrap();
        if followed.bodies.is_empty() {
            return kept;
        }
        kept.extend(followed.bodies.into_iter().flatten());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refused_for_now_is_kept_in_the_end_and_in_order() {
    use RDKafkaRespErr::*;
    let (cluster, bus) = with_bus().await;
    cluster.refuses(
        RDKafkaApiKey::Produce,
        &[
            RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
            RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
            RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
            RD_KAFKA_RESP_ERR__TRANSPORT,
        ],
    );
    bus.publish("any", &[message(1), message(2), message(3)]).await.unwrap();
    assert_eq!(kept(&bus).await, [1, 2, 3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_kept_is_said() {
    use RDKafkaRespErr::*;
    let (cluster, bus) = with_bus().await;
    for (error, times) in [
        (RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, 1),
        // Until it is given up.
        (RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, 1_000),
        (RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, 1),
    ] {
        cluster.refuses(RDKafkaApiKey::Produce, &vec![error; times]);
        assert!(bus.publish("any", &[message(1)]).await.is_err(), "{error:?}");
        cluster.0.clear_request_errors(RDKafkaApiKey::Produce);
    }
    let allowed = async { while bus.publish("any", &[message(2)]).await.is_err() {} };
    tokio::time::timeout(LIMIT, allowed).await.expect("it is tried again");
    assert_eq!(kept(&bus).await.last(), Some(&2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_can_not_be_told_what_was_asked_follows_anew() {
    use RDKafkaRespErr::*;
    let (cluster, bus) = with_bus().await;
    bus.publish("any", &[message(1), message(2)]).await.unwrap();
    let mut following = bus.follow(None).await.unwrap();
    let followed = following.next(1, Duration::from_secs(10)).await.unwrap();
    assert_eq!((followed.bodies, followed.missed, followed.unread), (vec![vec![1]], true, 1));

    following.next(1, Duration::from_secs(10)).await.unwrap();

    cluster.refuses(RDKafkaApiKey::Fetch, &[RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE; 100]);
    assert!(following.next(1, Duration::from_secs(10)).await.is_err());
    cluster.0.clear_request_errors(RDKafkaApiKey::Fetch);
    let mut again = bus.follow(Some(&followed.place)).await.unwrap();
    let next = again.next(1, Duration::from_secs(10)).await.unwrap();
    assert_eq!((next.bodies, next.missed, next.unread, next.place.number), (vec![vec![2]], false, 0, followed.place.number + 1));

    cluster.refuses(RDKafkaApiKey::ListOffsets, &[RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED; 4]);
    assert!(bus.follow(Some(&next.place)).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_broker_leads() {
    let mut world = World::with_a_cluster_of_kafka().await;
    let reader = world.reader().await;
    write(&world.there, 1).await;
    reader.has_heard(1).await;
    for leader in [None, Some(2), Some(3)] {
        world.cluster.as_ref().unwrap().0.partition_leader(EVENTS, 0, leader).unwrap();
        write(&world.there, 1).await;
    }
    reader.has_heard(4).await;
    reader.assert_whole(4);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn brokers_that_come_back_with_what_they_kept_are_asked_for_nothing() {
    let mut world = World::with_a_cluster_of_kafka().await;
    let reader = world.reader().await;
    for number in 0..5 {
        write(&world.there, number).await;
    }
    reader.has_heard(5).await;
    let bus = world.bus.clone().unwrap();
    let before = bus.history().await.unwrap();
    world.cluster.as_ref().unwrap().0.broker_down(ALL).unwrap();
    for number in 0..5 {
        write(&world.there, number).await;
    }
    assert!(bus.ask_again().await.is_err(), "nobody is there");
    world.cluster.as_ref().unwrap().0.broker_up(ALL).unwrap();
    reader.has_heard(10).await;
    reader.assert_whole(10);
    assert_eq!(bus.history().await.unwrap(), before);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_events_were_deleted_alone_there_is_another_life() {
    let broker = Broker::kafka(&[]);
    let bus = bus(&broker.url()).await;
    bus.publish("any", &[message(1), message(2)]).await.expect_err("nobody has made the topics");
    let before = bus.history().await.unwrap();
    bus.publish("any", &[message(1), message(2)]).await.unwrap();
    let mut following = bus.follow(None).await.unwrap();
    let place = following.next(2, Duration::from_secs(10)).await.unwrap().place;

    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", broker.url().strip_prefix("kafka://").unwrap());
    let admin: AdminClient<_> = config.create().unwrap();
    for deleted in admin.delete_topics(&[EVENTS], &AdminOptions::new()).await.unwrap() {
        deleted.unwrap();
    }
    let gone = async { while following.next(2, Duration::from_millis(100)).await.is_ok() {} };
    tokio::time::timeout(LIMIT, gone).await.expect("who follows is told");
    assert_ne!(bus.history().await.unwrap().split('.').next_back(), before.split('.').next_back());
    bus.publish("any", &[message(3)]).await.unwrap();
    let mut again = bus.follow(Some(&place)).await.unwrap();
    let followed = again.next(2, Duration::from_secs(10)).await.unwrap();
    assert_eq!((followed.bodies, followed.missed), (vec![vec![3]], false), "it begins with the oldest");
    assert_ne!(followed.place.life, place.life);
}
