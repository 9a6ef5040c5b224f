use super::*;

const OURS: &str = "https://dulle.example";
const COOKIE: (&str, &str) = ("cookie", "theme=dark; __Host-dulle=token");

fn verify(base_url: &str, method: Method, headers: &[(&'static str, &str)]) -> Result<(), Foreign> {
    verify_at("/courses/1/like", base_url, method, headers)
}

fn verify_at(path: &'static str, base_url: &str, method: Method, headers: &[(&'static str, &str)]) -> Result<(), Foreign> {
    let check = OriginCheck { base_url: Arc::new(base_url.parse().expect("an origin")), cookie: SessionCookie::new("__Host-dulle") };
    let headers = headers.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().expect("a value"))).collect();
    check.verify(&method, &Uri::from_static(path), &headers)
}

#[test]
fn reading_is_free() {
    for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
        assert_eq!(verify(OURS, method, &[("origin", "https://evil.example"), COOKIE]), Ok(()));
    }
}

#[test]
fn the_table() {
    let host = ("host", "dulle.example");
    for (expected, headers) in [
        // A browser's form or fetch from our own page.
        (Ok(()), vec![host, COOKIE, ("origin", OURS)]),
        (Ok(()), vec![host, COOKIE, ("origin", OURS), ("sec-fetch-site", "same-origin")]),
        // Another site, with or without a session.
        (Err(Foreign::Origin), vec![host, COOKIE, ("origin", "https://evil.example")]),
        (Err(Foreign::Origin), vec![host, ("origin", "https://evil.example")]),
        (Err(Foreign::Origin), vec![host, COOKIE, ("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")]),
        // Close, but not us: another scheme, port, subdomain, or no origin at all.
        (Err(Foreign::Origin), vec![host, COOKIE, ("origin", "http://dulle.example")]),
        (Err(Foreign::Origin), vec![host, COOKIE, ("origin", "https://dulle.example:8443")]),
        (Err(Foreign::Origin), vec![host, COOKIE, ("origin", "https://a.dulle.example")]),
        (Err(Foreign::Origin), vec![host, COOKIE, ("origin", "https://dulle.example.evil.example")]),
        (Err(Foreign::Origin), vec![host, COOKIE, ("origin", "null")]),
        (Err(Foreign::Origin), vec![host, COOKIE, ("origin", "")]),
        (Err(Foreign::Origin), vec![host, COOKIE, ("origin", OURS), ("origin", "https://evil.example")]),
        // Without Origin, the browser's other word.
        (Ok(()), vec![host, COOKIE, ("sec-fetch-site", "same-origin")]),
        (Ok(()), vec![host, COOKIE, ("sec-fetch-site", "none")]),
        (Err(Foreign::FetchSite), vec![host, COOKIE, ("sec-fetch-site", "same-site")]),
        (Err(Foreign::FetchSite), vec![host, COOKIE, ("sec-fetch-site", "cross-site")]),
        (Err(Foreign::FetchSite), vec![host, ("sec-fetch-site", "cross-site")]),
        // Neither: a program.
        (Ok(()), vec![host]),
        (Ok(()), vec![host, ("cookie", "theme=dark")]),
        (Ok(()), vec![host, ("authorization", "Bearer token")]),
        (Ok(()), vec![host, COOKIE, ("authorization", "Bearer token")]),
        (Err(Foreign::CookieAlone), vec![host, COOKIE]),
        (Err(Foreign::CookieAlone), vec![host, COOKIE, ("authorization", "Basic eDp5")]),
    ] {
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::TRACE] {
            assert_eq!(verify(OURS, method.clone(), &headers), expected, "{method} {headers:?}");
        }
    }
}

#[test]
fn a_program_may_bring_the_cookie_alone_to_the_rest_interface_and_nowhere_else() {
    let alone = [("host", "dulle.example"), COOKIE];
    for (path, expected) in [
        ("/api/v1/courses/1/like", Ok(())),
        ("/api/v1/sessions/current?next=/api/actions", Ok(())),
        ("/api/actions/set_like", Err(Foreign::CookieAlone)),
        ("/api/actions/set_like?next=/api/v1/", Err(Foreign::CookieAlone)),
        ("/api/v10/courses", Err(Foreign::CookieAlone)),
        ("/en/sign-out", Err(Foreign::CookieAlone)),
        ("/host/courses/1/delete", Err(Foreign::CookieAlone)),
    ] {
        for method in [Method::POST, Method::PUT, Method::DELETE] {
            assert_eq!(verify_at(path, OURS, method, &alone), expected, "{path}");
        }
    }
    // What a browser says counts there as it does everywhere.
    for (expected, from) in [
        (Err(Foreign::Origin), ("origin", "https://evil.example")),
        (Err(Foreign::Origin), ("origin", "null")),
        (Err(Foreign::FetchSite), ("sec-fetch-site", "cross-site")),
        (Err(Foreign::FetchSite), ("sec-fetch-site", "same-site")),
        (Ok(()), ("origin", OURS)),
        (Ok(()), ("sec-fetch-site", "same-origin")),
    ] {
        let headers = [alone.as_slice(), &[from]].concat();
        assert_eq!(verify_at("/api/v1/courses/1/like", OURS, Method::PUT, &headers), expected, "{from:?}");
    }
}

#[test]
fn the_host_that_was_asked_is_ours_under_the_scheme_of_the_base_url() {
    let base_url = "http://127.0.0.1:3000";
    for (origin, host, expected) in [
        ("http://localhost:3000", "localhost:3000", Ok(())),
        ("http://192.168.0.7:3000", "192.168.0.7:3000", Ok(())),
        ("http://LOCALHOST:3000", "localhost:3000", Ok(())),
        ("http://dulle.example", "dulle.example:80", Ok(())),
        ("https://localhost:3000", "localhost:3000", Err(Foreign::Origin)),
        ("http://localhost:3001", "localhost:3000", Err(Foreign::Origin)),
        ("http://evil.example", "localhost:3000", Err(Foreign::Origin)),
    ] {
        assert_eq!(verify(base_url, Method::POST, &[("origin", origin), ("host", host), COOKIE]), expected, "{origin} {host}");
    }
}
