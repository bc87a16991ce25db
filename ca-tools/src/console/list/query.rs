//! What an address asks of a list.

use url::form_urlencoded::Serializer;

use super::filter::names;
use crate::clock::now;
use crate::desk::Fields;
use crate::language::Language;
use crate::ledger::{Clause, Ledger, ListQuestion, Roll, SortOrder};
use crate::refusal::Unavailable;
use crate::words::heading;

/// Rows of a page.
const PAGE: usize = 50;
const DAY: i64 = 86_400;

/// All that an address asks of a list, from its first row on.
pub(in crate::console) async fn whole(ledger: &Ledger, (roll, of): (Roll, &str)) -> Result<ListQuestion, Unavailable> {
    ListQuery::of(roll, &Fields::of(of.as_bytes()), now().unix()).whole_question(ledger).await
}

/// What an address asks for.
pub(super) struct ListQuery {
    pub(super) roll: Roll,
    /// Names and values as they stand in the address: those that this list knows.
    given: Vec<(&'static str, String)>,
    pub(super) sort: &'static str,
    pub(super) order: SortOrder,
    pub(super) after: Option<(String, String)>,
    now: i64,
}

impl ListQuery {
    pub(super) fn of(roll: Roll, fields: &Fields, now: i64) -> Self {
        let given = names(roll).iter().filter_map(|name| {
            let value = fields.get(name).trim();
            (!value.is_empty()).then(|| (*name, value.to_owned()))
        });
        let wanted = fields.get("sort");
        let (wanted, order) = match wanted.strip_prefix('-') {
            Some(wanted) => (wanted, SortOrder::Descending),
            None => (wanted, SortOrder::Ascending),
        };
        let sorts = roll.sorts();
        let sort = sorts.iter().map(|sort| sort.name).find(|name| *name == wanted).unwrap_or(sorts[0].name);
        let after = fields.get("after").rsplit_once('~').map(|(value, key)| (value.to_owned(), key.to_owned()));
        Self { roll, given: given.collect(), sort, order, after, now }
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.given.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn question(&self) -> ListQuestion {
        let days = |text: &str| text.parse::<i64>().ok().filter(|days| (0..=4_000).contains(days));
        let clause = |(name, value): &(&'static str, String)| match *name {
            "office" => Some(Clause::Office(value.clone())),
            "state" | "stage" => Some(Clause::State(value.clone())),
            "contact" if value == "none" => Some(Clause::WithoutContact),
            "end" if value == "told" => Some(Clause::EndTold),
            "suspended" => Some(Clause::Suspended),
            "ending" => match value.split_once('-') {
                // To the second after the list of those that end sooner.
                Some((from, by)) => days(from)
                    .zip(days(by))
                    .map(|(from, by)| Clause::Ending(self.now + from * DAY + 1, self.now + by * DAY)),
                None => days(value).map(|days| Clause::Ending(self.now, self.now + days * DAY)),
            },
            "consent" => (value == "missing").then_some(Clause::WithoutConsent),
            "refused" => Some(Clause::RefusedSince(self.now - DAY, value.clone())),
            "approval" if value == "over" => Some(Clause::ApprovalEnds(0, self.now - 1)),
            "approval" => days(value).map(|days| Clause::ApprovalEnds(self.now, self.now + days * DAY)),
            "gone" => days(value).map(|days| Clause::RetiredByItself(self.now - days * DAY)),
            "unused" => days(value).map(|days| Clause::UnusedSince(self.now - days * DAY)),
            _ => None,
        };
        ListQuestion {
            roll: self.roll,
            clauses: self.given.iter().filter_map(clause).collect(),
            sort: self.sort,
            order: self.order,
            after: self.after.clone(),
            most: PAGE,
        }
    }

    /// The same, with what no row of theirs says: who is locked the gateways told.
    pub(super) async fn whole_question(&self, ledger: &Ledger) -> Result<ListQuestion, Unavailable> {
        let mut question = self.question();
        if self.get("locked").is_some() {
            let locked = ledger.locked_now(now()).await?;
            question.clauses.push(Clause::Among(locked.into_iter().map(|(id, _)| id.to_string()).collect()));
        }
        Ok(question)
    }

    /// The same list, with these instead of what stands there; an empty one is left out.
    pub(super) fn path(&self, instead: &[(&str, &str)]) -> String {
        let mut address = Serializer::for_suffix(format!("{}?", address(self.roll)), address(self.roll).len() + 1);
        let sort = match self.order {
            SortOrder::Ascending => self.sort.to_owned(),
            SortOrder::Descending => format!("-{}", self.sort),
        };
        let kept = self.given.iter().map(|(name, value)| (*name, value.as_str())).chain([("sort", sort.as_str())]);
        let kept = kept.filter(|(name, _)| instead.iter().all(|(other, _)| other != name));
        for (name, value) in kept.chain(instead.iter().copied()).filter(|(_, value)| !value.is_empty()) {
            address.append_pair(name, value);
        }
        address.finish()
    }

    /// Its address without page and sort.
    pub(super) fn narrowed(&self) -> String {
        self.path(&[("sort", "")])
    }

    pub(super) fn sorted(&self) -> String {
        let order = match self.order {
            SortOrder::Ascending => "小さい・早い順",
            SortOrder::Descending => "大きい・遅い順",
        };
        format!("{}の{order}", self.heading(self.sort))
    }

    pub(super) fn heading(&self, field: &str) -> String {
        heading(field, fields(self.roll), Language::Japanese).into_owned()
    }
}

pub(super) const fn address(roll: Roll) -> &'static str {
    match roll {
        Roll::Offices => "/console/offices",
        Roll::People => "/console/people",
        Roll::Devices => "/console/devices",
        Roll::Certificates => "/console/certificates",
        Roll::Rooms => "/console/rooms",
        Roll::Applications => "/console/applications",
        Roll::Tickets => "/console/tickets",
    }
}

/// The columns that are shown; the first has its page.
pub(super) const fn fields(roll: Roll) -> &'static [&'static str] {
    match roll {
        Roll::Offices => &["office", "name", "kana", "corporation", "contact", "telephone", "state"],
        Roll::People => &["login_id", "name", "kana", "profession", "office", "state"],
        Roll::Devices => &["device", "label", "office", "os", "stage", "used_at"],
        Roll::Certificates => &["serial", "device", "office", "not_after", "state"],
        Roll::Rooms => &["room", "name", "members", "consent", "state"],
        Roll::Applications => &["application", "kind", "office", "received_at", "state"],
        Roll::Tickets => &["ticket", "device", "office", "purpose", "until", "state"],
    }
}
