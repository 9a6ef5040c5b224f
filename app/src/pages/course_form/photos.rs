//! The photos in the form of a course: taken in as soon as they come, whatever becomes of the rest of the form.

use crate::components::errors::Errors;
use crate::components::field::{Field, Line, NUMBER};
use crate::editor::BLANK_PHOTO;
use crate::forms::File;
use crate::forms::course::CourseForm;
use crate::text::{Locale, problem, td_string};
use crate::visit::Visit;
use contract::photo::{MAX_PHOTO_BYTES, MAX_PHOTOS, PhotoFile, PhotoInput};
use contract::text::AltText;
use contract::{ApiError, FieldCode, PhotoId, Refusal};
use leptos::prelude::*;

/// What the browser offers to choose.
const KINDS: &str = "image/jpeg,image/png,image/webp";

/// A file that was not taken in, and why, in words.
pub(super) struct Refused {
    name: String,
    why: String,
}

/// Takes in the files that came with the form, each by itself: one that is refused keeps none of the others out.
pub(super) async fn take_in(visit: &Visit, form: &mut CourseForm, files: Vec<File>) -> Vec<Refused> {
    let mut refused = Vec::new();
    for File { name, bytes } in files {
        let taken = if form.photos.len() >= MAX_PHOTOS {
            Err(full(visit.l))
        } else {
            add(visit, bytes.into()).await.map_err(|trouble| why(visit.l, &trouble))
        };
        match taken {
            Ok(id) => form.add_photo(id),
            Err(why) => refused.push(Refused { name, why }),
        }
    }
    refused
}

async fn add(visit: &Visit, bytes: Vec<u8>) -> Result<PhotoId, ApiError> {
    visit.site().course.add_photo(visit.call()?, bytes).await
}

/// Why a photo was not taken in.
fn why(l: Locale, trouble: &ApiError) -> String {
    let ApiError::Refused(Refusal::Invalid(errors)) = trouble else { return problem::trouble(l, trouble) };
    match errors.first().map(|error| (error.field.as_str(), error.code)) {
        Some(("photo.pixels", _)) => td_string!(l, form.photo_pixels).to_owned(),
        Some(("photo.side", _)) => td_string!(l, form.photo_side).to_owned(),
        Some((_, FieldCode::TooLarge)) => large(l),
        _ => td_string!(l, form.photo_unreadable).to_owned(),
    }
}

fn large(l: Locale) -> String {
    td_string!(l, form.photo_large, most = MAX_PHOTO_BYTES / 1024 / 1024).to_string()
}

fn full(l: Locale) -> String {
    td_string!(l, form.photos_full, most = MAX_PHOTOS).to_string()
}

/// The part of the form.
pub(super) fn part(visit: &Visit, action: &str, form: &CourseForm, refused: &[Refused], errors: &Errors) -> AnyView {
    let l = visit.l;
    let count = form.photos.len();
    let photos = form.photos.iter().enumerate().map(|(index, photo)| fields(l, errors, action, index, count, photo)).collect::<Vec<_>>();
    // of this script makes the next; nothing of it is sent with the form
    let blank = PhotoInput { id: BLANK_PHOTO.to_owned(), alt: String::new() };
    let blank = fields(l, &Errors::default(), action, MAX_PHOTOS, MAX_PHOTOS + 1, &blank);
    let refused =
        refused.iter().map(|Refused { name, why }| view! { <li><bdi>{name.clone()}</bdi>": "{why.clone()}</li> }).collect::<Vec<_>>();
    let wrong = errors.on(l, "photos").map(|error| view! { <p class="error" id="photos-error">{error}</p> });
    view! {
        <section class="form-part" id="photos" aria-labelledby="photos-title">
            <h2 id="photos-title">{td_string!(l, form.photos)}</h2>
            <p class="hint" id="photos-hint">{td_string!(l, form.photos_hint, most = MAX_PHOTOS)}</p>
            {wrong}
            {(!refused.is_empty()).then(|| view! {
                <div class="problem" role="alert"><p>{td_string!(l, form.photos_refused)}</p><ul>{refused}</ul></div>
            })}
            <ol class="photo-list" id="photo-list" hidden={count == 0}>{photos}</ol>
            <template id="blank-photo">{blank}</template>
            <ul
                class="photo-uploads" id="photo-uploads" data-added=td_string!(l, editor.photo_added, name = "{name}").to_string()
                data-failed=td_string!(l, editor.photo_failed) data-again=td_string!(l, editor.photo_again)
                data-unreadable=td_string!(l, form.photo_unreadable) data-pixels=td_string!(l, form.photo_pixels)
                data-side=td_string!(l, form.photo_side) data-large=large(l) data-full=full(l)
            ></ul>
            <div class="field" hidden={count >= MAX_PHOTOS}>
                <label for="photo-files">{td_string!(l, form.photo_files)}</label>
                <input id="photo-files" type="file" name="photo_files" multiple accept=KINDS aria-describedby="photos-hint"/>
            </div>
            <p class="add-photos" hidden={count >= MAX_PHOTOS}>
                <button class="button quiet" type="submit" name="do" value="add-photos" formaction=format!("{action}#photos")>
                    {td_string!(l, form.add_photos)}
                </button>
            </p>
        </section>
    }
    .into_any()
}

fn fields(l: Locale, errors: &Errors, action: &str, index: usize, count: usize, photo: &PhotoInput) -> AnyView {
    let number = if index == MAX_PHOTOS { NUMBER.to_owned() } else { (index + 1).to_string() };
    let numbered = |pattern: String| pattern.replace(NUMBER, &number);
    let (id, alt) = (format!("photos[{index}].id"), format!("photos[{index}].alt"));
    let shown = photo.id.parse().ok().map(|id: PhotoId| view! { <img src=PhotoFile::ALL[0].path(id) alt="" loading="lazy"/> });
    let unknown = errors.on(l, &id).map(|error| view! { <p class="error">{error}</p> });
    let button = |verb: &str, words: &'static str, label: String, off: bool| {
        view! {
            <button
                class="link" type="submit" name="do" value=format!("{verb}:{index}") formaction=format!("{action}#photos")
                aria-label=numbered(label) disabled=off
            >
                {words}
            </button>
        }
    };
    view! {
        <li class="photo-fields" id=errors.id(&id)>
            {shown}
            <div>
                {unknown}
                <input type="hidden" name=id.clone() value=photo.id.clone()/>
                {Field::new(l, errors, &alt, td_string!(l, form.photo_alt, number = number.as_str()).to_string()).required()
                    .line(Line { maxlength: Some(AltText::MAX), ..Line::text(&photo.alt) })}
                <p class="stop-buttons">
                    {button("photo-up", td_string!(l, form.photo_up), td_string!(l, form.photo_up_label, number = NUMBER).to_string(), index == 0)}
                    {button("photo-down", td_string!(l, form.photo_down), td_string!(l, form.photo_down_label, number = NUMBER).to_string(), index + 1 == count)}
                    {button("remove-photo", td_string!(l, form.remove_stop), td_string!(l, form.photo_remove_label, number = NUMBER).to_string(), false)}
                </p>
            </div>
        </li>
    }
    .into_any()
}
