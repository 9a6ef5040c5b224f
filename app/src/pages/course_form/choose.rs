//! Two versions of a course, to choose from field by field. Part of the form: what is chosen is sent with what was typed.

use super::view::{Conflict, label};
use crate::forms::course::{CHOICE, Difference, STOPS};
use crate::text::{name, td_string};
use crate::visit::Visit;
use contract::place::{Category, Region};
use leptos::prelude::*;

/// Where what the host wrote and what is stored differ. `action` is the address of the course's form.
pub(super) fn choose(visit: &Visit, action: &str, conflict: &Conflict) -> AnyView {
    let l = visit.l;
    let differences = match conflict {
        Conflict::Unread => &[],
        Conflict::Differences(differences) => differences.as_slice(),
    };
    let same = differences.is_empty() && matches!(conflict, Conflict::Differences(_));
    let rows = differences.iter().map(|difference| row(visit, difference)).collect::<Vec<_>>();
    let any = !rows.is_empty();
    view! {
        <section class="choose" id="choose" aria-labelledby=any.then_some("choose-title")>
            <div class="problem" role="alert" tabindex="-1" autofocus>
                <p>{td_string!(l, form.changed_meanwhile)}</p>
                {same.then(|| view! { <p>{td_string!(l, choose.same)}</p> })}
                <p><a href=action.to_owned() target="_blank">{td_string!(l, form.see_current)}</a></p>
            </div>
            {any.then(|| view! {
                <h2 id="choose-title">{td_string!(l, choose.title)}</h2>
                {rows}
                <p class="choose-end">
                    <button class="button" type="submit" name="do" value="save">{td_string!(l, choose.save)}</button>
                    <button class="button quiet" type="submit" name="do" value="mine">{td_string!(l, choose.keep_mine)}</button>
                    <button class="button quiet" type="submit" name="do" value="theirs">{td_string!(l, choose.take_theirs)}</button>
                </p>
            })}
        </section>
    }
    .into_any()
}

fn row(visit: &Visit, difference: &Difference) -> AnyView {
    let l = visit.l;
    let choice = format!("{CHOICE}{}", difference.field);
    let side = |value: &'static str, whose: &'static str, text: &str| {
        let words = shown(visit, &difference.field, text);
        let empty = words.is_empty();
        let words = if empty { td_string!(l, choose.empty).to_owned() } else { words };
        view! {
            <label class="side">
                <input type="radio" name=choice.clone() value=value checked=value == "mine"/>
                <span class="whose">{whose}</span>
                <span class="said" class:nothing=empty>{words}</span>
            </label>
        }
    };
    view! {
        <fieldset class="choice">
            <legend>{label(visit, &difference.field)}</legend>
            <div class="sides">
                {side("mine", td_string!(l, choose.mine), &difference.mine)}
                {side("theirs", td_string!(l, choose.theirs), &difference.theirs)}
            </div>
        </fieldset>
    }
    .into_any()
}

/// A field's value as people read it.
fn shown(visit: &Visit, field: &str, value: &str) -> String {
    let l = visit.l;
    match field {
        "reviews_open" if value.is_empty() => td_string!(l, choose.no).to_owned(),
        "reviews_open" => td_string!(l, choose.yes).to_owned(),
        "language" if value == "en" => td_string!(l, form.english).to_owned(),
        "language" => td_string!(l, form.korean).to_owned(),
        "region" => Region::parse(field, value).map_or_else(|_| value.to_owned(), |region| name::region(l, region).to_owned()),
        STOPS => value.lines().enumerate().map(|(index, line)| format!("{}. {line}", index + 1)).collect::<Vec<_>>().join("\n"),
        _ if field.ends_with(".category") => {
            Category::parse(field, value).map_or_else(|_| value.to_owned(), |category| name::category(l, category).to_owned())
        }
        _ => value.to_owned(),
    }
}
