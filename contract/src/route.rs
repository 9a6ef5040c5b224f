//! The walk between stops: distance and time of each leg, derived from the coordinates alone.

use crate::place::Coordinates;
use serde::{Deserialize, Serialize};

/// Mean radius of the earth in metres (IUGG).
const EARTH_RADIUS_M: f64 = 6_371_008.8;
/// A couple's pace, metres a minute (4 km/h).
const PACE_M_PER_MINUTE: f64 = 66.7;
/// Streets are longer than the straight line; 1.3 is the usual detour factor of city street networks.
const DETOUR: f64 = 1.3;

/// The way from one stop to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Leg {
    /// Estimated way on foot, in metres.
    pub metres: u32,
    /// Estimated time on foot, in whole minutes, at least one.
    pub minutes: u32,
}

impl Leg {
    /// The leg between two points.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a distance on the earth is positive and fits 32 bits of metres"
    )]
    pub fn between(from: Coordinates, to: Coordinates) -> Self {
        let metres = great_circle_m(from, to) * DETOUR;
        Self { metres: metres.round() as u32, minutes: (metres / PACE_M_PER_MINUTE).ceil().max(1.0) as u32 }
    }
}

/// The legs of a walk through `points`, one fewer than there are points.
pub fn legs(points: &[Coordinates]) -> Vec<Leg> {
    points.windows(2).map(|pair| Leg::between(pair[0], pair[1])).collect()
}

/// Haversine formula (R. W. Sinnott, "Virtues of the Haversine", 1984).
fn great_circle_m(a: Coordinates, b: Coordinates) -> f64 {
    let (lat1, lat2) = (a.lat.to_radians(), b.lat.to_radians());
    let dlat = lat2 - lat1;
    let dlng = (b.lng - a.lng).to_radians();
    let h = (dlat / 2.0).sin().powi(2) + lat1.cos() * lat2.cos() * (dlng / 2.0).sin().powi(2);
    2.0 * EARTH_RADIUS_M * h.sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_distance() {
        // Gwanghwamun to Namsan Seoul Tower: 2.9 km as the crow flies.
        let metres = great_circle_m(Coordinates { lat: 37.576_0, lng: 126.976_9 }, Coordinates { lat: 37.551_2, lng: 126.988_2 });
        assert!((2_850.0..2_980.0).contains(&metres), "{metres}");
    }

    #[test]
    fn standing_still_takes_a_minute() {
        let here = Coordinates { lat: 37.5, lng: 127.0 };
        assert_eq!(Leg::between(here, here), Leg { metres: 0, minutes: 1 });
    }

    #[test]
    fn one_leg_fewer_than_stops() {
        let here = Coordinates { lat: 37.5, lng: 127.0 };
        assert_eq!(legs(&[here; 4]).len(), 3);
        assert!(legs(&[here]).is_empty() && legs(&[]).is_empty());
    }
}
