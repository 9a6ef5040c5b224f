//! Photos: sent one after another as soon as they are chosen, with how far each is in sight. What was sent stands in the form as if
//! the server had put it there; moving and removing it is the server's.

use super::{Editor, dom, stops};
use crate::editor::BLANK_PHOTO;
use contract::PhotoId;
use contract::photo::{MAX_PHOTO_BYTES, MAX_PHOTOS};
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, File, HtmlElement, HtmlInputElement, ProgressEvent, XmlHttpRequest};

/// Where photos are chosen.
const PICKER: &str = "#photo-files";

/// What is on its way.
#[derive(Default)]
pub(super) struct Uploads {
    waiting: VecDeque<(File, Element)>,
    under_way: bool,
    /// The button that was pressed meanwhile: the form is sent with it when all is there.
    submitter: Option<Option<HtmlElement>>,
}

/// What the server said to a photo.
enum Answer {
    Added(PhotoId),
    /// Refused for a reason that the page has words for, under this name.
    Refused(&'static str),
    /// Nothing, or that it may work later.
    NotNow,
}

impl Editor {
    /// Takes what was chosen; answers whether that is what happened.
    pub(super) fn chosen_photos(self: &Rc<Self>, event: &Event) -> bool {
        let picker = dom::closest(event.target(), PICKER).is_some();
        if picker {
            self.take_photos();
        }
        picker
    }

    /// Takes what is chosen, also before script was there.
    pub(super) fn take_photos(self: &Rc<Self>) {
        let picker = dom::first(&self.form, PICKER).and_then(|picker| picker.dyn_into::<HtmlInputElement>().ok());
        let Some(picker) = picker else { return };
        let files = picker.files();
        for index in 0..files.as_ref().map_or(0, web_sys::FileList::length) {
            if let Some(file) = files.as_ref().and_then(|files| files.item(index)) {
                self.line_up(file);
            }
        }
        // what was taken isn't to come along with the form again
        picker.set_value("");
        self.next_photo();
    }

    /// Whether sending the form has to wait for photos; it is sent when they are there.
    pub(super) fn wait_for_photos(&self, submitter: Option<&HtmlElement>) -> bool {
        let mut uploads = self.uploads.borrow_mut();
        if uploads.under_way {
            uploads.submitter = Some(submitter.cloned());
        }
        uploads.under_way
    }

    fn line_up(&self, file: File) {
        let Some((list, document)) = dom::first(&self.form, "#photo-uploads").zip(dom::document()) else { return };
        let (Ok(line), Ok(bar)) = (document.create_element("li"), document.create_element("progress")) else { return };
        line.set_text_content(Some(&[&file.name(), " "].concat()));
        let _ = bar.set_attribute("aria-label", &file.name());
        let _ = bar.set_attribute("value", "0");
        let _ = line.append_child(&bar);
        let _ = list.append_child(&line);
        self.uploads.borrow_mut().waiting.push_back((file, line));
    }

    /// Sends the next one, if there is one and none is on its way.
    fn next_photo(self: &Rc<Self>) {
        if self.uploads.borrow().under_way {
            return;
        }
        let next = self.uploads.borrow_mut().waiting.pop_front();
        let Some((file, line)) = next else {
            let submitter = self.uploads.borrow_mut().submitter.take();
            return if let Some(submitter) = submitter {
                self.submit_with(submitter)
            };
        };
        if self.photos().len() >= MAX_PHOTOS {
            return self.failed(&line, file, "full");
        }
        if file.size() > MAX_PHOTO_BYTES as f64 {
            return self.failed(&line, file, "large");
        }
        self.uploads.borrow_mut().under_way = true;
        if self.send_photo(&file, &line).is_err() {
            self.answered(Answer::NotNow, file, &line);
        }
    }

    fn send_photo(self: &Rc<Self>, file: &File, line: &Element) -> Result<(), JsValue> {
        let request = XmlHttpRequest::new()?;
        request.open("POST", "/api/v1/photos")?;
        request.set_request_header("content-type", "application/octet-stream")?;
        let bar = dom::first(line, "progress");
        let upload = request.upload()?;
        dom::on(&upload, "progress", move |event| {
            if let Some((bar, event)) = bar.as_ref().zip(event.dyn_ref::<ProgressEvent>()) {
                let _ = bar.set_attribute("value", &(event.loaded() / event.total().max(1.0)).to_string());
            }
        });
        let (editor, sent, whole, line) = (self.clone(), request.clone(), file.clone(), line.clone());
        dom::on(&request, "loadend", move |_| editor.answered(answer(&sent), whole.clone(), &line));
        request.send_with_opt_blob(Some(file))
    }

