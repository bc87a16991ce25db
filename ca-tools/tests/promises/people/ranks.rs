//! Whoever acts on a person with operator roles holds at least those roles: every act, every pair of ranks.

use std::future::Future;
use std::pin::Pin;

use ca_tools::acts::{By, Findings, Granting, Hand, NewPassword, OfficeForm, Person, RolesChanged, Writer};
use ca_tools::application::{
    Day, Deletion, Detail, Form, IdsForm, NewPerson, OfficeChange, OfficeNumber, Reason, Rename,
};
use ca_tools::refusal::Refusal;
use ca_tools::ticket::Secrets;
use registry::change::{IllegalChange, Inspection, Rank};
use registry::{LoginId, OfficeNo, Role};

use crate::fixtures::registry_at::{NOW, OFFICE, RegistryAt, both, by, operator, password, person, sqlite, with};
use crate::proposals::breaking;

/// The sets of roles that a city gives, and none.
const RANKS: [&[Role]; 8] = [
    &[],
    &[Role::Ops],
    &[Role::RaClerk],
    &[Role::RaApprover],
    &[Role::RaClerk, Role::RaApprover],
    &[Role::CaCustodian],
    &[Role::RaApprover, Role::Auditor],
    &Role::ALL,
];

/// Whom an act is on: a person, alone in an office of their own.
struct Target {
    id: LoginId,
    office: OfficeNo,
    /// Free for an office.
    number: OfficeNo,
}

type Done<'a> = Pin<Box<dyn Future<Output = Result<(), Refusal>> + 'a>>;
type Act = for<'a> fn(&'a Writer, &'a By, &'a Target) -> Done<'a>;

/// Who may do what `ops` may.
const OPERATES: &[Role] = &[Role::Ops, Role::RaClerk, Role::RaApprover, Role::CaCustodian];

/// Whether this actor holds these roles, or others that include them.
fn holds(actor: &[Role], roles: &[Role]) -> bool {
    let operates = OPERATES.iter().any(|role| actor.contains(role));
    roles.iter().all(|role| actor.contains(role) || (*role == Role::Ops && operates))
}

/// Who may do it at all.
const RECORDS: &[Role] = &[Role::RaClerk, Role::RaApprover];
const APPROVES: &[Role] = &[Role::RaApprover];

macro_rules! act {
    ($name:literal, $duty:expr, |$writer:ident, $by:ident, $target:ident| $done:expr) => {
        ($name, $duty, |$writer, $by, $target| Box::pin(async move { $done.await.map(|_| ()) }))
    };
}

/// Every act that touches a person's row, their standing as a contact, or their office's.
const ACTS: [(&str, &[Role], Act); 19] = [
    act!("suspend", RECORDS, |writer, by, on| writer.suspend_user(by, &on.id)),
    act!("resume", RECORDS, |writer, by, on| writer.resume_user(by, &on.id)),
    act!("unlock", RECORDS, |writer, by, on| writer.unlock_user(by, &on.id)),
    act!("reset", RECORDS, |writer, by, on| writer.reset_password(by, &on.id, handed_out())),
    act!("delete", RECORDS, |writer, by, on| writer.delete_user(by, &on.id)),
    act!("foresee a deletion", RECORDS, |writer, by, on| writer.foresee_deletion(by, &on.id)),
    act!("move", RECORDS, |writer, by, on| moved(writer, by, on)),
    act!("foresee a move", RECORDS, |writer, by, on| foreseen(writer, by, on)),
    act!("name as contact", RECORDS, |writer, by, on| writer.name_contact(by, &on.id)),
    act!("take a role", APPROVES, |writer, by, on| taken(writer, by, on)),
    act!("delete by 様式1", APPROVES, |writer, by, on| granted(writer, by, deletion(on))),
    act!("rename by 様式2", APPROVES, |writer, by, on| granted(writer, by, renaming(on))),
    act!("renumber by application", APPROVES, |writer, by, on| granted(writer, by, renumbering(on))),
    act!("suspend their office", RECORDS, |writer, by, on| writer.suspend_office(by, &on.office)),
    act!("resume their office", RECORDS, |writer, by, on| writer.resume_office(by, &on.office)),
    act!("withdraw their office", APPROVES, |writer, by, on| writer.withdraw_office(by, &on.office)),
    act!("foresee a withdrawal", APPROVES, |writer, by, on| writer.foresee_withdrawal(by, &on.office)),
    act!("replace their office", APPROVES, |writer, by, on| replaced(writer, by, on)),
    act!("foresee a replacement", APPROVES, |writer, by, on| replacement(writer, by, on)),
];

/// Of these, those that one does not do alone on an operator, where there is another.
const TWO: [&str; 10] = [
    "suspend",
    "reset",
    "delete",
    "delete by 様式1",
    "renumber by application",
    "take a role",
    "suspend their office",
    "resume their office",
    "withdraw their office",
    "replace their office",
];

