//! Names of repeated fields: `stops[2].lat` is the field `lat` of the third stop.

/// Takes `{list}[{index}].{field}` apart. Indexes beyond `limit` are none: what a form sends can't make us reserve memory.
pub(crate) fn indexed<'a>(name: &'a str, list: &str, limit: usize) -> Option<(usize, &'a str)> {
    let (index, field) = name.strip_prefix(list)?.strip_prefix('[')?.split_once("].")?;
    let plain = !index.is_empty() && index.len() <= 4 && index.bytes().all(|byte| byte.is_ascii_digit());
    let index = plain.then(|| index.parse().ok()).flatten().filter(|index| *index < limit)?;
    Some((index, field))
}

#[cfg(test)]
mod tests {
    use super::indexed;

    #[test]
    fn names_come_apart() {
        assert_eq!(indexed("stops[2].lat", "stops", 20), Some((2, "lat")));
        assert_eq!(indexed("translation.stops[0].name", "translation.stops", 20), Some((0, "name")));
    }

    #[test]
    fn anything_else_is_no_entry() {
        for name in [
            "stops",
            "stops[].lat",
            "stops[x].lat",
            "stops[-1].lat",
            "stops[+1].lat",
            "stops[20].lat",
            "stops[99999999999].lat",
            "stops[1]lat",
            "tags[1].x",
        ] {
            assert_eq!(indexed(name, "stops", 20), None, "{name}");
        }
    }
}
