//! What nobody answers is warned of, put on hold, deleted: each by two, on the city's days, each undone until the next.

use ca_tools::acts::{Approval, By, Material};
use ca_tools::campaign::{CampaignRefusal, RowAnswer, RowStanding, StepFault, StepKind, StepState};
use ca_tools::proposal::ProposalRefusal;
use ca_tools::refusal::Refusal;
use registry::Ownership;
use registry::change::Inspection;

use super::{after, approver, asked, clerk, device, first, id, midori, open, paper, row, say, sheet};
use crate::fixtures::registry_at::{RegistryAt, both, form, operator, password, person, sqlite};
use crate::proposals::{last_event, needs_two};

/// The clerk proposes it, and the approver approves.
pub(super) async fn taken(registry: &RegistryAt, step: StepKind, days: i64) -> Result<Approval, Refusal> {
    let proposed = registry.writer.propose_campaign_step(&clerk(days), first(), step).await?;
    registry.writer.approve_proposal(&approver(days), proposed.no, Material::default()).await
}

async fn state(registry: &RegistryAt, person: &str) -> String {
    registry.writer.ledger().user(&id(person)).await.unwrap()["state"].as_str().unwrap().to_owned()
}

async fn suspended(registry: &RegistryAt, device: certs::DeviceNo) -> bool {
    registry.writer.ledger().device(device).await.unwrap()["suspended"].as_bool().unwrap()
}

fn why(result: Result<impl std::fmt::Debug, Refusal>) -> CampaignRefusal {
    let why = result.unwrap_err();
    let told = format!("{why:?}");
    let Refusal::Campaign(why) = why else { panic!("{told}") };
    why
}

