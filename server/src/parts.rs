//! The parts of the program, any mix of which a process runs (`--only`).

use clap::ValueEnum;
use std::collections::BTreeSet;

/// A part of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum)]
pub enum Part {
    /// Pages, REST and live streams; asks the services and keeps nothing
    Web,
    /// Accounts and sessions
    Identity,
    /// Courses, as their hosts write them
    Course,
    /// Likes, bookmarks and comments
    Communication,
    /// Reviews
    Review,
    /// Messages to people
    Message,
    /// The read model
    Viewpage,
}

impl Part {
    /// All there are.
    pub const ALL: [Self; 7] = [Self::Web, Self::Identity, Self::Course, Self::Communication, Self::Review, Self::Message, Self::Viewpage];

    /// Those that keep something.
    pub const SERVICES: [Self; 6] = [Self::Identity, Self::Course, Self::Communication, Self::Review, Self::Message, Self::Viewpage];

    /// Its name, on the command line and between services.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Identity => "identity",
            Self::Course => "course",
            Self::Communication => "communication",
            Self::Review => "review",
            Self::Message => "message",
            Self::Viewpage => "viewpage",
        }
    }

    /// The breaker around it where it lives elsewhere.
    #[must_use]
    pub const fn breaker(self) -> &'static str {
        match self {
            Self::Web => "remote.web",
            Self::Identity => "remote.identity",
            Self::Course => "remote.course",
            Self::Communication => "remote.communication",
            Self::Review => "remote.review",
            Self::Message => "remote.message",
            Self::Viewpage => "remote.viewpage",
        }
    }

    /// Whom it asks: these have to be in the same process, or their addresses known.
    #[must_use]
    pub const fn asks(self) -> &'static [Self] {
        match self {
            Self::Web => &Self::SERVICES,
            Self::Communication | Self::Review => &[Self::Course],
            Self::Identity | Self::Course | Self::Message | Self::Viewpage => &[],
        }
    }
}

/// Which parts a process runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts(BTreeSet<Part>);

impl Parts {
    /// All of them.
    #[must_use]
    pub fn all() -> Self {
        Self(Part::ALL.into())
    }

    /// Only these; all where none is named.
    #[must_use]
    pub fn only(parts: &[Part]) -> Self {
        if parts.is_empty() { Self::all() } else { Self(parts.iter().copied().collect()) }
    }

    /// Whether this is one of them.
    #[must_use]
    pub fn has(&self, part: Part) -> bool {
        self.0.contains(&part)
    }

    /// The services among them.
    pub fn services(&self) -> impl Iterator<Item = Part> {
        Part::SERVICES.into_iter().filter(|part| self.has(*part))
    }

    /// The services that they ask and that are not among them.
    #[must_use]
    pub fn missing(&self) -> BTreeSet<Part> {
        self.0.iter().flat_map(|part| part.asks()).copied().filter(|part| !self.has(*part)).collect()
    }

    /// Their names, as `--only` takes them.
    #[must_use]
    pub fn names(&self) -> String {
        self.0.iter().map(|part| part.code()).collect::<Vec<_>>().join(",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_command_line() {
        for part in Part::ALL {
            assert_eq!(Part::from_str(part.code(), false), Ok(part));
            assert_eq!(part.breaker().split_once('.'), Some(("remote", part.code())));
        }
    }

    #[test]
    fn whoever_is_asked_and_isnt_here_is_missing() {
        assert!(Parts::all().missing().is_empty());
        assert_eq!(Parts::only(&[]), Parts::all());
        assert_eq!(Parts::only(&[Part::Web]).missing(), Part::SERVICES.into());
        assert_eq!(Parts::only(&[Part::Review, Part::Message]).missing(), [Part::Course].into());
        assert!(Parts::only(&[Part::Review, Part::Course]).missing().is_empty());
        assert_eq!(Parts::only(&[Part::Message, Part::Identity]).names(), "identity,message");
    }
}
