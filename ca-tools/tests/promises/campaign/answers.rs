//! What an office says is kept as it was said, by whom and how; what it says is done when it is confirmed, and not before.

use ca_tools::acts::{AnswerTaken, By, CampaignAt, Material, Person};
use ca_tools::application::{Day, Detail, Facts, Fields, Professions};
use ca_tools::campaign::{
    CampaignAnswers, CampaignDates, CampaignRefusal, ConfirmFault, DateFault, RowAnswer, RowStanding, RowSubject,
    forms_beside,
};
use ca_tools::config::Approvals;
use ca_tools::proposal::Act;
use ca_tools::refusal::Refusal;
use registry::Ownership;

use super::{
    MIDORI, after, approver, asked, certified, clerk, contact, dates, device, first, id, kept, midori, open, paper,
    row, say, sheet, web,
};
use crate::fixtures::registry_at::{RegistryAt, both, operator, password, person, sqlite};
use crate::proposals::{last_event, needs_two};

const CONTINUE: RowAnswer = RowAnswer::Continue;
const DELETE: RowAnswer = RowAnswer::Delete;

fn refused(why: Refusal) -> CampaignRefusal {
    let told = format!("{why:?}");
    let Refusal::Campaign(why) = why else { panic!("{told}") };
    why
}

async fn version(registry: &RegistryAt) -> i64 {
    registry.writer.ledger().version().await.unwrap()
}

