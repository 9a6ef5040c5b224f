//! Photos as pages show them: by what the browser can show, and as wide as it needs.

use crate::text::td_string;
use crate::visit::Visit;
use contract::course::CourseContent;
use contract::photo::{Photo, PhotoFile, PhotoKind, WIDTHS};
use leptos::prelude::*;

/// A photo; `sizes` is how wide it is shown (HTML, 4.8.4.2.1), `eager` whether one sees it before scrolling.
pub(crate) fn photo(photo: &Photo, lang: Option<&'static str>, sizes: &'static str, eager: bool) -> AnyView {
    let widths = WIDTHS.map(|width| format!("{} {width}w", PhotoFile { width, kind: PhotoKind::Webp }.path(photo.id))).join(", ");
    let otherwise = PhotoFile { width: PhotoKind::JPEG_WIDTH, kind: PhotoKind::Jpeg }.path(photo.id);
    view! {
        <picture>
            <source type="image/webp" srcset=widths sizes=sizes/>
            <img src=otherwise alt=photo.alt.as_str().to_owned() lang=lang loading=if eager { "eager" } else { "lazy" } decoding="async"/>
        </picture>
    }
    .into_any()
}

/// All photos of a course, in a row that is pushed sideways where it is longer than the page is wide. The first is what the thing named
/// `morph` on the page before becomes.
pub(crate) fn gallery(visit: &Visit, content: &CourseContent, morph: Option<&str>) -> Option<AnyView> {
    let lang = (content.language != visit.language).then(|| content.language.tag());
    let photos = content
        .photos
        .iter()
        .enumerate()
        .map(|(index, one)| {
            let whole = PhotoFile { width: WIDTHS[2], kind: PhotoKind::Webp }.path(one.id);
            let morph = morph.filter(|_| index == 0).map(str::to_owned);
            view! { <li data-morph=morph><a href=whole>{photo(one, lang, "(min-width: 48rem) 34rem, 85vw", index == 0)}</a></li> }
        })
        .collect::<Vec<_>>();
    (!photos.is_empty()).then(|| {
        view! {
            <section class="course-photos" aria-labelledby="photos-title">
                <h2 id="photos-title" class="unseen">{td_string!(visit.l, course.photos)}</h2>
                <ul class="photo-row">{photos}</ul>
            </section>
        }
        .into_any()
    })
}
