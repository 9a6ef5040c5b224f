//! The words of the pages. They live in `locales/{ko,en}.json`; a key that a page uses and a language lacks doesn't compile.
//!
//! Used with the locale spelled out (`td_string!(l, header.sign_in)`), so no context is needed and nothing of it reaches the
//! browser: islands are given their words.

pub(crate) mod amount;
pub(crate) mod name;
pub(crate) mod problem;

mod generated {
    #![expect(
        unused,
        unused_qualifications,
        clippy::new_ret_no_self,
        clippy::wrong_self_convention,
        reason = "generated from the files of texts by build.rs"
    )]
    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}

pub(crate) use generated::i18n::Locale;
pub(crate) use leptos_i18n::td_string;

use contract::course::Language;

/// The texts of a language.
pub(crate) const fn locale_of(language: Language) -> Locale {
    match language {
        Language::Ko => Locale::ko,
        Language::En => Locale::en,
    }
}

#[cfg(test)]
mod tests;
