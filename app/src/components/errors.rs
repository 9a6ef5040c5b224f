//! Which fields of a form don't hold.

use crate::text::{Locale, problem};
use contract::{ApiError, FieldError, Refusal};
use leptos::prelude::*;

/// What is wrong with a form: fields, and what concerns it as a whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct Errors {
    fields: Vec<FieldError>,
    whole: Option<String>,
    /// Stands before the ids of the form's fields, where a page has several forms with fields of one name.
    form: String,
}

impl Errors {
    /// What a trouble means to a form.
    pub(crate) fn of(l: Locale, trouble: &ApiError) -> Self {
        match trouble {
            ApiError::Refused(Refusal::Invalid(fields)) => Self { fields: fields.clone(), ..Self::default() },
            other => Self::whole(problem::trouble(l, other)),
        }
    }

    /// A word on the form as a whole.
    pub(crate) const fn whole(words: String) -> Self {
        Self { fields: Vec::new(), whole: Some(words), form: String::new() }
    }

    /// The same for the form of this name.
    pub(crate) fn of_form(mut self, form: String) -> Self {
        self.form = form;
        self
    }

    /// The id of the field of this name.
    pub(crate) fn id(&self, name: &str) -> String {
        if self.form.is_empty() { id_of(name) } else { format!("{}-{}", self.form, id_of(name)) }
    }

    /// What is wrong with the field of this name. The form has one line for all tags.
    pub(crate) fn on(&self, l: Locale, name: &str) -> Option<String> {
        self.fields.iter().find(|error| field_of(error) == name).map(|error| problem::field(l, error))
    }

    /// Whether the field of this name is the first of those that don't hold.
    pub(crate) fn is_first(&self, name: &str) -> bool {
        self.fields.first().is_some_and(|error| field_of(error) == name)
    }

    /// Whether any field whose name begins so doesn't hold.
    pub(crate) fn any_within(&self, prefix: &str) -> bool {
        self.fields.iter().any(|error| error.field.starts_with(prefix))
    }

    /// All of it at the top of the form, each leading to its field; `labels` tells what a field is called.
    pub(crate) fn summary(&self, l: Locale, label: impl Fn(&str) -> String) -> Option<AnyView> {
        if let Some(whole) = &self.whole {
            return Some(view! { <div class="problem" role="alert" tabindex="-1"><p>{whole.clone()}</p></div> }.into_any());
        }
        let mut seen: Vec<&str> = Vec::new();
        let links = self
            .fields
            .iter()
            .filter(|error| {
                let new = !seen.contains(&field_of(error));
                seen.push(field_of(error));
                new
            })
            .map(|error| {
                let name = field_of(error);
                view! { <li><a href=format!("#{}", self.id(name))>{label(name)}</a><span>{problem::field(l, error)}</span></li> }
            })
            .collect_view();
        (!self.fields.is_empty()).then(|| {
            view! {
                <div class="problem" role="alert" tabindex="-1">
                    <p>{problem::trouble(l, &ApiError::Refused(Refusal::Invalid(self.fields.clone())))}</p>
                    <ul>{links}</ul>
                </div>
            }
            .into_any()
        })
    }
}

fn field_of(error: &FieldError) -> &str {
    if error.field.starts_with("tags[") { "tags" } else { &error.field }
}

/// The id of the field of this name: names have brackets and dots, ids go into addresses.
fn id_of(name: &str) -> String {
    name.chars().filter(|c| *c != ']').map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::id_of;

    #[test]
    fn ids_can_stand_in_addresses() {
        assert_eq!(id_of("stops[2].lat"), "stops-2-lat");
        assert_eq!(id_of("display_name"), "display_name");
    }
}
