//! The walk on a map of tiles, loaded when somebody asks for it and not before.

#[cfg(feature = "hydrate")]
mod browser;

use leptos::ev::MouseEvent;
use leptos::prelude::*;
#[cfg(feature = "hydrate")]
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};

/// A stop on the map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TileStop {
    /// Its number and what it is called.
    pub name: String,
    /// Degrees to the east.
    pub lng: f64,
    /// Degrees to the north.
    pub lat: f64,
    /// How many pixels its mark stands to the right and below, so that none hides another.
    pub aside: (f64, f64),
}

/// What stands around the map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the text of the key of the same name")]
pub struct TileWords {
    pub open: String,
    pub back: String,
    pub closer: String,
    pub further: String,
    pub all: String,
    pub loading: String,
    pub failed: String,
    pub attribution: String,
    /// Where the attribution leads; empty where nowhere.
    pub attribution_href: String,
}

/// What is seen in the place of the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing can be pressed yet: the page has just come.
    Still,
    /// The drawing.
    Drawn,
    /// The drawing, and a map that is on its way.
    Loading,
    /// The map.
    Shown,
    /// The drawing: the map can't be had.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser tries"))]
    Failed,
}

/// Shows a map over the drawing that stands before it. `still` until script is there: without it there is no map.
#[island(lazy)]
pub fn TileMap(
    /// Where the map's own script lies.
    script: String,
    /// What it is told, as JSON.
    options: String,
    /// What is marked on it.
    stops: Vec<TileStop>,
    /// What stands around it.
    words: TileWords,
) -> impl IntoView {
    let phase = RwSignal::new(Phase::Still);
    let is = move |wanted: Phase| phase.get() == wanted;
    let place = NodeRef::<leptos::html::Div>::new();
    Effect::new(move || phase.set(Phase::Drawn));
    let press = move |_: MouseEvent| match phase.get_untracked() {
        Phase::Shown => phase.set(Phase::Drawn),
        Phase::Loading | Phase::Still => {}
        Phase::Drawn | Phase::Failed => {
            #[cfg(feature = "hydrate")]
            if browser::is_there() {
                phase.set(Phase::Shown);
            } else if let Some(place) = place.get_untracked() {
                phase.set(Phase::Loading);
                let (script, options, stops) = (script.clone(), options.clone(), stops.clone());
                spawn_local(async move {
                    let shown = browser::show(&script, &options, &stops, &place).await.is_some();
                    phase.set(if shown { Phase::Shown } else { Phase::Failed });
                });
            }
            #[cfg(not(feature = "hydrate"))]
            let _ = (&script, &options, &stops);
        }
    };
    let TileWords { open, back, closer, further, all, loading, failed, attribution, attribution_href } = words;
    let by = if attribution_href.is_empty() {
        view! { <span>{attribution}</span> }.into_any()
    } else {
        view! { <a href=attribution_href rel="external noopener noreferrer">{attribution}</a> }.into_any()
    };
    view! {
        <div node_ref=place class="tiles" class:loading=move || is(Phase::Loading) class:shown=move || is(Phase::Shown)></div>
        <p class="map-buttons tiles-buttons" class:still=move || is(Phase::Still)>
            <button class="link" type="button" on:click=press>
                {move || if is(Phase::Shown) { back.clone() } else { open.clone() }}
            </button>
            <button class="link" type="button" hidden=move || !is(Phase::Shown) on:click=move |_| look(Look::Closer)>{closer}</button>
            <button class="link" type="button" hidden=move || !is(Phase::Shown) on:click=move |_| look(Look::Further)>{further}</button>
            <button class="link" type="button" hidden=move || !is(Phase::Shown) on:click=move |_| look(Look::All)>{all}</button>
            <small class="tiles-by" hidden=move || !is(Phase::Shown)>{by}</small>
        </p>
        <p class="tiles-word" role="status">
            {move || match phase.get() {
                Phase::Loading => loading.clone(),
                Phase::Failed => failed.clone(),
                Phase::Still | Phase::Drawn | Phase::Shown => String::new(),
            }}
        </p>
    }
}

/// How the map is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    Closer,
    Further,
    All,
}

fn look(how: Look) {
    #[cfg(feature = "hydrate")]
    browser::look(how);
    #[cfg(not(feature = "hydrate"))]
    let _ = how;
}
