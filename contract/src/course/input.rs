//! What a host sends, before it is known to be valid; and the one way from there to a valid course.

use super::{CourseContent, Language, MAX_COST_KRW, MAX_STAY_MINUTES, MAX_STOPS, MAX_TAGS, Stop, StopTranslation, Translation, number};
use crate::photo::{MAX_PHOTOS, Photo, PhotoInput};
use crate::place::{Category, Coordinates, Region};
use crate::refusal::{ApiError, FieldCode, FieldError, Refusal};
use crate::text::{StopName, StopNote, Summary, Tag, Title};
use crate::whole::whole;
use serde::{Deserialize, Serialize};

/// A course as a host sends it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CourseInput {
    /// The language it is written in; Korean if not given.
    #[serde(default)]
    pub language: Language,
    /// 1 to 80 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required, value_type = Title))]
    pub title: String,
    /// Up to 1000 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Summary))]
    pub summary: String,
    /// Code of one of Korea's seventeen first-level divisions, or its name.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required, schema_with = Region::names))]
    pub region: String,
    /// Up to 10 of 1 to 20 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Tag>, max_items = 10))]
    pub tags: Vec<String>,
    /// Whether customers may write reviews; yes if not given.
    #[serde(default = "yes")]
    pub reviews_open: bool,
    /// Up to 20, in the order of the walk.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub stops: Vec<StopInput>,
    /// The same words in the other language.
    #[serde(default)]
    pub translation: Option<TranslationInput>,
    /// Up to 12 that were taken in before; left out, they stay as they are.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 12))]
    pub photos: Option<Vec<PhotoInput>>,
}

/// A stop as a host sends it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StopInput {
    /// 1 to 80 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required, value_type = StopName))]
    pub name: String,
    /// Code of a category.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required, schema_with = Category::names))]
    pub category: String,
    /// Degrees.
    #[serde(default = "missing_number")]
    #[cfg_attr(feature = "openapi", schema(required, minimum = -90, maximum = 90))]
    pub lat: f64,
    /// Degrees.
    #[serde(default = "missing_number")]
    #[cfg_attr(feature = "openapi", schema(required, minimum = -180, maximum = 180))]
    pub lng: f64,
    /// 0 to 1440.
    #[serde(default, deserialize_with = "whole")]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1440))]
    pub stay_minutes: i64,
    /// 0 to 10,000,000.
    #[serde(default, deserialize_with = "whole")]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 10_000_000))]
    pub cost_krw: i64,
    /// Up to 500 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = StopNote))]
    pub note: String,
}

/// A translation as a host sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TranslationInput {
    /// 1 to 80 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required, value_type = Title))]
    pub title: String,
    /// Up to 1000 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Summary))]
    pub summary: String,
    /// Up to 20: as many as the course has stops, more are left out; an empty name stays as it is in the course's own language.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub stops: Vec<StopTranslationInput>,
}

/// A stop's translation as a host sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StopTranslationInput {
    /// Up to 80 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 80))]
    pub name: String,
    /// Up to 500 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = StopNote))]
    pub note: String,
}

const fn yes() -> bool {
    true
}

/// What is left out is named when the whole is parsed, with everything else that is wrong: no number is not a number.
const fn missing_number() -> f64 {
    f64::NAN
}

/// Collects what is wrong while it parses, so that a host sees all of it at once.
#[derive(Default)]
struct Errors(Vec<FieldError>);

impl Errors {
    fn take<T>(&mut self, parsed: Result<T, FieldError>) -> Option<T> {
        parsed.map_err(|error| self.0.push(error)).ok()
    }

    fn at_most(&mut self, field: &str, length: usize, max: usize) {
        if length > max {
            self.0.push(FieldError::limited(field, FieldCode::TooMany, i64::try_from(max).unwrap_or(i64::MAX)));
        }
    }
}

impl CourseInput {
    /// Parses what a host sent.
    ///
    /// # Errors
    /// `Invalid` with every field that doesn't hold.
    pub fn parse(self) -> Result<CourseContent, ApiError> {
        let mut errors = Errors::default();
        errors.at_most("stops", self.stops.len(), MAX_STOPS);
        errors.at_most("tags", self.tags.len(), MAX_TAGS);
        let title = errors.take(Title::parse("title", &self.title));
        let summary = errors.take(Summary::parse("summary", &self.summary));
        let region = errors.take(Region::parse("region", &self.region));
        let mut tags: Vec<Tag> = Vec::new();
        for (index, tag) in self.tags.iter().take(MAX_TAGS).enumerate() {
            match errors.take(Tag::parse(&format!("tags[{index}]"), tag)) {
                Some(tag) if !tags.contains(&tag) => tags.push(tag),
                _ => {}
            }
        }
        let stops: Vec<Option<Stop>> = self
            .stops
            .into_iter()
            .take(MAX_STOPS)
            .enumerate()
            .map(|(index, stop)| stop.parse(&format!("stops[{index}]."), &mut errors))
            .collect();
        let translation = self.translation.map(|translation| translation.parse(&stops, &mut errors));
        let photos = photos(&self.photos.unwrap_or_default(), &mut errors);
        match (title, summary, region, stops.into_iter().collect::<Option<Vec<_>>>(), errors.0) {
            (Some(title), Some(summary), Some(region), Some(stops), errors) if errors.is_empty() => Ok(CourseContent {
                language: self.language,
                title,
                summary,
                region,
                tags,
                reviews_open: self.reviews_open,
                stops,
                translation: translation.flatten(),
                photos,
            }),
            (.., errors) => Err(Refusal::Invalid(errors).into()),
        }
    }
}

