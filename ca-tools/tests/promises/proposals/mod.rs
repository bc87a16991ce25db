//! Four eyes: what needs two is proposed by one and approved by another; what cannot wait one custodian does alone, and is
//! looked at by another.

mod alone;
mod approved;
mod carried_out;
mod console;
mod either_way;
mod refused;
mod typed;

use ca_tools::acts::{By, Ground, Material, NewPassword, Proposed};
use ca_tools::proposal::{Act, ProposalNo, ProposalRefusal};
use ca_tools::refusal::Refusal;
use certs::Timestamp;
use registry::{LoginId, Role};

use crate::fixtures::registry_at::{NOW, RegistryAt, by, operator, password, with};

pub(crate) const DAY: i64 = 86_400;

/// This operator, at this moment.
pub(crate) fn at(id: &str, at: Timestamp) -> By {
    By { at, ..operator(id) }
}

/// The same, who breaks the glass.
pub(crate) fn breaking(id: &str, at: Timestamp) -> By {
    By { ground: Ground::BreakGlass, ..self::at(id, at) }
}

pub(crate) fn id(id: &str) -> LoginId {
    id.parse().unwrap()
}

/// Three who hold every role (`a.ito`, `b.abe`, `c.endo`), a clerk (`d.ueda`) and an approver (`e.kano`), for days in service.
pub(crate) async fn staffed(registry: &RegistryAt) {
    let long_ago = NOW.plus(-10 * DAY);
    let writer = &registry.writer;
    writer.add_user(&By { at: long_ago, ..by() }, with("a.ito", &Role::ALL), password()).await.unwrap();
    // The roles of each could be given by one alone, while nobody else held them.
    writer.add_user(&at("a.ito", long_ago), with("d.ueda", &[Role::RaClerk]), password()).await.unwrap();
    writer.add_user(&at("a.ito", long_ago), with("b.abe", &Role::ALL), password()).await.unwrap();
    let endo = with("c.endo", &Role::ALL);
    let refused = writer.add_user(&at("a.ito", long_ago), endo.clone(), password()).await.unwrap_err();
    needs_two(&refused, &["b.abe"]);
    writer.add_user(&breaking("a.ito", long_ago), endo, password()).await.unwrap();
    writer.add_user(&at("a.ito", long_ago), with("e.kano", &[]), password()).await.unwrap();
    registry.meddle("UPDATE system_users SET roles = 'ra_approver' WHERE login_id = 'e.kano'").await;
}

/// It needs two, and these could approve.
pub(crate) fn needs_two(refused: &Refusal, could: &[&str]) {
    let Refusal::Proposal(ProposalRefusal::NeedsTwo(_, found)) = refused else { panic!("{refused:?}") };
    assert_eq!(found.iter().map(LoginId::as_str).collect::<Vec<_>>(), could);
}

pub(crate) async fn propose(registry: &RegistryAt, by: &By, act: &Act) -> Proposed {
    registry.writer.propose(by, act).await.unwrap()
}

/// Approves what hands nothing out but passwords.
pub(crate) async fn approve(
    registry: &RegistryAt,
    by: &By,
    no: ProposalNo,
) -> Result<ca_tools::acts::Approval, Refusal> {
    let act = registry.writer.ledger().proposal(no).await.unwrap().act;
    let passwords =
        vec![NewPassword { hash: "$argon2id$new".into() }; registry.writer.passwords_for(&act).await.unwrap()];
    let secrets = ca_tools::ticket::Secrets::draw().unwrap();
    registry.writer.approve_proposal(by, no, Material { passwords, secrets: Some(&secrets) }).await
}

/// The last event of the registry: its action and its detail.
pub(crate) async fn last_event(registry: &RegistryAt) -> (String, serde_json::Value) {
    let ledger = registry.writer.ledger();
    let before = ledger.version().await.unwrap() - 1;
    let event = ledger.events_after(before, 1).await.unwrap().remove(0).event;
    (event.action, serde_json::from_str(&event.detail).unwrap())
}
