//! What is written down of a room and of an invitation: whole, or not at all.
//!
//! A room can be opened before its consent is written down, as an import, a script and an urgent call do: then it is told
//! everywhere that it has none, until it is. What is told in part is refused by the name of what is missing, since half a
//! consent looks like one.

use certs::Timestamp;
use serde_json::{Value as Json, json};

use super::office::readable;
use crate::application::{Day, OnDay, RoomFact};
use crate::refusal::{Malformed, Refusal};
use crate::spelling;

/// What was typed of a consent; empty is nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConsentTyped<'a> {
    /// Who asked for the room.
    pub asked_by: &'a str,
    /// The day on which the person consented.
    pub person: &'a str,
    /// The day on which the family did.
    pub family: &'a str,
    /// Who heard it.
    pub heard_by: &'a str,
}

/// Who asked for a room, when the person and the family consented, who heard it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RoomConsent {
    asked_by: String,
    person: OnDay,
    family: OnDay,
    heard_by: String,
}

/// What was typed of an invitation beside whom it is for; empty is nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct TermsTyped<'a> {
    /// Who confirmed that the person takes part.
    pub confirmed_by: &'a str,
    /// On which day.
    pub confirmed_on: &'a str,
    /// Its last day, or the moment of its end.
    pub until: Option<Timestamp>,
}

/// How long an invitation lasts, and who confirmed it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct InvitationTerms {
    /// The first second on which it is none any more.
    pub until: Option<Timestamp>,
    /// Who confirmed it, where it was.
    pub confirmed: Option<Confirmed>,
}

/// The care manager, or whoever speaks for those who take part, confirmed it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Confirmed {
    by: String,
    on: Day,
}

/// On whose word a room is closed: the day of its last post, which was looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct LastPost(OnDay);

impl RoomConsent {
    /// What was typed, as of this moment; `None` where nothing was.
    ///
    /// # Errors
    /// Something is missing, no day, or a day to come; nobody consented.
    pub fn read(typed: ConsentTyped<'_>, now: Timestamp) -> Result<Option<Self>, Refusal> {
        let all = [typed.asked_by, typed.person, typed.family, typed.heard_by];
        if all.iter().all(|text| text.trim().is_empty()) {
            return Ok(None);
        }
        let consent = Self {
            asked_by: words(RoomFact::AskedBy, typed.asked_by)?,
            person: on_day(RoomFact::PersonConsent, typed.person, now)?,
            family: on_day(RoomFact::FamilyConsent, typed.family, now)?,
            heard_by: words(RoomFact::HeardBy, typed.heard_by)?,
        };
        if (consent.person, consent.family) == (OnDay::Nothing, OnDay::Nothing) {
            return Err(Malformed::NobodyConsented.into());
        }
        Ok(Some(consent))
    }

    /// As a row has it.
    pub(crate) fn columns(&self) -> [(RoomFact, String); 4] {
        [
            (RoomFact::AskedBy, self.asked_by.clone()),
            (RoomFact::PersonConsent, self.person.to_string()),
            (RoomFact::FamilyConsent, self.family.to_string()),
            (RoomFact::HeardBy, self.heard_by.clone()),
        ]
    }

    /// For the event.
    pub(super) fn json(&self) -> Json {
        self.columns().into_iter().map(|(fact, said)| (fact.as_str().to_owned(), Json::from(said))).collect()
    }
}

impl InvitationTerms {
    /// What was typed, as of this moment.
    ///
    /// # Errors
    /// Half of a confirmation; no day, or a day to come; an end that has passed.
    pub fn read(typed: TermsTyped<'_>, now: Timestamp) -> Result<Self, Refusal> {
        let confirmed = Confirmed::read((typed.confirmed_by, typed.confirmed_on), now)?;
        Ok(Self { until: typed.until.map(|until| to_come(until, now)).transpose()?, confirmed })
    }

    /// For the event.
    pub(super) fn json(&self) -> Json {
        json!({ "until": self.until.map(|at| at.to_string()), "confirmed": self.confirmed.as_ref().map(Confirmed::json) })
    }
}

impl Confirmed {
    /// What was typed, as of this moment; `None` where nothing was.
    ///
    /// # Errors
    /// Half of it; no day, or a day to come.
    pub fn read((by, on): (&str, &str), now: Timestamp) -> Result<Option<Self>, Refusal> {
        if by.trim().is_empty() && on.trim().is_empty() {
            return Ok(None);
        }
        let by = words(RoomFact::ConfirmedBy, by)?;
        Ok(Some(Self { by, on: day(RoomFact::ConfirmedOn, on, now)? }))
    }

    /// As a row has it: by whom, on which day.
    pub(crate) fn columns(&self) -> (String, String) {
        (self.by.clone(), self.on.to_string())
    }

