//! The top of every page.

use super::live_parts::inbox_badge;
use crate::text::td_string;
use crate::visit::Visit;
use leptos::prelude::*;

/// Brand, ways, and who is signed in.
pub(super) fn header(visit: &Visit) -> AnyView {
    let l = visit.l;
    let current = |path: &str| (visit.path == path).then_some("page");
    let other = visit.language.other();
    let account = if visit.account.is_some() {
        view! {
            <a href=visit.href("/host/courses") aria-current=current("/host/courses")>{td_string!(l, header.my_courses)}</a>
            <a href=visit.href("/bookmarks") aria-current=current("/bookmarks")>{td_string!(l, header.bookmarks)}</a>
            <a href=visit.href("/inbox") aria-current=current("/inbox")>{td_string!(l, header.inbox)}" "{inbox_badge(visit)}</a>
            <a href=visit.href("/settings") aria-current=current("/settings")>{td_string!(l, header.settings)}</a>
        }
        .into_any()
    } else {
        let next = matches!(visit.path.as_str(), "/" | "/sign-in" | "/sign-up");
        let next = if next { String::new() } else { format!("?next={}", crate::forms::encode(&visit.here_in(visit.language))) };
        view! {
            <a href=visit.href(&format!("/sign-in{next}")) aria-current=current("/sign-in")>{td_string!(l, header.sign_in)}</a>
            <a class="button small" href=visit.href(&format!("/sign-up{next}")) aria-current=current("/sign-up")>{td_string!(l, header.sign_up)}</a>
        }
        .into_any()
    };
    let sign_out = visit.account.as_ref().map(|account| {
        let name = td_string!(l, header.signed_in_as, name = account.display_name.as_str()).to_string();
        view! {
            <form class="sign-out" role="none" method="post" data-forget="" action=visit.href("/sign-out")>
                <span class="who">{name}</span>
                <button class="link" type="submit">{td_string!(l, header.sign_out)}</button>
            </form>
        }
    });
    view! {
        <header class="top">
            <a class="skip" href="#main">{td_string!(l, skip_to_content)}</a>
            <a class="brand" href=visit.href("/")>
                <svg class="brand-mark" viewBox="0 0 32 32" width="30" height="30" aria-hidden="true">
                    <path class="brand-way" d="M22.5 6.8A11.5 11.5 0 1 0 27.4 18"/>
                    <circle class="brand-one" cx="22.5" cy="6.8" r="3.1"/>
                    <circle class="brand-two" cx="27.4" cy="14.4" r="3.1"/>
                </svg>
                <span>{td_string!(l, brand)}</span>
            </a>
            <nav aria-label=td_string!(l, header.navigation)>
                <a href=visit.href("/") aria-current=current("/")>{td_string!(l, header.discover)}</a>
                {account}
            </nav>
            {sign_out}
            <a class="language" href=visit.here_in(other) hreflang=other.tag() lang=other.tag() rel="alternate">{td_string!(l, header.other_language)}</a>
        </header>
    }
    .into_any()
}
