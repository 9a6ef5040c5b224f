//! Why a server function did not do what it was asked, with the status that belongs to it.

use contract::{ApiError, Refusal};
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// Why a server function did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error(transparent)]
pub struct ActionError(pub ApiError);

impl ActionError {
    /// Whether signing in would help.
    #[must_use]
    pub const fn needs_sign_in(&self) -> bool {
        matches!(self.0, ApiError::Refused(Refusal::NotSignedIn))
    }
}

impl From<ApiError> for ActionError {
    fn from(error: ApiError) -> Self {
        #[cfg(feature = "ssr")]
        set_status(&error);
        Self(error)
    }
}

impl FromServerFnError for ActionError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        let error = match value {
            // the browser couldn't reach us
            ServerFnErrorErr::Request(_) => ApiError::Unavailable { retry_after_seconds: 1 },
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                ApiError::Refused(Refusal::Malformed)
            }
            _ => ApiError::Fault,
        };
        Self::from(error)
    }
}

/// Without this every error of a server function would be a 500.
#[cfg(feature = "ssr")]
fn set_status(error: &ApiError) {
    let Some(options) = leptos::context::use_context::<leptos_axum::ResponseOptions>() else { return };
    let (status, retry_after) = crate::render::status_of(error);
    options.set_status(status);
    if let Some(seconds) = retry_after {
        options.insert_header(http::header::RETRY_AFTER, http::HeaderValue::from(seconds));
    }
}
