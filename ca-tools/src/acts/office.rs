//! Registering an office, correcting what is known of it, putting it on hold.

use std::collections::BTreeMap;

use registry::change::{IllegalChange, OfficeChange, operator_stays};
use registry::{OfficeNo, OfficeState};
use serde_json::json;

use super::change::{Change, RequiredRole};
use super::two::is_many;
use super::{By, Writer};
use crate::application::{Detail, Details, OfficeDetails};
use crate::letters::{Letter, OfficeFacts};
use crate::proposal::Act;
use crate::refusal::{Kind, Malformed, Refusal, Unavailable};
use crate::rows::office_details;
use crate::{rows, spelling};

/// What is said of an office; `None` leaves what is known as it is.
#[derive(Clone, Debug, Default)]
pub struct OfficeForm {
    /// What 様式2 can say.
    pub details: Details<Option<String>>,
    /// Version of the pledge accepted.
    pub pledge: Option<String>,
}

impl OfficeForm {
    /// What it says, by column: as a proposal keeps it.
    #[must_use]
    pub fn said(&self) -> BTreeMap<String, String> {
        let details = self.details.iter().filter_map(|(detail, text)| Some((detail.as_str(), text.clone()?)));
        let pledge = self.pledge.clone().map(|text| ("pledge", text));
        details.chain(pledge).map(|(field, text)| (field.to_owned(), text)).collect()
    }

    /// What a proposal kept of it.
    pub(super) fn kept(said: &BTreeMap<String, String>) -> Result<Self, Unavailable> {
        let mut form = Self::default();
        for (field, text) in said {
            match field.parse::<Detail>() {
                Ok(detail) => form.details[detail] = Some(text.clone()),
                Err(_) if field == "pledge" => form.pledge = Some(text.clone()),
                Err(why) => return Err(Unavailable::Corrupt(format!("what is said of an office: {field}: {why}"))),
            }
        }
        Ok(form)
    }
}

impl<const N: usize> From<[(Detail, &str); N]> for OfficeForm {
    fn from(said: [(Detail, &str); N]) -> Self {
        let mut form = Self::default();
        for (detail, text) in said {
            form.details[detail] = Some(text.to_owned());
        }
        form
    }
}

impl Writer {
    /// Registers an office. Takes an application.
    ///
    /// # Errors
    /// Its number is taken, or a field cannot stand.
    pub async fn register_office(&self, by: &By, office: &OfficeNo, form: OfficeForm) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let application = change.application_of(office).await?;
        let name = write_office(&mut change, (office, &application), form).await?;
        change.commit("office.register", office.as_str(), json!({ "name": name })).await
    }

    /// Corrects what is known of an office (様式2). The event keeps which fields, before and after.
    ///
    /// # Errors
    /// No such office, or it is over; nothing to change.
    pub async fn update_office(&self, by: &By, office: &OfficeNo, form: OfficeForm) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let detail = write_details(&mut change, office, form).await?;
        change.commit("office.update", office.as_str(), detail.into()).await
    }

    /// Puts an office on hold: nothing of it comes in.
    ///
    /// # Errors
    /// No such office, it is on hold already, or over; somebody of it is of a higher rank; the last operators are of it.
    pub async fn suspend_office(&self, by: &By, office: &OfficeNo) -> Result<u64, Refusal> {
        self.set_office(by, office, OfficeChange::Suspend).await
    }

    /// Lifts an office's hold.
    ///
    /// # Errors
    /// No such office, or it is not on hold.
    pub async fn resume_office(&self, by: &By, office: &OfficeNo) -> Result<u64, Refusal> {
        self.set_office(by, office, OfficeChange::Resume).await
    }

    async fn set_office(&self, by: &By, office: &OfficeNo, what: OfficeChange) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let (action, detail) = hold_and_tell(&mut change, office, what).await?;
        change.commit(action, office.as_str(), detail).await
    }
}

