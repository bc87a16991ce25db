//! The rows of a campaign: frozen when it is opened; answered, put on hold, ended later.

use std::collections::{BTreeMap, BTreeSet};

use certs::Timestamp;
use registry::{LoginId, OfficeNo};

use super::super::outlook::Seen;
use super::parsed;
use crate::campaign::{AnswerChannel, CampaignNo, CampaignRow, GivenAnswer, RowAnswer, RowEvidence, RowSubject};
use crate::database::{Row, Transaction, Versioned};
use crate::proposal::Touched;
use crate::refusal::Unavailable;

/// The IDs of each office that is not over, with when each last logged in, as far as that is still known; and its devices in
/// service, with when and in which system each was last seen, and until when its certificate is good.
const FREEZE: [&str; 2] = [
    "INSERT INTO campaign_rows (campaign, office, kind, subject, called, detail, standing, last_used, version) \
     SELECT $1, u.office, 'person', u.login_id, u.name, u.profession, u.state, l.last_at, $2 FROM system_users u \
     JOIN offices o ON o.office = u.office LEFT JOIN (SELECT login, MAX(happened_at) AS last_at FROM told_lines \
     WHERE worth = 'login' AND reason IS NULL AND ref IS NOT NULL GROUP BY login) l ON l.login = u.login_id \
     WHERE u.state <> 'deleted' AND o.state IN ('registered', 'suspended')",
    "INSERT INTO campaign_rows (campaign, office, kind, subject, called, detail, standing, last_used, last_system, \
     certificate_until, version) SELECT $1, d.office, 'device', 'DEV-' || CASE WHEN d.device < 1000000 \
     THEN substr(CAST(1000000 + d.device AS TEXT), 2) ELSE CAST(d.device AS TEXT) END, d.label, d.os, \
     CASE WHEN d.suspended = 1 THEN 'suspended' ELSE d.stage END, u.last_at, \
     (SELECT MAX(s.os) FROM sightings s JOIN certificates c ON c.serial = s.serial WHERE c.device = d.device \
     AND s.last_at = u.last_at), \
     (SELECT MAX(c.not_after) FROM certificates c WHERE c.device = d.device AND c.state = 'issued'), $2 FROM devices d \
     JOIN offices o ON o.office = d.office LEFT JOIN device_uses u ON u.device = d.device \
     WHERE d.stage = 'approved' AND o.state IN ('registered', 'suspended')",
];

/// Writes the rows of a campaign that is opened; how many. Offices that have none are not in it.
pub(crate) async fn freeze(tx: &mut Versioned, no: CampaignNo) -> Result<u64, Unavailable> {
    let mut frozen = 0;
    for statement in FREEZE {
        frozen += tx.run(statement, [no.to_string().into(), tx.version().into()]).await?;
    }
    tx.run(
        "INSERT INTO campaign_offices (campaign, office, called, edition, forms, received, version) \
         SELECT $1, o.office, o.name, 0, '[]', '[]', $2 FROM offices o WHERE o.office IN \
         (SELECT office FROM campaign_rows WHERE campaign = $1)",
        [no.to_string().into(), tx.version().into()],
    )
    .await?;
    Ok(frozen)
}

/// Whether each row is still one of its office, and not over: the person is of it and has an ID, the device is in service.
const ROWS: &str = "SELECT r.office, r.kind, r.subject, r.called, r.detail, r.standing, r.last_used, \
    r.last_system, r.certificate_until, r.answer, r.answered_by, r.answered_at, r.channel, r.vouched_by, r.held, \
    r.ended_at, CASE WHEN r.kind = 'person' THEN (SELECT COUNT(*) FROM system_users u WHERE u.login_id = r.subject \
    AND u.office = r.office AND u.state <> 'deleted') ELSE (SELECT COUNT(*) FROM devices d \
    WHERE d.device = CAST(substr(r.subject, 5) AS BIGINT) AND d.office = r.office AND d.stage = 'approved') END AS there \
    FROM campaign_rows r WHERE r.campaign = $1";

