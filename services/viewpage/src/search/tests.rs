use super::*;
use contract::course::{CourseInput, StopInput, StopTranslationInput, TranslationInput};

fn course() -> CourseContent {
    CourseInput {
        title: "서울숲에서 K-pop 카페까지".into(),
        summary: "한강이 보이는 길\nSunset walk".into(),
        region: "seoul".into(),
        tags: vec!["야경".into()],
        stops: vec![StopInput {
            name: "뚝섬 Café 2호점".into(),
            category: "cafe".into(),
            lat: 37.5,
            lng: 127.0,
            stay_minutes: 60,
            cost_krw: 12_000,
            ..StopInput::default()
        }],
        translation: Some(TranslationInput {
            title: "From Seoul Forest".into(),
            summary: String::new(),
            stops: vec![StopTranslationInput { name: "Ttukseom".into(), note: String::new() }],
        }),
        ..CourseInput::default()
    }
    .parse()
    .expect("valid")
}

fn wanted(query: &str) -> Wanted {
    Wanted::of(&Search { query: Some(Query::parse("q", query).expect("valid")), ..Search::default() })
}

/// As Postgres compares, for patterns that begin with and end in `%`.
fn like(text: &str, pattern: &str) -> bool {
    text.contains(pattern.trim_matches('%'))
}

/// By the index and the recheck, and by the text alone: both must say the same.
fn finds(query: &str) -> bool {
    let (findable, wanted) = (Findable::of(&course()), wanted(query));
    let by_text = wanted.patterns.iter().all(|pattern| like(&findable.words, pattern));
    let by_index = wanted.terms.iter().all(|term| findable.terms.contains(term))
        && wanted.rechecks.iter().all(|pattern| like(&findable.words, pattern));
    assert_eq!(by_text, by_index, "{query}");
    by_text
}

#[test]
fn parts_of_korean_words_are_found() {
    for part in ["서울", "울숲", "서울숲", "에서", "한강이", "카페까지", "뚝섬", "숲", "야경"] {
        assert!(finds(part), "{part}");
    }
    for other in ["울서", "숲서울", "서울한강", "부산", "섬길", "산", "숲에서카페"] {
        assert!(!finds(other), "{other}");
    }
}

#[test]
fn english_words_are_found_by_their_beginning_in_any_case() {
    for word in ["seoul", "SEOUL", "Seo", "se", "fores", "forest", "pop", "k", "k-pop", "K", "sunset", "café", "ttukse", "2"] {
        assert!(finds(word), "{word}");
    }
    for other in ["eoul", "seoulite", "s", "op", "forests", "caffè", "p", "22"] {
        assert!(!finds(other), "{other}");
    }
}

#[test]
fn every_word_must_be_found() {
    assert!(finds("서울 숲 카페") && finds("forest 한강") && finds("2호점") && finds("뚝섬café"));
    assert!(!finds("서울 바다") && !finds("forest 바다") && !finds("서울 sea"));
}

#[test]
fn hangul_is_found_however_it_was_typed() {
    assert!(finds("\u{1109}\u{1165}\u{110B}\u{116E}\u{11AF}"), "서울, decomposed");
}

#[test]
fn nothing_but_marks_asks_for_nothing() {
    assert_eq!(wanted("!? %_ · 🌸"), Wanted::default());
}

#[test]
fn what_a_pattern_means_is_not_in_the_hands_of_who_asks() {
    let wanted = wanted("100% _x \\");
    assert!(wanted.patterns.iter().all(|pattern| pattern.trim_matches('%').chars().all(|c| c.is_alphanumeric() || c == ' ')), "{wanted:?}");
}

#[test]
fn the_index_decides_where_it_can() {
    assert_eq!(wanted("서울"), Wanted { terms: vec!["서울".into()], rechecks: vec![], patterns: vec!["%서울%".into()] });
    assert_eq!(wanted("서울숲").rechecks, ["%서울숲%"]);
    assert_eq!(wanted("seou").terms, ["^seo"]);
    assert_eq!((wanted("seo").rechecks.len(), wanted("seoul").rechecks.len(), wanted("seouls").rechecks.len()), (0, 0, 1));
}

#[test]
fn filters_are_terms_too() {
    let search = Search {
        region: Some(Region::Seoul),
        tag: Some(Tag::parse("tag", "야경").expect("valid")),
        max_cost: Some(12_000),
        max_minutes: Some(60),
        setting: Some(Setting::Indoor),
        ..Search::default()
    };
    let (terms, held) = (Wanted::of(&search).terms, Findable::of(&course()).terms);
    assert_eq!(terms, ["#야경", "&indoor", "<60", "@seoul", "₩20000"]);
    assert!(terms.iter().all(|term| held.contains(term)));
    assert!(!held.contains(&cost_term(10_000)) && held.contains(&cost_term(500_000)));
    let beyond = Search { max_cost: Some(9_000_000), max_minutes: Some(9_000), ..Search::default() };
    assert_eq!(Wanted::of(&beyond).terms, Vec::<String>::new(), "more than any bound");
}
