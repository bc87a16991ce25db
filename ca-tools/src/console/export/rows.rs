//! The rows of a list, some at a time, from its first to its last.

use registry::OfficeNo;

use super::super::audit::Asked;
use super::super::list;
use super::columns::cells;
use crate::application::FiscalYear;
use crate::audit;
use crate::clock::now;
use crate::desk::Fields;
use crate::ledger::{EventFilter, Ledger, ListQuestion, MailFilter, ProposalFilter, Roll};
use crate::refusal::Unavailable;

/// Rows that are read together.
const AT_A_TIME: usize = 1_000;

/// Which list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Listed {
    Roll(Roll),
    Letters,
    /// The same, without anybody who is named in them.
    LettersAlone,
    Proposals,
    Events,
    /// Who attended a training, and who did not.
    Attendances,
}

impl Listed {
    const NAMES: [(&'static str, Self); 11] = [
        ("offices", Self::Roll(Roll::Offices)),
        ("people", Self::Roll(Roll::People)),
        ("devices", Self::Roll(Roll::Devices)),
        ("certificates", Self::Roll(Roll::Certificates)),
        ("rooms", Self::Roll(Roll::Rooms)),
        ("applications", Self::Roll(Roll::Applications)),
        ("tickets", Self::Roll(Roll::Tickets)),
        ("letters", Self::Letters),
        ("proposals", Self::Proposals),
        ("audit", Self::Events),
        ("attendances", Self::Attendances),
    ];

    /// By the last word of its address.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(known, _)| *known == name).map(|(_, listed)| listed)
    }

    /// That word.
    pub(super) fn name(self) -> &'static str {
        let known = Self::NAMES.into_iter().find(|(_, listed)| *listed == self);
        known.map_or("letters", |(name, _)| name)
    }
}

/// Where the next rows come from.
pub(super) struct ExportSource {
    listed: Listed,
    next: Option<Next>,
}

enum Next {
    Roll(Box<ListQuestion>),
    Letters(MailFilter, Option<i64>),
    Proposals(ProposalFilter),
    Events(Box<EventFilter>),
    Attendances(FiscalYear, Option<OfficeNo>),
}

impl ExportSource {
    /// All that the search finds.
    pub(super) async fn of(ledger: &Ledger, listed: Listed, of: &str) -> Result<Self, Unavailable> {
        let fields = Fields::of(of.as_bytes());
        let next = match listed {
            Listed::Roll(roll) => {
                let question = list::whole(ledger, (roll, of)).await?;
                Some(Next::Roll(Box::new(ListQuestion { after: None, most: AT_A_TIME, ..question })))
            }
            Listed::Letters | Listed::LettersAlone => {
                let about = Some(fields.get("about").trim().to_owned()).filter(|about| !about.is_empty());
                let about = about.filter(|about| listed == Listed::Letters || about.starts_with("DEV-"));
                let state = super::super::letter::state(fields.get("state"));
                let days = fields.get("days").parse().ok().filter(|days| (1..=4_000).contains(days));
                let ended_since = days.map(|days: i64| now().plus(-days * 86_400).unix());
                let filter = MailFilter { state, about, ended_since };
                Some(Next::Letters(filter, None))
            }
            Listed::Proposals => {
                let most = u32::try_from(AT_A_TIME).unwrap_or(u32::MAX);
                let state = Some(fields.get("state").to_owned()).filter(|state| !state.is_empty());
                Some(Next::Proposals(ProposalFilter { state, most, ..ProposalFilter::default() }))
            }
            Listed::Attendances => {
                let year = fields.get("year").parse().ok();
                year.map(|year| Next::Attendances(year, fields.get("office").parse().ok()))
            }
            // A search that cannot be read finds nothing, on its page as here.
            Listed::Events => {
                let found = Asked::read(&fields).filter(ledger).await?;
                found.ok().map(|filter| Next::Events(Box::new(EventFilter { after: None, ..filter })))
            }
        };
        Ok(Self { listed, next })
    }

    /// The next rows; nothing after the last.
    pub(super) async fn more(&mut self, ledger: &Ledger) -> Result<Option<Vec<Vec<String>>>, Unavailable> {
        let (listed, most) = (self.listed, u32::try_from(AT_A_TIME).unwrap_or(u32::MAX));
        let Some(next) = self.next.take() else { return Ok(None) };
        let (rows, next) = match next {
            Next::Roll(mut question) => {
                let found = ledger.list(&question).await?;
                let rows: Vec<_> = found.entries.iter().map(|entry| cells(listed, entry)).collect();
                let goes_on = found.next.is_some();
                question.after = found.next;
                (rows, goes_on.then_some(Next::Roll(question)))
            }
            Next::Letters(filter, before) => {
                let found = ledger.letters_before(filter.clone(), before, most).await?;
                let last = found.last().map(|letter| super::super::fact::number(letter, "mail"));
                let rows: Vec<_> = found.iter().map(|entry| cells(listed, entry)).collect();
                (rows, last.map(|last| Next::Letters(filter, Some(last))))
            }
            Next::Proposals(filter) => {
                let found = ledger.proposals(filter.clone(), now()).await?;
                let last = found.last().map(|one| super::super::fact::text(one, "proposal").to_owned());
                let rows: Vec<_> = found.iter().map(|entry| cells(listed, entry)).collect();
                (rows, last.map(|last| Next::Proposals(ProposalFilter { before: Some(last), ..filter })))
            }
            Next::Attendances(year, office) => {
                let found = ledger.training_people(year, office.as_ref()).await?;
                (found.into_iter().map(|line| cells(listed, &line.entry())).collect(), None)
            }
            Next::Events(mut filter) => {
                let found = ledger.happened(&filter, most).await?;
                let last = found.last().map(|one| one.event.version);
                let rows: Vec<_> = found.iter().map(|one| audit::cells(one).to_vec()).collect();
                filter.after = last;
                (rows, last.map(|_| Next::Events(filter)))
            }
        };
        self.next = next;
        Ok((!rows.is_empty()).then_some(rows))
    }
}
