//! All SQL on the schema `viewpage`.
//!
//! The projection writes to unqualified names: the search path says into which generation ([`use_generation`]). Queries are
//! qualified and see the generation that is in place.

mod all;
mod audit;
mod facets;
mod frequency;
mod list;
mod live;
mod read;
mod reviews;
mod said;
mod searchable;
mod stars;
mod tell;
mod write;

pub(crate) use all::{host, listed, parts};
pub use audit::{CourseTally, counts_of_all, dump, unread_of_all};
pub(crate) use facets::{Counted, count};
pub(crate) use frequency::Frequencies;
pub(crate) use list::{Asked, Found, Place, by_index, cards, in_order};
pub(crate) use live::{Missed, Moment, changes_after, last_change, listen, missed, snapshot, trim_changes};
pub(crate) use read::{Kept, bookmarks, comments, counts, course, mine};
pub(crate) use reviews::{Rated, reviews};
pub(crate) use said::{conversation, write_conversation};
pub(crate) use searchable::{hold_projection, index_some, write_searchable};
pub(crate) use stars::{count_stars_anew, has_miscounted};
pub(crate) use tell::{tell_inboxes, tell_said, tell_touched, wake_others};
pub(crate) use write::{bump_shown_of, write_accounts, write_bookmarks, write_contents, write_counts, write_inboxes, write_likes};

use platform::Result;
use sqlx::postgres::PgConnection;

/// Postgres channel on which other processes hear of a folded batch.
const CHANNEL: &str = "viewpage_changes";

/// Until the end of the transaction, unqualified names mean the tables of `schema`.
pub(crate) async fn use_generation(connection: &mut PgConnection, schema: &str) -> Result<()> {
    sqlx::query_scalar!("SELECT set_config('search_path', $1, true)", schema).fetch_one(connection).await?;
    Ok(())
}
