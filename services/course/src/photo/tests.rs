use super::*;
use contract::ApiError;
use image::ImageFormat;

/// A picture whose left half is red and whose right half is blue.
fn halves(width: u32, height: u32) -> DynamicImage {
    let colour = |x| if x < width / 2 { [200, 0, 0] } else { [0, 0, 200] };
    RgbImage::from_fn(width, height, |x, _| image::Rgb(colour(x))).into()
}

fn as_file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).expect("written");
    file.into_inner()
}

/// A JPEG that says by Exif (JEITA CP-3451, 4.5.4) how it was held, and where it was taken.
fn held(picture: &DynamicImage, orientation: u8) -> Vec<u8> {
    let jpeg = as_file(picture, ImageFormat::Jpeg);
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend(b"37.5443 127.0374 secret place");
    let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, &exif, &jpeg[2..]].concat()
}

fn sizes(bytes: &[u8]) -> Vec<(String, (u32, u32))> {
    let size =
        |file: &[u8]| ImageReader::new(Cursor::new(file)).with_guessed_format().expect("known").into_dimensions().expect("a picture");
    files(bytes).expect("a photo").iter().map(|(file, bytes)| (file.name(), size(bytes))).collect()
}

fn refusal(bytes: &[u8]) -> Vec<(String, FieldCode)> {
    match ApiError::from(files(bytes).expect_err("refused")) {
        ApiError::Refused(Refusal::Invalid(errors)) => errors.into_iter().map(|error| (error.field, error.code)).collect(),
        other => panic!("refused as a field, not {other:?}"),
    }
}

fn wrong(field: &str, code: FieldCode) -> Vec<(String, FieldCode)> {
    vec![(field.to_owned(), code)]
}

#[test]
fn a_photo_is_kept_in_all_widths_and_never_wider_than_it_is() {
    let size = |name: &str, width, height| (name.to_owned(), (width, height));
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        assert_eq!(
            sizes(&as_file(&halves(1200, 800), format)),
            [size("480.webp", 480, 320), size("960.webp", 960, 640), size("1600.webp", 1200, 800), size("960.jpg", 960, 640)]
        );
    }
}

#[test]
fn a_photo_is_turned_upright_and_nothing_is_kept_of_where_it_was_taken() {
    let photo = held(&halves(900, 600), 6);
    let kept = files(&photo).expect("a photo");
    for (file, bytes) in &kept {
        let picture = image::load_from_memory(bytes).expect("a picture").into_rgb8();
        assert!(picture.height() > picture.width(), "{}", file.name());
        // Turned to the right: what was on the left is at the top.
        let top = picture.get_pixel(picture.width() / 2, 10);
        assert!(top[0] > 150 && top[2] < 80, "{}: {top:?}", file.name());
        assert!(!bytes.windows(6).any(|part| part == b"secret" || part == b"Exif\0\0"), "{}", file.name());
    }
}

/// A JPEG of one colour, said to be of a profile.
fn of_profile(colour: [u8; 3], profile: Vec<u8>) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut file, 100);
    image::ImageEncoder::set_icc_profile(&mut encoder, profile).expect("JPEG has profiles");
    encoder.encode_image(&RgbImage::from_pixel(300, 300, image::Rgb(colour))).expect("written");
    file
}

/// The colour in the middle of the JPEG that is kept.
fn kept_colour(photo: &[u8]) -> [u8; 3] {
    let (_, jpeg) = files(photo).expect("a photo").pop().expect("four files");
    image::load_from_memory(&jpeg).expect("a picture").into_rgb8().get_pixel(150, 150).0
}

/// Expected by the matrices of SMPTE EG 432-1 and IEC 61966-2-1: Display P3 200, 60, 60 is 217, 42, 52 in sRGB.
#[test]
fn colours_of_a_wider_range_look_as_they_were_taken() {
    let p3 = ColorProfile::new_display_p3().encode().expect("a profile");
    let kept = kept_colour(&of_profile([200, 60, 60], p3));
    assert!([217, 42, 52].iter().zip(kept).all(|(expected, is)| is.abs_diff(*expected) <= 3), "{kept:?}");
}

#[test]
fn a_photo_whose_profile_is_of_no_use_is_read_without() {
    let grey = ColorProfile::new_gray_with_gamma(2.2).encode().expect("a profile");
    for profile in [b"no profile".to_vec(), grey] {
        let kept = kept_colour(&of_profile([200, 60, 60], profile));
        assert!([200, 60, 60].iter().zip(kept).all(|(expected, is)| is.abs_diff(*expected) <= 3), "{kept:?}");
    }
}

#[test]
fn no_profile_stops_a_photo() {
    let picture = RgbImage::from_pixel(2, 2, image::Rgb([200, 60, 60]));
    let p3 = ColorProfile::new_display_p3().encode().expect("a profile");
    for at in 0..p3.len() {
        // Whatever it makes of the colours, it comes back.
        let _cut = in_srgb(&picture, &p3[..at]);
        for byte in [0, 0x7F, 0xFF] {
            let mut profile = p3.clone();
            profile[at] = byte;
            let _colours = in_srgb(&picture, &profile);
        }
    }
}

#[test]
fn what_is_transparent_is_white() {
    let clear: DynamicImage = image::RgbaImage::new(300, 300).into();
    let (_, jpeg) = files(&as_file(&clear, ImageFormat::Png)).expect("a photo").pop().expect("four files");
    let picture = image::load_from_memory(&jpeg).expect("a picture").into_rgb8();
    assert!(picture.get_pixel(150, 150).0.iter().all(|channel| *channel > 250));
}

#[test]
fn what_is_no_photo_is_refused() {
    let jpeg = as_file(&halves(400, 300), ImageFormat::Jpeg);
    for bytes in [&b""[..], b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a\x01\0\x01\0", &jpeg[..40]] {
        assert_eq!(refusal(bytes), wrong("photo", FieldCode::Malformed), "{bytes:?}");
    }
}

#[test]
fn what_is_too_large_or_too_small_is_refused_with_the_limit() {
    assert_eq!(refusal(&vec![0; MAX_PHOTO_BYTES + 1]), wrong("photo", FieldCode::TooLarge));
    assert_eq!(refusal(&as_file(&halves(1000, 199), ImageFormat::Png)), wrong("photo.side", FieldCode::TooSmall));
}

/// A small file that unpacks to gigabytes is not unpacked: its header alone is read.
#[test]
fn a_bomb_is_not_set_off() {
    let mut png = as_file(&halves(300, 300), ImageFormat::Png);
    // width and height of the header, and its checksum (W3C PNG, 11.2.1)
    png[16..20].copy_from_slice(&40_000_u32.to_be_bytes());
    png[20..24].copy_from_slice(&40_000_u32.to_be_bytes());
    let checksum = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&checksum.to_be_bytes());
    assert_eq!(refusal(&png), wrong("photo.pixels", FieldCode::TooLarge));
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 })
    })
}
