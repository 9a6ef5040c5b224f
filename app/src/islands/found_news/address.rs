//! Between the form and the address that stands for it.

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use web_sys::{FormData, HtmlFormElement, UrlSearchParams};

/// The fields, in the order in which they stand in an address.
const FIELDS: [&str; 7] = ["q", "region", "tag", "max_cost", "max_minutes", "setting", SORT];
const SORT: &str = "sort";
/// The order that an address without one means.
const FIRST_SORT: &str = "new";

/// The address that asks for what stands in the form.
pub(super) fn of_form(form: &HtmlFormElement) -> String {
    let mut address = form.get_attribute("action").unwrap_or_default();
    let Ok(data) = FormData::new_with_form(form) else { return address };
    let mut separator = '?';
    for name in FIELDS {
        let Some(value) = data.get(name).as_string() else { continue };
        if value.trim().is_empty() || (name == SORT && value == FIRST_SORT) {
            continue;
        }
        address.push(separator);
        address.push_str(name);
        address.push('=');
        address.push_str(&String::from(js_sys::encode_uri_component(&value)));
        separator = '&';
    }
    address
}

/// Puts into the form what `query` asks for, a question mark before it or not.
pub(super) fn into_form(form: &HtmlFormElement, query: &str) {
    let Ok(asked) = UrlSearchParams::new_with_str(query) else { return };
    let elements = form.elements();
    for name in FIELDS {
        let value = asked.get(name).unwrap_or_else(|| if name == SORT { FIRST_SORT.to_owned() } else { String::new() });
        // A field, or the row of choices of one name: both have a value that can be set.
        let Ok(field) = Reflect::get(&elements, &JsValue::from_str(name)) else { continue };
        if field.is_object() {
            let _ = Reflect::set(&field, &JsValue::from_str("value"), &JsValue::from_str(&value));
            if name == "tag" {
                let _ = Reflect::set(&field, &JsValue::from_str("disabled"), &JsValue::from_bool(value.is_empty()));
            }
        }
    }
}

/// Whether a text ends in a letter that is not yet a syllable: someone is in the middle of typing one.
pub(super) fn is_unfinished(text: &str) -> bool {
    text.ends_with(|c| matches!(c, '\u{1100}'..='\u{11FF}' | '\u{3131}'..='\u{318E}'))
}
