//! Copies of what was written, in the browser's own storage. Where there is none, or no room in it, everything else goes on.

use crate::editor::Setup;
use crate::editor::copy::{self, Fields, Kept, OFFERED, PREFIX};
use js_sys::{Array, Date, JSON, Math};
use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Storage;

thread_local! {
    static LEAVING: Cell<bool> = const { Cell::new(false) };
}

/// Where what is written on this page is kept.
pub(super) struct Slot {
    key: String,
    /// This page's own name for it.
    pub(super) name: String,
}

impl Slot {
    pub(super) fn of(setup: &Setup) -> Self {
        let course = setup.course.map(|id| id.to_string());
        let random = (Math::random() * 1e9).to_string();
        let random: String = random.chars().take_while(char::is_ascii_digit).collect();
        Self { key: copy::key(&setup.account, course.as_deref()), name: [&now().to_string(), "-", &random].concat() }
    }

    /// Keeps it; says when, or nothing where it couldn't be.
    pub(super) fn keep(&self, version: String, fields: Fields) -> Option<String> {
        let kept = Kept { name: self.name.clone(), at: now(), version, fields };
        store(&self.key, &kept).then(time)
    }

    /// What was kept before: the last of what was written, or what was put aside.
    pub(super) fn find(&self) -> Option<Kept> {
        load(&self.key).or_else(|| load(&self.aside()))
    }

    /// Keeps it elsewhere while one may decide on it, so that what is written now has its own place.
    pub(super) fn put_aside(&self, kept: &Kept) {
        if store(&self.aside(), kept) {
            remove(&self.key);
        }
    }

    pub(super) fn forget_aside(&self) {
        remove(&self.aside());
    }

    pub(super) fn clear(&self) {
        remove(&self.key);
    }

    /// Throws away what this page kept, and nothing that another one did.
    pub(super) fn let_go(&self) {
        if load(&self.key).is_some_and(|kept| kept.name == self.name) {
            remove(&self.key);
        }
    }

    fn aside(&self) -> String {
        [self.key.as_str(), OFFERED].concat()
    }
}

/// Throws away what is too old or too much.
pub(super) fn sweep() {
    let kept = keys().into_iter().map(|key| {
        let at = load(&key).map_or(0, |kept| kept.at);
        (key, at)
    });
    for key in copy::surplus(kept.collect(), now()) {
        remove(&key);
    }
}

/// Throws away the copy of this name: it was saved.
pub(in crate::editor) fn forget_copy(account: &str, name: &str) {
    let own = [PREFIX, account, "."].concat();
    for key in keys() {
        if key.starts_with(&own) && load(&key).is_some_and(|kept| kept.name == name) {
            remove(&key);
        }
    }
}

/// Throws everything away with the session.
pub(in crate::editor) fn forget_on_leaving() {
    let Some(document) = super::dom::document() else { return };
    super::dom::on(&document, "submit", |event| {
        if super::dom::closest(event.target(), "form[data-forget]").is_some() {
            // and what is on the page isn't kept once more when it is left
            LEAVING.set(true);
            for key in keys() {
                remove(&key);
            }
        }
    });
}

/// A time as people read it: today's without the day.
pub(super) fn when(at: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
    let date = Date::new(&JsValue::from_f64(at as f64));
    let today = Date::new_0();
    if date.to_date_string() == today.to_date_string() {
        return clock(&date);
    }
    let options = js_sys::Object::new();
    for (name, value) in [("month", "short"), ("day", "numeric"), ("hour", "2-digit"), ("minute", "2-digit"), ("hourCycle", "h23")] {
        let _ = js_sys::Reflect::set(&options, &name.into(), &value.into());
    }
    let language = super::dom::document().and_then(|document| document.document_element()?.get_attribute("lang")).unwrap_or_default();
    String::from(date.to_locale_string(&language, &options))
}

/// The time now, as people read it.
pub(super) fn time() -> String {
    clock(&Date::new_0())
}

fn clock(date: &Date) -> String {
    let two = |number: u32| if number < 10 { ["0", &number.to_string()].concat() } else { number.to_string() };
    [two(date.get_hours()), two(date.get_minutes())].join(":")
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "milliseconds since 1970; a cast saturates")]
fn now() -> u64 {
    Date::now() as u64
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

fn keys() -> Vec<String> {
    let Some(storage) = storage() else { return Vec::new() };
    let count = storage.length().unwrap_or(0);
    (0..count).filter_map(|index| storage.key(index).ok().flatten()).filter(|key| key.starts_with(PREFIX)).collect()
}

fn load(key: &str) -> Option<Kept> {
    let text = storage()?.get_item(key).ok().flatten()?;
    let list: Array = JSON::parse(&text).ok()?.dyn_into().ok()?;
    let texts = list.iter().map(|text| text.as_string()).collect::<Option<Vec<_>>>()?;
    Kept::from_texts(&texts)
}

fn store(key: &str, kept: &Kept) -> bool {
    if LEAVING.get() {
        return false;
    }
    let write = || {
        let list: Array = kept.to_texts()?.into_iter().map(JsValue::from).collect();
        let text = String::from(JSON::stringify(&list).ok()?);
        storage()?.set_item(key, &text).ok()
    };
    write().is_some()
}

fn remove(key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(key);
    }
}
