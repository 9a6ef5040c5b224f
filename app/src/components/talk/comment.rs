//! Comments.

use super::Talk;
use super::answer::{Words, answered, answering};
use crate::forms::talk::{Typed, Writing};
use crate::text::td_string;
use contract::viewpage::CommentView;
use leptos::prelude::*;

/// Comments in their order, each with what the visitor may do with it.
pub(crate) fn comments(talk: &Talk, comments: &[CommentView]) -> AnyView {
    let l = talk.visit.l;
    if comments.is_empty() {
        return view! { <p class="nothing">{td_string!(l, comment.empty)}</p> }.into_any();
    }
    let items = comments.iter().map(|comment| item(talk, comment)).collect::<Vec<_>>();
    view! { <ol class="talk-list">{items}</ol> }.into_any()
}

fn item(talk: &Talk, comment: &CommentView) -> AnyView {
    let l = talk.visit.l;
    let id = comment.id;
    let again = Writing::CommentAgain(id);
    // as with reviews: what was typed outlives the session
    let own = talk.is_me(comment.author.id) || talk.unsent(again).is_some();
    let edit = own.then(|| talk.folded(again, td_string!(l, comment.edit), &Typed::from(comment)));
    let delete = (own || talk.is_host()).then(|| {
        let action = format!("/courses/{}/comments/{id}/delete", talk.course);
        talk.deletion(&action, td_string!(l, comment.delete), td_string!(l, comment.delete_question))
    });
    let words =
        Words { title: td_string!(l, comment.replied), write: td_string!(l, comment.reply), edit: td_string!(l, comment.reply_edit) };
    let answer = Writing::Answer(id);
    // what hosts have to say to comments of their own, they say in them
    let answers = comment.author.id != talk.host || talk.unsent(answer).is_some();
    let answer = answers.then(|| answering(talk, &words, answer, comment.answer.as_ref())).flatten();
    view! {
        <li class="talk-item" id=format!("comment-{id}")>
            {talk.byline(&comment.author, comment.created_at, comment.updated_at)}
            <p class="talk-body">{comment.body.as_str().to_owned()}</p>
            {answered(talk, &words, comment.answer.as_ref())}
            {(delete.is_some() || answer.is_some()).then(|| view! { <div class="talk-actions">{answer}{edit}{delete}</div> })}
        </li>
    }
    .into_any()
}
