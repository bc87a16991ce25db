//! How far a campaign is, as two pictures: the offices by how far they are, and the same day by day, with the city's days across.
//! A picture says its values as text, too, and a table stands below it.

use crate::application::Day;
use crate::campaign::{Campaign, CampaignProgress, OfficeStage, ProgressDay, StepKind};

/// Pixels in which the names of the city's days stand, one below the other: two that are near do not cover each other.
const NAMES: i64 = 80;
/// Pixels of the highest column.
const HIGHEST: i64 = 140;
/// Pixels below the columns, for the first and the last day.
const BELOW: i64 = 24;
/// More days than any campaign lasts.
const MOST_DAYS: i64 = 400;
/// All of the picture's width, in hundredths of a per cent.
const WHOLE: i64 = 10_000;

/// In this order parts stand beside and above each other.
const STAGES: [OfficeStage; 3] = [OfficeStage::Confirmed, OfficeStage::Begun, OfficeStage::Untouched];

/// A part of the offices, as wide as its share.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct StageShare {
    pub(super) stage: OfficeStage,
    pub(super) count: usize,
    left: i64,
    wide: i64,
}

/// Day by day, how many offices were how far.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct ProgressPicture {
    pub(super) shares: Vec<StageShare>,
    pub(super) columns: Vec<DayColumn>,
    pub(super) marks: Vec<DayMark>,
    /// How many offices there are.
    total: usize,
    first: Day,
    days: i64,
}

/// A day that has been.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct DayColumn {
    pub(super) of: ProgressDay,
    left: i64,
    wide: i64,
    /// Of those that are confirmed, and of those above them that have begun.
    high: [i64; 2],
}

/// One of the city's days.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct DayMark {
    pub(super) words: &'static str,
    pub(super) day: Day,
    left: i64,
    /// Its place among them.
    row: i64,
}

impl ProgressPicture {
    pub(super) fn of(campaign: &Campaign, progress: &CampaignProgress) -> Self {
        let first = Day::of(campaign.opened_at);
        let named = named_days(campaign);
        let last = named.iter().map(|(_, day)| first.days_until(*day)).max().unwrap_or_default();
        let passed = progress.days.last().map_or(0, |day| first.days_until(day.day));
        let days = (last.max(passed) + 1).clamp(1, MOST_DAYS);
        let at = |day: i64| day.clamp(0, days) * WHOLE / days;
        let total = progress.offices.len();
        let columns = progress.days.iter().map(|day| {
            let number = first.days_until(day.day);
            let high = [part(day.confirmed, total), part(day.begun, total)];
            DayColumn { of: *day, left: at(number), wide: at(number + 1) - at(number), high }
        });
        let marks =
            (0..).zip(named).map(|(row, (words, day))| DayMark { words, day, left: at(first.days_until(day)), row });
        Self { shares: shares(progress), columns: columns.collect(), marks: marks.collect(), total, first, days }
    }

    /// In pixels.
    pub(super) fn height(&self) -> i64 {
        NAMES + HIGHEST + BELOW
    }

    /// The line on which the columns stand.
    pub(super) fn ground(&self) -> i64 {
        NAMES + HIGHEST
    }

    /// The line that all offices together reach.
    pub(super) fn top(&self) -> i64 {
        NAMES
    }

    /// The line on which the first and the last day stand.
    pub(super) fn below(&self) -> i64 {
        NAMES + HIGHEST + 18
    }

    pub(super) fn first(&self) -> String {
        self.first.japanese()
    }

    /// The last day that is drawn.
    pub(super) fn last(&self) -> String {
        Day::of(self.first.begins().plus((self.days - 1) * 86_400)).japanese()
    }

    /// The days on which something came in.
    pub(super) fn told(&self) -> impl Iterator<Item = &ProgressDay> {
        let mut before = None;
        self.columns.iter().map(|column| &column.of).filter(move |day| {
            let now = (day.confirmed, day.begun, day.answered_rows);
            before.replace(now) != Some(now)
        })
    }

    /// How the offices are, in one sentence, for who hears it.
    pub(super) fn said_shares(&self) -> String {
        let each: Vec<_> =
            self.shares.iter().map(|part| format!("{} {}か所", part.stage.japanese(), part.count)).collect();
        format!("{}。", each.join("、"))
    }

    /// The days, in some sentences; each stands in the table.
    pub(super) fn said_days(&self) -> String {
        let confirmed = self.columns.last().map_or(0, |column| column.of.confirmed);
        let days: Vec<_> = self.marks.iter().map(|mark| format!("{} {}", mark.words, mark.day.japanese())).collect();
        format!(
            "{}から{}か所のうち{confirmed}か所が提出しました。{}。",
            self.first.japanese(),
            self.total,
            days.join("、")
        )
    }
}

impl StageShare {
    pub(super) fn left(&self) -> String {
        percent(self.left)
    }

    pub(super) fn wide(&self) -> String {
        percent(self.wide)
    }
}

impl DayColumn {
    pub(super) fn left(&self) -> String {
        percent(self.left)
    }

    pub(super) fn wide(&self) -> String {
        percent(self.wide)
    }

    /// Of each part in which there is something: which it is, where it begins from above, how high it is.
    pub(super) fn parts(&self) -> Vec<(OfficeStage, i64, i64)> {
        let [confirmed, begun] = self.high;
        let ground = NAMES + HIGHEST;
        let parts = [
            (OfficeStage::Confirmed, ground - confirmed, confirmed),
            (OfficeStage::Begun, ground - confirmed - begun, begun),
        ];
        parts.into_iter().filter(|(.., high)| *high > 0).collect()
    }
}

