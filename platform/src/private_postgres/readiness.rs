//! From "started" to "can be used": the first connection, and what a new cluster still lacks.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection};
use tokio::time::sleep;

use super::error::PrivatePostgresError as Error;

/// The role that made the cluster; `dulle` itself is none that may do everything.
pub(super) const ADMIN: &str = "postgres";
/// Postgres needs some 50 ms; asking costs almost nothing.
const SHORTEST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(40);
/// How many lines of its log make an error understandable.
const LINES: usize = 8;

/// Returns when a statement on the database succeeds; makes role and database if they are missing. Waits as long as
/// Postgres recovers: that ends by itself, and whoever waits also watches whether Postgres lives.
pub(super) async fn wait(options: &PgConnectOptions) -> Result<(), Error> {
    let mut pause = SHORTEST_PAUSE;
    loop {
        match attempt(options).await {
            Ok(()) => return Ok(()),
            Err(error) => match obstacle(&error) {
                Obstacle::Starting => {}
                Obstacle::Missing => {
                    create(options).await.map_err(Error::Connect)?;
                    continue;
                }
                Obstacle::Other => return Err(Error::Connect(error)),
            },
        }
        sleep(pause).await;
        pause = LONGEST_PAUSE.min(pause * 2);
    }
}

async fn attempt(options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let mut connection: PgConnection = options.connect().await?;
    sqlx::raw_sql("SELECT 1").execute(&mut connection).await?;
    connection.close().await
}

enum Obstacle {
    Starting,
    Missing,
    Other,
}

fn obstacle(error: &sqlx::Error) -> Obstacle {
    match error {
        sqlx::Error::Io(error) if error.kind() != io::ErrorKind::PermissionDenied => Obstacle::Starting,
        sqlx::Error::Database(error) => match error.code().as_deref() {
            // cannot_connect_now
            Some("57P03") => Obstacle::Starting,
            // invalid_authorization_specification: no such role; invalid_catalog_name: no such database
            Some("28000" | "3D000") => Obstacle::Missing,
            _ => Obstacle::Other,
        },
        _ => Obstacle::Other,
    }
}

/// Role and database, each if missing: a start may have been cut off between them.
async fn create(options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let mut connection = options.clone().username(ADMIN).database("postgres").connect().await?;
    for (known, make) in [
        ("SELECT FROM pg_roles WHERE rolname = 'dulle'", "CREATE ROLE dulle LOGIN"),
        ("SELECT FROM pg_database WHERE datname = 'dulle'", "CREATE DATABASE dulle OWNER dulle"),
    ] {
        if sqlx::raw_sql(known).fetch_optional(&mut connection).await?.is_none() {
            sqlx::raw_sql(make).execute(&mut connection).await?;
        }
    }
    connection.close().await
}

/// The last things Postgres said: on its way up into `start_log`, after that into the newest file of its own log.
pub(super) fn log_tail(start_log: &Path, cluster: &Path) -> String {
    let said = read(start_log);
    if !said.contains("Future log output will appear in directory") {
        return last_lines(&said);
    }
    let files = cluster.join("log").read_dir().into_iter().flatten().flatten();
    let newest = files.max_by_key(|file| file.metadata().and_then(|found| found.modified()).ok());
    newest.map(|file| last_lines(&read(&file.path()))).unwrap_or_default()
}

/// It may hold anything, such as a name that isn't UTF-8; and it only serves to explain another error.
fn read(path: &Path) -> String {
    fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// The end of a text.
pub(super) fn last_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_text_leaves_out_empty_lines() {
        assert_eq!(last_lines(""), "");
        assert_eq!(last_lines("a\n\nb\n"), "a\nb");
        let long = ["early", "1", "2", "3", "4", "5", "6", "7", "8"].join("\n");
        assert_eq!(last_lines(&long), "1\n2\n3\n4\n5\n6\n7\n8");
    }
}
