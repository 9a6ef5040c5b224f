//! What every page loads, worked out once: the names of the built files change with their content, and asking the disk for
//! them at every request (as leptos's own components do) is what this avoids.

use leptos::config::LeptosOptions;
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

/// Brings the islands of a page to life when the browser has nothing more urgent to do, one after the other, and lets it draw or answer a press
/// between two of them once 8 ms are over. leptos's own script does all in one go, which a slow phone is busy with for a tenth of a second.
/// When each is there and has done what it does first, or has failed, it marks the document as `data-hydrated`, which tests wait for: before
/// that a press on a form may still go the way without script.
const ISLANDS: &str = include_str!("assets/islands.js");

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
        let hashes = if options.hash_files {
            // beside the executable, as leptos looks for it; an absolute path stands for itself
            let folder = std::env::current_exe().ok().and_then(|exe| exe.parent().map(PathBuf::from)).unwrap_or_default();
            let path = folder.join(options.hash_file.as_ref());
            std::fs::read_to_string(&path).map_err(|source| AssetsError::HashFile { path, source })?
        } else {
            String::new()
        };
        let hash = |kind| hashes.lines().filter_map(|line| line.split_once(':')).find(|(named, _)| named.trim() == kind);
        let file = |kind| {
            let hash = hash(kind).map(|(_, hash)| format!(".{}", hash.trim())).unwrap_or_default();
            format!("/{}/{}{hash}.{kind}", options.site_pkg_dir, options.output_name)
        };
        let (style, script, wasm) = (file("css"), file("js"), file("wasm"));
        // what the script imports, which is found out only when it is there
        let parts = hash("split").map(|(_, hash)| format!("/{}/__wasm_split.{}.js", options.site_pkg_dir, hash.trim()));
        let html = view! {
            <script type="speculationrules" nonce=NONCE>{FETCHED_AHEAD}</script>
            <link rel="stylesheet" href=style/>
            <link rel="modulepreload" href=script.clone() crossorigin="anonymous"/>
            {parts.map(|parts| view! { <link rel="modulepreload" href=parts crossorigin="anonymous"/> })}
            // pictures in view come first
            <link rel="preload" href=wasm.clone() r#as="fetch" r#type="application/wasm" crossorigin="anonymous" fetchpriority="low"/>
            <script type="module" nonce=NONCE>{format!("{}({script:?},{wasm:?})", ISLANDS.trim())}</script>
        }
        .to_html();
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
        for file in
            [r#"href="/pkg/dulle.css""#, r#"href="/pkg/dulle.js""#, r#"href="/pkg/dulle.wasm""#, r#"("/pkg/dulle.js","/pkg/dulle.wasm")"#]
        {
            assert!(head.contains(file), "{file} in {head}");
        }
    }

    #[test]
    fn a_missing_list_of_hashes_is_named() {
        let options = LeptosOptions::builder().output_name("dulle").hash_files(true).hash_file("/nowhere/hash.txt".into()).build();
        assert!(Assets::load(&options).err().is_some_and(|error| error.to_string().contains("/nowhere/hash.txt")));
    }
}
