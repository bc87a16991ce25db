//! What did the person type? Reads the forms of the login and password pages (`application/x-www-form-urlencoded`,
//! WHATWG URL §5.1), strictly in form and kindly in letters.

use std::fmt;

use registry::LoginId;
use zeroize::Zeroizing;

use super::return_to::ReturnTo;

/// More than a browser sends for the longest fields below; a body beyond it need not be read.
pub const LARGEST_BODY: usize = 16 * 1024;
/// Our pages send three or four fields; a password manager's extension may add its own.
const MOST_FIELDS: usize = 16;
/// 32 letters are an ID; the rest is room for a slip.
const LONGEST_ID: usize = 256;
/// Well above the 64 characters that must be taken (Q&A シQ-54), four bytes each.
const LONGEST_PASSWORD: usize = 1024;

/// The login page's form.
#[derive(Debug)]
pub struct LoginForm {
    /// `login_id`.
    pub login_id: TypedId,
    /// `password`.
    pub password: TypedPassword,
    /// `return_to`; `/` where there is none.
    pub return_to: ReturnTo,
}

/// The password page's form.
#[derive(Debug)]
pub struct PasswordForm {
    /// `password`: the present one. The page leaves it out for some minutes after a login with the initial one.
    pub password: Option<TypedPassword>,
    /// `new_password`.
    pub new_password: TypedPassword,
    /// `new_password_again`.
    pub new_password_again: TypedPassword,
}

/// Why a form cannot be read.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FormRefusal {
    /// A field that must be there is not.
    #[error("the form has no {0}")]
    Missing(&'static str),
    /// Not `application/x-www-form-urlencoded` in UTF-8.
    #[error("the form is not urlencoded UTF-8")]
    NotUrlencoded,
    /// More than it may be.
    #[error("{0} is too long")]
    TooLong(&'static str),
    /// A field stands there twice.
    #[error("the form has {0} twice")]
    Twice(&'static str),
}

impl LoginForm {
    /// Reads the body.
    ///
    /// # Errors
    /// [`FormRefusal`].
    pub fn read(body: &[u8]) -> Result<Self, FormRefusal> {
        let [login_id, password, return_to] = fields(body, ["login_id", "password", "return_to"])?;
        Ok(Self {
            login_id: TypedId::read(&present("login_id", login_id, LONGEST_ID)?),
            password: TypedPassword::read(&present("password", password, LONGEST_PASSWORD)?),
            return_to: return_to.map(|text| ReturnTo::read(&text)).unwrap_or_default(),
        })
    }
}

impl PasswordForm {
    /// Reads the body.
    ///
    /// # Errors
    /// [`FormRefusal`].
    pub fn read(body: &[u8]) -> Result<Self, FormRefusal> {
        let [password, new, again] = fields(body, ["password", "new_password", "new_password_again"])?;
        Ok(Self {
            password: password
                .map(|password| present("password", Some(password), LONGEST_PASSWORD))
                .transpose()?
                .map(|password| TypedPassword::read(&password)),
            new_password: TypedPassword::read(&present("new_password", new, LONGEST_PASSWORD)?),
            new_password_again: TypedPassword::read(&present("new_password_again", again, LONGEST_PASSWORD)?),
        })
    }
}

/// An ID as typed, with full-width letters, capitals and surrounding blanks made what they were meant to be: a Japanese
/// keyboard that was left in its own mode types `ＫＳａｔｏ` (KW-201 warns of it; it need not happen).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TypedId {
    typed: String,
    login_id: Option<LoginId>,
}

impl TypedId {
    /// Normalises.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let typed: String = text.trim().chars().map(meant).collect();
        let login_id = typed.parse().ok();
        Self { typed, login_id }
    }

    /// What was typed, for the page and the count of failures. Not for a log: it may be a password in the wrong field.
    #[must_use]
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// The ID, if it has the form of one.
    #[must_use]
    pub fn login_id(&self) -> Option<&LoginId> {
        self.login_id.as_ref()
    }
}

fn meant(letter: char) -> char {
    let narrow = match letter {
        // Full-width forms stand in the same order as ASCII (Unicode block U+FF00).
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        // What the keys of hyphen and dot type in Japanese mode.
        'ー' | '−' | '‐' => '-',
        '。' => '.',
        other => other,
    };
    narrow.to_ascii_lowercase()
}

/// A password as typed. Never printed, overwritten when dropped.
#[derive(Clone, Eq, PartialEq)]
pub struct TypedPassword(Zeroizing<String>);

impl TypedPassword {
    /// Without blanks around it: they come along when a password is copied, and nobody sees them. Those within it count.
    fn read(text: &str) -> Self {
        Self(Zeroizing::new(text.trim().to_owned()))
    }

    /// The text, for hashing it or for handing it to the desk.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for TypedPassword {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Debug for TypedPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedPassword(…)")
    }
}

type Field = Option<Zeroizing<String>>;

fn present(name: &'static str, field: Field, longest: usize) -> Result<Zeroizing<String>, FormRefusal> {
    let text = field.ok_or(FormRefusal::Missing(name))?;
    if text.len() > longest { Err(FormRefusal::TooLong(name)) } else { Ok(text) }
}