    fn answered(self: &Rc<Self>, answer: Answer, file: File, line: &Element) {
        self.uploads.borrow_mut().under_way = false;
        match answer {
            Answer::Added(id) => {
                line.remove();
                self.add_photo(id);
                self.say(&self.photo_words("added").replace("{name}", &file.name()));
                self.touched();
                self.next_photo();
            }
            Answer::Refused(why) => self.failed(line, file, why),
            Answer::NotNow => self.failed(line, file, "failed"),
        }
    }

    /// Says in the place of a photo why it isn't there; where it may work later, with a button for that.
    fn failed(self: &Rc<Self>, line: &Element, file: File, why: &str) {
        // what was to be sent with all photos is looked at first
        self.uploads.borrow_mut().submitter = None;
        let words = [&file.name(), ": ", &self.photo_words(why)].concat();
        line.set_text_content(Some(&words));
        line.set_class_name("error");
        self.say(&words);
        let again = (why == "failed").then(|| dom::document()?.create_element("button").ok()).flatten();
        if let Some(again) = again {
            let _ = again.set_attribute("type", "button");
            again.set_class_name("link");
            again.set_text_content(Some(&self.photo_words("again")));
            let _ = line.append_with_str_1(" ").and_then(|()| line.append_child(&again).map(|_| ()));
            let (editor, line) = (self.clone(), line.clone());
            dom::on(&again, "click", move |_| {
                line.remove();
                editor.line_up(file.clone());
                editor.next_photo();
            });
        }
        self.next_photo();
    }

    /// The fields of a photo, as the server would have written them.
    fn add_photo(&self, id: PhotoId) {
        let Some((fields, list)) = stops::blank("blank-photo").zip(dom::first(&self.form, "#photo-list")) else { return };
        let (photos, blank) = (self.photos(), MAX_PHOTOS.to_string());
        let index = photos.len().to_string();
        let filled = |text: &str| {
            let mut text = text.replace(BLANK_PHOTO, &id.to_string()).replace("{n}", &(photos.len() + 1).to_string());
            // in names, in ids, and at the end of buttons' values
            for (before, after) in [("[", "]"), ("-", "-")] {
                text = text.replace(&[before, &blank, after].concat(), &[before, &index, after].concat());
            }
            text.strip_suffix(&[":", &blank].concat()).map(|verb| [verb, ":", &index].concat()).unwrap_or(text)
        };
        for element in dom::all(&fields, "*").iter().chain([&fields]) {
            for name in ["id", "name", "for", "value", "src", "aria-label"] {
                if let Some(text) = element.get_attribute(name) {
                    let _ = element.set_attribute(name, &filled(&text));
                }
            }
        }
        if let Some(label) = dom::first(&fields, "label") {
            label.set_text_content(Some(&filled(&label.text_content().unwrap_or_default())));
        }
        if photos.is_empty()
            && let Some(up) = dom::first(&fields, "button[value^=photo-up]")
        {
            let _ = up.set_attribute("disabled", "");
        }
        if let Some(down) = photos.last().and_then(|last| dom::first(last, "button[value^=photo-down]")) {
            let _ = down.remove_attribute("disabled");
        }
        let _ = list.append_child(&fields);
        let _ = list.remove_attribute("hidden");
    }

    fn photos(&self) -> Vec<Element> {
        dom::all(&self.form, "#photo-list > li")
    }

    /// What the page says of photos.
    fn photo_words(&self, name: &str) -> String {
        dom::first(&self.form, "#photo-uploads").and_then(|list| list.get_attribute(&["data-", name].concat())).unwrap_or_default()
    }
}

/// What a finished request says.
fn answer(request: &XmlHttpRequest) -> Answer {
    let text = request.response_text().ok().flatten().unwrap_or_default();
    let read = |path: &[&str]| {
        let mut value = js_sys::JSON::parse(&text).ok()?;
        for name in path {
            value = js_sys::Reflect::get(&value, &JsValue::from_str(name)).ok()?;
        }
        value.as_string()
    };
    match request.status().unwrap_or_default() {
        201 => read(&["id"]).and_then(|id| id.parse().ok()).map_or(Answer::NotNow, Answer::Added),
        413 => Answer::Refused("large"),
        422 => Answer::Refused(match read(&["errors", "0", "field"]).as_deref() {
            Some("photo.pixels") => "pixels",
            Some("photo.side") => "side",
            _ => "unreadable",
        }),
        _ => Answer::NotNow,
    }
}
