//! A course as it stands in the host's form: all of it text, exactly as typed, so that nothing is lost when it is shown again.

mod difference;
mod stop;

pub(crate) use difference::{Difference, STOPS};
pub(crate) use stop::StopForm;

use super::Fields;
use super::indexed::indexed;
use contract::course::{Course, CourseContent, CourseInput, CourseState, Language, MAX_STOPS, StopTranslationInput, TranslationInput};
use contract::photo::{MAX_PHOTOS, PhotoInput};
use contract::text::Tag;
use contract::{ApiError, FieldError, PhotoId, Refusal};

/// A course in the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CourseForm {
    /// The version that the host read; empty for a new course.
    pub version: String,
    /// The language it is written in, as a tag.
    pub language: String,
    pub title: String,
    pub summary: String,
    pub region: String,
    /// All in one line.
    pub tags: String,
    pub reviews_open: bool,
    /// Whether everyone sees it; only decides which buttons there are.
    pub published: bool,
    pub stops: Vec<StopForm>,
    pub photos: Vec<PhotoInput>,
    pub translated_title: String,
    pub translated_summary: String,
    /// Fields to be taken from the version that is stored, where both were shown to choose from.
    pub theirs: Vec<String>,
}

/// What stands before the name of a field in the name of the choice between two versions of it.
pub(crate) const CHOICE: &str = "take:";
/// No two versions differ in more fields than this.
const MAX_CHOICES: usize = 10 + 10 * MAX_STOPS;

/// What a button of the form asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Do {
    Save,
    SaveAndPublish,
    /// Shows the course as it will look; nothing is saved.
    Preview,
    /// Saves all of it as it was typed, whatever was chosen between two versions.
    SaveMine,
    /// Gives up what was typed for what is stored.
    TakeTheirs,
    Add,
    Remove(usize),
    Up(usize),
    Down(usize),
    /// Takes in the photos that come with the form, as every button does, and shows it again.
    AddPhotos,
    RemovePhoto(usize),
    PhotoUp(usize),
    PhotoDown(usize),
}

impl Do {
    /// The value of the pressed button; anything unknown saves.
    pub(crate) fn parse(text: &str) -> Self {
        let (verb, index) = text.split_once(':').unwrap_or((text, ""));
        match (verb, index.parse().ok()) {
            ("publish", _) => Self::SaveAndPublish,
            ("preview", _) => Self::Preview,
            ("mine", _) => Self::SaveMine,
            ("theirs", _) => Self::TakeTheirs,
            ("add", _) => Self::Add,
            ("remove", Some(index)) => Self::Remove(index),
            ("up", Some(index)) => Self::Up(index),
            ("down", Some(index)) => Self::Down(index),
            ("add-photos", _) => Self::AddPhotos,
            ("remove-photo", Some(index)) => Self::RemovePhoto(index),
            ("photo-up", Some(index)) => Self::PhotoUp(index),
            ("photo-down", Some(index)) => Self::PhotoDown(index),
            _ => Self::Save,
        }
    }
}

impl CourseForm {
    /// The form of a course yet to be written, with room for two stops.
    pub(crate) fn blank(language: Language) -> Self {
        Self { language: language.tag().to_owned(), reviews_open: true, stops: vec![StopForm::default(); 2], ..Self::default() }
    }

    /// The form of a course that says this.
    pub(crate) fn of(content: &CourseContent, version: u64) -> Self {
        let input = CourseInput::from(content);
        let words = input.translation.unwrap_or_default();
        let mut translated = words.stops.into_iter();
        Self {
            version: version.to_string(),
            language: input.language.tag().to_owned(),
            title: input.title,
            summary: input.summary,
            region: input.region,
            tags: input.tags.join(", "),
            reviews_open: input.reviews_open,
            published: false,
            stops: input.stops.into_iter().map(|stop| StopForm::of(stop, translated.next().unwrap_or_default())).collect(),
            photos: input.photos.unwrap_or_default(),
            translated_title: words.title,
            translated_summary: words.summary,
            theirs: Vec::new(),
        }
    }

    /// The form of a course as it is stored.
    pub(crate) fn stored(course: &Course) -> Self {
        Self { published: course.state == CourseState::Published, ..Self::of(&course.content, course.version) }
    }

    /// The form as it was sent.
    pub(crate) fn parse(fields: &Fields) -> Self {
        let mut form = Self::default();
        // of a field that came twice the first counts: backwards, it is the last to be set
        for (name, value) in fields.0.iter().rev() {
            match name.strip_prefix(CHOICE) {
                Some(field) if value == "theirs" && form.theirs.len() < MAX_CHOICES => form.theirs.push(field.to_owned()),
                Some(_) => {}
                None => form.put(name, value.replace("\r\n", "\n")),
            }
        }
        form
    }

    /// Sets a repeated field or one of the course itself; a name that is none sets nothing.
    fn put(&mut self, name: &str, value: String) {
        // a little more than a course may have, so that too many are told and not dropped
        if let Some((index, field)) = indexed(name, "stops", MAX_STOPS + 5) {
            self.stop(index).set(field, value);
        } else if let Some((index, field)) = indexed(name, "photos", MAX_PHOTOS + 5) {
            if self.photos.len() <= index {
                self.photos.resize_with(index + 1, PhotoInput::default);
            }
            match field {
                "id" => self.photos[index].id = value,
                "alt" => self.photos[index].alt = value,
                _ => {}
            }
        } else if let Some((index, field)) = indexed(name, "translation.stops", MAX_STOPS + 5) {
            match field {
                "name" => self.stop(index).translated_name = value,
                "note" => self.stop(index).translated_note = value,
                _ => {}
            }
        } else {
            match name {
                "version" => self.version = value,
                "language" => self.language = value,
                "title" => self.title = value,
                "summary" => self.summary = value,
                "region" => self.region = value,
                "tags" => self.tags = value,
                "reviews_open" => self.reviews_open = !value.is_empty(),
                "published" => self.published = !value.is_empty(),
                "translation.title" => self.translated_title = value,
                "translation.summary" => self.translated_summary = value,
                _ => {}
            }
        }
    }

