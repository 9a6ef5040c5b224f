use super::*;
use contract::FieldCode;

fn fields(pairs: &[(&str, &str)]) -> Fields {
    Fields(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
}

fn walk() -> Vec<(&'static str, &'static str)> {
    vec![
        ("language", "ko"),
        ("title", "성수 한 바퀴"),
        ("summary", "첫 줄\r\n둘째 줄"),
        ("region", "seoul"),
        ("tags", "#산책, 야경"),
        ("reviews_open", "on"),
        ("stops[0].name", "서울숲"),
        ("stops[0].category", "park"),
        ("stops[0].lat", "37.5443, 127.0374"),
        ("stops[0].lng", ""),
        ("stops[0].stay_minutes", "60"),
        ("stops[0].cost_krw", "12,000"),
        ("stops[0].note", ""),
    ]
}

fn errors(form: &CourseForm) -> Vec<FieldError> {
    match form.input() {
        Err(ApiError::Refused(Refusal::Invalid(errors))) => errors,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_form_becomes_a_course() {
    let input = CourseForm::parse(&fields(&walk())).input().expect("valid");
    assert_eq!((input.stops[0].lat, input.stops[0].lng, input.stops[0].cost_krw), (37.5443, 127.0374, 12_000));
    assert_eq!(input.tags, ["산책", "야경"]);
    assert_eq!(input.summary, "첫 줄\n둘째 줄");
    assert_eq!(input.translation, None);
}

#[test]
fn what_is_no_number_is_named_with_everything_else_and_kept() {
    let mut pairs = walk();
    pairs.push(("stops[1].name", ""));
    pairs.push(("stops[1].lat", "north"));
    pairs.push(("stops[1].stay_minutes", "an hour"));
    pairs.push(("stops[1].cost_krw", "99999999999999999999"));
    let form = CourseForm::parse(&fields(&pairs));
    let errors = errors(&form);
    let found = |field: &str| errors.iter().filter(|error| error.field == field).map(|error| error.code).collect::<Vec<_>>();
    assert_eq!(found("stops[1].lat"), [FieldCode::NotANumber]);
    assert_eq!(found("stops[1].lng"), [FieldCode::Required]);
    assert_eq!(found("stops[1].stay_minutes"), [FieldCode::NotANumber]);
    assert_eq!(found("stops[1].cost_krw"), [FieldCode::NotANumber]);
    assert_eq!(found("stops[1].name"), [FieldCode::Required]);
    assert_eq!(form.stops[1].stay_minutes, "an hour");
}

#[test]
fn editing_loses_nothing() {
    let mut pairs = walk();
    pairs.extend([
        ("translation.title", "Around Seongsu"),
        ("translation.summary", "s"),
        ("translation.stops[0].name", "Seoul Forest"),
        ("translation.stops[0].note", "n"),
    ]);
    let content = CourseForm::parse(&fields(&pairs)).input().expect("valid").parse().expect("valid");
    let again = CourseForm::of(&content, 7);
    assert_eq!(again.expected(), Some(7));
    assert_eq!(again.input().expect("valid").parse().expect("valid"), content);
}

#[test]
fn stops_are_arranged() {
    let named = |name: &str| StopForm { name: name.to_owned(), ..StopForm::default() };
    let names = |form: &CourseForm| form.stops.iter().map(|stop| stop.name.clone()).collect::<Vec<_>>();
    let mut form = CourseForm { stops: vec![named("a"), named("b"), named("c")], ..CourseForm::default() };
    form.arrange(Do::parse("down:0"));
    assert_eq!(names(&form), ["b", "a", "c"]);
    form.arrange(Do::parse("up:2"));
    assert_eq!(names(&form), ["b", "c", "a"]);
    form.arrange(Do::parse("remove:1"));
    form.arrange(Do::parse("add"));
    assert_eq!(names(&form), ["b", "a", ""]);
    for nonsense in ["up:0", "down:2", "remove:9", "up:x", "down:99999999999999999999"] {
        form.arrange(Do::parse(nonsense));
        assert_eq!(names(&form), ["b", "a", ""], "{nonsense}");
    }
    form.drop_blanks();
    assert_eq!(names(&form), ["b", "a"]);
}

#[test]
fn there_is_no_adding_past_the_limit_and_sending_more_is_told() {
    let mut form = CourseForm { stops: vec![StopForm::default(); MAX_STOPS], ..CourseForm::default() };
    form.arrange(Do::Add);
    assert_eq!(form.stops.len(), MAX_STOPS);
    let mut pairs = walk();
    pairs.push(("stops[20].name", "one too many"));
    assert!(errors(&CourseForm::parse(&fields(&pairs))).iter().any(|error| error.field == "stops" && error.code == FieldCode::TooMany));
}

#[test]
fn of_a_field_that_comes_twice_the_first_counts() {
    let form = CourseForm::parse(&fields(&[("title", "a"), ("title", "b"), ("stops[0].name", "c"), ("stops[0].name", "d")]));
    assert_eq!((form.title.as_str(), form.stops[0].name.as_str()), ("a", "c"));
}

#[test]
fn choices_between_versions_are_read_and_bounded() {
    let mut pairs = vec![("take:title", "theirs"), ("take:summary", "mine"), ("take:stops[0].lat", "theirs")];
    let form = CourseForm::parse(&fields(&pairs));
    assert_eq!(form.theirs, ["stops[0].lat", "title"]);
    pairs.extend([("take:title", "theirs"); 5_000]);
    assert_eq!(CourseForm::parse(&fields(&pairs)).theirs.len(), MAX_CHOICES);
}

#[test]
fn what_does_not_hold_is_told_in_the_order_of_the_page() {
    let mut pairs = walk();
    pairs.retain(|(name, _)| !matches!(*name, "title" | "region"));
    pairs.extend([("stops[1].stay_minutes", "x"), ("stops[1].lat", "north"), ("stops[1].lng", "1"), ("translation.summary", "s")]);
    let fields: Vec<String> = errors(&CourseForm::parse(&fields(&pairs))).into_iter().map(|error| error.field).collect();
    let expected = ["title", "region", "stops[1].name", "stops[1].category", "stops[1].lat", "stops[1].stay_minutes", "translation.title"];
    assert_eq!(fields, expected);
}
