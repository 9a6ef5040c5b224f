//! The read model, which is always up to date.

use super::{COURSE, Fake, HOST};
use async_trait::async_trait;
use contract::course::{Course, CourseState, Language};
use contract::event::AggregateVersion;
use contract::place::Region;
use contract::setting::Setting;
use contract::viewpage::facets::{Choice, Filter, OFFERED_COSTS, OFFERED_MINUTES, Tally};
use contract::viewpage::{
    BookmarkedCourse, CommentView, CourseCard, CourseCounts, CourseView, Facets, Host, KeptState, Listed, LiveMessage, Mine,
    PublishedCourse, Rating, ReviewSort, ReviewView, Search, Totals, Watch,
};
use contract::{AccountId, ApiError, ApiResult, CourseId, Page, PageRequest, ViewpageApi};
use futures::stream::BoxStream;
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::time::Duration;

impl Fake {
    /// A rating with how many gave how many stars.
    fn distributed(&self, rating: Rating) -> Rating {
        let mut stars = [0; 5];
        for review in self.reviews.lock().expect("unpoisoned").iter() {
            stars[usize::from(review.rating.get()) - 1] += 1;
        }
        Rating { distribution: Some(stars), ..rating }
    }

    fn card(&self, course: &Course, language: Language) -> CourseCard {
        let counts = self.counts();
        CourseCard {
            course_id: course.id,
            title: course.content.title_in(language).to_owned(),
            summary: course.content.summary.as_str().to_owned(),
            language: course.content.language,
            region: course.content.region,
            tags: course.content.tags.clone(),
            path: course.content.stops.iter().map(|stop| (stop.lat, stop.lng)).collect(),
            photo: course.content.photos.first().cloned(),
            totals: Totals::of(&course.content),
            setting: Setting::of(&course.content),
            host: Self::host(),
            counts: counts.counts,
            rating: counts.rating,
            version: counts.version,
            published_at: course.created_at,
            modified_at: course.updated_at,
        }
    }
}

/// A page of a list; a cursor is the place of its first entry.
pub(super) fn paged<T: Clone>(list: &Mutex<Vec<T>>, page: &PageRequest) -> Page<T> {
    let list = list.lock().expect("unpoisoned");
    let from: usize = page.cursor.as_ref().map_or(0, |cursor| cursor.parse().expect("a cursor of ours"));
    let to = from + page.limit as usize;
    Page { items: list.iter().skip(from).take(page.limit as usize).cloned().collect(), next: (to < list.len()).then(|| to.to_string()) }
}

