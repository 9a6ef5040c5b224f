//! What the settings look like.

use crate::components::errors::Errors;
use crate::components::field::{Field, Line};
use crate::components::notice::notice;
use crate::components::talk::trouble;
use crate::text::td_string;
use crate::visit::Visit;
use contract::ApiResult;
use contract::message::MessageSettings;
use leptos::prelude::*;

/// A part of the page, with a form of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Messages,
    Password,
    Sessions,
    Close,
}

impl Part {
    /// What was done, as it stands in the address; ending sessions and the account leads elsewhere.
    pub(super) fn parse(code: &str) -> Option<Self> {
        match code {
            "messages" => Some(Self::Messages),
            "password" => Some(Self::Password),
            _ => None,
        }
    }
}

/// What there is to say besides the forms.
#[derive(Default)]
pub(super) struct State {
    /// What is in the way of one of them.
    pub refused: Option<(Part, Errors)>,
    /// What the person wants to be told.
    pub wanted: Option<ApiResult<MessageSettings>>,
    /// What was done.
    pub done: Option<Part>,
}

impl State {
    fn errors(&self, part: Part) -> Errors {
        self.refused.as_ref().filter(|(refused, _)| *refused == part).map(|(_, errors)| errors.clone()).unwrap_or_default()
    }

    fn done(&self, part: Part, words: &'static str) -> Option<AnyView> {
        (self.done == Some(part)).then(|| notice(words))
    }
}

/// The whole page.
pub(super) fn view(visit: &Visit, state: &State) -> AnyView {
    let l = visit.l;
    let email = visit.account.as_ref().map(|account| account.email.clone()).unwrap_or_default();
    view! {
        <section class="settings">
            <div class="own-head">
                <h1>{td_string!(l, settings.title)}</h1>
                <p class="lead">{td_string!(l, settings.signed_in_as, email = email.as_str()).to_string()}</p>
            </div>
            {messages(visit, state)}
            {password(visit, state, &email)}
            {sessions(visit, state)}
            {close(visit, state)}
        </section>
    }
    .into_any()
}

fn messages(visit: &Visit, state: &State) -> AnyView {
    let l = visit.l;
    let form = match &state.wanted {
        Some(Ok(wanted)) => {
            let boxes = [
                ("receipts", td_string!(l, settings.receipts), wanted.receipts),
                ("bookmarks", td_string!(l, settings.bookmarks), wanted.bookmarks),
                ("reviews", td_string!(l, settings.reviews), wanted.reviews),
                ("replies", td_string!(l, settings.replies), wanted.replies),
                ("comments", td_string!(l, settings.comments), wanted.comments),
            ];
            let boxes = boxes.map(|(name, label, ticked)| check(name, label, ticked)).into_iter().collect_view();
            view! {
                <form class="form" role="none" method="post" action=visit.href("/settings/messages#messages")>
                    <div role="group" aria-labelledby="messages-title">{boxes}</div>
                    <p class="hint">{td_string!(l, settings.always)}</p>
                    <p><button class="button" type="submit">{td_string!(l, settings.save)}</button></p>
                </form>
            }
            .into_any()
        }
        Some(Err(cause)) => trouble(visit, cause),
        None => ().into_any(),
    };
    view! {
        <section class="settings-part" id="messages" aria-labelledby="messages-title">
            <h2 id="messages-title">{td_string!(l, settings.messages)}</h2>
            {state.done(Part::Messages, td_string!(l, settings.done_messages))}
            {state.errors(Part::Messages).summary(l, |_| String::new())}
            {form}
        </section>
    }
    .into_any()
}

fn check(name: &'static str, label: &'static str, ticked: bool) -> AnyView {
    view! {
        <p class="check">
            <input id=name type="checkbox" name=name checked=ticked/>
            <label for=name>{label}</label>
        </p>
    }
    .into_any()
}

