//! One field of a form: its label, the field, a hint, and what is wrong with it.

use super::errors::Errors;
use super::text_area::{TextArea, text_area};
use crate::text::Locale;
use leptos::prelude::*;

/// What stands in a text for the number of a stop.
pub(crate) const NUMBER: &str = "{n}";

/// What all fields have.
pub(crate) struct Field<'a> {
    pub l: Locale,
    pub errors: &'a Errors,
    pub name: &'a str,
    pub label: String,
    pub hint: Option<String>,
    /// Ids of hints elsewhere on the page.
    pub also_described_by: &'a str,
    pub required: bool,
    /// Its label with `{n}` for the number of the stop it belongs to: script numbers stops anew when they move.
    pub numbered: Option<String>,
}

impl<'a> Field<'a> {
    /// A field without a hint that may stay empty.
    pub(crate) fn new(l: Locale, errors: &'a Errors, name: &'a str, label: impl Into<String>) -> Self {
        Self { l, errors, name, label: label.into(), hint: None, also_described_by: "", required: false, numbered: None }
    }

    /// With a word of help.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Described by something elsewhere on the page.
    pub(crate) const fn described_by(mut self, id: &'a str) -> Self {
        self.also_described_by = id;
        self
    }

    /// One that has to be filled in. Said to people and not enforced by the browser: without script too, all errors are shown
    /// at once and in the page's language.
    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// One whose label has the number of its stop in the place of `{n}`.
    pub(crate) fn numbered(mut self, number: usize) -> Self {
        let pattern = std::mem::take(&mut self.label);
        self.label = pattern.replace(NUMBER, &number.to_string());
        self.numbered = Some(pattern);
        self
    }

    /// A line of text.
    pub(crate) fn line(self, line: Line) -> AnyView {
        let parts = self.parts();
        let Line { value, kind, autocomplete, inputmode, maxlength } = line;
        let input = view! {
            <input
                id=parts.id.clone() name=self.name.to_owned() type=kind value=value autocomplete=autocomplete inputmode=inputmode maxlength=maxlength
                aria-describedby=parts.described_by.clone() aria-invalid=parts.error.as_ref().map(|_| "true") aria-required=self.required.then_some("true")
                autofocus=parts.first
            />
        }
        .into_any();
        parts.around(self, input)
    }

    /// Several lines of text.
    pub(crate) fn area(self, value: &str, rows: u8, maxlength: usize) -> AnyView {
        let parts = self.parts();
        let area = text_area(&TextArea {
            id: &parts.id,
            name: self.name,
            rows,
            maxlength: Some(maxlength),
            described_by: parts.described_by.as_deref().unwrap_or_default(),
            invalid: parts.error.is_some(),
            autofocus: parts.first,
            value,
        })
        .into_any();
        parts.around(self, area)
    }

    /// A choice; the first of `choices` has an empty code where none is chosen yet.
    pub(crate) fn choice(self, chosen: &str, choices: impl Iterator<Item = (&'static str, &'static str)>) -> AnyView {
        let parts = self.parts();
        let options = choices.map(|(code, name)| view! { <option value=code selected=code == chosen>{name}</option> }).collect_view();
        let select = view! {
            <select
                id=parts.id.clone() name=self.name.to_owned() aria-describedby=parts.described_by.clone()
                aria-invalid=parts.error.as_ref().map(|_| "true") aria-required=self.required.then_some("true") autofocus=parts.first
            >
                {options}
            </select>
        }
        .into_any();
        parts.around(self, select)
    }

    fn parts(&self) -> Parts {
        let id = self.errors.id(self.name);
        let error = self.errors.on(self.l, self.name);
        let mut described = Vec::new();
        if error.is_some() {
            described.push(format!("{id}-error"));
        }
        if self.hint.is_some() {
            described.push(format!("{id}-hint"));
        }
        if !self.also_described_by.is_empty() {
            described.push(self.also_described_by.to_owned());
        }
        Parts { described_by: (!described.is_empty()).then(|| described.join(" ")), id, error, first: self.errors.is_first(self.name) }
    }
}

/// What a line of text is for.
#[derive(Default)]
pub(crate) struct Line {
    pub value: String,
    pub kind: &'static str,
    pub autocomplete: Option<&'static str>,
    pub inputmode: Option<&'static str>,
    pub maxlength: Option<usize>,
}

impl Line {
    /// Plain text.
    pub(crate) fn text(value: &str) -> Self {
        Self { value: value.to_owned(), kind: "text", autocomplete: Some("off"), ..Self::default() }
    }

    /// A number, typed as text: what is no number is kept and named, where a number field would lose it.
    pub(crate) fn number(value: &str, inputmode: &'static str) -> Self {
        Self { inputmode: Some(inputmode), ..Self::text(value) }
    }
}

struct Parts {
    id: String,
    described_by: Option<String>,
    error: Option<String>,
    /// Whether it is the first that doesn't hold: where one goes on writing.
    first: bool,
}

impl Parts {
    fn around(self, field: Field, input: AnyView) -> AnyView {
        let (hint_id, error_id) = (format!("{}-hint", self.id), format!("{}-error", self.id));
        let wrong = self.error.is_some();
        view! {
            <div class="field" class:wrong=wrong>
                <label for=self.id data-n=field.numbered>{field.label}</label>
                {field.hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
                {input}
                {self.error.map(|error| view! { <p class="error" id=error_id>{error}</p> })}
            </div>
        }
        .into_any()
    }
}