#[async_trait]
impl ViewpageApi for Fake {
    async fn course(&self, id: CourseId) -> ApiResult<Option<CourseView>> {
        self.trouble()?;
        let counts = self.counts();
        Ok(self.course().ok().filter(|course| course.id == id && course.state == CourseState::Published).map(|course| CourseView {
            course: PublishedCourse {
                id,
                totals: Totals::of(&course.content),
                published_at: course.created_at,
                modified_at: course.updated_at,
                content: course.content,
            },
            host: Self::host(),
            counts: counts.counts,
            rating: self.distributed(counts.rating),
            reviews: self.reviews.lock().expect("unpoisoned").iter().take(CourseView::NEWEST).cloned().collect(),
            comments: self.comments.lock().expect("unpoisoned").iter().take(CourseView::NEWEST).cloned().collect(),
            version: counts.version,
        }))
    }
    async fn counts(&self, _: CourseId) -> ApiResult<Option<CourseCounts>> {
        self.countless.lock().expect("unpoisoned").clone().unwrap_or_else(|| Ok(Some(self.counts())))
    }
    async fn search(&self, search: Search) -> ApiResult<Page<CourseCard>> {
        let course = self.course()?;
        let card = self.card(&course, search.language);
        let found = search.query.as_ref().is_none_or(|query| card.title.contains(query.as_str()));
        *self.searched.lock().expect("unpoisoned") = Some(search);
        Ok(Page { items: found.then_some(card).into_iter().collect(), next: found.then(|| "next page".into()) })
    }
    async fn facets(&self, search: Search) -> ApiResult<Facets> {
        let course = self.course()?;
        let tally = |count| Tally { count, exact: true };
        let found = search.query.as_ref().is_none_or(|query| course.content.title.as_str().contains(query.as_str()));
        let choice = |region: &Region| Choice { value: *region, courses: tally(u32::from(*region == course.content.region)) };
        Ok(Facets {
            total: tally(u32::from(found)),
            regions: Region::ALL.iter().map(choice).collect(),
            settings: Setting::ALL.iter().map(|setting| Choice { value: *setting, courses: tally(1_234) }).collect(),
            max_cost: OFFERED_COSTS.map(|value| Choice { value, courses: Tally { count: 7, exact: false } }).to_vec(),
            max_minutes: OFFERED_MINUTES.map(|value| Choice { value, courses: tally(1) }).to_vec(),
            tags: course.content.tags.iter().map(|tag| Choice { value: tag.clone(), courses: tally(1) }).collect(),
            without: search.query.iter().map(|_| Choice { value: Filter::Q, courses: tally(1) }).collect(),
        })
    }
    async fn host(&self, id: AccountId) -> ApiResult<Option<Host>> {
        self.trouble()?;
        Ok((id == HOST).then(Self::host))
    }
    async fn listed(&self, from: CourseId, _: u32) -> ApiResult<Vec<Listed>> {
        let course = self.course()?;
        self.listings.fetch_add(1, Ordering::Relaxed);
        Ok((course.id >= from).then_some(Listed { course_id: course.id, modified_at: course.updated_at }).into_iter().collect())
    }
    async fn parts(&self, _: u32) -> ApiResult<Vec<CourseId>> {
        self.listings.fetch_add(1, Ordering::Relaxed);
        Ok(vec![self.course()?.id])
    }
    async fn reviews(&self, id: CourseId, sort: ReviewSort, page: PageRequest) -> ApiResult<Option<Page<ReviewView>>> {
        self.trouble()?;
        let mut reviews = self.reviews.lock().expect("unpoisoned").clone();
        match sort {
            ReviewSort::Newest => {}
            ReviewSort::Highest => reviews.sort_by_key(|review| std::cmp::Reverse(review.rating.get())),
            ReviewSort::Lowest => reviews.sort_by_key(|review| review.rating.get()),
        }
        Ok((id == COURSE).then(|| paged(&Mutex::new(reviews), &page)))
    }
    async fn comments(&self, id: CourseId, page: PageRequest) -> ApiResult<Option<Page<CommentView>>> {
        self.trouble()?;
        Ok((id == COURSE).then(|| paged(&self.comments, &page)))
    }
    async fn bookmarks(&self, customer: AccountId, language: Language, _: PageRequest) -> ApiResult<Page<BookmarkedCourse>> {
        self.trouble()?;
        let course = self.course()?;
        let shown = course.state == CourseState::Published;
        let kept = BookmarkedCourse {
            course_id: COURSE,
            state: if shown { KeptState::Published } else { KeptState::Withdrawn },
            title: course.content.title_in(language).to_owned(),
            bookmarked_at: course.created_at,
            card: shown.then(|| self.card(&course, language)),
        };
        let items: Vec<_> =
            self.bookmarks.lock().expect("unpoisoned").iter().filter(|keeper| **keeper == customer).map(|_| kept.clone()).collect();
        let next = (!items.is_empty()).then(|| "next page".into());
        Ok(Page { items, next })
    }
    async fn mine(&self, person: AccountId, courses: &[CourseId]) -> ApiResult<Mine> {
        self.asked_for_mine.fetch_add(1, Ordering::Relaxed);
        let of = |list: &Mutex<Vec<AccountId>>| {
            let own = list.lock().expect("unpoisoned").contains(&person);
            courses.iter().copied().filter(|course| own && *course == COURSE).collect()
        };
        Ok(Mine { liked: of(&self.likes), bookmarked: of(&self.bookmarks), unread: self.unread() })
    }
    async fn folded(&self, _: AggregateVersion, _: Duration) -> bool {
        true
    }
    async fn watch(&self, _: Watch) -> ApiResult<BoxStream<'static, LiveMessage>> {
        Err(ApiError::Fault)
    }
}
