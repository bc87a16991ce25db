//! What was asked for, as it stands in the address: so a search can be sent to a colleague.

use certs::Timestamp;

use crate::application::Day;
use crate::desk::Fields;
use crate::ledger::{EventFilter, Ledger};
use crate::refusal::Unavailable;
use crate::rows::SubjectKind;
use crate::spelling;

/// The fields of the form, and of the address.
#[derive(Clone, Debug, Default)]
pub(in crate::console) struct Asked {
    pub(super) about: String,
    pub(super) by: String,
    pub(super) action: String,
    pub(super) way: String,
    pub(super) since: String,
    pub(super) until: String,
    pub(super) after: String,
}

/// A field that cannot be read: its name and what is wrong.
pub(in crate::console) type Mistaken = Vec<(&'static str, String)>;

impl Asked {
    pub(in crate::console) fn read(fields: &Fields) -> Self {
        let text = |name: &str| {
            let typed = fields.get(name).trim();
            spelling::code(typed).unwrap_or_else(|_| typed.to_owned())
        };
        Self {
            about: text("about"),
            by: text("by").to_ascii_lowercase(),
            action: text("action"),
            way: text("way"),
            since: text("since"),
            until: text("until"),
            after: text("after"),
        }
    }

    /// What the registry is to be asked; all that cannot be read at once.
    pub(in crate::console) async fn filter(
        &self,
        ledger: &Ledger,
    ) -> Result<Result<EventFilter, Mistaken>, Unavailable> {
        let mut mistaken = Mistaken::new();
        let mut day = |field, typed: &str, of: fn(Day) -> Timestamp| {
            if typed.is_empty() {
                return None;
            }
            let read = typed.parse::<Day>().map(of);
            if read.is_err() {
                mistaken.push((field, "日付は 2026-11-28 のように書いてください。".to_owned()));
            }
            read.ok()
        };
        let (since, until) = (day("since", &self.since, Day::begins), day("until", &self.until, Day::last_second));
        let about = if self.about.is_empty() { None } else { self.known(ledger).await? };
        if about.is_none() && !self.about.is_empty() {
            mistaken.push(("about", "この番号についての記録はありません。番号を確かめてください。".to_owned()));
        }
        let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let filter = EventFilter {
            about,
            operator: given(&self.by),
            action: given(&self.action),
            proof: given(&self.way),
            since,
            until,
            after: self.after.parse().ok(),
        };
        Ok(if mistaken.is_empty() { Ok(filter) } else { Err(mistaken) })
    }

    /// About what: with its kind before a colon, or whatever there is of this name.
    async fn known(&self, ledger: &Ledger) -> Result<Option<(SubjectKind, String)>, Unavailable> {
        if let Some((word, id)) = self.about.split_once(':') {
            let kind = SubjectKind::ALL.into_iter().find(|kind| kind.as_str() == word);
            return Ok(kind.map(|kind| (kind, id.to_owned())));
        }
        for id in [self.about.clone(), self.about.to_ascii_uppercase(), self.about.to_ascii_lowercase()] {
            if let Some(kind) = ledger.known_as(&id).await?.into_iter().next() {
                return Ok(Some((kind, id)));
            }
        }
        Ok(None)
    }

    /// The address of the same question, from this version on.
    pub(super) fn address(&self, path: &str, after: Option<i64>) -> String {
        let after = after.map(|version| version.to_string()).unwrap_or_default();
        let fields = [
            ("about", &self.about),
            ("by", &self.by),
            ("action", &self.action),
            ("way", &self.way),
            ("since", &self.since),
            ("until", &self.until),
            ("after", &after),
        ];
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(fields.iter().filter(|(_, text)| !text.is_empty()));
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// Is anything asked for, beside everything?
    pub(super) fn is_narrow(&self) -> bool {
        [&self.about, &self.by, &self.action, &self.way, &self.since, &self.until].iter().any(|text| !text.is_empty())
    }
}
