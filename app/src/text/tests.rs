use serde_html_form as _;
use std::collections::BTreeSet;

fn keys(json: &str) -> BTreeSet<String> {
    let value: serde_json::Value = serde_json::from_str(json).expect("a JSON file");
    let mut found = BTreeSet::new();
    collect("", &value, &mut found);
    found
}

fn collect(prefix: &str, value: &serde_json::Value, found: &mut BTreeSet<String>) {
    match value.as_object() {
        Some(object) => object.iter().for_each(|(key, value)| collect(&format!("{prefix}.{key}"), value, found)),
        None => drop(found.insert(prefix.to_owned())),
    }
}

#[test]
fn both_languages_say_the_same_things() {
    let (ko, en) = (keys(include_str!("../../locales/ko.json")), keys(include_str!("../../locales/en.json")));
    assert_eq!(ko.symmetric_difference(&en).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn nothing_is_left_empty() {
    for json in [include_str!("../../locales/ko.json"), include_str!("../../locales/en.json")] {
        assert!(!json.contains(r#": """#));
    }
}
