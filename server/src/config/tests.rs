use super::*;

fn read(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::read(|name| Ok(pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())))
}

#[test]
fn defaults_are_those_of_the_contract() {
    let config = read(&[]).expect("valid");
    assert_eq!(config.addr.to_string(), "127.0.0.1:3000");
    assert_eq!(config.admin_addr.expect("on").to_string(), "127.0.0.1:3001");
    assert!(config.database.is_none() && config.base_url.is_none() && config.site.is_none());
    assert_eq!(config.data, PathBuf::from("./.data"));
    assert!(!config.demo && config.rate_limit && config.trusted_proxies.is_empty());
    assert_eq!(config.log_format, LogFormat::Text);
}

#[test]
fn values_are_taken_and_empty_ones_are_unset() {
    let config = read(&[
        ("DULLE_ADDR", " 0.0.0.0:80 "),
        ("DULLE_ADMIN_ADDR", "off"),
        ("DATABASE_URL", "postgres://me:secret@db:5433/dulle"),
        ("DULLE_BASE_URL", "https://dulle.example/"),
        ("DULLE_DEMO", "1"),
        ("DULLE_RATE_LIMIT", "off"),
        ("DULLE_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8 2001:db8::/32,"),
        ("DULLE_SITE", ""),
        ("DULLE_LOG_FORMAT", "json"),
        ("DULLE_BUS", "nats://localhost"),
        ("DULLE_REVIEW_DATABASE_URL", "postgres://review:secret@db/review"),
    ])
    .expect("valid");
    assert_eq!(config.addr.to_string(), "0.0.0.0:80");
    assert!(config.admin_addr.is_none());
    assert_eq!(config.database.expect("set").get_port(), 5433);
    assert_eq!(config.base_url.expect("set").to_string(), "https://dulle.example");
    assert!(config.demo && !config.rate_limit && config.site.is_none());
    let proxies: Vec<_> = config.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(proxies, ["127.0.0.1/32", "10.0.0.0/8", "2001:db8::/32"]);
    assert_eq!(config.log_format, LogFormat::Json);
    assert!(config.bus.is_some());
    assert_eq!(config.databases.keys().copied().collect::<Vec<_>>(), [Part::Review]);
}

#[test]
fn a_name_that_resolves_is_an_address() {
    assert!(parse_addr("localhost:3000").is_some_and(|addr| addr.ip().is_loopback()));
}

#[test]
fn mistakes_are_named_with_what_is_expected() {
    for (name, value) in [
        ("DULLE_ADDR", "3000"),
        ("DULLE_ADDR", "127.0.0.1:70000"),
        ("DULLE_ADMIN_ADDR", "on"),
        ("DULLE_BASE_URL", "dulle.example"),
        ("DULLE_DEMO", "maybe"),
        ("DULLE_RATE_LIMIT", "60"),
        ("DULLE_TRUSTED_PROXIES", "10.0.0.0/33"),
        ("DULLE_TRUSTED_PROXIES", "proxy.internal"),
        ("DULLE_LOG_FORMAT", "xml"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
        ("OTEL_TRACES_SAMPLER_ARG", "2"),
        ("DULLE_MAX_CONNECTIONS", "0"),
        ("DULLE_DATABASE_CONNECTIONS", "many"),
    ] {
        let message = read(&[(name, value)]).expect_err("wrong").to_string();
        assert!(message.starts_with(&format!("{name} is `{value}`, which is not ")) && !message.contains('\n'), "{message}");
    }
}

#[test]
fn a_wrong_database_url_is_explained_without_its_password() {
    for url in ["mysql://me:secret@db/dulle", "me:secret@db", "postgres://me:secret@db:port/dulle"] {
        let message = read(&[("DATABASE_URL", url)]).expect_err("wrong").to_string();
        assert!(message.starts_with("DATABASE_URL can't be understood") && !message.contains("secret"), "{message}");
    }
}

#[test]
fn a_database_is_opened_once_and_databases_apart_need_a_bus() {
    let [shared, own] = ["postgres://db/all", "postgres://db/review"];
    let config =
        read(&[("DATABASE_URL", shared), ("DULLE_REVIEW_DATABASE_URL", own), ("DULLE_COURSE_DATABASE_URL", shared)]).expect("valid");
    let each = config.databases_of(&Part::SERVICES).expect("each has one");
    let mut parts: Vec<usize> = each.iter().map(|keeping| keeping.services.len()).collect();
    parts.sort_unstable();
    assert_eq!(parts, [1, 5]);
    for here in [Part::Review, Part::Message] {
        let refused = config.require_bus(&[here]).expect_err("nobody would hear of reviews, nor reviews of anybody").to_string();
        assert!(refused.contains("DULLE_REVIEW_DATABASE_URL") && refused.contains("DULLE_BUS"), "{refused}");
    }
    assert_eq!(config.require_bus(&[]), Ok(()), "pages hear of nothing");

    let one = read(&Part::SERVICES.map(|part| (database_variable(part), own))).expect("valid");
    for here in [&Part::SERVICES[..], &[Part::Review]] {
        assert_eq!(one.require_bus(here), Ok(()), "all of them are on the same");
    }

    let some = read(&[("DULLE_REVIEW_DATABASE_URL", own), ("DULLE_BUS", "nats://bus")]).expect("valid");
    assert_eq!(some.require_bus(&[Part::Review]), Ok(()));
    assert!(matches!(some.databases_of(&Part::SERVICES), Err(ConfigError::NoDatabase { part: Part::Identity, .. })));
    assert!(read(&[("DULLE_BUS", "kafka://one:9092,kafka://two?replicas=3")]).is_ok_and(|config| config.bus.is_some()));
    for wrong in ["amqp://bus", "kafka://one,nats://two", "kafka://one:no"] {
        assert!(matches!(read(&[("DULLE_BUS", wrong)]), Err(ConfigError::Bus)), "{wrong}");
    }
}

#[test]
fn services_live_at_origins() {
    let config = read(&[
        ("DULLE_COURSE_URL", "http://127.0.0.1:3010, http://127.0.0.1:3011"),
        ("DULLE_SERVICE_KEY", "0123456789012345678901234567890123456789"),
    ])
    .expect("valid");
    assert_eq!(config.urls.get(&Part::Course).map(Vec::len), Some(2));
    assert!(!config.urls.contains_key(&Part::Review) && config.service_keys.is_some());
    for wrong in ["127.0.0.1:3010", "https://course", "http://course/internal", "http://a,,http://b"] {
        assert!(matches!(read(&[("DULLE_COURSE_URL", wrong)]), Err(ConfigError::Wrong { name: "DULLE_COURSE_URL", .. })), "{wrong}");
    }
}

#[test]
fn a_key_is_replaced_by_naming_both() {
    let [before, after] = ["b", "a"].map(|letter| letter.repeat(32));
    let config = read(&[("DULLE_SERVICE_KEY", &format!("{after}, {before}"))]).expect("valid");
    assert!(config.service_keys.is_some());
    assert_eq!(read(&[("DULLE_SERVICE_KEY", &format!("{after},"))]).expect_err("one is empty"), ConfigError::ServiceKey);
}

#[test]
fn a_short_key_is_refused_and_not_repeated() {
    let refused = read(&[("DULLE_SERVICE_KEY", "hunter2")]).expect_err("too short");
    assert_eq!(refused, ConfigError::ServiceKey);
    assert!(!refused.to_string().contains("hunter2"));
}
