//! Where two versions of a course differ, and taking from one into the other what was chosen.

use super::{CourseForm, StopForm};

/// Fields of a stop, and of its translation, as they are named in the form.
const STOP_FIELDS: [&str; 7] = ["name", "category", "lat", "lng", "stay_minutes", "cost_krw", "note"];
const WORD_FIELDS: [&str; 2] = ["name", "note"];
/// Fields of the course itself.
const COURSE_FIELDS: [&str; 8] =
    ["language", "title", "summary", "region", "tags", "reviews_open", "translation.title", "translation.summary"];
/// The name under which the list of stops is chosen as a whole.
pub(crate) const STOPS: &str = "stops";
/// The name under which the photos are chosen, always as a whole.
const PHOTOS: &str = "photos";

/// A field in which two versions differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Its name in the form; [`STOPS`] where the lists can't be told apart stop by stop.
    pub field: String,
    pub mine: String,
    pub theirs: String,
}

impl CourseForm {
    /// Where this version differs from another.
    pub(crate) fn differences(&self, theirs: &Self) -> Vec<Difference> {
        let mut fields: Vec<String> = COURSE_FIELDS.map(str::to_owned).into();
        fields.push(PHOTOS.to_owned());
        if self.has_same_walk(theirs) {
            for index in 0..self.stops.len() {
                fields.extend(STOP_FIELDS.iter().map(|field| format!("{STOPS}[{index}].{field}")));
                fields.extend(WORD_FIELDS.iter().map(|field| format!("translation.{STOPS}[{index}].{field}")));
            }
        } else {
            fields.push(STOPS.to_owned());
        }
        fields
            .into_iter()
            .filter_map(|field| {
                let (mine, theirs) = (self.value(&field)?, theirs.value(&field)?);
                (mine.trim() != theirs.trim()).then_some(Difference { field, mine, theirs })
            })
            .collect()
    }

    /// Takes these fields from another version. Names that are none are passed over.
    pub(crate) fn take(&mut self, theirs: &Self, fields: &[String]) {
        for field in fields {
            if field == STOPS {
                theirs.stops.clone_into(&mut self.stops);
            } else if field == PHOTOS {
                theirs.photos.clone_into(&mut self.photos);
            } else if let Some(value) = theirs.value(field) {
                self.put(field, value);
            }
        }
    }

    /// Whether both have the same stops in the same order, as far as one can tell: as many, and none of them has only moved.
    fn has_same_walk(&self, theirs: &Self) -> bool {
        let same = |one: &StopForm, two: &StopForm| one.name.trim() == two.name.trim();
        self.stops.len() == theirs.stops.len()
            && self
                .stops
                .iter()
                .zip(&theirs.stops)
                .all(|(mine, there)| same(mine, there) || !theirs.stops.iter().any(|elsewhere| same(mine, elsewhere)))
    }

    fn value(&self, field: &str) -> Option<String> {
        Some(match field {
            "language" => self.language().tag().to_owned(),
            "title" => self.title.clone(),
            "summary" => self.summary.clone(),
            "region" => self.region.clone(),
            "tags" => self.tags.clone(),
            "reviews_open" => if self.reviews_open { "on" } else { "" }.to_owned(),
            "translation.title" => self.translated_title.clone(),
            "translation.summary" => self.translated_summary.clone(),
            PHOTOS => self.photos.iter().map(|photo| photo.alt.trim()).collect::<Vec<_>>().join("\n"),
            STOPS => self.stops.iter().map(StopForm::in_one_line).collect::<Vec<_>>().join("\n"),
            _ => {
                let (stop, field, translated) = self.stop_field(field)?;
                match (field, translated) {
                    ("name", true) => stop.translated_name.clone(),
                    ("note", true) => stop.translated_note.clone(),
                    ("name", false) => stop.name.clone(),
                    ("category", false) => stop.category.clone(),
                    ("lat", false) => stop.lat.clone(),
                    ("lng", false) => stop.lng.clone(),
                    ("stay_minutes", false) => stop.stay_minutes.clone(),
                    ("cost_krw", false) => stop.cost_krw.clone(),
                    ("note", false) => stop.note.clone(),
                    _ => return None,
                }
            }
        })
    }

    fn stop_field<'a>(&self, name: &'a str) -> Option<(&StopForm, &'a str, bool)> {
        let (list, translated) = if name.starts_with("translation.") { ("translation.stops", true) } else { (STOPS, false) };
        let (index, field) = super::indexed(name, list, self.stops.len())?;
        self.stops.get(index).map(|stop| (stop, field, translated))
    }
}

impl StopForm {
    /// All of it in a line, to be compared at a glance.
    fn in_one_line(&self) -> String {
        let filled = |text: &&str| !text.trim().is_empty();
        let place = format!("{}, {}", self.lat.trim(), self.lng.trim());
        [self.name.as_str(), place.as_str(), self.stay_minutes.as_str(), self.cost_krw.as_str(), self.note.as_str()]
            .into_iter()
            .filter(filled)
            .collect::<Vec<_>>()
            .join(" · ")
            .replace('\n', " ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(names: &[&str]) -> CourseForm {
        let stops = names.iter().map(|name| StopForm { name: (*name).to_owned(), lat: "37.5".to_owned(), ..StopForm::default() }).collect();
        CourseForm { title: "길".to_owned(), stops, ..CourseForm::default() }
    }

    fn fields(mine: &CourseForm, theirs: &CourseForm) -> Vec<String> {
        mine.differences(theirs).into_iter().map(|difference| difference.field).collect()
    }

    #[test]
    fn fields_that_differ_are_told_apart() {
        let mine = walk(&["a", "b"]);
        let mut theirs = walk(&["a", "c"]);
        theirs.title = "다른 길".to_owned();
        theirs.reviews_open = true;
        theirs.stops[0].translated_note = "n".to_owned();
        assert_eq!(fields(&mine, &theirs), ["title", "reviews_open", "translation.stops[0].note", "stops[1].name"]);
        assert!(mine.differences(&mine.clone()).is_empty());
    }

    #[test]
    fn stops_that_moved_or_went_are_chosen_as_a_whole() {
        for theirs in [walk(&["b", "a"]), walk(&["a"]), walk(&["a", "b", "c"])] {
            assert_eq!(fields(&walk(&["a", "b"]), &theirs), [STOPS]);
        }
    }

    #[test]
    fn what_was_chosen_is_taken_and_nothing_else() {
        let (mut mine, mut theirs) = (walk(&["a", "b"]), walk(&["a", "c"]));
        theirs.title = "다른 길".to_owned();
        theirs.summary = "다른 말".to_owned();
        let chosen = ["title", "stops[1].name", "stops[99].name", "version", "do"].map(str::to_owned);
        mine.take(&theirs, &chosen);
        assert_eq!((mine.title.as_str(), mine.summary.as_str(), mine.stops[1].name.as_str()), ("다른 길", "", "c"));
        let longer = walk(&["x", "y", "z"]);
        mine.take(&longer, &[STOPS.to_owned()]);
        assert_eq!(mine.stops, longer.stops);
    }
}
