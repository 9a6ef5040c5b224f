//! The list of stops: adding, removing, moving, and their numbers.
//!
//! A stop is moved by moving its neighbours around it: what is never taken out of the document keeps the focus, the pointer and an
//! input method's half-written syllable.

use super::{Editor, dom, fields};
use crate::editor::numbering::renumbered;
use contract::course::MAX_STOPS;
use leptos::prelude::Set;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement, HtmlTemplateElement, KeyboardEvent};

/// Attributes that have the number of the stop in them.
const NUMBERED: [&str; 4] = ["id", "name", "for", "aria-describedby"];

/// A stop that was taken out, with all that is written in it.
pub(super) struct Removed {
    stop: Element,
    words: Option<Element>,
    index: usize,
    name: String,
}

impl Editor {
    /// Numbers all stops anew, in the order in which they stand.
    pub(super) fn number(&self) {
        let stops = self.stops();
        let count = stops.len();
        for (index, stop) in stops.iter().enumerate() {
            stop.set_id(&["stop-", &(index + 1).to_string()].concat());
            number(stop, index, count);
        }
        for (index, words) in self.words_of_stops().iter().enumerate() {
            number(words, index, count);
        }
        if let Some(add) = dom::first(&self.form, "button[value=add]") {
            let _ = add.toggle_attribute_with_force("hidden", count >= MAX_STOPS);
        }
    }

    /// Moves the stop at `from` to `to`, keeps the page still under `held`, and says so.
    pub(super) fn step(self: &Rc<Self>, from: usize, to: usize, held: &Element) {
        let count = self.stops().len();
        if from == to || from >= count || to >= count {
            return;
        }
        let before = dom::top(held);
        self.shift(from, to);
        dom::hold(held, before);
        self.moved(to);
        // a button at the end of its way can't hold the focus
        let at_end = held.has_attribute("disabled");
        let grip = held.closest(".stop-fields").ok().flatten().and_then(|stop| dom::first(&stop, ".grip"));
        dom::focus(grip.as_ref().filter(|_| at_end).unwrap_or(held));
    }

    /// Moves the stop at `from` to `to`, and its words in the other language with it.
    pub(super) fn shift(&self, from: usize, to: usize) {
        shift(&self.stops(), from, to);
        shift(&self.words_of_stops(), from, to);
        self.number();
        self.forget_errors();
        self.desk.update(self.places());
        self.desk.chosen.set(to);
    }

    /// Says where the stop at `index` is now.
    pub(super) fn moved(self: &Rc<Self>, index: usize) {
        let count = self.stops().len().to_string();
        let words =
            self.words.moved.replace("{n}", &(index + 1).to_string()).replace("{count}", &count).replace("{name}", &self.called(index));
        self.say(&words);
        self.touched();
    }

    /// Arrow keys on the handle of a stop.
    pub(super) fn grip_key(self: &Rc<Self>, grip: &Element, event: &KeyboardEvent) {
        let stops = self.stops();
        let Some(from) = grip.closest(".stop-fields").ok().flatten().and_then(|stop| stops.iter().position(|known| *known == stop)) else {
            return;
        };
        let to = match event.key().as_str() {
            "ArrowUp" => from.saturating_sub(1),
            "ArrowDown" => (from + 1).min(stops.len() - 1),
            "Home" => 0,
            "End" => stops.len() - 1,
            _ => return,
        };
        event.prevent_default();
        self.step(from, to, grip);
    }

    /// Adds an empty stop at the end.
    pub(super) fn add(self: &Rc<Self>) {
        if self.stops().len() >= MAX_STOPS {
            return;
        }
        self.append();
        self.number();
        self.desk.update(self.places());
        let index = self.stops().len() - 1;
        self.desk.chosen.set(index);
        self.say(&self.words.added.replace("{name}", &self.called(index)));
        let first = self.stops().last().and_then(|stop| dom::first(stop, "input"));
        if let Some(first) = first.as_ref().and_then(|first| first.dyn_ref::<HtmlElement>()) {
            let _ = first.focus();
        }
        self.touched();
    }

    /// Takes a stop out, and keeps it for the way back.
    pub(super) fn remove(self: &Rc<Self>, index: usize) {
        let Some(stop) = self.stops().get(index).cloned() else { return };
        let words = self.words_of_stops().get(index).cloned();
        let name = self.called(index);
        stop.remove();
        if let Some(words) = &words {
            words.remove();
        }
        self.number();
        self.forget_errors();
        self.desk.update(self.places());
        let said = self.words.removed.replace("{name}", &name);
        self.say(&said);
        self.desk.undo.set(Some(said));
        self.removed.borrow_mut().push(Removed { stop, words, index, name });
        // on with the next one, or with the last, or with a new one
        let stops = self.stops();
        let next = stops.get(index).or(stops.last()).and_then(|stop| dom::first(stop, ".grip"));
        if let Some(next) = next.or_else(|| dom::first(&self.form, "button[value=add]")) {
            dom::focus(&next);
        }
        self.touched();
    }

