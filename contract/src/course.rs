//! Courses, as other rooms see them.

use crate::call::Call;
use crate::id::{AccountId, CourseId, PhotoId};
use crate::page::{Page, PageRequest};
use crate::photo::{Photo, PhotoFile};
use crate::place::{Category, Coordinates, Region};
use crate::refusal::{ApiResult, FieldCode, FieldError};
use crate::text::{StopName, StopNote, Summary, Tag, Title};
use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

mod input;
pub use input::{CourseInput, StopInput, StopTranslationInput, TranslationInput};

/// The greatest number of stops of a course.
pub const MAX_STOPS: usize = 20;
/// The greatest number of tags of a course.
pub const MAX_TAGS: usize = 10;
/// The longest stay at one stop, in minutes: a day.
pub const MAX_STAY_MINUTES: u32 = 1_440;
/// The highest cost of one stop, in won.
pub const MAX_COST_KRW: u32 = 10_000_000;

/// A language that courses are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Korean.
    #[default]
    Ko,
    /// English.
    En,
}

impl Language {
    /// The BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ko => "ko",
            Self::En => "en",
        }
    }

    /// The language a translation is in.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Ko => Self::En,
            Self::En => Self::Ko,
        }
    }
}

/// What a host wrote about a course; whatever holds such a value holds a valid one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CourseContent {
    /// The language it is written in.
    pub language: Language,
    /// Title.
    pub title: Title,
    /// What it is about.
    pub summary: Summary,
    /// Where in Korea it is.
    pub region: Region,
    /// Words it can be found by.
    pub tags: Vec<Tag>,
    /// Whether customers may write reviews.
    pub reviews_open: bool,
    /// The stops in the order of the walk.
    pub stops: Vec<Stop>,
    /// The same words in the other language, if the host gave them.
    pub translation: Option<Translation>,
    /// Photos; the first stands for the course in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<Photo>,
}

impl CourseContent {
    /// Title in `language`, or in the one it was written in.
    #[must_use]
    pub fn title_in(&self, language: Language) -> &str {
        self.translated(language).map_or(self.title.as_str(), |translation| translation.title.as_str())
    }

    /// The translation, if `language` is what it is in.
    #[must_use]
    pub fn translated(&self, language: Language) -> Option<&Translation> {
        self.translation.as_ref().filter(|_| language != self.language)
    }
}

/// A place on the walk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stop {
    /// What the place is called.
    pub name: StopName,
    /// What kind of place it is.
    pub category: Category,
    /// Latitude, WGS 84, degrees.
    pub lat: f64,
    /// Longitude, WGS 84, degrees.
    pub lng: f64,
    /// How long one stays, in minutes.
    pub stay_minutes: u32,
    /// What it costs, in won.
    pub cost_krw: u32,
    /// The host's note.
    pub note: StopNote,
}

impl Stop {
    /// Where it is.
    #[must_use]
    pub const fn coordinates(&self) -> Coordinates {
        Coordinates { lat: self.lat, lng: self.lng }
    }
}

/// A course's words in the other language; its stops are parallel to [`CourseContent::stops`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Translation {
    /// Title.
    pub title: Title,
    /// What it is about.
    pub summary: Summary,
    /// The stops' words.
    pub stops: Vec<StopTranslation>,
}

/// A stop's words in the other language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StopTranslation {
    /// What the place is called.
    pub name: StopName,
    /// The host's note.
    pub note: StopNote,
}

/// Where a course stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CourseState {
    /// Seen by its host alone; never published.
    Draft,
    /// Seen by everyone.
    Published,
    /// Was published; seen by its host alone.
    Unpublished,
}

impl CourseState {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Unpublished => "unpublished",
        }
    }
}

/// A course as the course service answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Course {
    /// The course.
    pub id: CourseId,
    /// Grows by one with every change.
    pub version: u64,
    /// Where it stands.
    pub state: CourseState,
    /// Whose it is.
    pub host_id: AccountId,
    /// When it was registered.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub updated_at: Timestamp,
    /// What the host wrote.
    #[serde(flatten)]
    pub content: CourseContent,
}

