//! Where a collector is named, it hears of a case in one trace: of the request, of what services ask each other, and of what hears of
//! the events.

use crate::system::{Person, System};
use axum::body::Bytes;
use axum::routing::post;
use axum::{Router, extract::State};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use prost::Message;
use reqwest::{Method, StatusCode};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

const CASE: &str = "0192f5d0-1c2b-7e3a-9f00-5b1d3c7a9e21";
const LIMIT: Duration = Duration::from_secs(120);

/// A span, as far as it is looked at.
#[derive(Debug)]
struct Span {
    service: String,
    name: String,
    id: Vec<u8>,
    parent: Vec<u8>,
}

/// Takes spans, and passes those of the case on.
async fn collector() -> (String, UnboundedReceiver<Span>) {
    let (sender, receiver) = unbounded_channel();
    let router = Router::new().route("/v1/traces", post(take)).with_state(sender);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}"), receiver)
}

async fn take(State(sender): State<UnboundedSender<Span>>, body: Bytes) {
    let case = CASE.replace('-', "");
    for of_service in ExportTraceServiceRequest::decode(body).unwrap().resource_spans {
        let attributes = of_service.resource.unwrap().attributes;
        let name = attributes.into_iter().find(|attribute| attribute.key == "service.name").unwrap().value.unwrap().value;
        let Some(Value::StringValue(service)) = name else { panic!("a service without a name") };
        for span in of_service.scope_spans.into_iter().flat_map(|scope| scope.spans) {
            if hex::encode(&span.trace_id) == case {
                let _nobody_waits =
                    sender.send(Span { service: service.clone(), name: span.name, id: span.span_id, parent: span.parent_span_id });
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_is_one_trace_through_all_processes() {
    let (collector, mut spans) = collector().await;
    let (_system, processes) = System::start_with(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &collector)]).await;
    let host = Person::new(&processes.web.url(), "host").await;
    let course = host.publishes().await;
    let like = host.request(Method::PUT, &format!("/courses/{course}/like")).header("x-correlation-id", CASE);
    assert_eq!(like.send().await.unwrap().status(), StatusCode::OK);

    // By whom, and what: the request; what it asks; how that is answered; who hears of it.
    let mut missing: BTreeSet<_> = [
        ("dulle-web", "PUT /api/v1/courses/{id}/like"),
        ("dulle-web", "ask"),
        ("dulle-communication", "POST /internal/v1/{service}/{operation}"),
        ("dulle-communication", "call"),
        ("dulle-viewpage", "viewpage"),
    ]
    .into();
    let mut seen = Vec::new();
    let complete = async {
        while !missing.is_empty() {
            let span = spans.recv().await.unwrap();
            missing.retain(|known| *known != (&*span.service, &*span.name));
            seen.push(span);
        }
    };
    let told = tokio::time::timeout(LIMIT, complete).await;
    assert!(told.is_ok(), "not told of: {missing:?}");

    let named = |service: &str, name: &str| seen.iter().find(|span| span.service == service && span.name == name).unwrap();
    let request = named("dulle-web", "PUT /api/v1/courses/{id}/like");
    assert!(request.parent.is_empty(), "nobody called it who traces");
    let answered = named("dulle-communication", "POST /internal/v1/{service}/{operation}");
    let asked = seen.iter().find(|span| span.id == answered.parent).expect("it is below whoever asked");
    assert_eq!((&*asked.service, &*asked.name, &asked.parent), ("dulle-web", "ask", &request.id));
    assert_eq!(named("dulle-communication", "call").parent, answered.id);
}
