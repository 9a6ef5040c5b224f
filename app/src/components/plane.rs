//! A walk on a drawing: from degrees on the earth to units of an SVG.

use crate::drawing::{Frame, curves, way};
use contract::place::Coordinates;

/// A walk laid out in a box.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plane {
    /// Where the stops are, x to the east and y to the south.
    pub points: Vec<(f64, f64)>,
    /// How many metres a unit is.
    pub metres_per_unit: f64,
}

impl Plane {
    /// Lays the stops out in the middle of a box of `width` by `height`, `margin` away from its edges. North is up; one scale
    /// for both directions, true at the walk's middle latitude.
    pub(crate) fn lay_out(stops: &[Coordinates], width: f64, height: f64, margin: f64) -> Self {
        match Frame::around(stops, width, height, margin) {
            Some(frame) => Self { points: stops.iter().map(|stop| frame.point(*stop)).collect(), metres_per_unit: frame.metres_per_unit },
            None => Self { points: Vec::new(), metres_per_unit: 1.0 },
        }
    }

    /// The way through the stops as an SVG path.
    pub(crate) fn way(&self) -> String {
        way(&self.points)
    }

    /// The way from each stop to the next as a cubic Bézier curve, two handles and its end.
    pub(crate) fn curves(&self) -> impl Iterator<Item = [(f64, f64); 3]> {
        curves(&self.points)
    }

    /// Where to put marks of the stops so that none hides another, `apart` from each other.
    pub(crate) fn marks(&self, apart: f64) -> Vec<(f64, f64)> {
        part(&self.points, apart)
    }

    /// A round length in metres, for a scale at most `units` long.
    pub(crate) fn scale(&self, units: f64) -> u32 {
        [10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000]
            .into_iter()
            .rev()
            .find(|metres| f64::from(*metres) / self.metres_per_unit <= units)
            .unwrap_or(10)
    }
}

/// Pushes points apart until they are `apart` from each other, as far as a few rounds reach. The same points always end in the same places.
pub(crate) fn part(points: &[(f64, f64)], apart: f64) -> Vec<(f64, f64)> {
    let mut marks = points.to_vec();
    for _ in 0..24 {
        let mut moved = false;
        for one in 0..marks.len() {
            for two in one + 1..marks.len() {
                let (dx, dy) = (marks[two].0 - marks[one].0, marks[two].1 - marks[one].1);
                let distance = dx.hypot(dy);
                if distance < apart - 0.1 {
                    // stops in one place part to the sides, each pair in another direction
                    let turn = f64::from(u32::try_from(two).unwrap_or(0)) * 2.4;
                    let (ux, uy) = if distance < 0.01 { (turn.cos(), turn.sin()) } else { (dx / distance, dy / distance) };
                    let push = (apart - distance) / 2.0;
                    marks[one] = (marks[one].0 - ux * push, marks[one].1 - uy * push);
                    marks[two] = (marks[two].0 + ux * push, marks[two].1 + uy * push);
                    moved = true;
                }
            }
        }
        if !moved {
            break;
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lng: f64) -> Coordinates {
        Coordinates { lat, lng }
    }

    #[test]
    fn a_walk_fits_its_box_and_north_is_up() {
        let plane = Plane::lay_out(&[at(37.54, 127.03), at(37.56, 127.05), at(37.55, 127.08)], 800.0, 500.0, 60.0);
        assert!(plane.points.iter().all(|(x, y)| (59.9..=740.1).contains(x) && (59.9..=440.1).contains(y)), "{plane:?}");
        assert!(plane.points[1].1 < plane.points[0].1 && plane.points[2].0 > plane.points[1].0);
    }

    #[test]
    fn a_single_stop_is_in_the_middle_and_none_is_nothing() {
        assert_eq!(Plane::lay_out(&[at(37.5, 127.0)], 320.0, 200.0, 40.0).points, [(160.0, 100.0)]);
        assert_eq!(Plane::lay_out(&[], 320.0, 200.0, 40.0).way(), "");
    }

    #[test]
    fn stops_in_one_place_get_marks_of_their_own() {
        let plane = Plane::lay_out(&[at(37.5, 127.0); 4], 800.0, 500.0, 60.0);
        let marks = plane.marks(36.0);
        for one in 0..4 {
            for two in one + 1..4 {
                assert!((marks[one].0 - marks[two].0).hypot(marks[one].1 - marks[two].1) > 30.0, "{marks:?}");
            }
        }
        assert!(marks.iter().all(|(x, y)| x.is_finite() && y.is_finite()));
    }

    #[test]
    fn poles_and_date_line_are_no_trouble() {
        for stops in [[at(90.0, 0.0), at(-90.0, 0.0)], [at(0.0, -180.0), at(0.0, 180.0)]] {
            assert!(Plane::lay_out(&stops, 800.0, 500.0, 60.0).points.iter().all(|(x, y)| x.is_finite() && y.is_finite()));
        }
    }
}
