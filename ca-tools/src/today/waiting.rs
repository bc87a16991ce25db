//! What waits: so many of a kind, the nearest deadline, and the list they are on.

use certs::Timestamp;

use super::campaign::waiting_reports;
use super::{OwnEnd, open_months, own_ends, refused_as};
use crate::campaign::{CampaignNo, StepKind};
use crate::config::AuthorityFiles;
use crate::language::Text;
use crate::ledger::{EndingOffice, Heap, Ledger};
use crate::refusal::Unavailable;

const DAY: i64 = 86_400;
/// Tickets that end within so many days are told of.
const TICKET_DAYS: i64 = 2;
/// Invitations that end within so many days are told of: time to ask whether they go on.
pub(crate) const ENDING_DAYS: i64 = 14;
/// Certificates by the days within which they end.
const WITHIN: [(i64, i64); 3] = [(0, 30), (30, 60), (60, 90)];
/// Approvals that end within so many days are told of.
const APPROVAL_DAYS: i64 = 30;
/// Devices that went out of use by themselves are told of for so many days.
const RETIRED_DAYS: i64 = 7;
/// Letters that did not arrive are told of for so many days.
const LETTER_DAYS: i64 = 30;

/// What waits.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum What {
    Received,
    Inspected,
    EndTold,
    NoContact,
    Proposed,
    Unreviewed,
    ReportsOwed,
    TicketsEnding,
    RoomsWithoutConsent,
    InvitationsEnding,
    CertificatesEnding {
        from: i64,
        by: i64,
    },
    ApprovalsOver,
    ApprovalsEnding,
    RetiredByItself,
    Locked,
    LettersRefused,
    LettersGivenUp,
    MonthsOpen,
    Refused(String),
    GatewaysBehind,
    ListEnding(String),
    OwnEnding(String),
    /// Offices that have not handed in their 現況届.
    ReportsLeft(CampaignNo),
    /// A step against them whose day has come.
    StepDue(CampaignNo, StepKind),
    /// What is deleted soon, and can still be taken back.
    DeletionWaits(CampaignNo),
    /// All handed in: it can be closed.
    ReportsDone(CampaignNo),
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
            What::EndTold => "offices_ending".to_owned(),
            What::NoContact => "offices_without_contact".to_owned(),
            What::Proposed => "proposals".to_owned(),
            What::Unreviewed => "reviews".to_owned(),
            What::ReportsOwed => "incident_reports".to_owned(),
            What::TicketsEnding => "tickets_ending".to_owned(),
            What::RoomsWithoutConsent => "rooms_without_consent".to_owned(),
            What::InvitationsEnding => "invitations_ending".to_owned(),
            What::CertificatesEnding { by, .. } => format!("certificates_ending_{by}"),
            What::ApprovalsOver => "approvals_over".to_owned(),
            What::ApprovalsEnding => "approvals_ending".to_owned(),
            What::RetiredByItself => "devices_retired".to_owned(),
            What::Locked => "locked".to_owned(),
            What::LettersRefused => "letters_refused".to_owned(),
            What::LettersGivenUp => "letters_given_up".to_owned(),
            What::MonthsOpen => "months_open".to_owned(),
            What::Refused(reason) => format!("refused_{reason}"),
            What::GatewaysBehind => "gateways_behind".to_owned(),
            What::ListEnding(name) => format!("list_ending {name}"),
            What::OwnEnding(name) => format!("certificate_ending {name}"),
            What::ReportsLeft(no) => format!("reports_left {no}"),
            What::StepDue(no, step) => format!("step_due {step} {no}"),
            What::DeletionWaits(no) => format!("deletion_waits {no}"),
            What::ReportsDone(no) => format!("reports_done {no}"),
        }
    }

    /// What waits, in words.
    pub(crate) fn text(&self) -> Text {
        match &self.what {
            What::Received => Text::new("検査を待っている申請", "applications to inspect"),
            What::Inspected => Text::new("決定を待っている申請", "applications to decide"),
            What::EndTold => Text::new("利用終了の届出のあった事業所", "offices that told their end of use"),
            What::NoContact => Text::new("カシワニネット担当者のいない事業所", "offices that nobody speaks for"),
            What::Proposed => Text::new("決定か実行を待っている提案", "proposals to decide or to carry out"),
            What::Unreviewed => Text::new("確認を待っている緊急の単独操作", "what custodians did alone, to review"),
            What::ReportsOwed => Text::new("報告の済んでいない事故・障害", "incidents of which a report is owed"),
            What::TicketsEnding => Text::new(
                format!("{TICKET_DAYS}日以内に期限の来る取得用番号"),
                format!("tickets that end within {TICKET_DAYS} days"),
            ),
            What::RoomsWithoutConsent => {
                Text::new("依頼者と同意が未記録の部屋（開設中）", "open rooms without a consent")
            }
            What::InvitationsEnding => Text::new(
                format!("{ENDING_DAYS}日以内に期限の来る部屋への招待"),
                format!("invitations to rooms that end within {ENDING_DAYS} days"),
            ),
            What::CertificatesEnding { from: 0, by } => {
                Text::new(format!("{by}日以内に切れる電子証明書"), format!("certificates that end within {by} days"))
            }
            What::CertificatesEnding { from, by } => Text::new(
                format!("{from}日を超え{by}日以内に切れる電子証明書"),
                format!("certificates that end in {from} to {by} days"),
            ),
            What::ApprovalsOver => Text::new("承認の期限が過ぎた端末", "devices whose approval is over"),
            What::ApprovalsEnding => Text::new(
                format!("{APPROVAL_DAYS}日以内に承認の期限が来る端末"),
                format!("devices whose approval ends within {APPROVAL_DAYS} days"),
            ),
            What::RetiredByItself => Text::new(
                format!("電子証明書のないまま、自動で使用終了になった端末（{RETIRED_DAYS}日間）"),
                format!("devices that went out of use by themselves in {RETIRED_DAYS} days"),
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
            What::MonthsOpen => Text::new("確認を待っている月次点検", "months to review"),
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
            What::ReportsLeft(no) => Text::new(
                format!("現況届 {no} を提出していない事業所"),
                format!("offices that have not handed in {no}"),
            ),
            What::StepDue(no, step) => Text::new(
                format!("現況届 {no} の「{}」を提案できる事業所", step.japanese()),
                format!("offices against which the step {step} of {no} can be proposed"),
            ),
            What::DeletionWaits(no) => Text::new(
                format!("現況届 {no} により削除されるIDと端末（まだ取り消せます）"),
                format!("IDs and devices that {no} deletes soon, and that can still be taken back"),
            ),
            What::ReportsDone(no) => Text::new(
                format!("すべての事業所が提出し、終わりにできる現況届 {no}"),
                format!("{no}, which every office handed in and which can be closed"),
            ),
        }
    }

    /// What the moment is of.
    pub(crate) fn moment(&self) -> Text {
        match self.what {
            What::Received => Text::new("いちばん古い受付", "the oldest since"),
            What::RoomsWithoutConsent => Text::new("いちばん古い開設", "the oldest since"),
            What::EndTold => Text::new("いちばん古い届出", "the oldest since"),
            What::LettersRefused | What::LettersGivenUp => Text::new("いちばん古い不達", "the oldest since"),
            What::RetiredByItself => Text::new("いちばん古い使用終了", "the oldest since"),
            What::GatewaysBehind => Text::new("最後の報告", "last told"),
            What::StepDue(..) => Text::new("予定の日", "its day"),
            What::Locked => Text::new("最初の解除", "the first until"),
            What::MonthsOpen => Text::new("いちばん古い月の終わり", "the oldest ended"),
            What::Inspected
            | What::NoContact
            | What::Proposed
            | What::Unreviewed
            | What::ReportsOwed
            | What::TicketsEnding
            | What::InvitationsEnding
            | What::ApprovalsOver
            | What::ApprovalsEnding
            | What::CertificatesEnding { .. }
            | What::Refused(_)
            | What::ListEnding(_)
            | What::OwnEnding(_)
            | What::ReportsLeft(_)
            | What::DeletionWaits(_)
            | What::ReportsDone(_) => Text::new("いちばん近い期限", "the nearest end"),
        }
    }

    /// The list in the console.
    pub(crate) fn path(&self) -> String {
        match &self.what {
            What::Received => "/console/applications?state=received&sort=received_at".to_owned(),
            What::Inspected => "/console/applications?state=inspected&sort=received_at".to_owned(),
            What::EndTold => "/console/offices?end=told".to_owned(),
            What::NoContact => "/console/offices?contact=none".to_owned(),
            What::Proposed => "/console/proposals?state=waiting".to_owned(),
            What::Unreviewed => "/console/proposals?state=waiting#reviews".to_owned(),
            What::ReportsOwed => "/console/incidents".to_owned(),
            What::TicketsEnding => format!("/console/tickets?ending={TICKET_DAYS}&sort=until"),
            What::RoomsWithoutConsent => "/console/rooms?consent=missing".to_owned(),
            What::InvitationsEnding => format!("/console/rooms?ending={ENDING_DAYS}"),
            What::CertificatesEnding { from: 0, by } => format!("/console/certificates?ending={by}&sort=not_after"),
            What::CertificatesEnding { from, by } => {
                format!("/console/certificates?ending={from}-{by}&sort=not_after")
            }
            What::ApprovalsOver => "/console/devices?approval=over".to_owned(),
            What::ApprovalsEnding => format!("/console/devices?approval={APPROVAL_DAYS}"),
            What::RetiredByItself => format!("/console/devices?gone={RETIRED_DAYS}"),
            What::Locked => "/console/people?locked=1".to_owned(),
            What::LettersRefused => format!("/console/operations/letters?state=refused&days={LETTER_DAYS}"),
            What::LettersGivenUp => format!("/console/operations/letters?state=given_up&days={LETTER_DAYS}"),
            What::MonthsOpen => "/console/reports#months".to_owned(),
            What::Refused(reason) => format!("/console/devices?refused={reason}"),
            What::GatewaysBehind | What::ListEnding(_) | What::OwnEnding(_) => "/console/operations/".to_owned(),
            What::ReportsLeft(no) => format!("/console/campaigns/{no}?stage=untouched#offices"),
            What::StepDue(no, _) | What::DeletionWaits(no) => format!("/console/campaigns/{no}#steps"),
            What::ReportsDone(no) => format!("/console/campaigns/{no}"),
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
            | What::EndTold
            | What::NoContact
            | What::Proposed
            | What::Unreviewed
            | What::ReportsOwed
            | What::TicketsEnding
            | What::RoomsWithoutConsent
            | What::InvitationsEnding
            | What::ApprovalsOver
            | What::ApprovalsEnding
            | What::RetiredByItself
            | What::CertificatesEnding { .. }
            | What::Locked
            | What::MonthsOpen
            | What::Refused(_)
            | What::ReportsLeft(_)
            | What::StepDue(..)
            | What::DeletionWaits(_)
            | What::ReportsDone(_) => false,
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
    let [ended, without_contact] = ledger.offices_waiting().await?;
    let tickets = ledger.tickets_ending((now, now.plus(TICKET_DAYS * DAY))).await?;
    let (reviewed, began) = ledger.reviewed_months().await?;
    let months = open_months(&reviewed, began, now);
    let months = Heap {
        count: i64::try_from(months.len()).unwrap_or(i64::MAX),
        first: months.first().map(|month| month.next().begins()),
    };
    let [without_consent, invitations] = ledger.rooms_waiting((now, now.plus(ENDING_DAYS * DAY))).await?;
    let [over, ending] = ledger.approvals_ending(now, now.plus(APPROVAL_DAYS * DAY)).await?;
    let retired = ledger.retired_by_themselves(now.plus(-RETIRED_DAYS * DAY)).await?;
    let mut all = vec![
        WaitingWork::of(What::ApprovalsOver, over),
        WaitingWork::of(What::ApprovalsEnding, ending),
        WaitingWork::of(What::RetiredByItself, retired),
        WaitingWork::of(What::Received, received),
        WaitingWork::of(What::MonthsOpen, months),
        WaitingWork::of(What::Inspected, inspected),
        WaitingWork::of(What::EndTold, ended),
        WaitingWork::of(What::NoContact, without_contact),
        WaitingWork::of(What::Proposed, proposed),
        WaitingWork::of(What::Unreviewed, unreviewed),
        WaitingWork::of(What::ReportsOwed, ledger.incidents_owing().await?),
        WaitingWork::of(What::TicketsEnding, tickets),
        WaitingWork::of(What::RoomsWithoutConsent, without_consent),
        WaitingWork::of(What::InvitationsEnding, invitations),
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
    all.extend(waiting_reports(ledger, now).await?);
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
