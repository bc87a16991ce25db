//! How far is a campaign: by office, and by day.

use std::collections::BTreeMap;

use certs::Timestamp;
use registry::OfficeNo;

use super::{AnsweredBy, Campaign, OfficeSheet, RowStanding};
use crate::application::Day;

/// How far an office is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum OfficeStage {
    /// Nobody touched a row of it.
    Untouched,
    /// Some rows are answered, and nobody confirmed them.
    Begun,
    /// Its answers are confirmed.
    Confirmed,
}

/// An office in the list of a campaign.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OfficeProgress {
    /// Which.
    pub office: OfficeNo,
    /// Its name when the campaign was opened.
    pub called: String,
    /// How far it is.
    pub stage: OfficeStage,
    /// How many rows there are of each standing.
    pub rows: BTreeMap<&'static str, usize>,
    /// Whether no step is taken against it: the city's operators are of it.
    pub keeps_house: bool,
    /// How many of its rows a step put on hold.
    pub held: usize,
    /// Who wrote answers last.
    pub answered: Option<AnsweredBy>,
    /// When they were confirmed.
    pub confirmed_at: Option<Timestamp>,
}

/// A day of a campaign: what had come in by its end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ProgressDay {
    /// Which.
    pub day: Day,
    /// Offices whose answers are confirmed, on that day or before.
    pub confirmed: usize,
    /// Offices that have begun, and are not confirmed.
    pub begun: usize,
    /// Rows that are answered, on that day or before.
    pub answered_rows: usize,
}

/// How far a campaign is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CampaignProgress {
    /// By number.
    pub offices: Vec<OfficeProgress>,
    /// From the day of the opening to today, or to the closing.
    pub days: Vec<ProgressDay>,
}

impl OfficeStage {
    /// The word for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Untouched => "untouched",
            Self::Begun => "begun",
            Self::Confirmed => "confirmed",
        }
    }

    /// What people call it.
    #[must_use]
    pub const fn japanese(self) -> &'static str {
        match self {
            Self::Untouched => "未回答",
            Self::Begun => "回答の途中",
            Self::Confirmed => "提出済み",
        }
    }
}

impl OfficeProgress {
    /// How many rows of it have this standing.
    #[must_use]
    pub fn count(&self, standing: RowStanding) -> usize {
        self.rows.get(standing.as_str()).copied().unwrap_or_default()
    }

    /// How an office is, by its sheet.
    #[must_use]
    pub fn of(sheet: &OfficeSheet) -> Self {
        let mut rows = BTreeMap::new();
        for (_, stands) in sheet.standings() {
            *rows.entry(stands.as_str()).or_default() += 1;
        }
        let stage = match (&sheet.confirmed, sheet.rows.iter().any(|row| row.answer.is_some())) {
            (Some(_), _) => OfficeStage::Confirmed,
            (None, true) => OfficeStage::Begun,
            (None, false) => OfficeStage::Untouched,
        };
        Self {
            office: sheet.office.clone(),
            called: sheet.called.clone(),
            keeps_house: sheet.keeps_house,
            stage,
            rows,
            held: sheet.rows.iter().filter(|row| row.held.is_some() && row.ended_at.is_none()).count(),
            answered: sheet.answered.clone(),
            confirmed_at: sheet.confirmed.as_ref().map(|(_, at)| *at),
        }
    }
}

/// A campaign runs for a year at most; what is shown of one that nobody closed ends.
const MOST_DAYS: i64 = 400;

