//! What search engines are told: which pages are not for them (`/robots.txt`), and where those are that are (`/sitemap.xml`).

use crate::documents::{Document, sitemap};
use crate::forms::Fields;
use crate::picture::Picture;
use crate::visit::{Reading, Visit};
use axum::body::Bytes;
use axum::response::Response;
use contract::course::Language;
use contract::place::Region;
use contract::{ApiError, CourseId, Refusal};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

/// How many courses a list has: some 1.5 MB. The protocol allows 50,000 addresses and 50 MB.
const COURSES: u32 = 1_000;
/// How many lists are kept, and for how long.
const KEPT: usize = 16;
const LIFE: SignedDuration = SignedDuration::from_mins(1);
const KEEP: &str = "public, max-age=300";
const A_DAY: &str = "public, max-age=86400";
const XML: &str = "application/xml; charset=utf-8";

/// What search engines need not ask for: what is for one person alone. The pages of hosts lead there.
const NOT_FOR_ROBOTS: [&str; 3] = ["/sign-in", "/sign-up", "/settings"];

/// Lists that were written: the index, or that from a course on. Whoever asks waits while another is written, so that one is at a time.
#[derive(Default)]
pub(crate) struct Lists(Mutex<Vec<(Option<CourseId>, Timestamp, Bytes)>>);

impl Lists {
    async fn get(
        &self,
        from: Option<CourseId>,
        now: Timestamp,
        write: impl Future<Output = Result<String, ApiError>>,
    ) -> Result<Bytes, ApiError> {
        let mut lists = self.0.lock().await;
        lists.retain(|(_, written, _)| now.duration_since(*written).abs() < LIFE);
        if let Some((_, _, list)) = lists.iter().find(|(key, _, _)| *key == from) {
            return Ok(list.clone());
        }
        let list = Bytes::from(write.await?);
        if lists.len() >= KEPT {
            lists.remove(0);
        }
        lists.push((from, now, list.clone()));
        Ok(list)
    }
}

/// `GET /robots.txt`
pub(crate) async fn robots(Reading(visit): Reading) -> Response {
    let mut text = "User-agent: *\nDisallow: /api/\n".to_owned();
    for path in NOT_FOR_ROBOTS {
        text.push_str(&format!("Disallow: {path}\nDisallow: /en{path}\n"));
    }
    text.push_str(&format!("\nSitemap: {}\n", visit.public(Language::Ko, "/sitemap.xml")));
    send(&visit, "text/plain; charset=utf-8", text.into(), A_DAY)
}

/// `GET /sitemap.xml`: where the lists are.
pub(crate) async fn index(Reading(visit): Reading) -> Response {
    let write = async {
        let parts = visit.site().viewpage.parts(COURSES).await?;
        let mut lists = vec![visit.public(Language::Ko, "/sitemaps/pages.xml")];
        lists.extend(parts.iter().map(|from| visit.public(Language::Ko, &format!("/sitemaps/courses.xml?from={from}"))));
        Ok(sitemap::index(&lists))
    };
    let list = visit.front.lists.get(None, (visit.site().now)(), write).await;
    visit.answer(list.map(|list| send(&visit, XML, list, KEEP)))
}

/// `GET /sitemaps/pages.xml`: the pages that are always there.
pub(crate) async fn pages(Reading(visit): Reading) -> Response {
    let regions = Region::ALL.iter().map(|region| format!("/?region={}", region.code()));
    let addresses: Vec<_> = std::iter::once("/".to_owned()).chain(regions).map(|path| both(&visit, &path)).collect();
    send(&visit, XML, sitemap::pages(&addresses).into(), A_DAY)
}

/// `GET /sitemaps/courses.xml?from={id}`: the courses from that one on.
pub(crate) async fn courses(Reading(visit): Reading) -> Response {
    let result = async {
        let from: CourseId = Fields(visit.asked()).text("from").parse().map_err(|_| ApiError::Refused(Refusal::NotFound))?;
        let write = async {
            let listed = visit.site().viewpage.listed(from, COURSES).await?;
            Ok(sitemap::courses(&listed, |path| both(&visit, path)))
        };
        let list = visit.front.lists.get(Some(from), (visit.site().now)(), write).await?;
        Ok(send(&visit, XML, list, KEEP))
    };
    let result = result.await;
    visit.answer(result)
}

/// `GET /picture.png`: the picture of every page that has none of its own.
pub(crate) async fn picture(Reading(visit): Reading) -> Response {
    let png = visit.front.gallery.png(&Picture::Site).await;
    visit.answer(png.map(|png| send(&visit, "image/png", png, A_DAY)))
}

fn both(visit: &Visit, path: &str) -> [String; 2] {
    [Language::Ko, Language::En].map(|language| visit.public(language, path))
}

fn send(visit: &Visit, kind: &'static str, body: Bytes, keep: &'static str) -> Response {
    Document { kind, body, keep, file_name: String::new() }.answer(&visit.headers)
}
