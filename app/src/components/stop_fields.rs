//! The fields of one stop in the host's form.
//!
//! Without script each button sends the whole form. With it the editor moves, adds and removes stops itself: what has the number of
//! the stop in it bears that text with `{n}` in `data-n` (or, for its label, in `data-n-label`), and is numbered anew from that.

use super::errors::Errors;
use super::field::{Field, Line, NUMBER};
use crate::forms::course::StopForm;
use crate::text::{Locale, name, td_string};
use contract::course::MAX_STOPS;
use contract::place::Category;
use contract::text::{StopName, StopNote};
use leptos::prelude::*;

/// The fields of the stop at `index` of `count`. `action` is where the form goes: its buttons come back to the right stop.
pub(crate) fn stop_fields(l: Locale, errors: &Errors, action: &str, index: usize, count: usize, stop: &StopForm) -> AnyView {
    let number = index + 1;
    let field = |name: &str| format!("stops[{index}].{name}");
    let (name_, category, lat, lng) = (field("name"), field("category"), field("lat"), field("lng"));
    let (stay, cost, note) = (field("stay_minutes"), field("cost_krw"), field("note"));
    let categories = std::iter::once(("", td_string!(l, form.category_choose)))
        .chain(Category::ALL.iter().map(|known| (known.code(), name::category(l, *known))));
    let legend = td_string!(l, form.stop_number, number = NUMBER).to_string();
    let numbered = |pattern: &str| pattern.replace(NUMBER, &number.to_string());
    let button = |verb: &str, to: usize, words: &'static str, label: String, off: bool| {
        view! {
            <button
                class="link" type="submit" name="do" value=format!("{verb}:{index}") formaction=format!("{action}#stop-{to}")
                aria-label=numbered(&label) data-n-label=label disabled=off
            >
                {words}
            </button>
        }
    };
    let grip = td_string!(l, editor.grip, number = NUMBER).to_string();
    view! {
        <fieldset class="stop-fields" id=format!("stop-{number}")>
            <legend data-n=legend.clone()>{numbered(&legend)}</legend>
            <p class="stop-bar">
                <span class="stop-title" aria-hidden="true">{stop.name.clone()}</span>
                // only script can move by it: not shown before the form is taken over
                <button class="grip" type="button" aria-describedby="grip-hint" aria-label=numbered(&grip) data-n-label=grip>
                    <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
                        <path d="M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01"/>
                    </svg>
                </button>
            </p>
            {Field::new(l, errors, &name_, td_string!(l, form.stop_name)).required().line(Line { maxlength: Some(StopName::MAX), ..Line::text(&stop.name) })}
            {Field::new(l, errors, &category, td_string!(l, form.stop_category)).required().choice(&stop.category, categories)}
            <div class="pair">
                {Field::new(l, errors, &lat, td_string!(l, form.stop_lat)).required().described_by("coordinates-hint").line(Line::number(&stop.lat, "text"))}
                {Field::new(l, errors, &lng, td_string!(l, form.stop_lng)).required().described_by("coordinates-hint").line(Line::number(&stop.lng, "text"))}
            </div>
            <div class="pair">
                {Field::new(l, errors, &stay, td_string!(l, form.stop_stay)).line(Line::number(&stop.stay_minutes, "numeric"))}
                {Field::new(l, errors, &cost, td_string!(l, form.stop_cost)).line(Line::number(&stop.cost_krw, "numeric"))}
            </div>
            {Field::new(l, errors, &note, td_string!(l, form.stop_note)).area(&stop.note, 2, StopNote::MAX)}
            <p class="stop-buttons">
                {button("up", index.max(1), td_string!(l, form.move_up), td_string!(l, form.move_up_label, number = NUMBER).to_string(), index == 0)}
                {button("down", number + 1, td_string!(l, form.move_down), td_string!(l, form.move_down_label, number = NUMBER).to_string(), number == count)}
                {button("remove", index.max(1), td_string!(l, form.remove_stop), td_string!(l, form.remove_stop_label, number = NUMBER).to_string(), false)}
            </p>
        </fieldset>
    }
    .into_any()
}

/// The words of the stop at `index` in the other language.
pub(crate) fn stop_words(l: Locale, errors: &Errors, index: usize, stop: &StopForm) -> AnyView {
    let number = index + 1;
    let (name, note) = (format!("translation.stops[{index}].name"), format!("translation.stops[{index}].note"));
    let name_label = td_string!(l, form.translation_stop_name, number = NUMBER).to_string();
    let note_label = td_string!(l, form.translation_stop_note, number = NUMBER).to_string();
    view! {
        <div class="stop-words">
            {Field::new(l, errors, &name, name_label).numbered(number).line(Line { maxlength: Some(StopName::MAX), ..Line::text(&stop.translated_name) })}
            {Field::new(l, errors, &note, note_label).numbered(number).area(&stop.translated_note, 2, StopNote::MAX)}
        </div>
    }
    .into_any()
}

/// An empty stop, of which script makes the next; nothing of it is sent with the form.
pub(crate) fn blank_stop(l: Locale, action: &str) -> AnyView {
    let (errors, blank) = (Errors::default(), StopForm::default());
    view! {
        <template id="blank-stop">{stop_fields(l, &errors, action, MAX_STOPS, MAX_STOPS, &blank)}</template>
        <template id="blank-words">{stop_words(l, &errors, MAX_STOPS, &blank)}</template>
    }
    .into_any()
}
