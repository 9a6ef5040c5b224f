//! Which operations the services have for each other. One declaration a trait makes both sides: [`Remote`] gets the trait, and
//! [`Here`] answers for whatever has it.
//!
//! A line is `Again` or `Once` ([`Repeat`]), the operation, `[call]` where the trait takes a [`Call`], the arguments in their order
//! (with what they are on the wire, where the trait borrows them), and the answer. Arguments are told by their place: they stay as they
//! are, and an operation that takes others gets a name of its own, since two releases speak to each other while one replaces the other.

use super::client::{Remote, Repeat};
use super::live;
use super::service::{Answers, Here, read, told};
use crate::http::Problem;
use async_trait::async_trait;
use axum::response::Response;
use contract::communication::{BookmarkOutcome, Comment, CommentInput, LikeOutcome};
use contract::course::{Course, CourseInput, Language, Standing};
use contract::event::AggregateVersion;
use contract::identity::{Account, Credentials, NewAccount, OpenedSession, PasswordChange, RegisteredAccount};
use contract::message::{Inbox, MessageSettings, ReadOutcome};
use contract::photo::{PhotoFile, Picture};
use contract::reply::ReplyInput;
use contract::review::{Eligibility, Review, ReviewInput};
use contract::viewpage::{
    BookmarkedCourse, CommentView, CourseCard, CourseCounts, CourseView, Facets, Host, Listed, LiveMessage, Mine, ReviewSort, ReviewView,
    Search, Watch,
};
use contract::{
    AccountId, ApiResult, Call, CommentId, CommunicationApi, CourseApi, CourseId, IdentityApi, MessageApi, MessageId, Page, PageRequest,
    PhotoId, Refusal, ReviewApi, ReviewId, ViewpageApi,
};
use futures::stream::BoxStream;
use std::collections::HashSet;
use std::time::Duration;

/// How long the read model may be waited for in another process, whatever is asked.
const FOLDED_AT_MOST: Duration = Duration::from_secs(5);

macro_rules! interface {
    (@call) => { None };
    (@call $call:ident) => { Some($call) };
    (@wire $type:ty) => { $type };
    (@wire $type:ty as $owned:ty) => { $owned };
    (@pass $argument:ident) => { $argument };
    (@pass $argument:ident $owned:ty) => { &$argument };
    (
        $api:ident {
            $($repeat:ident $operation:ident $([$call:ident])? ($($argument:ident: $type:ty $(as $owned:ty)?),*) -> $answer:ty;)*
        }
        $(there { $($there:tt)* } here($service:ident, $arguments:ident) { $($name:literal => $here:expr,)* })?
    ) => {
        #[async_trait]
        impl $api for Remote {
            $(async fn $operation(&self, $($call: &Call,)? $($argument: $type),*) -> ApiResult<$answer> {
                self.call(stringify!($operation), Repeat::$repeat, interface!(@call $($call)?), &($(&$argument,)*)).await
            })*
            $($($there)*)?
        }

        #[async_trait]
        impl Answers for Here<dyn $api> {
            async fn answer(&self, operation: &str, _call: &Call, arguments: &[u8]) -> Result<Response, Problem> {
                match operation {
                    $(stringify!($operation) => {
                        let ($($argument,)*): ($(interface!(@wire $type $(as $owned)?),)*) = read(arguments)?;
                        $(let $call = _call;)?
                        Ok(told(&self.0.$operation($($call,)? $(interface!(@pass $argument $($owned)?)),*).await))
                    })*
                    $($($name => {
                        let ($service, $arguments) = (&*self.0, arguments);
                        $here
                    })*)?
                    _ => Err(Refusal::NotFound.into()),
                }
            }
        }
    };
}

interface! {
    IdentityApi {
        Once register[call](account: NewAccount) -> RegisteredAccount;
        Once sign_in[call](credentials: Credentials) -> OpenedSession;
        Again sign_out[call](token: &str as String) -> ();
        Again sign_out_everywhere[call]() -> ();
        Once change_password[call](token: &str as String, change: PasswordChange) -> ();
        Once close[call](password: &str as String) -> AggregateVersion;
        Again alive(tokens: &[String] as Vec<String>) -> HashSet<String>;
        Again authenticate(token: &str as String) -> Option<Account>;
    }
}

