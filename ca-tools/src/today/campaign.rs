//! What waits of the 現況届 that is open: offices that have not handed in, a step whose day has come, a deletion that can still be
//! taken back.

use certs::Timestamp;

use super::waiting::{WaitingWork, What};
use crate::application::Day;
use crate::campaign::{OfficeStage, StepKind, StepState, next_step};
use crate::ledger::{CampaignView, Ledger};
use crate::refusal::{Refusal, Unavailable};

/// What waits of it; nothing while none is open.
///
/// # Errors
/// The registry does not answer.
pub(super) async fn waiting_reports(ledger: &Ledger, now: Timestamp) -> Result<Vec<WaitingWork>, Unavailable> {
    let Some(open) = ledger.open_campaign().await? else { return Ok(Vec::new()) };
    let read = (ledger.campaign(open.no).await, ledger.campaign_progress(open.no, now).await);
    match read {
        (Ok(view), Ok(progress)) => {
            let left = progress.count(OfficeStage::Untouched) + progress.count(OfficeStage::Begun);
            Ok(waits(&view, left, now))
        }
        (Err(Refusal::Unavailable(why)), _) | (_, Err(Refusal::Unavailable(why))) => Err(why),
        // It was there a moment ago.
        (Err(why), _) | (_, Err(why)) => Err(Unavailable::Corrupt(why.to_string())),
    }
}

fn waits(view: &CampaignView, left: usize, now: Timestamp) -> Vec<WaitingWork> {
    let (campaign, no) = (&view.campaign, view.campaign.no);
    let count = i64::try_from(left).unwrap_or(i64::MAX);
    let due = campaign.dates.due;
    let next = next_step(&campaign.dates, &view.steps);
    let nearest = if Day::of(now) <= due { Some(due.last_second()) } else { next.map(|(_, day)| day.begins()) };
    let mut all =
        vec![WaitingWork { what: What::ReportsLeft(no), count, nearest: nearest.or(Some(due.last_second())) }];
    let ready = StepKind::ALL.iter().find(|step| campaign.may_step(**step, &view.steps, now).is_ok());
    if let Some((step, day)) = ready.and_then(|step| Some((*step, campaign.dates.of_step(*step)?))) {
        all.push(WaitingWork { what: What::StepDue(no, step), count, nearest: Some(day.begins()) });
    }
    let waiting = view.steps.iter().filter(|step| step.state == StepState::Waiting);
    all.extend(waiting.map(|step| WaitingWork {
        what: What::DeletionWaits(no),
        count: i64::try_from(step.touches.len()).unwrap_or(i64::MAX),
        nearest: step.until,
    }));
    if left == 0 {
        all.push(WaitingWork { what: What::ReportsDone(no), count: 1, nearest: Some(due.last_second()) });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::{Campaign, CampaignDates, CampaignStep};

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn view(steps: Vec<CampaignStep>) -> CampaignView {
        let dates = CampaignDates {
            due: day("2027-05-10"),
            reminders: Vec::new(),
            warn_on: Some(day("2027-05-15")),
            suspend_on: Some(day("2027-06-01")),
            delete_on: None,
        };
        let (no, opened_at) = ("C-2027".parse().unwrap(), day("2027-05-01").begins());
        let opened_by = "ito.approver".parse().unwrap();
        let campaign = Campaign { no, opened_at, opened_by, dates, closed_at: None };
        CampaignView { campaign, steps, reminded: Vec::new() }
    }

    fn told(left: usize, now: &str) -> Vec<(String, i64, String)> {
        let work = waits(&view(Vec::new()), left, day(now).begins().plus(3_600)).into_iter();
        let work = work.filter(|one| one.count > 0);
        work.map(|one| (one.word(), one.count, one.nearest.map_or(String::new(), |at| Day::of(at).to_string())))
            .collect()
    }

    #[test]
    fn the_offices_that_are_left_wait_for_the_last_day_and_then_for_the_step_that_comes_next() {
        let of = |word: &str, count, day: &str| (format!("{word} C-2027"), count, day.to_owned());
        assert_eq!(told(3, "2027-05-02"), [of("reports_left", 3, "2027-05-10")]);
        assert_eq!(told(3, "2027-05-12"), [of("reports_left", 3, "2027-05-15")]);
        assert_eq!(
            told(3, "2027-05-16"),
            [of("reports_left", 3, "2027-05-15"), ("step_due warn C-2027".to_owned(), 3, "2027-05-15".to_owned())]
        );
        assert_eq!(told(0, "2027-05-02"), [of("reports_done", 1, "2027-05-10")]);
    }
}
