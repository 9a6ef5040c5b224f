//! The viewpage written by hand, for `make bench` alone: the same query, the same bytes, as little work as a person could do.
//!
//! It takes the page of one course from the running product and cuts it at every value that comes from the database. Answering
//! is the query, reading the row into the same types, and writing cuts and escaped values one after the other. What the product
//! derives from the row, such as the map, is in the cuts already: the comparison is harder on the product than it need be.
//!
//! `by_hand ADDR DATA ORIGIN COURSE`: where to listen, the folder of the product's private Postgres, the product, a course.
#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first surprise")]
#![expect(clippy::disallowed_methods, reason = "a benchmark's nonces need not be decided by tests")]

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use contract::course::CourseContent;
use contract::viewpage::{CommentView, ReviewView};
use platform::private_postgres::PrivatePostgres;
use server::accept;
use server::shutdown::{self, Shutdown};
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::types::Json;
use std::fmt::Write as _;
use std::sync::Arc;
use uuid::Uuid;

/// The product's allocator, so that only the pages differ.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The query of `services/viewpage/src/store/read.rs`.
const QUERY: &str = "SELECT host_id, display_name, content, total_minutes, total_metres, total_cost_krw, published_at::text,
        likes, bookmarks, comments AS comment_count, reviews AS review_count, rating_sum, version,
        COALESCE((SELECT json_agg(view) FROM (
            SELECT json_build_object('id', comment_id,
                       'author', json_build_object('id', author_id, 'display_name', COALESCE(author.display_name, '')),
                       'body', body, 'created_at', created_at, 'updated_at', updated_at) AS view
            FROM viewpage.comments said LEFT JOIN viewpage.accounts author ON author.account_id = author_id
            WHERE said.course_id = shown.course_id ORDER BY created_at DESC, comment_id DESC LIMIT 20) newest), '[]') AS comments,
        COALESCE((SELECT json_agg(view) FROM (
            SELECT json_build_object('id', review_id,
                       'author', json_build_object('id', author_id, 'display_name', COALESCE(author.display_name, '')),
                       'rating', rating, 'body', body,
                       'reply', CASE WHEN reply IS NOT NULL THEN json_build_object('body', reply, 'replied_at', replied_at) END,
                       'created_at', created_at, 'updated_at', updated_at) AS view
            FROM viewpage.reviews said LEFT JOIN viewpage.accounts author ON author.account_id = author_id
            WHERE said.course_id = shown.course_id ORDER BY created_at DESC, review_id DESC LIMIT 20) newest), '[]') AS reviews
    FROM viewpage.courses shown LEFT JOIN viewpage.accounts host ON host.account_id = host_id
    WHERE course_id = $1 AND published AND content IS NOT NULL";

#[derive(sqlx::FromRow)]
struct Row {
    display_name: String,
    content: Json<CourseContent>,
    likes: i64,
    version: i64,
    comments: Json<Vec<CommentView>>,
    reviews: Json<Vec<ReviewView>>,
}

struct ByHand {
    pool: PgPool,
    /// The page, cut: what stands before each value, and which value it is.
    cuts: Vec<(String, usize)>,
    end: String,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, addr, data, origin, course] = arguments.as_slice() else { panic!("by_hand ADDR DATA ORIGIN COURSE") };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    runtime.block_on(run(addr, data, origin, course));
}

async fn run(addr: &str, data: &str, origin: &str, course: &str) {
    let options = PrivatePostgres::join(std::path::Path::new(data)).await.unwrap().expect("the product runs on this folder");
    let pool = PgPoolOptions::new().max_connections(16).connect_with(options).await.unwrap();
    let page = reqwest::get(format!("{origin}/courses/{course}")).await.unwrap().text().await.unwrap();
    let nonce = page.split("nonce=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let row = row(&pool, course.parse().unwrap()).await;
    let (cuts, end) = cut(&page, &values(&row, nonce));
    println!("{} bytes, {} values", page.len(), cuts.len());
    let router = Router::new().route("/courses/{id}", get(show)).with_state(Arc::new(ByHand { pool, cuts, end }));
    let listener = accept::listen(addr.parse().unwrap()).unwrap();
    accept::serve(listener, "by_hand", router, accept::Limits::default(), Shutdown::new(shutdown::WITHIN)).await;
}

async fn row(pool: &PgPool, course: Uuid) -> Row {
    sqlx::query_as(QUERY).bind(course).fetch_one(pool).await.unwrap()
}

async fn show(State(state): State<Arc<ByHand>>, Path(id): Path<Uuid>) -> Response {
    let nonce: [u8; 11] = rand::random();
    let nonce = nonce.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    });
    let policy = format!("default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'");
    let values = values(&row(&state.pool, id).await, nonce);
    let mut html = String::with_capacity(64 * 1024);
    for (before, value) in &state.cuts {
        html.push_str(before);
        escape(&values[*value], &mut html);
    }
    html.push_str(&state.end);
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()), (header::CONTENT_SECURITY_POLICY, policy)], html).into_response()
}

/// Everything that comes from the row, and the nonce.
fn values(row: &Row, nonce: String) -> Vec<String> {
    let content = &row.content.0;
    let mut values = vec![
        nonce,
        content.title.as_str().to_owned(),
        content.summary.as_str().to_owned(),
        row.display_name.clone(),
        format!("likes\":{}", row.likes),
        format!("version\":{}", row.version),
    ];
    for stop in &content.stops {
        values.extend([stop.name.as_str().to_owned(), stop.note.as_str().to_owned(), format!("mlat={}&mlon={}", stop.lat, stop.lng)]);
    }
    for comment in &row.comments.0 {
        values.extend([comment.id.to_string(), comment.author.display_name.clone(), comment.body.as_str().to_owned()]);
    }
    for review in &row.reviews.0 {
        values.extend([review.id.to_string(), review.author.display_name.clone(), review.body.as_str().to_owned()]);
    }
    values.retain(|value| !value.is_empty());
    values
}

/// Cuts `page` at every place where a value stands, the leftmost and longest first.
fn cut(page: &str, values: &[String]) -> (Vec<(String, usize)>, String) {
    let escaped: Vec<String> = values
        .iter()
        .map(|value| {
            let mut text = String::new();
            escape(value, &mut text);
            text
        })
        .collect();
    let mut cuts = Vec::new();
    let mut rest = page;
    loop {
        let next = escaped
            .iter()
            .enumerate()
            .filter_map(|(index, value)| Some((rest.find(value.as_str())?, usize::MAX - value.len(), index)))
            .min();
        let Some((at, _, index)) = next else { return (cuts, rest.to_owned()) };
        cuts.push((rest[..at].to_owned(), index));
        rest = &rest[at + escaped[index].len()..];
    }
}

fn escape(text: &str, html: &mut String) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
}
