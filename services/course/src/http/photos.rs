//! REST: photos.

use super::Services;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use contract::photo::{PhotoFile, WIDTHS};
use contract::{ApiError, PhotoId, Refusal};
use http::{HeaderValue, StatusCode, header};
use platform::http::{File, HttpResult, Path, ProblemBody, SignedIn};
use serde::Serialize;

/// What never changes under its address may be kept for a year (RFC 9111, 5.2.2.1; RFC 8246).
const A_YEAR: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// A photo that was taken in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct PhotoAdded {
    /// The photo: to be named in a course within a day.
    id: PhotoId,
}

/// Take in a photo: JPEG, PNG or WebP, up to 12 MiB and 50 megapixels.
///
/// It is turned upright and written anew in three widths; nothing else of the file is kept, such as where it was taken. It can be seen by
/// whoever knows its id. A course has it once it names it; a day later one that no course has is gone.
#[utoipa::path(
    post, path = "/photos", tag = "course",
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file"),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 201, body = PhotoAdded, headers(("Location" = String, description = "The photo in its middle width"))),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "Larger than 12 MiB", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "No photo that can be read, or with too many or too few pixels", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many photos that no course has", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn add(State(services): State<Services>, SignedIn(call): SignedIn, File(bytes): File) -> HttpResult<Response> {
    let id = services.courses.add_photo(&call, bytes.into()).await?;
    let shown = PhotoFile::ALL[1].path(id);
    Ok((StatusCode::CREATED, [(header::LOCATION, shown)], Json(PhotoAdded { id })).into_response())
}

/// A photo in one of its widths: `480.webp`, `960.webp`, `1600.webp` or `960.jpg`.
#[utoipa::path(
    get, path = "/photos/{id}/{file}", tag = "course",
    params(
        ("id" = PhotoId, Path, description = "The photo"),
        ("file" = String, Path, description = "Width and kind", example = "960.webp"),
    ),
    responses(
        (status = 200, description = "The file, which never changes", body = Vec<u8>, content_type = "image/webp"),
        (status = 404, description = "No such photo, or not in this width and kind", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn read(State(services): State<Services>, Path((id, name)): Path<(PhotoId, String)>) -> HttpResult<Response> {
    let missing = || ApiError::Refused(Refusal::NotFound);
    let file = PhotoFile::named(&name).ok_or_else(missing)?;
    let bytes = services.courses.photo(id, file).await?.ok_or_else(missing)?;
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(file.kind.media_type())), (header::CACHE_CONTROL, A_YEAR)];
    Ok((headers, Bytes::from(bytes)).into_response())
}

const _: () = assert!(WIDTHS.len() == 3, "the description of this interface names them");
