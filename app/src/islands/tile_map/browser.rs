//! The map in the browser: MapLibre, which is a script of its own, and as much of it as is used.

use super::{Look, TileStop};
use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, HtmlElement};

/// How long until a map of which no tile has come is given up, in milliseconds: missing tiles alone are no error to MapLibre.
const PATIENCE: i32 = 12_000;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = maplibregl)]
    type Map;
    #[wasm_bindgen(constructor, catch, js_namespace = maplibregl)]
    fn new(options: &Object) -> Result<Map, JsValue>;
    #[wasm_bindgen(method)]
    fn on(this: &Map, event: &str, then: &JsValue);
    #[wasm_bindgen(method, js_name = zoomIn)]
    fn zoom_in(this: &Map);
    #[wasm_bindgen(method, js_name = zoomOut)]
    fn zoom_out(this: &Map);
    #[wasm_bindgen(method, js_name = fitBounds)]
    fn fit_bounds(this: &Map, bounds: &JsValue, options: &JsValue);
    #[wasm_bindgen(method)]
    fn remove(this: &Map);

    #[wasm_bindgen(js_namespace = maplibregl)]
    type Marker;
    #[wasm_bindgen(constructor, js_namespace = maplibregl)]
    fn new(options: &Object) -> Marker;
    #[wasm_bindgen(method, js_name = setLngLat)]
    fn set_lng_lat(this: &Marker, at: &Array) -> Marker;
    #[wasm_bindgen(method, js_name = addTo)]
    fn add_to(this: &Marker, map: &Map) -> Marker;
}

thread_local! {
    static SHOWN: RefCell<Option<(Map, Object)>> = const { RefCell::new(None) };
}

/// Whether the map is there already, shown or not.
pub(super) fn is_there() -> bool {
    SHOWN.with_borrow(Option::is_some)
}

/// Looks at the map that is there in another way.
pub(super) fn look(how: Look) {
    SHOWN.with_borrow(|shown| {
        let Some((map, options)) = shown else { return };
        match how {
            Look::Closer => map.zoom_in(),
            Look::Further => map.zoom_out(),
            Look::All => map.fit_bounds(&get(options, "bounds"), &get(options, "fitBoundsOptions")),
        }
    });
}

/// Makes the map; `None` where its script, what it draws with or its tiles can't be had. Nothing is left behind then.
pub(super) async fn show(script: &str, options: &str, stops: &[TileStop], place: &HtmlElement) -> Option<()> {
    let document = web_sys::window()?.document()?;
    if get(&js_sys::global(), "maplibregl").is_undefined() {
        let style: JsValue = load(&document, "link", &[("rel", "stylesheet"), ("href", &[script, "/maplibre-gl.css"].concat())])?.into();
        let code: JsValue = load(&document, "script", &[("type", "module"), ("src", &[script, "/global.mjs"].concat())])?.into();
        JsFuture::from(Promise::all(&Array::of2(&style, &code))).await.ok()?;
    }
    let options: Object = JSON::parse(options).ok()?.unchecked_into();
    set(&options, "container", place);
    let Ok(map) = Map::new(&options) else {
        place.set_text_content(None);
        return None;
    };
    // what the arrow keys move is no mere part of the page
    if let Ok(Some(canvas)) = place.query_selector("canvas") {
        let _ = canvas.set_attribute("role", "application");
    }
    for (index, stop) in stops.iter().enumerate() {
        let settings = Object::new();
        let mark = mark(&document, index + 1, &stop.name)?;
        set(&settings, "element", &mark);
        Marker::new(&settings).set_lng_lat(&Array::of2(&stop.lng.into(), &stop.lat.into())).add_to(&map);
    }
    if JsFuture::from(first_tile(&map)).await.is_err() {
        map.remove();
        return None;
    }
    SHOWN.set(Some((map, options)));
    Some(())
}

/// The mark of a stop leads where that on the drawing does.
fn mark(document: &Document, number: usize, name: &str) -> Option<Element> {
    let mark = document.create_element("a").ok()?;
    mark.set_class_name("tiles-mark");
    mark.set_text_content(Some(&number.to_string()));
    for (attribute, value) in [("href", ["#stop-", &number.to_string()].concat().as_str()), ("aria-label", name), ("title", name)] {
        mark.set_attribute(attribute, value).ok()?;
    }
    Some(mark)
}

/// Puts an element at the end of the head; kept when what it names has been loaded, and broken when it can't be.
fn load(document: &Document, name: &str, attributes: &[(&str, &str)]) -> Option<Promise> {
    let element = document.create_element(name).ok()?;
    for (attribute, value) in attributes {
        element.set_attribute(attribute, value).ok()?;
    }
    let promise = Promise::new(&mut |kept, broken| {
        let gone = element.clone();
        let broken = Closure::once_into_js(move || {
            gone.remove();
            let _ = broken.call0(&JsValue::NULL);
        });
        let _ = element.add_event_listener_with_callback("load", &kept);
        let _ = element.add_event_listener_with_callback("error", broken.unchecked_ref());
    });
    document.query_selector("head").ok()??.append_child(&element).ok()?;
    Some(promise)
}

/// Kept when a tile is there; broken when the map has come to rest without one, or too much time has passed.
fn first_tile(map: &Map) -> Promise {
    Promise::new(&mut |kept: Function, broken: Function| {
        let seen = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            if get(&event, "sourceId") == "tiles" && get(&event, "tile").is_truthy() {
                let _ = kept.call0(&JsValue::NULL);
            }
        });
        map.on("sourcedata", &seen.into_js_value());
        map.on("idle", &broken);
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&broken, PATIENCE);
        }
    })
}

fn get(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &JsValue::from_str(name)).unwrap_or_default()
}

fn set(of: &Object, name: &str, value: &JsValue) {
    // an object of our own takes whatever is set
    let _ = Reflect::set(of, &JsValue::from_str(name), value);
}
