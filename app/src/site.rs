//! What the pages are given: the services behind their traits, and where they are seen from.

use crate::tiles::Tiles;
use contract::{CommunicationApi, CourseApi, IdentityApi, MessageApi, ReviewApi, ViewpageApi};
use jiff::Timestamp;
use leptos::config::LeptosOptions;
use std::sync::Arc;

/// Everything the pages need from outside.
#[derive(Clone)]
pub struct Site {
    /// Accounts and sessions.
    pub identity: Arc<dyn IdentityApi>,
    /// Courses, as their hosts write them.
    pub course: Arc<dyn CourseApi>,
    /// Likes, bookmarks and comments.
    pub communication: Arc<dyn CommunicationApi>,
    /// Reviews.
    pub review: Arc<dyn ReviewApi>,
    /// Messages to people.
    pub message: Arc<dyn MessageApi>,
    /// The read model.
    pub viewpage: Arc<dyn ViewpageApi>,
    /// The public origin, such as `https://dulle.example`, without a slash at its end.
    pub base_url: String,
    /// What maps are made of; `None`: there are drawings alone.
    pub tiles: Option<Tiles>,
    /// Tells the time.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Names of the built files. An absolute `hash_file` says where `hash.txt` lies if it isn't beside the executable.
    pub leptos: LeptosOptions,
}

impl Site {
    /// Host and port of the public origin.
    pub(crate) fn authority(&self) -> &str {
        self.base_url.split_once("://").map_or(self.base_url.as_str(), |(_, authority)| authority)
    }

    /// Whether people see the site over https, so that its cookies can demand it.
    pub(crate) fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }
}