impl CampaignProgress {
    /// How far a campaign is, by the sheets of its offices.
    #[must_use]
    pub fn of(campaign: &Campaign, sheets: &[OfficeSheet], now: Timestamp) -> Self {
        let first = Day::of(campaign.opened_at);
        let last = first.days_until(Day::of(campaign.closed_at.unwrap_or(now))).clamp(0, MOST_DAYS);
        let at = |moment: Timestamp| first.days_until(Day::of(moment)).clamp(0, last);
        // Of each day: offices that begin, offices that are confirmed, rows that are answered.
        let mut news: BTreeMap<i64, (usize, usize, usize)> = BTreeMap::new();
        for sheet in sheets {
            let answers = || sheet.rows.iter().filter_map(|row| row.answer.as_ref());
            for given in answers() {
                news.entry(at(given.at)).or_default().2 += 1;
            }
            let begun = answers().map(|given| at(given.at)).min();
            let confirmed = sheet.confirmed.as_ref().map(|(_, moment)| at(*moment));
            if let Some(day) = begun.or(confirmed) {
                news.entry(day).or_default().0 += 1;
            }
            if let Some(day) = confirmed {
                news.entry(day).or_default().1 += 1;
            }
        }
        let (mut begun, mut confirmed, mut answered_rows) = (0, 0, 0);
        let days = (0..=last).map(|number| {
            let (begins, confirms, answers) = news.get(&number).copied().unwrap_or_default();
            (begun, confirmed) = (begun + begins, confirmed + confirms);
            answered_rows += answers;
            let day = Day::of(first.begins().plus(number * 86_400));
            ProgressDay { day, confirmed, begun: begun.saturating_sub(confirmed), answered_rows }
        });
        Self { days: days.collect(), offices: sheets.iter().map(OfficeProgress::of).collect() }
    }

    /// How many offices are that far.
    #[must_use]
    pub fn count(&self, stage: OfficeStage) -> usize {
        self.offices.iter().filter(|office| office.stage == stage).count()
    }

    /// How many rows of all offices have this standing.
    #[must_use]
    pub fn rows(&self, standing: RowStanding) -> usize {
        self.offices.iter().map(|office| office.count(standing)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::super::RowAnswer;
    use super::super::office::tests::sheet;
    use super::super::row::tests::{said, untouched};
    use super::*;

    #[test]
    fn each_day_tells_what_had_come_in_by_its_end_and_no_touched_row_is_counted_where_none_is() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let opened_at = day("2026-04-01").begins();
        let at = |text: &str| day(text).begins().plus(3_600);
        let dates = super::super::CampaignDates {
            due: day("2026-05-15"),
            reminders: Vec::new(),
            warn_on: None,
            suspend_on: None,
            delete_on: None,
        };
        let opened_by: registry::LoginId = "sato.clerk".parse().unwrap();
        let campaign =
            Campaign { no: "C-2026".parse().unwrap(), opened_at, opened_by: opened_by.clone(), dates, closed_at: None };
        let answered = |text: &str| {
            let mut row = said(untouched("m.ito"), RowAnswer::Continue, "k.sato");
            row.answer.iter_mut().for_each(|given| given.at = at(text));
            row
        };
        let begun = sheet(vec![untouched("k.sato"), answered("2026-04-02")]);
        let confirmed = OfficeSheet {
            confirmed: Some((opened_by, at("2026-04-03"))),
            ..sheet(vec![answered("2026-04-02"), answered("2026-04-03")])
        };
        let sheets = [begun, confirmed, sheet(vec![untouched("y.mori")])];
        let progress = CampaignProgress::of(&campaign, &sheets, at("2026-04-04"));
        let days: Vec<_> = progress.days.iter().map(|day| (day.confirmed, day.begun, day.answered_rows)).collect();
        assert_eq!(days, [(0, 0, 0), (0, 2, 2), (1, 1, 3), (1, 1, 3)]);
        assert_eq!(progress.days[3].day, day("2026-04-04"));
        let stages = [OfficeStage::Untouched, OfficeStage::Begun, OfficeStage::Confirmed];
        assert_eq!(stages.map(|stage| progress.count(stage)), [1, 1, 1]);
        assert_eq!((progress.rows(RowStanding::Unanswered), progress.rows(RowStanding::Continues)), (2, 3));
    }
}
