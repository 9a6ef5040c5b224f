//! The built site: where its folder is, what its files are called, and how they are served.
//!
//! The names in `pkg` carry a hash of their content, listed in `hash.txt`. leptos looks for that list beside the executable; an
//! absolute path in its options stands for itself, so site and program need not lie together.

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use leptos::config::LeptosOptions;
use std::fs;
use std::path::{Path, PathBuf};
use tower::ServiceBuilder;
use tower_http::services::{ServeDir, ServeFile};

/// The folder below the site that holds script, wasm and style, and the path it is served under.
const PKG: &str = "pkg";
/// What the files in it are called, as in Cargo.toml.
const OUTPUT_NAME: &str = "dulle";
const HASH_FILE: &str = "hash.txt";
/// Written by the program, which knows the public origin; a site that an earlier release has built may have it as a file.
const ROBOTS: &str = "robots.txt";

/// What the folder of the script that draws maps is called; behind it stands what tells its content from others.
const MAP_SCRIPT: &str = "maplibre-gl-";

/// A file's name changes with its content: it never has to be asked for twice.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Icons and the like keep their names.
const A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// The built site.
#[derive(Clone, Debug)]
pub struct StaticSite {
    root: PathBuf,
    leptos: LeptosOptions,
}

/// The site can't be served.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// There is none.
    #[error("found no built site in {}: build it with `make build`, or say in DULLE_SITE where it is", list(.searched))]
    Missing {
        /// Where it was looked for.
        searched: Vec<PathBuf>,
    },
    /// Its files are not those that the list names.
    #[error("the site in {} has no {OUTPUT_NAME}.js, nor what a {HASH_FILE} beside it or beside the program names: build it anew with `make build`", root.display())]
    Incomplete {
        /// The site.
        root: PathBuf,
    },
    /// It can't be read.
    #[error("the site in {} can't be read ({source}): give this user the right to, or build it anew with `make build`", root.display())]
    Unreadable {
        /// The site.
        root: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" or ")
}

impl StaticSite {
    /// Finds the site: where it is `configured`, or else beside the program, or where a build in the source tree puts it.
    ///
    /// # Errors
    /// When there is none, or not a whole one.
    pub fn find(configured: Option<&Path>) -> Result<Self, SiteError> {
        let beside = std::env::current_exe().ok().and_then(|program| program.parent().map(Path::to_owned)).unwrap_or_default();
        let searched = match configured {
            Some(folder) => vec![folder.to_owned()],
            None => vec![beside.join("site"), beside.with_file_name("site"), PathBuf::from("target/site")],
        };
        match searched.iter().find(|folder| folder.join(PKG).is_dir()) {
            Some(root) => Self::open(root, &beside),
            None => Err(SiteError::Missing { searched }),
        }
    }

    fn open(root: &Path, beside: &Path) -> Result<Self, SiteError> {
        let unreadable = |source| SiteError::Unreadable { root: root.to_owned(), source };
        let root = fs::canonicalize(root).map_err(unreadable)?;
        let pkg = root.join(PKG);
        // A list that names other files belongs to another build.
        let hash_file = [root.join(HASH_FILE), root.with_file_name(HASH_FILE), beside.join(HASH_FILE)]
            .into_iter()
            .find(|list| fs::read_to_string(list).is_ok_and(|list| names(&list).all(|name| pkg.join(name).is_file())));
        let leptos = LeptosOptions::builder().output_name(OUTPUT_NAME).site_root(root.display().to_string()).site_pkg_dir(PKG);
        let leptos = match hash_file {
            Some(list) => leptos.hash_files(true).hash_file(list.display().to_string().into()).build(),
            None if pkg.join(format!("{OUTPUT_NAME}.js")).is_file() => leptos.build(),
            None => return Err(SiteError::Incomplete { root }),
        };
        Ok(Self { root, leptos })
    }

    /// For leptos: what the files are called.
    #[must_use]
    pub const fn leptos(&self) -> &LeptosOptions {
        &self.leptos
    }

    /// Path of the folder with the script that draws maps; `None` where the build brought none.
    #[must_use]
    pub fn map_script(&self) -> Option<String> {
        let folders = fs::read_dir(self.root.join(PKG)).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        folders.filter(|name| name.starts_with(MAP_SCRIPT)).max().map(|name| format!("/{PKG}/{name}"))
    }

    /// The routes of all files. Compressed ones are those that the build made.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub fn routes(&self) -> Result<Router, SiteError> {
        let unreadable = |source| SiteError::Unreadable { root: self.root.clone(), source };
        let pkg = ServeDir::new(self.root.join(PKG)).append_index_html_on_directories(false).precompressed_br().precompressed_gzip();
        // Without hashes in their names, files are asked for again each time.
        let keep = if self.leptos.hash_files { FOR_EVER } else { HeaderValue::from_static("no-cache") };
        let mut router = Router::new().nest_service(&format!("/{PKG}"), ServiceBuilder::new().map_response(kept(keep)).service(pkg));
        for path in public_files(&self.root).map_err(unreadable)? {
            let file = ServeFile::new(self.root.join(&path)).precompressed_br().precompressed_gzip();
            router = router.route_service(&format!("/{path}"), ServiceBuilder::new().map_response(kept(A_DAY)).service(file));
        }
        Ok(router)
    }
}

/// The files that a list of hashes names: `js: HASH` is `dulle.HASH.js`.
fn names(list: &str) -> impl Iterator<Item = String> {
    list.lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(kind, hash)| (kind.trim(), hash.trim()))
        .filter(|(kind, _)| matches!(*kind, "js" | "wasm" | "css"))
        .map(|(kind, hash)| format!("{OUTPUT_NAME}.{hash}.{kind}"))
}

/// Says how long an answer with a file may be kept; a "not found" must not be.
fn kept<B>(keep: HeaderValue) -> impl Fn(Response<B>) -> Response<B> + Clone {
    move |mut response| {
        if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
            response.headers_mut().insert(header::CACHE_CONTROL, keep.clone());
        }
        response
    }
}

/// The paths of all files outside `pkg`, with `/` between folders. Listed once, so that no page has to look whether it is a file.
fn public_files(root: &Path) -> std::io::Result<Vec<String>> {
    let mut files = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let path = format!("{folder}{name}");
            // Braces would be a pattern; a leading dot is nobody's business.
            let ours = [PKG, HASH_FILE, ROBOTS].contains(&path.as_str());
            if name.contains(['{', '}']) || (name.starts_with('.') && name != ".well-known") || ours {
                continue;
            }
            if entry.path().is_dir() {
                folders.push(format!("{path}/"));
            } else if !(name.ends_with(".br") || name.ends_with(".gz")) {
                files.push(path);
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests;