/// Puts an office on hold, or lifts its hold, and tells its contact; the event's action, and what it says.
pub(super) async fn hold_and_tell(
    change: &mut Change,
    office: &OfficeNo,
    what: OfficeChange,
) -> Result<(&'static str, serde_json::Value), Refusal> {
    let said = write_hold(change, office, what).await?;
    let contact = rows::office::contact(change, office).await?;
    let contact = contact.ok_or_else(|| Refusal::Unknown(Kind::Office, office.to_string()))?;
    let facts = OfficeFacts { number: office.to_string(), name: contact.office, contact: contact.contact };
    let at = change.at().unix();
    let letter = if rows::office::state(change, office).await? == OfficeState::Suspended {
        Letter::OfficeOnHold { office: facts, at }
    } else {
        Letter::OfficeResumed { office: facts, at }
    };
    change.mail((&contact.mail, office.as_str()), &letter).await?;
    Ok(said)
}

/// Puts an office on hold, or lifts its hold; the event's action, and what it says.
pub(super) async fn write_hold(
    change: &mut Change,
    office: &OfficeNo,
    what: OfficeChange,
) -> Result<(&'static str, serde_json::Value), Refusal> {
    let state = office_after(change, office, what).await?;
    let everyone = change.touch_all(office).await?;
    if state == OfficeState::Suspended {
        operators_stay(change, office).await?;
    }
    let of = office.clone();
    let (action, act) = if state == OfficeState::Suspended {
        ("office.suspend", Act::SuspendOffice { office: of })
    } else {
        ("office.resume", Act::ResumeOffice { office: of })
    };
    change.office_needs_two(office, &act).await?;
    everyone.write_office(change, (state, None)).await?;
    Ok((action, json!({})))
}

/// Of an office on hold nobody is let in: where that would be everybody who could resume it, it is none that is put on hold.
async fn operators_stay(change: &mut Change, office: &OfficeNo) -> Result<(), Refusal> {
    let leave: Vec<_> =
        rows::person::with_roles_of(change, office).await?.into_iter().map(|one| one.login_id).collect();
    let operators = change.operators().await?;
    operator_stays(&leave, &operators)
        .map_err(|_| Refusal::Illegal(office.to_string(), IllegalChange::OfficeOfOperators))
}

impl Change {
    /// Goes on where the office is one of few and has no operators, or where this act on it rests on more than one.
    pub(super) async fn office_needs_two(&mut self, office: &OfficeNo, act: &Act) -> Result<(), Refusal> {
        if self.office_is_of_many(office).await? {
            self.needs_two(act).await?;
        }
        Ok(())
    }

    /// Whether many go with this office, or operators.
    pub(super) async fn office_is_of_many(&mut self, office: &OfficeNo) -> Result<bool, Refusal> {
        let people = rows::person::of_office(self, office).await?.len();
        let devices = rows::device::of_office(self, office).await?.len();
        let operators = rows::person::with_roles_of(self, office).await?;
        Ok(is_many((devices, people), self.settings().many) || !operators.is_empty())
    }
}

/// Writes a new office; its name.
pub(super) async fn write_office(
    change: &mut Change,
    (office, application): (&OfficeNo, &str),
    form: OfficeForm,
) -> Result<String, Refusal> {
    if rows::office::is_taken(change, office).await? {
        return Err(Refusal::Taken(Kind::Office, office.to_string()));
    }
    let details = OfficeDetails::try_from_fn(|detail| {
        readable(detail.option(), form.details[detail].clone().unwrap_or_default())
    })?;
    let pledge = readable(PLEDGE, form.pledge.unwrap_or_default())?;
    for (detail, _) in details.iter().filter(|(_, text)| text.is_empty()) {
        detail.emptied().map_err(|_| Malformed::OfficeWithout(detail))?;
    }
    let name = details[Detail::Name].clone();
    office_details::write_new(change, office, application, details, pledge).await?;
    Ok(name)
}

