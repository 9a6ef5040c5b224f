//! `/inbox`: what people are told.

use super::path::IdInPath;
use crate::components::document::Head;
use crate::components::pager::pager;
use crate::components::talk::trouble as problem;
use crate::forms::{Fields, Sent, encode};
use crate::text::{Locale, amount, td_string};
use crate::visit::Visit;
use crate::{deeds, render};
use axum::response::Response;
use contract::message::{Inbox, Message, MessageKind};
use contract::{ApiError, MessageId, Refusal};
use http::StatusCode;
use leptos::prelude::*;

/// How many messages a page has.
const MESSAGES: u32 = 30;

/// Shows the page.
pub(crate) async fn show(visit: Visit) -> Response {
    let result = page(&visit, StatusCode::OK, None).await;
    visit.answer(result)
}

/// `POST /inbox/{message}/read`: back to the page of the list that it was pressed on.
pub(crate) async fn read(visit: Visit, IdInPath(id): IdInPath<MessageId>, Sent(sent): Sent) -> Response {
    let result = async { deeds::read(visit.site(), visit.call()?, Some(id?)).await }.await;
    let cursor = sent.map(|fields| fields.text("cursor").to_owned()).unwrap_or_default();
    let back = if cursor.is_empty() { "/inbox".to_owned() } else { format!("/inbox?cursor={}", encode(&cursor)) };
    done(visit, result, &back).await
}

/// `POST /inbox/read-all`.
pub(crate) async fn read_all(visit: Visit) -> Response {
    let result = async { deeds::read(visit.site(), visit.call()?, None).await }.await;
    done(visit, result, "/inbox").await
}

async fn done(visit: Visit, result: Result<(), ApiError>, back: &str) -> Response {
    let mut visit = visit.at("/inbox");
    match result {
        Ok(()) => visit.see_other(back),
        Err(trouble @ ApiError::Refused(Refusal::NotSignedIn)) => visit.answer(Err(trouble)),
        Err(trouble) => {
            visit.ask_for_mine().await;
            let (status, retry_after) = render::status_of(&trouble);
            let result = page(&visit, status, Some(&trouble)).await;
            render::with_retry_after(visit.answer(result), retry_after)
        }
    }
}

async fn page(visit: &Visit, status: StatusCode, trouble: Option<&ApiError>) -> Result<Response, ApiError> {
    let inbox = visit.site().message.inbox(visit.call()?, visit.language, visit.page_request(MESSAGES)).await?;
    let head = Head::titled(td_string!(visit.l, inbox.title));
    Ok(render::page(visit, status, head, || view(visit, &inbox, trouble)))
}

fn view(visit: &Visit, inbox: &Inbox, trouble: Option<&ApiError>) -> AnyView {
    let l = visit.l;
    let asked = Fields(visit.asked());
    let list = if inbox.items.is_empty() {
        view! {
            <div class="empty">
                <h2 class="empty-title">{td_string!(l, inbox.empty)}</h2>
                <p>{td_string!(l, inbox.empty_hint)}</p>
            </div>
        }
        .into_any()
    } else {
        days(visit, &inbox.items, asked.text("cursor"))
    };
    let read_all = (inbox.unread > 0).then(|| {
        view! {
            <form role="none" method="post" action=visit.href("/inbox/read-all")>
                <button class="button quiet small" type="submit">{td_string!(l, inbox.read_all)}</button>
            </form>
        }
    });
    view! {
        <section class="own">
            <div class="own-head">
                <h1>{td_string!(l, inbox.title)}</h1>
                <p class="lead"><a href=visit.href("/settings#messages")>{td_string!(l, inbox.choose)}</a></p>
                {read_all}
            </div>
            {trouble.map(|trouble| problem(visit, trouble))}
            {list}
            {pager(visit, "/inbox", inbox.next.as_deref())}
        </section>
    }
    .into_any()
}

/// The messages of each day under its date.
fn days(visit: &Visit, messages: &[Message], cursor: &str) -> AnyView {
    let date = |message: &Message| amount::date(visit.l, message.created_at);
    messages
        .chunk_by(|message, next| date(message) == date(next))
        .map(|day| {
            let rows = day.iter().map(|message| row(visit, message, cursor)).collect::<Vec<_>>();
            view! {
                <div class="messages-day">
                    <h2>{day.first().map(date)}</h2>
                    <ul class="messages">{rows}</ul>
                </div>
            }
        })
        .collect_view()
        .into_any()
}

fn row(visit: &Visit, message: &Message, cursor: &str) -> AnyView {
    let l = visit.l;
    let title = if message.course_title.is_empty() { td_string!(l, inbox.some_course) } else { message.course_title.as_str() }.to_owned();
    let about = match place(message.kind) {
        Some(place) => view! { <a href=visit.href(&format!("/courses/{}{place}", message.course_id))>{title.clone()}</a> }.into_any(),
        None => view! { <span>{title.clone()}</span> }.into_any(),
    };
    let label = td_string!(l, inbox.read_label, title = title.as_str()).to_string();
    let cursor = cursor.to_owned();
    let unread = (!message.read).then(|| {
        view! {
            <form role="none" method="post" action=visit.href(&format!("/inbox/{}/read", message.id))>
                {(!cursor.is_empty()).then(|| view! { <input type="hidden" name="cursor" value=cursor/> })}
                <button class="button quiet small" type="submit" aria-label=label>{td_string!(l, inbox.read)}</button>
            </form>
        }
    });
    view! {
        <li class="message" class:unread=!message.read id=format!("message-{}", message.id)>
            <div class="message-text">
                <p>
                    {(!message.read).then(|| view! { <span class="new">{td_string!(l, inbox.new)}</span>" " })}
                    {words(l, message.kind)}
                </p>
                <p class="message-about">{about}<time datetime=message.created_at.to_string()>{amount::time(message.created_at)}</time></p>
            </div>
            {unread}
        </li>
    }
    .into_any()
}

/// Where on the course's page the message leads to; `None` for a course that is no longer shown.
const fn place(kind: MessageKind) -> Option<&'static str> {
    match kind {
        MessageKind::BookmarkRefused | MessageKind::CourseWithdrawn => None,
        MessageKind::ReviewReceived | MessageKind::ReviewReplied => Some("#reviews"),
        MessageKind::CommentReceived => Some("#comments"),
        _ => Some(""),
    }
}

/// What happened.
fn words(l: Locale, kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::BookmarkRegistered => td_string!(l, inbox.bookmark_registered),
        MessageKind::BookmarkCanceled => td_string!(l, inbox.bookmark_canceled),
        MessageKind::CourseBookmarked => td_string!(l, inbox.course_bookmarked),
        MessageKind::CourseUnbookmarked => td_string!(l, inbox.course_unbookmarked),
        MessageKind::BookmarkRefused => td_string!(l, inbox.bookmark_refused),
        MessageKind::CourseWithdrawn => td_string!(l, inbox.course_withdrawn),
        MessageKind::ReviewReceived => td_string!(l, inbox.review_received),
        MessageKind::ReviewReplied => td_string!(l, inbox.review_replied),
        MessageKind::CommentReceived => td_string!(l, inbox.comment_received),
    }
}
