use super::*;
use tiny_skia::{Pixmap, PremultipliedColorU8};

fn drawn(picture: &Picture) -> Pixmap {
    let png = picture.png().expect("drawn");
    assert!(png.len() < 200 * 1024, "{} bytes", png.len());
    let pixmap = Pixmap::decode_png(&png).expect("a PNG");
    assert_eq!((pixmap.width(), pixmap.height()), SIZE);
    pixmap
}

fn count(pixmap: &Pixmap, rgb: u32) -> usize {
    let [_, red, green, blue] = rgb.to_be_bytes();
    let same = |pixel: &&PremultipliedColorU8| (pixel.red(), pixel.green(), pixel.blue()) == (red, green, blue);
    pixmap.pixels().iter().filter(same).count()
}

/// Stops on a spiral, each a few hundred metres from the next.
fn spiral(stops: i32) -> Picture {
    let at = |number: i32| {
        let (angle, radius) = (f64::from(number) * 0.9, 2_000.0 + 500.0 * f64::from(number));
        (37_540_000 + (angle.sin() * radius) as i32, 127_040_000 + (angle.cos() * radius) as i32)
    };
    Picture::Walk { tone: 2, stops: (0..stops).map(at).collect() }
}

#[test]
fn every_walk_is_drawn_in_its_tone() {
    let far = Picture::Walk { tone: 5, stops: vec![(90_000_000, -180_000_000), (-90_000_000, 180_000_000)] };
    let here = Picture::Walk { tone: 1, stops: vec![(37_500_000, 127_000_000); 20] };
    for (picture, tone) in [(spiral(1), 2), (spiral(2), 2), (spiral(20), 2), (far, 5), (here, 1)] {
        let pixmap = drawn(&picture);
        let tone = paint::TONES[tone];
        for color in [tone.ground, tone.near, tone.way, mark::ONE, mark::TWO] {
            assert!(count(&pixmap, color) > 50, "{color:06x} in {picture:?}");
        }
    }
    let nowhere = drawn(&Picture::Walk { tone: 0, stops: Vec::new() });
    assert!(count(&nowhere, mark::ONE) > 50, "a walk without stops is the mark alone");
    assert!(count(&drawn(&Picture::Site), mark::TWO) > 500);
}

#[test]
fn what_looks_different_is_told_apart() {
    assert_eq!(spiral(3).fingerprint(), spiral(3).fingerprint());
    assert_ne!(spiral(3).fingerprint(), spiral(4).fingerprint());
    assert_ne!(spiral(3).fingerprint(), Picture::Site.fingerprint());
}

/// The picture and the page have the same colours.
#[test]
fn tones_are_those_of_the_style_sheet() {
    let css = include_str!("../../../style/tokens.css");
    let light = css.split("Six tones").nth(1).and_then(|tones| tones.split("@media").next()).expect("the tones");
    let read = |name: &str| -> Vec<u32> {
        let value = |rest: &str| u32::from_str_radix(rest.trim_start().get(1..7).expect("a colour"), 16).expect("hexadecimal");
        light.split(name).skip(1).map(value).collect()
    };
    let [ground, near, line, way] = ["--tone-ground:", "--tone-near:", "--tone-line:", "--tone-way:"].map(read);
    assert_eq!(ground, paint::TONES.map(|tone| tone.ground));
    assert_eq!(near, paint::TONES.map(|tone| tone.near));
    assert_eq!(line, paint::TONES.map(|tone| tone.line));
    assert_eq!(way, paint::TONES.map(|tone| tone.way));
}
