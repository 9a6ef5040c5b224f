//! Saving by itself, what its host alone can see: after a pause, one at a time, and again when it didn't work.

use super::{Editor, copies, dom, fields};
use crate::actions::{SavedCourse, autosave_course};
use crate::editor::Status;
use crate::editor::copy::Fields;
use crate::editor::saving::{Next, PAUSE, after};
use contract::ApiError;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use web_sys::HtmlElement;

/// Where it stands.
#[derive(Default)]
pub(super) struct Sending {
    timer: Cell<Option<TimeoutHandle>>,
    /// Whether something is on its way.
    under_way: bool,
    /// The button that was pressed meanwhile: the form is sent with it as soon as the answer is there.
    waiting: Option<Option<HtmlElement>>,
    /// Tries in a row that failed.
    failures: u32,
    /// Whether the last answer was no.
    refused: bool,
    /// Whether the server takes no more of it.
    over: bool,
    /// Whether the form itself is on its way.
    leaving: bool,
}

impl Editor {
    /// Sends what is written after so many milliseconds without a change.
    pub(super) fn send_in(self: &Rc<Self>, wait: u32) {
        let sending = self.sending.borrow();
        if !self.setup.saves || sending.over || sending.leaving {
            return;
        }
        let editor = self.clone();
        dom::later(&sending.timer, Duration::from_millis(wait.into()), move || editor.send());
    }

    /// Whether what is written gets to the server by itself, as far as is known.
    pub(super) fn is_sent(&self) -> bool {
        let sending = self.sending.borrow();
        self.setup.saves && !sending.over && !sending.refused && sending.failures == 0
    }

    /// The network is gone, and says so.
    pub(super) fn offline(&self) {
        if self.is_sent() {
            self.desk.status.set(Status::Offline);
        }
    }

    /// The page is looked at again: perhaps one has signed in elsewhere, or the network is back.
    pub(super) fn woken(self: &Rc<Self>) {
        if !self.is_sent() {
            self.send_in(0);
        }
    }

    /// The form goes its own way.
    pub(super) fn leave(&self) {
        let mut sending = self.sending.borrow_mut();
        sending.leaving = true;
        if let Some(timer) = sending.timer.take() {
            timer.clear();
        }
    }

    /// The page is there again, as it was left.
    pub(super) fn back(self: &Rc<Self>) {
        let left = std::mem::take(&mut self.sending.borrow_mut().leaving);
        if left {
            self.send_in(PAUSE);
        }
    }

    /// Whether sending the form has to wait for an answer; it is sent then.
    pub(super) fn wait_to_submit(&self, button: Option<&HtmlElement>) -> bool {
        let mut sending = self.sending.borrow_mut();
        if sending.under_way {
            sending.waiting = Some(button.cloned());
        }
        sending.under_way
    }

    fn send(self: &Rc<Self>) {
        let Some(course) = self.setup.course else { return };
        if self.sending.borrow().under_way || self.composing.get() {
            return self.send_in(PAUSE);
        }
        let mut written = fields::read(&self.form);
        if self.stored.borrow().as_ref() == Some(&written) {
            if self.desk.status.get_untracked() == Status::Offline {
                self.desk.status.set(Status::Quiet);
            }
            return;
        }
        self.keep();
        written.push(("version".to_owned(), fields::version(&self.form)));
        self.sending.borrow_mut().under_way = true;
        let editor = self.clone();
        spawn_local(async move {
            let answer = autosave_course(course, written.clone()).await;
            written.pop();
            editor.sending.borrow_mut().under_way = false;
            match answer {
                Ok(saved) => editor.saved(written, saved),
                Err(error) => editor.not_saved(&error.0),
            }
            editor.submit_waiting();
        });
    }

    fn saved(self: &Rc<Self>, written: Fields, saved: SavedCourse) {
        {
            let mut sending = self.sending.borrow_mut();
            sending.failures = 0;
            sending.refused = false;
        }
        fields::set_version(&self.form, &saved.version.to_string());
        let unchanged = fields::read(&self.form) == written;
        self.stored.replace(Some(written));
        self.desk.status.set(Status::Saved(copies::time()));
        if unchanged {
            self.slot.let_go();
        } else {
            self.send_in(PAUSE);
        }
    }

    fn not_saved(self: &Rc<Self>, trouble: &ApiError) {
        let failures = self.sending.borrow().failures;
        let (status, next) = after(trouble, failures, copies::time());
        {
            let mut sending = self.sending.borrow_mut();
            sending.refused = next == Next::Change;
            sending.failures = if matches!(next, Next::In(_)) { failures + 1 } else { 0 };
        }
        self.desk.status.set(status);
        match next {
            Next::In(wait) => self.send_in(wait),
            Next::Change => {}
            Next::Never => self.sending.borrow_mut().over = true,
        }
    }

    /// Sends the form that had to wait.
    fn submit_waiting(&self) {
        let waiting = self.sending.borrow_mut().waiting.take();
        if let Some(button) = waiting {
            self.submit_with(button);
        }
    }

    /// Sends the form as if this button had been pressed.
    pub(super) fn submit_with(&self, button: Option<HtmlElement>) {
        let _ = match button {
            Some(button) => self.form.request_submit_with_submitter(Some(&button)),
            None => self.form.request_submit(),
        };
    }
}
