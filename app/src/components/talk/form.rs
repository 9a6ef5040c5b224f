//! The form of a review, an answer or a comment.

use super::Unsent;
use crate::components::errors::Errors;
use crate::components::field::Field;
use crate::forms::talk::{Typed, Writing};
use crate::text::{Locale, td_string};
use crate::visit::Visit;
use contract::CourseId;
use contract::review::Stars;
use leptos::prelude::*;

/// The form of `what`, with what was typed into it: what was refused of it, or else `typed`.
pub(crate) fn form(visit: &Visit, course: CourseId, what: Writing, typed: &Typed, unsent: Option<&Unsent>) -> AnyView {
    let l = visit.l;
    let typed = unsent.map_or(typed, |unsent| &unsent.typed);
    let blank = Errors::default().of_form(what.form());
    let errors = unsent.map_or(&blank, |unsent| &unsent.errors);
    let signed_out = unsent.is_some_and(|unsent| unsent.signed_out);
    let (label, word) = match what {
        Writing::Review => (td_string!(l, review.body), td_string!(l, review.send)),
        Writing::ReviewAgain(_) => (td_string!(l, review.body), td_string!(l, talk.save)),
        Writing::Reply(_) => (td_string!(l, review.reply_body), td_string!(l, review.reply_send)),
        Writing::Comment => (td_string!(l, comment.body), td_string!(l, comment.send)),
        Writing::CommentAgain(_) => (td_string!(l, comment.body), td_string!(l, talk.save)),
    };
    let rows = if what.is_rated() { 4 } else { 3 };
    view! {
        <form class="form talk-form" role="none" id=what.form() method="post" action=visit.href(&what.action(course)) novalidate>
            {errors.summary(l, |name| if name == "rating" { td_string!(l, review.rating) } else { label }.to_owned())}
            {signed_out.then(|| view! { <p><a class="button" href=visit.href("/sign-in") target="_blank">{td_string!(l, talk.sign_in)}</a></p> })}
            {what.is_rated().then(|| rating(l, errors, &typed.rating))}
            {Field::new(l, errors, "body", label).required().area(&typed.body, rows, what.max())}
            <p><button class="button" type="submit">{word}</button></p>
        </form>
    }
    .into_any()
}

/// One to five stars, as radio buttons.
fn rating(l: Locale, errors: &Errors, chosen: &str) -> AnyView {
    let id = errors.id("rating");
    let error = errors.on(l, "rating");
    let wrong = error.is_some();
    let error_id = format!("{id}-error");
    let described = wrong.then(|| error_id.clone());
    let choices = (Stars::MIN..=Stars::MAX)
        .map(|stars| {
            let value = stars.to_string();
            let checked = value == chosen.trim();
            // a link to the field leads to its first choice
            let id = (stars == Stars::MIN).then(|| id.clone());
            view! {
                <label class="star-choice">
                    <input type="radio" name="rating" value=value checked=checked id=id/>
                    <span>{td_string!(l, review.points, count = stars).to_string()}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field star-choices" class:wrong=wrong aria-describedby=described>
            <legend>{td_string!(l, review.rating)}</legend>
            {choices}
            {error.map(|error| view! { <p class="error" id=error_id>{error}</p> })}
        </fieldset>
    }
    .into_any()
}
