//! A course as it stands in the host's form: all of it text, exactly as typed, so that nothing is lost when it is shown again.

use super::Fields;
use super::indexed::indexed;
use contract::course::{CourseContent, CourseInput, Language, MAX_STOPS, StopInput, StopTranslationInput, TranslationInput};
use contract::text::Tag;
use contract::{ApiError, FieldCode, FieldError, Refusal};

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
    pub translated_title: String,
    pub translated_summary: String,
}

/// A stop in the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StopForm {
    pub name: String,
    pub category: String,
    pub lat: String,
    pub lng: String,
    pub stay_minutes: String,
    pub cost_krw: String,
    pub note: String,
    pub translated_name: String,
    pub translated_note: String,
}

/// What a button of the form asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Do {
    Save,
    SaveAndPublish,
    Add,
    Remove(usize),
    Up(usize),
    Down(usize),
}

impl Do {
    /// The value of the pressed button; anything unknown saves.
    pub(crate) fn parse(text: &str) -> Self {
        let (verb, index) = text.split_once(':').unwrap_or((text, ""));
        match (verb, index.parse().ok()) {
            ("publish", _) => Self::SaveAndPublish,
            ("add", _) => Self::Add,
            ("remove", Some(index)) => Self::Remove(index),
            ("up", Some(index)) => Self::Up(index),
            ("down", Some(index)) => Self::Down(index),
            _ => Self::Save,
        }
    }
}

impl CourseForm {
    /// The form of a course yet to be written, with room for two stops.
    pub(crate) fn blank(language: Language) -> Self {
        Self { language: language.tag().to_owned(), reviews_open: true, stops: vec![StopForm::default(); 2], ..Self::default() }
    }

    /// The form of a course that is there.
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
            translated_title: words.title,
            translated_summary: words.summary,
        }
    }

    /// The form as it was sent.
    pub(crate) fn parse(fields: &Fields) -> Self {
        let text = |name: &str| fields.text(name).replace("\r\n", "\n");
        let mut form = Self {
            version: text("version"),
            language: text("language"),
            title: text("title"),
            summary: text("summary"),
            region: text("region"),
            tags: text("tags"),
            reviews_open: !fields.text("reviews_open").is_empty(),
            published: !fields.text("published").is_empty(),
            stops: Vec::new(),
            translated_title: text("translation.title"),
            translated_summary: text("translation.summary"),
        };
        for (name, value) in &fields.0 {
            let value = || value.replace("\r\n", "\n");
            // a little more than a course may have, so that too many are told and not dropped
            if let Some((index, field)) = indexed(name, "stops", MAX_STOPS + 5) {
                form.stop(index).set(field, value());
            } else if let Some((index, field)) = indexed(name, "translation.stops", MAX_STOPS + 5) {
                match field {
                    "name" => form.stop(index).translated_name = value(),
                    "note" => form.stop(index).translated_note = value(),
                    _ => {}
                }
            }
        }
        form
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

    /// Does what a button for the list of stops asks for.
    pub(crate) fn arrange(&mut self, what: Do) {
        let count = self.stops.len();
        match what {
            Do::Add if count < MAX_STOPS => self.stops.push(StopForm::default()),
            Do::Remove(index) if index < count => drop(self.stops.remove(index)),
            Do::Up(index) if index > 0 && index < count => self.stops.swap(index, index - 1),
            Do::Down(index) if index + 1 < count => self.stops.swap(index, index + 1),
            _ => {}
        }
    }

    /// Takes out the stops that nothing was written into.
    pub(crate) fn drop_blank_stops(&mut self) {
        self.stops.retain(|stop| *stop != StopForm::default());
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
        Err(Refusal::Invalid(errors).into())
    }
}

impl StopForm {
    fn of(stop: StopInput, words: StopTranslationInput) -> Self {
        Self {
            name: stop.name,
            category: stop.category,
            lat: stop.lat.to_string(),
            lng: stop.lng.to_string(),
            stay_minutes: stop.stay_minutes.to_string(),
            cost_krw: stop.cost_krw.to_string(),
            note: stop.note,
            translated_name: words.name,
            translated_note: words.note,
        }
    }

    fn set(&mut self, field: &str, value: String) {
        match field {
            "name" => self.name = value,
            "category" => self.category = value,
            "lat" => self.lat = value,
            "lng" => self.lng = value,
            "stay_minutes" => self.stay_minutes = value,
            "cost_krw" => self.cost_krw = value,
            "note" => self.note = value,
            _ => {}
        }
    }

    fn input(&self, prefix: &str, errors: &mut Vec<FieldError>) -> StopInput {
        // "37.5443, 127.0374", as map applications copy it, into the first of the two
        let pasted = self.lng.trim().is_empty().then(|| self.lat.split_once(',')).flatten();
        let (lat, lng) = pasted.unwrap_or((&self.lat, &self.lng));
        StopInput {
            name: self.name.clone(),
            category: self.category.clone(),
            lat: degrees(&format!("{prefix}lat"), lat, errors),
            lng: degrees(&format!("{prefix}lng"), lng, errors),
            stay_minutes: whole(&format!("{prefix}stay_minutes"), &self.stay_minutes, errors),
            cost_krw: whole(&format!("{prefix}cost_krw"), &self.cost_krw, errors),
            note: self.note.clone(),
        }
    }
}

fn degrees(field: &str, text: &str, errors: &mut Vec<FieldError>) -> f64 {
    let text = text.trim().trim_end_matches('°');
    let code = if text.is_empty() { FieldCode::Required } else { FieldCode::NotANumber };
    text.parse().ok().filter(|degrees: &f64| degrees.is_finite()).unwrap_or_else(|| {
        errors.push(FieldError::new(field, code));
        f64::NAN
    })
}

/// A whole number, with or without commas between the groups; nothing is zero.
fn whole(field: &str, text: &str, errors: &mut Vec<FieldError>) -> i64 {
    let digits: String = text.trim().chars().filter(|c| *c != ',').collect();
    if digits.is_empty() {
        return 0;
    }
    digits.parse().unwrap_or_else(|_| {
        errors.push(FieldError::new(field, FieldCode::NotANumber));
        0
    })
}

#[cfg(test)]
mod tests;
