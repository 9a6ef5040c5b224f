//! Texts that people write: trimmed, in Unicode's composed form (so that Hangul typed on any system compares equal), without
//! control characters, and within their limits. Lengths are in characters (Unicode scalar values) of the composed form; the greatest
//! counts all that was written, the least what is left of it.

use crate::refusal::{FieldCode, FieldError};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Brings a text into the form in which it is stored.
fn clean(text: &str, multiline: bool) -> String {
    // Marks that reverse what stands around them (Unicode Standard Annex 9, 2.1 to 2.5) have no place in a name that others read.
    let bidirectional = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}');
    let cleaned: String = text
        .nfc()
        .filter(|c| *c != '\r' && *c != '\0' && !bidirectional(*c))
        .map(|c| if c.is_control() && !(multiline && c == '\n') { ' ' } else { c })
        .collect();
    if cleaned.chars().all(blank) { String::new() } else { cleaned.trim().to_owned() }
}

/// Whether a character shows nothing: a text of fillers and joiners alone is none.
fn blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' | '\u{2800}' | '\u{200B}'..='\u{200F}')
}

/// How many characters were written. A form sends each end of a line as two (HTML, 4.10.21.4); they count as one, as they are kept.
fn written(text: &str) -> usize {
    text.nfc().count() - text.matches("\r\n").count()
}

/// `kept` is what is left of as many characters as were `written`.
fn measured(field: &str, written: usize, kept: String, min: usize, max: usize) -> Result<String, FieldError> {
    let length = kept.chars().count();
    let limit = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    if written > max {
        Err(FieldError::limited(field, FieldCode::TooLong, limit(max)))
    } else if length == 0 && min > 0 {
        Err(FieldError::new(field, FieldCode::Required))
    } else if length < min {
        Err(FieldError::limited(field, FieldCode::TooShort, limit(min)))
    } else {
        Ok(kept)
    }
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $min:expr, $max:expr, multiline: $multiline:expr $(, after: $mark:literal)?) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The least length in characters.
            pub const MIN: usize = $min;
            /// The greatest length in characters.
            pub const MAX: usize = $max;

            /// Parses what a person wrote into `field`.
            ///
            /// # Errors
            /// Names `field` when it is empty, too short or too long.
            pub fn parse(field: &str, text: &str) -> Result<Self, FieldError> {
                let kept = clean(text, $multiline);
                $(let kept = kept.trim_start_matches(|c| c == $mark || blank(c)).to_owned();)?
                measured(field, written(text), kept, Self::MIN, Self::MAX).map(Self)
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                described(Self::MIN, Self::MAX, (Self::MIN > 0).then_some(shows_something!($($mark)?))).into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    };
}

/// A regular expression (ECMA-262) for what [`clean`] leaves something of, other than `mark`.
#[cfg(feature = "openapi")]
macro_rules! shows_something {
    ($($mark:literal)?) => {
        concat!("[^", $($mark,)? r"\s\u0000-\u001F\u007F-\u009F\u115F\u1160\u3164\uFFA0\u2800\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]")
    };
}

/// A text in the description of the interface.
#[cfg(feature = "openapi")]
fn described(min: usize, max: usize, pattern: Option<&str>) -> utoipa::openapi::schema::Object {
    utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::Type::String)
        .min_length((min > 0).then_some(min))
        .max_length(Some(max))
        .pattern(pattern)
        .build()
}

text!(
    /// A course's title.
    Title, 1, 80, multiline: false
);
text!(
    /// What a course is about, in a few sentences.
    Summary, 0, 1000, multiline: true
);
text!(
    /// The name of a place.
    StopName, 1, 80, multiline: false
);
text!(
    /// A host's note on a stop.
    StopNote, 0, 500, multiline: true
);
text!(
    /// What can be seen in a photo, for those who can't see it.
    AltText, 1, 200, multiline: false
);
text!(
    /// The name a person shows to others.
    DisplayName, 1, 40, multiline: false
);
text!(
    /// A word that a course can be found by, without the `#` that people write before it.
    Tag, 1, 20, multiline: false, after: '#'
);
text!(
    /// What someone asks or says below a course.
    CommentBody, 1, 1000, multiline: true
);
text!(
    /// What a customer says of a course after having walked it.
    ReviewBody, 1, 2000, multiline: true
);
text!(
    /// A host's answer to a review or a comment.
    ReplyBody, 1, 1000, multiline: true
);
text!(
    /// What courses are searched for.
    Query, 1, 100, multiline: false
);

impl Tag {
    /// Parses the tags of a form's one line: parted by commas, an optional `#` before each, repeated ones once.
    #[must_use]
    pub fn split_line(line: &str) -> Vec<String> {
        let mut tags: Vec<String> = Vec::new();
        for tag in line.split([',', '，', '、', '\n']) {
            let tag = tag.trim().trim_start_matches('#').trim();
            if !tag.is_empty() && !tags.iter().any(|known| known == tag) {
                tags.push(tag.to_owned());
            }
        }
        tags
    }
}

