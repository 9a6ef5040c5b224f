//! A stop as it stands in the host's form.

use crate::coordinates;
use contract::course::{StopInput, StopTranslationInput};
use contract::{FieldCode, FieldError};

/// A stop in the form, with its words in the other language.
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

impl StopForm {
    pub(super) fn of(stop: StopInput, words: StopTranslationInput) -> Self {
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

    pub(super) fn set(&mut self, field: &str, value: String) {
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

    pub(super) fn input(&self, prefix: &str, errors: &mut Vec<FieldError>) -> StopInput {
        // "37.5443, 127.0374", as map applications copy it, into the first of the two
        let pasted = self.lng.trim().is_empty().then(|| coordinates::pair(&self.lat)).flatten();
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
    let code = if text.trim().trim_end_matches('°').is_empty() { FieldCode::Required } else { FieldCode::NotANumber };
    coordinates::degrees(text).unwrap_or_else(|| {
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
