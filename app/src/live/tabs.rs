//! What the tabs of a browser watch together, and how they say it to each other.
//!
//! One of them, the leader, holds the connection for all. A tab says what it watches when it opens, when it comes to the front and
//! whenever the leader calls the roll; so whoever becomes the leader knows within a moment what to ask for, and a tab that was
//! killed without a word is forgotten.

use contract::viewpage::Watch;

/// How many roll-calls a tab may leave unanswered.
const PATIENCE: u8 = 2;

/// What is watched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// Courses, at most [`Watch::MAX_COURSES`] of which one stream watches.
    pub courses: Vec<String>,
    /// Those among them whose own page is open.
    pub looking: Vec<String>,
    /// Whether the inbox is.
    pub inbox: bool,
}

impl Wants {
    /// Whether nothing is watched.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.courses.is_empty() && !self.inbox
    }

    /// Whether whoever is told of all this is told of all `other`, too.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let has = |here: &[String], there: &[String]| there.iter().all(|id| here.contains(id));
        has(&self.courses, &other.courses) && has(&self.looking, &other.looking) && (self.inbox || !other.inbox)
    }

    fn add(&mut self, other: &Self) {
        let new = |here: &[String], id: &String| here.len() < Watch::MAX_COURSES && !here.contains(id);
        for id in &other.courses {
            if new(&self.courses, id) {
                self.courses.push(id.clone());
            }
        }
        for id in &other.looking {
            if new(&self.looking, id) && self.courses.contains(id) {
                self.looking.push(id.clone());
            }
        }
        self.inbox |= other.inbox;
    }

    /// The query of a stream of all this, as `account` sees it: where somebody else is signed in by now, nothing is told of that inbox.
    #[must_use]
    pub fn query(&self, account: &str) -> String {
        let mut query = String::new();
        let mut add = |name, value: &str| query.extend([name, "=", value, "&"]);
        for id in &self.courses {
            add("course", id);
        }
        for id in &self.looking {
            add("looking", id);
        }
        if self.inbox {
            add("inbox", "true");
            add("account", account);
        }
        query
    }
}

/// What a tab says to the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// A tab is there and watches something.
    Here {
        /// The tab.
        tab: String,
        /// Whether it has just been opened or come to the front; otherwise it answers a roll-call.
        front: bool,
        /// What it watches.
        wants: Wants,
    },
    /// A tab is gone.
    Gone {
        /// The tab.
        tab: String,
    },
    /// The leader asks who is there.
    Roll,
    /// The leader says how the connection is.
    State {
        /// Whether it is lost.
        lost: bool,
        /// Whether the leader is out of sight, where browsers let it try again once a minute at the most.
        hidden: bool,
    },
    /// The leader passes on what the server said.
    Event {
        /// Name of the event.
        name: String,
        /// Its data.
        data: String,
    },
}

impl Word {
    /// As it travels. By hand, as with numbers: serde's machinery would have to be downloaded first.
    #[must_use]
    pub fn write(&self) -> String {
        let flag = |flag: bool| if flag { "1" } else { "0" };
        match self {
            Self::Here { tab, front, wants } => {
                ["here", tab, flag(*front), flag(wants.inbox), &wants.courses.join(","), &wants.looking.join(",")].join("\n")
            }
            Self::Gone { tab } => ["gone", tab].join("\n"),
            Self::Roll => "roll".to_owned(),
            Self::State { lost, hidden } => ["state", flag(*lost), flag(*hidden)].join("\n"),
            Self::Event { name, data } => ["event", name, data].join("\n"),
        }
    }

    /// What was said; `None` for what isn't understood.
    #[must_use]
    pub fn read(said: &str) -> Option<Self> {
        let (kind, rest) = said.split_once('\n').unwrap_or((said, ""));
        let ids = |list: &str| list.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect();
        match kind {
            "here" => {
                let mut parts = rest.split('\n');
                let tab = parts.next()?.to_owned();
                let (front, inbox) = (parts.next()? == "1", parts.next()? == "1");
                let wants = Wants { courses: ids(parts.next()?), looking: ids(parts.next()?), inbox };
                Some(Self::Here { tab, front, wants })
            }
            "gone" => Some(Self::Gone { tab: rest.to_owned() }),
            "roll" => Some(Self::Roll),
            "state" => {
                let (lost, hidden) = rest.split_once('\n')?;
                Some(Self::State { lost: lost == "1", hidden: hidden == "1" })
            }
            "event" => {
                let (name, data) = rest.split_once('\n')?;
                Some(Self::Event { name: name.to_owned(), data: data.to_owned() })
            }
            _ => None,
        }
    }
}

/// The tabs that the leader knows of, the one that came to the front last first.
#[derive(Debug, Default)]
pub struct Roster {
    tabs: Vec<Tab>,
}

#[derive(Debug)]
struct Tab {
    id: String,
    wants: Wants,
    unanswered: u8,
}

impl Roster {
    /// Notes that a tab is there. `watched` is what the connection is for now. Answers whether the tab has to be told where things
    /// stand: by a new connection, which begins with a snapshot.
    pub fn here(&mut self, id: &str, front: bool, wants: Wants, watched: &Wants) -> bool {
        let known = self.tabs.iter().position(|tab| tab.id == id);
        let place = match known {
            Some(place) if !front => place,
            _ => 0,
        };
        let old = known.map(|place| self.tabs.remove(place));
        let told = old.is_some_and(|old| old.wants.covers(&wants)) && (!front || watched.covers(&wants));
        self.tabs.insert(place, Tab { id: id.to_owned(), wants, unanswered: 0 });
        !told
    }

