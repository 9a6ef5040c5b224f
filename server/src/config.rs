//! All configuration comes from the environment, is read once, and every mistake in it is named with what to do.

mod base_url;

pub use self::base_url::{BaseUrl, NotAnOrigin};
use crate::parts::Part;
use ipnet::IpNet;
use platform::bus::Address;
use platform::remote::client;
use platform::remote::signature::ServiceKeys;
use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::str::FromStr;

/// Databases of services.
const DATABASE_URLS: [(Part, &str); 6] = [
    (Part::Identity, "DULLE_IDENTITY_DATABASE_URL"),
    (Part::Course, "DULLE_COURSE_DATABASE_URL"),
    (Part::Communication, "DULLE_COMMUNICATION_DATABASE_URL"),
    (Part::Review, "DULLE_REVIEW_DATABASE_URL"),
    (Part::Message, "DULLE_MESSAGE_DATABASE_URL"),
    (Part::Viewpage, "DULLE_VIEWPAGE_DATABASE_URL"),
];

/// Where services live.
const URLS: [(Part, &str); 6] = [
    (Part::Identity, "DULLE_IDENTITY_URL"),
    (Part::Course, "DULLE_COURSE_URL"),
    (Part::Communication, "DULLE_COMMUNICATION_URL"),
    (Part::Review, "DULLE_REVIEW_URL"),
    (Part::Message, "DULLE_MESSAGE_URL"),
    (Part::Viewpage, "DULLE_VIEWPAGE_URL"),
];

/// What the environment says.
#[derive(Clone, Debug)]
pub struct Config {
    /// `DULLE_ADDR`: where to listen.
    pub addr: SocketAddr,
    /// `DULLE_ADMIN_ADDR`: where to listen for operators; `off` for nowhere.
    pub admin_addr: Option<SocketAddr>,
    /// `DATABASE_URL`; `None`: a private Postgres under [`Config::data`].
    pub database: Option<PgConnectOptions>,
    /// `DULLE_COURSE_DATABASE_URL` and the like: the database of one service, where it isn't that of all.
    pub databases: BTreeMap<Part, PgConnectOptions>,
    /// `DULLE_BUS`: by which events travel between databases.
    pub bus: Option<Address>,
    /// `DULLE_COURSE_URL` and the like: where a service lives that this process doesn't run.
    pub urls: BTreeMap<Part, Vec<client::Address>>,
    /// `DULLE_SERVICE_KEY`: by which services know each other's calls; several while one replaces another.
    pub service_keys: Option<ServiceKeys>,
    /// `DULLE_DATABASE_CONNECTIONS`: the size of the pool.
    pub database_connections: u32,
    /// `DULLE_DATA`: the private Postgres, photos.
    pub data: PathBuf,
    /// `OTEL_EXPORTER_OTLP_ENDPOINT`: the collector that traces are sent to, as OTLP over plain HTTP; `None`: nowhere.
    pub traces: Option<String>,
    /// `OTEL_TRACES_SAMPLER_ARG`: the share of all cases that are traced.
    pub traces_share: f64,
    /// `DULLE_BASE_URL`: the public origin; `None`: `http://` and the address that is listened on.
    pub base_url: Option<BaseUrl>,
    /// `DULLE_DEMO`: demo courses on an empty database.
    pub demo: bool,
    /// `DULLE_RATE_LIMIT`: whether those are refused who ask too often.
    pub rate_limit: bool,
    /// `DULLE_TRUSTED_PROXIES`: whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// `DULLE_SITE`: the folder of the built site; `None`: searched for.
    pub site: Option<PathBuf>,
    /// `DULLE_LOG_FORMAT`.
    pub log_format: LogFormat,
    /// `DULLE_MAX_CONNECTIONS`: clients at the same time.
    pub max_connections: usize,
}

/// A database, and who keeps something there.
#[derive(Clone, Debug)]
pub struct Keeping {
    /// Where it is; `None`: the private Postgres.
    pub named: Option<PgConnectOptions>,
    /// Whose it is.
    pub services: Vec<Part>,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs, an object a line.
    Json,
}

