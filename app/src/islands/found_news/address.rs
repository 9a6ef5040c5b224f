//! Between the form and the address that stands for it.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{FormData, HtmlFormElement, HtmlInputElement, UrlSearchParams};

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
        if name == "region" {
            choose_region(form, &value);
            continue;
        }
        let Ok(field) = Reflect::get(&elements, &JsValue::from_str(name)) else { continue };
        if field.is_object() {
            let _ = Reflect::set(&field, &JsValue::from_str("value"), &JsValue::from_str(&value));
            if name == "tag" {
                let _ = Reflect::set(&field, &JsValue::from_str("disabled"), &JsValue::from_bool(value.is_empty()));
            }
        }
    }
}

/// Not by the value of the whole row: Chromium can't choose the one whose value is empty by that.
fn choose_region(form: &HtmlFormElement, code: &str) {
    // what isn't a code isn't on the list either, and has no place in a selector
    let code = if code.bytes().all(|byte| byte.is_ascii_lowercase()) { code } else { "" };
    let chip = ["input[name=region][value=\"", code, "\"]"].concat();
    if let Some(chip) = form.query_selector(&chip).ok().flatten().and_then(|chip| chip.dyn_into::<HtmlInputElement>().ok()) {
        chip.set_checked(true);
    }
}
