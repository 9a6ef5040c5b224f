//! What a course is found by: its text cut into terms for the index, and a query cut into what those terms and the text must hold.
//!
//! A text is a row of words: unbroken runs of letters and digits in lower case, apart where the script changes. Hangul (and Han and kana)
//! is written without spaces where people search for parts, so a word of it is found anywhere in such a run; a word of any other script is
//! found where a word begins with it, and a single letter only as a word of its own. Every word of a query must be found.
//!
//! The index holds single syllables, pairs of neighbours, and beginnings of words. What it can't decide is compared with the text.

use contract::AccountId;
use contract::course::CourseContent;
use contract::place::Region;
use contract::setting::Setting;
use contract::text::{Query, Tag};
use contract::viewpage::{Search, Totals};
use std::collections::BTreeSet;

/// The beginnings of words that the index holds, in characters.
const BEGINNINGS: [usize; 3] = [2, 3, 5];
/// The bounds of the whole walk's cost that the index holds, in won.
const COSTS: [u32; 12] = [0, 5_000, 10_000, 20_000, 30_000, 50_000, 70_000, 100_000, 150_000, 200_000, 300_000, 500_000];
/// The bounds of the whole walk's time that the index holds, in minutes.
const MINUTES: [u32; 12] = [30, 60, 90, 120, 150, 180, 240, 300, 360, 480, 600, 720];

/// What stands before a host's id in a term. That term is added where the text is stored: a text doesn't say whose it is.
pub(crate) const HOST: &str = "~";

/// A course's text as it is stored for being found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Findable {
    /// The words, a space before each and after the last.
    pub words: String,
    /// What the index finds it by, each once, in order.
    pub terms: Vec<String>,
}

impl Findable {
    /// Title, summary, tags and the names of the stops, in both languages.
    pub(crate) fn of(content: &CourseContent) -> Self {
        let mut texts = vec![content.title.as_str(), content.summary.as_str()];
        texts.extend(content.tags.iter().map(Tag::as_str));
        texts.extend(content.stops.iter().map(|stop| stop.name.as_str()));
        if let Some(translation) = &content.translation {
            texts.extend([translation.title.as_str(), translation.summary.as_str()]);
            texts.extend(translation.stops.iter().map(|stop| stop.name.as_str()));
        }
        let mut words = " ".to_owned();
        let mut terms = BTreeSet::new();
        for word in texts.into_iter().flat_map(words_of) {
            index(&word, &mut terms);
            words.push_str(&word.text);
            words.push(' ');
        }
        let totals = Totals::of(content);
        terms.insert(region_term(content.region));
        terms.insert(setting_term(Setting::of(content)));
        terms.extend(content.tags.iter().map(tag_term));
        terms.extend(COSTS.iter().filter(|bound| totals.cost_krw <= **bound).map(|bound| cost_term(*bound)));
        terms.extend(MINUTES.iter().filter(|bound| totals.minutes <= **bound).map(|bound| minutes_term(*bound)));
        Self { words, terms: terms.into_iter().collect() }
    }
}

/// What a search must find.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Wanted {
    /// What the index must hold.
    pub terms: Vec<String>,
    /// What the text must look like, in the manner of LIKE, where the index doesn't decide.
    pub rechecks: Vec<String>,
    /// The same for every word, for whoever doesn't go by the index.
    pub patterns: Vec<String>,
}

impl Wanted {
    /// What `search` asks for. A query without a letter or digit asks for nothing in particular.
    pub(crate) fn of(search: &Search) -> Self {
        let mut terms = BTreeSet::new();
        let (mut rechecks, mut patterns) = (BTreeSet::new(), BTreeSet::new());
        for word in search.query.iter().map(Query::as_str).flat_map(words_of) {
            let pattern = word.pattern();
            if !lookup(&word, &mut terms) {
                rechecks.insert(pattern.clone());
            }
            patterns.insert(pattern);
        }
        terms.extend(search.region.map(region_term));
        terms.extend(search.setting.map(setting_term));
        terms.extend(search.tag.as_ref().map(tag_term));
        terms.extend(search.host.map(host_term));
        terms.extend(search.max_cost.and_then(|most| bound(&COSTS, most)).map(cost_term));
        terms.extend(search.max_minutes.and_then(|most| bound(&MINUTES, most)).map(minutes_term));
        let [rechecks, patterns] = [rechecks, patterns].map(|set| set.into_iter().collect());
        Self { terms: terms.into_iter().collect(), rechecks, patterns }
    }
}

