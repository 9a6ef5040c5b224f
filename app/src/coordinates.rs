//! Coordinates as people write them. Read by the server, which judges them, and in the browser by the map of the editor.

/// A number of degrees, with or without its sign.
pub(crate) fn degrees(text: &str) -> Option<f64> {
    text.trim().trim_end_matches('°').parse().ok().filter(|degrees: &f64| degrees.is_finite())
}

/// The two halves of "37.5443, 127.0374", as map applications copy it.
pub(crate) fn pair(text: &str) -> Option<(&str, &str)> {
    text.split_once(',').map(|(lat, lng)| (lat.trim(), lng.trim()))
}

/// Degrees as one would write them, to five decimals: about a metre.
#[cfg_attr(not(any(feature = "hydrate", test)), expect(dead_code, reason = "only the browser writes coordinates by itself"))]
#[expect(clippy::cast_possible_truncation, reason = "degrees are few; a cast saturates")]
pub(crate) fn text(degrees: f64) -> String {
    let parts = (degrees * 1e5).round() as i64;
    let sign = if parts < 0 { "-" } else { "" };
    let parts = parts.unsigned_abs();
    let decimals = (parts % 100_000 + 100_000).to_string();
    let decimals = decimals[1..].trim_end_matches('0');
    [sign, &(parts / 100_000).to_string(), if decimals.is_empty() { "" } else { "." }, decimals].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_read_and_nothing_else() {
        assert_eq!(degrees(" 37.5443° "), Some(37.5443));
        assert_eq!(degrees("-127"), Some(-127.0));
        for text in ["", "north", "NaN", "inf", "1e999", "37,5", "37.5 N"] {
            assert_eq!(degrees(text), None, "{text}");
        }
    }

    #[test]
    fn a_pair_comes_apart() {
        assert_eq!(pair("37.5443, 127.0374"), Some(("37.5443", "127.0374")));
        assert_eq!(pair("37.5443"), None);
    }

    #[test]
    fn degrees_are_written_to_a_metre() {
        for (degrees, written) in [(37.5443, "37.5443"), (127.037_412_3, "127.03741"), (0.0, "0"), (-0.000_05, "-0.00005"), (-33.0, "-33")]
        {
            assert_eq!(text(degrees), written);
        }
    }
}
