//! The way to pass a page on.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// Shares the page's address by the system's own means, or else copies it. Without script, and where neither works, what folds out
/// is the address to be copied by hand.
#[island]
pub fn ShareLink(
    /// The address, in full.
    url: String,
    /// What the page is called.
    title: String,
    /// The word on the button.
    word: String,
    /// What the field with the address is called.
    label: String,
    /// What to say when it was copied.
    copied: String,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let address = url.clone();
    let press = move |event: MouseEvent| {
        #[cfg(feature = "hydrate")]
        if !open.get_untracked() {
            event.prevent_default();
            leptos::task::spawn_local(pass_on(url.clone(), title.clone(), copied.clone(), open));
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = (&event, &url, &title, &copied);
    };
    view! {
        <details class="fold share" open=move || open.get()>
            <summary class="button quiet" on:click=press>{word}</summary>
            <label class="share-address">
                <span>{label}</span>
                <input type="text" readonly value=address/>
            </label>
        </details>
    }
}

#[cfg(feature = "hydrate")]
async fn pass_on(url: String, title: String, copied: String, open: RwSignal<bool>) {
    use crate::toast;
    use wasm_bindgen::JsValue;
    use wasm_bindgen_futures::JsFuture;

    let Some(window) = web_sys::window() else { return };
    let navigator = window.navigator();
    let has = |name: &str| js_sys::Reflect::get(&navigator, &JsValue::from_str(name)).is_ok_and(|value| !value.is_undefined());
    if has("share") {
        let data = web_sys::ShareData::new();
        data.set_title(&title);
        data.set_url(&url);
        match JsFuture::from(navigator.share_with_data(&data)).await {
            Ok(_) => return,
            // closed again without choosing where to
            Err(why) if name_of(&why).as_deref() == Some("AbortError") => return,
            Err(_) => {}
        }
    }
    if has("clipboard") && JsFuture::from(navigator.clipboard().write_text(&url)).await.is_ok() {
        toast::say(&copied, None);
        return;
    }
    open.set(true);
}

#[cfg(feature = "hydrate")]
fn name_of(why: &wasm_bindgen::JsValue) -> Option<String> {
    js_sys::Reflect::get(why, &wasm_bindgen::JsValue::from_str("name")).ok()?.as_string()
}
