//! What waits: so many of a kind, the nearest deadline, and the list they are on.

use certs::Timestamp;

use super::{OwnEnd, own_ends, refused_as};
use crate::config::AuthorityFiles;
use crate::language::Text;
use crate::ledger::{EndingOffice, Heap, Ledger};
use crate::refusal::Unavailable;

const DAY: i64 = 86_400;
/// Tickets that end within so many days are told of.
const TICKET_DAYS: i64 = 2;
/// Certificates by the days within which they end.
const WITHIN: [(i64, i64); 3] = [(0, 30), (30, 60), (60, 90)];
/// Letters that did not arrive are told of for so many days.
const LETTER_DAYS: i64 = 30;

/// What waits.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum What {
    Received,
    Inspected,
    Proposed,
    Unreviewed,
    ReportsOwed,
    TicketsEnding,
    CertificatesEnding { from: i64, by: i64 },
    Locked,
    LettersRefused,
    LettersGivenUp,
    Refused(String),
    GatewaysBehind,
    ListEnding(String),
    OwnEnding(String),
}

/// So many of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct WaitingWork {
    pub(crate) what: What,
    pub(crate) count: i64,
    /// The nearest moment that matters.
    pub(crate) nearest: Option<Timestamp>,
}

impl WaitingWork {
    fn of(what: What, heap: Heap) -> Self {
        Self { what, count: heap.count, nearest: heap.first }
    }

    /// The word for programs.
    pub(crate) fn word(&self) -> String {
        match &self.what {
            What::Received => "applications_received".to_owned(),
            What::Inspected => "applications_inspected".to_owned(),
            What::Proposed => "proposals".to_owned(),
            What::Unreviewed => "reviews".to_owned(),
            What::ReportsOwed => "incident_reports".to_owned(),
            What::TicketsEnding => "tickets_ending".to_owned(),
            What::CertificatesEnding { by, .. } => format!("certificates_ending_{by}"),
            What::Locked => "locked".to_owned(),
            What::LettersRefused => "letters_refused".to_owned(),
            What::LettersGivenUp => "letters_given_up".to_owned(),
            What::Refused(reason) => format!("refused_{reason}"),
            What::GatewaysBehind => "gateways_behind".to_owned(),
            What::ListEnding(name) => format!("list_ending {name}"),
            What::OwnEnding(name) => format!("certificate_ending {name}"),
        }
    }

    /// What waits, in words.
    pub(crate) fn text(&self) -> Text {
        match &self.what {
            What::Received => Text::new("検査を待っている申請", "applications to inspect"),
            What::Inspected => Text::new("決定を待っている申請", "applications to decide"),
            What::Proposed => Text::new("決定か実行を待っている提案", "proposals to decide or to carry out"),
            What::Unreviewed => Text::new("確認を待っている緊急の単独操作", "what custodians did alone, to review"),
            What::ReportsOwed => Text::new("報告の済んでいない事故・障害", "incidents of which a report is owed"),
            What::TicketsEnding => Text::new(
                format!("{TICKET_DAYS}日以内に期限の来る取得用番号"),
                format!("tickets that end within {TICKET_DAYS} days"),
            ),
            What::CertificatesEnding { from: 0, by } => {
                Text::new(format!("{by}日以内に切れる電子証明書"), format!("certificates that end within {by} days"))
            }
            What::CertificatesEnding { from, by } => Text::new(
                format!("{from}日を超え{by}日以内に切れる電子証明書"),
                format!("certificates that end in {from} to {by} days"),
            ),
            What::Locked => Text::new("ロックされているID", "locked IDs"),
            What::LettersRefused => Text::new(
                format!("届かなかったメール（送信先が断った、{LETTER_DAYS}日間）"),
                format!("letters that were refused in {LETTER_DAYS} days"),
            ),
            What::LettersGivenUp => Text::new(
                format!("届かなかったメール（7日間試してあきらめた、{LETTER_DAYS}日間）"),
                format!("letters that were given up in {LETTER_DAYS} days"),
            ),
            What::Refused(reason) => {
                let said = refused_as(reason);
                Text::new(
                    format!("昨日から断られた登録端末：{}", said.ja),
                    format!("known devices refused since yesterday: {}", said.en),
                )
            }
            What::GatewaysBehind => {
                Text::new("台帳に追い付いていないゲートウェイ", "gateways that are behind or silent")
            }
            What::ListEnding(name) => {
                Text::new(format!("失効リスト {name} の次回更新日時"), format!("the revocation list {name} ends"))
            }
            What::OwnEnding(name) => {
                Text::new(format!("認証局の証明書 {name} の有効期限"), format!("the CA's certificate {name} ends"))
            }
        }
    }

    /// What the moment is of.
    pub(crate) fn moment(&self) -> Text {
        match self.what {
            What::Received => Text::new("いちばん古い受付", "the oldest since"),
            What::LettersRefused | What::LettersGivenUp => Text::new("いちばん古い不達", "the oldest since"),
            What::GatewaysBehind => Text::new("最後の報告", "last told"),
            What::Locked => Text::new("最初の解除", "the first until"),
            What::Inspected
            | What::Proposed
            | What::Unreviewed
            | What::ReportsOwed
            | What::TicketsEnding
            | What::CertificatesEnding { .. }
            | What::Refused(_)
            | What::ListEnding(_)
            | What::OwnEnding(_) => Text::new("いちばん近い期限", "the nearest end"),
        }
    }

