//! Signing up, in and out. The token goes into the cookie and is never told to script.

#![expect(missing_docs, reason = "the macro makes a struct of the arguments, and no doc can be put on its fields")]

use super::ActionError;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

/// Opens a session and sets its cookie.
///
/// # Errors
/// As [`contract::IdentityApi::sign_in`].
#[server(prefix = "/api/actions", endpoint = "sign_in", input = Json)]
pub async fn sign_in(email: String, password: String) -> Result<(), ActionError> {
    let (site, call) = super::request::caller()?;
    let session = crate::deeds::sign_in(&site, &call, contract::identity::Credentials { email, password }).await?;
    open(&site, &session)
}

/// Opens an account, to be signed in to next. The answer is the same for an address that has one already.
///
/// # Errors
/// As [`contract::IdentityApi::register`].
#[server(prefix = "/api/actions", endpoint = "sign_up", input = Json)]
pub async fn sign_up(email: String, password: String, display_name: String) -> Result<(), ActionError> {
    let (site, call) = super::request::caller()?;
    crate::deeds::sign_up(&site, &call, contract::identity::NewAccount { email, password, display_name }).await?;
    Ok(())
}

/// Ends the session and clears its cookie.
///
/// # Errors
/// As [`contract::IdentityApi::sign_out`].
#[server(prefix = "/api/actions", endpoint = "sign_out", input = Json)]
pub async fn sign_out() -> Result<(), ActionError> {
    let (site, call) = super::request::caller()?;
    let headers = super::request::headers();
    super::request::set_cookie(crate::session::closed(&site));
    if let Some(token) = crate::session::session_token(&headers, &site.base_url) {
        site.identity.sign_out(&call, token).await?;
    }
    Ok(())
}

#[cfg(feature = "ssr")]
fn open(site: &crate::site::Site, session: &contract::identity::OpenedSession) -> Result<(), ActionError> {
    let cookie = crate::session::opened(site, session).ok_or(contract::ApiError::Fault)?;
    super::request::set_cookie(cookie);
    Ok(())
}
