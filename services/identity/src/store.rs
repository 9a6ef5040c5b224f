//! All SQL on the schema `identity`.

use contract::AccountId;
use contract::identity::Account;
use contract::text::{DisplayName, Email};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use platform::Result;
use sqlx::postgres::{PgConnection, PgPool};

/// How many ended sessions of anyone are removed each time that someone signs in.
const SWEPT_AT_ONCE: i64 = 20;

/// Writes an account. Answers whether its address was free; if not, nothing is written.
pub(crate) async fn insert_account(
    connection: &mut PgConnection,
    id: AccountId,
    email: &Email,
    password_hash: &str,
    display_name: &DisplayName,
    now: Timestamp,
) -> Result<bool> {
    let written = sqlx::query!(
        "INSERT INTO identity.accounts (id, email, password_hash, display_name, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT ON CONSTRAINT accounts_email_unique DO NOTHING",
        id.as_uuid(),
        email.as_str(),
        password_hash,
        display_name.as_str(),
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// The account with this address, and the hash of its password.
pub(crate) async fn password_hash(pool: &PgPool, email: &Email) -> Result<Option<(AccountId, String)>> {
    let row = sqlx::query!("SELECT id, password_hash FROM identity.accounts WHERE email = $1", email.as_str()).fetch_optional(pool).await?;
    Ok(row.map(|row| (AccountId::new(row.id), row.password_hash)))
}

/// Writes a session.
pub(crate) async fn insert_session(
    connection: &mut PgConnection,
    token_hash: &[u8; 32],
    account: AccountId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO identity.sessions (token_hash, account_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        token_hash,
        account.as_uuid(),
        now.to_sqlx() as _,
        expires_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes an account's sessions that have ended, and the oldest of the others until `kept` are left.
pub(crate) async fn end_sessions(connection: &mut PgConnection, account: AccountId, kept: i64, now: Timestamp) -> Result<()> {
    sqlx::query!(
        "DELETE FROM identity.sessions
         WHERE account_id = $1
           AND (expires_at <= $2
                OR token_hash IN (SELECT token_hash FROM identity.sessions
                                  WHERE account_id = $1 AND expires_at > $2
                                  ORDER BY created_at DESC, token_hash OFFSET $3))",
        account.as_uuid(),
        now.to_sqlx() as _,
        kept,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes some sessions of anyone that have ended. Waits for nobody: what another sweep has in hand is left to it.
pub(crate) async fn sweep_sessions(connection: &mut PgConnection, now: Timestamp) -> Result<()> {
    sqlx::query!(
        "DELETE FROM identity.sessions
         WHERE token_hash IN (SELECT token_hash FROM identity.sessions WHERE expires_at <= $1
                              ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now.to_sqlx() as _,
        SWEPT_AT_ONCE,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes a session, if it is there.
pub(crate) async fn delete_session(connection: &mut PgConnection, token_hash: &[u8; 32]) -> Result<()> {
    sqlx::query!("DELETE FROM identity.sessions WHERE token_hash = $1", token_hash).execute(connection).await?;
    Ok(())
}

/// The account of a session that has not ended.
pub(crate) async fn session_account(pool: &PgPool, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<Account>> {
    let row = sqlx::query!(
        "SELECT accounts.id, accounts.email, accounts.display_name
         FROM identity.sessions JOIN identity.accounts ON accounts.id = sessions.account_id
         WHERE sessions.token_hash = $1 AND sessions.expires_at > $2",
        token_hash,
        now.to_sqlx() as _,
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Account { id: AccountId::new(row.id), email: row.email, display_name: row.display_name }))
}
