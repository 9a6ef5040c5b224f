//! The lock that makes one tab of a browser the leader (Web Locks API, W3C).
//!
//! Bound here: web-sys has it among its unstable interfaces only, which a flag of the whole build would have to switch on.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::AbortController;

#[wasm_bindgen]
extern "C" {
    type Locks;

    #[wasm_bindgen(method, catch)]
    fn request(this: &Locks, name: &str, options: &Object, granted: &Function) -> Result<Request, JsValue>;

    type Request;

    #[wasm_bindgen(method)]
    fn catch(this: &Request, refused: &Function);
}

/// A lock that is held or waited for. Dropping it lets go of it.
pub(super) struct Claim {
    waiting: AbortController,
    held: Option<Function>,
}

impl Claim {
    /// Claims the lock `name`: waits for it, or with `steal` takes it from whoever has it. `granted` is called once it is held,
    /// `lost` when it was refused or taken away. `None` where there are no locks.
    pub(super) fn new(name: &str, steal: bool, granted: impl FnOnce(Hold) + 'static, lost: impl FnOnce() + 'static) -> Option<Self> {
        let navigator = web_sys::window()?.navigator();
        let locks: Locks = Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)?.unchecked_into();
        let waiting = AbortController::new().ok()?;
        let options = Object::new();
        // a request may be given up or may take, not both
        let (option, value) = if steal { ("steal", JsValue::TRUE) } else { ("signal", waiting.signal().into()) };
        Reflect::set(&options, &option.into(), &value).ok()?;
        let granted = Closure::once_into_js(move |_lock: JsValue| {
            let mut hold = None;
            let until = Promise::new(&mut |release, _| hold = Some(release));
            if let Some(release) = hold {
                granted(Hold(release));
            }
            until
        });
        let request = locks.request(name, &options, granted.unchecked_ref()).ok()?;
        request.catch(Closure::once_into_js(move |_why: JsValue| lost()).unchecked_ref());
        Some(Self { waiting, held: None })
    }

    /// Keeps what was granted.
    pub(super) fn keep(&mut self, Hold(release): Hold) {
        self.held = Some(release);
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.waiting.abort();
        if let Some(release) = self.held.take() {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// A lock that was granted.
pub(super) struct Hold(Function);

impl Hold {
    /// Lets go of it again.
    pub(super) fn release(self) {
        let _ = self.0.call0(&JsValue::UNDEFINED);
    }
}
