//! What offices said: each office of a campaign with its rows, and what came in too late.

use std::collections::BTreeMap;

use certs::Timestamp;
use registry::{LoginId, OfficeNo};

use super::super::proposal::{kept, written};
use super::parsed;
use super::row::{of_office, rows_of};
use crate::application::Form;
use crate::campaign::{AnswerChannel, AnsweredBy, CampaignNo, CampaignNote, CampaignRow, OfficeSheet};
use crate::database::{Row, Transaction, Versioned};
use crate::refusal::Unavailable;

const OFFICES: &str = "SELECT c.office, c.called, c.edition, c.answered_at, c.answered_by, c.channel, c.forms, \
    c.confirmed_at, c.confirmed_by, c.received, (SELECT COUNT(*) FROM system_users u WHERE u.office = c.office \
    AND u.state <> 'deleted' AND u.roles <> '') AS operators FROM campaign_offices c \
    WHERE c.campaign = $1 AND ($2 IS NULL OR c.office = $2) ORDER BY c.office";

/// One office of a campaign; `None` where it is not in it.
pub(crate) async fn office_sheet(
    tx: &mut Transaction,
    no: CampaignNo,
    office: &OfficeNo,
) -> Result<Option<OfficeSheet>, Unavailable> {
    Ok(sheets(tx, no, Some(office)).await?.into_iter().next())
}

/// All offices of a campaign, by number.
pub(crate) async fn office_sheets(tx: &mut Transaction, no: CampaignNo) -> Result<Vec<OfficeSheet>, Unavailable> {
    sheets(tx, no, None).await
}

async fn sheets(
    tx: &mut Transaction,
    no: CampaignNo,
    office: Option<&OfficeNo>,
) -> Result<Vec<OfficeSheet>, Unavailable> {
    let mut rows: BTreeMap<OfficeNo, Vec<CampaignRow>> = BTreeMap::new();
    for row in rows_of(tx, no, office).await? {
        rows.entry(row.office.clone()).or_default().push(row);
    }
    let mut late = notes(tx, no, office).await?;
    let found = tx.rows(OFFICES, [no.to_string().into(), of_office(office)]).await?;
    let mut all = Vec::with_capacity(found.len());
    for row in &found {
        let office: OfficeNo = parsed(&row.text("office")?)?;
        let rows = rows.remove(&office).unwrap_or_default();
        let notes = late.remove(&office).unwrap_or_default();
        all.push(sheet(no, row, OfficeRows { office, rows, notes })?);
    }
    Ok(all)
}

/// What hangs on an office.
struct OfficeRows {
    office: OfficeNo,
    rows: Vec<CampaignRow>,
    notes: Vec<CampaignNote>,
}

fn sheet(no: CampaignNo, row: &Row, below: OfficeRows) -> Result<OfficeSheet, Unavailable> {
    let answered = match (row.maybe_int("answered_at")?, row.maybe_text("answered_by")?, row.maybe_text("channel")?) {
        (Some(at), Some(by), Some(channel)) => {
            Some(AnsweredBy { by: parsed(&by)?, at: Timestamp::from_unix(at), channel: parsed(&channel)? })
        }
        _ => None,
    };
    let confirmed = match (row.maybe_text("confirmed_by")?, row.maybe_int("confirmed_at")?) {
        (Some(by), Some(at)) => Some((parsed(&by)?, Timestamp::from_unix(at))),
        _ => None,
    };
    let OfficeRows { office, rows, notes } = below;
    Ok(OfficeSheet {
        campaign: no,
        office,
        called: row.text("called")?,
        keeps_house: row.int("operators")? != 0,
        edition: row.int("edition")?,
        answered,
        forms: kept(row, "forms")?,
        confirmed,
        received: kept(row, "received")?,
        rows,
        notes,
    })
}

/// What an office's answers are from now on, beside its rows.
#[derive(Clone, Debug)]
pub(crate) struct OfficeAnswer<'a> {
    pub(crate) office: &'a OfficeNo,
    pub(crate) by: &'a LoginId,
    pub(crate) channel: AnswerChannel,
    pub(crate) forms: &'a [Form],
}

/// Answers of it were written: they wait to be confirmed, also where others were.
pub(crate) async fn write_answer(
    tx: &mut Versioned,
    no: CampaignNo,
    answer: &OfficeAnswer<'_>,
) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE campaign_offices SET edition = edition + 1, answered_at = $3, answered_by = $4, channel = $5, forms = $6, \
         confirmed_at = NULL, confirmed_by = NULL, version = $7 WHERE campaign = $1 AND office = $2",
        [
            no.to_string().into(),
            answer.office.as_str().into(),
            tx.at().unix().into(),
            answer.by.as_str().into(),
            answer.channel.as_str().into(),
            written(&answer.forms)?.into(),
            tx.version().into(),
        ],
    )
    .await
    .map(drop)
}

/// They are confirmed: what was written beside them was received under these numbers.
pub(crate) async fn confirm(
    tx: &mut Versioned,
    (no, office): (CampaignNo, &OfficeNo),
    (by, received): (&LoginId, &[String]),
) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE campaign_offices SET edition = edition + 1, confirmed_at = $3, confirmed_by = $4, forms = '[]', \
         received = $5, version = $6 WHERE campaign = $1 AND office = $2",
        [
            no.to_string().into(),
            office.as_str().into(),
            tx.at().unix().into(),
            by.as_str().into(),
            written(&received)?.into(),
            tx.version().into(),
        ],
    )
    .await
    .map(drop)
}

/// What comes in too late.
#[derive(Clone, Debug)]
pub(crate) struct NewNote<'a> {
    pub(crate) office: &'a OfficeNo,
    pub(crate) note: i64,
    pub(crate) by: &'a LoginId,
    pub(crate) channel: AnswerChannel,
    pub(crate) said: &'a [(String, String)],
}

/// It is kept.
pub(crate) async fn add_note(tx: &mut Versioned, no: CampaignNo, note: &NewNote<'_>) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO campaign_notes (campaign, office, note, noted_at, noted_by, channel, said, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        [
            no.to_string().into(),
            note.office.as_str().into(),
            note.note.into(),
            tx.at().unix().into(),
            note.by.as_str().into(),
            note.channel.as_str().into(),
            written(&note.said)?.into(),
            tx.version().into(),
        ],
    )
    .await
    .map(drop)
}

/// What came in too late, of one office or of all.
pub(crate) async fn notes(
    tx: &mut Transaction,
    no: CampaignNo,
    office: Option<&OfficeNo>,
) -> Result<BTreeMap<OfficeNo, Vec<CampaignNote>>, Unavailable> {
    let question = "SELECT office, note, noted_at, noted_by, channel, said FROM campaign_notes \
        WHERE campaign = $1 AND ($2 IS NULL OR office = $2) ORDER BY office, note";
    let mut found: BTreeMap<OfficeNo, Vec<CampaignNote>> = BTreeMap::new();
    for row in tx.rows(question, [no.to_string().into(), of_office(office)]).await? {
        let noted = AnsweredBy {
            by: parsed(&row.text("noted_by")?)?,
            at: Timestamp::from_unix(row.int("noted_at")?),
            channel: parsed(&row.text("channel")?)?,
        };
        let note = CampaignNote { note: row.int("note")?, noted, said: kept(&row, "said")? };
        found.entry(parsed(&row.text("office")?)?).or_default().push(note);
    }
    Ok(found)
}