    /// Puts the stop back that was taken out last, where it was.
    pub(super) fn put_back(self: &Rc<Self>) {
        let removed = self.removed.borrow_mut().pop();
        let Some(Removed { stop, words, index, name }) = removed else { return };
        if self.stops().len() >= MAX_STOPS {
            self.removed.borrow_mut().push(Removed { stop, words, index, name });
            return;
        }
        insert(self.list("stop-list"), &self.stops(), index, &stop);
        if let Some(words) = &words {
            insert(self.list("words-list"), &self.words_of_stops(), index, words);
        }
        self.number();
        self.desk.update(self.places());
        self.say(&self.words.back.replace("{name}", &name));
        let before = self.removed.borrow().last().map(|removed| self.words.removed.replace("{name}", &removed.name));
        self.desk.undo.set(before);
        if let Some(grip) = dom::first(&stop, ".grip") {
            dom::focus(&grip);
            stop.scroll_into_view_with_bool(true);
        }
        self.touched();
    }

    /// Makes as many stops as there are to be filled in.
    pub(super) fn fit(&self, count: usize) {
        while self.stops().len() < count.min(MAX_STOPS) {
            if !self.append() {
                return;
            }
        }
        for (list, keep) in [(self.stops(), count), (self.words_of_stops(), count)] {
            list.iter().skip(keep).for_each(Element::remove);
        }
        self.number();
    }

    /// What a stop is called: by its name, or else by its number.
    pub(super) fn called(&self, index: usize) -> String {
        let name = fields::value(&self.form, &["stops[", &index.to_string(), "].name"].concat());
        if !name.trim().is_empty() {
            return name.trim().to_owned();
        }
        let legend = self.stops().get(index).and_then(|stop| dom::first(stop, "legend"));
        legend.and_then(|legend| legend.text_content()).unwrap_or_default()
    }

    /// Shows the name beside the handle, where it is seen while stops are moved.
    pub(super) fn show_title(&self, target: Option<EventTarget>) {
        let Some(stop) = dom::closest(target, ".stop-fields") else { return };
        if let (Some(index), Some(title)) = (self.stops().iter().position(|known| *known == stop), dom::first(&stop, ".stop-title")) {
            title.set_text_content(Some(&fields::value(&self.form, &["stops[", &index.to_string(), "].name"].concat())));
        }
    }

    pub(super) fn show_titles(&self) {
        for stop in self.stops() {
            self.show_title(Some(stop.into()));
        }
    }

    /// Adds an empty stop, not numbered yet; `false` where there is nothing to make it of.
    fn append(&self) -> bool {
        let Some(stop) = blank("blank-stop") else { return false };
        insert(self.list("stop-list"), &[], 0, &stop);
        if let Some(words) = blank("blank-words") {
            insert(self.list("words-list"), &[], 0, &words);
        }
        true
    }

    /// The links to what was wrong know stops by their numbers. What was wrong stands beside the fields, too.
    fn forget_errors(&self) {
        let Some(main) = self.form.parent_element() else { return };
        for link in dom::all(&main, ".problem li a[href*=\"stops-\"]") {
            if let Some(line) = link.closest("li").ok().flatten() {
                line.remove();
            }
        }
    }

    fn words_of_stops(&self) -> Vec<Element> {
        dom::all(&self.form, "#words-list > .stop-words")
    }

    fn list(&self, id: &str) -> Option<Element> {
        dom::first(&self.form, &["#", id].concat())
    }
}

/// Moves what is between the two places around the one that moves.
fn shift(list: &[Element], from: usize, to: usize) {
    let Some((moving, parent)) = list.get(from).and_then(|moving| Some((moving, moving.parent_node()?))) else { return };
    let (around, reference) =
        if to > from { (&list[from + 1..=to], Some(moving.clone().into())) } else { (&list[to..from], moving.next_sibling()) };
    for neighbour in around {
        // the reference is a child of this parent, so there is nothing to fail
        let _ = parent.insert_before(neighbour, reference.as_ref());
    }
}

/// Puts an element at this place of a list, or at its end.
fn insert(parent: Option<Element>, list: &[Element], index: usize, element: &Element) {
    let before = list.get(index).map(|element| element.clone().into());
    if let Some(parent) = parent {
        let _ = parent.insert_before(element, before.as_ref());
    }
}

/// A copy of what a template holds.
pub(super) fn blank(id: &str) -> Option<Element> {
    let template: HtmlTemplateElement = dom::document()?.get_element_by_id(id)?.dyn_into().ok()?;
    template.content().first_element_child()?.clone_node_with_deep(true).ok()?.dyn_into().ok()
}

/// Sets the number of the stop wherever it stands in this part of the form.
fn number(part: &Element, index: usize, count: usize) {
    for element in dom::all(part, "[id],[name],[for],[aria-describedby],[data-n],[data-n-label]") {
        for attribute in NUMBERED {
            if let Some(new) = element.get_attribute(attribute).and_then(|text| renumbered(&text, index)) {
                let _ = element.set_attribute(attribute, &new);
            }
        }
        let numbered = |pattern: String| pattern.replace("{n}", &(index + 1).to_string());
        if let Some(text) = element.get_attribute("data-n") {
            element.set_text_content(Some(&numbered(text)));
        }
        if let Some(label) = element.get_attribute("data-n-label") {
            let _ = element.set_attribute("aria-label", &numbered(label));
        }
    }
    for button in dom::all(part, "button[name=do]") {
        let value = button.get_attribute("value").unwrap_or_default();
        let Some((verb, _)) = value.split_once(':') else { continue };
        let _ = button.set_attribute("value", &[verb, ":", &index.to_string()].concat());
        let off = (verb == "up" && index == 0) || (verb == "down" && index + 1 == count);
        let _ = button.toggle_attribute_with_force("disabled", off);
    }
}
