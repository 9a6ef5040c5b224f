//! What pages ask the read model.

mod cursor;
mod facets;
mod rated;

use crate::live::Topic;
use crate::search::Wanted;
use crate::store::{self, Asked, Found, Missed, Moment, Place};
use crate::{Viewpage, live};
use async_trait::async_trait;
use contract::course::Language;
use contract::event::AggregateVersion;
use contract::setting::Setting;
use contract::viewpage::{
    BookmarkedCourse, CommentView, CourseCard, CourseCounts, CourseView, Facets, Host, KeptState, Listed, LiveEvent, LiveMessage, LiveName,
    Mine, ReviewSort, ReviewView, Search, Watch,
};
use contract::{AccountId, ApiError, ApiResult, CourseId, Page, PageRequest, ViewpageApi};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use platform::Result;
use platform::cursor::Place as ByTime;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// What a course costs that the index finds, in courses that are looked at in order.
const DEARER: f64 = 4.0;
/// How many times the expected number of courses are looked at in order. Where the words have to do with each other it may be in vain.
const PATIENCE: f64 = 3.0;
/// How many missed changes are sent one by one; beyond, the reader is told to read again.
const MISSED: i64 = 500;

#[async_trait]
impl ViewpageApi for Viewpage {
    async fn course(&self, id: CourseId) -> ApiResult<Option<CourseView>> {
        Ok(store::course(self.database.pool(), id).await?)
    }

    async fn counts(&self, id: CourseId) -> ApiResult<Option<CourseCounts>> {
        self.counts.get(id).await
    }

    async fn search(&self, search: Search) -> ApiResult<Page<CourseCard>> {
        let after = cursor::after(&search.page, search.sort)?;
        let most = |limit: Option<u32>| limit.map(|limit| i32::try_from(limit).unwrap_or(i32::MAX));
        let asked = Asked {
            sort: search.sort,
            wanted: Wanted::of(&search),
            region: search.region.map(contract::place::Region::code),
            tag: search.tag.as_ref().map(|tag| tag.as_str().to_owned()),
            host: search.host.map(AccountId::as_uuid),
            max_cost: most(search.max_cost),
            max_minutes: most(search.max_minutes),
            setting: search.setting.map(Setting::code),
            after,
            limit: one_more(&search.page),
        };
        let (places, next) = paged(self.places(&asked).await?, &search.page, |last| cursor::of(last, search.sort));
        let views = store::cards(self.database.pool(), &places).await?;
        Ok(Page { items: views.into_iter().map(|view| card(view, search.language)).collect(), next })
    }

    async fn facets(&self, search: Search) -> ApiResult<Facets> {
        self.count(&search).await
    }

    async fn host(&self, id: AccountId) -> ApiResult<Option<Host>> {
        Ok(store::host(self.database.pool(), id).await?)
    }

    async fn listed(&self, from: CourseId, limit: u32) -> ApiResult<Vec<Listed>> {
        Ok(store::listed(&self.searches, from, limit.min(Listed::MAX)).await?)
    }

    async fn parts(&self, size: u32) -> ApiResult<Vec<CourseId>> {
        Ok(store::parts(&self.searches, size).await?)
    }

    async fn reviews(&self, id: CourseId, sort: ReviewSort, page: PageRequest) -> ApiResult<Option<Page<ReviewView>>> {
        let after = rated::after(&page, sort)?;
        let views = store::reviews(self.database.pool(), id, sort, after, one_more(&page)).await?;
        Ok(views.map(|views| {
            let (items, next) = paged(views, &page, |last| rated::of(last, sort));
            Page { items, next }
        }))
    }

    async fn comments(&self, id: CourseId, page: PageRequest) -> ApiResult<Option<Page<CommentView>>> {
        let after = ByTime::before(&page)?;
        let views = store::comments(self.database.pool(), id, after, one_more(&page)).await?;
        Ok(views.map(|views| {
            let (items, next) = paged(views, &page, |last| ByTime { at: last.created_at, id: last.id.as_uuid() }.to_string());
            Page { items, next }
        }))
    }

    async fn bookmarks(&self, customer: AccountId, language: Language, page: PageRequest) -> ApiResult<Page<BookmarkedCourse>> {
        let after = ByTime::before(&page)?;
        let kept = store::bookmarks(self.database.pool(), customer, after, one_more(&page)).await?;
        let (kept, next) = paged(kept, &page, |last| ByTime { at: last.bookmarked_at, id: last.course_id.as_uuid() }.to_string());
        let bookmarked = |kept: store::Kept| BookmarkedCourse {
            course_id: kept.course_id,
            state: if kept.shown { KeptState::Published } else { KeptState::Withdrawn },
            title: kept.view.as_ref().map_or("", |view| view.course.content.title_in(language)).to_owned(),
            bookmarked_at: kept.bookmarked_at,
            card: kept.view.filter(|_| kept.shown).map(|view| card(view, language)),
        };
        Ok(Page { items: kept.into_iter().map(bookmarked).collect(), next })
    }

    async fn mine(&self, person: AccountId, courses: &[CourseId]) -> ApiResult<Mine> {
        Ok(store::mine(self.database.pool(), person, courses).await?)
    }

    async fn folded(&self, change: AggregateVersion, limit: Duration) -> bool {
        self.projection.progress().wait_for(change, limit).await
    }

