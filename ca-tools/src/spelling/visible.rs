//! How is a text shown that was stored before strange signs were refused, or that came from elsewhere? With each of them
//! written out: ⟨U+202E⟩. The brackets themselves are refused at every door, so nobody can write such a thing by hand.

use std::borrow::Cow;

use super::signs::{Judge, Why};

pub(super) const OPENS: char = '⟨';
pub(super) const CLOSES: char = '⟩';

/// The text with every sign that may not stand written out. Lines stay lines, and what is written out already stays so.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    let mut judge = Judge::default();
    let hidden = |judge: &mut Judge, sign: char| match judge.of(sign) {
        None | Some(Why::Reserved) => false,
        Some(Why::LineEnd) => sign != '\n',
        Some(_) => true,
    };
    if !text.chars().any(|sign| hidden(&mut judge, sign)) {
        return Cow::Borrowed(text);
    }
    let (mut judge, mut shown) = (Judge::default(), String::with_capacity(text.len() + 16));
    for sign in text.chars() {
        if hidden(&mut judge, sign) {
            shown.push_str(&format!("{OPENS}U+{:04X}{CLOSES}", u32::from(sign)));
        } else {
            shown.push(sign);
        }
    }
    Cow::Owned(shown)
}