fn password(visit: &Visit, state: &State, email: &str) -> AnyView {
    let l = visit.l;
    let errors = state.errors(Part::Password);
    let label = |name: &str| match name {
        "current_password" => td_string!(l, settings.current_password).to_owned(),
        _ => td_string!(l, settings.new_password).to_owned(),
    };
    let line = |autocomplete| Line { kind: "password", autocomplete: Some(autocomplete), ..Line::default() };
    view! {
        <section class="settings-part" id="password" aria-labelledby="password-title">
            <h2 id="password-title">{td_string!(l, settings.password)}</h2>
            {state.done(Part::Password, td_string!(l, settings.done_password))}
            {errors.summary(l, label)}
            <form class="form" role="none" method="post" action=visit.href("/settings/password#password") novalidate>
                // tells password managers whose password it is
                <input type="hidden" name="username" autocomplete="username" value=email.to_owned()/>
                {Field::new(l, &errors, "current_password", td_string!(l, settings.current_password)).required().line(line("current-password"))}
                {Field::new(l, &errors, "new_password", td_string!(l, settings.new_password))
                    .hint(td_string!(l, account.password_hint))
                    .required()
                    .line(line("new-password"))}
                <p class="hint">{td_string!(l, settings.password_hint)}</p>
                <p><button class="button" type="submit">{td_string!(l, settings.change_password)}</button></p>
            </form>
        </section>
    }
    .into_any()
}

fn sessions(visit: &Visit, state: &State) -> AnyView {
    let l = visit.l;
    view! {
        <section class="settings-part" id="sessions" aria-labelledby="sessions-title">
            <h2 id="sessions-title">{td_string!(l, settings.sessions)}</h2>
            {state.errors(Part::Sessions).summary(l, |_| String::new())}
            <form class="form" role="none" method="post" data-forget="" action=visit.href("/settings/sign-out-everywhere#sessions")>
                <p>{td_string!(l, settings.sessions_hint)}</p>
                <p><button class="button quiet" type="submit">{td_string!(l, settings.sign_out_everywhere)}</button></p>
            </form>
        </section>
    }
    .into_any()
}

fn close(visit: &Visit, state: &State) -> AnyView {
    let l = visit.l;
    let errors = state.errors(Part::Close).of_form("close".to_owned());
    let label = |name: &str| match name {
        "confirm" => td_string!(l, settings.close_confirm).to_owned(),
        _ => td_string!(l, account.password).to_owned(),
    };
    let (confirm_id, confirm_error) = (errors.id("confirm"), errors.on(l, "confirm"));
    let error_id = format!("{confirm_id}-error");
    let described = confirm_error.as_ref().map(|_| error_id.clone());
    let invalid = confirm_error.as_ref().map(|_| "true");
    view! {
        <section class="settings-part" id="close" aria-labelledby="close-title">
            <h2 id="close-title">{td_string!(l, settings.close)}</h2>
            {errors.summary(l, label)}
            <p>{td_string!(l, settings.close_lead)}</p>
            <ul class="points">
                <li>{td_string!(l, settings.close_sessions)}</li>
                <li>{td_string!(l, settings.close_courses)}</li>
                <li>{td_string!(l, settings.close_own)}</li>
                <li>{td_string!(l, settings.close_words)}</li>
            </ul>
            <form class="form" role="none" method="post" data-forget="" action=visit.href("/settings/close#close") novalidate>
                {Field::new(l, &errors, "password", td_string!(l, account.password))
                    .required()
                    .line(Line { kind: "password", autocomplete: Some("current-password"), ..Line::default() })}
                <div class="field">
                    <p class="check">
                        <input id=confirm_id.clone() type="checkbox" name="confirm" aria-describedby=described aria-invalid=invalid/>
                        <label for=confirm_id>{td_string!(l, settings.close_confirm)}</label>
                    </p>
                    {confirm_error.map(|error| view! { <p class="error" id=error_id>{error}</p> })}
                </div>
                <p><button class="button danger" type="submit">{td_string!(l, settings.close)}</button></p>
            </form>
        </section>
    }
    .into_any()
}

/// The word that the account is closed.
pub(super) fn closed(visit: &Visit) -> AnyView {
    let l = visit.l;
    view! {
        <section class="gate">
            <h1>{td_string!(l, settings.closed)}</h1>
            <p class="lead">{td_string!(l, settings.closed_lead)}</p>
            <p><a class="button" href=visit.href("/")>{td_string!(l, error.home)}</a></p>
        </section>
    }
    .into_any()
}
