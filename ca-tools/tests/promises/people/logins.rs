//! Operators prove who they are, wherever they act: a name alone names nobody, and a login is worth nothing but where it was
//! made, to whom made it, while they are who they were.

use ca_tools::acts::{Begun, By, FileStands, Keeper, NewPassword, ProofMethod, RolesChanged, ShownLogin};
use ca_tools::password::hash;
use ca_tools::refusal::{LoginRefusal, ProofRefusal, Refusal};
use certs::Timestamp;
use registry::{LoginId, Role};
use serde_json::json;

use crate::fixtures::house::{House, Told};
use crate::fixtures::registry_at::{self, NOW, RegistryAt, with};
use crate::people::passwords::EVERY_ROLE;
use crate::proposals::breaking;

const PASSWORD: &str = "雨の7川-と舟歌";
const UID: u32 = 1_000;

fn keeper() -> Keeper {
    Keeper { machine: "0123456789abcdef0123456789abcdef".into(), uid: UID }
}

/// An operator with every role, who chose their password.
async fn chosen(registry: &RegistryAt, id: &str, all: &[Role]) -> LoginId {
    let initial = hash("初期の5月-と山桜").unwrap();
    let id = registry
        .writer
        .add_user(&breaking("setup", NOW), with(id, all), NewPassword { hash: initial.clone() })
        .await
        .unwrap();
    let own = By::of(id.clone(), NOW, ProofMethod::Console);
    registry.writer.change_password(&own, &initial, NewPassword { hash: hash(PASSWORD).unwrap() }).await.unwrap();
    id
}

async fn begun(registry: &RegistryAt, id: &LoginId, at: Timestamp) -> (Begun, ShownLogin) {
    let proof = registry.writer.prove(&By::desk(at).unwrap(), id, (PASSWORD, "login")).await.unwrap();
    let begun = registry.writer.log_in(&proof, &keeper(), at).await.unwrap();
    let shown = ShownLogin {
        registry: registry.writer.ledger().id().await.unwrap(),
        login: begun.login,
        token: begun.token.clone(),
        keeper: keeper(),
        file: FileStands { mode: 0o100_600, owner: UID },
    };
    (begun, shown)
}

/// What becomes of a login, or of the copy of its file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum What {
    AnotherAccount,
    AnotherMachine,
    AnotherOwner,
    AnotherRegistry,
    AnotherToken,
    Deleted,
    EightHours,
    Idle,
    LoggedOut,
    LoggedOutEverywhere,
    OpenFile,
    PasswordChanged,
    PasswordReset,
    Planted,
    RoleLost,
    RoleLostAndGiven,
    Suspended,
    SuspendedAndResumed,
}

use What::*;

const ALL: [What; 18] = [
    AnotherAccount,
    AnotherMachine,
    AnotherOwner,
    AnotherRegistry,
    AnotherToken,
    Deleted,
    EightHours,
    Idle,
    LoggedOut,
    LoggedOutEverywhere,
    OpenFile,
    PasswordChanged,
    PasswordReset,
    Planted,
    RoleLost,
    RoleLostAndGiven,
    Suspended,
    SuspendedAndResumed,
];

/// What is refused then, and whether the registry knows it of itself, whatever is shown.
fn refused(what: What, id: &LoginId) -> (LoginRefusal, bool) {
    match what {
        AnotherAccount | AnotherMachine | AnotherToken => (LoginRefusal::Elsewhere, false),
        AnotherOwner => (LoginRefusal::FileOfAnother, false),
        AnotherRegistry => (LoginRefusal::OtherRegistry, false),
        Deleted | Suspended => (LoginRefusal::NotInService(id.clone()), true),
        EightHours => (LoginRefusal::TooOld, true),
        Idle => (LoginRefusal::Idle, true),
        LoggedOut | LoggedOutEverywhere | RoleLostAndGiven | SuspendedAndResumed => (LoginRefusal::Ended, true),
        OpenFile => (LoginRefusal::FileOpen(0o604), false),
        PasswordChanged | PasswordReset => (LoginRefusal::PasswordChanged(id.clone()), true),
        Planted => (LoginRefusal::Unknown, true),
        RoleLost => (LoginRefusal::RoleLost(id.clone()), true),
    }
}

