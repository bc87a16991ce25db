//! Registering an office, correcting what is known of it, putting it on hold.

use registry::change::OfficeChange;
use registry::{OfficeNo, OfficeState};
use serde_json::json;

use super::change::{Change, Duty};
use super::refusal::{Kind, Refusal};
use super::{By, Writer};
use crate::mail::Letter;
use crate::spelling;

/// What 様式1 and 様式2 say of an office; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the names say it")]
pub struct OfficeForm {
    pub corporation: Option<String>,
    pub name: Option<String>,
    pub contact: Option<String>,
    pub mail: Option<String>,
    pub telephone: Option<String>,
    pub address: Option<String>,
    pub pledge: Option<String>,
}

impl OfficeForm {
    fn fields(self) -> [(&'static str, Option<String>); 7] {
        [
            ("corporation", self.corporation),
            ("name", self.name),
            ("contact", self.contact),
            ("mail", self.mail),
            ("telephone", self.telephone),
            ("address", self.address),
            ("pledge", self.pledge),
        ]
    }
}

impl Writer {
    /// Registers an office. Takes an application.
    ///
    /// # Errors
    /// Its number is taken, or a field cannot stand.
    pub async fn register_office(&self, by: &By, office: &OfficeNo, form: OfficeForm) -> Result<u64, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        let application = change.application_of(office).await?;
        let name = write_office(&mut change, (office, &application), form).await?;
        change.commit("office.register", office.as_str(), json!({ "name": name })).await
    }

    /// Corrects what is known of an office (様式2). The event keeps which fields, before and after.
    ///
    /// # Errors
    /// No such office, or it is over; nothing to change.
    pub async fn update_office(&self, by: &By, office: &OfficeNo, form: OfficeForm) -> Result<u64, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        let detail = write_details(&mut change, office, form).await?;
        change.commit("office.update", office.as_str(), detail.into()).await
    }

    /// Puts an office on hold: nothing of it comes in.
    ///
    /// # Errors
    /// No such office, it is on hold already, or over; somebody of it is of a higher rank.
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
        let mut change = self.change(by, Duty::Record).await?;
        let state = office_after(&mut change, office, what).await?;
        change.touch_all(office).await?.write_office(&mut change, (state, None)).await?;
        let action = if state == OfficeState::Suspended { "office.suspend" } else { "office.resume" };
        change.commit(action, office.as_str(), json!({})).await
    }
}

/// Writes a new office; its name.
pub(super) async fn write_office(
    change: &mut Change,
    (office, application): (&OfficeNo, &str),
    form: OfficeForm,
) -> Result<String, Refusal> {
    if change.row("SELECT office FROM offices WHERE office = $1", [office.as_str().into()]).await?.is_some() {
        return Err(Refusal::Taken(Kind::Office, office.to_string()));
    }
    let mut values: [String; 7] = Default::default();
    for ((field, value), place) in form.fields().into_iter().zip(&mut values) {
        *place = readable(option(field), value.unwrap_or_default())?;
    }
    if values[1].is_empty() {
        return Err(Refusal::malformed("--name", "事業所名を指定してください。", "an office has a name"));
    }
    let name = values[1].clone();
    let [corporation, called, contact, mail, telephone, address, pledge] = values;
    change
        .run(
            "INSERT INTO offices (office, corporation, name, contact, mail, telephone, address, pledge, state, \
             application, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            [
                office.as_str().into(),
                corporation.into(),
                called.into(),
                contact.into(),
                mail.into(),
                telephone.into(),
                address.into(),
                pledge.into(),
                OfficeState::Registered.as_str().into(),
                application.into(),
                change.version().into(),
            ],
        )
        .await?;
    Ok(name)
}

/// Writes what changes of an office; before and after of each field that does.
pub(super) async fn write_details(
    change: &mut Change,
    office: &OfficeNo,
    form: OfficeForm,
) -> Result<serde_json::Map<String, serde_json::Value>, Refusal> {
    office_after(change, office, OfficeChange::Update).await?;
    let before = change
        .row(
            "SELECT corporation, name, contact, mail, telephone, address, pledge FROM offices WHERE office = $1",
            [office.as_str().into()],
        )
        .await?
        .ok_or_else(|| Refusal::Unknown(Kind::Office, office.to_string()))?;
    let mut detail = serde_json::Map::new();
    let mut values: [String; 7] = Default::default();
    for ((field, value), place) in form.fields().into_iter().zip(&mut values) {
        let was = before.text(field)?;
        *place = match value {
            Some(value) => readable(option(field), value)?,
            None => was.clone(),
        };
        if *place != was {
            detail.insert(field.to_owned(), json!({ "before": was, "after": place }));
        }
    }
    if detail.is_empty() {
        return Err(Refusal::malformed("office update", "変更する項目がありません。", "nothing would change"));
    }
    let [corporation, name, contact, mail, telephone, address, pledge] = values;
    let was = before.text("mail")?;
    if mail != was {
        tell_addresses(change, (office, &name, &contact), (&was, &mail)).await?;
    }
    change
        .run(
            "UPDATE offices SET corporation = $2, name = $3, contact = $4, mail = $5, telephone = $6, \
             address = $7, pledge = $8, version = $9 WHERE office = $1",
            [
                office.as_str().into(),
                corporation.into(),
                name.into(),
                contact.into(),
                mail.into(),
                telephone.into(),
                address.into(),
                pledge.into(),
                change.version().into(),
            ],
        )
        .await?;
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

pub(super) async fn office_state(change: &mut Change, office: &OfficeNo) -> Result<OfficeState, Refusal> {
    let row = change.row("SELECT state FROM offices WHERE office = $1", [office.as_str().into()]).await?;
    let row = row.ok_or_else(|| Refusal::Unknown(Kind::Office, office.to_string()))?;
    Ok(crate::rows::word(&row.text("state")?)?)
}

pub(super) async fn office_after(
    change: &mut Change,
    office: &OfficeNo,
    what: OfficeChange,
) -> Result<OfficeState, Refusal> {
    let state = office_state(change, office).await?;
    state.after(what).map_err(|why| Refusal::Illegal(office.to_string(), why))
}

/// By which option a field is typed.
fn option(field: &'static str) -> &'static str {
    match field {
        "corporation" => "--corporation",
        "name" => "--name",
        "contact" => "--contact",
        "mail" => "--mail",
        "telephone" => "--telephone",
        "address" => "--address",
        "pledge" => "--pledge",
        _ => field,
    }
}

/// A text that can be printed in one line of a list, as it is kept: the last door, whichever was the first.
pub(super) fn readable(field: &'static str, text: String) -> Result<String, Refusal> {
    /// Longer than any name or address; short enough for a page.
    const LONGEST: usize = 200;
    let kept = spelling::line(&text).map_err(|strange| {
        let why = strange.text();
        Refusal::malformed(field, why.ja, why.en)
    })?;
    if kept.chars().count() > LONGEST {
        let en = format!("longer than {LONGEST} characters");
        return Err(Refusal::malformed(field, format!("{LONGEST}文字以内にしてください。"), en));
    }
    Ok(kept)
}