    async fn watch(&self, watch: Watch) -> ApiResult<BoxStream<'static, LiveMessage>> {
        let mut watch = watch;
        watch.courses.truncate(Watch::MAX_COURSES);
        let mut seen = HashSet::new();
        watch.courses.retain(|course| seen.insert(*course));
        watch.looking.truncate(Watch::MAX_COURSES);
        watch.looking.retain(|course| seen.contains(course));
        self.hub.learn(&self.database).await?;
        let topics = watch.courses.iter().copied().map(Topic::Course).chain(watch.inbox.map(Topic::Inbox)).collect();
        let subscription = self.hub.subscribe(topics, watch.looking.clone()).ok_or(ApiError::Unavailable { retry_after_seconds: 1 })?;
        // Read after the queue was opened: nothing falls between, and what is in both is told once.
        let (first, told) = match watch.after {
            Some(after) => self.missed(&watch, after, subscription.since).await?,
            None => self.snapshot(&watch).await?,
        };
        let stop = self.hub.stop().clone();
        let queue = stream::unfold(subscription, |mut subscription: live::Subscription| async move {
            subscription.queue.recv().await.map(|message| (message, subscription))
        });
        let later = queue.filter(move |message| std::future::ready(message.id > told || message.name == LiveName::Watching));
        let later = later.map(Arc::unwrap_or_clone);
        Ok(stream::iter(first).chain(later).take_until(stop.cancelled_owned()).boxed())
    }
}

impl Viewpage {
    /// The first places of what is asked for: in order where so many seem to fit that the first of them come soon, else by the index where
    /// it knows something to go by and finds few, else in order however long it takes.
    async fn places(&self, asked: &Asked) -> ApiResult<Vec<Place>> {
        let terms = &asked.wanted.terms;
        if !terms.is_empty() {
            if let Some(soon) = self.soon(terms, asked.limit).await? {
                let places = store::in_order(&self.searches, asked, soon).await?;
                if i64::try_from(places.len()) == Ok(asked.limit) {
                    return Ok(places);
                }
            }
            if let Found::Places(places) = store::by_index(&self.searches, asked).await? {
                return Ok(places);
            }
        }
        Ok(store::in_order(&self.searches, asked, i64::MAX).await?)
    }

    /// Among how many of the first courses a page of what has all of `terms` should be found, if that is quicker than the index: it reads
    /// every course that fits, and each of those costs about as much as `DEARER` in order.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "an estimate")]
    async fn soon(&self, terms: &[String], limit: i64) -> Result<Option<i64>> {
        let (part, courses) = self.frequencies.estimate(&self.searches, terms).await?;
        let in_order = limit as f64 / part;
        Ok((in_order < part * courses * DEARER).then_some((in_order * PATIENCE) as i64))
    }

    /// Each course as it is shown now, what waits in the inbox, and the last change that is in all that.
    async fn snapshot(&self, watch: &Watch) -> ApiResult<(Vec<LiveMessage>, u64)> {
        let Moment { last, shown, unread } = store::snapshot(self.database.pool(), &watch.courses, watch.inbox).await?;
        let message = |name, event| LiveMessage::new(last, name, event, None);
        let is_shown = |course: &CourseId| shown.iter().any(|counts| counts.course_id == *course);
        let snapshots = shown.iter().map(|counts| message(LiveName::Snapshot, LiveEvent::Counts(*counts)));
        let withdrawn = watch.courses.iter().copied().filter(|course| !is_shown(course));
        let withdrawn = withdrawn.map(|course_id| message(LiveName::Withdrawn, LiveEvent::Withdrawn { course_id }));
        let inbox = watch.inbox.map(|_| message(LiveName::Message, LiveEvent::Message { unread }));
        Ok((snapshots.chain(withdrawn).chain(inbox).collect(), last))
    }

    /// What was told after `after` up to `since`; or, when that is no longer kept, that it is to be read again, and a snapshot.
    async fn missed(&self, watch: &Watch, after: u64, since: u64) -> ApiResult<(Vec<LiveMessage>, u64)> {
        match store::missed(self.database.pool(), &watch.courses, watch.inbox, after, since, MISSED).await? {
            Missed::Changes(messages) => Ok((messages, after)),
            Missed::TooMuch => {
                let (snapshot, last) = self.snapshot(watch).await?;
                let mut messages = vec![LiveMessage::new(last, LiveName::Resync, LiveEvent::Resync {}, None)];
                messages.extend(snapshot);
                Ok((messages, last))
            }
        }
    }
}

/// One more than asked for tells whether there is a page after this one.
fn one_more(page: &PageRequest) -> i64 {
    i64::from(page.limit) + 1
}

/// Leaves out the one that only tells that there is a page after this one, and says where that begins.
fn paged<T>(mut items: Vec<T>, page: &PageRequest, cursor: impl FnOnce(&T) -> String) -> (Vec<T>, Option<String>) {
    let limit = page.limit as usize;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(cursor);
    (items, next)
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
        photo: content.photos.first().cloned(),
        totals: view.course.totals,
        setting: Setting::of(&content),
        host: view.host,
        counts: view.counts,
        rating: view.rating,
        version: view.version,
        published_at: view.course.published_at,
        modified_at: view.course.modified_at,
        tags: content.tags,
    }
}
