//! iCalendar (RFC 5545): the plan of a walk for the calendar on one's phone. An event for each stop, with the way on foot between
//! them; at the time of wherever the walk is (floating, 3.3.5), since nobody walks in Korea by another clock.

use super::walk::{Step, Walk};
use crate::text::{Locale, amount, td_string};
use contract::course::Language;
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};

/// What the calendar needs besides the walk.
pub(crate) struct Plan<'a> {
    /// The words around.
    pub l: Locale,
    /// When the first stop begins.
    pub start: DateTime,
    /// The page of the course.
    pub page: &'a str,
    /// The name that makes the events' ids our own: host and port of the site.
    pub authority: &'a str,
}

/// The calendar; `None` when the walk ends after all time that can be written.
pub(crate) fn calendar(walk: &Walk, plan: &Plan) -> Option<String> {
    let mut lines = Lines::default();
    let language = if walk.language == Language::Ko { "KO" } else { "EN" };
    lines.plain("BEGIN", "VCALENDAR");
    lines.plain("VERSION", "2.0");
    lines.plain("PRODID", &format!("-//Dulle//Dulle//{language}"));
    lines.plain("CALSCALE", "GREGORIAN");
    lines.text("NAME", walk.title);
    let mut start = plan.start;
    for step in &walk.steps {
        let end = later(start, step.stop.stay_minutes)?;
        event(&mut lines, walk, plan, step, start, end);
        start = match step.leg {
            Some(leg) => later(end, leg.minutes)?,
            None => end,
        };
    }
    lines.plain("END", "VCALENDAR");
    Some(lines.0)
}

fn later(moment: DateTime, minutes: u32) -> Option<DateTime> {
    moment.checked_add(SignedDuration::from_mins(i64::from(minutes))).ok()
}

fn event(lines: &mut Lines, walk: &Walk, plan: &Plan, step: &Step, start: DateTime, end: DateTime) {
    let course = &walk.view.course;
    let page = format!("{}#stop-{}", plan.page, step.number);
    lines.plain("BEGIN", "VEVENT");
    // The same stop of the same course is the same event: who adds it again moves it and doesn't double it.
    lines.text("UID", &format!("{}-{}@{}", course.id, step.number, plan.authority));
    lines.plain("SEQUENCE", &(walk.view.version.min(i32::MAX.unsigned_abs().into())).to_string());
    lines.plain("DTSTAMP", &utc(course.modified_at));
    lines.plain("LAST-MODIFIED", &utc(course.modified_at));
    lines.plain("DTSTART", &floating(start));
    // An event without an end ends when it begins (3.6.1); one that says so is invalid.
    if end > start {
        lines.plain("DTEND", &floating(end));
    }
    lines.text("SUMMARY", &format!("{}. {}", step.number, step.name));
    lines.text("LOCATION", step.name);
    lines.plain("GEO", &format!("{:.6};{:.6}", step.stop.lat, step.stop.lng));
    lines.text("DESCRIPTION", &description(walk, plan, step, &page));
    lines.plain("URL", &page);
    lines.plain("END", "VEVENT");
}

fn description(walk: &Walk, plan: &Plan, step: &Step, page: &str) -> String {
    let l = plan.l;
    let mut parts = vec![walk.title.to_owned()];
    if !step.note.is_empty() {
        parts.push(step.note.to_owned());
    }
    let cost = amount::won(l, step.stop.cost_krw);
    parts.push(if step.stop.stay_minutes > 0 {
        format!("{} · {cost}", td_string!(l, course.stay, time = amount::minutes(l, step.stop.stay_minutes)))
    } else {
        cost
    });
    let next = walk.steps.get(step.number).zip(step.leg);
    if let Some((next, leg)) = next {
        let way = td_string!(l, course.leg, time = amount::minutes(l, leg.minutes), length = amount::metres(l, leg.metres)).to_string();
        parts.push(format!("→ {}. {}: {way}", next.number, next.name));
    }
    parts.push(page.to_owned());
    parts.join("\n")
}

fn floating(moment: DateTime) -> String {
    moment.strftime("%Y%m%dT%H%M%S").to_string()
}

fn utc(moment: Timestamp) -> String {
    moment.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Content lines (3.1).
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// The longest line, in octets, without its end.
    const LONGEST: usize = 75;

    /// A line whose value holds nothing that would have to be escaped.
    fn plain(&mut self, name: &str, value: &str) {
        let mut room = Self::LONGEST;
        for c in name.chars().chain([':']).chain(value.chars().filter(|c| !c.is_control())) {
            if c.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = Self::LONGEST - 1;
            }
            self.0.push(c);
            room -= c.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// A line whose value is a text (3.3.11).
    fn text(&mut self, name: &str, value: &str) {
        let mut escaped = String::with_capacity(value.len());
        for c in value.chars() {
            match c {
                '\\' | ';' | ',' => escaped.extend(['\\', c]),
                '\n' => escaped.push_str("\\n"),
                c => escaped.push(c),
            }
        }
        self.plain(name, &escaped);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_between_characters() {
        for word in ["가", "a", "𝄞", "é"] {
            let mut lines = Lines::default();
            lines.text("SUMMARY", &word.repeat(120));
            let folded = lines.0;
            assert!(folded.ends_with("\r\n") && folded.split("\r\n").all(|line| line.len() <= 75), "{folded}");
            assert_eq!(folded.replace("\r\n ", ""), format!("SUMMARY:{}\r\n", word.repeat(120)));
        }
        let mut lines = Lines::default();
        lines.plain("A", &"b".repeat(73));
        assert_eq!(lines.0, format!("A:{}\r\n", "b".repeat(73)), "75 octets are one line");
    }

    #[test]
    fn texts_keep_to_their_line() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", "a,b;c\\d\r\nEND:VEVENT\u{0}");
        assert_eq!(lines.0, "SUMMARY:a\\,b\\;c\\\\d\\nEND:VEVENT\r\n");
    }
}
