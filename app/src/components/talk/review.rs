//! Reviews.

use super::Talk;
use super::answer::{Words, answered, answering};
use crate::forms::talk::{Typed, Writing};
use crate::text::td_string;
use contract::review::Stars;
use contract::viewpage::ReviewView;
use leptos::prelude::*;

/// Reviews in their order, each with what the visitor may do with it.
pub(crate) fn reviews(talk: &Talk, reviews: &[ReviewView]) -> AnyView {
    let l = talk.visit.l;
    if reviews.is_empty() {
        return view! { <p class="nothing">{td_string!(l, review.empty)}</p> }.into_any();
    }
    let items = reviews.iter().map(|review| item(talk, review)).collect::<Vec<_>>();
    view! { <ol class="talk-list">{items}</ol> }.into_any()
}

fn item(talk: &Talk, review: &ReviewView) -> AnyView {
    let l = talk.visit.l;
    let id = review.id;
    let again = Writing::ReviewAgain(id);
    // a form that was refused is shown whoever looks: the session may have ended, and the text must not
    let own = talk.is_me(review.author.id) || talk.unsent(again).is_some();
    let own_actions = own.then(|| {
        let delete = format!("/courses/{}/reviews/{id}/delete", talk.course);
        view! {
            {talk.folded(again, td_string!(l, review.edit), &Typed::from(review))}
            {talk.deletion(&delete, td_string!(l, review.delete), td_string!(l, review.delete_question))}
        }
    });
    let words = Words { title: td_string!(l, review.replied), write: td_string!(l, review.reply), edit: td_string!(l, review.reply_edit) };
    let answer = answering(talk, &words, Writing::Reply(id), review.reply.as_ref());
    view! {
        <li class="talk-item" id=format!("review-{id}")>
            {stars(talk, review.rating)}
            {talk.byline(&review.author, review.created_at, review.updated_at)}
            <p class="talk-body">{review.body.as_str().to_owned()}</p>
            {answered(talk, &words, review.reply.as_ref())}
            {(own || answer.is_some()).then(|| view! { <div class="talk-actions">{own_actions}{answer}</div> })}
        </li>
    }
    .into_any()
}

fn stars(talk: &Talk, rating: Stars) -> AnyView {
    let full = usize::from(rating.get());
    let words = td_string!(talk.visit.l, review.given, count = rating.get()).to_string();
    view! {
        <p class="stars">
            <span aria-hidden="true">{"★".repeat(full)}<span class="off">{"★".repeat(5_usize.saturating_sub(full))}</span></span>
            <span class="unseen">{words}</span>
        </p>
    }
    .into_any()
}
