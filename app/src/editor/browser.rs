//! The editor in the browser: it takes over the server's form where it stands and hears what happens in it.

mod copies;
mod dom;
mod drag;
mod fields;
mod map;
mod send;
mod stops;
mod uploads;

use super::copy::{Fields, Kept};
use super::{Deed, Desk, Offer, Setup, Status, Words};
use copies::Slot;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use send::Sending;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use stops::Removed;
use uploads::Uploads;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlFormElement, KeyboardEvent, SubmitEvent};

pub(super) use copies::{forget_copy, forget_on_leaving};

/// How long one waits after the last change before it is kept in the browser, in milliseconds.
const KEEP_AFTER: u64 = 300;

thread_local! {
    static DESK: RefCell<Option<Desk>> = const { RefCell::new(None) };
    static EDITOR: RefCell<Option<Rc<Editor>>> = const { RefCell::new(None) };
}

/// The form in hand.
struct Editor {
    form: HtmlFormElement,
    setup: Setup,
    words: Words,
    desk: Desk,
    slot: Slot,
    /// What was removed, the last one last.
    removed: RefCell<Vec<Removed>>,
    /// What the server has, as far as is known.
    stored: RefCell<Option<Fields>>,
    /// What was kept before this page was opened, while it is not decided on.
    offered: RefCell<Option<Kept>>,
    sending: RefCell<Sending>,
    uploads: RefCell<Uploads>,
    /// Whether a syllable is being put together.
    composing: Cell<bool>,
    keep_timer: Cell<Option<TimeoutHandle>>,
}

/// What the islands of this page share.
pub(super) fn desk() -> Desk {
    DESK.with_borrow_mut(|desk| desk.get_or_insert_with(Desk::new).clone())
}

/// Takes the form over, once.
pub(super) fn take_over(setup: Setup, words: Words) {
    let form = dom::document().and_then(|document| document.get_element_by_id("course-form")).and_then(|form| form.dyn_into().ok());
    let Some(form) = form else { return };
    if EDITOR.with_borrow(Option::is_some) {
        return;
    }
    let slot = Slot::of(&setup);
    let editor = Rc::new(Editor {
        form,
        words,
        desk: desk(),
        slot,
        removed: RefCell::default(),
        stored: RefCell::default(),
        offered: RefCell::default(),
        sending: RefCell::default(),
        uploads: RefCell::default(),
        composing: Cell::new(false),
        keep_timer: Cell::new(None),
        setup,
    });
    EDITOR.set(Some(editor.clone()));
    editor.start();
}

/// Does what was asked for on an island.
pub(super) fn act(deed: Deed) {
    let Some(editor) = EDITOR.with_borrow(Clone::clone) else { return };
    match deed {
        Deed::LayOut => editor.desk.lay_out(editor.places()),
        Deed::Place(index, at) => editor.place(index, at),
        Deed::Placed(index) => editor.placed(index),
        Deed::Undo => editor.put_back(),
        Deed::Restore => editor.restore(),
        Deed::Discard => editor.discard(),
    }
}

impl Editor {
    fn start(self: &Rc<Self>) {
        copies::sweep();
        let untouched = fields::is_untouched(&self.form);
        if self.setup.fresh {
            if untouched {
                self.stored.replace(Some(fields::read(&self.form)));
            }
            self.look_for_copy();
        }
        self.number();
        self.desk.lay_out(self.places());
        self.listen("input", |editor, event| editor.changed(&event));
        self.listen("change", |editor, event| {
            if editor.chosen_photos(&event) {
                return;
            }
            editor.split_pair(event.target());
            editor.changed(&event);
        });
        self.listen("paste", |editor, event| editor.pasted(&event));
        self.listen("focusin", |editor, event| editor.choose(event.target()));
        self.listen("click", |editor, event| editor.pressed(&event));
        self.listen("keydown", |editor, event| editor.key(&event));
        self.listen("compositionstart", |editor, _| editor.composing.set(true));
        self.listen("compositionend", |editor, _| editor.composing.set(false));
        self.listen("submit", |editor, event| editor.submitted(&event));
        drag::listen(self);
        self.listen_to_page();
        let _ = self.form.class_list().add_1("taken-over");
        self.take_photos();
        if !untouched {
            self.show_titles();
            self.touched();
        }
    }

    fn listen(self: &Rc<Self>, name: &str, then: impl Fn(&Rc<Self>, Event) + 'static) {
        let editor = self.clone();
        dom::on(&self.form, name, move |event| then(&editor, event));
    }

    /// The page is left, hidden, or the network is back.
    fn listen_to_page(self: &Rc<Self>) {
        let (Some(window), Some(document)) = (web_sys::window(), dom::document()) else { return };
        let editor = self.clone();
        dom::on(&window, "pagehide", move |_| editor.keep());
        let editor = self.clone();
        dom::on(&window, "pageshow", move |_| editor.back());
        let editor = self.clone();
        dom::on(&window, "offline", move |_| editor.offline());
        let editor = self.clone();
        dom::on(&window, "online", move |_| editor.send_in(0));
        let editor = self.clone();
        dom::on(&document, "visibilitychange", move |_| if dom::is_hidden() { editor.keep() } else { editor.woken() });
    }

