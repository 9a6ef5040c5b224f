//! What was written, as the browser keeps it: one copy for each account and course.
//!
//! Kept as a list of texts, which the browser's own JSON reads and writes.

/// What stands before the key of every copy.
pub const PREFIX: &str = "dulle.editor.";
/// What stands behind the key of a copy from before that is still to be decided on.
pub const OFFERED: &str = ".offered";
/// The greatest number of copies that are kept; the oldest go first.
const MAX_COPIES: usize = 12;
/// How long one is kept, in milliseconds: thirty days.
const MAX_AGE: u64 = 30 * 24 * 60 * 60 * 1_000;
/// The longest copy, in bytes: no course is as long.
const MAX_LENGTH: usize = 400_000;

/// The fields of a form, in their order.
pub type Fields = Vec<(String, String)>;

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Its own name: what was saved is told by it.
    pub name: String,
    /// When it was kept, in milliseconds since 1970.
    pub at: u64,
    /// The version of the course that was read.
    pub version: String,
    /// What was written.
    pub fields: Fields,
}

impl Kept {
    /// As texts; `None` for one that is too long to be kept.
    #[must_use]
    pub fn to_texts(&self) -> Option<Vec<String>> {
        let mut texts = vec![self.at.to_string(), self.name.clone(), self.version.clone()];
        texts.extend(self.fields.iter().flat_map(|(name, value)| [name.clone(), value.clone()]));
        (texts.iter().map(String::len).sum::<usize>() <= MAX_LENGTH).then_some(texts)
    }

    /// From texts; `None` for what isn't one, which another release may have kept.
    #[must_use]
    pub fn from_texts(texts: &[String]) -> Option<Self> {
        let [at, name, version, fields @ ..] = texts else { return None };
        let (pairs, rest) = fields.as_chunks::<2>();
        rest.is_empty().then_some(())?;
        Some(Self {
            name: name.clone(),
            at: at.parse().ok()?,
            version: version.clone(),
            fields: pairs.iter().map(|[name, value]| (name.clone(), value.clone())).collect(),
        })
    }
}

/// The key of what `account` writes about `course`.
#[must_use]
pub fn key(account: &str, course: Option<&str>) -> String {
    [PREFIX, account, ".", course.unwrap_or("new")].concat()
}

/// The keys of those that are kept no longer, of all with the times they were kept at.
#[must_use]
pub fn surplus(mut kept: Vec<(String, u64)>, now: u64) -> Vec<String> {
    kept.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
    kept.into_iter()
        .enumerate()
        .filter(|(place, (_, at))| *place >= MAX_COPIES || at.saturating_add(MAX_AGE) < now)
        .map(|(_, (key, _))| key)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy() -> Kept {
        let fields = vec![("title".to_owned(), "성수 한 바퀴".to_owned()), ("stops[0].note".to_owned(), "a\n\"b\"".to_owned())];
        Kept { name: "1-2".to_owned(), at: 1_700_000_000_000, version: "3".to_owned(), fields }
    }

    #[test]
    fn a_copy_comes_back_as_it_was() {
        assert_eq!(Kept::from_texts(&copy().to_texts().expect("short")), Some(copy()));
    }

    #[test]
    fn what_is_no_copy_is_none() {
        for texts in [&[][..], &["x", "a", "1"], &["1", "a"], &["1", "a", "1", "title"]] {
            let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            assert_eq!(Kept::from_texts(&texts), None, "{texts:?}");
        }
    }

    #[test]
    fn one_that_is_too_long_is_not_kept() {
        let mut long = copy();
        long.fields.push(("summary".to_owned(), "x".repeat(MAX_LENGTH)));
        assert_eq!(long.to_texts(), None);
    }

    #[test]
    fn old_ones_and_more_than_a_few_are_let_go() {
        let now = 100 * MAX_AGE;
        let kept: Vec<(String, u64)> = (0..15).map(|n| (n.to_string(), now - n)).collect();
        assert_eq!(surplus(kept, now), ["12", "13", "14"]);
        assert_eq!(surplus(vec![("old".to_owned(), now - MAX_AGE - 1), ("new".to_owned(), now)], now), ["old"]);
    }

    #[test]
    fn each_account_and_course_has_its_own() {
        assert_eq!(key("a", Some("c")), "dulle.editor.a.c");
        assert_eq!(key("a", None), "dulle.editor.a.new");
    }
}