    /// Forgets a tab. Answers whether it was known.
    pub fn gone(&mut self, id: &str) -> bool {
        let before = self.tabs.len();
        self.tabs.retain(|tab| tab.id != id);
        self.tabs.len() < before
    }

    /// Begins a roll-call: who left the last ones unanswered is forgotten.
    pub fn call(&mut self) {
        self.tabs.retain_mut(|tab| {
            tab.unanswered += 1;
            tab.unanswered <= PATIENCE
        });
    }

    /// What all of them watch, as far as one stream can: who was in front last comes first.
    #[must_use]
    pub fn wants(&self) -> Wants {
        let mut all = Wants::default();
        for tab in &self.tabs {
            all.add(&tab.wants);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wants(courses: &[&str]) -> Wants {
        Wants { courses: courses.iter().map(|id| (*id).to_owned()).collect(), ..Wants::default() }
    }

    #[test]
    fn a_word_is_understood_as_it_was_said() {
        let here =
            |front, inbox| Word::Here { tab: "t1".into(), front, wants: Wants { looking: vec!["a".into()], inbox, ..wants(&["a", "b"]) } };
        for word in [
            here(true, false),
            here(false, true),
            Word::Here { tab: "t2".into(), front: true, wants: Wants { inbox: true, ..Wants::default() } },
            Word::Gone { tab: "t1".into() },
            Word::Roll,
            Word::State { lost: true, hidden: false },
            Word::State { lost: false, hidden: true },
            Word::Event { name: "counts".into(), data: "{\"a\":\n1}".into() },
            Word::Event { name: "ping".into(), data: String::new() },
        ] {
            assert_eq!(Word::read(&word.write()), Some(word));
        }
        for none in ["", "here", "here\nt1\n1", "event\ncounts", "hello\nt1"] {
            assert_eq!(Word::read(none), None, "{none:?}");
        }
    }

    #[test]
    fn a_new_tab_needs_a_snapshot_and_an_answer_to_a_roll_call_none() {
        let mut roster = Roster::default();
        let watched = wants(&["a"]);
        assert!(roster.here("t1", true, wants(&["a"]), &watched), "its page may be older than the connection");
        assert!(!roster.here("t1", false, wants(&["a"]), &watched));
        assert!(!roster.here("t1", true, wants(&["a"]), &watched), "it has been told all along");
        assert!(roster.here("t1", false, wants(&["a", "b"]), &watched));
        assert!(!roster.here("t1", true, wants(&["a"]), &watched), "what is left was told all along");
        assert!(roster.here("t1", true, wants(&["b"]), &watched), "that is new");
    }

    #[test]
    fn what_one_watches_and_more_covers_it_in_any_order() {
        let (some, all) = (wants(&["a"]), Wants { looking: vec!["a".into()], inbox: true, ..wants(&["b", "a"]) });
        assert!(all.covers(&some) && all.covers(&wants(&["a", "b"])) && all.covers(&all) && some.covers(&Wants::default()));
        let (looking, inbox) = (Wants { looking: vec!["a".into()], ..some.clone() }, Wants { inbox: true, ..some.clone() });
        assert!(!some.covers(&all) && !some.covers(&looking) && !some.covers(&inbox));
    }

    #[test]
    fn what_does_not_fit_is_watched_as_soon_as_its_tab_comes_to_the_front() {
        let ids: Vec<String> = (0..Watch::MAX_COURSES + 10).map(|n| n.to_string()).collect();
        let of = |ids: &[String]| Wants { courses: ids.to_vec(), ..Wants::default() };
        let (early, late) = (of(&ids[..20]), of(&ids[20..]));
        let mut roster = Roster::default();
        roster.here("early", true, early.clone(), &Wants::default());
        roster.here("late", true, late.clone(), &Wants::default());
        let watched = roster.wants();
        assert_eq!(watched.courses.len(), Watch::MAX_COURSES);
        assert!(watched.covers(&late) && !watched.covers(&early));
        assert!(!roster.here("early", false, early.clone(), &watched), "an answer moves nobody to the front");
        assert!(roster.here("early", true, early.clone(), &watched));
        assert!(roster.wants().covers(&early));
    }

    #[test]
    fn who_says_nothing_any_more_is_forgotten() {
        let mut roster = Roster::default();
        roster.here("t1", true, wants(&["a"]), &Wants::default());
        roster.here("t2", true, Wants { inbox: true, ..wants(&["b"]) }, &Wants::default());
        for _ in 0..3 {
            roster.call();
            roster.here("t2", false, Wants { inbox: true, ..wants(&["b"]) }, &Wants::default());
        }
        assert_eq!(roster.wants(), Wants { inbox: true, ..wants(&["b"]) });
        assert!(roster.gone("t2") && !roster.gone("t2"));
        assert!(roster.wants().is_empty());
    }

    #[test]
    fn the_query_names_all_that_is_watched_and_looks_at_nothing_else() {
        let mut roster = Roster::default();
        roster.here("t1", true, Wants { looking: vec!["a".into(), "x".into()], inbox: true, ..wants(&["a"]) }, &Wants::default());
        roster.here("t2", true, wants(&["b", "a"]), &Wants::default());
        assert_eq!(roster.wants().query("me"), "course=b&course=a&looking=a&inbox=true&account=me&");
        roster.gone("t1");
        assert_eq!(roster.wants().query("me"), "course=b&course=a&", "courses are the same for everybody");
    }
}
