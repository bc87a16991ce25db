//! An extract, sealed: what was asked, which files were read, what their chains say, and what was reached. Its digest is kept
//! with the incident, so that whoever shows the file later is told whether a letter of it was changed.

use certs::Timestamp;
use serde::{Deserialize, Serialize};

use super::pass::{LogFiles, ReadChain, ReadFile};
use super::reached::{Reached, Reaching};
use super::{AccessAsked, AccessWhom};
use crate::digest::sha256;
use crate::incident::IncidentNo;

/// What it is and how it is written: who reads one of a later form says so.
const FORM: &str = "sekisho-extract-1";
/// Rooms, people and devices that stand in the registry with their counts; the tables beside it have all of them.
const NAMED: usize = 2_000;

/// An extract, as it is written.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Extract {
    pub(crate) form: String,
    pub(crate) incident: String,
    pub(crate) made_at: String,
    pub(crate) made_by: String,
    pub(crate) device: Option<String>,
    pub(crate) person: Option<String>,
    pub(crate) office: Option<String>,
    /// The first second, and the first one after.
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) files: Vec<ReadFile>,
    pub(crate) chains: Vec<ReadChain>,
    pub(crate) reached: Reached,
    /// Names that stand in the tables only.
    pub(crate) in_tables_only: u64,
}

/// For whom an extract is made.
#[derive(Clone, Debug)]
pub(crate) struct ExtractFor<'a> {
    pub(crate) incident: IncidentNo,
    pub(crate) asked: &'a AccessAsked,
    pub(crate) made_at: Timestamp,
    pub(crate) made_by: &'a str,
}

/// A sealed one: with all that it names, word for word, and the digest over that.
#[derive(Clone, Debug)]
pub(crate) struct Sealed {
    /// Everything, for the tables.
    pub(crate) whole: Extract,
    /// As it is kept.
    pub(crate) content: String,
    pub(crate) digest: String,
}

impl Extract {
    /// Reads the files and seals what was reached.
    ///
    /// # Errors
    /// A file cannot be read, or is no access log.
    pub(crate) fn make(of: &ExtractFor<'_>, files: &LogFiles) -> Result<Sealed, String> {
        let mut each: Vec<(String, Reaching)> = Vec::new();
        let (pass, read) = files.sealed_pass(&of.asked.wanted(), &mut |gateway, found| {
            // Lines come gateway by gateway.
            if each.last().is_none_or(|(last, _)| last != gateway) {
                each.push((gateway.to_owned(), Reaching::of(of.asked)));
            }
            if let Some((_, reaching)) = each.last_mut() {
                reaching.see(&found.line);
            }
        })?;
        let reached = each.into_iter().fold(Reached::default(), |all, (_, one)| all.and(one.end()));
        let AccessWhom { device, person, office, room: _ } = &of.asked.whom;
        let whole = Self {
            form: FORM.to_owned(),
            incident: of.incident.to_string(),
            made_at: of.made_at.to_string(),
            made_by: of.made_by.to_owned(),
            device: device.map(|device| device.to_string()),
            person: person.as_ref().map(ToString::to_string),
            office: office.as_ref().map(ToString::to_string),
            from: of.asked.from.to_string(),
            until: of.asked.until.to_string(),
            files: read,
            chains: pass.chains,
            reached,
            in_tables_only: 0,
        };
        whole.sealed()
    }

    fn sealed(self) -> Result<Sealed, String> {
        let kept = self.kept();
        let mut content = serde_json::to_string_pretty(&kept).map_err(|why| why.to_string())?;
        content.push('\n');
        Ok(Sealed { digest: sha256(&content), content, whole: self })
    }

    /// The same with no more names than the registry keeps.
    fn kept(&self) -> Self {
        let mut kept = self.clone();
        let reached = &mut kept.reached;
        for counted in [&mut reached.rooms, &mut reached.people, &mut reached.devices, &mut reached.offices] {
            while counted.each.len() > NAMED {
                counted.each.pop_last();
                kept.in_tables_only += 1;
            }
        }
        kept
    }

    /// Reads one that was written.
    ///
    /// # Errors
    /// It is none, or one of a form that is not known here.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let extract: Self = serde_json::from_str(text).map_err(|why| why.to_string())?;
        if extract.form == FORM { Ok(extract) } else { Err(format!("its form is {}", extract.form)) }
    }

    /// Whether every chain is as it was written.
    pub(crate) fn is_verified(&self) -> bool {
        !self.chains.is_empty() && self.chains.iter().all(|chain| chain.verified)
    }
}
