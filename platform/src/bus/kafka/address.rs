//! Where Kafka is.

use http::uri::Authority;
use rdkafka::ClientConfig;
use std::fmt;
use std::str::FromStr;

/// Where Kafka is: `kafka://user:password@host:9092`, several with commas between, of which the first says the user; `?replicas=3` at the
/// end says how many brokers of a cluster keep each message, if not one. Nothing in it is percent-encoded. The user is told by SASL's PLAIN,
/// and like everything else without TLS.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// Each with its port.
    servers: Vec<String>,
    replicas: usize,
    login: Option<(String, String)>,
}

/// Without what may be a password.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.servers).finish()
    }
}

/// An address that is none.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not an address of Kafka")]
pub struct NotAnAddress;

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let (servers, replicas) = super::super::address::replicas(text).ok_or(NotAnAddress)?;
        let each = servers.split(',').map(|server| read(server.trim())).collect::<Option<Vec<_>>>().ok_or(NotAnAddress)?;
        let login = each.first().and_then(|(_, login)| login.clone());
        Ok(Self { servers: each.into_iter().map(|(server, _)| server).collect(), replicas, login })
    }
}

/// A server and who is known to it.
fn read(server: &str) -> Option<(String, Option<(String, String)>)> {
    let server = server.strip_prefix("kafka://")?;
    let (login, place) = match server.rsplit_once('@') {
        None => (None, server),
        Some((login, place)) => {
            let (user, password) = login.split_once(':').filter(|(user, password)| !user.is_empty() && !password.is_empty())?;
            (Some((user.to_owned(), password.to_owned())), place)
        }
    };
    let authority: Authority = place.parse().ok()?;
    // A port that is none is passed over by the one who parses.
    let whole = authority.port().is_some() || authority.as_str() == authority.host();
    let fine = whole && authority.port_u16() != Some(0) && !authority.host().is_empty() && !server.contains('%');
    fine.then(|| (format!("{}:{}", authority.host(), authority.port_u16().unwrap_or(9092)), login))
}

impl Address {
    /// How many brokers keep each message.
    pub(super) const fn replicas(&self) -> usize {
        self.replicas
    }

    /// What every client there is told.
    pub(super) fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", self.servers.join(","))
            .set("client.id", "dulle")
            // Topics are made as they should be, or by whoever runs the brokers.
            .set("allow.auto.create.topics", "false")
            // A broker that comes back is noticed soon; its silence, too.
            .set("reconnect.backoff.max.ms", "1000")
            .set("socket.timeout.ms", "5000")
            // What was refused because of the topic is not sent again before that is looked at anew.
            .set("topic.metadata.refresh.interval.ms", "5000")
            .set("log.connection.close", "false");
        if let Some((user, password)) = &self.login {
            config
                .set("security.protocol", "sasl_plaintext")
                .set("sasl.mechanisms", "PLAIN")
                .set("sasl.username", user)
                .set("sasl.password", password);
        }
        config
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_passwords_not_told() {
        let address: Address = "kafka://dulle:se@cr:et@one:9093, kafka://two?replicas=3".parse().expect("an address");
        assert_eq!((address.replicas(), format!("{address:?}")), (3, r#"["one:9093", "two:9092"]"#.to_owned()));
        let config = address.config();
        assert_eq!(config.get("bootstrap.servers"), Some("one:9093,two:9092"));
        assert_eq!((config.get("sasl.username"), config.get("sasl.password")), (Some("dulle"), Some("se@cr:et")));
        assert_eq!("kafka://[::1]:1".parse::<Address>().expect("an address").config().get("security.protocol"), None);
        for wrong in [
            "",
            "one:9092",
            "nats://one",
            "kafka://",
            "kafka://one/x",
            "kafka://one:0",
            "kafka://one:many",
            "kafka://one?replicas=9",
            "kafka://one,two",
            "kafka://one?speed=3",
            "kafka://me:%20@one",
            "kafka://me@one",
        ] {
            assert_eq!(wrong.parse::<Address>(), Err(NotAnAddress), "{wrong}");
        }
    }
}
