//! What pages ask the read model.

use crate::store::{self, Filter, Missed};
use crate::{Viewpage, live};
use async_trait::async_trait;
use contract::course::Language;
use contract::event::AggregateVersion;
use contract::viewpage::{CourseCard, CourseCounts, CourseView, LiveEvent, LiveMessage, LiveName, Search, Sort, Watch};
use contract::{AccountId, ApiError, ApiResult, CourseId, Page, Refusal, ViewpageApi};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use std::collections::HashSet;
use std::time::Duration;

/// How many missed changes are sent one by one; beyond, the reader is told to read again.
const MISSED: i64 = 500;
/// The end of the year 9999 in microseconds: beyond, a cursor is none.
const LAST_MICROSECOND: i64 = 253_402_300_799_999_999;

#[async_trait]
impl ViewpageApi for Viewpage {
    async fn course(&self, id: CourseId) -> ApiResult<Option<CourseView>> {
        Ok(store::course(self.database.pool(), id).await?)
    }

    async fn counts(&self, id: CourseId) -> ApiResult<Option<CourseCounts>> {
        Ok(store::counts(self.database.pool(), &[id]).await?.pop())
    }

    async fn search(&self, search: Search) -> ApiResult<Page<CourseCard>> {
        let popular = search.sort == Sort::Popular;
        let limit = search.page.limit;
        let filter = Filter {
            region: search.region.map(contract::place::Region::code),
            tag: search.tag.as_ref().map(|tag| tag.as_str().to_owned()),
            popular,
            after: search.page.cursor.as_deref().map(|cursor| parse_cursor(cursor, search.sort)).transpose()?,
            limit: i64::from(limit) + 1,
        };
        let mut views = store::list(self.database.pool(), &filter).await?;
        let more = views.len() > limit as usize;
        views.truncate(limit as usize);
        let next = views.last().filter(|_| more).map(|view| cursor(view, search.sort));
        Ok(Page { items: views.into_iter().map(|view| card(view, search.language)).collect(), next })
    }

    async fn liked(&self, customer: AccountId, courses: &[CourseId]) -> ApiResult<Vec<CourseId>> {
        Ok(store::liked(self.database.pool(), customer, courses).await?)
    }

    async fn folded(&self, change: AggregateVersion, limit: Duration) -> bool {
        self.projection.progress().wait_for(change, limit).await
    }

    async fn watch(&self, watch: Watch) -> ApiResult<BoxStream<'static, LiveMessage>> {
        let mut courses = watch.courses;
        courses.truncate(Watch::MAX_COURSES);
        let mut seen = HashSet::new();
        courses.retain(|course| seen.insert(*course));
        self.hub.learn(&self.database).await?;
        let subscription = self.hub.subscribe(&courses).ok_or(ApiError::Unavailable { retry_after_seconds: 1 })?;
        // Read after the queue was opened: nothing falls between, and what is in both is told once.
        let (first, told) = match watch.after {
            Some(after) => self.missed(&courses, after, subscription.since).await?,
            None => self.snapshot(&courses).await?,
        };
        let stop = self.hub.stop().clone();
        let queue = stream::unfold(subscription, |mut subscription: live::Subscription| async move {
            subscription.queue.recv().await.map(|message| (message, subscription))
        });
        let later = queue.filter(move |message| std::future::ready(message.id > told));
        Ok(stream::iter(first).chain(later).take_until(stop.cancelled_owned()).boxed())
    }
}

impl Viewpage {
    /// Each course as it is shown now, and the last change that is in it.
    async fn snapshot(&self, courses: &[CourseId]) -> ApiResult<(Vec<LiveMessage>, u64)> {
        let (last, shown) = store::snapshot(self.database.pool(), courses).await?;
        let is_shown = |course: &CourseId| shown.iter().any(|counts| counts.course_id == *course);
        let withdrawn = courses.iter().filter(|course| !is_shown(course)).map(|course| LiveMessage {
            id: last,
            name: LiveName::Withdrawn,
            event: LiveEvent::Withdrawn { course_id: *course },
        });
        let snapshots = shown.iter().map(|counts| LiveMessage { id: last, name: LiveName::Snapshot, event: LiveEvent::Counts(*counts) });
        Ok((snapshots.chain(withdrawn).collect(), last))
    }

    /// What was told after `after` up to `since`; or, when that is no longer kept, that it is to be read again, and a snapshot.
    async fn missed(&self, courses: &[CourseId], after: u64, since: u64) -> ApiResult<(Vec<LiveMessage>, u64)> {
        match store::missed(self.database.pool(), courses, after, since, MISSED).await? {
            Missed::Changes(messages) => Ok((messages, after)),
            Missed::TooMuch => {
                let (snapshot, last) = self.snapshot(courses).await?;
                let mut messages = vec![LiveMessage { id: last, name: LiveName::Resync, event: LiveEvent::Resync {} }];
                messages.extend(snapshot);
                Ok((messages, last))
            }
        }
    }
}

/// Where a page ends: the sort key and the id of its last course.
fn cursor(view: &CourseView, sort: Sort) -> String {
    let key = match sort {
        Sort::Popular => i64::try_from(view.counts.likes).unwrap_or(i64::MAX),
        Sort::New => view.course.published_at.as_microsecond(),
    };
    format!("{}.{key}.{}", sort_code(sort), view.course.id)
}

const fn sort_code(sort: Sort) -> &'static str {
    match sort {
        Sort::Popular => "p",
        Sort::New => "n",
    }
}

/// A cursor of another sort is no cursor of this one.
fn parse_cursor(cursor: &str, sort: Sort) -> ApiResult<(i64, CourseId)> {
    let parsed = || {
        let mut parts = cursor.splitn(3, '.');
        (parts.next()? == sort_code(sort)).then_some(())?;
        // No course was published before 1970 or has fewer than no likes; and Postgres does not know every moment that an i64 can name.
        let key = parts.next()?.parse().ok().filter(|key| (0..=LAST_MICROSECOND).contains(key))?;
        Some((key, parts.next()?.parse().ok()?))
    };
    parsed().ok_or(ApiError::Refused(Refusal::Malformed))
}

fn card(view: CourseView, language: Language) -> CourseCard {
    let content = view.course.content;
    let translation = content.translated(language);
    CourseCard {
        course_id: view.course.id,
        title: content.title_in(language).to_owned(),
        summary: translation.map_or(&content.summary, |translation| &translation.summary).as_str().to_owned(),
        language: if translation.is_some() { language } else { content.language },
        region: content.region,
        path: content.stops.iter().map(|stop| (stop.lat, stop.lng)).collect(),
        totals: view.course.totals,
        host: view.host,
        counts: view.counts,
        rating: view.rating,
        version: view.version,
        published_at: view.course.published_at,
        tags: content.tags,
    }
}
