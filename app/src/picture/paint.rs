//! Lines and colours of the picture: those of style/drawing.css and the light half of style/tokens.css.

use super::digits::digits;
use super::mark::mark;
use super::{APART, SIZE};
use crate::components::plane::Plane;
use tiny_skia::{Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Stroke, StrokeDash, Transform};

/// The colours of a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tone {
    pub ground: u32,
    pub near: u32,
    pub line: u32,
    pub way: u32,
}

const fn tone(ground: u32, near: u32, line: u32, way: u32) -> Tone {
    Tone { ground, near, line, way }
}

pub(super) const TONES: [Tone; 6] = [
    tone(0xf4_df_cd, 0xfa_e9_da, 0xe2_b8_99, 0x8a_22_00),
    tone(0xdb_e8_dc, 0xe7_f0_e6, 0xa9_c8_b2, 0x21_52_44),
    tone(0xdd_e2_f0, 0xe9_ed_f7, 0xb0_bc_dd, 0x32_43_87),
    tone(0xf3_e5_c0, 0xfa_f0_d5, 0xdc_c1_82, 0x65_44_00),
    tone(0xee_dc_e5, 0xf6_e9_ef, 0xd6_b1_c4, 0x78_2b_51),
    tone(0xd6_e7_eb, 0xe4_f0_f3, 0xa1_c7_d0, 0x02_50_5f),
];

/// The contour lines around the way: how wide from edge to edge.
const CONTOURS: [f32; 3] = [300.0, 204.0, 110.0];
const CONTOUR_LINE: f32 = 3.0;
const MARK: f32 = 25.0;
const DIGITS_HIGH: f32 = 21.0;

/// The drawing of a walk.
pub(super) fn walk(plane: &Plane, tone: Tone) -> Option<Vec<u8>> {
    let mut canvas = Canvas::new(tone.ground)?;
    if let Some(way) = way(plane) {
        canvas.contours(&way, tone);
        let dashes = StrokeDash::new(vec![0.1, 15.0], 0.0);
        canvas.stroke(&way, tone.way, Stroke { dash: dashes, ..round(7.0) });
    }
    canvas.sign(tone, 1_104.0, 534.0, 58.0);
    // The first stop's mark at the top, where one lies on another.
    for (index, (x, y)) in plane.marks(APART).into_iter().enumerate().rev() {
        let (x, y) = (narrow(x), narrow(y));
        let Some(circle) = PathBuilder::from_circle(x, y, MARK) else { continue };
        canvas.fill(&circle, tone.way);
        canvas.stroke(&circle, tone.near, round(4.5));
        for digit in digits(index + 1, x, y, DIGITS_HIGH) {
            canvas.stroke(&digit, tone.near, round(3.2));
        }
    }
    canvas.0.encode_png().ok()
}

/// The mark alone, as large as a walk.
pub(super) fn site() -> Option<Vec<u8>> {
    let tone = TONES[0];
    let mut canvas = Canvas::new(tone.ground)?;
    let (x, y) = (narrow(f64::from(SIZE.0) / 2.0), narrow(f64::from(SIZE.1) / 2.0));
    let mark = mark(x, y, 330.0)?;
    canvas.contours(&mark.way, tone);
    canvas.mark(&mark);
    canvas.0.encode_png().ok()
}

#[expect(clippy::cast_possible_truncation, reason = "places on the canvas")]
const fn narrow(x: f64) -> f32 {
    x as f32
}

fn round(width: f32) -> Stroke {
    Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() }
}

fn way(plane: &Plane) -> Option<Path> {
    let mut path = PathBuilder::new();
    let (x, y) = *plane.points.first()?;
    path.move_to(narrow(x), narrow(y));
    if plane.points.len() == 1 {
        // a dot: a line of no length shows its round ends
        path.line_to(narrow(x) + 0.1, narrow(y));
    }
    for [a, b, to] in plane.curves() {
        path.cubic_to(narrow(a.0), narrow(a.1), narrow(b.0), narrow(b.1), narrow(to.0), narrow(to.1));
    }
    path.finish()
}

struct Canvas(Pixmap);

impl Canvas {
    fn new(ground: u32) -> Option<Self> {
        let mut pixmap = Pixmap::new(SIZE.0, SIZE.1)?;
        pixmap.fill(color(ground));
        Some(Self(pixmap))
    }

    fn stroke(&mut self, path: &Path, of: u32, stroke: Stroke) {
        self.0.stroke_path(path, &paint(of), &stroke, Transform::identity(), None);
    }

    fn fill(&mut self, path: &Path, of: u32) {
        self.0.fill_path(path, &paint(of), FillRule::Winding, Transform::identity(), None);
    }

    /// Lines around the way, from the outside in.
    fn contours(&mut self, way: &Path, tone: Tone) {
        for (index, width) in CONTOURS.into_iter().enumerate() {
            let inside = if index + 1 == CONTOURS.len() { tone.near } else { tone.ground };
            self.stroke(way, tone.line, round(width));
            self.stroke(way, inside, round(width - 2.0 * CONTOUR_LINE));
        }
    }

    /// The mark on a ground of its own, so that it is seen wherever the walk goes.
    fn sign(&mut self, tone: Tone, x: f32, y: f32, radius: f32) {
        if let (Some(circle), Some(mark)) = (PathBuilder::from_circle(x, y, radius), mark(x, y, radius * 1.3)) {
            self.fill(&circle, tone.near);
            self.stroke(&circle, tone.line, round(2.0));
            self.mark(&mark);
        }
    }

    fn mark(&mut self, mark: &super::mark::Mark) {
        self.stroke(&mark.way, super::mark::INK, round(mark.width));
        self.fill(&mark.one, super::mark::ONE);
        self.fill(&mark.two, super::mark::TWO);
    }
}

fn color(rgb: u32) -> Color {
    let [_, red, green, blue] = rgb.to_be_bytes();
    Color::from_rgba8(red, green, blue, 255)
}

fn paint(rgb: u32) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color(color(rgb));
    paint
}
