//! The other side is slow, dead, or on its way up or down.

use super::*;

#[tokio::test]
async fn what_may_be_done_twice_is_tried_again_and_nothing_else() {
    let there = There::with(Told::default()).await;
    let course = known(&there);
    there.is_hidden_by([StatusCode::SERVICE_UNAVAILABLE, StatusCode::BAD_GATEWAY]);
    assert_eq!(course.standing(&call(None), id()).await, Ok(None));
    assert_eq!(there.calls(), 1);

    there.is_hidden_by([StatusCode::SERVICE_UNAVAILABLE]);
    assert_eq!(course.delete(&call(None), id()).await, Err(DEAD), "it may have been done");
    assert_eq!(course.delete(&call(None), id()).await, Ok(0));

    there.is_hidden_by([StatusCode::SERVICE_UNAVAILABLE; 3]);
    assert_eq!(course.standing(&call(None), id()).await, Err(DEAD), "three tries and no more");
    assert!(there.between.lock().unwrap().is_empty());
}

#[tokio::test]
async fn one_that_is_dead_is_passed_over_whatever_is_asked() {
    let there = There::with(Told::default()).await;
    let course = remote(&[nobody().await, there.addr], outgoing(keys(), Clock::system(), patience()));
    for done in 0..4 {
        // It surely never arrived where nobody listens.
        assert_eq!(course.delete(&call(None), id()).await, Ok(done));
        assert_eq!(course.breaker().status().failures, 0, "the service is well");
    }
}

#[tokio::test]
async fn one_that_was_dead_a_moment_ago_is_asked_where_the_other_has_gone() {
    let first = nobody().await;
    let second = There::with(Told::default()).await;
    let course = remote(&[first, second.addr], outgoing(keys(), Clock::system(), patience()));
    for done in 0..2 {
        assert_eq!(course.delete(&call(None), id()).await, Ok(done));
    }
    let _first = There::at(first, Told::default()).await;
    drop(second);
    for done in 0..2 {
        assert_eq!(course.delete(&call(None), id()).await, Ok(done));
        assert_eq!(course.breaker().status().failures, 0, "the service is well");
    }
}

/// Takes what is asked, and hangs up, again and again.
async fn hangs_up() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            connection.read_u8().await.unwrap();
        }
    });
    addr
}

#[tokio::test]
async fn one_that_hangs_up_is_passed_over_for_what_may_be_done_twice() {
    let there = There::with(Told::default()).await;
    let course = remote(&[hangs_up().await, there.addr], outgoing(keys(), Clock::system(), patience()));
    for _ in 0..4 {
        assert_eq!(course.standing(&call(None), id()).await, Ok(None));
        assert_eq!(course.breaker().status().failures, 0, "the service is well");
    }
    let mut answers = Vec::new();
    for _ in 0..2 {
        answers.push(course.delete(&call(None), id()).await);
    }
    answers.sort_by_key(Result::is_err);
    assert_eq!(answers, [Ok(0), Err(DEAD)], "it may have been done");
}

#[tokio::test]
async fn a_dead_service_is_asked_no_longer_and_found_again() {
    let seconds = Arc::new(AtomicI64::new(1_700_000_000));
    let told = seconds.clone();
    let clock = Clock::from_fn(move || Timestamp::from_second(told.load(Ordering::Relaxed)).unwrap());
    let addr = nobody().await;
    let course = remote(&[addr], outgoing(keys(), clock, Patience { tries: 2, ..patience() }));
    for retry_after_seconds in [1, 5] {
        assert_eq!(course.standing(&call(None), id()).await, Err(ApiError::Unavailable { retry_after_seconds }));
    }
    let status = course.breaker().status();
    assert_eq!((status.state, status.failures), (breaker::State::Open, 4));
    assert_eq!(course.standing(&call(None), id()).await, Err(ApiError::Unavailable { retry_after_seconds: 5 }));
    assert_eq!(course.breaker().status().failures, 4, "nobody was asked");

    let there = There::at(addr, Told::default()).await;
    assert!(course.standing(&call(None), id()).await.is_err(), "still open");
    seconds.fetch_add(6, Ordering::Relaxed);
    // Refused for its old signature, but an answer: the way is free again.
    assert_eq!(course.standing(&call(None), id()).await, Err(ApiError::Fault));
    assert_eq!(course.breaker().status().state, breaker::State::Closed);
    assert_eq!(there.calls(), 0);
}

#[tokio::test]
async fn a_slow_service_is_given_up_and_gives_up_itself() {
    let there = There::with(Told { hangs: true, ..Told::default() }).await;
    let short = Patience { again: Duration::from_millis(50), tries: 2, ..patience() };
    let course = remote(&[there.addr], outgoing(keys(), Clock::system(), short));
    assert_eq!(course.standing(&call(None), id()).await, Err(DEAD));
    assert_eq!(there.calls(), 2);
    // Nobody waits for an answer any longer, so nobody works at it.
    there.service.given_up.notified().await;
}

#[tokio::test]
async fn nobody_waits_longer_than_whoever_asked_first() {
    let there = There::with(Told { hangs: true, ..Told::default() }).await;
    let course = known(&there);
    let around = Around {
        correlation_id: CorrelationId::new(Uuid::from_u128(5)),
        deadline: tokio::time::Instant::now() + Duration::from_millis(50),
    };
    // Patience itself would last for three minutes.
    let answer = tokio::time::timeout(LONG, around.hold(course.standing(&call(None), id()))).await.unwrap();
    assert_eq!(answer, Err(DEAD));
    there.service.given_up.notified().await;
}

/// The live stream of a viewpage service that breaks after every two changes.
#[tokio::test]
async fn a_broken_stream_goes_on_after_the_last_change() {
    let asked: Arc<Mutex<Vec<Option<u64>>>> = Arc::default();
    let heard = asked.clone();
    let watch = async move |Json((watch,)): Json<(Watch,)>| {
        heard.lock().unwrap().push(watch.after);
        let first = watch.after.map_or(1, |after| after + 1);
        let line = |number| format!("{{\"id\":{number},\"name\":\"withdrawn\",\"event\":{{\"course_id\":\"{}\"}}}}\n\n", watch.courses[0]);
        ([("content-type", "application/x-ndjson")], [first, first + 1].map(line).concat())
    };
    let routes = axum::Router::new().route("/internal/v1/viewpage/watch", axum::routing::post(watch));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    tokio::spawn(axum::serve(listener, routes).into_future());

    let end = CancellationToken::new();
    let outgoing = Outgoing::new("web", keys(), Clock::system(), end.clone(), patience());
    let viewpage = Remote::new("viewpage", "test.viewpage", vec![address], outgoing);
    let mut changes = viewpage.watch(Watch { courses: vec![id()], ..Watch::default() }).await.unwrap();
    for number in 1..=6 {
        let change = changes.next().await.unwrap();
        assert_eq!((change.id, &change.event), (number, &LiveEvent::Withdrawn { course_id: id() }));
    }
    assert_eq!(*asked.lock().unwrap(), [None, Some(2), Some(4)]);
    end.cancel();
    assert_eq!(changes.next().await, None, "this process ends its streams");
}