/// Does it; the moment after it.
async fn happens(registry: &RegistryAt, what: What, (begun, shown): (&Begun, &mut ShownLogin)) -> Timestamp {
    let (writer, by) = (&registry.writer, breaking("setup", NOW));
    let (id, at) = writer.logged_in(shown, NOW).await.map(|(id, _)| (id, NOW.plus(60))).unwrap();
    let own = By::of(id.clone(), at, begun.proof);
    let roles = |give: &[Role], take: &[Role]| RolesChanged {
        give: give.iter().copied().collect(),
        take: take.iter().copied().collect(),
    };
    match what {
        AnotherAccount => {
            shown.keeper.uid += 1;
            shown.file.owner += 1;
        }
        AnotherMachine => shown.keeper.machine = "f".repeat(32),
        AnotherOwner => shown.file.owner += 1,
        AnotherRegistry => shown.registry = "f".repeat(32),
        AnotherToken => *shown.token = "f".repeat(64),
        Deleted => drop(writer.delete_user(&by, &id).await.unwrap()),
        EightHours => {
            // Used all the time.
            for minutes in (0..480).step_by(20) {
                let by =
                    By { application: Some("A-1".into()), ..By::of(id.clone(), NOW.plus(minutes * 60), begun.proof) };
                writer.unlock_user(&by, &id).await.unwrap();
            }
            return NOW.plus(8 * 3_600);
        }
        Idle => return NOW.plus(30 * 60),
        LoggedOut => assert_eq!(writer.log_out(&own, false).await.unwrap(), 1),
        LoggedOutEverywhere => {
            let by = By::of(id.clone(), at, ProofMethod::Console);
            assert_eq!(writer.log_out(&by, true).await.unwrap(), 1);
        }
        OpenFile => shown.file.mode = 0o100_604,
        PasswordChanged => {
            let shown = writer.present_password(&id, PASSWORD, at).await.unwrap();
            let new = NewPassword { hash: hash("風の8丘-と笛太鼓").unwrap() };
            writer.change_password(&shown.by(at), shown.judged_by(), new).await.unwrap();
        }
        PasswordReset => {
            // Even to the very same.
            let same = NewPassword { hash: hash(PASSWORD).unwrap() };
            writer.reset_password(&by, &id, same).await.unwrap();
        }
        Planted => {
            registry.meddle("UPDATE operator_logins SET digest = 'planted'").await;
        }
        RoleLost => drop(writer.change_roles(&by, &id, &roles(&[], &[Role::Auditor])).await.unwrap()),
        RoleLostAndGiven => {
            writer.change_roles(&by, &id, &roles(&[], &[Role::Auditor])).await.unwrap();
            writer.change_roles(&by, &id, &roles(&[Role::Auditor], &[])).await.unwrap();
        }
        Suspended => drop(writer.suspend_user(&by, &id).await.unwrap()),
        SuspendedAndResumed => {
            writer.suspend_user(&by, &id).await.unwrap();
            writer.resume_user(&by, &id).await.unwrap();
        }
    }
    at
}

async fn refusals(registry: &RegistryAt) -> usize {
    let question = "SELECT CAST(count(*) AS TEXT) FROM events WHERE action = 'operator.login_refused'";
    registry.asked(question).await.parse().unwrap()
}

