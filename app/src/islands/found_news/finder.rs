//! Fetching: one search at a time, the last one asked for.

use super::answer::{self, Answer};
use super::{News, address, listen};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Document, HtmlFormElement, IntersectionObserver, RequestInit, Response, Window};

/// How many pages come by themselves before one has to ask: what is below the list must be within reach.
const BY_THEMSELVES: u8 = 3;

/// What is fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Job {
    /// What an address asks for.
    Search(String),
    /// The next page; asked for, or because its end came near.
    More { asked: bool },
}

/// What searches, for the life of the page.
#[derive(Clone)]
pub(super) struct Finder {
    pub window: Window,
    pub document: Document,
    pub form: HtmlFormElement,
    news: RwSignal<News>,
    state: Rc<RefCell<State>>,
}

#[derive(Default)]
struct State {
    /// The address of what is shown.
    shown: String,
    /// Counts what was begun; whatever is not the last is over.
    begun: u32,
    abort: Option<AbortController>,
    timer: Option<i32>,
    /// Kept to be given to each timer.
    fire: Option<Closure<dyn Fn()>>,
    /// Whether what is awaited will be a place to come back to.
    push: bool,
    failed: Option<Job>,
    pages: u8,
    observer: Option<IntersectionObserver>,
}

impl Finder {
    /// `None` on a page without the form.
    pub(super) fn new(news: RwSignal<News>) -> Option<Self> {
        let window = web_sys::window()?;
        let document = window.document()?;
        let form = document.get_element_by_id("search")?.dyn_into().ok()?;
        let finder = Self { window, document, form, news, state: Rc::default() };
        let fire = finder.clone();
        let fire = Closure::new(move || fire.search());
        let observer = listen::near_the_end(&finder);
        let shown = finder.here();
        *finder.state.borrow_mut() = State { shown, fire: Some(fire), observer, ..State::default() };
        finder.watch_the_end();
        Some(finder)
    }

    /// The address of the page without its origin.
    fn here(&self) -> String {
        let location = self.window.location();
        [location.pathname().unwrap_or_default(), location.search().unwrap_or_default()].concat()
    }

    /// What is asked for has changed: searches after `wait` milliseconds. What is under way is given up at once, so that nothing old
    /// is put over it.
    pub(super) fn later(&self, push: bool, wait: i32) {
        self.give_up();
        let mut state = self.state.borrow_mut();
        state.push |= push;
        let begin = |fire: &Closure<dyn Fn()>| {
            self.window.set_timeout_with_callback_and_timeout_and_arguments_0(fire.as_ref().unchecked_ref(), wait).ok()
        };
        state.timer = state.fire.as_ref().and_then(begin);
    }

    /// Forgets what is awaited and what is under way.
    pub(super) fn give_up(&self) {
        let mut state = self.state.borrow_mut();
        state.begun = state.begun.wrapping_add(1);
        if let Some(timer) = state.timer.take() {
            self.window.clear_timeout_with_handle(timer);
        }
        if let Some(abort) = state.abort.take() {
            abort.abort();
        }
        drop(state);
        self.busy(false);
    }

    /// Searches for what stands in the form, now.
    pub(super) fn search(&self) {
        let address = address::of_form(&self.form);
        let push = std::mem::take(&mut self.state.borrow_mut().push);
        if address != self.here() {
            self.go_to(&address, push);
        }
        self.start(Job::Search(address));
    }

    /// Searches for what `address` on this site asks for.
    pub(super) fn follow(&self, address: &str) {
        self.fill(address);
        self.state.borrow_mut().push = false;
        if address != self.here() {
            self.go_to(address, true);
        }
        self.start(Job::Search(address.to_owned()));
    }

    /// The browser went back or forward.
    pub(super) fn went(&self) {
        let address = self.here();
        let state = self.state.borrow();
        let (shown, idle) = (state.shown == address, state.abort.is_none() && state.timer.is_none() && state.failed.is_none());
        drop(state);
        // to a place within the page
        if shown && idle {
            return;
        }
        self.fill(&address);
        self.state.borrow_mut().push = false;
        self.start(Job::Search(address));
    }

