//! Which policies may no city leave out?
//!
//! A city replaces the built-in policies by files of its own. The house promises some things whatever these say: a device
//! serves its own office's people, a room is its invited members', the console is the operators', each of its parts by role. Each promise is a built-in
//! `forbid`, which outweighs every `permit`; so each of them must stand in a city's files as it stands in ours.

use cedar_policy::{Effect, Policy, PolicyId};

use crate::mistake::Mistake;
use crate::statements::cut;

/// What was found under an `@id`.
pub(crate) enum Found<'a> {
    /// Nothing.
    Nowhere,
    /// A policy with a mistake, which is told already.
    Mistaken,
    /// This one.
    At { policy: &'a Policy, file: &'a str, line: usize },
}

/// A mistake for each `forbid` of ours that is not in force as we wrote it.
pub(crate) fn missing<'a>((name, ours): (&str, &str), found: impl Fn(&str) -> Found<'a>) -> Vec<Mistake> {
    let mut missing = Vec::new();
    for statement in cut(ours) {
        let Ok(policy) = Policy::parse(None, statement.text) else { continue };
        if policy.effect() != Effect::Forbid {
            continue;
        }
        let id = policy.annotation("id").unwrap_or_default();
        let mistake = match found(id) {
            Found::Mistaken => None,
            Found::Nowhere => Some(Mistake {
                file: "policies".into(),
                line: 1,
                what: format!("@id({id:?}) is missing; what it forbids is forbidden everywhere: copy it from {name}"),
            }),
            Found::At { policy: theirs, .. } if same(&policy, theirs) => None,
            Found::At { file, line, .. } => Some(Mistake {
                file: file.to_owned(),
                line,
                what: format!(
                    "@id({id:?}) differs from {name}, where it must be copied from unchanged; what else is to be \
                               forbidden gets an @id of its own"
                ),
            }),
        };
        missing.extend(mistake);
    }
    missing
}

/// The same words, however they are set out.
fn same(ours: &Policy, theirs: &Policy) -> bool {
    let said = |policy: &Policy| policy.new_id(PolicyId::new("")).to_json().ok();
    said(ours).is_some_and(|ours| said(theirs).is_some_and(|theirs| ours == theirs))
}
