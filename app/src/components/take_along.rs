//! A course in the form of files, for calendars and maps.

use crate::text::td_string;
use crate::visit::Visit;
use contract::CourseId;
use jiff::civil::{DateTime, Time, Weekday};
use jiff::{Timestamp, tz};
use leptos::prelude::*;

/// When a walk begins unless one says otherwise.
const ELEVEN: Time = Time::constant(11, 0, 0, 0);
/// Korea's time, the same all year since 1988.
const KOREA: tz::Offset = tz::Offset::constant(9);

/// When a walk begins unless one says otherwise, as of this visit.
pub(crate) fn proposed_start(visit: &Visit) -> DateTime {
    next_saturday((visit.site().now)())
}

/// The next Saturday in Korea, late in the morning.
fn next_saturday(now: Timestamp) -> DateTime {
    let today = KOREA.to_datetime(now).date();
    today.nth_weekday(1, Weekday::Saturday).unwrap_or(today).to_datetime(ELEVEN)
}

/// The form for the calendar, and the files. A form by GET: the browser saves what comes, without script too.
pub(crate) fn take_along(visit: &Visit, id: CourseId) -> AnyView {
    let l = visit.l;
    let file = |ending: &str| visit.href(&format!("/courses/{id}/course.{ending}"));
    let start = proposed_start(visit).strftime("%Y-%m-%dT%H:%M").to_string();
    view! {
        <section class="take" aria-labelledby="take-title">
            <h2 id="take-title">{td_string!(l, course.take)}</h2>
            <form class="take-calendar" method="get" action=file("ics")>
                <div class="field">
                    <label for="take-start">{td_string!(l, course.start)}</label>
                    <input id="take-start" name="start" type="datetime-local" value=start required aria-describedby="take-lead"/>
                </div>
                <button class="button quiet" type="submit">{td_string!(l, course.take_ics)}</button>
                <p class="take-lead" id="take-lead">{td_string!(l, course.take_lead)}</p>
            </form>
            <p class="take-files">
                <span>{td_string!(l, course.take_files)}</span>
                <a href=file("gpx")>{td_string!(l, course.take_gpx)}</a>
                <a href=file("geojson")>{td_string!(l, course.take_geojson)}</a>
            </p>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saturday_is_korean() {
        for (now, saturday) in [
            ("2026-11-23T00:00:00Z", "2026-11-28T11:00:00"),
            ("2026-11-27T14:59:59Z", "2026-11-28T11:00:00"),
            ("2026-11-27T15:00:00Z", "2026-12-05T11:00:00"),
        ] {
            assert_eq!(next_saturday(now.parse().expect("a time")).to_string(), saturday, "{now}");
        }
    }
}