// No word holds one of these marks, so none is taken for another kind of term.
fn region_term(region: Region) -> String {
    format!("@{}", region.code())
}

fn setting_term(setting: Setting) -> String {
    format!("&{}", setting.code())
}

fn tag_term(tag: &Tag) -> String {
    format!("#{}", tag.as_str())
}

fn host_term(host: AccountId) -> String {
    format!("{HOST}{host}")
}

fn cost_term(bound: u32) -> String {
    format!("₩{bound}")
}

fn minutes_term(bound: u32) -> String {
    format!("<{bound}")
}

/// The least bound that lets everything up to `most` through.
fn bound(bounds: &[u32], most: u32) -> Option<u32> {
    bounds.iter().copied().find(|bound| most <= *bound)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    /// Written without spaces where people search for parts.
    Syllables,
    Letters,
}

impl Script {
    fn of(c: char) -> Option<Self> {
        match c {
            '\u{1100}'..='\u{11FF}' | '\u{3131}'..='\u{318E}' | '\u{A960}'..='\u{A97F}' | '\u{AC00}'..='\u{D7FF}' => Some(Self::Syllables),
            '\u{3041}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' => Some(Self::Syllables),
            c if c.is_alphanumeric() => Some(Self::Letters),
            _ => None,
        }
    }
}

#[derive(Debug)]
struct Word {
    script: Script,
    text: String,
}

impl Word {
    fn pattern(&self) -> String {
        match self.script {
            Script::Syllables => format!("%{}%", self.text),
            Script::Letters if self.text.chars().nth(1).is_some() => format!("% {}%", self.text),
            Script::Letters => format!("% {} %", self.text),
        }
    }
}

fn words_of(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut last = None;
    for c in text.chars().flat_map(char::to_lowercase) {
        // A mark that is put upon a letter, as in a lower-case İ, belongs to its word.
        let script = if matches!(c, '\u{300}'..='\u{36F}') { last } else { Script::of(c) };
        match (script, words.last_mut()) {
            (Some(_), Some(word)) if script == last => word.text.push(c),
            (Some(script), _) => words.push(Word { script, text: c.to_string() }),
            (None, _) => {}
        }
        last = script;
    }
    words
}

fn first(word: &[char], length: usize) -> String {
    std::iter::once('^').chain(word.iter().copied().take(length)).collect()
}

fn index(word: &Word, terms: &mut BTreeSet<String>) {
    let characters: Vec<char> = word.text.chars().collect();
    match word.script {
        Script::Syllables => {
            terms.extend(characters.iter().map(char::to_string));
            terms.extend(characters.windows(2).map(|pair| pair.iter().collect::<String>()));
        }
        Script::Letters if characters.len() == 1 => drop(terms.insert(word.text.clone())),
        Script::Letters => {
            let lengths = BEGINNINGS.into_iter().filter(|length| *length <= characters.len());
            terms.extend(lengths.map(|length| first(&characters, length)));
        }
    }
}

/// Adds the terms that any text with `word` has. Answers whether every text with them has the word.
fn lookup(word: &Word, terms: &mut BTreeSet<String>) -> bool {
    let characters: Vec<char> = word.text.chars().collect();
    match word.script {
        _ if characters.len() == 1 => {
            terms.insert(word.text.clone());
            true
        }
        Script::Syllables => {
            terms.extend(characters.windows(2).map(|pair| pair.iter().collect::<String>()));
            characters.len() == 2
        }
        Script::Letters => {
            let length = BEGINNINGS.into_iter().rfind(|length| *length <= characters.len()).unwrap_or_default();
            terms.insert(first(&characters, length));
            length == characters.len()
        }
    }
}

#[cfg(test)]
mod tests;
