//! 現況届: campaigns, and on which of their days offices were reminded. `office` is what offices said, `row` what was said of
//! each ID and device, `step` what was done about those of whom nobody said anything.

mod office;
mod row;
mod step;

pub(crate) use office::{NewNote, OfficeAnswer, add_note, confirm, office_sheet, office_sheets, write_answer};
pub(crate) use row::{answer, end, freeze, held_otherwise, hold, let_go, outlook_of, vouch};
pub(crate) use step::{next_step_number, steps, write_step, write_step_state};

use certs::Timestamp;

use super::proposal::{kept, written};
use crate::application::Day;
use crate::campaign::{Campaign, CampaignDates, CampaignNo};
use crate::database::{Row, Transaction, Versioned};
use crate::refusal::Unavailable;

const COLUMNS: &str = "SELECT campaign, opened_at, opened_by, due, reminders, warn_on, suspend_on, delete_on, closed_at \
    FROM campaigns";

/// All campaigns, the latest first.
pub(crate) async fn all(tx: &mut Transaction) -> Result<Vec<Campaign>, Unavailable> {
    let rows = tx.rows_made(format!("{COLUMNS} ORDER BY opened_at DESC, campaign DESC"), Vec::new()).await?;
    rows.iter().map(read).collect()
}

/// One; `None` where there is none of that number.
pub(crate) async fn one(tx: &mut Transaction, no: CampaignNo) -> Result<Option<Campaign>, Unavailable> {
    let rows = tx.rows_made(format!("{COLUMNS} WHERE campaign = $1"), vec![no.to_string().into()]).await?;
    rows.first().map(read).transpose()
}

/// The one that is open; there is one at most.
pub(crate) async fn open(tx: &mut Transaction) -> Result<Option<Campaign>, Unavailable> {
    let rows = tx.rows_made(format!("{COLUMNS} WHERE state = 'open' ORDER BY campaign"), Vec::new()).await?;
    rows.first().map(read).transpose()
}

/// The number of one that is opened now.
pub(crate) async fn next_number(tx: &mut Transaction, now: Timestamp) -> Result<CampaignNo, Unavailable> {
    let first = CampaignNo::first_of(now);
    let of_year = all(tx).await?.into_iter().map(|one| one.no).filter(|no| no.is_of_year(first)).max();
    let next = of_year.map_or(Some(first), CampaignNo::next);
    next.ok_or_else(|| Unavailable::Corrupt(format!("{first}: no number is left of its year")))
}

/// Writes one that is opened.
pub(crate) async fn write(tx: &mut Versioned, campaign: &Campaign) -> Result<(), Unavailable> {
    let dates = &campaign.dates;
    let begins = |day: Option<Day>| day.map(|day| day.begins().unix());
    let reminders: Vec<_> = dates.reminders.iter().map(|day| day.begins().unix()).collect();
    tx.run(
        "INSERT INTO campaigns (campaign, opened_at, opened_by, due, reminders, warn_on, suspend_on, delete_on, state, \
         version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9)",
        [
            campaign.no.to_string().into(),
            campaign.opened_at.unix().into(),
            campaign.opened_by.as_str().into(),
            dates.due.last_second().unix().into(),
            written(&reminders)?.into(),
            begins(dates.warn_on).into(),
            begins(dates.suspend_on).into(),
            begins(dates.delete_on).into(),
            tx.version().into(),
        ],
    )
    .await
    .map(drop)
}

/// It is closed.
pub(crate) async fn close(tx: &mut Versioned, no: CampaignNo, by: &str) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE campaigns SET state = 'closed', closed_at = $2, closed_by = $3, version = $4 WHERE campaign = $1",
        [no.to_string().into(), tx.at().unix().into(), by.into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// The days of this campaign on which offices were reminded.
pub(crate) async fn reminded(tx: &mut Transaction, no: CampaignNo) -> Result<Vec<Day>, Unavailable> {
    let question = "SELECT day FROM campaign_reminders WHERE campaign = $1 ORDER BY day";
    let rows = tx.rows(question, [no.to_string().into()]).await?;
    rows.iter().map(|row| Ok(Day::of(Timestamp::from_unix(row.int("day")?)))).collect()
}

/// Offices were reminded for this day, by so many letters.
pub(crate) async fn write_reminder(
    tx: &mut Versioned,
    no: CampaignNo,
    (day, letters): (Day, usize),
) -> Result<(), Unavailable> {
    let letters = i64::try_from(letters).unwrap_or(i64::MAX);
    tx.run(
        "INSERT INTO campaign_reminders (campaign, day, sent_at, letters, version) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (campaign, day) DO UPDATE SET sent_at = $3, letters = $4, version = $5",
        [no.to_string().into(), day.begins().unix().into(), tx.at().unix().into(), letters.into(), tx.version().into()],
    )
    .await
    .map(drop)
}

fn read(row: &Row) -> Result<Campaign, Unavailable> {
    let day = |column| -> Result<_, Unavailable> {
        Ok(row.maybe_int(column)?.map(|second| Day::of(Timestamp::from_unix(second))))
    };
    let reminders: Vec<i64> = kept(row, "reminders")?;
    Ok(Campaign {
        no: parsed(&row.text("campaign")?)?,
        opened_at: Timestamp::from_unix(row.int("opened_at")?),
        opened_by: parsed(&row.text("opened_by")?)?,
        dates: CampaignDates {
            due: Day::of(Timestamp::from_unix(row.int("due")?)),
            reminders: reminders.into_iter().map(|second| Day::of(Timestamp::from_unix(second))).collect(),
            warn_on: day("warn_on")?,
            suspend_on: day("suspend_on")?,
            delete_on: day("delete_on")?,
        },
        closed_at: row.maybe_int("closed_at")?.map(Timestamp::from_unix),
    })
}

/// A number or a word of a row.
fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, Unavailable> {
    text.parse().map_err(|why| Unavailable::Corrupt(format!("{text:?}: {why}")))
}
