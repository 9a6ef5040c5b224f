//! The numbers of stops in names and ids: `stops[2].lat` and `stops-2-lat` belong to the third stop.

/// A list of names or ids with the number of their stop set to `index`; `None` where nothing changes.
#[must_use]
pub fn renumbered(text: &str, index: usize) -> Option<String> {
    let mut new = String::with_capacity(text.len() + 2);
    let mut rest = text;
    while let Some(start) = rest.find("stops") {
        let (before, after) = rest.split_at(start + "stops".len());
        new.push_str(before);
        rest = after;
        let Some(open) = after.chars().next().filter(|sign| matches!(sign, '[' | '-')) else { continue };
        let close = if open == '[' { ']' } else { '-' };
        let Some((number, _)) = after[1..].split_once(close) else { continue };
        if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) {
            new.push(open);
            new.push_str(&index.to_string());
            rest = &after[1 + number.len()..];
        }
    }
    new.push_str(rest);
    (new != text).then_some(new)
}

/// How many stops the fields of a form tell of.
#[must_use]
pub fn count(fields: &[(String, String)]) -> usize {
    let number = |name: &str| name.strip_prefix("stops[")?.split_once(']')?.0.parse::<usize>().ok();
    fields.iter().filter_map(|(name, _)| number(name)).map(|index| index + 1).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_ids_are_renumbered() {
        for (text, new) in [
            ("stops[2].lat", "stops[7].lat"),
            ("translation.stops[20].note", "translation.stops[7].note"),
            ("stops-2-lat", "stops-7-lat"),
            ("stops-2-lat-error coordinates-hint", "stops-7-lat-error coordinates-hint"),
            ("stops-2-a stops-2-b", "stops-7-a stops-7-b"),
            ("translation-stops-11-name", "translation-stops-7-name"),
        ] {
            assert_eq!(renumbered(text, 7).as_deref(), Some(new));
        }
    }

    #[test]
    fn anything_else_stays() {
        for text in
            ["", "title", "stops", "stops-title", "stops-hint grip-hint", "stops[x].lat", "stops[", "stops[7].lat", "stops-", "stops-7"]
        {
            assert_eq!(renumbered(text, 7), None, "{text}");
        }
    }

    #[test]
    fn stops_are_counted_by_the_highest() {
        let fields = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), String::new())).collect::<Vec<_>>();
        assert_eq!(count(&fields(&["title", "stops[0].name", "stops[2].lat", "translation.stops[9].name"])), 3);
        assert_eq!(count(&fields(&["title", "stops[].name", "stops[x].name"])), 0);
    }
}