/// All that there is to read of a campaign is read.
async fn look(registry: &RegistryAt) {
    let ledger = registry.writer.ledger();
    ledger.campaigns().await.unwrap();
    ledger.campaign(first()).await.unwrap();
    ledger.campaign_offices(first()).await.unwrap();
    ledger.campaign_progress(first(), after(20)).await.unwrap();
    ledger.campaigns_of_office(&midori()).await.unwrap();
    registry.writer.foresee_campaign_confirmation(&clerk(1), &paper()).await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn opened_pages_with_nothing_submitted_change_nothing_and_every_row_is_unanswered_in_every_view() {
    for registry in both().await {
        let no = asked(&registry).await;
        certified(&registry, no, 1).await;
        let would = registry.writer.foresee_campaign(&approver(0), &dates()).await.unwrap();
        let before = version(&registry).await;
        let opened = registry.writer.open_campaign(&approver(0), &dates()).await.unwrap();
        assert_eq!((opened.offices, opened.people, opened.devices), (would.offices, would.people, would.devices));
        // The city's own office has its operators in it, and no mail address.
        assert_eq!((opened.offices, opened.people, opened.devices, opened.letters), (2, 7, 1, 1));
        assert_eq!(version(&registry).await, before + 1, "one change");
        for _ in 0..3 {
            look(&registry).await;
        }
        assert_eq!(version(&registry).await, before + 1);
        let sheet = sheet(&registry).await;
        assert_eq!(sheet.count(RowStanding::Unanswered), 3);
        let certified = sheet.row(&row(no)).unwrap();
        assert_eq!(certified.evidence.certificate_until, Some(after(760)));
        assert_eq!((certified.called.as_str(), certified.detail.as_str()), ("窓口", "windows"));
        let progress = registry.writer.ledger().campaign_progress(first(), after(20)).await.unwrap();
        assert_eq!(progress.rows(RowStanding::Unanswered), 8);
        assert_eq!((progress.days.len(), progress.days.last().unwrap().answered_rows), (21, 0));
        let open = refused(registry.writer.open_campaign(&approver(1), &dates()).await.unwrap_err());
        assert_eq!(open, CampaignRefusal::Open(first()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_answers_at_once_the_later_is_shown_the_earlier() {
    for registry in both().await {
        asked(&registry).await;
        open(&registry).await;
        let seen = sheet(&registry).await;
        let first_said = say(&seen, &[(row("m.ito"), CONTINUE)]);
        let taken = registry.writer.answer_campaign(&contact("k.sato", 1), &web(), &first_said).await.unwrap();
        assert_eq!(kept(&taken), 2);
        let before = version(&registry).await;
        let later = say(&seen, &[(row("m.ito"), DELETE)]);
        let why = refused(registry.writer.answer_campaign(&clerk(1), &paper(), &later).await.unwrap_err());
        let CampaignRefusal::Answered(_, office, earlier) = why else { panic!("{why:?}") };
        assert_eq!((office, earlier.earlier.by.as_str()), (midori(), "k.sato"));
        assert_eq!(earlier.rows, [(row("m.ito"), Some(CONTINUE))]);
        assert_eq!(version(&registry).await, before, "nothing is written");
        let again = say(&sheet(&registry).await, &[(row("m.ito"), DELETE)]);
        registry.writer.answer_campaign(&clerk(1), &paper(), &again).await.unwrap();
        let ito = sheet(&registry).await.row(&row("m.ito")).unwrap().answer.clone().unwrap();
        assert_eq!((ito.answer, ito.by.as_str(), ito.channel.as_str()), (DELETE, "d.ueda", "paper"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_confirms_themselves_alone_where_an_office_has_two_people() {
    for registry in both().await {
        asked(&registry).await;
        open(&registry).await;
        let writer = &registry.writer;
        let all = sheet(&registry).await.all_others_continue();
        writer.answer_campaign(&contact("k.sato", 1), &web(), &all).await.unwrap();
        let own = ConfirmFault::OwnWord(vec![id("k.sato")]);
        let why = refused(writer.confirm_campaign(&contact("k.sato", 1), &web()).await.unwrap_err());
        assert_eq!(why, CampaignRefusal::Confirm(first(), midori(), own));
        let themselves = writer.vouch_in_campaign(&contact("k.sato", 1), &web(), &row("k.sato")).await.unwrap_err();
        assert_eq!(refused(themselves), CampaignRefusal::OwnVoice(id("k.sato")));
        let stranger = writer.vouch_in_campaign(&contact("c.endo", 1), &web(), &row("k.sato")).await.unwrap_err();
        assert!(matches!(stranger, Refusal::Application(_)), "{stranger:?}");
        writer.vouch_in_campaign(&contact("m.ito", 1), &web(), &row("k.sato")).await.unwrap();
        let confirmed = writer.confirm_campaign(&contact("k.sato", 1), &web()).await.unwrap();
        assert_eq!((confirmed.continued, confirmed.left.len(), confirmed.retired.len()), (3, 0, 0));
        // Whoever is no contact of it answers for nobody.
        let again = sheet(&registry).await.all_others_continue();
        let other = writer.answer_campaign(&contact("m.ito", 1), &web(), &again).await.unwrap_err();
        assert!(matches!(other, Refusal::Application(_)), "{other:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_answered_with_delete_is_done_by_the_houses_own_acts_when_it_is_confirmed_and_not_before() {
    for registry in both().await {
        let no = asked(&registry).await;
        let personal = device(&registry, Ownership::Byod, &[id("m.ito")]).await;
        let serial = certified(&registry, personal, 2).await;
        certified(&registry, no, 3).await;
        open(&registry).await;
        let writer = &registry.writer;
        let rows = [(row("k.sato"), CONTINUE), (row("m.ito"), DELETE), (row(no), CONTINUE), (row(personal), CONTINUE)];
        let mut answers = say(&sheet(&registry).await, &rows);
        let known = writer.ledger().known_office(&midori()).await.unwrap();
        let professions = Professions::default();
        let facts = Facts { today: Day::of(after(1)), office: known.as_ref(), professions: &professions };
        let (mut ids, mut corrections) = (Fields::default(), Fields::default());
        for fields in [&mut ids, &mut corrections] {
            fields.set("office", MIDORI);
        }
        ids.set("person-1-name", "山田 太郎");
        ids.set("person-1-profession", "看護師");
        corrections.set(Detail::Telephone.as_str(), "04-7100-0000");
        answers.forms = Some(forms_beside(Some(ids), Some(corrections), &facts).unwrap());
        writer.answer_campaign(&clerk(1), &paper(), &answers).await.unwrap();
        assert_eq!(writer.ledger().user(&id("m.ito")).await.unwrap()["state"], "active", "nothing is done yet");
        assert_eq!(sheet(&registry).await.forms.len(), 2);
        let confirmed = writer.confirm_campaign(&clerk(1), &paper()).await.unwrap();
        assert_eq!(confirmed.left[0].0, id("m.ito"));
        assert_eq!(confirmed.left[0].1.retired, [personal], "their own device goes with them");
        assert_eq!(confirmed.certificates, [serial.to_string()]);
        assert_eq!(confirmed.received.len(), 2);
        let (action, detail) = last_event(&registry).await;
        assert_eq!((action.as_str(), &detail["users"]), ("campaign.confirm", &serde_json::json!(["m.ito"])));
        assert_eq!(writer.ledger().user(&id("m.ito")).await.unwrap()["state"], "deleted");
        let after_all = sheet(&registry).await;
        assert_eq!(after_all.row(&row("m.ito")).unwrap().stands(1), RowStanding::Ended);
        assert_eq!((after_all.received.len(), after_all.forms.len()), (2, 0));
        let why = writer.confirm_campaign(&clerk(1), &paper()).await.unwrap_err();
        assert_eq!(refused(why), CampaignRefusal::Confirm(first(), midori(), ConfirmFault::Already));
    }
}

/// The end of an approval and the day on which it is looked at again.
async fn ends(registry: &RegistryAt, device: certs::DeviceNo) -> (Option<String>, Option<String>) {
    let shown = registry.writer.ledger().device(device).await.unwrap();
    let day = |field: &str| shown[field].as_str().map(|at| at.chars().take(10).collect());
    (day("approved_until"), day("approval_due"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_goes_on_keeps_its_approval_until_the_next_campaign_where_it_has_an_end() {
    let day = |text: &str| Some(text.to_owned());
    for registry in both().await {
        // Without `lapse` an approval is looked at once a year, and ends for nobody.
        let free = asked(&registry).await;
        let registry = registry.ending(Approvals::default().lapsing());
        let lapsing = device(&registry, Ownership::Office, &[]).await;
        let by_hand = device(&registry, Ownership::Office, &[]).await;
        registry.writer.approve_device(&approver(0), by_hand, Some(after(300))).await.unwrap();
        let before = ends(&registry, by_hand).await;
        assert_eq!(ends(&registry, lapsing).await, (day("2027-05-31"), day("2027-05-31")));
        // In the spring, of whose 31 May each of them would end.
        let spring = after(80);
        let dates = CampaignDates {
            due: Day::of(after(110)),
            warn_on: None,
            suspend_on: None,
            delete_on: None,
            reminders: Vec::new(),
        };
        registry.writer.open_campaign(&By { at: spring, ..approver(0) }, &dates).await.unwrap();
        let all = sheet(&registry).await.all_others_continue();
        registry.writer.answer_campaign(&clerk(81), &paper(), &all).await.unwrap();
        assert_eq!(ends(&registry, lapsing).await, (day("2027-05-31"), day("2027-05-31")), "nothing is done yet");
        registry.writer.confirm_campaign(&clerk(82), &paper()).await.unwrap();
        assert_eq!(ends(&registry, lapsing).await, (day("2028-05-31"), day("2028-05-31")));
        assert_eq!(ends(&registry, free).await.1, day("2028-05-31"), "the house has one end for all");
        assert_eq!(ends(&registry, by_hand).await, before, "an end that somebody set stays where they set it");
        // Whoever continues it by another way continues it until the same day.
        let (renewed, _) = registry.writer.renew_approvals(&approver(82), &[lapsing]).await.unwrap();
        assert_eq!(Day::of(renewed.due).to_string(), "2028-05-31");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_row_of_the_office_is_over_or_holds_roles_is_refused_by_name() {
    let registry = sqlite().await;
    asked(&registry).await;
    open(&registry).await;
    let writer = &registry.writer;
    let seen = sheet(&registry).await;
    let before = version(&registry).await;
    let said = async |who: By, at: CampaignAt, rows: &[(RowSubject, RowAnswer)]| {
        refused(writer.answer_campaign(&who, &at, &say(&seen, rows)).await.unwrap_err())
    };
    let foreign = said(contact("k.sato", 1), web(), &[(row("c.endo"), CONTINUE)]).await;
    assert_eq!(foreign, CampaignRefusal::ForeignRow(midori(), row("c.endo")));
    let city = CampaignAt { office: crate::fixtures::registry_at::office(), ..paper() };
    let operators = said(clerk(1), city, &[(row("c.endo"), DELETE)]).await;
    assert_eq!(operators, CampaignRefusal::HoldsRoles(id("c.endo")));
    assert_eq!(version(&registry).await, before);
    writer.delete_user(&approver(1), &id("m.ito")).await.unwrap();
    let over = said(clerk(1), paper(), &[(row("m.ito"), CONTINUE)]).await;
    assert_eq!(over, CampaignRefusal::RowOver(row("m.ito")));
    let sheet = sheet(&registry).await;
    assert_eq!((sheet.count(RowStanding::Gone), sheet.count(RowStanding::Unanswered)), (1, 2));
    let mut late = dates();
    late.due = Day::of(after(-1));
    writer.close_campaign(&approver(2), first()).await.unwrap();
    let why = refused(writer.open_campaign(&approver(2), &late).await.unwrap_err());
    assert_eq!(why, CampaignRefusal::Dates(DateFault::Far(late.due)));
    let second = writer.open_campaign(&approver(2), &dates()).await.unwrap();
    assert_eq!(second.campaign.no.to_string(), "C-2027-2");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_after_the_closing_is_told_and_kept_as_a_note_and_nothing_follows_from_it() {
    for registry in both().await {
        asked(&registry).await;
        open(&registry).await;
        let writer = &registry.writer;
        writer.close_campaign(&approver(40), first()).await.unwrap();
        let late = say(&sheet(&registry).await, &[(row("m.ito"), DELETE)]);
        let taken = writer.answer_campaign(&contact("k.sato", 41), &web(), &late).await.unwrap();
        let AnswerTaken::Late { note, closed_at, .. } = taken else { panic!("{taken:?}") };
        assert_eq!((note, closed_at), (1, after(40)));
        let sheet = sheet(&registry).await;
        assert_eq!(sheet.notes[0].said, [("m.ito".to_owned(), "delete".to_owned())]);
        assert_eq!(sheet.count(RowStanding::Unanswered), 3);
        for _ in 1..20 {
            writer.answer_campaign(&contact("k.sato", 41), &web(), &late).await.unwrap();
        }
        let why = writer.answer_campaign(&contact("k.sato", 41), &web(), &late).await.unwrap_err();
        assert_eq!(refused(why), CampaignRefusal::TooManyNotes(20));
        let why = refused(writer.confirm_campaign(&clerk(41), &paper()).await.unwrap_err());
        assert_eq!(why, CampaignRefusal::Closed(first(), after(40)));
        let nothing = CampaignAnswers { seen: 0, ..late };
        assert!(writer.answer_campaign(&contact("m.ito", 41), &web(), &nothing).await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn offices_are_reminded_on_the_citys_days_once_and_not_where_nothing_is_left_to_answer() {
    for registry in both().await {
        asked(&registry).await;
        open(&registry).await;
        let writer = &registry.writer;
        let letters = async || {
            let all = writer.ledger().mails(Default::default()).await.unwrap();
            all.iter().filter(|letter| letter["kind"] == "status_report_due").count()
        };
        assert_eq!(letters().await, 1, "on opening");
        for hour in 0..13 * 24 {
            assert_eq!(writer.remind_of_campaigns(after(0).plus(hour * 3_600)).await.unwrap(), 0, "{hour}");
        }
        let (one, other) = (writer.clone(), writer.clone());
        let (one, other) = tokio::join!(one.remind_of_campaigns(after(15)), other.remind_of_campaigns(after(15)));
        assert_eq!(one.unwrap() + other.unwrap(), 1, "two desks remind once");
        assert_eq!(writer.remind_of_campaigns(after(16)).await.unwrap(), 0);
        assert_eq!(writer.remind_campaign(&clerk(17), first()).await.unwrap().letters, 1);
        let twice = refused(writer.remind_campaign(&clerk(17), first()).await.unwrap_err());
        assert_eq!(twice, CampaignRefusal::RemindedToday(first()));
        let all = sheet(&registry).await.all_others_continue();
        writer.answer_campaign(&clerk(18), &paper(), &all).await.unwrap();
        // The city's own office has no mail address, and is told of by name.
        let reminded = writer.remind_campaign(&clerk(19), first()).await.unwrap();
        assert_eq!((reminded.letters, reminded.without_mail.len()), (0, 1));
        assert_eq!(letters().await, 3);
        let late = refused(writer.remind_campaign(&clerk(31), first()).await.unwrap_err());
        assert_eq!(late, CampaignRefusal::Due(first(), dates().due));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_one_deletes_alone_is_confirmed_by_two_of_the_citys() {
    let registry = sqlite().await;
    asked(&registry).await;
    for at in 0..20 {
        let someone = Person { office: midori(), ..person(&format!("p-{at:02}")) };
        registry.writer.add_user(&operator("a.ito"), someone, password()).await.unwrap();
    }
    open(&registry).await;
    let writer = &registry.writer;
    let seen = sheet(&registry).await;
    let mut answers = seen.all_others_continue();
    for (subject, answer) in &mut answers.rows {
        if matches!(subject, RowSubject::Person(person) if person.as_str() != "k.sato") {
            *answer = Some(DELETE);
        }
    }
    writer.answer_campaign(&clerk(1), &paper(), &answers).await.unwrap();
    let contact = writer.confirm_campaign(&contact("k.sato", 1), &web()).await.unwrap_err();
    assert_eq!(refused(contact), CampaignRefusal::Many(midori(), 20));
    let alone = writer.confirm_campaign(&clerk(1), &paper()).await.unwrap_err();
    needs_two(&alone, &["a.ito", "b.abe", "c.endo", "e.kano"]);
    let CampaignAt { campaign, office, channel } = paper();
    let act = Act::CampaignConfirm { campaign, office, channel };
    let proposed = writer.propose(&clerk(1), &act).await.unwrap();
    assert_eq!(proposed.outlook.touched.len(), 21);
    writer.approve_proposal(&approver(1), proposed.no, Material::default()).await.unwrap();
    assert_eq!(sheet(&registry).await.count(RowStanding::Ended), 21);
    assert_eq!(writer.ledger().user(&id("p-07")).await.unwrap()["state"], "deleted");
}
