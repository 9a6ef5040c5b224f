//! What can be told of a text while it is typed.

/// Whether a text ends in a letter that is not yet a syllable: someone is in the middle of typing one.
pub(super) fn is_unfinished(text: &str) -> bool {
    text.ends_with(|c| matches!(c, '\u{1100}'..='\u{115F}' | '\u{3131}'..='\u{318E}'))
}

#[cfg(test)]
mod tests {
    use super::is_unfinished;

    #[test]
    fn a_syllable_is_finished_and_a_letter_of_one_is_not() {
        for unfinished in ["서울ㅅ", "ㄱ", "숲ㅏ", "\u{1109}"] {
            assert!(is_unfinished(unfinished), "{unfinished}");
        }
        for finished in ["", "서울", "서울숲 ", "cafe", "ㅋㅋ 카페", "\u{1109}\u{1165}"] {
            assert!(!is_unfinished(finished), "{finished}");
        }
    }
}