    /// Tries again what didn't work.
    pub(super) fn retry(&self) {
        let failed = self.state.borrow_mut().failed.take();
        if let Some(job) = failed {
            self.start(job);
        }
    }

    /// The end of the list is near.
    pub(super) fn end_is_near(&self) {
        let state = self.state.borrow();
        let free = state.abort.is_none() && state.timer.is_none() && state.failed.is_none() && state.pages < BY_THEMSELVES;
        drop(state);
        if free {
            self.start(Job::More { asked: false });
        }
    }

    fn fill(&self, address: &str) {
        address::into_form(&self.form, address.split_once('?').map_or("", |(_, query)| query));
    }

    fn go_to(&self, address: &str, push: bool) {
        let Ok(history) = self.window.history() else { return };
        let _ = if push {
            history.push_state_with_url(&JsValue::NULL, "", Some(address))
        } else {
            history.replace_state_with_url(&JsValue::NULL, "", Some(address))
        };
    }

    /// Begins a job, in place of any other.
    pub(super) fn start(&self, job: Job) {
        self.give_up();
        let Ok(abort) = AbortController::new() else { return };
        let address = match &job {
            Job::Search(address) => Some(address.clone()),
            Job::More { .. } => answer::next(&self.document).and_then(|link| link.get_attribute("href")),
        };
        let Some(address) = address else { return };
        let mut state = self.state.borrow_mut();
        let mine = state.begun;
        (state.failed, state.abort) = (None, Some(abort.clone()));
        drop(state);
        self.busy(true);
        let finder = self.clone();
        spawn_local(async move {
            let answer = fetch(&finder.window, &address, &abort).await;
            // Another one was begun meanwhile: what is told of this one is nobody's concern.
            if finder.state.borrow().begun == mine {
                finder.state.borrow_mut().abort = None;
                finder.busy(false);
                finder.show(job, answer).await;
            }
        });
    }

    async fn show(&self, job: Job, answer: Option<Answer>) {
        let Some(answer) = answer else {
            let news = match (&job, self.window.navigator().on_line()) {
                (_, false) => News::Offline,
                (Job::Search(_), true) => News::Failed,
                (Job::More { .. }, true) => News::FailedMore,
            };
            self.state.borrow_mut().failed = Some(job);
            return self.news.set(news);
        };
        let fresh = match job {
            Job::Search(_) => {
                let (heading, fresh) = answer.replace(&self.document);
                let mut state = self.state.borrow_mut();
                (state.shown, state.pages) = (self.here(), 0);
                drop(state);
                self.news.set(News::Found(heading));
                fresh
            }
            Job::More { asked } => {
                let fresh = answer.append(&self.document);
                self.state.borrow_mut().pages += u8::from(!asked);
                // Whoever has asked goes on with what came.
                if asked {
                    answer::focus(fresh.first().and_then(|card| card.query_selector("a").ok().flatten()));
                }
                self.news.set(News::Added(fresh.len() as u64));
                fresh
            }
        };
        answer::hydrate(fresh).await;
        self.watch_the_end();
    }

    /// Watches the end of the list anew: told is only what changes, and it may have stayed in sight.
    fn watch_the_end(&self) {
        let state = self.state.borrow();
        let Some(observer) = &state.observer else { return };
        observer.disconnect();
        if let Some(end) = self.document.get_element_by_id("more").filter(|_| state.pages < BY_THEMSELVES) {
            observer.observe(&end);
        }
    }

    fn busy(&self, busy: bool) {
        if let Some(found) = self.document.get_element_by_id("found") {
            let _ = if busy { found.set_attribute("aria-busy", "true") } else { found.remove_attribute("aria-busy") };
        }
    }
}

/// The page at `address`; `None` if it can't be had.
async fn fetch(window: &Window, address: &str, abort: &AbortController) -> Option<Answer> {
    let options = RequestInit::new();
    options.set_signal(Some(&abort.signal()));
    let response: Response = JsFuture::from(window.fetch_with_str_and_init(address, &options)).await.ok()?.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    let html = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    Answer::read(&html)
}
