//! Where the tiles of maps come from. A site without such a source has drawings alone, and loads nothing for maps.

use std::str::FromStr;

/// What may stand in braces in an address; the last is `@2x` on screens that are fine enough, or nothing.
const GAPS: [&str; 4] = ["z", "x", "y", "ratio"];

/// The address of a raster tile with gaps for its zoom, column and row, as `https://tiles.example/{z}/{x}/{y}.png`. Its host has a name or
/// an address of IPv4: no policy can name one of IPv6.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TileAddress {
    template: String,
    /// How much of it is scheme and authority.
    origin: usize,
}

/// Not the address of tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the address of tiles, such as https://tiles.example/{{z}}/{{x}}/{{y}}.png")]
pub struct NotTiles;

impl TileAddress {
    /// The whole of it.
    #[must_use]
    pub fn template(&self) -> &str {
        &self.template
    }

    /// Whom the browser has to be allowed to ask.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.template[..self.origin]
    }
}

impl FromStr for TileAddress {
    type Err = NotTiles;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let scheme = ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme)).ok_or(NotTiles)?;
        let (authority, path) = text[scheme.len()..].split_once('/').ok_or(NotTiles)?;
        let written = path.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'<>\\`^|".contains(&byte));
        let gaps = gaps(path).ok_or(NotTiles)?;
        let whole = ["z", "x", "y"].iter().all(|gap| gaps.contains(gap)) && gaps.iter().all(|gap| GAPS.contains(gap));
        if is_origin(authority) && written && whole {
            Ok(Self { template: text.to_owned(), origin: scheme.len() + authority.len() })
        } else {
            Err(NotTiles)
        }
    }
}

/// Whether it is a host that a policy can name, with or without a port. It becomes part of a header, where a space, a semicolon or an
/// asterisk would mean something, and which has no words for addresses of IPv6.
fn is_origin(authority: &str) -> bool {
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
        && port.is_none_or(|port| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok())
}

/// What stands in braces; `None` where they don't match.
fn gaps(path: &str) -> Option<Vec<&str>> {
    let mut pieces = path.split('{');
    let before = pieces.next()?;
    let gaps = pieces.map(|piece| piece.split_once('}').filter(|(_, rest)| !rest.contains('}')).map(|(gap, _)| gap)).collect();
    if before.contains('}') { None } else { gaps }
}

/// Who made a map: words, and where they lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution {
    /// What is said.
    pub words: String,
    /// An address; without one the words lead nowhere.
    pub href: Option<String>,
}

impl Attribution {
    /// Reads `© OpenStreetMap https://www.openstreetmap.org/copyright`: an address at the end is where the words before it lead.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let address = |word: &str| word.starts_with("https://") || word.starts_with("http://");
        match text.trim().rsplit_once(char::is_whitespace) {
            Some((words, last)) if address(last) => Self { words: words.trim().to_owned(), href: Some(last.to_owned()) },
            _ => Self { words: text.trim().to_owned(), href: None },
        }
    }
}

/// Everything that a map needs besides the walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tiles {
    /// Where they come from.
    pub address: TileAddress,
    /// Whom to name for them.
    pub attribution: Option<Attribution>,
    /// Path of the folder with the script that draws them, without a slash at its end.
    pub script: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_have_an_origin_and_three_gaps() {
        for (text, origin) in [
            ("https://tiles.example/{z}/{x}/{y}.png", "https://tiles.example"),
            ("http://127.0.0.1:8080/a/{z}/{y}/{x}{ratio}.webp?key=a-b_c&style=light", "http://127.0.0.1:8080"),
            ("http://tiles:65535/{z}-{x}-{y}", "http://tiles:65535"),
        ] {
            let address: TileAddress = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!((address.template(), address.origin()), (text, origin));
        }
    }

    #[test]
    fn what_is_no_address_of_tiles_is_refused() {
        for text in [
            "",
            "tiles.example/{z}/{x}/{y}.png",
            "ftp://tiles.example/{z}/{x}/{y}.png",
            "https:///{z}/{x}/{y}.png",
            "https://tiles.example",
            "https://tiles.example/style.json",
            "https://tiles.example/{z}/{x}.png",
            "https://tiles.example/{z}/{x}/{y}/{s}.png",
            "https://{s}.tiles.example/{z}/{x}/{y}.png",
            "https://*.example/{z}/{x}/{y}.png",
            "http://[::1]:8080/{z}/{x}/{y}.png",
            "https://:443/{z}/{x}/{y}.png",
            "https://tiles.example:/{z}/{x}/{y}.png",
            "https://tiles.example:+443/{z}/{x}/{y}.png",
            "https://tiles.example:https/{z}/{x}/{y}.png",
            "https://tiles.example:65536/{z}/{x}/{y}.png",
            "https://tiles.example:443:443/{z}/{x}/{y}.png",
            "https://me:secret@tiles.example/{z}/{x}/{y}.png",
            "https://tiles.example; script-src *//{z}/{x}/{y}.png",
            "https://tiles.example/{z}/{x}/{y} .png",
            "https://tiles.example/{z}/{x}/{y}}.png",
            "https://tiles.example/}{z}/{x}/{y}.png",
            "https://tiles.example/{z/{x}/{y}.png",
        ] {
            assert_eq!(text.parse::<TileAddress>(), Err(NotTiles), "{text}");
        }
    }

    #[test]
    fn an_address_at_the_end_is_where_the_words_lead() {
        let read = |text| {
            let Attribution { words, href } = Attribution::read(text);
            (words, href)
        };
        assert_eq!(read("© People "), ("© People".into(), None));
        assert_eq!(read("© People  https://a.example/c"), ("© People".into(), Some("https://a.example/c".into())));
        assert_eq!(read("see a.example"), ("see a.example".into(), None));
    }
}