async fn letters(registry: &RegistryAt) -> usize {
    let all = registry.writer.ledger().mails(Default::default()).await.unwrap();
    all.iter().filter(|letter| letter["kind"] == "status_report_unanswered" && letter["state"] != "dropped").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_takes_two_comes_after_the_one_before_it_on_its_day_and_is_undone_until_the_next() {
    use StepKind::{Delete, Suspend, Warn};
    use StepState::{Done, Undone};
    for registry in both().await {
        let no = asked(&registry).await;
        open(&registry).await;
        let writer = &registry.writer;
        let early = why(writer.campaign_step(&clerk(34), first(), StepKind::Warn).await);
        assert!(matches!(early, CampaignRefusal::Step(_, StepFault::NotYet(StepKind::Warn, _))), "{early:?}");
        let skipped = why(writer.campaign_step(&clerk(50), first(), StepKind::Suspend).await);
        assert_eq!(skipped, CampaignRefusal::Step(first(), StepFault::Before(StepKind::Warn)));
        let alone = writer.take_campaign_step(&clerk(36), first(), StepKind::Warn).await.unwrap_err();
        needs_two(&alone, &["a.ito", "b.abe", "c.endo", "e.kano"]);

        taken(&registry, StepKind::Warn, 36).await.unwrap();
        assert_eq!(letters(&registry).await, 1);
        let undone = writer.undo_campaign_step(&clerk(36), first()).await.unwrap();
        assert_eq!((undone.step, undone.withdrawn, undone.letters), (StepKind::Warn, 1, 0), "nobody carried it yet");
        assert_eq!(letters(&registry).await, 0);
        taken(&registry, StepKind::Warn, 37).await.unwrap();
        // The letter has left: they are told that it was a mistake.
        registry.meddle("UPDATE mails SET tries = 1 WHERE state = 'queued'").await;
        let undone = writer.undo_campaign_step(&clerk(37), first()).await.unwrap();
        assert_eq!((undone.withdrawn, undone.letters), (0, 1));
        taken(&registry, StepKind::Warn, 38).await.unwrap();

        taken(&registry, StepKind::Suspend, 46).await.unwrap();
        let (action, detail) = last_event(&registry).await;
        assert_eq!((action.as_str(), detail["count"].as_i64()), ("campaign.suspend", Some(3)));
        assert_eq!((state(&registry, "k.sato").await.as_str(), suspended(&registry, no).await), ("suspended", true));
        assert_eq!(state(&registry, "a.ito").await, "active", "who holds roles is ended by acts of their own");
        let unwarned = writer.undo_campaign_step(&By { why: None, ..clerk(46) }, first()).await.unwrap_err();
        assert_eq!(unwarned, Refusal::NoWhy);
        let undone = writer.undo_campaign_step(&clerk(46), first()).await.unwrap();
        assert_eq!((undone.step, undone.resumed.len(), undone.left.len()), (StepKind::Suspend, 3, 0));
        assert_eq!((state(&registry, "k.sato").await.as_str(), suspended(&registry, no).await), ("active", false));
        taken(&registry, StepKind::Suspend, 47).await.unwrap();

        taken(&registry, StepKind::Delete, 61).await.unwrap();
        let waits = why(writer.close_campaign(&approver(61), first()).await);
        assert_eq!(waits, CampaignRefusal::StepWaits(first(), after(62)));
        assert_eq!(writer.carry_out_campaign_steps(after(61).plus(86_399)).await.unwrap(), 0);
        assert_eq!(state(&registry, "k.sato").await, "suspended");
        assert_eq!(writer.undo_campaign_step(&clerk(61), first()).await.unwrap().step, StepKind::Delete);
        assert_eq!(writer.carry_out_campaign_steps(after(70)).await.unwrap(), 0, "what was undone is not done");
        taken(&registry, StepKind::Delete, 71).await.unwrap();
        assert_eq!(writer.carry_out_campaign_steps(after(72)).await.unwrap(), 3);
        assert_eq!(writer.carry_out_campaign_steps(after(72)).await.unwrap(), 0, "once");
        assert_eq!(state(&registry, "k.sato").await, "deleted");
        assert_eq!(sheet(&registry).await.count(RowStanding::Ended), 3);
        let over = why(writer.undo_campaign_step(&clerk(72), first()).await);
        assert_eq!(over, CampaignRefusal::Undone(first(), Some(StepKind::Delete)), "a deleted ID never comes back");
        writer.close_campaign(&approver(73), first()).await.unwrap();
        let states: Vec<_> =
            writer.ledger().campaign(first()).await.unwrap().steps.iter().map(|step| (step.step, step.state)).collect();
        let expected =
            [(Warn, Undone), (Warn, Undone), (Warn, Done), (Suspend, Undone), (Suspend, Done), (Delete, Undone)];
        assert_eq!(states, [expected.as_slice(), &[(Delete, Done)]].concat());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answers_while_a_step_waits_for_the_second_is_not_touched_by_it() {
    for registry in both().await {
        asked(&registry).await;
        open(&registry).await;
        taken(&registry, StepKind::Warn, 36).await.unwrap();
        let writer = &registry.writer;
        let proposed = writer.propose_campaign_step(&clerk(46), first(), StepKind::Suspend).await.unwrap();
        assert_eq!(proposed.outlook.touched.len(), 3);
        let answer = say(&sheet(&registry).await, &[(row("m.ito"), RowAnswer::Continue)]);
        writer.answer_campaign(&clerk(46), &paper(), &answer).await.unwrap();
        let void = writer.approve_proposal(&approver(46), proposed.no, Material::default()).await.unwrap_err();
        assert!(matches!(void, Refusal::Proposal(ProposalRefusal::Stale(..))), "{void:?}");
        assert_eq!(state(&registry, "m.ito").await, "active");
        taken(&registry, StepKind::Suspend, 46).await.unwrap();
        assert_eq!(
            (state(&registry, "m.ito").await.as_str(), state(&registry, "k.sato").await.as_str()),
            ("active", "suspended")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_lets_go_exactly_what_the_step_held_and_not_what_was_stopped_for_another_reason() {
    for registry in both().await {
        let no = asked(&registry).await;
        let (lost, before) =
            (device(&registry, Ownership::Office, &[]).await, device(&registry, Ownership::Office, &[]).await);
        registry.writer.suspend_device(&approver(0), before).await.unwrap();
        open(&registry).await;
        taken(&registry, StepKind::Warn, 36).await.unwrap();
        taken(&registry, StepKind::Suspend, 46).await.unwrap();
        let writer = &registry.writer;
        // Lost while it is on hold; put on hold by somebody else; both for reasons of their own.
        writer.report_lost(&clerk(47), lost, None).await.unwrap();
        writer.resume_user(&clerk(47), &id("m.ito")).await.unwrap();
        writer.suspend_user(&clerk(47), &id("m.ito")).await.unwrap();
        let undone = writer.undo_campaign_step(&clerk(48), first()).await.unwrap();
        assert_eq!(undone.resumed, ["k.sato".to_owned(), no.to_string()]);
        assert_eq!(undone.left, ["m.ito".to_owned(), lost.to_string()]);
        assert!(
            suspended(&registry, lost).await && suspended(&registry, before).await && !suspended(&registry, no).await
        );
        assert_eq!(state(&registry, "m.ito").await, "suspended");
        assert!(writer.resume_device(&By { why: None, ..clerk(49) }, lost).await.is_err(), "it is lost all the same");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answers_after_the_hold_goes_on_at_once_and_is_not_deleted_with_the_others() {
    for registry in both().await {
        let no = asked(&registry).await;
        open(&registry).await;
        taken(&registry, StepKind::Warn, 36).await.unwrap();
        taken(&registry, StepKind::Suspend, 46).await.unwrap();
        taken(&registry, StepKind::Delete, 61).await.unwrap();
        let writer = &registry.writer;
        let rows =
            [(row("k.sato"), RowAnswer::Continue), (row("m.ito"), RowAnswer::Delete), (row(no), RowAnswer::Continue)];
        writer.answer_campaign(&clerk(61), &paper(), &say(&sheet(&registry).await, &rows)).await.unwrap();
        let confirmed = writer.confirm_campaign(&clerk(61), &paper()).await.unwrap();
        assert_eq!(confirmed.resumed, [row("k.sato"), row(no)]);
        assert_eq!(writer.carry_out_campaign_steps(after(63)).await.unwrap(), 0, "nothing of it is left");
        assert_eq!(state(&registry, "k.sato").await, "active");
        assert_eq!(state(&registry, "m.ito").await, "deleted");
        assert!(!suspended(&registry, no).await);
        assert_eq!(
            writer
                .ledger()
                .campaign_office(first(), &midori())
                .await
                .unwrap()
                .rows
                .iter()
                .filter(|row| row.held.is_some())
                .count(),
            0
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_city_set_no_day_nothing_is_done_to_anybody() {
    let registry = sqlite().await;
    asked(&registry).await;
    let dates =
        ca_tools::campaign::CampaignDates { warn_on: None, suspend_on: None, delete_on: None, ..super::dates() };
    registry.writer.open_campaign(&approver(0), &dates).await.unwrap();
    for step in StepKind::ALL {
        let why = why(registry.writer.campaign_step(&clerk(200), first(), *step).await);
        assert_eq!(why, CampaignRefusal::Step(first(), StepFault::NotSet(*step)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_citys_own_office_is_asked_as_others_are_and_no_step_is_taken_against_it() {
    for registry in both().await {
        let theirs = asked(&registry).await;
        let writer = &registry.writer;
        // A device of the operators' own office, and one there who holds no role.
        let own = writer.apply_device(&operator("a.ito"), form(Ownership::Office, &[])).await.unwrap();
        writer.inspect_device(&clerk(0), own, Inspection::Passed, &[]).await.unwrap();
        writer.approve_device(&approver(0), own, None).await.unwrap();
        writer.add_user(&operator("a.ito"), person("g.goto"), password()).await.unwrap();
        open(&registry).await;
        let city = crate::fixtures::registry_at::office();
        let untouched = async || {
            let sheet = writer.ledger().campaign_office(first(), &city).await.unwrap();
            assert!(sheet.keeps_house && sheet.rows.iter().all(|row| row.held.is_none()));
            assert_eq!(sheet.count(RowStanding::Unanswered), sheet.rows.len(), "asked, and unanswered as others");
            assert!(!suspended(&registry, own).await && state(&registry, "g.goto").await == "active");
        };
        for (step, days) in [(StepKind::Warn, 36), (StepKind::Suspend, 46), (StepKind::Delete, 61)] {
            let proposed = writer.propose_campaign_step(&clerk(days), first(), step).await.unwrap();
            let touched: Vec<_> = proposed.outlook.touched.iter().map(|one| one.id.clone()).collect();
            let expected = if step == StepKind::Warn {
                vec![midori().to_string()]
            } else {
                vec!["k.sato".to_owned(), "m.ito".to_owned(), theirs.to_string()]
            };
            assert_eq!(touched, expected, "{step:?}");
            writer.approve_proposal(&approver(days), proposed.no, Material::default()).await.unwrap();
            untouched().await;
        }
        assert_eq!(writer.carry_out_campaign_steps(after(63)).await.unwrap(), 3);
        untouched().await;
        let progress = writer.ledger().campaign_progress(first(), after(63)).await.unwrap();
        let spared = progress.offices.iter().filter(|office| office.keeps_house).map(|office| &office.office);
        assert_eq!(spared.collect::<Vec<_>>(), [&city]);
    }
}
