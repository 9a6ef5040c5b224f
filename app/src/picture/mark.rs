//! The mark of Dulle: two people on a way that goes around. As in components/header.rs, in a square of 32.

use tiny_skia::{Path, PathBuilder};

/// The colours of public/favicon.svg.
pub(super) const INK: u32 = 0x26_21_1a;
pub(super) const ONE: u32 = 0xc2_48_1f;
pub(super) const TWO: u32 = 0x3c_7a_68;

const SQUARE: f32 = 32.0;
/// The way's circle, from one of the two to the other.
const CENTRE: (f32, f32) = (16.03, 16.31);
const RADIUS: f32 = 11.5;
const FROM: f32 = -0.973;
const TURN: f32 = -5.163;

/// The mark's parts.
pub(super) struct Mark {
    pub way: Path,
    /// How wide the way is.
    pub width: f32,
    pub one: Path,
    pub two: Path,
}

/// The mark in a square of `side` around a point.
pub(super) fn mark(x: f32, y: f32, side: f32) -> Option<Mark> {
    let scale = side / SQUARE;
    let at = |mx: f32, my: f32| ((mx - SQUARE / 2.0).mul_add(scale, x), (my - SQUARE / 2.0).mul_add(scale, y));
    let on_way = |angle: f32| (RADIUS.mul_add(angle.cos(), CENTRE.0), RADIUS.mul_add(angle.sin(), CENTRE.1));
    let mut way = PathBuilder::new();
    let (fx, fy) = on_way(FROM);
    let (sx, sy) = at(fx, fy);
    way.move_to(sx, sy);
    // An arc as Bézier curves: handles of 4/3 tan(a/4) are right to a ten-thousandth for arcs below a right angle.
    const PARTS: u8 = 5;
    let part = TURN / f32::from(PARTS);
    let handle = RADIUS * 4.0 / 3.0 * (part / 4.0).tan();
    for index in 0..PARTS {
        let (a, b) = (part.mul_add(f32::from(index), FROM), part.mul_add(f32::from(index) + 1.0, FROM));
        let ((ax, ay), (bx, by)) = (on_way(a), on_way(b));
        let (px, py) = at(handle.mul_add(-a.sin(), ax), handle.mul_add(a.cos(), ay));
        let (qx, qy) = at(handle.mul_add(b.sin(), bx), handle.mul_add(-b.cos(), by));
        let (tx, ty) = at(bx, by);
        way.cubic_to(px, py, qx, qy, tx, ty);
    }
    let person = |mx, my| {
        let (x, y) = at(mx, my);
        PathBuilder::from_circle(x, y, 3.4 * scale)
    };
    Some(Mark { way: way.finish()?, width: 3.0 * scale, one: person(22.5, 6.8)?, two: person(27.4, 14.4)? })
}
