//! Numbers as they are shown.

/// Digits in groups of three. By hand: the formatting machinery would be a good part of the wasm.
#[must_use]
pub fn grouped(mut number: u64) -> String {
    let mut groups = Vec::new();
    loop {
        let group = number % 1_000;
        number /= 1_000;
        let digits = [b'0' + (group / 100) as u8, b'0' + (group / 10 % 10) as u8, b'0' + (group % 10) as u8];
        let skip = if number > 0 || group >= 100 {
            0
        } else if group >= 10 {
            1
        } else {
            2
        };
        groups.push(digits[skip..].to_vec());
        if number == 0 {
            break;
        }
    }
    let mut text = String::new();
    for group in groups.iter().rev() {
        if !text.is_empty() {
            text.push(',');
        }
        text.extend(group.iter().map(|digit| char::from(*digit)));
    }
    text
}

/// Tenths as a number with one decimal.
#[must_use]
pub fn with_tenth(tenths: u64) -> String {
    let mut text = grouped(tenths / 10);
    text.push('.');
    text.push(char::from(b'0' + (tenths % 10) as u8));
    text
}

/// `words` with the number in place of `{n}`.
#[must_use]
pub fn with_number(words: &str, number: u64) -> String {
    match words.split_once("{n}") {
        Some((before, after)) => [before, &grouped(number), after].concat(),
        None => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{grouped, with_number, with_tenth};

    #[test]
    fn an_average_has_one_decimal() {
        assert_eq!((with_tenth(50).as_str(), with_tenth(43).as_str(), with_tenth(7).as_str()), ("5.0", "4.3", "0.7"));
    }

    #[test]
    fn a_number_stands_in_its_words() {
        assert_eq!(with_number("New reviews: {n}.", 1_200), "New reviews: 1,200.");
        assert_eq!(with_number("New", 1), "New");
    }

    #[test]
    fn digits_are_grouped() {
        for (number, text) in [
            (0, "0"),
            (7, "7"),
            (42, "42"),
            (999, "999"),
            (1_000, "1,000"),
            (1_050_007, "1,050,007"),
            (u64::MAX, "18,446,744,073,709,551,615"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }
}