/// The rows of one office, or of all where none is named; people first. Two questions: one for both would read a whole city for
/// each office.
pub(super) async fn rows_of(
    tx: &mut Transaction,
    no: CampaignNo,
    office: Option<&OfficeNo>,
) -> Result<Vec<CampaignRow>, Unavailable> {
    let of = if office.is_some() { " AND r.office = $2" } else { "" };
    let values = [Some(no.to_string()), office.map(ToString::to_string)].into_iter().flatten().map(Into::into);
    let question = format!("{ROWS}{of} ORDER BY r.office, r.kind DESC, r.subject");
    tx.rows_made(question, values.collect()).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<CampaignRow, Unavailable> {
    let moment = |column| -> Result<_, Unavailable> { Ok(row.maybe_int(column)?.map(Timestamp::from_unix)) };
    let vouched_by = row.maybe_text("vouched_by")?.map(|by| parsed(&by)).transpose()?;
    let answer = match (row.maybe_text("answer")?, row.maybe_text("answered_by")?, row.maybe_text("channel")?) {
        (Some(answer), Some(by), Some(channel)) => Some(GivenAnswer {
            answer: parsed(&answer)?,
            by: parsed(&by)?,
            at: moment("answered_at")?.unwrap_or(Timestamp::from_unix(0)),
            channel: parsed(&channel)?,
            vouched_by,
        }),
        (None, _, _) => None,
        (Some(answer), _, _) => return Err(Unavailable::Corrupt(format!("nobody answered {answer}"))),
    };
    Ok(CampaignRow {
        office: parsed(&row.text("office")?)?,
        subject: parsed(&row.text("subject")?)?,
        called: row.text("called")?,
        detail: row.text("detail")?,
        standing: row.text("standing")?,
        evidence: RowEvidence {
            last_used: moment("last_used")?,
            last_system: row.maybe_text("last_system")?,
            certificate_until: moment("certificate_until")?,
        },
        answer,
        held: row.maybe_int("held")?,
        ended_at: moment("ended_at")?,
        is_there: row.int("there")? != 0,
    })
}

/// This is said of a row; `None`: nothing is. Whoever vouched for what was said before does not for this.
pub(crate) async fn answer(
    tx: &mut Versioned,
    (no, subject): (CampaignNo, &RowSubject),
    given: Option<(RowAnswer, &LoginId, AnswerChannel)>,
) -> Result<(), Unavailable> {
    let at = given.map(|_| tx.at().unix());
    tx.run(
        "UPDATE campaign_rows SET answer = $4, answered_by = $5, answered_at = $6, channel = $7, vouched_by = NULL, \
         vouched_at = NULL, version = $8 WHERE campaign = $1 AND kind = $2 AND subject = $3",
        [
            no.to_string().into(),
            subject.kind().into(),
            subject.to_string().into(),
            given.map(|(answer, _, _)| answer.as_str()).into(),
            given.map(|(_, by, _)| by.as_str()).into(),
            at.into(),
            given.map(|(_, _, channel)| channel.as_str()).into(),
            tx.version().into(),
        ],
    )
    .await
    .map(drop)
}

/// Another stands for what somebody said of themselves.
pub(crate) async fn vouch(
    tx: &mut Versioned,
    (no, subject): (CampaignNo, &RowSubject),
    by: &LoginId,
) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE campaign_rows SET vouched_by = $4, vouched_at = $5, version = $6 \
         WHERE campaign = $1 AND kind = $2 AND subject = $3",
        [
            no.to_string().into(),
            subject.kind().into(),
            subject.to_string().into(),
            by.as_str().into(),
            tx.at().unix().into(),
            tx.version().into(),
        ],
    )
    .await
    .map(drop)
}

/// This step put it on hold.
pub(crate) async fn hold(
    tx: &mut Versioned,
    (no, subject): (CampaignNo, &RowSubject),
    step: i64,
) -> Result<(), Unavailable> {
    write_held(tx, (no, subject), Some(step)).await
}

