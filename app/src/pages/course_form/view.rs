//! The form of a course.

use super::choose::choose;
use super::photos::{self, Refused};
use crate::components::editor_parts::{editor_bar, stop_map};
use crate::components::errors::Errors;
use crate::components::field::{Field, Line};
use crate::components::stop_fields::{blank_stop, stop_fields, stop_words};
use crate::forms::course::{CourseForm, Difference};
use crate::text::{name, td_string};
use crate::visit::Visit;
use contract::CourseId;
use contract::course::MAX_STOPS;
use contract::place::Region;
use contract::text::{Summary, Title};
use leptos::prelude::*;

/// What the form is for, and what happened to it.
#[derive(Default)]
pub(super) struct Shape {
    /// The course that it changes; `None` for a new one.
    pub id: Option<CourseId>,
    /// The course was changed by someone else meanwhile.
    pub conflict: Option<Conflict>,
    /// The session ended while it was written.
    pub signed_out: bool,
    /// It holds what was sent, and not what is stored.
    pub sent: bool,
    /// Photos that were not taken in.
    pub refused: Vec<Refused>,
}

/// Another version than the one that was read is stored.
pub(super) enum Conflict {
    /// It can't be read just now.
    Unread,
    /// Where it and what was typed differ.
    Differences(Vec<Difference>),
}

impl Shape {
    /// The form as it is opened.
    pub(super) fn opened(id: Option<CourseId>) -> Self {
        Self { id, ..Self::default() }
    }

    /// The form shown again with what was sent.
    pub(super) fn sent(id: Option<CourseId>) -> Self {
        Self { id, sent: true, ..Self::default() }
    }

    fn action(&self, visit: &Visit) -> String {
        self.id.map_or_else(|| visit.href("/host/courses/new"), |id| visit.href(&format!("/host/courses/{id}/edit")))
    }
}

/// The form of a course.
pub(super) fn form(visit: &Visit, title: &'static str, shape: &Shape, form: &CourseForm, errors: &Errors) -> AnyView {
    let l = visit.l;
    let action = shape.action(visit);
    view! {
        <section class="write wide">
            <h1 id="page-title">{title}</h1>
            <p class="lead">{if shape.id.is_some() { td_string!(l, form.edit_lead) } else { td_string!(l, form.lead) }}</p>
            {errors.summary(l, |name| label(visit, name))}
            {shape.signed_out.then(|| view! { <p><a class="button" href=visit.href("/sign-in") target="_blank">{td_string!(l, header.sign_in)}</a></p> })}
            // off: what a browser puts back by itself, into the version too, may belong to what was there before
            <form
                class="form course-form" id="course-form" method="post" action=action.clone() enctype="multipart/form-data"
                aria-labelledby="page-title" autocomplete="off" novalidate
            >
                // the first submit button is what the enter key presses
                <button class="unseen" type="submit" name="do" value="save" tabindex="-1" aria-hidden="true">{td_string!(l, form.save)}</button>
                <input type="hidden" name="version" value=form.version.clone()/>
                {form.published.then(|| view! { <input type="hidden" name="published" value="on"/> })}
                {shape.conflict.as_ref().map(|conflict| choose(visit, &action, conflict))}
                {basics(visit, form, errors)}
                {photos::part(visit, &action, form, &shape.refused, errors)}
                {stops(visit, &action, form, errors)}
                {translation(visit, form, errors)}
                {end(visit, shape, form)}
            </form>
        </section>
    }
    .into_any()
}

fn stops(visit: &Visit, action: &str, form: &CourseForm, errors: &Errors) -> AnyView {
    let l = visit.l;
    let count = form.stops.len();
    let stops = form.stops.iter().enumerate().map(|(index, stop)| stop_fields(l, errors, action, index, count, stop)).collect::<Vec<_>>();
    let stops_error = errors.on(l, "stops").map(|error| view! { <p class="error" id="stops-error">{error}</p> });
    view! {
        <section class="form-part" id="stops" aria-labelledby="stops-title">
            <h2 id="stops-title">{td_string!(l, form.stops)}</h2>
            <p class="hint">{td_string!(l, form.stops_hint)}</p>
            <p class="hint" id="coordinates-hint">{td_string!(l, form.coordinates_hint)}</p>
            <p hidden id="grip-hint">{td_string!(l, editor.grip_hint)}</p>
            {stops_error}
            <div class="stops-pane">
                {stop_map(visit, form)}
                <div class="stop-list" id="stop-list">{stops}</div>
            </div>
            {blank_stop(l, action)}
            <p>
                <button
                    class="button quiet" type="submit" name="do" value="add" formaction=format!("{action}#stop-{}", count + 1)
                    hidden={count >= MAX_STOPS}
                >
                    {td_string!(l, form.add_stop)}
                </button>
            </p>
        </section>
    }
    .into_any()
}