#[tokio::test]
async fn a_login_is_worth_nothing_elsewhere_or_after_what_it_rests_on_and_each_refusal_is_an_event() {
    for registry in registry_at::both().await {
        chosen(&registry, "setup", &Role::ALL).await;
        for (number, what) in ALL.into_iter().enumerate() {
            let id = chosen(&registry, &format!("op.{number}"), &Role::ALL).await;
            let (begun, mut shown) = begun(&registry, &id, NOW).await;
            let before = refusals(&registry).await;
            let at = happens(&registry, what, (&begun, &mut shown)).await;
            let (why, known) = refused(what, &id);
            let expected = Refusal::from(ProofRefusal::from(why.clone()));
            for _ in 0..2 {
                assert_eq!(registry.writer.logged_in(&shown, at).await, Err(expected.clone()), "{what:?}");
            }
            assert_eq!(refusals(&registry).await, before + 1, "{what:?}: one event, however often it is tried");
            let last =
                "SELECT detail FROM events WHERE action = 'operator.login_refused' ORDER BY version DESC LIMIT 1";
            let detail: serde_json::Value = serde_json::from_str(&registry.asked(last).await).unwrap();
            assert_eq!((&detail["why"], &detail["login"]), (&json!(why.as_str()), &json!(begun.login)), "{what:?}");
            // A command that was under way already is asked again by its change.
            let by = By::of(id.clone(), at, begun.proof);
            let done = registry.writer.unlock_user(&by, &id).await;
            if known {
                assert_eq!(done, Err(expected), "{what:?}");
            } else if !why.is_over() {
                assert!(done.is_ok(), "{what:?}: where it was made it goes on: {done:?}");
            }
        }
        let left = refusals(&registry).await;
        let nobodys = ShownLogin {
            registry: registry.writer.ledger().id().await.unwrap(),
            login: 1_000_000,
            token: "0".repeat(64).into(),
            keeper: keeper(),
            file: FileStands { mode: 0o600, owner: UID },
        };
        for login in 0..20 {
            let shown = ShownLogin { login: 1_000_000 + login, ..nobodys.clone() };
            let told = registry.writer.logged_in(&shown, NOW).await;
            assert_eq!(told, Err(ProofRefusal::from(LoginRefusal::Unknown).into()));
        }
        assert_eq!(refusals(&registry).await, left + 5, "of what nobody knows, five a day");
    }
}

#[tokio::test]
async fn a_login_lasts_while_it_is_used_and_being_used_is_no_change() {
    for registry in registry_at::both().await {
        let id = chosen(&registry, "setup", &Role::ALL).await;
        let (begun, shown) = begun(&registry, &id, NOW).await;
        for minutes in [29, 58, 87] {
            let at = NOW.plus(minutes * 60);
            assert_eq!(registry.writer.logged_in(&shown, at).await, Ok((id.clone(), begun.proof)));
            let before = registry.writer.ledger().version().await.unwrap();
            registry.writer.unlock_user(&By::of(id.clone(), at, begun.proof), &id).await.unwrap();
            assert_eq!(registry.writer.ledger().version().await.unwrap(), before + 1);
        }
        assert_eq!(registry.writer.open_logins(&id, NOW.plus(88 * 60)).await, Ok(vec![NOW]));
        let nobodys = registry.asked("SELECT digest FROM operator_logins").await;
        assert!(nobodys.len() == 64 && nobodys != *begun.token, "the registry never has the token");
        // Who began when nobody was an operator yet is nobody from the moment somebody is.
        let founder = By { proof: ProofMethod::Founding, ..breaking("setup", NOW) };
        let refused = Refusal::from(ProofRefusal::NotShown(id.clone()));
        assert_eq!(registry.writer.unlock_user(&founder, &id).await, Err(refused));
        // A login is one person's: another's name with it is nobody.
        let other = chosen(&registry, "b.abe", &Role::ALL).await;
        let done = registry.writer.unlock_user(&By::of(other, NOW.plus(88 * 60), begun.proof), &id).await;
        assert_eq!(done, Err(ProofRefusal::from(LoginRefusal::Unknown).into()));
    }
}

/// A command line without any proof of the fixture's.
fn bare(house: &House, line: &str) -> Told {
    let words: Vec<_> =
        ["--config", "ca/ca.toml", "--login-file", "state/mine"].into_iter().chain(line.split(' ')).collect();
    Told::of(house.unproven(&words).output().unwrap())
}

fn code(told: &Told) -> String {
    told.json()["refused"].as_str().unwrap_or_default().to_owned()
}

