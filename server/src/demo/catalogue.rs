//! The list of demo courses: facts about real places, in words of our own, in Korean and English.

use contract::course::{CourseInput, Language, StopInput, StopTranslationInput, TranslationInput};
use serde::Deserialize;

const COURSES: &str = include_str!("../../demo/courses.json");

/// A course and which of the hosts offers it.
pub(super) struct DemoCourse {
    pub host: usize,
    pub course: CourseInput,
}

#[derive(Deserialize)]
struct Entry {
    host: usize,
    region: String,
    reviews_open: bool,
    tags: Vec<String>,
    title: String,
    summary: String,
    stops: Vec<StopInput>,
    en: English,
}

#[derive(Deserialize)]
struct English {
    title: String,
    summary: String,
    stops: Vec<StopTranslationInput>,
}

impl From<Entry> for DemoCourse {
    fn from(entry: Entry) -> Self {
        let Entry { host, region, reviews_open, tags, title, summary, stops, en } = entry;
        let translation = Some(TranslationInput { title: en.title, summary: en.summary, stops: en.stops });
        Self {
            host,
            course: CourseInput { language: Language::Ko, title, summary, region, tags, reviews_open, stops, translation, photos: None },
        }
    }
}

/// All of them, in the order in which they are published.
pub(super) fn courses() -> Result<Vec<DemoCourse>, serde_json::Error> {
    Ok(serde_json::from_str::<Vec<Entry>>(COURSES)?.into_iter().map(DemoCourse::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn every_demo_course_is_one_that_a_host_could_publish() {
        let mut regions = BTreeSet::new();
        let mut titles = BTreeMap::new();
        for DemoCourse { host, course } in courses().expect("reads") {
            let title = course.title.clone();
            let content = course.parse().unwrap_or_else(|error| panic!("{title}: {error:?}"));
            assert!(host < super::super::HOSTS.len(), "{title}");
            assert!(content.stops.len() >= 2, "{title}");
            assert_eq!(content.title.as_str(), title, "the title is how a course is recognised");
            assert_eq!(content.translation.expect("English").stops.len(), content.stops.len(), "{title}");
            for stop in &content.stops {
                assert!((33.0..39.0).contains(&stop.lat) && (124.5..131.9).contains(&stop.lng), "not in Korea: {title}, {stop:?}");
            }
            assert_eq!(titles.insert((host, title.clone()), ()), None, "twice: {title}");
            regions.insert(content.region);
        }
        assert!(titles.len() >= 24 && regions.len() >= 6, "{} courses, {} regions", titles.len(), regions.len());
    }

    #[test]
    fn likes_differ_between_courses() {
        let counts: BTreeSet<usize> =
            (0..titles_count()).map(|course| (0..super::super::CUSTOMERS).filter(|c| super::super::likes(*c, course)).count()).collect();
        assert!(counts.len() > 6 && counts.iter().all(|count| *count <= super::super::CUSTOMERS), "{counts:?}");
    }

    fn titles_count() -> usize {
        courses().expect("reads").len()
    }
}
