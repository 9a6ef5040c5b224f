//! Where a stop is and what kind of place it is.

use crate::refusal::{FieldCode, FieldError};
use serde::{Deserialize, Serialize};

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal $(| $alias:literal)*),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// All choices, in the order in which they are offered.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// Every code and name, in the description of the interface.
            #[cfg(feature = "openapi")]
            pub(crate) fn names() -> utoipa::openapi::schema::Object {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some([$($code $(, $alias)*),+]))
                    .build()
            }

            /// Parses a code, or one of the names that people use for it, without regard to case.
            ///
            /// # Errors
            /// Names `field` when it is empty or none of the choices.
            pub fn parse(field: &str, text: &str) -> Result<Self, FieldError> {
                match text.trim().to_lowercase().as_str() {
                    "" => Err(FieldError::new(field, FieldCode::Required)),
                    $($code $(| $alias)* => Ok(Self::$variant),)+
                    _ => Err(FieldError::new(field, FieldCode::Unknown)),
                }
            }
        }
    };
}

choice! {
    /// The seventeen first-level divisions of Korea; codes follow the Revised Romanization.
    Region {
        /// 서울
        Seoul = "seoul" | "서울" | "서울특별시",
        /// 부산
        Busan = "busan" | "부산" | "부산광역시",
        /// 대구
        Daegu = "daegu" | "대구" | "대구광역시",
        /// 인천
        Incheon = "incheon" | "인천" | "인천광역시",
        /// 광주
        Gwangju = "gwangju" | "광주" | "광주광역시",
        /// 대전
        Daejeon = "daejeon" | "대전" | "대전광역시",
        /// 울산
        Ulsan = "ulsan" | "울산" | "울산광역시",
        /// 세종
        Sejong = "sejong" | "세종" | "세종특별자치시",
        /// 경기
        Gyeonggi = "gyeonggi" | "경기" | "경기도",
        /// 강원
        Gangwon = "gangwon" | "강원" | "강원도" | "강원특별자치도",
        /// 충북
        Chungbuk = "chungbuk" | "충북" | "충청북도",
        /// 충남
        Chungnam = "chungnam" | "충남" | "충청남도",
        /// 전북
        Jeonbuk = "jeonbuk" | "전북" | "전라북도" | "전북특별자치도",
        /// 전남
        Jeonnam = "jeonnam" | "전남" | "전라남도",
        /// 경북
        Gyeongbuk = "gyeongbuk" | "경북" | "경상북도",
        /// 경남
        Gyeongnam = "gyeongnam" | "경남" | "경상남도",
        /// 제주
        Jeju = "jeju" | "제주" | "제주도" | "제주특별자치도",
    }
}

choice! {
    /// What kind of place a stop is.
    Category {
        /// Coffee, tea, cake.
        Cafe = "cafe" | "coffee" | "카페" | "디저트",
        /// A meal.
        Restaurant = "restaurant" | "food" | "meal" | "식당" | "맛집",
        /// Drinks.
        Bar = "bar" | "pub" | "술집" | "바",
        /// A park or garden.
        Park = "park" | "garden" | "공원",
        /// A path worth walking.
        Walk = "walk" | "trail" | "산책" | "산책로",
        /// Forest, mountain, river.
        Nature = "nature" | "자연" | "숲",
        /// A museum.
        Museum = "museum" | "박물관",
        /// A gallery or exhibition.
        Gallery = "gallery" | "exhibition" | "미술관" | "전시",
        /// Theatre, cinema, concert.
        Theater = "theater" | "theatre" | "cinema" | "movie" | "공연" | "영화관",
        /// A market.
        Market = "market" | "시장",
        /// A shop.
        Shop = "shop" | "shopping" | "bookstore" | "쇼핑" | "서점",
        /// Something to do together.
        Activity = "activity" | "체험" | "놀거리",
        /// Something known: a palace, a gate, a bridge.
        Landmark = "landmark" | "sight" | "명소",
        /// A place for the view.
        Viewpoint = "viewpoint" | "view" | "전망대",
        /// A beach.
        Beach = "beach" | "sea" | "바다" | "해변",
        /// Anything else.
        Other = "other" | "기타",
    }
}

/// A point on the earth, WGS 84, in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coordinates {
    /// Latitude, −90 to 90.
    pub lat: f64,
    /// Longitude, −180 to 180.
    pub lng: f64,
}

impl Coordinates {
    /// Parses a point; the fields are named `{prefix}lat` and `{prefix}lng`. Rounded to six decimals, about a tenth of a metre.
    ///
    /// # Errors
    /// Names each of the two that is out of range or no number.
    pub fn parse(prefix: &str, lat: f64, lng: f64) -> Result<Self, Vec<FieldError>> {
        let errors: Vec<FieldError> = [("lat", lat, 90), ("lng", lng, 180)]
            .into_iter()
            .filter_map(|(name, value, limit)| within(&format!("{prefix}{name}"), value, limit))
            .collect();
        if errors.is_empty() { Ok(Self { lat: rounded(lat), lng: rounded(lng) }) } else { Err(errors) }
    }
}

fn within(field: &str, value: f64, limit: i32) -> Option<FieldError> {
    if !value.is_finite() {
        Some(FieldError::new(field, FieldCode::NotANumber))
    } else if value < f64::from(-limit) {
        Some(FieldError::limited(field, FieldCode::TooSmall, i64::from(-limit)))
    } else if value > f64::from(limit) {
        Some(FieldError::limited(field, FieldCode::TooLarge, i64::from(limit)))
    } else {
        None
    }
}

fn rounded(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_parses_to_itself() {
        for region in Region::ALL {
            assert_eq!(Region::parse("region", region.code()), Ok(*region));
        }
        for category in Category::ALL {
            assert_eq!(Category::parse("category", category.code()), Ok(*category));
        }
    }

    #[test]
    fn names_people_use_are_understood() {
        assert_eq!(Region::parse("region", " 서울 "), Ok(Region::Seoul));
        assert_eq!(Region::parse("region", "Busan"), Ok(Region::Busan));
        assert_eq!(Region::parse("region", "atlantis"), Err(FieldError::new("region", FieldCode::Unknown)));
    }

    #[test]
    fn codes_are_what_is_serialised() {
        for region in Region::ALL {
            assert_eq!(serde_json::to_value(region).expect("serialises"), region.code());
        }
        for category in Category::ALL {
            assert_eq!(serde_json::to_value(category).expect("serialises"), category.code());
        }
    }

    #[test]
    fn a_point_off_the_globe_is_named() {
        let errors = Coordinates::parse("stops[0].", 91.0, f64::NAN).expect_err("invalid");
        assert_eq!(
            errors,
            [FieldError::limited("stops[0].lat", FieldCode::TooLarge, 90), FieldError::new("stops[0].lng", FieldCode::NotANumber)]
        );
    }
}