/// How the operator of the last event was known.
fn last_proof(house: &House) -> (String, String) {
    let event = house.ask("SELECT operator || ' ' || detail FROM events ORDER BY version DESC LIMIT 1");
    let (operator, detail) = event.split_once(' ').unwrap();
    let detail: serde_json::Value = serde_json::from_str(detail).unwrap();
    (operator.to_owned(), detail["proof"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn an_operator_is_known_by_a_login_or_a_password_and_by_a_name_alone_nobody() {
    for house in House::both() {
        let house = house.furnish();
        assert_eq!(last_proof(&house), ("setup".to_owned(), "founding".to_owned()));
        let add = "user add --office 1272200001 --name 職員 --profession 行政 --application A-9 --id";
        house.done(&format!("{add} setup {EVERY_ROLE}"));
        house.done(&format!("{add} b.abe {EVERY_ROLE}"));
        assert_eq!(last_proof(&house), ("setup".to_owned(), "password_file".to_owned()));

        const ACT: &str = "--json --yes user unlock k.sato";
        let alone = bare(&house, &format!("--operator setup {ACT}"));
        assert_eq!((alone.code, code(&alone).as_str()), (1, "not_shown"), "{alone:?}");
        assert!(alone.err.contains("ca-tools login"), "{alone:?}");
        let nobody = bare(&house, ACT);
        assert!(nobody.code == 2 && nobody.err.contains("ca-tools login"), "{nobody:?}");
        let looks = bare(&house, "--operator setup --json user list");
        assert_eq!(
            (looks.code, code(&looks).as_str()),
            (1, "not_shown"),
            "who looks at people is asked, too: {looks:?}"
        );

        let file = house.proof_of("setup").unwrap();
        let begun = bare(&house, &format!("--operator setup --password-file {file} --json login"));
        assert_eq!(begun.code, 0, "{begun:?}");
        assert_eq!(last_proof(&house), ("setup".to_owned(), "login".to_owned()));
        assert_eq!(bare(&house, ACT).code, 0, "{begun:?}");
        assert_eq!(last_proof(&house), ("setup".to_owned(), "login".to_owned()));
        assert_eq!(bare(&house, "--json user list").code, 0);
        assert_eq!(house.done("user show setup")["logins"].as_array().unwrap().len(), 1);
        let other = bare(&house, &format!("--operator b.abe {ACT}"));
        assert_eq!(code(&other), "other_operator", "{other:?}");
        assert!(other.err.contains("setup") && other.err.contains("b.abe"), "{other:?}");

        assert!(house.proof_of("b.abe").is_some());
        house.secret("wrong", "ちがう9空-と海鳴り\n");
        for tries in 0..6 {
            let told = bare(&house, &format!("--operator b.abe --password-file wrong {ACT}"));
            assert_eq!(code(&told), if tries < 5 { "wrong_password" } else { "locked" }, "{told:?}");
        }

        let out = bare(&house, "--json logout");
        assert_eq!((out.code, &out.json()["ended"]), (0, &json!(1)), "{out:?}");
        assert_eq!(last_proof(&house), ("setup".to_owned(), "login".to_owned()));
        assert!(!house.folder.join("state/mine").exists());
        assert_eq!(code(&bare(&house, &format!("--operator setup {ACT}"))), "not_shown");
        assert_eq!(house.done("audit verify")["sound"], json!(true));
    }
}

#[test]
fn the_file_of_a_login_is_its_owner_s_alone_and_one_that_was_open_is_over() {
    use std::os::unix::fs::PermissionsExt;
    let house = House::furnished();
    house.done(&format!(
        "user add --office 1272200001 --name 職員 --profession 行政 --application A-9 --id setup {EVERY_ROLE}"
    ));
    let file = house.proof_of("setup").unwrap();
    let login = format!("--operator setup --password-file {file} --json login");
    assert_eq!(bare(&house, &login).code, 0);
    let path = house.folder.join("state/mine");
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o7777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    const ACT: &str = "--json --yes user unlock k.sato";
    let open = bare(&house, ACT);
    assert!(open.code == 1 && code(&open) == "login_over" && open.err.contains("0640"), "{open:?}");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(code(&bare(&house, ACT)), "login_over", "whoever copied it has nothing");
    assert_eq!(bare(&house, &login).code, 0);
    assert_eq!(bare(&house, ACT).code, 0);
    // Half a day later nobody is logged in.
    let line = ["--config", "ca/ca.toml", "--login-file", "state/mine", "--json", "--yes", "user", "unlock", "k.sato"];
    assert_eq!(code(&house.run_later(1, &line)), "login_over");
    std::fs::write(&path, "{}").unwrap();
    assert_eq!(code(&bare(&house, ACT)), "login_file");
}
