//! What HTTP handlers share: problems (RFC 9457), who calls, and JSON bodies whose faults are told as problems.

mod list;
pub use list::{LanguageQuery, PageQuery, Whole, page};

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use contract::{ApiError, Call, FieldError, Refusal};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

/// The result of a handler.
pub type HttpResult<T> = Result<T, Problem>;

/// A refusal or fault on its way to the caller.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    body: ProblemBody,
    retry_after: Option<u32>,
}

/// `application/problem+json` (RFC 9457) with a stable code.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemBody {
    /// The status's own words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code that programs go by.
    pub code: String,
    /// The fields that don't hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The version that the thing has now, where it was changed meanwhile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<u64>,
}

/// The HTTP status of a refusal or fault.
#[must_use]
pub fn status(error: &ApiError) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl Problem {
    /// A problem that is none of the services' refusals: a body too large, a method that isn't there.
    #[must_use]
    pub fn new(status: StatusCode, code: &str) -> Self {
        let body = ProblemBody {
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            code: code.to_owned(),
            errors: Vec::new(),
            current: None,
        };
        Self { status, body, retry_after: None }
    }
}

impl From<ApiError> for Problem {
    fn from(error: ApiError) -> Self {
        let status = status(&error);
        match error {
            ApiError::Refused(refusal) => {
                let mut problem = Self::new(status, refusal.code());
                match refusal {
                    Refusal::Invalid(errors) => problem.body.errors = errors,
                    Refusal::ChangedMeanwhile { current } => problem.body.current = Some(current),
                    Refusal::TooMany { retry_after_seconds } => problem.retry_after = Some(retry_after_seconds),
                    _ => {}
                }
                problem
            }
            ApiError::Unavailable { retry_after_seconds } => {
                Self { retry_after: Some(retry_after_seconds), ..Self::new(status, "unavailable") }
            }
            ApiError::Fault => Self::new(status, "fault"),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        ApiError::from(refusal).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json"),
            _ => Refusal::Malformed.into(),
        }
    }
}

impl From<QueryRejection> for Problem {
    fn from(_: QueryRejection) -> Self {
        Refusal::Malformed.into()
    }
}

/// An id in a path that is no id names nothing.
impl From<PathRejection> for Problem {
    fn from(_: PathRejection) -> Self {
        Refusal::NotFound.into()
    }
}

/// A JSON body, which is an object. One that can't be read is 400 `malformed`.
#[derive(Debug)]
pub struct Body<T>(pub T);

/// An object alone: by itself, serde takes an array for the fields of a struct, one after the other.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(fields))
            }
        }

        deserializer.deserialize_map(Fields(PhantomData)).map(Self)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Json(Object(value)) = Json::<Object<T>>::from_request(request, state).await?;
        Ok(Self(value))
    }
}

/// The body as it is, a file. One that is larger than allowed is 413 `too_large`.
#[derive(Debug)]
pub struct File(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for File {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        Bytes::from_request(request, state).await.map(Self).map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            _ => Refusal::Malformed.into(),
        })
    }
}

/// The query of a URL. One that can't be read is 400 `malformed`.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let axum::extract::Query(value) = axum::extract::Query::<T>::from_request_parts(parts, state).await?;
        Ok(Self(value))
    }
}

/// The ids in a path. One that is none is 404.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let axum::extract::Path(value) = axum::extract::Path::<T>::from_request_parts(parts, state).await?;
        Ok(Self(value))
    }
}

/// How long an answer waits for the read model, so that whoever reads next sees what was just changed.
pub const FOLDED_WITHIN: Duration = Duration::from_millis(300);

/// Who calls, in which case: put into the request by the server's authentication.
#[derive(Clone, Debug)]
pub struct Caller(pub Call);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Call>().cloned().map(Self).ok_or_else(|| {
            tracing::error!("a route outside the authentication");
            ApiError::Fault.into()
        })
    }
}

/// Who calls, where only someone who is signed in may. Anyone else is refused (401) before the path and the body are looked at.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Call);

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Caller(call) = Caller::from_request_parts(parts, state).await?;
        call.signed_in()?;
        Ok(Self(call))
    }
}

/// The session token that a request carries, in `Authorization: Bearer` or in the session cookie: put into the request by the
/// server's authentication. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(pub String);

impl SessionToken {
    /// The token in `Authorization: Bearer` (RFC 6750, 2.1; the scheme's name without regard to case, RFC 9110, 11.1).
    #[must_use]
    pub fn bearer(headers: &HeaderMap) -> Option<Self> {
        let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
        let token = token.trim();
        (scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty()).then(|| Self(token.to_owned()))
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SessionToken {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let put = parts.extensions.get::<Self>().cloned();
        put.or_else(|| Self::bearer(&parts.headers)).ok_or_else(|| Refusal::NotSignedIn.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_an_object() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Wanted {
            #[serde(default)]
            number: u32,
        }
        let read = |json: &str| serde_json::from_str::<Object<Wanted>>(json).ok().map(|Object(wanted)| wanted);
        assert_eq!(read(r#"{"number":3}"#), Some(Wanted { number: 3 }));
        assert_eq!(read("{}"), Some(Wanted { number: 0 }));
        for none in ["[]", "[3]", "3", "null", r#"{"number":[]}"#] {
            assert_eq!(read(none), None, "{none}");
        }
    }

    #[test]
    fn a_bearer_token_is_found_and_nothing_else_is_taken_for_one() {
        let bearer =
            |value: &'static str| SessionToken::bearer(&HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static(value))]));
        assert_eq!(bearer("Bearer abc"), Some(SessionToken("abc".to_owned())));
        assert_eq!(bearer("bearer  abc"), Some(SessionToken("abc".to_owned())));
        for none in ["Bearer", "Bearer ", "Basic abc", "abc"] {
            assert_eq!(bearer(none), None, "{none}");
        }
        assert!(!format!("{:?}", bearer("Bearer abc")).contains("abc"));
    }
}
