//! Reviews and comments, with the forms to write, change, answer and delete them.

mod answer;
mod comment;
mod form;
pub(crate) mod rating;
mod review;

pub(crate) use comment::comments;
pub(crate) use form::form;
pub(crate) use review::reviews;

use super::errors::Errors;
use crate::forms::talk::{Typed, Writing};
use crate::text::{amount, problem, td_string};
use crate::visit::Visit;
use contract::viewpage::Author;
use contract::{AccountId, ApiError, CourseId, Refusal};
use jiff::Timestamp;
use leptos::prelude::*;

/// What was sent and refused: shown again as it was typed.
pub(crate) struct Unsent {
    pub what: Writing,
    pub typed: Typed,
    pub errors: Errors,
    /// The session has ended meanwhile.
    pub signed_out: bool,
}

impl Unsent {
    /// What was refused for this reason.
    pub(crate) fn new(visit: &Visit, what: Writing, typed: Typed, trouble: &ApiError) -> Self {
        let errors = match trouble {
            ApiError::Unavailable { retry_after_seconds } if what == Writing::Review => {
                Errors::whole(td_string!(visit.l, review.unchecked, seconds = *retry_after_seconds).to_string())
            }
            other => Errors::of(visit.l, other),
        };
        let signed_out = matches!(trouble, ApiError::Refused(Refusal::NotSignedIn));
        Self { what, typed, errors: errors.of_form(what.form()), signed_out }
    }
}

/// Where people talk, and who looks at it.
#[derive(Clone, Copy)]
pub(crate) struct Talk<'a> {
    pub visit: &'a Visit,
    pub course: CourseId,
    /// The course's host.
    pub host: AccountId,
    /// What the visitor sent and was refused.
    pub unsent: Option<&'a Unsent>,
}

impl<'a> Talk<'a> {
    fn is_me(&self, person: AccountId) -> bool {
        self.visit.account.as_ref().is_some_and(|account| account.id == person)
    }

    /// Whether the visitor is the course's host.
    pub(crate) fn is_host(&self) -> bool {
        self.is_me(self.host)
    }

    /// What was refused of this.
    pub(crate) fn unsent(&self, what: Writing) -> Option<&'a Unsent> {
        self.unsent.filter(|unsent| unsent.what == what)
    }

    /// A form that is folded up until it is wanted, or was refused.
    fn folded(&self, what: Writing, word: &'static str, typed: &Typed) -> AnyView {
        let unsent = self.unsent(what);
        view! {
            <details class="fold" open=unsent.is_some()>
                <summary class="button quiet small">{word}</summary>
                {form(self.visit, self.course, what, typed, unsent)}
            </details>
        }
        .into_any()
    }

    fn deletion(&self, action: &str, word: &'static str, question: &'static str) -> AnyView {
        view! {
            <details class="delete">
                <summary class="button quiet small">{word}</summary>
                <form role="none" method="post" action=self.visit.href(action)>
                    <p>{question}</p>
                    <button class="button danger small" type="submit">{td_string!(self.visit.l, talk.delete_confirm)}</button>
                </form>
            </details>
        }
        .into_any()
    }

    /// Who wrote it and when.
    fn byline(&self, author: &Author, created_at: Timestamp, updated_at: Timestamp) -> AnyView {
        let l = self.visit.l;
        let closed = author.display_name.is_empty();
        let name = if closed { td_string!(l, talk.closed_account).to_owned() } else { author.display_name.clone() };
        let changed = updated_at > created_at;
        view! {
            <p class="byline">
                <span class="author" class:closed=closed>{name}</span>
                {(author.id == self.host).then(|| view! { <span class="role">{td_string!(l, talk.host)}</span> })}
                <time datetime=created_at.to_string()>{amount::date(l, created_at)}</time>
                {changed.then(|| view! { <span>{td_string!(l, talk.changed)}</span> })}
            </p>
        }
        .into_any()
    }
}

/// What went wrong with a deed that has no text to lose.
pub(crate) fn trouble(visit: &Visit, trouble: &ApiError) -> AnyView {
    view! { <div class="problem" role="alert" tabindex="-1"><p>{problem::trouble(visit.l, trouble)}</p></div> }.into_any()
}
