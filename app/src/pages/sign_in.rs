//! `/sign-in`: opens a session, then goes back to where one came from.

use crate::components::document::Head;
use crate::components::errors::Errors;
use crate::components::field::{Field, Line};
use crate::forms::{Fields, Sent, encode, own_path};
use crate::text::td_string;
use crate::visit::Visit;
use crate::{deeds, render, session};
use axum::response::Response;
use contract::ApiError;
use contract::identity::{Credentials, OpenedSession};
use http::StatusCode;
use leptos::prelude::*;

/// Shows the page; one who is signed in goes on.
pub(crate) async fn show(visit: Visit) -> Response {
    let asked = Fields(visit.asked());
    let next = own_path(asked.text("next")).unwrap_or_default();
    if visit.account.is_some() {
        return go_on(&visit, next);
    }
    page(&visit, StatusCode::OK, lead(&visit, next), "", next, &Errors::default())
}

/// The answer to signing up: whether there is a new account or there was one, signing in comes next.
pub(super) fn after_sign_up(visit: &Visit, email: &str, next: &str) -> Response {
    page(visit, StatusCode::OK, td_string!(visit.l, account.signed_up), email, next, &Errors::default())
}

/// Takes the form.
pub(crate) async fn send(visit: Visit, Sent(sent): Sent) -> Response {
    let fields = match sent {
        Ok(fields) => fields,
        Err(trouble) => return visit.answer(Err(trouble)),
    };
    let next = own_path(fields.text("next")).unwrap_or_default();
    let credentials = Credentials { email: fields.text("email").to_owned(), password: fields.text("password").to_owned() };
    let result = match visit.call() {
        Ok(call) => deeds::sign_in(visit.site(), call, credentials).await,
        Err(trouble) => Err(trouble),
    };
    match result {
        Ok(session) => opened(&visit, &session, next),
        Err(trouble) => {
            let (status, retry_after) = render::status_of(&trouble);
            let errors = Errors::of(visit.l, &trouble);
            render::with_retry_after(page(&visit, status, lead(&visit, next), fields.text("email"), next, &errors), retry_after)
        }
    }
}

/// Hands the session to the browser and goes on to `next`.
fn opened(visit: &Visit, session: &OpenedSession, next: &str) -> Response {
    match session::opened(visit.site(), session) {
        Some(cookie) => session::change(go_on(visit, next), cookie),
        None => visit.answer(Err(ApiError::Fault)),
    }
}

fn go_on(visit: &Visit, next: &str) -> Response {
    if next.is_empty() { visit.see_other("/") } else { render::redirect(StatusCode::SEE_OTHER, next) }
}

fn lead(visit: &Visit, next: &str) -> &'static str {
    if next.is_empty() { td_string!(visit.l, account.sign_in_lead) } else { td_string!(visit.l, account.sign_in_first) }
}

fn page(visit: &Visit, status: StatusCode, lead: &'static str, email: &str, next: &str, errors: &Errors) -> Response {
    let l = visit.l;
    let sign_up = if next.is_empty() { "/sign-up".to_owned() } else { format!("/sign-up?next={}", encode(next)) };
    render::page(visit, status, Head::titled(td_string!(l, account.sign_in_title)), || {
        view! {
            <section class="gate">
                <h1 id="page-title">{td_string!(l, account.sign_in_title)}</h1>
                <p class="lead">{lead}</p>
                {errors.summary(l, |name| label(visit, name))}
                <form class="form" method="post" action=visit.href("/sign-in") aria-labelledby="page-title" novalidate>
                    <input type="hidden" name="next" value=next.to_owned()/>
                    {email_field(visit, errors, email)}
                    {Field::new(l, errors, "password", td_string!(l, account.password))
                        .required()
                        .line(Line { kind: "password", autocomplete: Some("current-password"), ..Line::default() })}
                    <button class="button" type="submit">{td_string!(l, account.sign_in_action)}</button>
                </form>
                <p>{td_string!(l, account.no_account)}" "<a href=visit.href(&sign_up)>{td_string!(l, account.sign_up_action)}</a></p>
            </section>
        }
        .into_any()
    })
}

/// The field for the address.
pub(super) fn email_field(visit: &Visit, errors: &Errors, email: &str) -> AnyView {
    let line = Line { value: email.to_owned(), kind: "email", autocomplete: Some("email"), inputmode: Some("email"), maxlength: Some(254) };
    Field::new(visit.l, errors, "email", td_string!(visit.l, account.email)).required().line(line)
}

/// What a field of these forms is called.
pub(super) fn label(visit: &Visit, name: &str) -> String {
    let l = visit.l;
    match name {
        "email" => td_string!(l, account.email),
        "display_name" => td_string!(l, account.display_name),
        _ => td_string!(l, account.password),
    }
    .to_owned()
}
