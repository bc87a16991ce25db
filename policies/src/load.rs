//! Text → policies that can be decided by, or every mistake in them at once.
//!
//! A policy that does not fit the schema would raise an error while it is evaluated, and Cedar then
//! leaves it out, a `forbid` too. So only what strict validation passes, without a warning, is loaded.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use cedar_policy::{ActionConstraint, Authorizer, EntityUid, Policy, PolicyId, Schema, ValidationMode, Validator};
use miette::Diagnostic;

use crate::mistake::Mistake;
use crate::reason::Reason;
use crate::required::{self, Found};
use crate::statements::{Statement, cut};
use crate::vocabulary::Vocabulary;

const SCHEMA: &str = include_str!("../care-record.cedarschema");
const BUILT_IN: (&str, &str) = ("care-record.cedar", include_str!("../care-record.cedar"));

/// Policies that were checked, ready to decide.
#[derive(Debug)]
pub struct PolicySet {
    pub(crate) authorizer: Authorizer,
    /// The policies that speak of each action; the others would only be looked at in vain.
    pub(crate) policies: HashMap<EntityUid, cedar_policy::PolicySet>,
    pub(crate) verdicts: HashMap<PolicyId, Verdict>,
    pub(crate) vocabulary: Vocabulary,
    generation: u64,
}

/// What a policy's annotations say.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    pub(crate) id: Arc<str>,
    pub(crate) reason: Reason,
}

impl PolicySet {
    /// The policies of `care-record.cedar`.
    ///
    /// # Errors
    /// None while the tests of this crate pass.
    pub fn built_in() -> Result<Self, Vec<Mistake>> {
        Self::load([BUILT_IN])
    }

    /// These policies and no others, from files as (name, text); the name is told with a mistake. The built-in `forbid`s
    /// must be among them, word for word, whatever else a city permits or forbids (see `required`).
    ///
    /// # Errors
    /// Every mistake in every file, in the order of files and lines: what is not Cedar, does not fit the
    /// schema, can never hold, or lacks a unique `@id` or a known `@reason`; then each `forbid` that is missing.
    pub fn load<'a>(sources: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Vec<Mistake>> {
        let nowhere = |what: String| vec![Mistake { file: "policies".into(), line: 1, what }];
        let schema = Schema::from_cedarschema_str(SCHEMA).map_err(|e| nowhere(e.to_string()))?.0;
        let vocabulary = Vocabulary::new().map_err(|e| nowhere(e.to_string()))?;
        let mut reading = Reading::default();
        let mut hasher = DefaultHasher::new();
        let validator = Validator::new(schema);
        for (file, text) in sources {
            text.hash(&mut hasher);
            for statement in cut(text) {
                reading.read(file, &statement, &validator);
            }
        }
        if reading.seen.is_empty() && reading.mistakes.is_empty() {
            return Err(nowhere("there is no policy, so everyone would be refused".into()));
        }
        let found = |id: &str| match reading.seen.get(id) {
            None => Found::Nowhere,
            Some((file, line)) => {
                let policy = reading.policies.iter().find(|policy| policy.id().to_string() == id);
                policy.map_or(Found::Mistaken, |policy| Found::At { policy, file, line: *line })
            }
        };
        let missing = required::missing(BUILT_IN, found);
        reading.mistakes.extend(missing);
        if !reading.mistakes.is_empty() {
            return Err(reading.mistakes);
        }
        let mut policies = HashMap::new();
        for action in vocabulary.actions() {
            let speaking = reading.policies.iter().filter(|policy| speaks_of(policy, action)).cloned();
            let speaking = cedar_policy::PolicySet::from_policies(speaking).map_err(|e| nowhere(e.to_string()))?;
            policies.insert(action.clone(), speaking);
        }
        Ok(Self {
            authorizer: Authorizer::new(),
            policies,
            verdicts: reading.verdicts,
            vocabulary,
            generation: hasher.finish(),
        })
    }

    /// Differs wherever the text of the policies does; for telling remembered decisions apart within
    /// one process.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Every `@id`, in order.
    #[must_use]
    pub fn ids(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = self.verdicts.values().map(|verdict| &*verdict.id).collect();
        ids.sort_unstable();
        ids
    }
}

