//! What is wrong with a form? Every field of it that is, and what to do.

use crate::language::Text;

/// One thing wrong with one field.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mistake {
    /// The field's name.
    pub field: String,
    /// What to do.
    pub text: Text,
}

/// Everything wrong with a form, in the order of its fields.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Mistakes(pub Vec<Mistake>);

impl Mistakes {
    /// One mistake.
    #[must_use]
    pub fn one(field: impl Into<String>, text: Text) -> Self {
        Self(vec![Mistake { field: field.into(), text }])
    }

    /// What is wrong with this field.
    pub fn of<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a Text> {
        self.0.iter().filter(move |mistake| mistake.field == field).map(|mistake| &mistake.text)
    }
}