    pub(super) fn json(&self) -> Json {
        json!({ "by": self.by, "on": self.on.to_string() })
    }
}

impl LastPost {
    /// The day of the post by which the room ends.
    ///
    /// # Errors
    /// Nothing was typed, no day, or a day to come.
    pub fn on(typed: &str, now: Timestamp) -> Result<Self, Refusal> {
        Ok(Self(OnDay::Day(day(RoomFact::LastPost, typed, now)?)))
    }

    /// Nothing was ever written in it: it was opened by mistake, or never used. Takes a reason.
    #[must_use]
    pub fn nothing() -> Self {
        Self(OnDay::Nothing)
    }

    pub(super) fn needs_why(self) -> bool {
        self.0 == OnDay::Nothing
    }

    /// As a row has it.
    pub(super) fn column(self) -> String {
        self.0.to_string()
    }
}

/// An end that has not passed.
///
/// # Errors
/// It has.
pub(super) fn to_come(until: Timestamp, now: Timestamp) -> Result<Timestamp, Refusal> {
    if until <= now { Err(Malformed::EndIsPast.into()) } else { Ok(until) }
}

fn words(fact: RoomFact, typed: &str) -> Result<String, Refusal> {
    let kept = readable(fact.option(), typed.to_owned())?;
    if kept.is_empty() { Err(Malformed::RoomLacks(fact).into()) } else { Ok(kept) }
}

fn on_day(fact: RoomFact, typed: &str, now: Timestamp) -> Result<OnDay, Refusal> {
    if typed.trim().is_empty() {
        return Err(Malformed::RoomLacks(fact).into());
    }
    let plain = spelling::code(typed).unwrap_or_else(|_| typed.trim().to_owned());
    let read: OnDay = plain.parse().map_err(|_| Malformed::NoDay(fact))?;
    if matches!(read, OnDay::Day(day) if day > Day::of(now)) {
        return Err(Malformed::DayToCome(fact).into());
    }
    Ok(read)
}

fn day(fact: RoomFact, typed: &str, now: Timestamp) -> Result<Day, Refusal> {
    match on_day(fact, typed, now)? {
        OnDay::Day(day) => Ok(day),
        OnDay::Nothing => Err(Malformed::NoDay(fact).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_795_392_300);
    const WHOLE: ConsentTyped<'static> =
        ConsentTyped { asked_by: "長男の妻", person: "2026-11-20", family: "R8.11.21", heard_by: "k.sato" };

    #[test]
    fn a_consent_is_whole_or_refused_by_what_is_missing() {
        let lacks = |typed| RoomConsent::read(typed, NOW).unwrap_err();
        assert_eq!(RoomConsent::read(ConsentTyped::default(), NOW), Ok(None));
        assert!(RoomConsent::read(WHOLE, NOW).unwrap().is_some());
        for (typed, fact) in [
            (ConsentTyped { asked_by: " ", ..WHOLE }, RoomFact::AskedBy),
            (ConsentTyped { person: "", ..WHOLE }, RoomFact::PersonConsent),
            (ConsentTyped { family: "", ..WHOLE }, RoomFact::FamilyConsent),
            (ConsentTyped { heard_by: "", ..WHOLE }, RoomFact::HeardBy),
        ] {
            assert_eq!(lacks(typed), Malformed::RoomLacks(fact).into());
        }
        let to_come = ConsentTyped { person: "2026-11-24", ..WHOLE };
        assert_eq!(lacks(to_come), Malformed::DayToCome(RoomFact::PersonConsent).into());
        assert_eq!(lacks(ConsentTyped { person: "なし", family: "none", ..WHOLE }), Malformed::NobodyConsented.into());
        assert_eq!(lacks(ConsentTyped { family: "春", ..WHOLE }), Malformed::NoDay(RoomFact::FamilyConsent).into());
    }

    #[test]
    fn an_invitation_ends_in_times_to_come_and_is_confirmed_with_name_and_day() {
        let terms = |typed| InvitationTerms::read(typed, NOW);
        assert_eq!(terms(TermsTyped::default()), Ok(InvitationTerms::default()));
        let half = TermsTyped { confirmed_by: "k.sato", ..TermsTyped::default() };
        assert_eq!(terms(half).unwrap_err(), Malformed::RoomLacks(RoomFact::ConfirmedOn).into());
        let none = TermsTyped { confirmed_on: "none", ..half };
        assert_eq!(terms(none).unwrap_err(), Malformed::NoDay(RoomFact::ConfirmedOn).into());
        let past = TermsTyped { until: Some(NOW), ..TermsTyped::default() };
        assert_eq!(terms(past).unwrap_err(), Malformed::EndIsPast.into());
    }
}
