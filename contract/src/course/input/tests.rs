use super::*;
use proptest::prelude::*;

fn valid() -> CourseInput {
    CourseInput {
        title: "서울숲에서 성수까지".into(),
        region: "seoul".into(),
        tags: vec!["#산책".into(), "산책".into(), "카페".into()],
        stops: vec![StopInput {
            name: "서울숲".into(),
            category: "park".into(),
            lat: 37.5443,
            lng: 127.0374,
            stay_minutes: 60,
            ..StopInput::default()
        }],
        ..CourseInput::default()
    }
}

fn fields(input: CourseInput) -> Vec<(String, FieldCode)> {
    match input.parse() {
        Err(ApiError::Refused(Refusal::Invalid(errors))) => errors.into_iter().map(|error| (error.field, error.code)).collect(),
        other => panic!("expected invalid fields, got {other:?}"),
    }
}

#[test]
fn a_valid_course_parses_and_repeated_tags_stand_once() {
    let content = valid().parse().expect("valid");
    assert_eq!(content.tags.iter().map(Tag::as_str).collect::<Vec<_>>(), ["산책", "카페"]);
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let mut input = valid();
    input.title = " ".into();
    input.region = "atlantis".into();
    input.stops[0].lat = 120.0;
    input.stops[0].cost_krw = -1;
    input.stops[0].category = String::new();
    assert_eq!(
        fields(input),
        [
            ("title".into(), FieldCode::Required),
            ("region".into(), FieldCode::Unknown),
            ("stops[0].category".into(), FieldCode::Required),
            ("stops[0].lat".into(), FieldCode::TooLarge),
            ("stops[0].cost_krw".into(), FieldCode::TooSmall),
        ]
    );
}

#[test]
fn what_is_left_out_is_named_like_what_is_wrong() {
    let input: CourseInput = serde_json::from_str(r#"{"stops": [{}]}"#).expect("reads");
    assert_eq!(
        fields(input),
        [
            ("title".into(), FieldCode::Required),
            ("region".into(), FieldCode::Required),
            ("stops[0].name".into(), FieldCode::Required),
            ("stops[0].category".into(), FieldCode::Required),
            ("stops[0].lat".into(), FieldCode::NotANumber),
            ("stops[0].lng".into(), FieldCode::NotANumber),
        ]
    );
}

#[test]
fn a_translation_is_as_long_as_the_walk() {
    let mut input = valid();
    input.translation = Some(TranslationInput { title: "From the forest".into(), ..TranslationInput::default() });
    let translation = input.clone().parse().expect("valid").translation.expect("kept");
    assert_eq!(translation.stops.len(), 1);
    assert_eq!(translation.stops[0].name.as_str(), "서울숲", "an empty name stays as it is in the course's own language");

    input.translation =
        Some(TranslationInput { title: "x".into(), stops: vec![StopTranslationInput::default(); 2], ..TranslationInput::default() });
    assert_eq!(input.parse().expect("valid").translation.expect("kept").stops.len(), 1, "there is nothing that more could be of");
}

proptest! {
    /// Whatever is sent, nothing panics, and what parses, parses to the same again.
    #[test]
    fn what_was_parsed_parses_to_the_same(title in ".{0,90}", summary in "(?s).{0,40}", name in ".{0,20}", lat in any::<f64>(), cost in any::<i64>()) {
        let mut input = valid();
        input.title = title;
        input.summary = summary;
        input.stops[0].name = name;
        input.stops[0].lat = lat;
        input.stops[0].cost_krw = cost;
        if let Ok(content) = input.parse() {
            prop_assert_eq!(CourseInput::from(&content).parse(), Ok(content));
        }
    }
}
