//! How a walk is drawn, for the server, which draws finished walks, and for the browser, which draws those that a host is writing.
//! Pure.

mod frame;

pub(crate) use frame::Frame;

/// The way through points as an SVG path.
pub(crate) fn way(points: &[(f64, f64)]) -> String {
    let Some((x, y)) = points.first() else { return String::new() };
    let mut path = ["M", &tenths(*x), " ", &tenths(*y)].concat();
    if points.len() == 1 {
        // a dot: a line of no length shows its round ends
        path.push_str("h.1");
    }
    for [(ax, ay), (bx, by), (x, y)] in curves(points) {
        for (sign, number) in [("C", ax), (" ", ay), (" ", bx), (" ", by), (" ", x), (" ", y)] {
            path.push_str(sign);
            path.push_str(&tenths(number));
        }
    }
    path
}

/// The way from each point to the next as a cubic Bézier curve, two handles and its end; together a Catmull-Rom curve, which goes
/// through each of them without corners.
pub(crate) fn curves(points: &[(f64, f64)]) -> impl Iterator<Item = [(f64, f64); 3]> {
    (1..points.len()).map(|index| {
        let (from, to) = (points[index - 1], points[index]);
        let (before, after) = (points[index.saturating_sub(2)], points[(index + 1).min(points.len() - 1)]);
        let first = (from.0 + (to.0 - before.0) / 6.0, from.1 + (to.1 - before.1) / 6.0);
        [first, (to.0 - (after.0 - from.0) / 6.0, to.1 - (after.1 - from.1) / 6.0), to]
    })
}

/// A number with one decimal. By whole numbers: what formats any other would be much of what the browser has to load.
#[expect(clippy::cast_possible_truncation, reason = "a drawing is some hundred units wide; a cast saturates")]
pub(crate) fn tenths(number: f64) -> String {
    let tenths = (number * 10.0).round() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    let tenths = tenths.unsigned_abs();
    [sign, &(tenths / 10).to_string(), ".", &(tenths % 10).to_string()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_decimal() {
        for (number, text) in [(0.0, "0.0"), (-0.04, "0.0"), (-0.26, "-0.3"), (12.34, "12.3"), (799.96, "800.0")] {
            assert_eq!(tenths(number), text);
        }
    }

    #[test]
    fn a_way_goes_through_its_points() {
        assert_eq!(way(&[]), "");
        assert_eq!(way(&[(10.0, 20.0)]), "M10.0 20.0h.1");
        let path = way(&[(0.0, 0.0), (60.0, 0.0), (60.0, 60.0)]);
        assert_eq!(path, "M0.0 0.0C10.0 0.0 50.0 -10.0 60.0 0.0C70.0 10.0 60.0 50.0 60.0 60.0");
    }
}
