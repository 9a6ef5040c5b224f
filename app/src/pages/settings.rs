//! `/settings`: what one is told, the password, the sessions, and closing the account. Each is a form of its own.

mod view;

use crate::components::document::Head;
use crate::components::errors::Errors;
use crate::forms::{Fields, Sent};
use crate::text::td_string;
use crate::visit::Visit;
use crate::{render, session};
use axum::response::Response;
use contract::identity::PasswordChange;
use contract::message::MessageSettings;
use contract::{ApiError, FieldCode, FieldError, Refusal};
use http::StatusCode;
use view::{Part, State};

/// Shows the page.
pub(crate) async fn show(visit: Visit) -> Response {
    let result = async {
        visit.call()?.signed_in()?;
        let done = Part::parse(Fields(visit.asked()).text("done"));
        Ok(page(&visit, StatusCode::OK, State { done, ..State::default() }).await)
    };
    let result = result.await;
    visit.answer(result)
}

/// `POST /settings/messages`.
pub(crate) async fn messages(visit: Visit, Sent(sent): Sent) -> Response {
    let wanted = sent.as_ref().map(settings_in).ok();
    let result = async {
        let wanted = settings_in(&sent?);
        visit.site().message.change_settings(visit.call()?, wanted).await
    };
    match result.await {
        Ok(_) => visit.see_other("/settings?done=messages#messages"),
        Err(trouble) => refused(visit, Part::Messages, wanted, &trouble).await,
    }
}

/// `POST /settings/password`.
pub(crate) async fn password(visit: Visit, Sent(sent): Sent) -> Response {
    let result = async {
        let fields = sent?;
        let site = visit.site();
        let token = session::session_token(&visit.headers, &site.base_url).unwrap_or_default();
        let text = |name| fields.text(name).to_owned();
        let change = PasswordChange { current_password: text("current_password"), new_password: text("new_password") };
        site.identity.change_password(visit.call()?, token, change).await
    };
    match result.await {
        Ok(()) => visit.see_other("/settings?done=password#password"),
        Err(trouble) => refused(visit, Part::Password, None, &trouble).await,
    }
}

/// `POST /settings/sign-out-everywhere`: this session ends, too.
pub(crate) async fn sign_out_everywhere(visit: Visit) -> Response {
    let result = async { visit.site().identity.sign_out_everywhere(visit.call()?).await };
    match result.await {
        Ok(()) => signed_out(&visit, "/"),
        Err(trouble) => refused(visit, Part::Sessions, None, &trouble).await,
    }
}

/// `POST /settings/close`.
pub(crate) async fn close(visit: Visit, Sent(sent): Sent) -> Response {
    let result = async {
        let fields = sent?;
        let call = visit.call()?;
        call.signed_in()?;
        if fields.text("confirm").is_empty() {
            return Err(Refusal::Invalid(vec![FieldError::new("confirm", FieldCode::Required)]).into());
        }
        visit.site().identity.close(call, fields.text("password")).await
    };
    match result.await {
        Ok(_) => signed_out(&visit, "/settings/closed"),
        Err(trouble) => refused(visit, Part::Close, None, &trouble).await,
    }
}

/// `GET /settings/closed`: says that the account is closed; nobody is signed in then.
pub(crate) async fn closed(visit: Visit) -> Response {
    render::page(&visit, StatusCode::OK, Head::titled(td_string!(visit.l, settings.closed)), || view::closed(&visit))
}

fn signed_out(visit: &Visit, to: &str) -> Response {
    session::change(visit.see_other(to), session::closed(visit.site()))
}

/// The page again, with what is in the way beside the form that was sent.
async fn refused(visit: Visit, part: Part, wanted: Option<MessageSettings>, trouble: &ApiError) -> Response {
    let mut visit = visit.at("/settings");
    if matches!(trouble, ApiError::Refused(Refusal::NotSignedIn)) {
        return visit.answer(Err(trouble.clone()));
    }
    visit.ask_for_mine().await;
    let (status, retry_after) = render::status_of(trouble);
    let state = State { refused: Some((part, Errors::of(visit.l, trouble))), wanted: wanted.map(Ok), done: None };
    render::with_retry_after(page(&visit, status, state).await, retry_after)
}

/// The page; where it can't be told what someone wants to be told, the rest of it is shown all the same.
async fn page(visit: &Visit, status: StatusCode, mut state: State) -> Response {
    if state.wanted.is_none() {
        let wanted = match visit.call() {
            Ok(call) => visit.site().message.settings(call).await,
            Err(trouble) => Err(trouble),
        };
        state.wanted = Some(wanted);
    }
    render::page(visit, status, Head::titled(td_string!(visit.l, settings.title)), || view::view(visit, &state))
}

fn settings_in(fields: &Fields) -> MessageSettings {
    let ticked = |name| !fields.text(name).is_empty();
    MessageSettings {
        receipts: ticked("receipts"),
        bookmarks: ticked("bookmarks"),
        reviews: ticked("reviews"),
        replies: ticked("replies"),
        comments: ticked("comments"),
    }
}
