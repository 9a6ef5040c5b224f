//! What tests start from.

use contract::identity::{Account, Credentials, IdentityApi, NewAccount, OpenedSession, RegisteredAccount};
use identity::Identity;
use jiff::{SignedDuration, Timestamp};
use platform::testing::call;
use platform::{Clock, Database};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

pub const EMAIL: &str = "mina@example.com";
pub const PASSWORD: &str = "correct horse 말";

/// The service on a database of its own, at a time that the test says.
pub struct World {
    pub database: Database,
    pub identity: Identity,
    second: Arc<AtomicI64>,
}

impl World {
    pub async fn new() -> Self {
        let second = Arc::new(AtomicI64::new(1_800_000_000));
        let clock = {
            let second = Arc::clone(&second);
            Clock::from_fn(move || Timestamp::from_second(second.load(Ordering::Relaxed)).expect("in range"))
        };
        let options = platform::testing::database(&[identity::migrations()]).await.connect_options();
        let database = Database::new(options, 20, clock);
        Self { identity: Identity::new(database.clone()), database, second }
    }

    /// With the account of [`EMAIL`] and [`PASSWORD`].
    pub async fn with_mina() -> Self {
        let world = Self::new().await;
        world.register(EMAIL, PASSWORD, "미나").await;
        world
    }

    pub fn now(&self) -> Timestamp {
        self.database.clock().now()
    }

    pub fn pass(&self, time: SignedDuration) {
        self.second.fetch_add(time.as_secs(), Ordering::Relaxed);
    }

    pub async fn register(&self, email: &str, password: &str, display_name: &str) -> RegisteredAccount {
        self.identity.register(&call(None), new_account(email, password, display_name)).await.expect("registers")
    }

    pub async fn sign_in(&self) -> OpenedSession {
        self.identity.sign_in(&call(None), credentials(EMAIL, PASSWORD)).await.expect("signs in")
    }

    pub async fn account_of(&self, session: &OpenedSession) -> Option<Account> {
        self.identity_of(&session.token).await
    }

    pub async fn identity_of(&self, token: &str) -> Option<Account> {
        self.identity.authenticate(token).await.expect("answers")
    }

    /// Writes `count` sessions of the account of [`EMAIL`] that were opened, one a second, until `last`.
    pub async fn write_sessions(&self, count: i32, last: Timestamp, lifetime: SignedDuration) {
        sqlx::query(
            "INSERT INTO identity.sessions (token_hash, account_id, created_at, expires_at)
             SELECT sha256(convert_to($3 || n::text, 'UTF8')), accounts.id, opened, opened + make_interval(secs => $4)
             FROM identity.accounts, generate_series(1, $1) AS n, LATERAL (SELECT to_timestamp($2) - make_interval(secs => $1 - n) AS opened) AS times
             WHERE email = $5",
        )
        .bind(count)
        .bind(last.as_second() as f64)
        .bind(last.to_string())
        .bind(lifetime.as_secs_f64())
        .bind(EMAIL)
        .execute(self.database.pool())
        .await
        .expect("writes");
    }

    pub async fn count_sessions(&self) -> i64 {
        self.number("SELECT count(*) FROM identity.sessions").await
    }

    pub async fn number(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(self.database.pool()).await.expect("answers")
    }

    pub async fn text(&self, sql: &'static str) -> String {
        sqlx::query_scalar(sql).fetch_one(self.database.pool()).await.expect("answers")
    }

    /// Name, aggregate's version and payload of every event, in the order in which they were written.
    pub async fn events(&self) -> Vec<(String, i64, serde_json::Value)> {
        sqlx::query_as("SELECT name, aggregate_version, payload FROM event_log.events ORDER BY position")
            .fetch_all(self.database.pool())
            .await
            .expect("reads the log")
    }
}

pub fn new_account(email: &str, password: &str, display_name: &str) -> NewAccount {
    NewAccount { email: email.into(), password: password.into(), display_name: display_name.into() }
}

pub fn credentials(email: &str, password: &str) -> Credentials {
    Credentials { email: email.into(), password: password.into() }
}
