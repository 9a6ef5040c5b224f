//! Islands that come to life after others.

use leptos::prelude::*;

/// A signal that islands share, for one that is just coming to life: as the server rendered it at first, and as it is now right after.
///
/// Islands come to life one by one, and what they share may have moved on before the last of them is there. Hydration takes the markup for
/// what the first values make of it: of others it would leave a text as it is, and end in a panic where an element is missing.
pub(crate) fn from_rendered<T: Clone + PartialEq + Send + Sync + 'static>(shared: ArcRwSignal<T>, rendered: T) -> ArcRwSignal<T> {
    if shared.with_untracked(|now| *now == rendered) {
        return shared;
    }
    let own = ArcRwSignal::new(rendered);
    let follower = own.clone();
    // runs when the island is there
    Effect::new(move |_| follower.set(shared.get()));
    own
}