/// Writes what changes of an office; before and after of each field that does.
pub(super) async fn write_details(
    change: &mut Change,
    office: &OfficeNo,
    form: OfficeForm,
) -> Result<serde_json::Map<String, serde_json::Value>, Refusal> {
    office_after(change, office, OfficeChange::Update).await?;
    let before = office_details::of(change, office).await?;
    let (was, pledged) = before.ok_or_else(|| Refusal::Unknown(Kind::Office, office.to_string()))?;
    let mut detail = serde_json::Map::new();
    let mut keep = |field: &'static str, was: &str, text: String| {
        if text != was {
            detail.insert(field.to_owned(), json!({ "before": was, "after": text }));
        }
        text
    };
    let details = OfficeDetails::try_from_fn(|which| {
        let text = form.details[which].clone().map(|text| readable(which.option(), text)).transpose()?;
        Ok::<_, Refusal>(keep(which.as_str(), &was[which], text.unwrap_or_else(|| was[which].clone())))
    })?;
    let pledge = form.pledge.map(|text| readable(PLEDGE, text)).transpose()?;
    let pledge = keep("pledge", &pledged, pledge.unwrap_or_else(|| pledged.clone()));
    if detail.is_empty() {
        return Err(Malformed::NothingChanges.into());
    }
    if details[Detail::Mail] != was[Detail::Mail] {
        let called = (office, &*details[Detail::Name], &*details[Detail::Contact]);
        tell_addresses(change, called, (&was[Detail::Mail], &details[Detail::Mail])).await?;
    }
    office_details::write_details(change, office, (details, pledge)).await?;
    Ok(detail)
}

/// Writes back what was known of an office before a correction said this of it; before and after of each field. Nobody is
/// told: they were not told of the correction either.
pub(super) async fn put_back(
    change: &mut Change,
    office: &OfficeNo,
    correction: &serde_json::Map<String, serde_json::Value>,
) -> Result<serde_json::Map<String, serde_json::Value>, Refusal> {
    office_after(change, office, OfficeChange::Update).await?;
    let now = office_details::of(change, office).await?;
    let (is, pledge) = now.ok_or_else(|| Refusal::Unknown(Kind::Office, office.to_string()))?;
    let before = |field: &str| correction.get(field).and_then(|field| field["before"].as_str()).map(str::to_owned);
    let mut detail = serde_json::Map::new();
    let mut back = |field: &'static str, is: &str| {
        let was = before(field).unwrap_or_else(|| is.to_owned());
        if was != is {
            detail.insert(field.to_owned(), json!({ "before": is, "after": was }));
        }
        was
    };
    let details = OfficeDetails::try_from_fn(|which| Ok::<_, Refusal>(back(which.as_str(), &is[which])))?;
    let pledge = back("pledge", &pledge);
    office_details::write_details(change, office, (details, pledge)).await?;
    Ok(detail)
}

/// Whoever moved the address away is not the only one who learns of it.
async fn tell_addresses(
    change: &mut Change,
    (office, name, contact): (&OfficeNo, &str, &str),
    (before, after): (&str, &str),
) -> Result<(), Refusal> {
    let letter = Letter::OfficeMailChanged {
        office: name.to_owned(),
        contact: contact.to_owned(),
        before: before.to_owned(),
        after: after.to_owned(),
        at: change.at().unix(),
    };
    for address in [before, after] {
        change.mail((address, office.as_str()), &letter).await?;
    }
    Ok(())
}

pub(super) async fn office_after(
    change: &mut Change,
    office: &OfficeNo,
    what: OfficeChange,
) -> Result<OfficeState, Refusal> {
    let state = rows::office::state(change, office).await?;
    state.after(what).map_err(|why| Refusal::Illegal(office.to_string(), why))
}

/// By which option an operator types the version of the pledge.
const PLEDGE: &str = "--pledge";

/// A text that can be printed in one line of a list, as it is kept: the last door, whichever was the first.
pub(super) fn readable(field: &'static str, text: String) -> Result<String, Refusal> {
    /// Longer than any name or address; short enough for a page.
    const LONGEST: usize = 200;
    let kept = spelling::line(&text).map_err(|strange| Malformed::Strange(field, strange))?;
    if kept.chars().count() > LONGEST {
        return Err(Malformed::TooLong(field, LONGEST).into());
    }
    Ok(kept)
}
