//! The page on which a person changes their password; an initial password opens nothing else.

use askama::Template;
use pages::Language;

use super::frame::Frame;
use super::page::{Page, Script};
use super::{Facts, Guidance};

/// What the password page says besides asking for passwords.
#[derive(Clone, Copy, Debug)]
pub struct PasswordForm<'a> {
    /// Why it is shown.
    pub occasion: Occasion,
    /// Whose password: for the browser's password store, never sent by the form.
    pub login_id: &'a str,
    /// Everything that was wrong with the last try, told at once.
    pub mistakes: &'a [PasswordMistake],
    /// Whether the present password is asked for: not right after a login with the initial one.
    pub asks_present: bool,
}

/// Why the password page is shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Occasion {
    /// KW-205: the initial password must go first.
    Initial,
    /// The reader wants a new one.
    Voluntary,
}

/// What can be wrong with what was entered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PasswordMistake {
    /// Not the present password.
    WrongPassword,
    /// The login with the initial password is too long ago to stand for it.
    PresentNeeded,
    /// Fewer characters than the rules ask for.
    TooShort,
    /// More characters than are taken.
    TooLong,
    /// No letter.
    NeedsLetter,
    /// No digit.
    NeedsDigit,
    /// No symbol.
    NeedsSymbol,
    /// Among the passwords that are tried first.
    TooCommon,
    /// One of the last ones.
    UsedBefore,
    /// The ID itself, or made of it.
    SameAsId,
    /// The second time it was entered differently.
    Different,
}

/// A field of the form, in its order.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Field {
    Present,
    New,
    Again,
}

#[derive(Template)]
#[template(path = "password.html")]
struct PasswordPage<'a> {
    frame: Frame<'a>,
    form: &'a PasswordForm<'a>,
}

impl PasswordMistake {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::WrongPassword,
        Self::PresentNeeded,
        Self::TooShort,
        Self::TooLong,
        Self::NeedsLetter,
        Self::NeedsDigit,
        Self::NeedsSymbol,
        Self::TooCommon,
        Self::UsedBefore,
        Self::SameAsId,
        Self::Different,
    ];

    /// The mistake for which the desk, or the gateway itself, has this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mistake| mistake.word() == word)
    }

    /// Its word between programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::WrongPassword => "wrong_password",
            Self::PresentNeeded => "present_password_needed",
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::NeedsLetter => "needs_letter",
            Self::NeedsDigit => "needs_digit",
            Self::NeedsSymbol => "needs_symbol",
            Self::TooCommon => "too_common",
            Self::UsedBefore => "used_before",
            Self::SameAsId => "same_as_id",
            Self::Different => "different",
        }
    }

    fn field(self) -> Field {
        match self {
            Self::WrongPassword | Self::PresentNeeded => Field::Present,
            Self::Different => Field::Again,
            Self::TooShort
            | Self::TooLong
            | Self::NeedsLetter
            | Self::NeedsDigit
            | Self::NeedsSymbol
            | Self::TooCommon
            | Self::UsedBefore
            | Self::SameAsId => Field::New,
        }
    }

    fn text(self, occasion: Occasion, language: Language) -> &'static str {
        let (japanese, english) = match self {
            Self::WrongPassword => match occasion {
                Occasion::Initial => ("お渡ししたパスワードと違います。", "This is not the password you were given."),
                Occasion::Voluntary => ("今のパスワードが違います。", "This is not your present password."),
            },
            Self::PresentNeeded => (
                "ログインから時間がたったので、もう一度入力してください。",
                "Some time has passed since you logged in, so please enter it once more.",
            ),
            Self::TooShort => ("短すぎます。8文字以上にしてください。", "Too short. Use at least 8 characters."),
            Self::TooLong => ("長すぎます。もう少し短くしてください。", "Too long. Please use fewer characters."),
            Self::NeedsLetter => ("英字を1文字以上入れてください。", "Include at least one letter."),
            Self::NeedsDigit => ("数字を1文字以上入れてください。", "Include at least one digit."),
            Self::NeedsSymbol => {
                ("記号（! # - など）を1文字以上入れてください。", "Include at least one symbol (such as ! # -).")
            }
            Self::TooCommon => (
                "推測されやすいパスワードです。別のものにしてください。",
                "This is easy to guess. Please choose another one.",
            ),
            Self::UsedBefore => (
                "以前に使ったパスワードです。別のものにしてください。",
                "You used this before. Please choose another one.",
            ),
            Self::SameAsId => ("IDと同じ、またはIDを含むものは使えません。", "It must not be your ID or contain it."),
            Self::Different => ("新しいパスワードと一致していません。", "This differs from the new password."),
        };
        language.pick(japanese, english)
    }
}

impl PasswordPage<'_> {
    /// The fields with all that the template writes about each.
    fn fields(&self) -> impl Iterator<Item = Entry> {
        let asked = |field: &Field| *field != Field::Present || self.form.asks_present;
        [Field::Present, Field::New, Field::Again].into_iter().filter(asked).map(|field| self.entry(field))
    }

    fn entry(&self, field: Field) -> Entry {
        let language = self.frame.facts.language;
        let texts = |mistake: &PasswordMistake| mistake.text(self.form.occasion, language);
        let mistakes: Vec<_> =
            self.form.mistakes.iter().filter(|mistake| mistake.field() == field).map(texts).collect();
        let (name, autocomplete) = match field {
            Field::Present => ("password", "current-password"),
            Field::New => ("new_password", "new-password"),
            Field::Again => ("new_password_again", "new-password"),
        };
        let label = match (field, self.form.occasion) {
            (Field::Present, Occasion::Initial) => language.pick("お渡ししたパスワード", "The password you were given"),
            (Field::Present, Occasion::Voluntary) => language.pick("今のパスワード", "Present password"),
            (Field::New, _) => language.pick("新しいパスワード", "New password"),
            (Field::Again, _) => language.pick("新しいパスワード（確認のため、もう一度）", "New password, once more"),
        };
        let hint = (field == Field::New).then(|| {
            language.pick(
                "8文字以上で、英字・数字・記号を組み合わせてください。名前や生年月日、ほかのサービスと同じものは使わないでください。",
                "Use at least 8 characters and combine letters, digits and symbols. Do not use a name, a birthday, or a password of another service.",
            )
        });
        let differs = (field == Field::Again).then(|| PasswordMistake::Different.text(self.form.occasion, language));
        Entry { name, autocomplete, label, hint, differs, mistakes }
    }
}

