//! Accounts that were closed.

use contract::AccountId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use platform::Result;
use sqlx::postgres::PgConnection;
use std::collections::HashSet;
use uuid::Uuid;

/// Which of `accounts` are closed.
pub(crate) async fn closed(connection: &mut PgConnection, accounts: &[Uuid]) -> Result<HashSet<AccountId>> {
    let closed = sqlx::query_scalar!("SELECT account_id FROM communication.closed_accounts WHERE account_id = ANY ($1)", accounts)
        .fetch_all(connection)
        .await?;
    Ok(closed.into_iter().map(AccountId::new).collect())
}

/// Remembers that an account is closed. Answers whether that is new.
pub(crate) async fn close(connection: &mut PgConnection, account: AccountId, now: Timestamp) -> Result<bool> {
    let written = sqlx::query!(
        "INSERT INTO communication.closed_accounts (account_id, closed_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        account.as_uuid(),
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(written.rows_affected() == 1)
}