impl DayMark {
    pub(super) fn left(&self) -> String {
        percent(self.left)
    }

    /// On which side of its line the name has room.
    pub(super) fn anchor(&self) -> &'static str {
        if self.left > WHOLE / 2 { "end" } else { "start" }
    }

    pub(super) fn beside(&self) -> i64 {
        if self.left > WHOLE / 2 { -4 } else { 4 }
    }

    pub(super) fn line(&self) -> i64 {
        14 + self.row * 19
    }
}

/// The city's days, with their names, in their order.
pub(super) fn named_days(campaign: &Campaign) -> Vec<(&'static str, Day)> {
    let steps = StepKind::ALL.iter().filter_map(|step| Some((step.japanese(), campaign.dates.of_step(*step)?)));
    std::iter::once(("期限", campaign.dates.due)).chain(steps).collect()
}

fn shares(progress: &CampaignProgress) -> Vec<StageShare> {
    let all = i64::try_from(progress.offices.len()).unwrap_or(i64::MAX).max(1);
    let mut before = 0;
    let shares = STAGES.map(|stage| {
        let count = progress.count(stage);
        let end = before + i64::try_from(count).unwrap_or(i64::MAX);
        let (left, right) = (before * WHOLE / all, end * WHOLE / all);
        before = end;
        StageShare { stage, count, left, wide: right - left }
    });
    shares.into()
}

/// The part of the highest column; what there is is seen.
fn part(count: usize, total: usize) -> i64 {
    let (count, total) = (i64::try_from(count).unwrap_or(i64::MAX), i64::try_from(total).unwrap_or(i64::MAX).max(1));
    if count == 0 { 0 } else { (count.saturating_mul(HIGHEST) / total).clamp(1, HIGHEST) }
}

/// Of hundredths of a per cent.
fn percent(hundredths: i64) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// The class by which a part is drawn.
pub(super) const fn class(stage: OfficeStage) -> &'static str {
    match stage {
        OfficeStage::Confirmed => "all",
        OfficeStage::Begun => "part",
        OfficeStage::Untouched => "none",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::{CampaignDates, OfficeProgress};

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn campaign() -> Campaign {
        let dates = CampaignDates {
            due: day("2027-05-10"),
            reminders: Vec::new(),
            warn_on: Some(day("2027-05-11")),
            suspend_on: None,
            delete_on: None,
        };
        let opened_by = "sato.clerk".parse().unwrap();
        Campaign {
            no: "C-2027".parse().unwrap(),
            opened_at: day("2027-05-01").begins(),
            opened_by,
            dates,
            closed_at: None,
        }
    }

    fn office(number: usize, stage: OfficeStage) -> OfficeProgress {
        OfficeProgress {
            office: format!("12722{number:05}").parse().unwrap(),
            called: "みどり".to_owned(),
            stage,
            rows: Default::default(),
            keeps_house: false,
            held: 0,
            answered: None,
            confirmed_at: None,
        }
    }

    fn progress(offices: usize, days: &[(&str, usize, usize)]) -> CampaignProgress {
        let stage = |number| [OfficeStage::Confirmed, OfficeStage::Begun, OfficeStage::Untouched][number % 3];
        let days = days.iter().map(|(text, confirmed, begun)| ProgressDay {
            day: day(text),
            confirmed: *confirmed,
            begun: *begun,
            answered_rows: *confirmed,
        });
        CampaignProgress { offices: (0..offices).map(|at| office(at, stage(at))).collect(), days: days.collect() }
    }

    #[test]
    fn a_column_is_as_high_as_its_share_and_no_day_to_come_has_one() {
        let days = [("2027-05-01", 0, 1), ("2027-05-02", 0, 1), ("2027-05-03", 2, 2)];
        let picture = ProgressPicture::of(&campaign(), &progress(4, &days));
        assert_eq!(picture.columns.len(), 3);
        let ground = picture.ground();
        let half = HIGHEST / 2;
        assert_eq!(
            picture.columns[2].parts(),
            [(OfficeStage::Confirmed, ground - half, half), (OfficeStage::Begun, picture.top(), half)]
        );
        assert_eq!((picture.first(), picture.last()), ("2027年5月1日".into(), "2027年5月11日".into()));
        assert_eq!(picture.told().count(), 2, "a day on which nothing came in is not told");
        let said = picture.said_days();
        assert!(said.contains("4か所のうち2か所") && said.contains("期限 2027年5月10日、予告 2027年5月11日"), "{said}");
    }

    #[test]
    fn one_of_many_is_seen_and_the_picture_ends_though_nobody_closes_the_campaign() {
        let picture =
            ProgressPicture::of(&campaign(), &progress(100_000, &[("2027-05-01", 1, 0), ("2029-05-01", 1, 0)]));
        assert_eq!(picture.columns[0].parts().len(), 1);
        assert!(picture.columns.iter().all(|column| column.left + column.wide <= WHOLE));
        assert!(picture.marks.iter().all(|mark| mark.left <= WHOLE));
        assert!(ProgressPicture::of(&campaign(), &progress(0, &[])).columns.is_empty());
    }

    #[test]
    fn the_shares_of_all_offices_fill_the_picture() {
        let picture = ProgressPicture::of(&campaign(), &progress(3, &[]));
        assert_eq!(picture.shares.iter().map(|part| part.wide).sum::<i64>(), WHOLE);
        assert_eq!(picture.said_shares(), "提出済み 1か所、回答の途中 1か所、未回答 1か所。");
        assert_eq!(percent(picture.shares[1].left), "33.33%");
    }
}