/// An e-mail address: compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Parses an address: something, `@`, something with a dot; at most 254 characters (RFC 5321, 4.5.3.1.3).
    ///
    /// # Errors
    /// Names `field` when it is empty, too long or not an address.
    pub fn parse(field: &str, text: &str) -> Result<Self, FieldError> {
        let text = measured(field, written(text), clean(text, false), 1, 254)?.to_lowercase();
        let valid = !text.contains(char::is_whitespace)
            && text.split_once('@').is_some_and(|(local, domain)| {
                !local.is_empty()
                    && local.len() <= 64
                    && !domain.contains('@')
                    && domain.split('.').count() > 1
                    && domain.split('.').all(|label| !label.is_empty() && label.len() <= 63)
            });
        if valid { Ok(Self(text)) } else { Err(FieldError::new(field, FieldCode::Malformed)) }
    }

    /// The address in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A password in the clear, as short a time as possible: never printed, never serialised.
#[derive(Clone)]
pub struct Password(String);

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Email {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        // Narrower than what is taken: an interface may take more than it promises.
        described(3, 254, Some(r"^[!-?A-~]{1,64}@([!-\-/-?A-~]{1,63}\.)+[!-\-/-?A-~]{1,63}$")).into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Email {}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Password {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        described(Self::MIN, Self::MAX, None).into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Password {}

impl Password {
    /// The least length in characters (NIST SP 800-63B, 3.1.1.2: at least 8 where it is not the only factor; length before
    /// composition rules).
    pub const MIN: usize = 8;
    /// The greatest length in characters; bounds the work of hashing.
    pub const MAX: usize = 200;

    /// Parses a new password. It is normalised but not trimmed: spaces count.
    ///
    /// # Errors
    /// Names `field` when it is empty, too short or too long.
    pub fn parse(field: &str, text: &str) -> Result<Self, FieldError> {
        let kept: String = text.nfc().collect();
        measured(field, kept.chars().count(), kept, Self::MIN, Self::MAX).map(Self)
    }

    /// The bytes to hash.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decomposed_hangul_is_composed() {
        let decomposed: String = "서울숲".nfd().collect();
        assert_eq!(Title::parse("title", &decomposed).expect("valid").as_str(), "서울숲");
    }

    #[test]
    fn limits_name_the_field_and_the_limit() {
        assert_eq!(Title::parse("title", "  "), Err(FieldError::new("title", FieldCode::Required)));
        assert_eq!(Title::parse("title", &"가".repeat(81)), Err(FieldError::limited("title", FieldCode::TooLong, 80)));
    }

    #[test]
    fn the_greatest_length_counts_what_was_written_in_whatever_form_it_comes() {
        let decomposed: String = "숲".repeat(80).nfd().collect();
        assert_eq!(Title::parse("title", &decomposed).expect("valid").as_str().chars().count(), 80);
        assert!(Title::parse("title", &("가".repeat(79) + " ")).is_ok());
        for nothing in [" ", "\u{FEFF}"] {
            let longer = "가".repeat(80) + nothing;
            assert_eq!(Title::parse("title", &longer), Err(FieldError::limited("title", FieldCode::TooLong, 80)), "{nothing:?}");
        }
        let lines = "가\r\n".repeat(500);
        assert_eq!(CommentBody::parse("body", &lines).expect("valid").as_str().chars().count(), 999);
    }

    #[test]
    fn control_characters_go_and_line_breaks_stay_where_they_belong() {
        assert_eq!(Summary::parse("summary", "a\r\nb\u{0}").expect("valid").as_str(), "a\nb");
        assert_eq!(Title::parse("title", "a\tb").expect("valid").as_str(), "a b");
    }

    #[test]
    fn a_name_that_shows_nothing_or_turns_the_line_around_is_none() {
        assert_eq!(DisplayName::parse("name", "\u{3164}\u{200B}"), Err(FieldError::new("name", FieldCode::Required)));
        assert_eq!(DisplayName::parse("name", "a\u{202E}b").expect("valid").as_str(), "ab");
    }

    #[test]
    fn addresses() {
        assert_eq!(Email::parse("email", " Mina@Example.com ").expect("valid").as_str(), "mina@example.com");
        for wrong in ["mina", "@example.com", "mina@", "mina@example", "mi na@example.com", "a@b@c.d", "a@b..c"] {
            assert_eq!(Email::parse("email", wrong), Err(FieldError::new("email", FieldCode::Malformed)), "{wrong}");
        }
    }

    #[test]
    fn a_password_is_not_printed() {
        assert!(!format!("{:?}", Password::parse("password", "correct horse").expect("valid")).contains("horse"));
    }

    #[test]
    fn a_tag_is_what_stands_behind_its_mark() {
        assert_eq!(Tag::parse("tag", "#산책").expect("valid").as_str(), "산책");
        assert_eq!(Tag::parse("tag", " ## C#").expect("valid").as_str(), "C#");
        for nothing in ["#", "# \u{3164}", "##"] {
            assert_eq!(Tag::parse("tag", nothing), Err(FieldError::new("tag", FieldCode::Required)), "{nothing:?}");
        }
        let longer = "#".to_owned() + &"가".repeat(20);
        assert_eq!(Tag::parse("tag", &longer), Err(FieldError::limited("tag", FieldCode::TooLong, 20)));
    }

    #[test]
    fn tags_of_a_line() {
        assert_eq!(Tag::split_line("#산책, 야경 ,,산책"), ["산책", "야경"]);
    }
}
