//! The map in the browser: MapLibre, which is a script of its own, and as much of it as is used.

use super::{Look, TileStop};
use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use std::cell::RefCell;
use std::future::Future;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{AbortSignal, Document, Element, HtmlElement, RequestInit, Response};

/// How long each thing that a map needs is waited for, in milliseconds: what doesn't come at all is no error to the browser, and missing
/// tiles alone are none to MapLibre.
const PATIENCE: u16 = 12_000;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = maplibregl)]
    #[derive(Clone)]
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
    #[wasm_bindgen(method, js_name = panTo)]
    fn pan_to(this: &Map, at: &Array);
    #[wasm_bindgen(method)]
    fn remove(this: &Map);
    #[wasm_bindgen(method, getter, js_name = touchZoomRotate)]
    fn fingers(this: &Map) -> Turning;
    #[wasm_bindgen(method, getter)]
    fn keyboard(this: &Map) -> Turning;

    /// What turns the map, among other things.
    type Turning;
    #[wasm_bindgen(method, js_name = disableRotation)]
    fn disable_rotation(this: &Turning);

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
    fetch_all(&document, script).await?;
    let options: Object = JSON::parse(options).ok()?.unchecked_into();
    set(&options, "container", place);
    let Ok(map) = Map::new(&options) else {
        place.set_text_content(None);
        return None;
    };
    // north is up, as on the drawing
    map.fingers().disable_rotation();
    map.keyboard().disable_rotation();
    // what the arrow keys move is no mere part of the page
    if let Ok(Some(canvas)) = place.query_selector("canvas") {
        let _ = canvas.set_attribute("role", "application");
    }
    for (index, stop) in stops.iter().enumerate() {
        let settings = Object::new();
        let mark = mark(&document, index + 1, &stop.name)?;
        let at = Array::of2(&stop.lng.into(), &stop.lat.into());
        set(&settings, "element", &mark);
        set(&settings, "offset", &Array::of2(&stop.aside.0.into(), &stop.aside.1.into()));
        Marker::new(&settings).set_lng_lat(&at).add_to(&map);
        // a key also reaches marks that are out of sight; a mouse or finger gives them no focus
        let frame = map.clone();
        let seen = Closure::<dyn Fn()>::new(move || frame.pan_to(&at)).into_js_value();
        let _ = mark.add_event_listener_with_callback("focus", seen.unchecked_ref());
    }
    if in_time(first_tile(&map)).await.is_none() {
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

/// Sees to it that MapLibre and its style sheet are there, as far as they aren't yet.
async fn fetch_all(document: &Document, script: &str) -> Option<()> {
    let [style, bridge, code] = ["/maplibre-gl.css", "/global.mjs", "/maplibre-gl.mjs"].map(|name| [script, name].concat());
    let is_plain = document.query_selector(&["head > link[href='", &style, "']"].concat()).ok()?.is_none();
    let is_missing = get(&js_sys::global(), "maplibregl").is_undefined();
    // A browser may never ask again for a module that could not be had once, and asks once for a style sheet that doesn't come, however
    // many links to it there are: it is to have them before it is told what they are.
    let (files, parts) = (Array::new(), Array::new());
    if is_plain {
        files.push(&promise(fetch(style.clone())));
    }
    if is_missing {
        files.push(&promise(fetch(bridge.clone())));
        files.push(&promise(fetch(code)));
    }
    JsFuture::from(Promise::all(&files)).await.ok()?;
    if is_plain {
        parts.push(&promise(load(document.clone(), "link", [("rel", "stylesheet".to_owned()), ("href", style)])));
    }
    if is_missing {
        parts.push(&promise(load(document.clone(), "script", [("type", "module".to_owned()), ("src", bridge)])));
    }
    JsFuture::from(Promise::all(&parts)).await.ok().map(drop)
}

/// Reads a file to its end; after that it is in the browser's cache.
async fn fetch(address: String) -> Option<()> {
    let options = RequestInit::new();
    options.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE.into())));
    let answer = JsFuture::from(web_sys::window()?.fetch_with_str_and_init(&address, &options)).await.ok()?;
    let answer: Response = answer.dyn_into().ok().filter(Response::ok)?;
    JsFuture::from(answer.array_buffer().ok()?).await.ok()?;
    Some(())
}

/// Puts an element at the end of the head and waits until what it names has been loaded. It is gone again when that can't be had.
async fn load(document: Document, name: &str, attributes: [(&str, String); 2]) -> Option<()> {
    let element = document.create_element(name).ok()?;
    for (attribute, value) in attributes {
        element.set_attribute(attribute, &value).ok()?;
    }
    let loaded = Promise::new(&mut |kept, broken| {
        let _ = element.add_event_listener_with_callback("load", &kept);
        let _ = element.add_event_listener_with_callback("error", &broken);
    });
    document.query_selector("head").ok()??.append_child(&element).ok()?;
    let there = in_time(loaded).await;
    if there.is_none() {
        element.remove();
    }
    there
}

/// Kept when a tile is there; broken when the map has come to rest without one.
fn first_tile(map: &Map) -> Promise {
    Promise::new(&mut |kept: Function, broken: Function| {
        let seen = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            if get(&event, "sourceId") == "tiles" && get(&event, "tile").is_truthy() {
                let _ = kept.call0(&JsValue::NULL);
            }
        });
        map.on("sourcedata", &seen.into_js_value());
        map.on("idle", &broken);
    })
}

/// Waits until a promise is kept; `None` when it is broken, or not kept in time.
async fn in_time(promise: Promise) -> Option<()> {
    let late = Promise::new(&mut |_, late| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&late, PATIENCE.into());
        }
    });
    JsFuture::from(Promise::race(&Array::of2(&promise, &late))).await.ok().map(drop)
}

/// Begins something now, as a promise that is broken where there is nothing in the end.
fn promise(what: impl Future<Output = Option<()>> + 'static) -> Promise {
    future_to_promise(async move { what.await.map(|()| JsValue::UNDEFINED).ok_or(JsValue::UNDEFINED) })
}

fn get(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &JsValue::from_str(name)).unwrap_or_default()
}

fn set(of: &Object, name: &str, value: &JsValue) {
    // an object of our own takes whatever is set
    let _ = Reflect::set(of, &JsValue::from_str(name), value);
}