/// What other services may ask of a course, whoever calls: nothing that its host wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Whose it is.
    pub host_id: AccountId,
    /// Where it stands.
    pub state: CourseState,
    /// Whether customers may write reviews.
    pub reviews_open: bool,
}

/// Courses.
#[async_trait]
pub trait CourseApi: Send + Sync {
    /// Registers a draft for the signed-in host.
    ///
    /// # Errors
    /// `NotSignedIn`; `Invalid` names the fields.
    async fn register(&self, call: &Call, input: CourseInput) -> ApiResult<Course>;

    /// Replaces what a course says. `expected` is the version the host read; `None` changes whatever is there.
    ///
    /// # Errors
    /// `NotSignedIn`; `NotFound` or `NotYours`; `ChangedMeanwhile`; `Invalid`; `StopsMissing` for a published one without stops.
    async fn modify(&self, call: &Call, id: CourseId, expected: Option<u64>, input: CourseInput) -> ApiResult<Course>;

    /// Shows a course to everyone; a published one stays as it is.
    ///
    /// # Errors
    /// `NotSignedIn`; `NotFound` or `NotYours`; `StopsMissing`.
    async fn publish(&self, call: &Call, id: CourseId) -> ApiResult<Course>;

    /// Takes a course back from view; one that isn't published stays as it is.
    ///
    /// # Errors
    /// `NotSignedIn`; `NotFound` or `NotYours`.
    async fn unpublish(&self, call: &Call, id: CourseId) -> ApiResult<Course>;

    /// Deletes a course. Answers with the version of the deletion.
    ///
    /// # Errors
    /// `NotSignedIn`; `NotFound` or `NotYours`.
    async fn delete(&self, call: &Call, id: CourseId) -> ApiResult<u64>;

    /// Reads a course: published ones for everyone, others for their host.
    ///
    /// # Errors
    /// `NotFound`, also for what one may not know of.
    async fn course(&self, call: &Call, id: CourseId) -> ApiResult<Course>;

    /// Where a course stands, for services that have to know; `None` when it never was or is deleted. Changes nothing.
    ///
    /// # Errors
    /// Only when storage can't be reached.
    async fn standing(&self, call: &Call, id: CourseId) -> ApiResult<Option<Standing>>;

    /// Takes in a photo of the signed-in host's, of which it keeps several widths and nothing else: no place, no camera. A photo that no
    /// course of the host has a day later is gone.
    ///
    /// # Errors
    /// `NotSignedIn`; `Invalid` for what is no photo or too large; `TooMany` while the host has many that no course has.
    async fn add_photo(&self, call: &Call, bytes: Vec<u8>) -> ApiResult<PhotoId>;

    /// A file of a photo, for whoever knows its id; `None` when there is none.
    ///
    /// # Errors
    /// Only when storage can't be reached.
    async fn photo(&self, id: PhotoId, file: PhotoFile) -> ApiResult<Option<Vec<u8>>>;

    /// The signed-in host's own courses, drafts too, the last changed first.
    ///
    /// # Errors
    /// `NotSignedIn`; `Malformed` for a cursor that is none.
    async fn host_courses(&self, call: &Call, page: PageRequest) -> ApiResult<Page<Course>>;
}

/// A number within `min` and `max`.
fn number(field: &str, value: i64, min: u32, max: u32) -> Result<u32, FieldError> {
    match u32::try_from(value) {
        Ok(value) if value > max => Err(FieldError::limited(field, FieldCode::TooLarge, i64::from(max))),
        Ok(value) if value >= min => Ok(value),
        Err(_) if value > i64::from(max) => Err(FieldError::limited(field, FieldCode::TooLarge, i64::from(max))),
        _ => Err(FieldError::limited(field, FieldCode::TooSmall, i64::from(min))),
    }
}
