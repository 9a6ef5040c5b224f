//! Photos of courses: taken in as files, kept in several widths, and never changed. What a course has of them are ids, each with words
//! for those who can't see it.

use crate::id::PhotoId;
use crate::refusal::{FieldCode, FieldError};
use crate::text::AltText;
use serde::{Deserialize, Serialize};

/// The greatest number of photos of a course.
pub const MAX_PHOTOS: usize = 12;
/// The greatest size of a file that is taken in, in bytes.
pub const MAX_PHOTO_BYTES: usize = 12 * 1024 * 1024;
/// The greatest number of pixels of a photo that is taken in: what a phone takes at the most.
pub const MAX_PIXELS: u64 = 50_000_000;
/// The least width and height of a photo that is taken in, in pixels.
pub const MIN_SIDE: u32 = 200;
/// The widths that photos are kept in, in pixels; a photo that isn't as wide is kept as wide as it is under the same name.
pub const WIDTHS: [u32; 3] = [480, 960, 1600];

/// A photo of a course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Photo {
    /// The photo.
    pub id: PhotoId,
    /// What can be seen in it, in the language of the course.
    pub alt: AltText,
}

/// A photo of a course as a host sends it: one that was taken in before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhotoInput {
    /// The photo.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required, format = Uuid))]
    pub id: String,
    /// 1 to 200 characters: what can be seen in it.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required, value_type = AltText))]
    pub alt: String,
}

impl PhotoInput {
    /// Parses what a host sent.
    ///
    /// # Errors
    /// Both fields that don't hold.
    pub fn parse(&self, prefix: &str) -> Result<Photo, Vec<FieldError>> {
        let id = self.id.trim().parse().map_err(|_| FieldError::new(format!("{prefix}id"), FieldCode::Unknown));
        let alt = AltText::parse(&format!("{prefix}alt"), &self.alt);
        match (id, alt) {
            (Ok(id), Ok(alt)) => Ok(Photo { id, alt }),
            (id, alt) => Err(id.err().into_iter().chain(alt.err()).collect()),
        }
    }
}

impl From<&Photo> for PhotoInput {
    fn from(photo: &Photo) -> Self {
        Self { id: photo.id.to_string(), alt: photo.alt.as_str().to_owned() }
    }
}

/// In which form a photo is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoKind {
    /// WebP, lossy.
    Webp,
    /// JPEG, for whatever can't show WebP; only in one width.
    Jpeg,
}

impl PhotoKind {
    /// The only width that there is a JPEG of.
    pub const JPEG_WIDTH: u32 = WIDTHS[1];

    /// How file names end.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Webp => "webp",
            Self::Jpeg => "jpg",
        }
    }

    /// The media type (RFC 9649; RFC 2046, 4.2).
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Webp => "image/webp",
            Self::Jpeg => "image/jpeg",
        }
    }
}

/// One of the files of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PhotoFile {
    /// One of [`WIDTHS`].
    pub width: u32,
    /// In which form.
    pub kind: PhotoKind,
}

impl PhotoFile {
    /// All files that there are of a photo.
    pub const ALL: [Self; 4] = [
        Self { width: WIDTHS[0], kind: PhotoKind::Webp },
        Self { width: WIDTHS[1], kind: PhotoKind::Webp },
        Self { width: WIDTHS[2], kind: PhotoKind::Webp },
        Self { width: PhotoKind::JPEG_WIDTH, kind: PhotoKind::Jpeg },
    ];

    /// What it is called, such as `960.webp`.
    #[must_use]
    pub fn name(self) -> String {
        format!("{}.{}", self.width, self.kind.ending())
    }

    /// The file of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|file| file.name() == name)
    }

    /// Where it can be had.
    #[must_use]
    pub fn path(self, photo: PhotoId) -> String {
        format!("/api/v1/photos/{photo}/{}", self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_their_names_and_nothing_else_is() {
        for file in PhotoFile::ALL {
            assert_eq!(PhotoFile::named(&file.name()), Some(file));
        }
        for name in ["", "960", "960.png", "480.jpg", "0960.webp", "../960.webp"] {
            assert_eq!(PhotoFile::named(name), None, "{name}");
        }
    }

    #[test]
    fn a_photo_needs_words() {
        let fields = |id: &str, alt: &str| {
            PhotoInput { id: id.into(), alt: alt.into() }
                .parse("photos[0].")
                .map_err(|errors| errors.into_iter().map(|error| (error.field, error.code)).collect::<Vec<_>>())
        };
        let id = "01890000-0000-7000-8000-000000000000";
        assert!(fields(id, " 밤의 강 ").is_ok_and(|photo| photo.alt.as_str() == "밤의 강"));
        assert_eq!(fields(id, " "), Err(vec![("photos[0].alt".to_owned(), FieldCode::Required)]));
        assert_eq!(fields("1", "강"), Err(vec![("photos[0].id".to_owned(), FieldCode::Unknown)]));
    }
}
