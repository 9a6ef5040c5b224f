//! Digits drawn as lines.

use tiny_skia::{Path, PathBuilder};

/// A digit is drawn in a box so wide and so high.
const WIDE: f32 = 10.0;
const HIGH: f32 = 16.0;
/// Between two digits.
const GAP: f32 = 4.0;

/// A part of a line.
enum Part {
    Move(f32, f32),
    Line(f32, f32),
    Curve(f32, f32, f32, f32, f32, f32),
}
use Part::{Curve, Line, Move};

const DIGITS: [&[Part]; 10] = [
    &[Move(5.0, 0.0), Curve(11.4, 0.0, 11.4, 16.0, 5.0, 16.0), Curve(-1.4, 16.0, -1.4, 0.0, 5.0, 0.0)],
    &[Move(1.8, 3.4), Line(5.8, 0.0), Line(5.8, 16.0)],
    &[Move(0.6, 4.2), Curve(0.8, -1.4, 9.4, -1.4, 9.4, 4.4), Curve(9.4, 8.0, 4.0, 11.0, 0.6, 16.0), Line(9.7, 16.0)],
    &[
        Move(1.0, 2.5),
        Curve(2.6, -0.9, 9.0, -0.9, 9.0, 3.8),
        Curve(9.0, 6.4, 6.6, 7.5, 4.2, 7.5),
        Curve(7.2, 7.5, 9.7, 8.8, 9.7, 11.8),
        Curve(9.7, 17.3, 2.0, 17.4, 0.3, 13.2),
    ],
    &[Move(7.6, 16.0), Line(7.6, 0.0), Line(0.2, 11.4), Line(10.0, 11.4)],
    &[Move(8.9, 0.0), Line(1.9, 0.0), Line(1.1, 7.2), Curve(4.0, 4.8, 9.7, 5.8, 9.7, 10.8), Curve(9.7, 17.1, 2.0, 17.7, 0.3, 13.4)],
    &[Move(8.7, 1.7), Curve(4.0, -1.7, 0.3, 3.0, 0.3, 10.2), Curve(0.3, 18.0, 9.8, 17.7, 9.8, 11.0), Curve(9.8, 4.8, 1.8, 4.6, 0.4, 10.4)],
    &[Move(0.4, 0.0), Line(9.6, 0.0), Line(3.9, 16.0)],
    &[
        Move(5.0, 7.4),
        Curve(-0.4, 7.2, 0.0, 0.0, 5.0, 0.0),
        Curve(10.0, 0.0, 10.4, 7.2, 5.0, 7.4),
        Curve(-1.4, 7.6, -1.2, 16.0, 5.0, 16.0),
        Curve(11.2, 16.0, 11.4, 7.6, 5.0, 7.4),
    ],
    &[Move(1.3, 14.3), Curve(6.0, 17.7, 9.7, 13.0, 9.7, 5.8), Curve(9.7, -2.0, 0.2, -1.7, 0.2, 5.0), Curve(0.2, 11.2, 8.2, 11.4, 9.6, 5.6)],
];

/// The digits of a number, `high` and in the middle of a point, each as a line.
pub(super) fn digits(number: usize, x: f32, y: f32, high: f32) -> Vec<Path> {
    let scale = high / HIGH;
    let figures: Vec<usize> = number.to_string().bytes().map(|digit| usize::from(digit - b'0')).collect();
    let count = f32::from(u8::try_from(figures.len()).unwrap_or(u8::MAX));
    let mut left = x - (WIDE.mul_add(count, GAP * (count - 1.0)) / 2.0) * scale;
    let top = y - high / 2.0;
    let mut paths = Vec::new();
    for figure in figures {
        let at = |px: f32, py: f32| (px.mul_add(scale, left), py.mul_add(scale, top));
        let mut path = PathBuilder::new();
        for part in DIGITS[figure] {
            match *part {
                Move(px, py) => {
                    let (px, py) = at(px, py);
                    path.move_to(px, py);
                }
                Line(px, py) => {
                    let (px, py) = at(px, py);
                    path.line_to(px, py);
                }
                Curve(ax, ay, bx, by, px, py) => {
                    let ((ax, ay), (bx, by), (px, py)) = (at(ax, ay), at(bx, by), at(px, py));
                    path.cubic_to(ax, ay, bx, by, px, py);
                }
            }
        }
        paths.extend(path.finish());
        left += (WIDE + GAP) * scale;
    }
    paths
}