    fn stop(&mut self, index: usize) -> &mut StopForm {
        if self.stops.len() <= index {
            self.stops.resize_with(index + 1, StopForm::default);
        }
        &mut self.stops[index]
    }

    /// The language it is written in.
    pub(crate) fn language(&self) -> Language {
        if self.language == Language::En.tag() { Language::En } else { Language::Ko }
    }

    /// The version that the host read.
    pub(crate) fn expected(&self) -> Option<u64> {
        self.version.parse().ok()
    }

    /// Whether anything is written in the other language.
    pub(crate) fn is_translated(&self) -> bool {
        let blank = |text: &String| text.trim().is_empty();
        !(blank(&self.translated_title)
            && blank(&self.translated_summary)
            && self.stops.iter().all(|stop| blank(&stop.translated_name) && blank(&stop.translated_note)))
    }

    /// Adds a photo that was taken in, if there is room for one.
    pub(crate) fn add_photo(&mut self, id: PhotoId) {
        if self.photos.len() < MAX_PHOTOS {
            self.photos.push(PhotoInput { id: id.to_string(), alt: String::new() });
        }
    }

    /// Does what a button for the list of stops or of photos asks for.
    pub(crate) fn arrange(&mut self, what: Do) {
        let (count, photos) = (self.stops.len(), self.photos.len());
        match what {
            Do::RemovePhoto(index) if index < photos => drop(self.photos.remove(index)),
            Do::PhotoUp(index) if index > 0 && index < photos => self.photos.swap(index, index - 1),
            Do::PhotoDown(index) if index + 1 < photos => self.photos.swap(index, index + 1),
            Do::Add if count < MAX_STOPS => self.stops.push(StopForm::default()),
            Do::Remove(index) if index < count => drop(self.stops.remove(index)),
            Do::Up(index) if index > 0 && index < count => self.stops.swap(index, index - 1),
            Do::Down(index) if index + 1 < count => self.stops.swap(index, index + 1),
            _ => {}
        }
    }

    /// Takes out the stops that nothing was written into, and what is left of photos that aren't there.
    pub(crate) fn drop_blanks(&mut self) {
        self.stops.retain(|stop| *stop != StopForm::default());
        self.photos.retain(|photo| !photo.id.is_empty());
    }

    /// What is sent to the course service.
    ///
    /// # Errors
    /// `Invalid` with every field that doesn't hold, numbers that aren't any among them.
    pub(crate) fn input(&self) -> Result<CourseInput, ApiError> {
        let mut errors = Vec::new();
        let stops = self.stops.iter().enumerate().map(|(index, stop)| stop.input(&format!("stops[{index}]."), &mut errors)).collect();
        let input = CourseInput {
            language: self.language(),
            title: self.title.clone(),
            summary: self.summary.clone(),
            region: self.region.clone(),
            tags: Tag::split_line(&self.tags),
            reviews_open: self.reviews_open,
            stops,
            translation: self.is_translated().then(|| TranslationInput {
                title: self.translated_title.clone(),
                summary: self.translated_summary.clone(),
                stops: self
                    .stops
                    .iter()
                    .map(|stop| StopTranslationInput { name: stop.translated_name.clone(), note: stop.translated_note.clone() })
                    .collect(),
            }),
            photos: Some(self.photos.clone()),
        };
        match input.clone().parse() {
            Ok(_) if errors.is_empty() => return Ok(input),
            Err(ApiError::Refused(Refusal::Invalid(more))) => {
                // one word about a field is enough, and the first knows what was typed
                let more: Vec<FieldError> =
                    more.into_iter().filter(|error| errors.iter().all(|known: &FieldError| known.field != error.field)).collect();
                errors.extend(more);
            }
            Ok(_) => {}
            Err(other) => return Err(other),
        }
        errors.sort_by_key(|error| place_on_page(&error.field));
        Err(Refusal::Invalid(errors).into())
    }
}

/// Orders fields as they stand on the page: the first that doesn't hold is the first to be put right.
fn place_on_page(field: &str) -> (usize, usize, usize) {
    const PARTS: [&str; 7] = ["title", "summary", "region", "tags", "photos", "stops", "translation"];
    const FIELDS: [&str; 10] = ["title", "summary", "alt", "name", "category", "lat", "lng", "stay_minutes", "cost_krw", "note"];
    let position = |list: &[&str], name: &str| list.iter().position(|known| *known == name).unwrap_or(list.len());
    let part = field.split(['.', '[']).next().unwrap_or_default();
    let index = field.split_once('[').and_then(|(_, rest)| rest.split(']').next()?.parse::<usize>().ok());
    // what concerns a whole list comes before its entries
    (position(&PARTS, part), index.map_or(0, |index| index + 1), position(&FIELDS, field.rsplit('.').next().unwrap_or_default()))
}

#[cfg(test)]
mod tests;