/// A variable that can't be understood.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ConfigError {
    /// Its value is not of its kind. Told with the value, which is no secret.
    #[error("{name} is `{value}`, which is not {expected}")]
    Wrong {
        /// The variable.
        name: &'static str,
        /// What it holds.
        value: String,
        /// What it should hold, with an example.
        expected: &'static str,
    },
    /// `DATABASE_URL`, or one of those of services, can't be read. The value holds a password and is not repeated.
    #[error(
        "{name} can't be understood ({reason}): it looks like postgres://user:password@host:5432/database; without any such, Dulle brings its own Postgres"
    )]
    DatabaseUrl {
        /// The variable.
        name: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// `DULLE_SERVICE_KEY` is no secret. It is not repeated.
    #[error(
        "DULLE_SERVICE_KEY is no key of {} bytes or more, nor up to {} of them with commas between: make one with `openssl rand -hex 32`, and give the same to all processes",
        ServiceKeys::MIN,
        ServiceKeys::MOST
    )]
    ServiceKey,
    /// Services are apart and have nothing to know each other by.
    #[error(
        "with --only, processes of several machines call each other and sign with DULLE_SERVICE_KEY, which is unset: make one with `openssl rand -hex 32`, and give the same to all processes"
    )]
    NoServiceKey,
    /// `DULLE_BUS` can't be read. The value may hold a password and is not repeated.
    #[error(
        "DULLE_BUS can't be understood: it looks like nats://user:password@host:4222 or kafka://host:9092, or several of a kind with commas between; ?replicas=3 at the end for a cluster"
    )]
    Bus,
    /// Services in several processes or on several databases, and one of them would bring a database of its own.
    #[error(
        "services of several processes or databases follow each other's events: name the database of the service `{}` in {variable}, or one for all services in DATABASE_URL, the same for all processes",
        .part.code()
    )]
    NoDatabase {
        /// The service.
        part: Part,
        /// The variable that names its own database.
        variable: &'static str,
    },
    /// Services on several databases, and nothing to hear of each other by.
    #[error(
        "{variable} puts the service `{}` on a database of its own, and DULLE_BUS doesn't say by which bus events travel, such as nats://127.0.0.1:4222 or kafka://127.0.0.1:9092",
        .part.code()
    )]
    NoBus {
        /// The service.
        part: Part,
        /// The variable that names its own database.
        variable: &'static str,
    },
    /// A service that is asked is neither here nor known to be elsewhere.
    #[error("the service `{}` is not among --only, and {variable} doesn't say where it lives, such as http://127.0.0.1:3010", .part.code())]
    Missing {
        /// The service.
        part: Part,
        /// The variable that names its address.
        variable: &'static str,
    },
    /// Bytes that are no text.
    #[error("{name} is not valid UTF-8")]
    NotText {
        /// The variable.
        name: &'static str,
    },
}

const ADDRESS: &str = "an address to listen on, such as 127.0.0.1:3000";

impl Config {
    /// Reads the environment of this process.
    ///
    /// # Errors
    /// Names the first variable that can't be understood.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(|name| match std::env::var(name) {
            Ok(value) => Ok(Some(value)),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => Err(ConfigError::NotText { name }),
        })
    }

    /// Reads an environment. A variable that is empty counts as unset: that is how compose files and shells unset them.
    ///
    /// # Errors
    /// Names the first variable that can't be understood.
    pub fn read(lookup: impl Fn(&'static str) -> Result<Option<String>, ConfigError>) -> Result<Self, ConfigError> {
        let get = |name| lookup(name).map(|value| value.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()));
        let environment = Environment(&get);
        Ok(Self {
            addr: environment.parsed("DULLE_ADDR", ADDRESS, parse_addr)?.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 3000))),
            admin_addr: environment
                .parsed("DULLE_ADMIN_ADDR", "an address to listen on, such as 127.0.0.1:3001, or off", |text| match text {
                    "off" => Some(None),
                    text => parse_addr(text).map(Some),
                })?
                .unwrap_or(Some(SocketAddr::from(([127, 0, 0, 1], 3001)))),
            database: get("DATABASE_URL")?.map(|url| parse_database_url("DATABASE_URL", &url)).transpose()?,
            databases: DATABASE_URLS
                .into_iter()
                .filter_map(|(part, name)| Some(get(name).transpose()?.and_then(|url| Ok((part, parse_database_url(name, &url)?)))))
                .collect::<Result<_, _>>()?,
            bus: get("DULLE_BUS")?.map(|address| address.parse().map_err(|_| ConfigError::Bus)).transpose()?,
            urls: URLS
                .into_iter()
                .filter_map(|(part, name)| {
                    match environment.parsed(name, "origins such as http://127.0.0.1:3010, with commas between", parse_addresses) {
                        Ok(addresses) => addresses.map(|addresses| Ok((part, addresses))),
                        Err(error) => Some(Err(error)),
                    }
                })
                .collect::<Result<_, _>>()?,
            service_keys: get("DULLE_SERVICE_KEY")?.map(|key| ServiceKeys::parse(&key).ok_or(ConfigError::ServiceKey)).transpose()?,
            database_connections: environment
                .parsed("DULLE_DATABASE_CONNECTIONS", "a number of connections, 4 or more", |text| at_least(text, 4))?
                .unwrap_or(16),
            data: get("DULLE_DATA")?.map_or_else(|| PathBuf::from("./.data"), PathBuf::from),
            traces: environment.parsed("OTEL_EXPORTER_OTLP_ENDPOINT", "an origin such as http://127.0.0.1:4318", |text| {
                text.starts_with("http://").then(|| text.to_owned())
            })?,
            traces_share: environment
                .parsed("OTEL_TRACES_SAMPLER_ARG", "a share from 0 to 1, such as 0.1", |text| {
                    text.parse().ok().filter(|share| (0.0..=1.0).contains(share))
                })?
                .unwrap_or(1.0),
            base_url: environment
                .parsed("DULLE_BASE_URL", "the public origin, such as https://dulle.example", |text| BaseUrl::from_str(text).ok())?,
            demo: environment.switch("DULLE_DEMO")?.unwrap_or(false),
            rate_limit: environment.switch("DULLE_RATE_LIMIT")?.unwrap_or(true),
            trusted_proxies: environment
                .parsed("DULLE_TRUSTED_PROXIES", "a list of addresses and networks, such as 10.0.0.0/8, 2001:db8::1", parse_networks)?
                .unwrap_or_default(),
            site: get("DULLE_SITE")?.map(PathBuf::from),
            log_format: environment
                .parsed("DULLE_LOG_FORMAT", "text or json", |text| match text {
                    "text" => Some(LogFormat::Text),
                    "json" => Some(LogFormat::Json),
                    _ => None,
                })?
                .unwrap_or_default(),
            max_connections: environment
                .parsed("DULLE_MAX_CONNECTIONS", "a number of connections, 1 or more", |text| at_least(text, 1))?
                .unwrap_or(10_000),
        })
    }

    /// Where `services` keep what they keep, each database once.
    ///
    /// # Errors
    /// When a service of several processes or databases has none.
    pub fn databases_of(&self, services: &[Part]) -> Result<Vec<Keeping>, ConfigError> {
        let alone = services.len() == Part::SERVICES.len() && self.databases.is_empty();
        let mut each: BTreeMap<Option<String>, Keeping> = BTreeMap::new();
        for part in services.iter().copied() {
            let options = self.database_of(part);
            if options.is_none() && !alone {
                return Err(ConfigError::NoDatabase { part, variable: database_variable(part) });
            }
            each.entry(place(options)).or_insert_with(|| Keeping { named: options.cloned(), services: Vec::new() }).services.push(part);
        }
        Ok(each.into_values().collect())
    }

    /// Looks whether `services` can hear of all others, wherever those run.
    ///
    /// # Errors
    /// When any service is on a database of its own, and there is no bus.
    pub fn require_bus(&self, services: &[Part]) -> Result<(), ConfigError> {
        let shared = place(self.database.as_ref());
        let each: BTreeSet<_> = Part::SERVICES.map(|part| place(self.database_of(part))).into();
        match Part::SERVICES.into_iter().find(|part| place(self.database_of(*part)) != shared) {
            Some(part) if each.len() > 1 && self.bus.is_none() && !services.is_empty() => {
                Err(ConfigError::NoBus { part, variable: database_variable(part) })
            }
            _ => Ok(()),
        }
    }

    /// Where a service keeps what it keeps; `None`: nobody has said.
    fn database_of(&self, part: Part) -> Option<&PgConnectOptions> {
        self.databases.get(&part).or(self.database.as_ref())
    }
}

