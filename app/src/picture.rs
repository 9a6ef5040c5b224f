//! The picture of a course that goes along with its address: the drawing of the walk, as on its page, in the tone of its region, with
//! the mark of Dulle. No words: those are in the page's head, and letters would need fonts that a server may not have.

mod digits;
mod gallery;
mod mark;
mod paint;

pub(crate) use gallery::Gallery;

use crate::components::plane::Plane;
use contract::course::Stop;
use contract::place::{Coordinates, Region};
use contract::viewpage::CourseView;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Width and height: what sites that show links ask for.
pub(crate) const SIZE: (u32, u32) = (1_200, 630);
/// How far the walk stays from the edges.
const MARGIN: f64 = 166.0;
/// How far marks are from each other.
const APART: f64 = 58.0;
/// Grows when the same walk is drawn in another way.
const MANNER: u32 = 1;

/// What is drawn; two that are equal look the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Picture {
    /// A walk.
    Walk {
        /// The tone of its region.
        tone: usize,
        /// Its stops in millionths of a degree, latitude first.
        stops: Vec<(i32, i32)>,
    },
    /// The site itself.
    Site,
}

impl Picture {
    /// The picture of a course.
    pub(crate) fn of(view: &CourseView) -> Self {
        let content = &view.course.content;
        Self::Walk { tone: tone(content.region), stops: content.stops.iter().map(Stop::coordinates).map(micro).collect() }
    }

    /// Tells it from others, in addresses and for caches.
    pub(crate) fn fingerprint(&self) -> String {
        let mut hasher = DefaultHasher::new();
        (MANNER, self).hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }

    /// Draws it, as PNG. `None` when there is no memory for it.
    fn png(&self) -> Option<Vec<u8>> {
        match self {
            Self::Walk { tone, stops } => {
                let stops: Vec<Coordinates> =
                    stops.iter().map(|(lat, lng)| Coordinates { lat: degrees(*lat), lng: degrees(*lng) }).collect();
                let plane = Plane::lay_out(&stops, f64::from(SIZE.0), f64::from(SIZE.1), MARGIN);
                paint::walk(&plane, paint::TONES[tone % paint::TONES.len()])
            }
            Self::Site => paint::site(),
        }
    }
}

/// Which tone a region has, as on its page.
fn tone(region: Region) -> usize {
    region as usize % paint::TONES.len()
}

/// The colour of a region's ways on light ground, as CSS has it.
pub(crate) fn way_color(region: Region) -> String {
    format!("#{:06x}", paint::TONES[tone(region)].way)
}

#[expect(clippy::cast_possible_truncation, reason = "at most 180 millions")]
fn micro(at: Coordinates) -> (i32, i32) {
    ((at.lat * 1e6).round() as i32, (at.lng * 1e6).round() as i32)
}

fn degrees(micro: i32) -> f64 {
    f64::from(micro) / 1e6
}

#[cfg(test)]
mod tests;
