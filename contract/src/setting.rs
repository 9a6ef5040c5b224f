//! Whether a course is in or out of doors: derived from its stops, never written by a host.

use crate::course::CourseContent;
use crate::place::Category;
use crate::refusal::{FieldCode, FieldError};
use serde::{Deserialize, Serialize};

/// Where most of a course's time is spent.
///
/// The rule: a course is [`Setting::Outdoor`] if more than half of the minutes that one stays at its stops are at places under the sky
/// ([`Category::is_outdoor`]), else [`Setting::Indoor`]. The ways between the stops don't count: every course has them. A stop without a
/// stay counts as a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// Under a roof: also when it rains.
    Indoor,
    /// Under the sky.
    Outdoor,
}

impl Setting {
    /// Both, in the order in which they are offered.
    pub const ALL: &'static [Self] = &[Self::Indoor, Self::Outdoor];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Indoor => "indoor",
            Self::Outdoor => "outdoor",
        }
    }

    /// Parses a code, or what people call it, without regard to case.
    ///
    /// # Errors
    /// Names `field` when it is empty or neither.
    pub fn parse(field: &str, text: &str) -> Result<Self, FieldError> {
        match text.trim().to_lowercase().as_str() {
            "" => Err(FieldError::new(field, FieldCode::Required)),
            "indoor" | "indoors" | "실내" => Ok(Self::Indoor),
            "outdoor" | "outdoors" | "야외" | "실외" => Ok(Self::Outdoor),
            _ => Err(FieldError::new(field, FieldCode::Unknown)),
        }
    }

    /// What a course is by the rule above.
    #[must_use]
    pub fn of(content: &CourseContent) -> Self {
        let (mut outdoors, mut all) = (0_u32, 0_u32);
        for stop in &content.stops {
            // within a day for each of twenty stops
            let minutes = stop.stay_minutes.max(1);
            all += minutes;
            if stop.category.is_outdoor() {
                outdoors += minutes;
            }
        }
        if outdoors * 2 > all { Self::Outdoor } else { Self::Indoor }
    }
}

impl Category {
    /// Whether places of this kind lie under the sky. Markets are taken for roofed, as most in Korea are; of what may be either, such as
    /// [`Category::Activity`], nothing is promised that rain could spoil.
    #[must_use]
    pub const fn is_outdoor(self) -> bool {
        matches!(self, Self::Park | Self::Walk | Self::Nature | Self::Landmark | Self::Viewpoint | Self::Beach)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::{CourseInput, StopInput};

    fn course(stays: &[(&str, i64)]) -> CourseContent {
        let stop = |(category, minutes): &(&str, i64)| StopInput {
            name: "here".into(),
            category: (*category).into(),
            stay_minutes: *minutes,
            ..StopInput::default()
        };
        let stops = stays.iter().map(stop).collect();
        CourseInput { title: "a walk".into(), region: "seoul".into(), stops, ..CourseInput::default() }.parse().expect("valid")
    }

    #[test]
    fn where_most_of_the_time_is_spent() {
        for (stays, setting) in [
            (&[("park", 61), ("cafe", 60)][..], Setting::Outdoor),
            (&[("park", 60), ("cafe", 60)], Setting::Indoor),
            (&[("beach", 30), ("viewpoint", 40), ("restaurant", 60)], Setting::Outdoor),
            (&[("museum", 90), ("walk", 30)], Setting::Indoor),
            (&[("other", 10), ("activity", 10), ("market", 10)], Setting::Indoor),
            (&[], Setting::Indoor),
        ] {
            assert_eq!(Setting::of(&course(stays)), setting, "{stays:?}");
        }
    }

    #[test]
    fn codes_are_what_is_parsed_and_serialised() {
        for setting in Setting::ALL {
            assert_eq!(Setting::parse("setting", setting.code()), Ok(*setting));
            assert_eq!(serde_json::to_value(setting).expect("serialises"), setting.code());
        }
        assert_eq!(Setting::parse("setting", " 야외 "), Ok(Setting::Outdoor));
        assert_eq!(Setting::parse("setting", "moon"), Err(FieldError::new("setting", FieldCode::Unknown)));
    }
}
