//! `POST /sign-out`.

use crate::session;
use crate::visit::Visit;
use axum::response::Response;

/// Ends the session and goes to the first page.
pub(crate) async fn send(visit: Visit) -> Response {
    let site = visit.site();
    let result = async {
        if let Some(token) = session::session_token(&visit.headers, &site.base_url) {
            site.identity.sign_out(visit.call()?, token).await?;
        }
        Ok(visit.see_other("/"))
    };
    let response = visit.answer(result.await);
    if response.status().is_redirection() { session::change(response, session::closed(site)) } else { response }
}
