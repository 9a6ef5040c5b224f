//! `/sign-up`: opens an account, then asks to sign in to it.
//!
//! The answer must not tell whether an address had an account (docs/decisions/0006), so it can't be a session: it is the form for signing
//! in, the same for both.

use super::sign_in::{self, email_field, label};
use crate::components::document::Head;
use crate::components::errors::Errors;
use crate::components::field::{Field, Line};
use crate::forms::{Fields, Sent, encode, own_path};
use crate::text::td_string;
use crate::visit::Visit;
use crate::{deeds, render};
use axum::response::Response;
use contract::identity::NewAccount;
use contract::text::DisplayName;
use http::StatusCode;
use leptos::prelude::*;

/// Shows the page; one who is signed in goes to the first page.
pub(crate) async fn show(visit: Visit) -> Response {
    if visit.account.is_some() {
        return visit.see_other("/");
    }
    let asked = Fields(visit.asked());
    page(&visit, StatusCode::OK, &asked, &Errors::default())
}

/// Takes the form.
pub(crate) async fn send(visit: Visit, Sent(sent): Sent) -> Response {
    let fields = match sent {
        Ok(fields) => fields,
        Err(trouble) => return visit.answer(Err(trouble)),
    };
    let text = |name| fields.text(name).to_owned();
    let account = NewAccount { email: text("email"), password: text("password"), display_name: text("display_name") };
    let result = match visit.call() {
        Ok(call) => deeds::sign_up(visit.site(), call, account).await,
        Err(trouble) => Err(trouble),
    };
    match result {
        Ok(()) => sign_in::after_sign_up(&visit, fields.text("email"), own_path(fields.text("next")).unwrap_or_default()),
        Err(trouble) => {
            let (status, retry_after) = render::status_of(&trouble);
            render::with_retry_after(page(&visit, status, &fields, &Errors::of(visit.l, &trouble)), retry_after)
        }
    }
}

fn page(visit: &Visit, status: StatusCode, typed: &Fields, errors: &Errors) -> Response {
    let l = visit.l;
    let next = own_path(typed.text("next")).unwrap_or_default().to_owned();
    let sign_in = if next.is_empty() { "/sign-in".to_owned() } else { format!("/sign-in?next={}", encode(&next)) };
    render::page(visit, status, Head::titled(td_string!(l, account.sign_up_title)), || {
        view! {
            <section class="gate">
                <h1 id="page-title">{td_string!(l, account.sign_up_title)}</h1>
                <p class="lead">{td_string!(l, account.sign_up_lead)}</p>
                {errors.summary(l, |name| label(visit, name))}
                <form class="form" method="post" action=visit.href("/sign-up") aria-labelledby="page-title" novalidate>
                    <input type="hidden" name="next" value=next/>
                    {Field::new(l, errors, "display_name", td_string!(l, account.display_name))
                        .hint(td_string!(l, account.display_name_hint))
                        .required()
                        .line(Line { autocomplete: Some("nickname"), maxlength: Some(DisplayName::MAX), ..Line::text(typed.text("display_name")) })}
                    {email_field(visit, errors, typed.text("email"))}
                    {Field::new(l, errors, "password", td_string!(l, account.password))
                        .hint(td_string!(l, account.password_hint))
                        .required()
                        .line(Line { kind: "password", autocomplete: Some("new-password"), ..Line::default() })}
                    <button class="button" type="submit">{td_string!(l, account.sign_up_action)}</button>
                </form>
                <p>{td_string!(l, account.have_account)}" "<a href=visit.href(&sign_in)>{td_string!(l, account.sign_in_action)}</a></p>
            </section>
        }
        .into_any()
    })
}
