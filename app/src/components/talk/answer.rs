//! The host's answer to a review or a comment.

use super::Talk;
use crate::forms::talk::{Typed, Writing};
use crate::text::amount;
use contract::reply::Reply;
use leptos::prelude::*;

/// What the parts of an answer are called.
pub(super) struct Words {
    /// Above it.
    pub title: &'static str,
    /// Where there is none yet.
    pub write: &'static str,
    /// Where there is one.
    pub edit: &'static str,
}

/// The answer as it is read.
pub(super) fn answered(talk: &Talk, words: &Words, answer: Option<&Reply>) -> Option<AnyView> {
    let answer = answer?;
    Some(
        view! {
            <div class="reply">
                <p class="byline">
                    <span class="author">{words.title}</span>
                    <time datetime=answer.replied_at.to_string()>{amount::date(talk.visit.l, answer.replied_at)}</time>
                </p>
                <p class="talk-body">{answer.body.as_str().to_owned()}</p>
            </div>
        }
        .into_any(),
    )
}

/// The form of the answer, for the host. One that was refused is shown whoever looks: the session may have ended, and the text must not.
pub(super) fn answering(talk: &Talk, words: &Words, what: Writing, answer: Option<&Reply>) -> Option<AnyView> {
    if !talk.is_host() && talk.unsent(what).is_none() {
        return None;
    }
    let body = answer.map(|answer| answer.body.as_str().to_owned()).unwrap_or_default();
    let word = if answer.is_none() { words.write } else { words.edit };
    Some(talk.folded(what, word, &Typed { body, ..Typed::default() }))
}