fn end(visit: &Visit, shape: &Shape, form: &CourseForm) -> AnyView {
    let l = visit.l;
    let save = match &shape.conflict {
        Some(Conflict::Differences(differences)) if !differences.is_empty() => td_string!(l, choose.save),
        Some(_) => td_string!(l, form.save_over),
        None if shape.id.is_none() => td_string!(l, form.save_draft),
        None => td_string!(l, form.save),
    };
    // while one chooses between two versions, nothing is saved that wasn't chosen
    let saves = shape.id.is_some() && !form.published && shape.conflict.is_none();
    view! {
        <div class="form-end">
            {editor_bar(visit, shape.id, saves, !shape.sent)}
            <div class="form-buttons">
                {(!form.published).then(|| view! { <button class="button" type="submit" name="do" value="publish">{td_string!(l, form.save_publish)}</button> })}
                <button class="button" class:quiet=!form.published type="submit" name="do" value="save">{save}</button>
                <button class="button quiet" type="submit" name="do" value="preview" formtarget="_blank">{td_string!(l, editor.preview)}</button>
                <a href=visit.href("/host/courses")>{td_string!(l, form.cancel)}</a>
            </div>
        </div>
    }
    .into_any()
}

fn basics(visit: &Visit, form: &CourseForm, errors: &Errors) -> AnyView {
    let l = visit.l;
    let languages = [("ko", td_string!(l, form.korean)), ("en", td_string!(l, form.english))].into_iter();
    let regions = std::iter::once(("", td_string!(l, form.region_choose)))
        .chain(Region::ALL.iter().map(|region| (region.code(), name::region(l, *region))));
    // a region may be sent by its name; the list knows codes
    let region = Region::parse("region", &form.region).map_or_else(|_| form.region.clone(), |region| region.code().to_owned());
    view! {
        <section class="form-part" aria-labelledby="basics-title">
            <h2 id="basics-title">{td_string!(l, form.basics)}</h2>
            {Field::new(l, errors, "title", td_string!(l, form.title)).required().line(Line { maxlength: Some(Title::MAX), ..Line::text(&form.title) })}
            {Field::new(l, errors, "summary", td_string!(l, form.summary)).hint(td_string!(l, form.summary_hint)).area(&form.summary, 4, Summary::MAX)}
            <div class="pair">
                {Field::new(l, errors, "region", td_string!(l, form.region)).required().choice(&region, regions)}
                {Field::new(l, errors, "language", td_string!(l, form.language)).choice(form.language().tag(), languages)}
            </div>
            {Field::new(l, errors, "tags", td_string!(l, form.tags)).hint(td_string!(l, form.tags_hint)).line(Line::text(&form.tags))}
            <p class="check">
                <input id="reviews_open" type="checkbox" name="reviews_open" checked=form.reviews_open/>
                <label for="reviews_open">{td_string!(l, form.reviews_open)}</label>
            </p>
        </section>
    }
    .into_any()
}

fn translation(visit: &Visit, form: &CourseForm, errors: &Errors) -> AnyView {
    let l = visit.l;
    let stops = form.stops.iter().enumerate().map(|(index, stop)| stop_words(l, errors, index, stop)).collect::<Vec<_>>();
    view! {
        <details class="form-part" open=errors.any_within("translation.")>
            <summary>{td_string!(l, form.translation)}</summary>
            <p class="hint">{td_string!(l, form.translation_hint)}</p>
            {Field::new(l, errors, "translation.title", td_string!(l, form.translation_title))
                .line(Line { maxlength: Some(Title::MAX), ..Line::text(&form.translated_title) })}
            {Field::new(l, errors, "translation.summary", td_string!(l, form.translation_summary)).area(&form.translated_summary, 4, Summary::MAX)}
            <div class="words-list" id="words-list">{stops}</div>
        </details>
    }
    .into_any()
}

/// What a field is called, for the summary of what is wrong and for the choice between two versions.
pub(super) fn label(visit: &Visit, field: &str) -> String {
    let l = visit.l;
    let (place, field) = field.rsplit_once('.').unwrap_or(("", field));
    let number = place.split_once('[').and_then(|(_, rest)| rest.trim_end_matches(']').parse::<usize>().ok()).map(|index| index + 1);
    let translated = place.starts_with("translation");
    match (place.starts_with("photos["), number, field) {
        (true, Some(number), _) => return td_string!(l, form.photo_alt, number = number).to_string(),
        (false, None, "photos") => return td_string!(l, form.photos).to_owned(),
        _ => {}
    }
    match (translated, number, field) {
        (true, Some(number), "name") => return td_string!(l, form.translation_stop_name, number = number).to_string(),
        (true, Some(number), "note") => return td_string!(l, form.translation_stop_note, number = number).to_string(),
        _ => {}
    }
    let name = match (translated, field) {
        (true, "title") => td_string!(l, form.translation_title),
        (true, "summary") => td_string!(l, form.translation_summary),
        (_, "title") => td_string!(l, form.title),
        (_, "summary") => td_string!(l, form.summary),
        (_, "region") => td_string!(l, form.region),
        (_, "tags") => td_string!(l, form.tags),
        (_, "name") => td_string!(l, form.stop_name),
        (_, "category") => td_string!(l, form.stop_category),
        (_, "lat") => td_string!(l, form.stop_lat),
        (_, "lng") => td_string!(l, form.stop_lng),
        (_, "stay_minutes") => td_string!(l, form.stop_stay),
        (_, "cost_krw") => td_string!(l, form.stop_cost),
        (_, "note") => td_string!(l, form.stop_note),
        (_, "language") => td_string!(l, form.language),
        (_, "reviews_open") => td_string!(l, form.reviews_open),
        _ => td_string!(l, form.stops),
    };
    match number {
        Some(number) => format!("{}: {name}", td_string!(l, form.stop_number, number = number)),
        None => name.to_owned(),
    }
}