/// It is on hold for no step any more.
pub(crate) async fn let_go(tx: &mut Versioned, (no, subject): (CampaignNo, &RowSubject)) -> Result<(), Unavailable> {
    write_held(tx, (no, subject), None).await
}

async fn write_held(
    tx: &mut Versioned,
    (no, subject): (CampaignNo, &RowSubject),
    step: Option<i64>,
) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE campaign_rows SET held = $4, version = $5 WHERE campaign = $1 AND kind = $2 AND subject = $3",
        [no.to_string().into(), subject.kind().into(), subject.to_string().into(), step.into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// The campaign ended it.
pub(crate) async fn end(tx: &mut Versioned, (no, subject): (CampaignNo, &RowSubject)) -> Result<(), Unavailable> {
    tx.run(
        "UPDATE campaign_rows SET ended_at = $4, held = NULL, version = $5 \
         WHERE campaign = $1 AND kind = $2 AND subject = $3",
        [
            no.to_string().into(),
            subject.kind().into(),
            subject.to_string().into(),
            tx.at().unix().into(),
            tx.version().into(),
        ],
    )
    .await
    .map(drop)
}

/// What holds of a campaign's rows now, by what each is about: the facts by which a step stands or falls.
pub(in crate::rows::campaign) type RowOutlook = BTreeMap<String, Seen>;

const OUTLOOK: [&str; 2] = [
    "SELECT r.subject, u.name AS called, r.office, r.answer, CAST(r.held AS TEXT) AS held, u.state, u.roles, \
     '' AS certificates FROM campaign_rows r JOIN system_users u ON u.login_id = r.subject \
     WHERE r.campaign = $1 AND r.kind = 'person'",
    "SELECT r.subject, d.label AS called, r.office, r.answer, CAST(r.held AS TEXT) AS held, \
     CASE WHEN d.suspended = 1 THEN 'suspended' ELSE d.stage END AS state, '' AS roles, CAST((SELECT COUNT(*) \
     FROM certificates c WHERE c.device = d.device AND c.state = 'issued') AS TEXT) AS certificates \
     FROM campaign_rows r JOIN devices d ON d.device = CAST(substr(r.subject, 5) AS BIGINT) \
     WHERE r.campaign = $1 AND r.kind = 'device'",
];

/// All of them, in two questions however many there are.
pub(crate) async fn outlook_of(tx: &mut Transaction, no: CampaignNo) -> Result<RowOutlook, Unavailable> {
    let mut found = RowOutlook::new();
    for question in OUTLOOK {
        for row in tx.rows(question, [no.to_string().into()]).await? {
            let mut facts = BTreeMap::new();
            for field in ["office", "answer", "held", "state", "roles", "certificates"] {
                facts.insert(field.to_owned(), row.maybe_text(field)?.unwrap_or_default());
            }
            let id = row.text("subject")?;
            let touched = Touched { id: id.clone(), name: row.text("called")? };
            found.insert(id, Seen { touched, facts });
        }
    }
    Ok(found)
}

/// Those that somebody put on hold, or reported lost, after this version, whatever they were before.
pub(crate) async fn held_otherwise(tx: &mut Transaction, version: i64) -> Result<BTreeSet<String>, Unavailable> {
    let question = "SELECT DISTINCT s.subject FROM event_subjects s JOIN events e ON e.version = s.version \
        WHERE s.version > $1 AND s.kind IN ('person', 'device') AND e.action IN ('user.suspend', 'user.suspend-list', \
        'device.suspend', 'device.suspend-list', 'device.report-lost', 'registry.restore')";
    tx.rows(question, [version.into()]).await?.iter().map(|row| row.text("subject")).collect()
}

/// Rows of one office or of all.
pub(super) fn of_office(office: Option<&OfficeNo>) -> crate::database::Value {
    office.map(OfficeNo::as_str).into()
}
