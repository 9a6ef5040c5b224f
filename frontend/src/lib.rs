//! The wasm that the browser loads: the islands of `app`, and nothing else.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by the page's script, before its islands.
#[wasm_bindgen]
pub fn hydrate() {
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
    app::editor::forget_on_leaving();
}