    /// Something was written.
    fn changed(self: &Rc<Self>, event: &Event) {
        if let Some(name) = dom::name_of(event.target()).filter(|name| name.starts_with("stops[")) {
            if name.ends_with(".name") {
                self.show_title(event.target());
            }
            self.desk.update(self.places());
        }
        self.touched();
    }

    /// What is on the page is no longer what was kept.
    fn touched(self: &Rc<Self>) {
        let editor = self.clone();
        dom::later(&self.keep_timer, Duration::from_millis(KEEP_AFTER), move || editor.keep());
        self.send_in(super::saving::PAUSE);
    }

    /// A button of the stops' was pressed; the others send the form.
    fn pressed(self: &Rc<Self>, event: &Event) {
        let Some(button) = dom::closest(event.target(), "button[name=do]") else { return };
        let value = button.get_attribute("value").unwrap_or_default();
        let (verb, index) = value.split_once(':').unwrap_or((&value, ""));
        match (verb, index.parse::<usize>().ok()) {
            ("add", _) => self.add(),
            ("remove", Some(index)) => self.remove(index),
            ("up", Some(index)) if index > 0 => self.step(index, index - 1, &button),
            ("down", Some(index)) => self.step(index, index + 1, &button),
            _ => return,
        }
        event.prevent_default();
    }

    fn key(self: &Rc<Self>, event: &Event) {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        // 229: what some browsers say of the key that ends the composition, after it has ended
        if event.key() == "Enter" && (self.composing.get() || event.is_composing() || event.key_code() == 229) {
            event.prevent_default();
            return;
        }
        if let Some(grip) = dom::closest(event.target(), ".grip") {
            self.grip_key(&grip, event);
        }
    }

    /// The form is sent: not in the middle of a syllable, and not while what was sent before is on its way, which would make the
    /// version that it bears an old one.
    fn submitted(self: &Rc<Self>, event: &Event) {
        let submitter = event.dyn_ref::<SubmitEvent>().and_then(SubmitEvent::submitter);
        if self.composing.get() || self.wait_for_photos(submitter.as_ref()) || self.wait_to_submit(submitter.as_ref()) {
            event.prevent_default();
            return;
        }
        if let Some(timer) = self.keep_timer.take() {
            timer.clear();
        }
        self.keep();
        let is_preview = submitter.is_some_and(|button| button.get_attribute("value").as_deref() == Some("preview"));
        if !is_preview {
            self.leave();
            fields::set_copy_name(&self.form, &self.slot.name);
        }
    }

    /// Keeps what is written in the browser; what the server has needn't be.
    fn keep(self: &Rc<Self>) {
        let fields = fields::read(&self.form);
        let known = self.stored.borrow().as_ref() == Some(&fields);
        if known {
            self.slot.let_go();
            return;
        }
        let kept = self.slot.keep(fields::version_of_copy(&self.form), fields);
        // where it also goes to the server, it is said what becomes of it there
        match kept {
            Some(time) if !self.setup.saves => self.desk.status.set(Status::Kept(time)),
            None if !self.is_sent() => self.desk.status.set(Status::NoRoom),
            _ => {}
        }
    }

    /// Offers what was kept before, where it differs from what is there.
    fn look_for_copy(&self) {
        let Some(kept) = self.slot.find() else { return };
        if self.stored.borrow().as_ref() == Some(&kept.fields) {
            self.slot.clear();
            return;
        }
        let old = kept.version != fields::version(&self.form);
        self.slot.put_aside(&kept);
        self.desk.offer.set(Some(Offer { time: copies::when(kept.at), old }));
        self.offered.replace(Some(kept));
    }

    fn restore(self: &Rc<Self>) {
        let Some(kept) = self.offered.take() else { return };
        self.fit(super::numbering::count(&kept.fields));
        fields::write(&self.form, &kept.fields);
        // of an older version: saving it shows both
        fields::set_version(&self.form, &kept.version);
        self.number();
        self.show_titles();
        self.desk.lay_out(self.places());
        self.settled(&self.words.restored);
        self.keep();
        self.slot.forget_aside();
        self.send_in(super::saving::PAUSE);
    }

    fn discard(&self) {
        self.offered.take();
        self.slot.forget_aside();
        self.settled(&self.words.discarded);
    }

    /// The offer is gone, and with it the button that was pressed.
    fn settled(&self, words: &str) {
        self.desk.offer.set(None);
        self.say(words);
        if let Some(first) = fields::named(&self.form, "title") {
            dom::focus(&first);
        }
    }

    /// Says something once.
    fn say(&self, words: &str) {
        self.desk.said.set(words.to_owned());
    }

    fn stops(&self) -> Vec<Element> {
        dom::all(&self.form, "#stop-list > .stop-fields")
    }
}