/// By which two databases are told apart.
fn place(options: Option<&PgConnectOptions>) -> Option<String> {
    options.map(|options| options.to_url_lossy().to_string())
}

/// An address of `--addr` or of a variable: an IP address and a port, or a name that resolves to one.
#[must_use]
pub fn parse_addr(text: &str) -> Option<SocketAddr> {
    text.parse().ok().or_else(|| text.to_socket_addrs().ok()?.next())
}

/// The variable that says where a service lives.
#[must_use]
pub fn url_variable(part: Part) -> &'static str {
    URLS.iter().find(|(known, _)| *known == part).map_or("--only", |(_, name)| name)
}

/// The variable that names the database of a service alone.
#[must_use]
pub fn database_variable(part: Part) -> &'static str {
    DATABASE_URLS.iter().find(|(known, _)| *known == part).map_or("DATABASE_URL", |(_, name)| name)
}

fn parse_addresses(text: &str) -> Option<Vec<client::Address>> {
    let addresses: Vec<_> = text.split(',').map(|address| address.trim().parse().ok()).collect::<Option<_>>()?;
    (!addresses.is_empty()).then_some(addresses)
}

fn parse_networks(text: &str) -> Option<Vec<IpNet>> {
    let network = |text: &str| text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
    text.split([',', ' ']).filter(|part| !part.is_empty()).map(network).collect()
}

fn parse_database_url(name: &'static str, url: &str) -> Result<PgConnectOptions, ConfigError> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(ConfigError::DatabaseUrl { name, reason: "it does not begin with postgres://".to_owned() });
    }
    PgConnectOptions::from_str(url).map_err(|error| ConfigError::DatabaseUrl { name, reason: error.to_string() })
}

fn at_least<N: FromStr + PartialOrd>(text: &str, least: N) -> Option<N> {
    text.parse().ok().filter(|number| *number >= least)
}

struct Environment<'a>(&'a dyn Fn(&'static str) -> Result<Option<String>, ConfigError>);

impl Environment<'_> {
    fn parsed<T>(
        &self,
        name: &'static str,
        expected: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(value) = (self.0)(name)? else { return Ok(None) };
        parse(&value).map(Some).ok_or(ConfigError::Wrong { name, value, expected })
    }

    fn switch(&self, name: &'static str) -> Result<Option<bool>, ConfigError> {
        self.parsed(name, "1 or 0, on or off", |text| match text.to_ascii_lowercase().as_str() {
            "1" | "on" | "true" | "yes" => Some(true),
            "0" | "off" | "false" | "no" => Some(false),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests;
