//! Islands that come to life after others.

use leptos::prelude::*;

/// A signal that islands share, for one that is just coming to life: as the server rendered it at first, and as it is now right after.
///
/// Islands come to life one by one, and what they share may have moved on before the last of them is there. Hydration doesn't compare, it
/// takes the markup for what the first values give: with others a text would stay as it is, and a missing element would end in a panic.
pub(crate) fn from_rendered<T: Clone + PartialEq + Send + Sync + 'static>(shared: &ArcRwSignal<T>, rendered: T) -> ArcReadSignal<T> {
    if shared.with_untracked(|now| *now == rendered) {
        return shared.read_only();
    }
    let (own, set_own) = arc_signal(rendered);
    let shared = shared.read_only();
    // An effect first runs in a microtask, and an island is rendered and hydrated in one go before that.
    Effect::new(move |_| set_own.set(shared.get()));
    own
}
