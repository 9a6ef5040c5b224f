//! All SQL on the schema `identity`.

use contract::AccountId;
use contract::identity::Account;
use contract::text::{DisplayName, Email};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use platform::{Error, Result};
use sqlx::postgres::{PgConnection, PgPool};
use std::collections::{HashMap, HashSet};

/// How many ended sessions of anyone are removed each time that someone signs in.
const SWEPT_AT_ONCE: i64 = 20;

/// Writes an account. Answers whether its address was free. If not, the one that is there is written anew as it is: nothing changes,
/// but the disk has as much to do, so that the time tells nothing either.
pub(crate) async fn insert_account(
    connection: &mut PgConnection,
    id: AccountId,
    email: &Email,
    password_hash: &str,
    display_name: &DisplayName,
    now: Timestamp,
) -> Result<bool> {
    let written = sqlx::query_scalar!(
        "INSERT INTO identity.accounts (id, email, password_hash, display_name, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT ON CONSTRAINT accounts_email_unique DO UPDATE SET email = excluded.email
         RETURNING id",
        id.as_uuid(),
        email.as_str(),
        password_hash,
        display_name.as_str(),
        now.to_sqlx() as _,
    )
    .fetch_one(connection)
    .await?;
    Ok(written == id.as_uuid())
}

/// The open account with this address, and the hash of its password.
pub(crate) async fn password_hash(pool: &PgPool, email: &Email) -> Result<Option<(AccountId, String)>> {
    let row = sqlx::query!("SELECT id, password_hash FROM identity.accounts WHERE email = $1 AND state = 'open'", email.as_str())
        .fetch_optional(pool)
        .await?;
    Ok(row.map(|row| (AccountId::new(row.id), row.password_hash)))
}

/// The hash of an open account's password.
pub(crate) async fn own_password_hash(pool: &PgPool, account: AccountId) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!("SELECT password_hash FROM identity.accounts WHERE id = $1 AND state = 'open'", account.as_uuid())
        .fetch_optional(pool)
        .await?)
}

/// Whether an account is open, and its password still the one of this hash: what was checked before the account was locked.
pub(crate) async fn still_has(connection: &mut PgConnection, account: AccountId, password_hash: &str) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM identity.accounts WHERE id = $1 AND password_hash = $2 AND state = 'open') AS "still!""#,
        account.as_uuid(),
        password_hash,
    )
    .fetch_one(connection)
    .await?)
}

/// Replaces the password of an open account, if it still is the one of `old`. Answers whether it was.
pub(crate) async fn replace_password(connection: &mut PgConnection, account: AccountId, old: &str, new: &str) -> Result<bool> {
    let written = sqlx::query!(
        "UPDATE identity.accounts SET password_hash = $3 WHERE id = $1 AND password_hash = $2 AND state = 'open'",
        account.as_uuid(),
        old,
        new,
    )
    .execute(connection)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Begins to close an open account, if its password still is the one of this hash. Answers the version that this makes.
pub(crate) async fn begin_closing(connection: &mut PgConnection, account: AccountId, password_hash: &str) -> Result<Option<u64>> {
    let version = sqlx::query_scalar!(
        "UPDATE identity.accounts SET state = 'closing', version = version + 1
         WHERE id = $1 AND password_hash = $2 AND state = 'open' RETURNING version",
        account.as_uuid(),
        password_hash,
    )
    .fetch_optional(connection)
    .await?;
    Ok(version.map(i64::unsigned_abs))
}

/// Erases an account that is being closed: its address is free again.
pub(crate) async fn erase_account(connection: &mut PgConnection, account: AccountId) -> Result<()> {
    sqlx::query!("DELETE FROM identity.accounts WHERE id = $1 AND state = 'closing'", account.as_uuid()).execute(connection).await?;
    Ok(())
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

/// Removes all sessions of an account but the one of `kept`.
pub(crate) async fn delete_sessions(connection: &mut PgConnection, account: AccountId, kept: Option<&[u8; 32]>) -> Result<()> {
    sqlx::query!(
        "DELETE FROM identity.sessions WHERE account_id = $1 AND token_hash IS DISTINCT FROM $2",
        account.as_uuid(),
        kept.map(<[u8; 32]>::as_slice),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Which of these sessions have not ended.
pub(crate) async fn open_sessions(pool: &PgPool, token_hashes: &[Vec<u8>], now: Timestamp) -> Result<HashSet<Vec<u8>>> {
    let rows = sqlx::query_scalar!(
        "SELECT token_hash FROM identity.sessions WHERE token_hash = ANY ($1) AND expires_at > $2",
        token_hashes,
        now.to_sqlx() as _,
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().collect())
}

/// The accounts of those sessions that have not ended.
pub(crate) async fn session_accounts(pool: &PgPool, token_hashes: &[[u8; 32]], now: Timestamp) -> Result<HashMap<[u8; 32], Account>> {
    let token_hashes: Vec<Vec<u8>> = token_hashes.iter().map(|hash| hash.to_vec()).collect();
    let rows = sqlx::query!(
        "SELECT token_hash, accounts.id, accounts.email, accounts.display_name
         FROM identity.sessions JOIN identity.accounts ON accounts.id = sessions.account_id
         WHERE sessions.token_hash = ANY ($1) AND sessions.expires_at > $2",
        &token_hashes,
        now.to_sqlx() as _,
    )
    .fetch_all(pool)
    .await?;
    let account = |id, email, display_name| Account { id: AccountId::new(id), email, display_name };
    rows.into_iter()
        .map(|row| {
            let hash = row.token_hash.try_into().map_err(|_| Error::Defect("a token's hash that isn't 32 bytes"))?;
            Ok((hash, account(row.id, row.email, row.display_name)))
        })
        .collect()
}
