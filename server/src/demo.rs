//! The demo courses, and what customers say to them, loaded through the services' traits as hosts and customers would do it.
//!
//! Loading again changes nothing, also after a load that was interrupted at any point: what is done is recognised and the rest is
//! made up for. Courses are recognised by their titles among their host's own, likes by themselves. Accounts can't be: nobody is
//! told whether an address is known. So this keeps a table of its own, schema `demo`, with the account of each part played. An
//! account is entered once it is there; one that an interruption kept from being entered is left alone and replaced.

mod cast;
mod catalogue;
mod voices;

use self::cast::Cast;
use crate::compose::Services;
use contract::course::{Course, CourseState};
use contract::event::AggregateVersion;
use contract::{AccountId, ApiError, Call, CorrelationId, CourseId, PageRequest};
use platform::Database;
use platform::event_log::{self, Cursor};
use sqlx::Connection;
use sqlx::postgres::PgConnection;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::Duration;

/// The teams of the house that host the demo courses.
const HOSTS: [&str; 5] = ["둘레 산책반", "둘레 골목반", "둘레 하루반", "둘레 바다반", "둘레 나들이반"];
/// How many customers like them.
const CUSTOMERS: usize = 12;
/// How long to wait until pages show what was loaded.
const SHOWN_WITHIN: Duration = Duration::from_secs(10);

/// What a load has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Courses that were not there before.
    pub courses: usize,
    /// The last change, for whoever waits to see it.
    last: Option<AggregateVersion>,
}

/// Why the demo courses can't be loaded.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The list of courses is not what it should be: a defect of this program.
    #[error("the demo courses can't be read: {0}")]
    Catalogue(#[from] serde_json::Error),
    /// A service did not take one.
    #[error("loading the demo courses stopped at {at}: {source}; load again with `dulle demo`, it goes on where it stopped")]
    Service {
        /// What was being loaded.
        at: String,
        /// What the service said.
        source: ApiError,
    },
    /// The database.
    #[error("loading the demo courses stopped: {0}; load again with `dulle demo`, it goes on where it stopped")]
    Database(#[from] sqlx::Error),
    /// The event log.
    #[error("loading the demo courses stopped: {0}; load again with `dulle demo`, it goes on where it stopped")]
    EventLog(#[from] platform::Error),
}

/// A course and who offers it.
#[derive(Clone, Copy, Debug)]
struct Offered {
    course: CourseId,
    host: AccountId,
}

/// For `map_err` on what services answer.
fn stopped_at(at: impl Into<String>) -> impl FnOnce(ApiError) -> DemoError {
    move |source| DemoError::Service { at: at.into(), source }
}

/// Loads what is missing. Two at the same time take turns.
///
/// # Errors
/// See [`DemoError`].
pub async fn load(database: &Database, services: &Services) -> Result<Loaded, DemoError> {
    let mut connection = PgConnection::connect_with(&database.connect_options()).await?;
    let mut cast = Cast::assemble(&mut connection, database.clock()).await?;
    let mut loaded = Loaded::default();
    let mut courses = Vec::new();
    let mut known: HashMap<AccountId, HashMap<String, Course>> = HashMap::new();
    for input in catalogue::courses()? {
        let name = HOSTS[input.host % HOSTS.len()];
        let host = cast.account(services, name, name).await?;
        let call = call(database, host);
        let own = match known.entry(host) {
            Entry::Occupied(own) => own.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(own_courses(services, &call).await?),
        };
        let found = own.remove(&input.course.title);
        let title = input.course.title.clone();
        let mut course = match found {
            Some(course) => course,
            None => services.course.register(&call, input.course).await.map_err(stopped_at(&title))?,
        };
        if course.state == CourseState::Draft {
            course = services.course.publish(&call, course.id).await.map_err(stopped_at(&title))?;
            loaded.courses += 1;
            tracing::info!(title, "demo course");
        }
        courses.push(Offered { course: course.id, host });
    }
    like(database, services, &mut cast, &courses, &mut loaded).await?;
    voices::speak(database, services, &mut cast, &courses, &mut loaded).await?;
    cast.finish().await?;
    connection.close().await?;
    Ok(loaded)
}

/// Loads them into a database in which nothing has happened yet, or in which an earlier load was interrupted. Returns once pages
/// show them. `None`: the database is someone's own, or they are there already.
///
/// # Errors
/// See [`DemoError`].
pub async fn load_if_empty(database: &Database, services: &Services) -> Result<Option<Loaded>, DemoError> {
    let mut connection = PgConnection::connect_with(&database.connect_options()).await?;
    let wanted = match cast::begun(&mut connection).await? {
        Some(finished) => !finished,
        // Not what can be read yet: a transaction that is open anywhere on the Postgres server holds that back.
        None => event_log::end(database.pool()).await? == Cursor::default(),
    };
    connection.close().await?;
    if !wanted {
        return Ok(None);
    }
    let loaded = load(database, services).await?;
    if let Some(last) = loaded.last
        && !services.viewpage.folded(last, SHOWN_WITHIN).await
    {
        tracing::warn!("pages don't show all demo courses yet");
    }
    Ok(Some(loaded))
}

/// Each customer likes some courses: always the same ones, each course a different number of times.
async fn like(
    database: &Database,
    services: &Services,
    cast: &mut Cast<'_>,
    courses: &[Offered],
    loaded: &mut Loaded,
) -> Result<(), DemoError> {
    for customer in 0..CUSTOMERS {
        let part = format!("customer {customer}");
        let account = cast.account(services, &part, &name_of(customer)).await?;
        let call = call(database, account);
        for (_, Offered { course, .. }) in courses.iter().enumerate().filter(|(index, _)| likes(customer, *index)) {
            // One that is there already changes nothing.
            let outcome = services.communication.like(&call, *course).await.map_err(stopped_at(&part))?;
            loaded.last = outcome.change.or(loaded.last);
        }
    }
    Ok(())
}

fn name_of(customer: usize) -> String {
    format!("둘레 손님 {}", customer + 1)
}

fn likes(customer: usize, course: usize) -> bool {
    let popularity = (course * 5 + 3) % (CUSTOMERS + 1);
    (customer * 5 + course * 7) % CUSTOMERS < popularity
}

async fn own_courses(services: &Services, call: &Call) -> Result<HashMap<String, Course>, DemoError> {
    let mut own = HashMap::new();
    let mut request = PageRequest::new(None, PageRequest::MAX);
    loop {
        let page = services.course.host_courses(call, request).await.map_err(stopped_at("the courses that are there"))?;
        own.extend(page.items.into_iter().map(|course| (course.content.title.as_str().to_owned(), course)));
        match page.next {
            Some(cursor) => request = PageRequest::new(Some(cursor), PageRequest::MAX),
            None => return Ok(own),
        }
    }
}

fn call(database: &Database, actor: AccountId) -> Call {
    Call { correlation_id: CorrelationId::new(database.clock().uuid()), causation_id: None, actor: Some(actor) }
}