/// One field as the template writes it.
struct Entry {
    name: &'static str,
    autocomplete: &'static str,
    label: &'static str,
    hint: Option<&'static str>,
    /// What the browser says at once where it runs our script, so that nothing is sent and the fields stay filled in.
    differs: Option<&'static str>,
    mistakes: Vec<&'static str>,
}

impl Entry {
    /// The elements that describe the field, for `aria-describedby`.
    fn described_by(&self) -> String {
        let hint = self.hint.map(|_| format!("{}-hint", self.name));
        let mistakes = (!self.mistakes.is_empty()).then(|| format!("{}-mistakes", self.name));
        hint.into_iter().chain(mistakes).collect::<Vec<_>>().join(" ")
    }
}

impl Guidance {
    /// The page with the form for a new password: status 200; with [`Occasion::Initial`] in place of
    /// another page 403, with mistakes 422.
    #[must_use]
    pub fn password(&self, form: &PasswordForm<'_>, facts: &Facts<'_>) -> Page {
        let heading = match form.occasion {
            Occasion::Initial => {
                facts.language.pick("はじめに、パスワードを変更してください", "First, please change your password")
            }
            Occasion::Voluntary => facts.language.pick("パスワードの変更", "Change your password"),
        };
        let frame = Frame { settings: &self.settings, facts, heading };
        Page::write(&PasswordPage { frame, form }, Script::Reveal, facts.locale)
    }
}

#[cfg(test)]
mod tests {
    use certs::Timestamp;

    use super::*;
    use crate::guidance::Settings;
    use crate::guidance::page::tests::carries_only_what_its_policy_allows;

    fn page(form: &PasswordForm<'_>, language: Language) -> String {
        let facts = Facts { return_to: "/\"><b>", ..Facts::new(language, "K7P-2QX", Timestamp::from_unix(0)) };
        let page = Guidance::new(Settings::default()).password(form, &facts);
        carries_only_what_its_policy_allows(&page);
        page.body
    }

    #[test]
    fn all_mistakes_are_told_at_once_beside_their_fields() {
        for language in Language::ALL {
            let form = PasswordForm {
                occasion: Occasion::Voluntary,
                login_id: "a\"b",
                mistakes: &PasswordMistake::ALL,
                asks_present: true,
            };
            let html = page(&form, language);
            for mistake in PasswordMistake::ALL {
                let at_once = usize::from(mistake == PasswordMistake::Different);
                assert_eq!(
                    html.matches(mistake.text(Occasion::Voluntary, language)).count(),
                    2 + at_once,
                    "{mistake:?}: in the summary and at its field"
                );
                assert_eq!(PasswordMistake::from_word(mistake.word()), Some(mistake));
            }
            assert!(html.contains("aria-describedby=\"new_password-hint new_password-mistakes\""));
            assert!(html.contains("value=\"a&#34;b\" autocomplete=\"username\"") && !html.contains("\"><b>"));
        }
        assert_eq!(PasswordMistake::from_word("too_tall"), None);
    }

    #[test]
    fn an_initial_password_is_asked_for_under_its_code() {
        let html = page(
            &PasswordForm { occasion: Occasion::Initial, login_id: "x", mistakes: &[], asks_present: true },
            Language::Japanese,
        );
        for expected in [
            "KW-205",
            "<h1>はじめに、パスワードを変更してください</h1>",
            "<label for=\"password\">お渡ししたパスワード</label>",
            "name=\"password\" type=\"password\" autocomplete=\"current-password\"",
            "name=\"new_password\" type=\"password\" autocomplete=\"new-password\"",
            "name=\"new_password_again\" type=\"password\" autocomplete=\"new-password\"",
        ] {
            assert!(html.contains(expected), "{expected}\n{html}");
        }
    }
    #[test]
    fn right_after_the_login_the_initial_password_is_not_asked_for_again() {
        let form = PasswordForm { occasion: Occasion::Initial, login_id: "x", mistakes: &[], asks_present: false };
        let html = page(&form, Language::Japanese);
        assert!(!html.contains("name=\"password\"") && html.contains("name=\"new_password\""), "{html}");
    }

    #[test]
    fn field_and_mistake_call_a_password_by_the_same_name() {
        for (occasion, name) in [(Occasion::Initial, "お渡ししたパスワード"), (Occasion::Voluntary, "今のパスワード")]
        {
            let mistakes = [PasswordMistake::WrongPassword];
            let html = page(
                &PasswordForm { occasion, login_id: "x", mistakes: &mistakes, asks_present: true },
                Language::Japanese,
            );
            assert!(html.contains(&format!("<label for=\"password\">{name}</label>")), "{html}");
            assert!(PasswordMistake::WrongPassword.text(occasion, Language::Japanese).starts_with(name));
        }
    }
}
