//! What is asked for, as it stands in the address.

use super::filters::most;
use crate::text::{Locale, name};
use contract::course::Language;
use contract::place::Region;
use contract::setting::Setting;
use contract::text::{Query, Tag};
use contract::viewpage::facets::Filter;
use contract::viewpage::{Search, Sort};
use contract::{FieldCode, FieldError, PageRequest};

/// How many courses a page has.
const CARDS: u32 = 24;

/// What is asked for: text as it was typed, so that what can't be understood is still there to be put right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub words: String,
    /// The code of a region where it is one.
    pub region: String,
    pub tag: String,
    /// In won.
    pub max_cost: String,
    pub max_minutes: String,
    /// The code of a setting where it is one.
    pub setting: String,
    pub sort: Sort,
    pub cursor: Option<String>,
}

/// How an order is called in the address.
pub(super) const fn code(sort: Sort) -> &'static str {
    match sort {
        Sort::New => "new",
        Sort::Popular => "popular",
        Sort::Rating => "rating",
    }
}

impl Asked {
    /// What the query asks for. Regions and orders are chosen from a list: what isn't on it isn't asked for.
    pub(super) fn of(pairs: Vec<(String, String)>) -> Self {
        let mut asked = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "q" => asked.words = value,
                "region" => asked.region = Region::parse("region", &value).map(|region| region.code().to_owned()).unwrap_or_default(),
                "tag" => asked.tag = value,
                "max_cost" => asked.max_cost = value,
                "max_minutes" => asked.max_minutes = value,
                "setting" => asked.setting = Setting::parse("setting", &value).map(|setting| setting.code().to_owned()).unwrap_or_default(),
                "sort" => asked.sort = [Sort::Popular, Sort::Rating].into_iter().find(|sort| code(*sort) == value).unwrap_or_default(),
                "cursor" if !value.is_empty() => asked.cursor = Some(value),
                _ => {}
            }
        }
        asked
    }

    /// Whether anything but an order is asked for.
    pub(super) fn is_narrowed(&self) -> bool {
        [&self.words, &self.region, &self.setting, &self.tag, &self.max_cost, &self.max_minutes].iter().any(|text| !text.trim().is_empty())
    }

    /// The same without `filter`, from the beginning of the list.
    pub(super) fn without(&self, filter: Filter) -> Self {
        let mut asked = Self { cursor: None, ..self.clone() };
        match filter {
            Filter::Q => &mut asked.words,
            Filter::Region => &mut asked.region,
            Filter::Setting => &mut asked.setting,
            Filter::Tag => &mut asked.tag,
            Filter::MaxCost => &mut asked.max_cost,
            Filter::MaxMinutes => &mut asked.max_minutes,
        }
        .clear();
        asked
    }

    /// Everything, in the same order.
    pub(super) fn cleared(&self) -> Self {
        Self { sort: self.sort, ..Self::default() }
    }

    /// What `filter` asks for, as people say it.
    pub(super) fn in_words(&self, l: Locale, filter: Filter) -> String {
        match filter {
            Filter::Q => format!("‘{}’", self.words.trim()),
            Filter::Region => Region::parse("region", &self.region).map(|region| name::region(l, region).to_owned()).unwrap_or_default(),
            Filter::Setting => {
                Setting::parse("setting", &self.setting).map(|setting| name::setting(l, setting).to_owned()).unwrap_or_default()
            }
            Filter::Tag => format!("#{}", self.bare_tag()),
            Filter::MaxCost => limit(&self.max_cost).map(|won| most(l, true, won)).unwrap_or_default(),
            Filter::MaxMinutes => limit(&self.max_minutes).map(|minutes| most(l, false, minutes)).unwrap_or_default(),
        }
    }

    /// The tag as it was typed, without its mark.
    pub(super) fn bare_tag(&self) -> &str {
        self.tag.trim().trim_start_matches('#')
    }

    /// The query of a list that search engines may keep, with its question mark: the courses of a region, with a tag.
    pub(super) fn place(&self) -> String {
        let place = Self { region: self.region.clone(), tag: self.tag.clone(), ..Self::default() };
        place.address()[1..].to_owned()
    }

    /// Whether nothing else is asked for, but perhaps an order.
    pub(super) fn is_a_place(&self) -> bool {
        Self { sort: Sort::default(), ..self.clone() }.address()[1..] == self.place()
    }

    /// What the read model is asked; and what couldn't be understood, which it isn't asked for.
    pub(super) fn search(&self, language: Language) -> (Search, Vec<FieldError>) {
        let mut wrong = Vec::new();
        let search = Search {
            query: given(&self.words).and_then(|text| noted(Query::parse("q", text), &mut wrong)),
            region: Region::parse("region", &self.region).ok(),
            tag: given(self.bare_tag()).and_then(|text| noted(Tag::parse("tag", text), &mut wrong)),
            host: None,
            max_cost: given(&self.max_cost).and_then(|text| noted(number("max_cost", text), &mut wrong)),
            max_minutes: given(&self.max_minutes).and_then(|text| noted(number("max_minutes", text), &mut wrong)),
            setting: Setting::parse("setting", &self.setting).ok(),
            sort: self.sort,
            language,
            page: PageRequest::new(self.cursor.clone(), CARDS),
        };
        (search, wrong)
    }

    /// The address that asks for this.
    pub(super) fn address(&self) -> String {
        let sort = if self.sort == Sort::default() { "" } else { code(self.sort) };
        let all = [
            ("q", self.words.as_str()),
            ("region", &self.region),
            ("tag", &self.tag),
            ("max_cost", &self.max_cost),
            ("max_minutes", &self.max_minutes),
            ("setting", &self.setting),
            ("sort", sort),
            ("cursor", self.cursor.as_deref().unwrap_or_default()),
        ];
        let pairs: Vec<_> = all.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        if pairs.is_empty() { "/".to_owned() } else { format!("/?{}", serde_html_form::to_string(pairs).unwrap_or_default()) }
    }
}

