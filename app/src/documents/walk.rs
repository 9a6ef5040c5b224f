//! A course as one walks it, in the words of one language.

use contract::course::{Language, Stop};
use contract::route::{Leg, legs};
use contract::viewpage::CourseView;

/// A course in the words of one language; what wasn't translated is better read in the other than missed.
pub(crate) struct Walk<'a> {
    /// The course with all that is known of it.
    pub view: &'a CourseView,
    /// The language of the words, as far as they are translated.
    pub language: Language,
    pub title: &'a str,
    pub summary: &'a str,
    pub steps: Vec<Step<'a>>,
}

/// A stop of a walk.
pub(crate) struct Step<'a> {
    pub stop: &'a Stop,
    /// From one.
    pub number: usize,
    pub name: &'a str,
    pub note: &'a str,
    /// The way to the next stop.
    pub leg: Option<Leg>,
}

impl<'a> Walk<'a> {
    /// The course as people read it in `language`.
    pub(crate) fn of(view: &'a CourseView, language: Language) -> Self {
        let content = &view.course.content;
        let translation = content.translated(language);
        let points: Vec<_> = content.stops.iter().map(Stop::coordinates).collect();
        let mut legs = legs(&points).into_iter();
        let steps = content.stops.iter().enumerate().map(|(index, stop)| {
            let words = translation.and_then(|translation| translation.stops.get(index));
            let pick = |own: &'a str, translated: Option<&'a str>| translated.filter(|words| !words.is_empty()).unwrap_or(own);
            Step {
                stop,
                number: index + 1,
                name: pick(stop.name.as_str(), words.map(|words| words.name.as_str())),
                note: pick(stop.note.as_str(), words.map(|words| words.note.as_str())),
                leg: legs.next(),
            }
        });
        Self {
            view,
            language,
            title: content.title_in(language),
            summary: translation.map_or(&content.summary, |translation| &translation.summary).as_str(),
            steps: steps.collect(),
        }
    }

    /// The language that the title is in.
    pub(crate) fn written_in(&self) -> Language {
        let content = &self.view.course.content;
        if content.translated(self.language).is_some() { self.language } else { content.language }
    }
}
