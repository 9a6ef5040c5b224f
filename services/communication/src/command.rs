//! What customers do.

mod comments;
pub(crate) mod marks;

use crate::model::Mark;
use crate::{Communication, store};
use async_trait::async_trait;
use contract::communication::{BookmarkOutcome, Comment, CommentInput, LikeOutcome};
use contract::event::AggregateVersion;
use contract::{ApiResult, Call, CommentId, CommunicationApi, CourseId};

#[async_trait]
impl CommunicationApi for Communication {
    async fn like(&self, call: &Call, course: CourseId) -> ApiResult<LikeOutcome> {
        Ok(LikeOutcome { liked: true, change: self.mark(call, Mark::Like, course, true).await? })
    }

    async fn unlike(&self, call: &Call, course: CourseId) -> ApiResult<LikeOutcome> {
        Ok(LikeOutcome { liked: false, change: self.mark(call, Mark::Like, course, false).await? })
    }

    async fn likes(&self, course: CourseId) -> ApiResult<u64> {
        Ok(store::marks::count(self.database.pool(), Mark::Like, course).await?)
    }

    async fn bookmark(&self, call: &Call, course: CourseId) -> ApiResult<BookmarkOutcome> {
        Ok(BookmarkOutcome { bookmarked: true, change: self.mark(call, Mark::Bookmark, course, true).await? })
    }

    async fn unbookmark(&self, call: &Call, course: CourseId) -> ApiResult<BookmarkOutcome> {
        Ok(BookmarkOutcome { bookmarked: false, change: self.mark(call, Mark::Bookmark, course, false).await? })
    }

    async fn bookmarks(&self, course: CourseId) -> ApiResult<u64> {
        Ok(store::marks::count(self.database.pool(), Mark::Bookmark, course).await?)
    }

    async fn comment(&self, call: &Call, course: CourseId, input: CommentInput) -> ApiResult<Comment> {
        self.write_comment(call, course, input).await
    }

    async fn modify_comment(&self, call: &Call, id: CommentId, input: CommentInput) -> ApiResult<Comment> {
        self.reword_comment(call, id, input).await
    }

    async fn delete_comment(&self, call: &Call, id: CommentId) -> ApiResult<AggregateVersion> {
        self.remove_comment(call, id).await
    }
}