    /// The list in the console.
    pub(crate) fn path(&self) -> String {
        match &self.what {
            What::Received => "/console/applications?state=received&sort=received_at".to_owned(),
            What::Inspected => "/console/applications?state=inspected&sort=received_at".to_owned(),
            What::Proposed => "/console/proposals?state=waiting".to_owned(),
            What::Unreviewed => "/console/proposals?state=waiting#reviews".to_owned(),
            What::ReportsOwed => "/console/incidents".to_owned(),
            What::TicketsEnding => format!("/console/tickets?ending={TICKET_DAYS}&sort=until"),
            What::CertificatesEnding { from: 0, by } => format!("/console/certificates?ending={by}&sort=not_after"),
            What::CertificatesEnding { from, by } => {
                format!("/console/certificates?ending={from}-{by}&sort=not_after")
            }
            What::Locked => "/console/people?locked=1".to_owned(),
            What::LettersRefused => format!("/console/operations/letters?state=refused&days={LETTER_DAYS}"),
            What::LettersGivenUp => format!("/console/operations/letters?state=given_up&days={LETTER_DAYS}"),
            What::Refused(reason) => format!("/console/devices?refused={reason}"),
            What::GatewaysBehind | What::ListEnding(_) | What::OwnEnding(_) => "/console/operations/".to_owned(),
        }
    }

    /// Whether operations may see it: nothing of a person is in it.
    pub(crate) fn is_of_operations(&self) -> bool {
        match self.what {
            What::LettersRefused
            | What::LettersGivenUp
            | What::GatewaysBehind
            | What::ListEnding(_)
            | What::OwnEnding(_) => true,
            What::Received
            | What::Inspected
            | What::Proposed
            | What::Unreviewed
            | What::ReportsOwed
            | What::TicketsEnding
            | What::CertificatesEnding { .. }
            | What::Locked
            | What::Refused(_) => false,
        }
    }
}

/// All that waits, what ends first before the rest; nothing of which there is none.
///
/// # Errors
/// The registry does not answer.
pub(crate) async fn waiting(
    ledger: &Ledger,
    files: Option<&AuthorityFiles>,
    now: Timestamp,
) -> Result<Vec<WaitingWork>, Unavailable> {
    let [received, inspected] = ledger.applications_waiting().await?;
    let [refused, given_up] = ledger.letters_undelivered(now.plus(-LETTER_DAYS * DAY)).await?;
    let [proposed, unreviewed] = ledger.two_waiting(now).await?;
    let locked = ledger.locked_now(now).await?;
    let locked = Heap {
        count: i64::try_from(locked.len()).unwrap_or(i64::MAX),
        first: locked.iter().map(|(_, until)| *until).min(),
    };
    let tickets = ledger.tickets_ending((now, now.plus(TICKET_DAYS * DAY))).await?;
    let mut all = vec![
        WaitingWork::of(What::Received, received),
        WaitingWork::of(What::Inspected, inspected),
        WaitingWork::of(What::Proposed, proposed),
        WaitingWork::of(What::Unreviewed, unreviewed),
        WaitingWork::of(What::ReportsOwed, ledger.incidents_owing().await?),
        WaitingWork::of(What::TicketsEnding, tickets),
        WaitingWork::of(What::Locked, locked),
        WaitingWork::of(What::LettersRefused, refused),
        WaitingWork::of(What::LettersGivenUp, given_up),
        WaitingWork::of(What::GatewaysBehind, ledger.gateways_behind(now).await?),
    ];
    for (from, by) in WITHIN {
        // To the second before the next begins.
        let first = if from == 0 { now } else { now.plus(from * DAY + 1) };
        let heap = ledger.certificates_ending((first, now.plus(by * DAY))).await?;
        all.push(WaitingWork::of(What::CertificatesEnding { from, by }, heap));
    }
    for (reason, count) in ledger.refused_devices(now.plus(-DAY)).await? {
        all.push(WaitingWork { what: What::Refused(reason), count, nearest: None });
    }
    if let Some(files) = files.cloned() {
        // Files are read and parsed: no request waits behind that.
        let own = tokio::task::spawn_blocking(move || own(&files, now)).await;
        all.extend(own.map_err(|why| Unavailable::Corrupt(why.to_string()))?);
    }
    all.retain(|waiting| waiting.count > 0);
    all.sort_by_key(|waiting| (waiting.nearest.is_none(), waiting.nearest));
    Ok(all)
}

/// Lists and certificates of the house's own that end soon.
fn own(files: &AuthorityFiles, now: Timestamp) -> Vec<WaitingWork> {
    let near = own_ends(files).into_iter().filter(|end| end.is_near(now));
    let told = near.map(|OwnEnd { name, is_list, until }| {
        let what = if is_list { What::ListEnding(name) } else { What::OwnEnding(name) };
        WaitingWork { what, count: 1, nearest: Some(until.unwrap_or(now)) }
    });
    told.collect()
}

/// The offices whose certificates end first.
///
/// # Errors
/// The registry does not answer.
pub(crate) async fn ending_offices(ledger: &Ledger, now: Timestamp) -> Result<Vec<EndingOffice>, Unavailable> {
    let [.., (_, last)] = WITHIN;
    ledger.offices_ending((now, now.plus(last * DAY))).await
}
