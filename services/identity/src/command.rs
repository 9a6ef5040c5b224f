//! What changes accounts and sessions.

use crate::model::{self, Applicant, MAX_SESSIONS, Token};
use crate::{Identity, store};
use contract::event::{AccountRegistered, Aggregate, Event};
use contract::identity::{Credentials, NewAccount, OpenedSession, RegisteredAccount};
use contract::{AccountId, Call, Refusal};
use platform::Result;

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
        let fits = self.passwords.check(password, hash).await?;
        let account = account.filter(|_| fits).ok_or(Refusal::WrongCredentials)?;
        let token = new_token();
        self.database
            .command(call, move |unit| {
                Box::pin(async move {
                    // One at a time for each account, so that two can't both find room for the last session.
                    unit.lock(Aggregate::account(account)).await?;
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
}

#[expect(clippy::disallowed_methods, reason = "here randomness comes in: the thread's generator, seeded by the operating system")]
fn new_token() -> Token {
    Token::random(&mut rand::rng())
}
