//! What every page loads, worked out once: the names of the built files change with their content, and asking the disk for
//! them at every request (as leptos's own components do) is what this avoids.

use leptos::config::LeptosOptions;
use leptos::nonce::Nonce;
use leptos::prelude::*;
use std::path::PathBuf;

/// The built site can't be used.
#[derive(Debug, thiserror::Error)]
pub enum AssetsError {
    /// The list of file names is missing.
    #[error("{} can't be read ({source}): build the site with `cargo leptos build`, or say in DULLE_SITE where it lies", path.display())]
    HashFile {
        /// Where it was looked for.
        path: PathBuf,
        /// Why it can't be read.
        source: std::io::Error,
    },
}

/// Stands in for the nonce, which is new with every answer, until the page is sent.
const NONCE: &str = "NONCE-OF-THIS-ANSWER";

/// Which pages are fetched ahead (WICG speculation rules): those that anyone may see, as soon as somebody points at a link to one or begins to
/// press it. Fetched and not prerendered: no script runs, so no live stream is opened for a page that perhaps nobody comes to. What is
/// somebody's own, what signs in or out, and what leads away is not among them; and what changes something is no link.
const FETCHED_AHEAD: &str = r#"{"prefetch":[{"where":{"and":[{"href_matches":["/","/\\?*","/en","/en\\?*","/courses/:id","/en/courses/:id","/hosts/:id","/en/hosts/:id"]},{"not":{"selector_matches":"[rel~=nofollow],[download],[target=_blank]"}}]},"eagerness":"moderate"}]}"#;

/// The end of every page's head: style sheet and scripts, cut where the nonce goes.
pub(crate) struct Assets {
    head: Vec<String>,
}

impl Assets {
    /// Reads the names of the built files.
    ///
    /// # Errors
    /// When the files are hashed and the list of hashes can't be read.
    pub(crate) fn load(options: &LeptosOptions) -> Result<Self, AssetsError> {
        let css = if options.hash_files {
            // beside the executable, as leptos looks for it; an absolute path stands for itself
            let folder = std::env::current_exe().ok().and_then(|exe| exe.parent().map(PathBuf::from)).unwrap_or_default();
            let path = folder.join(options.hash_file.as_ref());
            let hashes = std::fs::read_to_string(&path).map_err(|source| AssetsError::HashFile { path, source })?;
            let hash = hashes.lines().filter_map(|line| line.split_once(':')).find(|(kind, _)| kind.trim() == "css");
            hash.map(|(_, hash)| format!(".{}", hash.trim())).unwrap_or_default()
        } else {
            String::new()
        };
        let style = format!("/{}/{}{css}.css", options.site_pkg_dir, options.output_name);
        let owner = Owner::new_root(None);
        let options = options.clone();
        let html = owner.with(|| {
            provide_context(Nonce::from_value(NONCE));
            view! {
                <link rel="stylesheet" href=style/>
                <HydrationScripts options islands=true/>
            }
            .to_html()
        });
        // leptos writes the nonce into `crossorigin` of its preload links; any unknown word there means "anonymous"
        let html = html.replace(&format!("crossorigin=\"{NONCE}\""), "crossorigin=\"anonymous\"");
        let html = format!(r#"<script type="speculationrules" nonce="{NONCE}">{FETCHED_AHEAD}</script>{html}"#);
        Ok(Self { head: html.split(NONCE).map(str::to_owned).collect() })
    }

    /// The end of the head, for an answer with this nonce.
    pub(crate) fn head(&self, nonce: &str) -> String {
        self.head.join(nonce)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_carry_the_nonce_of_the_answer() {
        let assets = Assets::load(&LeptosOptions::builder().output_name("dulle").build()).expect("no hash file is needed");
        let head = assets.head("abc");
        assert!(head.contains(r#"<script type="module" nonce="abc">"#) && !head.contains(NONCE), "{head}");
        assert!(head.contains(r#"href="/pkg/dulle.css""#), "{head}");
    }

    #[test]
    fn a_missing_list_of_hashes_is_named() {
        let options = LeptosOptions::builder().output_name("dulle").hash_files(true).hash_file("/nowhere/hash.txt".into()).build();
        assert!(Assets::load(&options).err().is_some_and(|error| error.to_string().contains("/nowhere/hash.txt")));
    }
}