/// The photos, each once.
fn photos(given: &[PhotoInput], errors: &mut Errors) -> Vec<Photo> {
    errors.at_most("photos", given.len(), MAX_PHOTOS);
    let mut photos: Vec<Photo> = Vec::new();
    for (index, photo) in given.iter().take(MAX_PHOTOS).enumerate() {
        match photo.parse(&format!("photos[{index}].")) {
            Ok(photo) if photos.iter().all(|known| known.id != photo.id) => photos.push(photo),
            Ok(_) => {}
            Err(wrong) => errors.0.extend(wrong),
        }
    }
    photos
}

impl StopInput {
    fn parse(self, prefix: &str, errors: &mut Errors) -> Option<Stop> {
        let field = |name: &str| format!("{prefix}{name}");
        let name = errors.take(StopName::parse(&field("name"), &self.name));
        let category = errors.take(Category::parse(&field("category"), &self.category));
        let point = Coordinates::parse(prefix, self.lat, self.lng).map_err(|wrong| errors.0.extend(wrong)).ok();
        let stay_minutes = errors.take(number(&field("stay_minutes"), self.stay_minutes, 0, MAX_STAY_MINUTES));
        let cost_krw = errors.take(number(&field("cost_krw"), self.cost_krw, 0, MAX_COST_KRW));
        let note = errors.take(StopNote::parse(&field("note"), &self.note));
        let point = point?;
        Some(Stop {
            name: name?,
            category: category?,
            lat: point.lat,
            lng: point.lng,
            stay_minutes: stay_minutes?,
            cost_krw: cost_krw?,
            note: note?,
        })
    }
}

impl TranslationInput {
    fn parse(mut self, stops: &[Option<Stop>], errors: &mut Errors) -> Option<Translation> {
        errors.at_most("translation.stops", self.stops.len(), MAX_STOPS);
        let given = stops.len().max(self.stops.len().min(MAX_STOPS));
        self.stops.resize_with(given, StopTranslationInput::default);
        let title = errors.take(Title::parse("translation.title", &self.title));
        let summary = errors.take(Summary::parse("translation.summary", &self.summary));
        let stops = self
            .stops
            .into_iter()
            .enumerate()
            .filter_map(|(index, words)| {
                let prefix = format!("translation.stops[{index}].");
                // A name that shows nothing is none: the stop is called the same in both languages.
                let name = match StopName::parse(&format!("{prefix}name"), &words.name) {
                    Err(FieldError { code: FieldCode::Required, .. }) => None,
                    given => Some(errors.take(given)),
                };
                let note = errors.take(StopNote::parse(&format!("{prefix}note"), &words.note));
                // What is beyond the course's own stops is read like the rest, and left out.
                let stop = stops.get(index)?;
                let name = name.unwrap_or_else(|| stop.as_ref().map(|stop| stop.name.clone()));
                Some(name.zip(note).map(|(name, note)| StopTranslation { name, note }))
            })
            .collect::<Option<Vec<_>>>();
        Some(Translation { title: title?, summary: summary?, stops: stops? })
    }
}

/// What was parsed can be sent again: the way of a form that changes a course.
impl From<&CourseContent> for CourseInput {
    fn from(content: &CourseContent) -> Self {
        Self {
            language: content.language,
            title: content.title.as_str().to_owned(),
            summary: content.summary.as_str().to_owned(),
            region: content.region.code().to_owned(),
            tags: content.tags.iter().map(|tag| tag.as_str().to_owned()).collect(),
            reviews_open: content.reviews_open,
            stops: content
                .stops
                .iter()
                .map(|stop| StopInput {
                    name: stop.name.as_str().to_owned(),
                    category: stop.category.code().to_owned(),
                    lat: stop.lat,
                    lng: stop.lng,
                    stay_minutes: i64::from(stop.stay_minutes),
                    cost_krw: i64::from(stop.cost_krw),
                    note: stop.note.as_str().to_owned(),
                })
                .collect(),
            translation: content.translation.as_ref().map(|translation| TranslationInput {
                title: translation.title.as_str().to_owned(),
                summary: translation.summary.as_str().to_owned(),
                stops: translation
                    .stops
                    .iter()
                    .zip(&content.stops)
                    // A name that was left out stays left out: renaming the stop renames it in both languages.
                    .map(|(words, stop)| StopTranslationInput {
                        name: if words.name == stop.name { String::new() } else { words.name.as_str().to_owned() },
                        note: words.note.as_str().to_owned(),
                    })
                    .collect(),
            }),
            photos: Some(content.photos.iter().map(PhotoInput::from).collect()),
        }
    }
}

#[cfg(test)]
mod tests;