fn needs_two(done: &Result<(), Refusal>) -> bool {
    done.as_ref().is_err_and(|refused| refused.code() == "needs_two")
}

fn handed_out() -> NewPassword {
    NewPassword { hash: "$argon2id$".into() }
}

async fn moved(writer: &Writer, by: &By, on: &Target) -> Result<(), Refusal> {
    belongs(writer.move_user(by, &on.id, &OFFICE.parse().unwrap()).await.map(drop))
}

async fn foreseen(writer: &Writer, by: &By, on: &Target) -> Result<(), Refusal> {
    belongs(writer.foresee_move(by, &on.id, &OFFICE.parse().unwrap()).await.map(drop))
}

/// Whoever holds a role goes nowhere, and was allowed to be touched.
fn belongs(done: Result<(), Refusal>) -> Result<(), Refusal> {
    match done {
        Err(Refusal::Illegal(_, IllegalChange::HoldsRoles)) => Ok(()),
        done => done,
    }
}

async fn taken(writer: &Writer, by: &By, on: &Target) -> Result<(), Refusal> {
    let roles = RolesChanged { take: Rank::all(), ..RolesChanged::default() };
    match writer.change_roles(by, &on.id, &roles).await {
        Err(Refusal::Illegal(_, IllegalChange::RolesAlready)) => Ok(()),
        done => done.map(drop),
    }
}

async fn replaced(writer: &Writer, by: &By, on: &Target) -> Result<(), Refusal> {
    writer.replace_office(by, (&on.office, &on.number), OfficeForm::default()).await.map(drop)
}

async fn replacement(writer: &Writer, by: &By, on: &Target) -> Result<(), Refusal> {
    writer.foresee_replacement(by, (&on.office, &on.number), OfficeForm::default()).await.map(drop)
}

fn deletion(on: &Target) -> Form {
    let deleted = vec![Deletion { login_id: on.id.clone(), name: String::new() }];
    let (office, reason, effective) = (on.office.clone(), Reason::Left, Day::of(NOW));
    Form::Ids(IdsForm { office, added: Vec::new(), deleted, reason, effective })
}

fn renaming(on: &Target) -> Form {
    let renamed = vec![Rename { login_id: on.id.clone(), before: String::new(), after: "別 名".into() }];
    Form::OfficeChange(OfficeChange { office: on.office.clone(), changes: Vec::new(), renamed })
}

fn renumbering(on: &Target) -> Form {
    let people = vec![NewPerson { name: "森".into(), profession: "介護職".into() }];
    let (office, new_office, pledge) = (on.office.clone(), on.number.clone(), "2026-04".into());
    Form::OfficeNumber(OfficeNumber { office, new_office, changes: Vec::new(), pledge, people, contact_person: 0 })
}

/// Received and inspected by who may; approved by who acts.
async fn granted(writer: &Writer, by: &By, form: Form) -> Result<(), Refusal> {
    let first = By { application: None, ..operator("first") };
    let hand = Hand::Operator(ca_tools::application::Channel::Post);
    let no = writer.receive_application(&first, &hand, &form).await.unwrap().application;
    let findings = Findings { result: Inspection::Passed, unticked: &[], until: None, report: None };
    writer.inspect_application(&first, no, findings).await.unwrap();
    let secrets = Secrets::draw().unwrap();
    let passwords = form.new_people().iter().map(|_| handed_out()).collect();
    let by = By { application: None, ..by.clone() };
    writer.approve_application(&by, no, Granting { passwords, until: None, secrets: &secrets }).await.map(drop)
}

