//! What becomes of a photo that is taken in: read with limits, turned upright, its colours made those that every screen has, and written
//! anew in the widths that pages show. Nothing of the file itself is kept, so neither is where and with what it was taken (Exif), nor
//! anything that hides behind a picture.

use contract::photo::{MAX_PHOTO_BYTES, MAX_PIXELS, MIN_SIDE, PhotoFile, PhotoKind};
use contract::{FieldCode, FieldError, Refusal};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, RgbImage};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};
use platform::{Error, Result};
use std::io::Cursor;

/// How well a photo is kept, of 100: where the eye begins to see no difference.
const WEBP_QUALITY: f32 = 78.0;
const JPEG_QUALITY: u8 = 80;
/// What reading a photo may take, in bytes: four for each pixel, and as much again for what a decoder needs.
const MAX_MEMORY: u64 = MAX_PIXELS * 8;

/// A photo as a host sends it, refused for one of these reasons: `photo` is no picture that can be read, or its file is too large; it has
/// too many `photo.pixels`; its shorter `photo.side` is too short to be shown.
fn refused(field: &str, code: FieldCode, limit: Option<u64>) -> Error {
    let error = FieldError { field: field.to_owned(), code, limit: limit.and_then(|limit| i64::try_from(limit).ok()) };
    Refusal::Invalid(vec![error]).into()
}

/// The files that are kept of a photo. Takes the processor for a good part of a second: not for a thread that serves.
///
/// # Errors
/// `Invalid` for what is no photo, or too large or too small for one.
pub(crate) fn files(bytes: &[u8]) -> Result<Vec<(PhotoFile, Vec<u8>)>> {
    let photo = read(bytes)?;
    let mut files = Vec::with_capacity(PhotoFile::ALL.len());
    for file in PhotoFile::ALL {
        let picture = in_width(&photo, file.width);
        files.push((file, written(&picture, file.kind)?));
    }
    Ok(files)
}

/// The picture, upright, without transparency, in sRGB.
fn read(bytes: &[u8]) -> Result<RgbImage> {
    if bytes.len() > MAX_PHOTO_BYTES {
        return Err(refused("photo", FieldCode::TooLarge, Some(MAX_PHOTO_BYTES as u64)));
    }
    let none = |_| refused("photo", FieldCode::Malformed, None);
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| refused("photo", FieldCode::Malformed, None))?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(none)?;
    // As the file says, before a pixel is read: a small file may claim to be a huge picture.
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(refused("photo.pixels", FieldCode::TooLarge, Some(MAX_PIXELS)));
    }
    if width.min(height) < MIN_SIDE {
        return Err(refused("photo.side", FieldCode::TooSmall, Some(u64::from(MIN_SIDE))));
    }
    let orientation = decoder.orientation().map_err(none)?;
    let profile = decoder.icc_profile().map_err(none)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(none)?;
    picture.apply_orientation(orientation);
    let picture = opaque(picture);
    Ok(profile.and_then(|profile| in_srgb(&picture, &profile)).unwrap_or(picture))
}

/// The picture in the colours of screens (sRGB, IEC 61966-2-1), by the profile (ICC.1) that the file brought: many phones take wider ones,
/// which look pale when they are read as these. `None` where the profile can't be read, or is one of grey or of
/// printing colours, whose pictures were made red, green and blue by their decoders.
fn in_srgb(picture: &RgbImage, profile: &[u8]) -> Option<RgbImage> {
    let from = ColorProfile::new_from_slice(profile).ok().filter(|profile| profile.color_space == DataColorSpace::Rgb)?;
    let to = ColorProfile::new_srgb();
    let transform = from.create_transform_8bit(Layout::Rgb, &to, Layout::Rgb, TransformOptions::default()).ok()?;
    let mut converted = RgbImage::new(picture.width(), picture.height());
    transform.transform(picture, &mut converted).ok()?;
    Some(converted)
}

/// On white, as browsers show it on paper.
fn opaque(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let from = picture.into_rgba8();
    let mut onto = RgbImage::new(from.width(), from.height());
    for (pixel, under) in from.pixels().zip(onto.pixels_mut()) {
        let alpha = u32::from(pixel[3]);
        for channel in 0..3 {
            let mixed = (u32::from(pixel[channel]) * alpha + 255 * (255 - alpha)) / 255;
            under[channel] = u8::try_from(mixed).unwrap_or(u8::MAX);
        }
    }
    onto
}

/// As wide as that, or as it is if it isn't so wide.
fn in_width(photo: &RgbImage, width: u32) -> RgbImage {
    if photo.width() <= width {
        return photo.clone();
    }
    let height = u64::from(photo.height()) * u64::from(width) / u64::from(photo.width());
    image::imageops::resize(photo, width, u32::try_from(height).unwrap_or(1).max(1), FilterType::CatmullRom)
}

fn written(picture: &RgbImage, kind: PhotoKind) -> Result<Vec<u8>> {
    match kind {
        PhotoKind::Webp => {
            let encoder = webp::Encoder::from_rgb(picture, picture.width(), picture.height());
            // The greatest side is that of the format (RFC 9649, 2.4): what is longer was not read.
            encoder
                .encode_simple(false, WEBP_QUALITY)
                .map(|file| file.to_vec())
                .map_err(|_| Error::Defect("a photo that can't be written as WebP"))
        }
        PhotoKind::Jpeg => {
            let mut file = Vec::new();
            JpegEncoder::new_with_quality(&mut file, JPEG_QUALITY)
                .encode_image(picture)
                .map_err(|_| Error::Defect("a photo that can't be written as JPEG"))?;
            Ok(file)
        }
    }
}

#[cfg(test)]
mod tests;
