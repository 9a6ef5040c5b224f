//! Hashing and checking passwords: slow on purpose, so in threads of its own, few at a time, and with a bounded wait.

use argon2::password_hash::{Error as HashError, PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use contract::ApiError;
use contract::text::Password;
use platform::{Error, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

/// argon2id with 19 MiB of memory, two passes, one lane: OWASP Password Storage Cheat Sheet, "Argon2id".
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// How many are hashed at the same time at the most: bounds the memory.
const AT_ONCE: usize = 4;
/// How long a request waits for its turn before it is told to come again.
const PATIENCE: Duration = Duration::from_secs(2);

/// Hashes and checks passwords.
#[derive(Clone, Debug)]
pub(crate) struct Passwords {
    turns: Arc<Semaphore>,
    patience: Duration,
    /// What the password for an unknown address is checked against, so that it takes as long as for a known one.
    nobodys: Arc<str>,
    checks: Arc<AtomicU64>,
}

impl Passwords {
    /// As many at a time as there are cores, within [`AT_ONCE`].
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self::with(cores.min(AT_ONCE), PATIENCE)
    }

    fn with(at_once: usize, patience: Duration) -> Self {
        let nobodys = hash(b"nobody's password").expect("these parameters hash").into();
        Self { turns: Arc::new(Semaphore::new(at_once)), patience, nobodys, checks: Arc::default() }
    }

    /// How many were checked against a hash since the start.
    pub(crate) fn checks(&self) -> u64 {
        self.checks.load(Ordering::Relaxed)
    }

    /// Hashes a password with a fresh salt.
    ///
    /// # Errors
    /// `Unavailable` when too many others wait.
    pub(crate) async fn hash(&self, password: Password) -> Result<String> {
        self.in_turn(move || hash(password.as_bytes())).await
    }

    /// Whether a password is the one that was hashed. Without a hash it isn't, after just as long.
    ///
    /// # Errors
    /// `Unavailable` when too many others wait.
    pub(crate) async fn check(&self, password: Password, hash: Option<String>) -> Result<bool> {
        let nobodys = Arc::clone(&self.nobodys);
        let checks = Arc::clone(&self.checks);
        self.in_turn(move || {
            checks.fetch_add(1, Ordering::Relaxed);
            let fits = verify(password.as_bytes(), hash.as_deref().unwrap_or(&nobodys))?;
            Ok(fits && hash.is_some())
        })
        .await
    }

    /// Runs `work` on a blocking thread when it is its turn. The turn lasts as long as the work, even if nobody waits for it any more.
    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let unavailable = Error::Api(ApiError::Unavailable { retry_after_seconds: 2 });
        let Ok(Ok(turn)) = tokio::time::timeout(self.patience, Arc::clone(&self.turns).acquire_owned()).await else {
            tracing::warn!("too many passwords wait to be hashed");
            return Err(unavailable);
        };
        let work = move || {
            let done = work();
            drop(turn);
            done
        };
        tokio::task::spawn_blocking(work).await.unwrap_or(Err(Error::Defect("hashing a password panicked")))
    }
}

fn argon2id() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| Error::Defect("argon2 refuses its parameters"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// A PHC string with a salt of 16 bytes from the operating system.
fn hash(password: &[u8]) -> Result<String> {
    let hash = argon2id()?.hash_password(password).map_err(|_| Error::Defect("a password can't be hashed"))?;
    Ok(hash.to_string())
}

/// Goes by the parameters in the hash, so that old hashes outlive a change of ours.
fn verify(password: &[u8], hash: &str) -> Result<bool> {
    match argon2id()?.verify_password(password, hash) {
        Ok(()) => Ok(true),
        Err(HashError::PasswordInvalid) => Ok(false),
        Err(_) => Err(Error::Defect("a stored password hash can't be read")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::parse("password", text).expect("valid")
    }

    #[tokio::test]
    async fn a_password_fits_its_own_hash_alone() {
        let passwords = Passwords::new();
        let hash = passwords.hash(password("correct horse")).await.expect("hashes");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, passwords.hash(password("correct horse")).await.expect("hashes"), "each has a salt of its own");
        assert!(passwords.check(password("correct horse"), Some(hash.clone())).await.expect("checks"));
        assert!(!passwords.check(password("correct horze"), Some(hash)).await.expect("checks"));
        assert_eq!(passwords.checks(), 2);
    }

    #[tokio::test]
    async fn without_a_hash_one_is_checked_all_the_same_and_nothing_fits() {
        let passwords = Passwords::new();
        assert!(passwords.nobodys.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "as slow as the others");
        assert!(!passwords.check(password("nobody's password"), None).await.expect("checks"));
        assert_eq!(passwords.checks(), 1);
    }

    #[tokio::test]
    async fn who_waits_too_long_is_told_to_come_again() {
        let passwords = Passwords::with(1, Duration::from_millis(20));
        let turn = Arc::clone(&passwords.turns).acquire_owned().await.expect("free");
        let refused = passwords.hash(password("correct horse")).await.expect_err("no turn");
        assert!(matches!(refused, Error::Api(ApiError::Unavailable { .. })), "{refused}");
        drop(turn);
        passwords.hash(password("correct horse")).await.expect("free again");
    }

    #[tokio::test]
    async fn a_hash_that_is_none_is_a_fault_and_not_a_wrong_password() {
        let fault = Passwords::new().check(password("correct horse"), Some("plain".to_owned())).await.expect_err("a defect");
        assert!(matches!(fault, Error::Defect(_)), "{fault}");
    }
}
