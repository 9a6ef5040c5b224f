//! What changes accounts and sessions.

use crate::model::{self, Applicant, MAX_SESSIONS, Token};
use crate::{Identity, store};
use contract::event::{AccountClosed, AccountRegistered, Aggregate, AggregateVersion, Event};
use contract::identity::{Credentials, NewAccount, OpenedSession, PasswordChange, RegisteredAccount};
use contract::text::Password;
use contract::{AccountId, Call, FieldError, Refusal};
use platform::{Error, Result};

/// The first version of an account: that of its registration.
const REGISTERED: u64 = 1;

impl Identity {
    /// Opens an account. One that is asked for a second time gets an answer of the same form after the same work, and changes nothing.
    pub(crate) async fn register_account(&self, call: &Call, account: NewAccount) -> Result<RegisteredAccount> {
        let Applicant { email, password, display_name } = Applicant::parse(&account)?;
        let password_hash = self.passwords.hash(password).await?;
        let id = AccountId::new(self.database.clock().uuid());
        let answer = RegisteredAccount { id, display_name: display_name.as_str().to_owned() };
        self.database
            .command(call, move |unit| {
                Box::pin(async move {
                    unit.lock(Aggregate::account(id)).await?;
                    let now = unit.clock().now();
                    if store::insert_account(unit.connection(), id, &email, &password_hash, &display_name, now).await? {
                        unit.append(&Event::AccountRegistered(AccountRegistered { account_id: id, display_name }), REGISTERED).await?;
                    }
                    Ok(answer)
                })
            })
            .await
    }

    /// Opens a session, and sweeps up what has ended.
    pub(crate) async fn open_session(&self, call: &Call, credentials: Credentials) -> Result<OpenedSession> {
        let (email, password) = model::well_formed(&credentials)?;
        let (account, hash) = store::password_hash(self.database.pool(), &email).await?.unzip();
        let fits = self.passwords.check(password, hash.clone()).await?;
        let (account, hash) = account.zip(hash).filter(|_| fits).ok_or(Refusal::WrongCredentials)?;
        let token = new_token();
        self.database
            .command(call, move |unit| {
                Box::pin(async move {
                    // One at a time for each account, so that two can't both find room for the last session.
                    unit.lock(Aggregate::account(account)).await?;
                    // Whoever changed the password or closed the account meanwhile has ended all sessions: none may come after.
                    if !store::still_has(unit.connection(), account, &hash).await? {
                        return Err(Refusal::WrongCredentials.into());
                    }
                    let now = unit.clock().now();
                    let expires_at = model::session_end(now);
                    store::end_sessions(unit.connection(), account, MAX_SESSIONS - 1, now).await?;
                    store::sweep_sessions(unit.connection(), now).await?;
                    store::insert_session(unit.connection(), &token.hash(), account, now, expires_at).await?;
                    Ok(OpenedSession { token: token.reveal(), expires_at })
                })
            })
            .await
    }

    /// Ends a session.
    pub(crate) async fn close_session(&self, call: &Call, token: &str) -> Result<()> {
        let Some(token) = Token::parse(token) else { return Ok(()) };
        self.database
            .command(call, move |unit| Box::pin(async move { store::delete_session(unit.connection(), &token.hash()).await }))
            .await
    }

    /// Ends all sessions of who calls.
    pub(crate) async fn close_all_sessions(&self, call: &Call) -> Result<()> {
        let account = call.signed_in()?;
        self.database
            .command(call, move |unit| {
                Box::pin(async move {
                    unit.lock(Aggregate::account(account)).await?;
                    store::delete_sessions(unit.connection(), account, None).await
                })
            })
            .await
    }

    /// Changes the password of who calls. Both passwords are looked at before either is refused, so that all that is wrong is named at once.
    pub(crate) async fn change_own_password(&self, call: &Call, token: &str, change: PasswordChange) -> Result<()> {
        let account = call.signed_in()?;
        let kept = Token::parse(token).map(|token| token.hash());
        let new = Password::parse("new_password", &change.new_password);
        let current = self.fitting_hash(account, &change.current_password).await?.ok_or_else(|| model::mismatch("current_password"));
        let (current, new) = match (current, new) {
            (Ok(current), Ok(new)) => (current, new),
            (current, new) => {
                let wrong: [Option<FieldError>; 2] = [current.err(), new.err()];
                return Err(Refusal::Invalid(wrong.into_iter().flatten().collect()).into());
            }
        };
        let new = self.passwords.hash(new).await?;
        self.database
            .command(call, move |unit| {
                Box::pin(async move {
                    unit.lock(Aggregate::account(account)).await?;
                    if !store::replace_password(unit.connection(), account, &current, &new).await? {
                        return Err(wrong_password("current_password"));
                    }
                    store::delete_sessions(unit.connection(), account, kept.as_ref()).await
                })
            })
            .await
    }

    /// Closes the account of who calls: from here on nobody signs in to it, and everyone who holds something of it is told.
    pub(crate) async fn close_account(&self, call: &Call, password: &str) -> Result<AggregateVersion> {
        let account = call.signed_in()?;
        let hash = self.fitting_hash(account, password).await?.ok_or_else(|| wrong_password("password"))?;
        self.database
            .command(call, move |unit| {
                Box::pin(async move {
                    unit.lock(Aggregate::account(account)).await?;
                    let Some(version) = store::begin_closing(unit.connection(), account, &hash).await? else {
                        return Err(wrong_password("password"));
                    };
                    store::delete_sessions(unit.connection(), account, None).await?;
                    unit.append(&Event::AccountClosed(AccountClosed { account_id: account }), version).await
                })
            })
            .await
    }

    /// The hash of an account's password, if `password` is the one. What no password can be is not hashed.
    async fn fitting_hash(&self, account: AccountId, password: &str) -> Result<Option<String>> {
        let hash = store::own_password_hash(self.database.pool(), account).await?.ok_or(Refusal::NotSignedIn)?;
        let Ok(password) = Password::parse("password", password) else { return Ok(None) };
        let fits = self.passwords.check(password, Some(hash.clone())).await?;
        Ok(fits.then_some(hash))
    }
}

/// A password that does not fit, or does no longer.
fn wrong_password(field: &'static str) -> Error {
    Refusal::Invalid(vec![model::mismatch(field)]).into()
}

#[expect(clippy::disallowed_methods, reason = "here randomness comes in: the thread's generator, seeded by the operating system")]
fn new_token() -> Token {
    Token::random(&mut rand::rng())
}
