//! The viewpage as it was drawn for who isn't signed in. Drawing is the most of what the page costs, and a course that is passed around is
//! asked for over and over between two changes of it.

use crate::components::take_along::proposed_start;
use crate::visit::Visit;
use contract::CourseId;
use contract::course::Language;
use contract::viewpage::CourseView;
use hashlink::LruCache;
use jiff::civil::DateTime;
use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use std::sync::{Arc, Mutex, PoisonError};

/// How many are kept.
const KEPT: usize = 128;
/// The largest that is kept, in bytes. A course has some 30 KB, and twice as much again where much is said about it; what is beyond is
/// made of the longest texts there may be.
const LARGEST: usize = 128 * 1024;

/// The drawings that were asked for last.
pub(crate) struct Drawings(Mutex<LruCache<(CourseId, Language), Arc<Drawing>>>);

/// A drawing, and what it was drawn from besides its language: it is used for what is the same in all of it.
struct Drawing {
    view: CourseView,
    /// When one may walk it, as the form for the calendar proposes.
    begins: DateTime,
    html: Box<str>,
}

impl Default for Drawings {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(KEPT)))
    }
}

impl Drawings {
    /// What `draw` makes of `view` for a visit of nobody, who knows nothing but the language: so there is nothing else that it depends on.
    pub(super) fn of(&self, visit: &Visit, view: &CourseView, draw: impl FnOnce(&Visit) -> AnyView) -> AnyView {
        let key = (view.course.id, visit.language);
        let begins = proposed_start(visit);
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        let drawing = kept.filter(|drawing| drawing.begins == begins && drawing.view == *view).unwrap_or_else(|| {
            let nobody = Visit::of_nobody(visit.front.clone(), visit.language, format!("/courses/{}", view.course.id));
            let drawing = Arc::new(Drawing { view: view.clone(), begins, html: draw(&nobody).to_html().into_boxed_str() });
            if drawing.html.len() <= LARGEST {
                self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, drawing.clone());
            }
            drawing
        });
        InertElement::new(drawing.html.to_string()).into_any()
    }
}
