//! What customers do.

mod comments;
pub(crate) mod marks;

use crate::Communication;
use crate::model::Mark;
use async_trait::async_trait;
use contract::communication::{BookmarkOutcome, Comment, CommentInput, LikeOutcome};
use contract::event::AggregateVersion;
use contract::{ApiResult, Call, CommentId, CommunicationApi, CourseId};

#[async_trait]
impl CommunicationApi for Communication {
    async fn like(&self, call: &Call, course: CourseId) -> ApiResult<LikeOutcome> {
        let (change, likes) = self.mark(call, Mark::Like, course, true).await?;
        Ok(LikeOutcome { liked: true, likes, change })
    }

    async fn unlike(&self, call: &Call, course: CourseId) -> ApiResult<LikeOutcome> {
        let (change, likes) = self.mark(call, Mark::Like, course, false).await?;
        Ok(LikeOutcome { liked: false, likes, change })
    }

    async fn bookmark(&self, call: &Call, course: CourseId) -> ApiResult<BookmarkOutcome> {
        let (change, bookmarks) = self.mark(call, Mark::Bookmark, course, true).await?;
        Ok(BookmarkOutcome { bookmarked: true, bookmarks, change })
    }

    async fn unbookmark(&self, call: &Call, course: CourseId) -> ApiResult<BookmarkOutcome> {
        let (change, bookmarks) = self.mark(call, Mark::Bookmark, course, false).await?;
        Ok(BookmarkOutcome { bookmarked: false, bookmarks, change })
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
