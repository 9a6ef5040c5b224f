//! The rules: what an account must say of itself, what a session token is, and how long and how many sessions last.

use contract::identity::{Credentials, NewAccount};
use contract::text::{DisplayName, Email, Password};
use contract::{FieldCode, FieldError, Refusal};
use jiff::{SignedDuration, Timestamp};
use rand::CryptoRng;
use sha2::{Digest, Sha256};
use std::fmt::{self, Write};

/// How long a session lasts, counted from signing in.
const SESSION_LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How many sessions an account has at the most; one more ends the oldest.
pub(crate) const MAX_SESSIONS: i64 = 50;

/// When a session that is opened `now` ends.
pub(crate) fn session_end(now: Timestamp) -> Timestamp {
    now.saturating_add(SESSION_LIFETIME).unwrap_or(Timestamp::MAX)
}

/// Someone who wants an account, and may have one if the address is free.
#[derive(Debug)]
pub(crate) struct Applicant {
    pub email: Email,
    pub password: Password,
    pub display_name: DisplayName,
}

impl Applicant {
    /// Parses what a person gave.
    ///
    /// # Errors
    /// `Invalid` with every field that doesn't hold.
    pub(crate) fn parse(account: &NewAccount) -> Result<Self, Refusal> {
        let email = Email::parse("email", &account.email);
        let password = Password::parse("password", &account.password);
        let display_name = DisplayName::parse("display_name", &account.display_name);
        match (email, password, display_name) {
            (Ok(email), Ok(password), Ok(display_name)) => Ok(Self { email, password, display_name }),
            (email, password, display_name) => {
                let wrong: [Option<FieldError>; 3] = [email.err(), password.err(), display_name.err()];
                Err(Refusal::Invalid(wrong.into_iter().flatten().collect()))
            }
        }
    }
}

/// Reads credentials. Those that no account can have are wrong like any others: what is wrong with them is not said, and a
/// password too long to be one is not hashed.
pub(crate) fn well_formed(credentials: &Credentials) -> Result<(Email, Password), Refusal> {
    let email = Email::parse("email", &credentials.email);
    let password = Password::parse("password", &credentials.password);
    email.and_then(|email| Ok((email, password?))).map_err(|_| Refusal::WrongCredentials)
}

/// A password that isn't the one it should be.
pub(crate) fn mismatch(field: &str) -> FieldError {
    FieldError::new(field, FieldCode::Mismatch)
}

/// A session's token: 256 random bits, told to one browser once. Written as 64 lower-case hexadecimal digits.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token([u8; 32]);

impl Token {
    /// A token that nobody can guess.
    pub(crate) fn random(random: &mut impl CryptoRng) -> Self {
        let mut bits = [0; 32];
        random.fill_bytes(&mut bits);
        Self(bits)
    }

    /// Reads a token; `None` for what can't be one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digit = |c: &u8| match c {
            b'0'..=b'9' => Some(c - b'0'),
            b'a'..=b'f' => Some(c - b'a' + 10),
            _ => None,
        };
        let digits: [u8; 64] = text.as_bytes().try_into().ok()?;
        let mut bits = [0; 32];
        for (byte, pair) in bits.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = digit(&pair[0])? << 4 | digit(&pair[1])?;
        }
        Some(Self(bits))
    }

    /// What is stored in its place. A fast hash is enough: there are too many tokens to try them out.
    pub(crate) fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// The token as it is told.
    pub(crate) fn reveal(&self) -> String {
        self.0.iter().fold(String::with_capacity(64), |mut text, byte| {
            let _never_fails = write!(text, "{byte:02x}");
            text
        })
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    fn token(seed: u64) -> Token {
        Token::random(&mut StdRng::seed_from_u64(seed))
    }

    #[test]
    fn a_token_reads_as_it_was_told() {
        let told = token(1).reveal();
        assert_eq!(told.len(), 64);
        assert!(told.bytes().all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c)), "fits a cookie and a header");
        assert_eq!(Token::parse(&told), Some(token(1)));
    }

    #[test]
    fn what_is_no_token_is_not_read_as_one() {
        let told = token(1).reveal();
        for none in ["", "abc", &told[1..], &format!("{told}0"), &told.to_uppercase(), &format!("+{}", &told[1..]), &"é".repeat(32)] {
            assert_eq!(Token::parse(none), None, "{none}");
        }
    }

    #[test]
    fn a_token_differs_from_its_hash_and_from_others_and_is_not_printed() {
        assert_ne!(token(1).hash(), token(2).hash());
        assert_ne!(token(1).hash(), token(1).0);
        assert!(!format!("{:?}", token(1)).contains(&token(1).reveal()[..8]));
    }

    #[test]
    fn every_wrong_field_of_an_applicant_is_named_at_once() {
        let account = NewAccount { email: "mina".into(), password: "short".into(), display_name: " ".into() };
        let limit = i64::try_from(Password::MIN).expect("small");
        assert_eq!(
            Applicant::parse(&account).expect_err("invalid"),
            Refusal::Invalid(vec![
                FieldError::new("email", FieldCode::Malformed),
                FieldError::limited("password", FieldCode::TooShort, limit),
                FieldError::new("display_name", FieldCode::Required),
            ])
        );
    }

    #[test]
    fn credentials_that_nobody_can_have_are_wrong_without_a_hint() {
        let long = "a".repeat(Password::MAX + 1);
        for (email, password) in [("mina", "correct horse"), ("mina@example.com", "short"), ("mina@example.com", &long), ("", "")] {
            let credentials = Credentials { email: email.into(), password: password.into() };
            assert_eq!(well_formed(&credentials).expect_err("wrong"), Refusal::WrongCredentials);
        }
    }
}