/// A person of this rank in an office of their own, as no command makes one: in a registry of former days there are such.
async fn target(registry: &RegistryAt, number: usize, (act, rank): (&str, &[Role])) -> Target {
    let office: OfficeNo = format!("12{number:08}").parse().unwrap();
    let named = OfficeForm::from([(Detail::Name, "ひだまり")]);
    registry.writer.register_office(&operator("first"), &office, named).await.unwrap();
    let id = format!("p-{number:05}");
    let someone = Person { office: office.clone(), ..person(&id) };
    let id = registry.writer.add_user(&operator("first"), someone, password()).await.unwrap();
    let held: Rank = rank.iter().copied().collect();
    let state = if act == "resume" { "suspended" } else { "active" };
    let sql = format!("UPDATE system_users SET roles = '{held}', state = '{state}' WHERE login_id = '{id}'");
    registry.meddle(Box::leak(sql.into_boxed_str())).await;
    if act == "resume their office" {
        let sql = format!("UPDATE offices SET state = 'suspended' WHERE office = '{office}'");
        registry.meddle(Box::leak(sql.into_boxed_str())).await;
    }
    Target { id, office, number: format!("13{number:08}").parse().unwrap() }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_acts_on_a_person_holds_at_least_the_persons_roles_in_every_act() {
    let registry = sqlite().await;
    let writer = &registry.writer;
    writer.add_user(&by(), with("first", &Role::ALL), password()).await.unwrap();
    for (at, rank) in RANKS.iter().enumerate() {
        writer.add_user(&breaking("first", NOW), with(&format!("actor{at}"), rank), password()).await.unwrap();
    }
    let mut number = 0;
    for (name, duty, act) in ACTS {
        for (at, actor) in RANKS.iter().enumerate() {
            for rank in RANKS {
                number += 1;
                let on = target(&registry, number, (name, rank)).await;
                let before = writer.ledger().version().await.unwrap();
                let done = act(writer, &operator(&format!("actor{at}")), &on).await;
                let may = duty.iter().any(|role| actor.contains(role));
                let reaches = holds(actor, rank);
                let case = format!("{actor:?} would {name} {rank:?}: {done:?}");
                // Who may is asked for a second, where the person is an operator.
                let two = may && reaches && !rank.is_empty() && TWO.contains(&name);
                match (may, reaches) {
                    (true, true) if two => assert!(needs_two(&done), "{case}"),
                    (true, true) => assert!(done.is_ok(), "{case}"),
                    (true, false) => assert!(matches!(done, Err(Refusal::Outranked(..))), "{case}"),
                    (false, _) => {
                        assert!(matches!(done, Err(Refusal::OperatorMayNot(..) | Refusal::NoOperator(_))), "{case}")
                    }
                }
                // An application was received before, by another.
                let moved_on = name.contains(" by ") || (may && reaches && !two);
                if !moved_on {
                    assert_eq!(writer.ledger().version().await.unwrap(), before, "{case}: something was changed");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_given_by_who_holds_it_to_people_of_the_citys_own_office_alone() {
    for registry in both().await {
        let writer = &registry.writer;
        writer.add_user(&by(), with("first", &Role::ALL), password()).await.unwrap();
        for (at, rank) in RANKS.iter().enumerate() {
            writer.add_user(&breaking("first", NOW), with(&format!("actor{at}"), rank), password()).await.unwrap();
        }
        let other: OfficeNo = "1272200002".parse().unwrap();
        let named = OfficeForm::from([(Detail::Name, "みどり薬局")]);
        writer.register_office(&operator("first"), &other, named).await.unwrap();
        for (at, actor) in RANKS.iter().enumerate() {
            for (to, given) in RANKS.iter().enumerate().skip(1) {
                let giver = operator(&format!("actor{at}"));
                let fresh =
                    writer.add_user(&operator("first"), person(&format!("n{at}-{to}")), password()).await.unwrap();
                let roles = RolesChanged { give: given.iter().copied().collect(), ..RolesChanged::default() };
                let ways = [
                    writer.add_user(&giver, with(&format!("m{at}-{to}"), given), password()).await.map(drop),
                    writer.change_roles(&giver, &fresh, &roles).await.map(drop),
                ];
                for done in ways {
                    let case = format!("{actor:?} gives {given:?}: {done:?}");
                    if !actor.contains(&Role::RaApprover) {
                        assert!(matches!(done, Err(Refusal::OperatorMayNot(..) | Refusal::NoOperator(_))), "{case}");
                    } else if holds(actor, given) {
                        assert!(needs_two(&done), "{case}");
                    } else {
                        assert!(matches!(done, Err(Refusal::Outranked(..))), "{case}");
                    }
                }
            }
        }
        let elsewhere = Person { office: other.clone(), ..with("t.mori", &[Role::RaClerk]) };
        let refused = writer.add_user(&operator("first"), elsewhere, password()).await.unwrap_err();
        assert!(matches!(refused, Refusal::Illegal(_, IllegalChange::NotTheCitysOffice)), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_who_is_on_hold_acts_on_nobody_and_everybody_changes_their_own_password() {
    for registry in both().await {
        let writer = &registry.writer;
        writer.add_user(&by(), with("first", &Role::ALL), password()).await.unwrap();
        writer.add_user(&operator("first"), with("second", &Role::ALL), password()).await.unwrap();
        let sato = writer.add_user(&operator("first"), person("k.sato"), password()).await.unwrap();
        writer.suspend_user(&breaking("first", NOW), &"second".parse().unwrap()).await.unwrap();
        let refused = writer.unlock_user(&operator("second"), &sato).await.unwrap_err();
        assert!(matches!(refused, Refusal::OperatorMayNot(..)), "{refused:?}");
        for own in ["k.sato", "first"] {
            let chosen = NewPassword { hash: format!("$argon2id$of {own}") };
            writer.change_password(&operator(own), "$argon2id$", chosen).await.unwrap();
            assert_eq!(writer.ledger().user(&own.parse().unwrap()).await.unwrap()["password_initial"], false);
            writer.reset_password(&operator("first"), &own.parse().unwrap(), handed_out()).await.unwrap();
            assert_eq!(writer.ledger().user(&own.parse().unwrap()).await.unwrap()["password_initial"], true);
        }
    }
}
