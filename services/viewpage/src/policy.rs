//! What the viewpage does on hearing of anything: it folds it into the read model and says what has changed.

use crate::model::{Fold, Touched};
use crate::store;
use async_trait::async_trait;
use contract::event::{AggregateKind, Envelope};
use platform::Result;
use platform::consumer::Handler;
use platform::wake::Wake;
use sqlx::postgres::PgConnection;

/// The projection's name in the log.
pub const CONSUMER: &str = "viewpage";

/// Folds events into one generation of the read model.
#[derive(Clone, Debug)]
pub struct Projection {
    schema: &'static str,
    changed: Wake,
}

impl Projection {
    /// The projection into the tables of `schema`; `changed` is told after each commit.
    #[must_use]
    pub const fn new(schema: &'static str, changed: Wake) -> Self {
        Self { schema, changed }
    }

    /// Whether open pages are told: nobody watches a generation that is being built.
    fn tells(&self) -> bool {
        self.name() == CONSUMER
    }

    async fn write(&self, connection: &mut PgConnection, fold: &Fold<'_>) -> Result<()> {
        store::write_accounts(connection, fold).await?;
        store::write_contents(connection, fold).await?;
        store::write_searchable(connection, fold).await?;
        store::write_counts(connection, fold).await?;
        store::write_likes(connection, fold).await?;
        store::write_bookmarks(connection, fold).await?;
        store::write_inboxes(connection, fold).await?;
        if fold.said.is_empty() {
            return Ok(());
        }
        let mut conversation = store::conversation(connection, fold).await?;
        let told: Vec<_> = fold.said.iter().filter_map(|said| Some((said, conversation.apply(said)?))).collect();
        store::write_conversation(connection, &conversation).await?;
        if self.tells() { store::tell_said(connection, fold, &told).await } else { Ok(()) }
    }
}

#[async_trait]
impl Handler for Projection {
    fn name(&self) -> &'static str {
        if self.schema == "viewpage" { CONSUMER } else { self.schema }
    }

    fn kinds(&self) -> &'static [AggregateKind] {
        &[
            AggregateKind::Account,
            AggregateKind::Course,
            AggregateKind::Like,
            AggregateKind::Bookmark,
            AggregateKind::Comment,
            AggregateKind::Review,
            AggregateKind::Inbox,
        ]
    }

    fn schema(&self) -> Option<&'static str> {
        Some(self.schema)
    }

    async fn handle(&self, connection: &mut PgConnection, events: &[Envelope]) -> Result<()> {
        let mut touched = Touched::default();
        for fold in Fold::segments(events) {
            self.write(connection, &fold).await?;
            let bumped = match fold.closed {
                Some((person, _)) => store::bump_shown_of(connection, person).await?,
                None => Vec::new(),
            };
            touched.add(&fold, &bumped);
        }
        if self.tells() {
            store::tell_touched(connection, &touched).await?;
            store::tell_inboxes(connection, &touched).await?;
            store::wake_others(connection).await?;
        }
        Ok(())
    }

    async fn committed(&self) {
        self.changed.signal();
    }
}
