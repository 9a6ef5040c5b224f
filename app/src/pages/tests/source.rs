//! What the sources of the pages must not say.

use std::path::Path;

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs")
            && !path.components().any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "tests.rs")))
        {
            found.push((path.display().to_string(), std::fs::read_to_string(&path).expect("text")));
        }
    }
}

fn all() -> Vec<(String, String)> {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 30);
    found
}

/// leptos renders the children of a text area, and leptos_meta those of a title, without escaping them.
#[test]
fn only_the_safe_text_area_is_used() {
    for (path, text) in all() {
        assert!(path.ends_with("text_area.rs") || !text.contains("<textarea"), "{path}");
        for unsafe_name in [concat!("leptos_", "meta"), concat!("inner_", "html")] {
            assert!(!text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(unsafe_name)), "{path}: {unsafe_name}");
        }
    }
}

/// The policy of the pages forbids them, and so they would silently do nothing.
#[test]
fn no_inline_styles_and_handlers() {
    for (path, text) in all() {
        for attribute in [concat!(" style", "="), concat!(" on", "click="), concat!(" on", "submit=")] {
            assert!(!text.contains(attribute), "{path}: {attribute}");
        }
    }
}

/// Words belong into `locales`.
#[test]
fn no_hangul_in_code() {
    for (path, text) in all() {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let hangul = code.lines().find(|line| !line.trim_start().starts_with("//") && line.chars().any(|c| ('가'..='힣').contains(&c)));
        assert_eq!(hangul, None, "{path}");
    }
}