/// What was read so far.
#[derive(Default)]
struct Reading {
    policies: Vec<Policy>,
    verdicts: HashMap<PolicyId, Verdict>,
    /// Where each `@id` was seen first, also where its policy is mistaken.
    seen: HashMap<String, (String, usize)>,
    mistakes: Vec<Mistake>,
}

impl Reading {
    fn read(&mut self, file: &str, statement: &Statement<'_>, validator: &Validator) {
        let mistake = |line, what| Mistake { file: file.to_owned(), line, what };
        let policy = match Policy::parse(None, statement.text) {
            Ok(policy) => policy,
            Err(errors) => {
                let told = errors.iter().map(|error| mistake(line_of(error, statement), in_words(error)));
                return self.mistakes.extend(told);
            }
        };
        let before = self.mistakes.len();
        let id = policy.annotation("id").unwrap_or_default().to_owned();
        if id.is_empty() || !id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b)) {
            let what = "a policy needs an @id of small letters, digits, hyphens and underscores: @id(\"night-rest\")";
            self.mistakes.push(mistake(statement.line, what.to_owned()));
        } else if let Some((file, line)) = self.seen.get(&id) {
            let what = format!("@id({id:?}) already stands at {file}:{line}; each policy has its own");
            self.mistakes.push(mistake(statement.line, what));
        } else {
            self.seen.insert(id.clone(), (file.to_owned(), statement.line));
        }
        let reason = Reason::of(policy.effect(), policy.annotation("reason").unwrap_or_default());
        self.mistakes.extend(reason.as_ref().err().map(|what| mistake(statement.line, what.clone())));
        let policy = policy.new_id(PolicyId::new(&id));
        self.mistakes.extend(unfit(&policy, statement, validator).map(|(line, what)| mistake(line, what)));
        if let (true, Ok(reason)) = (self.mistakes.len() == before, reason) {
            self.verdicts.insert(policy.id().clone(), Verdict { id: id.into(), reason });
            self.policies.push(policy);
        }
    }
}

/// The schema has no groups of actions, so an action is in nothing but itself.
fn speaks_of(policy: &Policy, action: &EntityUid) -> bool {
    match policy.action_constraint() {
        ActionConstraint::Any => true,
        ActionConstraint::Eq(only) => only == *action,
        ActionConstraint::In(some) => some.contains(action),
    }
}

/// What strict validation has to say against a policy.
fn unfit(policy: &Policy, statement: &Statement<'_>, validator: &Validator) -> impl Iterator<Item = (usize, String)> {
    let result = cedar_policy::PolicySet::from_policies([policy.clone()])
        .map(|alone| validator.validate(&alone, ValidationMode::Strict));
    let mut told = Vec::new();
    match result {
        Ok(result) => {
            told.extend(result.validation_errors().map(|e| (line_of(e, statement), in_words(e))));
            told.extend(result.validation_warnings().map(|w| (line_of(w, statement), in_words(w))));
        }
        Err(error) => told.push((statement.line, error.to_string())),
    }
    // One mistake is reported once for each kind of request it would spoil.
    let mut seen = HashSet::new();
    told.into_iter().filter(move |told| seen.insert(told.clone()))
}

fn line_of(error: &impl Diagnostic, statement: &Statement<'_>) -> usize {
    let place = error.labels().and_then(|mut labels| labels.next()).map(|label| label.offset());
    statement.line_at(place.unwrap_or(0))
}

fn in_words(error: &impl Diagnostic) -> String {
    match error.help() {
        Some(help) => format!("{error} ({help})"),
        None => error.to_string(),
    }
}
