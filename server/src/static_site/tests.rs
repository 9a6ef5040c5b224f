use super::*;
use axum::body::Body;
use axum::extract::Request;
use tower::ServiceExt;

fn site(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, content).expect("a file");
    }
    folder
}

const HASHED: [(&str, &str); 10] = [
    ("site/pkg/dulle.abc.js", "script"),
    ("site/pkg/dulle.abc.js.br", "script in brotli"),
    ("site/pkg/dulle.def.wasm", "wasm"),
    ("site/pkg/dulle.ghi.css", "style"),
    ("site/favicon.ico", "icon"),
    ("site/icons/icon-192.png", "large icon"),
    ("site/.hidden", "hidden"),
    ("site/robots.txt", "of an earlier release"),
    ("hash.txt", "js: abc\nwasm: def\ncss: ghi\n"),
    ("other/hash.txt", "js: old\nwasm: old\ncss: old\n"),
];

async fn get(router: &Router, path: &str, encoding: &str) -> (StatusCode, Option<String>, String) {
    let request = Request::builder().uri(path).header(header::ACCEPT_ENCODING, encoding).body(Body::empty()).expect("a request");
    let response = router.clone().oneshot(request).await.expect("infallible");
    let status = response.status();
    let kept = response.headers().get(header::CACHE_CONTROL).map(|value| value.to_str().expect("text").to_owned());
    let body = axum::body::to_bytes(response.into_body(), 4096).await.expect("a body");
    (status, kept, String::from_utf8(body.to_vec()).expect("text"))
}

#[test]
fn the_list_that_fits_is_taken() {
    let folder = site(&HASHED);
    let site = StaticSite::open(&folder.path().join("site"), &folder.path().join("other")).expect("a site");
    assert!(site.leptos().hash_files);
    assert!(Path::new(site.leptos().hash_file.as_ref()).is_absolute() && site.leptos().hash_file.ends_with("/hash.txt"));
    assert!(!site.leptos().hash_file.contains("other"));
}

#[test]
fn a_site_without_hashes_is_one_too_and_half_a_site_is_none() {
    let whole = site(&[("site/pkg/dulle.js", "")]);
    assert!(!StaticSite::open(&whole.path().join("site"), whole.path()).expect("a site").leptos().hash_files);
    let half = site(&[("site/pkg/dulle.abc.js", ""), ("hash.txt", "js: abc\nwasm: def\n")]);
    let error = StaticSite::open(&half.path().join("site"), half.path()).expect_err("half a site");
    assert!(matches!(error, SiteError::Incomplete { .. }) && error.to_string().contains("make build"));
}

#[test]
fn a_missing_site_says_what_to_do() {
    let error = StaticSite::find(Some(Path::new("/nowhere"))).expect_err("nothing there");
    assert_eq!(error.to_string(), "found no built site in /nowhere: build it with `make build`, or say in DULLE_SITE where it is");
}

#[test]
fn the_script_for_maps_is_where_the_build_put_it() {
    let without = site(&HASHED);
    assert_eq!(StaticSite::open(&without.path().join("site"), without.path()).expect("a site").map_script(), None);
    let with = site(&[HASHED.as_slice(), &[("site/pkg/maplibre-gl-1.2.3/global.mjs", "")]].concat());
    let site = StaticSite::open(&with.path().join("site"), with.path()).expect("a site");
    assert_eq!(site.map_script().as_deref(), Some("/pkg/maplibre-gl-1.2.3"));
}

#[tokio::test]
async fn hashed_files_are_kept_for_ever_and_others_for_a_day() {
    let folder = site(&HASHED);
    let routes = StaticSite::open(&folder.path().join("site"), folder.path()).expect("a site").routes().expect("routes");
    let for_ever = Some("public, max-age=31536000, immutable".to_owned());
    assert_eq!(get(&routes, "/pkg/dulle.abc.js", "br, gzip").await, (StatusCode::OK, for_ever.clone(), "script in brotli".to_owned()));
    assert_eq!(get(&routes, "/pkg/dulle.abc.js", "identity").await, (StatusCode::OK, for_ever, "script".to_owned()));
    let day = Some("public, max-age=86400".to_owned());
    assert_eq!(get(&routes, "/favicon.ico", "br").await, (StatusCode::OK, day.clone(), "icon".to_owned()));
    assert_eq!(get(&routes, "/icons/icon-192.png", "br").await, (StatusCode::OK, day, "large icon".to_owned()));
    for path in ["/pkg/dulle.old.js", "/pkg/", "/.hidden", "/robots.txt", "/hash.txt", "/pkg/../../hash.txt", "/pkg/%2e%2e/%2e%2e/hash.txt"]
    {
        let (status, kept, _) = get(&routes, path, "br").await;
        assert_eq!((status, kept), (StatusCode::NOT_FOUND, None), "{path}");
    }
}
