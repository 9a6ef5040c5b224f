//! REST: likes, bookmarks and comments.

mod bookmarks;
mod comments;
mod likes;

use contract::event::AggregateVersion;
use contract::{CommunicationApi, ViewpageApi};
use platform::http::FOLDED_WITHIN;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

#[derive(Clone)]
struct Services {
    communication: Arc<dyn CommunicationApi>,
    viewpage: Arc<dyn ViewpageApi>,
}

/// The routes of this service, below `/api/v1`.
pub fn routes(communication: Arc<dyn CommunicationApi>, viewpage: Arc<dyn ViewpageApi>) -> OpenApiRouter {
    OpenApiRouter::new()
        .merge(likes::routes())
        .merge(bookmarks::routes())
        .merge(comments::routes())
        .with_state(Services { communication, viewpage })
}

impl Services {
    /// Waits until the read model shows `change`. When it takes too long the change stands all the same.
    async fn folded(&self, change: AggregateVersion) {
        self.viewpage.folded(change, FOLDED_WITHIN).await;
    }
}