interface! {
    CourseApi {
        Once register[call](input: CourseInput) -> Course;
        Once modify[call](id: CourseId, expected: Option<u64>, input: CourseInput) -> Course;
        Again publish[call](id: CourseId) -> Course;
        Again unpublish[call](id: CourseId) -> Course;
        Once delete[call](id: CourseId) -> u64;
        Again course[call](id: CourseId) -> Course;
        Again standing[call](id: CourseId) -> Option<Standing>;
        Again host_courses[call](page: PageRequest) -> Page<Course>;
        Once add_photo[call](picture: Picture) -> PhotoId;
        Again photo(id: PhotoId, file: PhotoFile) -> Option<Picture>;
    }
}

interface! {
    CommunicationApi {
        Again like[call](course: CourseId) -> LikeOutcome;
        Again unlike[call](course: CourseId) -> LikeOutcome;
        Again bookmark[call](course: CourseId) -> BookmarkOutcome;
        Again unbookmark[call](course: CourseId) -> BookmarkOutcome;
        Once comment[call](course: CourseId, input: CommentInput) -> Comment;
        Again modify_comment[call](id: CommentId, input: CommentInput) -> Comment;
        Again answer_comment[call](id: CommentId, input: ReplyInput) -> Comment;
        Once delete_comment[call](id: CommentId) -> AggregateVersion;
    }
}

interface! {
    ReviewApi {
        Again eligibility[call](course: CourseId) -> Eligibility;
        Once register[call](course: CourseId, input: ReviewInput) -> Review;
        Again modify[call](id: ReviewId, input: ReviewInput) -> Review;
        Once delete[call](id: ReviewId) -> AggregateVersion;
        Again reply[call](id: ReviewId, input: ReplyInput) -> Review;
    }
}

interface! {
    MessageApi {
        Again inbox[call](language: Language, page: PageRequest) -> Inbox;
        Again read[call](id: MessageId) -> ReadOutcome;
        Again read_all[call]() -> ReadOutcome;
        Again settings[call]() -> MessageSettings;
        Again change_settings[call](settings: MessageSettings) -> MessageSettings;
    }
}

interface! {
    ViewpageApi {
        Again course(id: CourseId) -> Option<CourseView>;
        Again counts(id: CourseId) -> Option<CourseCounts>;
        Again search(search: Search) -> Page<CourseCard>;
        Again facets(search: Search) -> Facets;
        Again host(id: AccountId) -> Option<Host>;
        Again listed(from: CourseId, limit: u32) -> Vec<Listed>;
        Again parts(size: u32) -> Vec<CourseId>;
        Again reviews(id: CourseId, sort: ReviewSort, page: PageRequest) -> Option<Page<ReviewView>>;
        Again comments(id: CourseId, page: PageRequest) -> Option<Page<CommentView>>;
        Again bookmarks(customer: AccountId, language: Language, page: PageRequest) -> Page<BookmarkedCourse>;
        Again mine(person: AccountId, courses: &[CourseId] as Vec<CourseId>) -> Mine;
    }
    there {
        // Whoever has waited long enough goes on without.
        async fn folded(&self, change: AggregateVersion, limit: Duration) -> bool {
            let limit = limit.min(FOLDED_AT_MOST);
            let folded = tokio::time::timeout(limit, self.call("folded", Repeat::Again, None, &(change, limit))).await;
            matches!(folded, Ok(Ok(true)))
        }

        async fn watch(&self, watch: Watch) -> ApiResult<BoxStream<'static, LiveMessage>> {
            self.watch_there(watch).await
        }
    }
    here(service, arguments) {
        "folded" => {
            let (change, limit): (AggregateVersion, Duration) = read(arguments)?;
            Ok(told(&Ok(service.folded(change, limit.min(FOLDED_AT_MOST)).await)))
        },
        "watch" => {
            let (watch,): (Watch,) = read(arguments)?;
            Ok(match service.watch(watch).await {
                Ok(messages) => live::lines(messages),
                Err(error) => told::<()>(&Err(error)),
            })
        },
    }
}
