//! Which signs may stand in a text that people will read? None that is not seen, or that makes the others be seen
//! otherwise than they were meant: a name with U+202E in it is another one on the operator's page.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use super::visible::{CLOSES, OPENS};
use crate::language::Text;

/// A sign that may not stand, and where.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Strange {
    /// Which character of the text it is, from 1.
    pub(crate) at: usize,
    pub(crate) sign: char,
    pub(crate) why: Why,
}

/// What is strange about a sign.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Why {
    /// Ends a line.
    LineEnd,
    /// A tab.
    Tab,
    /// Another control character.
    Control,
    /// Turns the direction of what follows.
    Direction,
    /// Is not seen.
    Unseen,
    /// Of a private set of one machine (外字).
    Private,
    /// Stands for what could not be read.
    Garbled,
    /// Not a character at all.
    NoCharacter,
    /// Selects a form of an ideograph, and stands behind none.
    LoneSelector,
    /// A mark without a letter, or one more than letters have.
    Marks,
    /// We write unseen signs with it.
    Reserved,
}

/// More marks than stand on one letter in any language that is written here.
const MOST_MARKS: usize = 2;

/// The first sign that may not stand.
pub(super) fn first_strange(text: &str) -> Result<(), Strange> {
    let mut judge = Judge::default();
    for (at, sign) in (1..).zip(text.chars()) {
        if let Some(why) = judge.of(sign) {
            return Err(Strange { at, sign, why });
        }
    }
    Ok(())
}

/// Judges one sign after the other.
#[derive(Debug, Default)]
pub(super) struct Judge {
    before: Option<char>,
    marks: usize,
}

impl Judge {
    /// Why the next sign may not stand.
    pub(super) fn of(&mut self, sign: char) -> Option<Why> {
        let mark = sign.general_category() == GeneralCategory::NonspacingMark && !is_selector(sign);
        self.marks = if mark { self.marks + 1 } else { 0 };
        let why = strange(sign, self.before).or((self.marks > MOST_MARKS).then_some(Why::Marks));
        self.before = Some(sign);
        why
    }
}

/// Why this sign may not stand behind that one.
fn strange(sign: char, before: Option<char>) -> Option<Why> {
    let unseen = |sign| {
        matches!(
            sign,
            // Fillers, joiners and blanks that Unicode counts among letters and marks.
            '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'
                ..='\u{180f}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}' | '\u{1d159}'
        )
    };
    match sign {
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => return Some(Why::LineEnd),
        '\t' => return Some(Why::Tab),
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            return Some(Why::Direction);
        }
        '\u{fffc}' | '\u{fffd}' => return Some(Why::Garbled),
        OPENS | CLOSES => return Some(Why::Reserved),
        _ if is_selector(sign) => {
            return (!before.is_some_and(is_ideograph)).then_some(Why::LoneSelector);
        }
        _ if unseen(sign) => return Some(Why::Unseen),
        _ if is_no_character(sign) => return Some(Why::NoCharacter),
        _ => {}
    }
    #[expect(clippy::wildcard_enum_match_arm, reason = "thirty categories, four of them strange")]
    match sign.general_category() {
        GeneralCategory::Control => Some(Why::Control),
        GeneralCategory::Format => Some(Why::Unseen),
        GeneralCategory::PrivateUse => Some(Why::Private),
        GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark if before.is_none_or(char::is_whitespace) => {
            Some(Why::Marks)
        }
        _ => None,
    }
}

/// Chooses among the forms of the ideograph before it (UTS #37).
pub(super) fn is_selector(sign: char) -> bool {
    matches!(sign, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

fn is_ideograph(sign: char) -> bool {
    matches!(
        sign,
        '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}'
    )
}

fn is_no_character(sign: char) -> bool {
    u32::from(sign) & 0xfffe == 0xfffe || matches!(sign, '\u{fdd0}'..='\u{fdef}')
}

impl Strange {
    /// For people: which sign, where, and what to do.
    pub(crate) fn text(self) -> Text {
        let Self { at, sign, why } = self;
        let (name, named) = why.named();
        let (ja, en) = why.remedy();
        let code = u32::from(sign);
        Text::new(
            format!("{at}文字目に{name}（U+{code:04X}）があります。{ja}"),
            format!("character {at} is {named} (U+{code:04X}): {en}"),
        )
    }
}

impl Why {
    const fn named(self) -> (&'static str, &'static str) {
        match self {
            Self::LineEnd => ("改行", "a line's end"),
            Self::Tab => ("タブ", "a tab"),
            Self::Control => ("制御文字", "a control character"),
            Self::Direction => ("文字の向きを変える見えない文字", "one that turns the direction of the text"),
            Self::Unseen => ("見えない文字", "one that is not seen"),
            Self::Private => ("外字", "of a private set of characters"),
            Self::Garbled => ("文字化けした文字", "what is left of one that could not be read"),
            Self::NoCharacter => ("文字でない符号", "no character"),
            Self::LoneSelector => ("異体字セレクタ", "a variation selector"),
            Self::Marks => ("重ねる記号", "a combining mark"),
            Self::Reserved => ("使えない記号", "reserved"),
        }
    }

    const fn remedy(self) -> (&'static str, &'static str) {
        match self {
            Self::LineEnd | Self::Tab => ("1行で入力し直してください。", "write one line"),
            Self::Control | Self::Direction | Self::Unseen | Self::NoCharacter => {
                ("貼り付けずに、手で入力し直してください。", "type the text by hand instead of pasting it")
            }
            Self::Private => (
                "ほかの機械では別の文字になります。ふつうの漢字かカナで入力してください。",
                "it is another one on other machines; use an ordinary character",
            ),
            Self::Garbled => ("元の文字を確かめて、入力し直してください。", "look up what it was"),
            Self::LoneSelector => (
                "漢字のすぐ後ろでだけ使えます。消してください。",
                "it stands right behind an ideograph only; take it out",
            ),
            Self::Marks => (
                "前に文字がないか、重ねすぎています。消してください。",
                "it stands on no letter, or on too many others; take it out",
            ),
            Self::Reserved => ("〈 〉などの記号に替えてください。", "write another bracket"),
        }
    }
}
