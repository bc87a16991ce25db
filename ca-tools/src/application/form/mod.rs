//! One form each: text fields and what is known → the form, or everything wrong with it.

mod certificate;
mod ended;
mod first_registration;
mod ids;
mod lines;
mod office_change;
mod office_number;

use std::collections::BTreeMap;

use registry::{LoginId, OfficeNo};
use serde::{Deserialize, Serialize};

use super::date::Day;
use super::detail::OfficeDetails;
use super::kind::Kind;
use super::mistake::Mistakes;
use super::profession::Professions;
use super::reading::Fields;

pub use certificate::CertificateForm;
pub(crate) use ended::NAME_ENDED;
pub use first_registration::FirstRegistration;
pub use ids::{Deletion, IdsForm, Reason};
pub use lines::Line;
pub(crate) use lines::{os, ownership};
pub use office_change::{Changed, OfficeChange, Rename};
pub use office_number::OfficeNumber;

/// What an application says.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "form", rename_all = "snake_case")]
pub enum Form {
    /// 初回登録用.
    FirstRegistration(FirstRegistration),
    /// 様式1.
    Ids(IdsForm),
    /// 様式2.
    OfficeChange(OfficeChange),
    /// 事業所番号変更.
    OfficeNumber(OfficeNumber),
    /// 電子証明書の取得申請.
    Certificate(CertificateForm),
}

/// An office of the registry, as a form about it is judged.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KnownOffice {
    /// What is known of it.
    pub details: OfficeDetails,
    /// Its people who have an ID, by name.
    pub people: BTreeMap<LoginId, String>,
}

/// What a form is judged by, beside itself.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Today, in Japan.
    pub today: Day,
    /// The office that the form is about; `None` where there is none of that number in use.
    pub office: Option<&'a KnownOffice>,
    /// The 職種 there are.
    pub professions: &'a Professions,
}

impl Form {
    /// Reads a form of this kind.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(kind: Kind, fields: &Fields, facts: &Facts<'_>) -> Result<Self, Mistakes> {
        Ok(match kind {
            Kind::FirstRegistration => Self::FirstRegistration(FirstRegistration::read(fields, facts)?),
            Kind::Ids => Self::Ids(IdsForm::read(fields, facts)?),
            Kind::OfficeChange => Self::OfficeChange(OfficeChange::read(fields, facts)?),
            Kind::OfficeNumber => Self::OfficeNumber(OfficeNumber::read(fields, facts)?),
            Kind::Certificate => Self::Certificate(CertificateForm::read(fields, facts)?),
        })
    }

    /// Which form it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::FirstRegistration(_) => Kind::FirstRegistration,
            Self::Ids(_) => Kind::Ids,
            Self::OfficeChange(_) => Kind::OfficeChange,
            Self::OfficeNumber(_) => Kind::OfficeNumber,
            Self::Certificate(_) => Kind::Certificate,
        }
    }

    /// The office it is about.
    #[must_use]
    pub fn office(&self) -> &OfficeNo {
        match self {
            Self::FirstRegistration(form) => &form.office,
            Self::Ids(form) => &form.office,
            Self::OfficeChange(form) => &form.office,
            Self::OfficeNumber(form) => &form.office,
            Self::Certificate(form) => &form.office,
        }
    }

    /// The first day on which what it asks for holds.
    #[must_use]
    pub fn effective(&self) -> Option<Day> {
        match self {
            Self::Ids(form) => Some(form.effective),
            Self::FirstRegistration(_) | Self::OfficeChange(_) | Self::OfficeNumber(_) | Self::Certificate(_) => None,
        }
    }

    /// Whether IDs go by it.
    #[must_use]
    pub fn takes(&self) -> bool {
        match self {
            Self::Ids(form) => !form.deleted.is_empty(),
            Self::FirstRegistration(_) | Self::OfficeChange(_) | Self::OfficeNumber(_) | Self::Certificate(_) => false,
        }
    }

    /// How many IDs it asks for.
    #[must_use]
    pub fn new_people(&self) -> &[super::NewPerson] {
        match self {
            Self::FirstRegistration(form) => &form.people,
            Self::Ids(form) => &form.added,
            Self::OfficeNumber(form) => &form.people,
            Self::OfficeChange(_) | Self::Certificate(_) => &[],
        }
    }
}

/// Which office a form names, before anything else of it is read.
#[must_use]
pub fn office_named(fields: &Fields) -> Option<OfficeNo> {
    super::reading::office_no(fields.get("office")).ok()
}

/// The office of a form that speaks for one in use.
fn office_in_use(reading: &mut super::reading::Reading<'_>, facts: &Facts<'_>) -> Option<OfficeNo> {
    let office = reading.must("office", super::reading::office_no)?;
    if facts.office.is_none() {
        reading.wrong(
            "office",
            "この事業所番号は、利用中の事業所として登録されていません。番号を確かめてください。",
            "there is no office of this number in use",
        );
        return None;
    }
    Some(office)
}

/// An ID that somebody of this office has.
fn login_of(reading: &mut super::reading::Reading<'_>, field: &str, facts: &Facts<'_>) -> Option<LoginId> {
    let id = reading.must(field, super::reading::login_id)?;
    let known = facts.office.is_none_or(|office| office.people.contains_key(&id));
    if !known {
        reading.wrong(field, "この事業所のIDではありません。IDを確かめてください。", "is no ID of this office");
    }
    known.then_some(id)
}
