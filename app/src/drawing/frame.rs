//! Which part of the earth a drawing shows.

use contract::place::Coordinates;

/// Metres of one degree of latitude (mean, IUGG radius).
const METRES_PER_DEGREE: f64 = 111_195.08;
/// A walk smaller than this is not enlarged further, in metres.
const LEAST_EXTENT: f64 = 240.0;
/// How far a drawing may be enlarged and reduced by hand, in metres a unit.
const SCALES: (f64, f64) = (0.05, 2_000.0);

/// The part of the earth that a drawing of `width` by `height` units shows. North is up; one scale for both directions, true in
/// its middle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Frame {
    width: f64,
    height: f64,
    middle: Coordinates,
    /// How many metres a unit is.
    pub metres_per_unit: f64,
}

impl Frame {
    /// The frame that shows all of `stops`, `margin` away from the edges; `None` without stops.
    pub(crate) fn around(stops: &[Coordinates], width: f64, height: f64, margin: f64) -> Option<Self> {
        let range = |of: fn(&Coordinates) -> f64| {
            stops.iter().map(of).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)))
        };
        let ((south, north), (west, east)) = (range(|stop| stop.lat), range(|stop| stop.lng));
        if stops.is_empty() {
            return None;
        }
        let middle = Coordinates { lat: f64::midpoint(south, north), lng: f64::midpoint(west, east) };
        let (high, wide) = ((north - south) * METRES_PER_DEGREE, (east - west) * per_lng(middle));
        let metres_per_unit = (wide / (width - 2.0 * margin)).max(high / (height - 2.0 * margin)).max(LEAST_EXTENT / width.min(height));
        Some(Self { width, height, middle, metres_per_unit })
    }

    /// Where a place is on the drawing, x to the east and y to the south.
    pub(crate) fn point(&self, place: Coordinates) -> (f64, f64) {
        (
            self.width / 2.0 + (place.lng - self.middle.lng) * per_lng(self.middle) / self.metres_per_unit,
            self.height / 2.0 - (place.lat - self.middle.lat) * METRES_PER_DEGREE / self.metres_per_unit,
        )
    }

    /// The place that is at a point of the drawing, kept on the globe.
    pub(crate) fn place(&self, (x, y): (f64, f64)) -> Coordinates {
        let lat = self.middle.lat + (self.height / 2.0 - y) * self.metres_per_unit / METRES_PER_DEGREE;
        let lng = self.middle.lng + (x - self.width / 2.0) * self.metres_per_unit / per_lng(self.middle);
        Coordinates { lat: lat.clamp(-90.0, 90.0), lng: lng.clamp(-180.0, 180.0) }
    }

    /// Whether a place is on the drawing, `margin` away from the edges.
    pub(crate) fn shows(&self, place: Coordinates, margin: f64) -> bool {
        let (x, y) = self.point(place);
        (margin..=self.width - margin).contains(&x) && (margin..=self.height - margin).contains(&y)
    }

    /// The same place in the middle, with `factor` times as many metres a unit.
    pub(crate) fn scaled(self, factor: f64) -> Self {
        Self { metres_per_unit: (self.metres_per_unit * factor).clamp(SCALES.0, SCALES.1), ..self }
    }
}

/// Metres of one degree of longitude at a place; never nothing, not even at the poles.
fn per_lng(at: Coordinates) -> f64 {
    METRES_PER_DEGREE * at.lat.to_radians().cos().max(0.01)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> Frame {
        let stops = [Coordinates { lat: 37.54, lng: 127.03 }, Coordinates { lat: 37.56, lng: 127.05 }];
        Frame::around(&stops, 800.0, 600.0, 60.0).expect("stops")
    }

    #[test]
    fn a_place_is_found_again_where_it_was_drawn() {
        let frame = frame();
        for point in [(0.0, 0.0), (400.0, 300.0), (713.0, 12.5)] {
            let (x, y) = frame.point(frame.place(point));
            assert!((x - point.0).abs() < 1e-6 && (y - point.1).abs() < 1e-6, "{point:?}: {x} {y}");
        }
    }

    #[test]
    fn up_is_north_and_right_is_east() {
        let frame = frame();
        let (middle, there) = (frame.place((400.0, 300.0)), frame.place((410.0, 290.0)));
        assert!(there.lat > middle.lat && there.lng > middle.lng);
    }

    #[test]
    fn what_is_outside_is_known_and_seen_from_further_away() {
        let frame = frame();
        let outside = frame.place((-50.0, 300.0));
        assert!(!frame.shows(outside, 0.0) && frame.scaled(2.0).shows(outside, 0.0));
        assert!(frame.shows(frame.place((400.0, 300.0)), 60.0));
    }

    #[test]
    fn nothing_leaves_the_globe() {
        let polar = Frame::around(&[Coordinates { lat: 90.0, lng: 180.0 }], 800.0, 600.0, 60.0).expect("a stop").scaled(1e9);
        let corner = polar.place((800.0, 0.0));
        assert!(corner.lat <= 90.0 && corner.lng <= 180.0);
    }
}
