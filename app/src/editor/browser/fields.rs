//! The fields of the form: all that is written, read and put back.

use crate::editor::copy::Fields;
use wasm_bindgen::JsCast;
use web_sys::{Element, FormData, HtmlFormElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

/// Fields that aren't what somebody wrote.
const NOT_WRITTEN: [&str; 3] = ["version", "copy", "published"];

/// What is written, as it would be sent.
pub(super) fn read(form: &HtmlFormElement) -> Fields {
    let Ok(data) = FormData::new_with_form(form) else { return Fields::new() };
    let Ok(Some(entries)) = js_sys::try_iter(&data) else { return Fields::new() };
    entries
        .filter_map(|entry| {
            let entry: js_sys::Array = entry.ok()?.dyn_into().ok()?;
            Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
        })
        .filter(|(name, _)| !NOT_WRITTEN.contains(&name.as_str()))
        .map(|(name, value)| (name, value.replace("\r\n", "\n")))
        .collect()
}

/// Whether everything is still as the server sent it: one may have written before script was there.
pub(super) fn is_untouched(form: &HtmlFormElement) -> bool {
    super::dom::all(form, "input[name],select[name],textarea[name]").iter().all(|control| {
        if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
            // what script sets, and what stands for a tick, is nothing that one writes
            let written = !matches!(input.type_().as_str(), "hidden" | "checkbox" | "radio");
            return input.checked() == input.default_checked() && (!written || input.value() == input.default_value());
        }
        if let Some(select) = control.dyn_ref::<HtmlSelectElement>() {
            let sent = super::dom::first(select, "option[selected]").or_else(|| super::dom::first(select, "option"));
            return sent.and_then(|option| option.get_attribute("value")).is_none_or(|value| value == select.value());
        }
        control.dyn_ref::<HtmlTextAreaElement>().is_none_or(|area| area.default_value().is_ok_and(|sent| sent == area.value()))
    })
}

/// Writes it into the fields that there are; what isn't among it is emptied. Photos stay as they are: a copy has no pictures to show.
pub(super) fn write(form: &HtmlFormElement, fields: &Fields) {
    for control in super::dom::all(form, "input[name],select[name],textarea[name]") {
        let name = control.get_attribute("name").unwrap_or_default();
        if NOT_WRITTEN.contains(&name.as_str()) || name.starts_with("photo") {
            continue;
        }
        let value = fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
        match control.dyn_ref::<HtmlInputElement>() {
            Some(input) if input.type_() == "checkbox" => input.set_checked(value.is_some()),
            Some(input) if input.type_() == "radio" => input.set_checked(value == Some(&input.value())),
            _ => set(&control, value.unwrap_or_default()),
        }
    }
}

/// The field of this name.
pub(super) fn named(form: &HtmlFormElement, name: &str) -> Option<Element> {
    super::dom::first(form, &["[name=\"", name, "\"]"].concat())
}

/// What is written in a field.
pub(super) fn value(form: &HtmlFormElement, name: &str) -> String {
    let Some(field) = named(form, name) else { return String::new() };
    if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
        return input.value();
    }
    field.dyn_ref::<HtmlSelectElement>().map(HtmlSelectElement::value).unwrap_or_default()
}

/// Writes into a field.
pub(super) fn set(field: &Element, value: &str) {
    if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
        input.set_value(value);
    } else if let Some(select) = field.dyn_ref::<HtmlSelectElement>() {
        select.set_value(value);
    } else if let Some(area) = field.dyn_ref::<HtmlTextAreaElement>() {
        area.set_value(value);
    }
}

/// The version that was read.
pub(super) fn version(form: &HtmlFormElement) -> String {
    value(form, "version")
}

/// The version that a copy is of. While one chooses between two it is of neither: whoever takes it over later is shown both again.
pub(super) fn version_of_copy(form: &HtmlFormElement) -> String {
    if super::dom::first(form, "#choose").is_some() { "0".to_owned() } else { version(form) }
}

/// From now on this is the version that was read.
pub(super) fn set_version(form: &HtmlFormElement, version: &str) {
    if let Some(field) = named(form, "version") {
        set(&field, version);
    }
}

/// Sends the name of the copy along: where the form is saved, the next page throws the copy of this name away.
pub(super) fn set_copy_name(form: &HtmlFormElement, name: &str) {
    let field = named(form, "copy").or_else(|| {
        let field = super::dom::document()?.create_element("input").ok()?;
        let _ = field.set_attribute("type", "hidden");
        let _ = field.set_attribute("name", "copy");
        form.append_child(&field).ok()?;
        Some(field)
    });
    if let Some(field) = field {
        set(&field, name);
    }
}