fn given(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

fn noted<T>(parsed: Result<T, FieldError>, wrong: &mut Vec<FieldError>) -> Option<T> {
    parsed.map_err(|error| wrong.push(error)).ok()
}

/// A limit as it was typed, if it is one.
pub(super) fn limit(text: &str) -> Option<u32> {
    number("", text).ok()
}

/// A whole number, with or without commas between the groups. One that is too large to hold limits nothing.
fn number(field: &str, text: &str) -> Result<u32, FieldError> {
    let digits: String = text.chars().filter(|c| *c != ',' && !c.is_whitespace()).collect();
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(digits.parse().unwrap_or(u32::MAX))
    } else {
        Err(FieldError::new(field, FieldCode::NotANumber))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Asked {
        Asked::of(serde_html_form::from_str(query).expect("a query"))
    }

    #[test]
    fn the_address_says_what_is_asked_for() {
        let all = "q=%EC%84%B1%EC%88%98&region=jeju&tag=%EC%95%BC%EA%B2%BD&max_cost=30%2C000&max_minutes=180&setting=outdoor&sort=popular&cursor=a%2Bb";
        assert_eq!(asked(&format!("{all}&x=y")).address(), format!("/?{all}"));
        assert_eq!(asked("region=atlantis&setting=moon&sort=worst&q=&max_cost=").address(), "/");
        assert_eq!(asked("region=%EC%A0%9C%EC%A3%BC&sort=rating").address(), "/?region=jeju&sort=rating");
    }

    #[test]
    fn places_are_for_search_engines_and_searches_are_not() {
        assert_eq!(
            (asked("region=jeju&sort=popular").place().as_str(), asked("region=jeju&sort=popular").is_a_place()),
            ("?region=jeju", true)
        );
        assert_eq!((asked("").place().as_str(), asked("").is_a_place()), ("", true));
        for searched in ["q=a", "region=jeju&q=a", "max_cost=1", "cursor=a", "tag=a&max_minutes=3", "setting=indoor"] {
            assert!(!asked(searched).is_a_place(), "{searched}");
        }
    }

    #[test]
    fn what_is_understood_is_asked_for_and_the_rest_is_named() {
        let (search, wrong) = asked("q=+a+b+&tag=%23sea&max_cost=30%2C000&max_minutes=99999999999").search(Language::En);
        assert_eq!(
            (search.query.as_ref().map(Query::as_str), search.tag.as_ref().map(Tag::as_str), search.max_cost, search.max_minutes),
            (Some("a b"), Some("sea"), Some(30_000), Some(u32::MAX))
        );
        assert_eq!(wrong, []);
        let long = "a".repeat(101);
        let (search, wrong) = asked(&format!("q={long}&max_cost=cheap&max_minutes=-1")).search(Language::Ko);
        assert_eq!((search.query, search.max_cost, search.max_minutes), (None, None, None));
        assert_eq!(wrong.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["q", "max_cost", "max_minutes"]);
    }
}
