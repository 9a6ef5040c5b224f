//! What a fetched page says, put into the one that is open.

use crate::live;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, DomParser, Element, HtmlElement, NodeList, SupportedType};

/// How many cards come to life at a time; between them others have their turn.
const AT_A_TIME: usize = 6;

/// A page that was fetched.
pub(super) struct Answer(Document);

impl Answer {
    /// `None` for what isn't one of these pages.
    pub(super) fn read(html: &str) -> Option<Self> {
        let page = DomParser::new().ok()?.parse_from_string(html, SupportedType::TextHtml).ok()?;
        page.get_element_by_id("found")?;
        Some(Self(page))
    }

    /// Puts what was found, and what each choice would give, in the place of what is shown. A course that is shown already keeps its
    /// card. Answers with the heading, and the cards that are new.
    pub(super) fn replace(&self, here: &Document) -> (String, Vec<Element>) {
        let heading = self.0.get_element_by_id("found-title").and_then(|title| title.text_content()).unwrap_or_default();
        here.set_title(&self.0.title());
        self.follow(here);
        let (Some(old), Some(new)) = (here.get_element_by_id("found"), self.0.get_element_by_id("found")) else {
            return (heading, Vec::new());
        };
        let focused = here.active_element().filter(|focused| old.contains(Some(focused)));
        let shown = cards(&old);
        let (mut fresh, mut kept) = (Vec::new(), Vec::new());
        for card in cards(&new) {
            let course = course_of(&card);
            if let Some(known) = shown.iter().find(|known| course_of(known) == course) {
                let _ = card.replace_with_with_node_1(known);
                kept.push(course);
            } else {
                fresh.push(card);
            }
        }
        let gone: Vec<String> = shown.iter().map(course_of).filter(|course| !kept.contains(course)).collect();
        let _ = old.replace_with_with_node_1(&new);
        // What is moved loses the focus. Whoever followed a link that is gone goes on at the top of what came.
        if let Some(focused) = focused {
            focus(if focused.is_connected() { Some(focused) } else { here.get_element_by_id("found-title") });
        }
        live::forget(&gone);
        (heading, fresh)
    }

    /// Adds the courses to the list that aren't on it, and leads on from there. Answers with their cards.
    pub(super) fn append(&self, here: &Document) -> Vec<Element> {
        let (Some(list), Some(found)) = (here.get_element_by_id("cards"), self.0.get_element_by_id("found")) else {
            return Vec::new();
        };
        let shown: Vec<String> = cards(&list).iter().map(course_of).collect();
        let fresh: Vec<Element> = cards(&found).into_iter().filter(|card| !shown.contains(&course_of(card))).collect();
        for card in &fresh {
            let _ = list.append_child(card);
        }
        // The link stays the one it was, with whatever has its focus.
        if let Some(link) = next(here) {
            match next(&self.0).and_then(|link| link.get_attribute("href")) {
                Some(href) => drop(link.set_attribute("href", &href)),
                None => link.remove(),
            }
        }
        fresh
    }

    /// What stands outside the list and says something else now.
    fn follow(&self, here: &Document) {
        for select in elements(here.query_selector_all("#search select")) {
            let Some(new) = self.0.get_element_by_id(&select.id()) else { continue };
            // The field stays, with whatever has its focus; its choices are new.
            if select.text_content() != new.text_content() {
                let value = JsValue::from_str("value");
                // Said before they are moved: each time the chosen one goes, the next of those left is chosen.
                let chosen = Reflect::get(&new, &value).unwrap_or_default();
                select.set_text_content(None);
                while let Some(choice) = new.first_element_child() {
                    if select.append_child(&choice).is_err() {
                        break;
                    }
                }
                let _ = Reflect::set(&select, &value, &chosen);
            }
        }
        for chip in elements(here.query_selector_all("#regions > label")) {
            let Some(new) = self.0.get_element_by_id(&chip.id()) else { continue };
            chip.set_class_name(&new.class_name());
            if let (Some(count), Some(new)) = (chip.last_element_child(), new.last_element_child()) {
                count.set_text_content(new.text_content().as_deref());
            }
        }
        if let (Some(tags), Some(new)) = (here.get_element_by_id("tags"), self.0.get_element_by_id("tags")) {
            let had_focus = tags.contains(here.active_element().as_deref());
            let _ = tags.replace_with_with_node_1(&new);
            if had_focus {
                focus(new.query_selector("[aria-current], a").ok().flatten());
            }
        }
        // The page in the other language; and where the page says to be found, which is what is passed on and subscribed to.
        let links = |page: &Document| elements(page.query_selector_all("a.language, head link[rel=canonical], head link[rel=alternate]"));
        for (link, new) in links(here).iter().zip(links(&self.0)) {
            if let Some(href) = new.get_attribute("href") {
                let _ = link.set_attribute("href", &href);
            }
        }
    }
}

/// The link to the next page of the list.
pub(super) fn next(page: &Document) -> Option<Element> {
    page.query_selector("#more a[rel=next]").ok().flatten()
}

/// Puts the focus on it.
pub(super) fn focus(element: Option<Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Brings the islands of cards to life that were put into the page, by the same way as those that came with it.
pub(super) async fn hydrate(cards: Vec<Element>) {
    let Some(window) = web_sys::window() else { return };
    let Ok(hydrate) = Reflect::get(&window, &JsValue::from_str("__hydrateIsland")).and_then(JsCast::dyn_into::<Function>) else { return };
    for some in cards.chunks(AT_A_TIME) {
        for island in some.iter().flat_map(|card| elements(card.query_selector_all("leptos-island"))) {
            // A card that another search has replaced meanwhile is no longer anyone's.
            if let Some(name) = island.get_attribute("data-component").filter(|_| island.is_connected()) {
                let _ = hydrate.call2(&JsValue::UNDEFINED, &island, &JsValue::from_str(&name));
            }
        }
        let turn = Promise::new(&mut |resolve, _| drop(window.set_timeout_with_callback(&resolve)));
        let _ = JsFuture::from(turn).await;
    }
}

fn cards(part: &Element) -> Vec<Element> {
    elements(part.query_selector_all("li[data-course]"))
}

fn course_of(card: &Element) -> String {
    card.get_attribute("data-course").unwrap_or_default()
}

fn elements(found: Result<NodeList, JsValue>) -> Vec<Element> {
    let Ok(found) = found else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.get(index)?.dyn_into().ok()).collect()
}
