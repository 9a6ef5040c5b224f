//! The fields of one stop in the host's form.

use super::errors::Errors;
use super::field::{Field, Line};
use crate::forms::course::StopForm;
use crate::text::{Locale, name, td_string};
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
    let button = |verb: &str, to: usize, words: &'static str, label: String, off: bool| {
        view! {
            <button class="link" type="submit" name="do" value=format!("{verb}:{index}") formaction=format!("{action}#stop-{to}") aria-label=label disabled=off>
                {words}
            </button>
        }
    };
    view! {
        <fieldset class="stop-fields" id=format!("stop-{number}")>
            <legend>{td_string!(l, form.stop_number, number = number).to_string()}</legend>
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
                {button("up", index.max(1), td_string!(l, form.move_up), td_string!(l, form.move_up_label, number = number).to_string(), index == 0)}
                {button("down", number + 1, td_string!(l, form.move_down), td_string!(l, form.move_down_label, number = number).to_string(), number == count)}
                {button("remove", index.max(1), td_string!(l, form.remove_stop), td_string!(l, form.remove_stop_label, number = number).to_string(), false)}
            </p>
        </fieldset>
    }
    .into_any()
}