/// The named fields; others are none of our business.
fn fields<const N: usize>(body: &[u8], names: [&'static str; N]) -> Result<[Field; N], FormRefusal> {
    if body.len() > LARGEST_BODY {
        return Err(FormRefusal::TooLong("the form"));
    }
    let mut found = [const { None }; N];
    for (count, pair) in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).enumerate() {
        if count >= MOST_FIELDS {
            return Err(FormRefusal::TooLong("the list of fields"));
        }
        let (name, value) = pair.iter().position(|byte| *byte == b'=').map_or((pair, [].as_slice()), |at| {
            let (name, value) = pair.split_at(at);
            (name, &value[1..])
        });
        let (name, value) = (decoded(name)?, decoded(value)?);
        if let Some(place) = names.iter().position(|wanted| *wanted == name.as_str())
            && found[place].replace(value).is_some()
        {
            return Err(FormRefusal::Twice(names[place]));
        }
    }
    Ok(found)
}

fn decoded(text: &[u8]) -> Result<Zeroizing<String>, FormRefusal> {
    // By hand: what `percent_encoding` decodes into grows as it goes, and leaves copies of a secret behind. This never grows.
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => digit(rest.next())? << 4 | digit(rest.next())?,
            other => *other,
        });
    }
    String::from_utf8(bytes).map(Zeroizing::new).map_err(|_| FormRefusal::NotUrlencoded)
}

fn digit(byte: Option<&u8>) -> Result<u8, FormRefusal> {
    let value = byte.and_then(|byte| char::from(*byte).to_digit(16)).ok_or(FormRefusal::NotUrlencoded)?;
    u8::try_from(value).map_err(|_| FormRefusal::NotUrlencoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(body: &str) -> Result<(String, String, String), FormRefusal> {
        let form = LoginForm::read(body.as_bytes())?;
        Ok((form.login_id.typed().into(), form.password.reveal().into(), form.return_to.to_string()))
    }

    #[test]
    fn a_form_is_read_as_a_browser_writes_it() {
        let read = login("login_id=k.sato&password=a+b%2B%26%E9%9B%AA&return_to=%2Frooms%2Fr-1%2F%3Fa%3Db");
        assert_eq!(read, Ok(("k.sato".into(), "a b+&雪".into(), "/rooms/r-1/?a=b".into())));
        assert_eq!(login("password=&login_id="), Ok((String::new(), String::new(), "/".into())));
        assert_eq!(login("login_id=a&password=b&return_to=//evil.example"), Ok(("a".into(), "b".into(), "/".into())));
        assert_eq!(login("x=1&&login_id=a&password=b&button").map(|form| form.0), Ok("a".into()));
    }

    #[test]
    fn a_form_that_cannot_be_read_is_refused_by_name() {
        for (body, refusal) in [
            ("", FormRefusal::Missing("login_id")),
            ("login_id=a", FormRefusal::Missing("password")),
            ("login_id=a&login_id=a&password=b", FormRefusal::Twice("login_id")),
            ("login_id=a&password=b&password=c", FormRefusal::Twice("password")),
            ("login_id=a&password=%", FormRefusal::NotUrlencoded),
            ("login_id=a&password=%4", FormRefusal::NotUrlencoded),
            ("login_id=a&password=%zz", FormRefusal::NotUrlencoded),
            ("login_id=a&password=%ff", FormRefusal::NotUrlencoded),
            ("%ff=a", FormRefusal::NotUrlencoded),
        ] {
            assert_eq!(login(body), Err(refusal), "{body}");
        }
        assert_eq!(login(&format!("login_id={}&password=b", "a".repeat(257))), Err(FormRefusal::TooLong("login_id")));
        assert_eq!(login(&format!("login_id=a&password={}", "b".repeat(1025))), Err(FormRefusal::TooLong("password")));
        assert_eq!(login(&"a".repeat(LARGEST_BODY + 1)), Err(FormRefusal::TooLong("the form")));
        assert_eq!(login(&"a&".repeat(17)), Err(FormRefusal::TooLong("the list of fields")));
    }

    #[test]
    fn an_id_typed_in_japanese_mode_is_the_id_that_was_meant() {
        for typed in ["k.sato-01", " K.Sato-01 ", "Ｋ．ｓａｔｏ－０１", "　k。satoー01　"] {
            let id = TypedId::read(typed);
            assert_eq!(id.login_id().map(LoginId::as_str), Some("k.sato-01"), "{typed}");
        }
        for typed in ["", "佐藤", "k sato", "a"] {
            assert_eq!(TypedId::read(typed).login_id(), None, "{typed}");
        }
    }

    #[test]
    fn the_password_form_needs_all_three() {
        let form = PasswordForm::read(b"password=a&new_password=b&new_password_again=c").unwrap();
        assert_eq!(form.new_password.reveal(), "b");
        assert_ne!(form.new_password, form.new_password_again);
        let short = PasswordForm::read(b"password=a&new_password=b").err();
        assert_eq!(short, Some(FormRefusal::Missing("new_password_again")));
        assert!(!format!("{form:?}").contains('b'), "a password is not printed");
    }
}
