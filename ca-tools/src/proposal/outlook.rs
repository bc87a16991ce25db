//! Whom does an act touch, what holds of each, and what would? Frozen when it is proposed, and looked at again when it is
//! approved: where something moved meanwhile, the proposal is void.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::digest::sha256;

/// What holds, by whom it is of and by field, in the registry's words.
pub type FieldValues = BTreeMap<String, BTreeMap<String, String>>;

/// One whom an act touches.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Touched {
    /// An ID, a device's number, an office's.
    pub id: String,
    /// What it is called.
    pub name: String,
}

/// Whom an act touches, and what holds and would hold of them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Outlook {
    /// Whom it touches.
    pub touched: Vec<Touched>,
    /// What holds.
    pub before: FieldValues,
    /// What would.
    pub after: FieldValues,
}

/// Something that moved since it was frozen.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Moved {
    /// Of whom.
    pub id: String,
    /// What of them; empty where they came or went.
    pub field: String,
    /// As it was; empty where it was not.
    pub was: String,
    /// As it is; empty where it is not.
    pub is: String,
}

impl Outlook {
    /// Over whom it touches and what holds of them.
    ///
    /// # Errors
    /// None in practice: texts are JSON.
    pub fn digest(&self) -> Result<String, serde_json::Error> {
        let ids: Vec<_> = self.touched.iter().map(|one| one.id.as_str()).collect();
        Ok(sha256(serde_json::to_string(&(ids, &self.before))?))
    }

    /// What is not as it was in this one.
    #[must_use]
    pub fn moved_since(&self, frozen: &Self) -> Vec<Moved> {
        let mut moved = differences(&frozen.before, &self.before);
        let lacks = |list: &[Touched], id: &str| !list.iter().any(|one| one.id == id);
        let gone = frozen.touched.iter().filter(|one| lacks(&self.touched, &one.id));
        moved.extend(gone.map(|one| Moved::of(&one.id, "", (&one.name, ""))));
        let come = self.touched.iter().filter(|one| lacks(&frozen.touched, &one.id));
        moved.extend(come.map(|one| Moved::of(&one.id, "", ("", &one.name))));
        moved
    }

    /// What the act would change: of whom, what, from what to what.
    #[must_use]
    pub fn changes(&self) -> Vec<Moved> {
        differences(&self.before, &self.after)
    }
}

impl Moved {
    fn of(id: &str, field: &str, (was, is): (&str, &str)) -> Self {
        Self { id: id.to_owned(), field: field.to_owned(), was: was.to_owned(), is: is.to_owned() }
    }
}

fn differences(was: &FieldValues, is: &FieldValues) -> Vec<Moved> {
    let none = BTreeMap::new();
    let mut ids: Vec<_> = was.keys().chain(is.keys()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut moved = Vec::new();
    for id in ids {
        let (before, after) = (was.get(id).unwrap_or(&none), is.get(id).unwrap_or(&none));
        let mut fields: Vec<_> = before.keys().chain(after.keys()).collect();
        fields.sort_unstable();
        fields.dedup();
        for field in fields {
            let value = |facts: &BTreeMap<String, String>| facts.get(field).cloned().unwrap_or_default();
            let (one, other) = (value(before), value(after));
            if one != other {
                moved.push(Moved::of(id, field, (&one, &other)));
            }
        }
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(id: &str, field: &str, value: &str) -> FieldValues {
        FieldValues::from([(id.to_owned(), BTreeMap::from([(field.to_owned(), value.to_owned())]))])
    }

    fn touched(ids: &[&str]) -> Vec<Touched> {
        ids.iter().map(|id| Touched { id: (*id).to_owned(), name: "名".to_owned() }).collect()
    }

    #[test]
    fn what_moved_is_named_with_what_it_was_and_what_it_is() {
        let frozen = Outlook {
            touched: touched(&["a", "b"]),
            before: facts("a", "roles", "auditor"),
            after: facts("a", "roles", ""),
        };
        assert_eq!(frozen.moved_since(&frozen), []);
        assert_eq!(frozen.changes(), [Moved::of("a", "roles", ("auditor", ""))]);
        let now = Outlook { before: facts("a", "roles", "ra_clerk"), touched: touched(&["a", "c"]), ..frozen.clone() };
        let moved = now.moved_since(&frozen);
        let expected = [
            Moved::of("a", "roles", ("auditor", "ra_clerk")),
            Moved::of("b", "", ("名", "")),
            Moved::of("c", "", ("", "名")),
        ];
        assert_eq!(moved, expected);
        assert_ne!(now.digest().unwrap(), frozen.digest().unwrap());
        let later = Outlook { after: FieldValues::new(), ..frozen.clone() };
        assert_eq!(later.digest().unwrap(), frozen.digest().unwrap(), "what would hold is no fact");
    }
}
