//! 緊急用電子証明書: 72 hours, by two operators, for a reason; counted, and never a way around an approval.

use ca_tools::acts::NewPassword;
use ca_tools::refusal::{EmergencyRefusal, ProofRefusal, Refusal};
use ca_tools::rows::Intent;
use certs::Validity;
use registry::change::Disagreement;
use registry::{LoginId, Ownership, Role};
use serde_json::{Value as Json, json};

use crate::fixtures::house::{House, Told};
use crate::fixtures::registry_at::{NOW, both, by, form, intent, operator, password, signed, with};
use crate::people::passwords::EVERY_ROLE;

const SECOND: &str = "雨の7川-と舟歌";

/// A house with operators: `setup` (everything), `b.abe` (approver) and `c.ueda` (clerk), who chose
/// their passwords.
fn with_operators(house: House) -> House {
    let house = house.furnish();
    let add = |id: &str, roles: &str| {
        house.done(&format!(
            "user add --office 1272200001 --name 職員 --profession 行政 --id {id} {roles} --application A-9"
        ))
    };
    add("setup", EVERY_ROLE);
    add("b.abe", "--role ra_approver");
    add("c.ueda", "--role ra_clerk");
    for file in ["own", "second"] {
        house.secret(file, &format!("{SECOND}\n"));
    }
    for id in ["setup", "b.abe", "c.ueda"] {
        house.chooses(id, SECOND);
    }
    house
}

fn line(what: &str, second: &str, out: &str) -> String {
    format!(
        "cert emergency {what} --second {second} --password-file own --second-password-file second --why 端末の故障、訪問中 --format pem --out {out}"
    )
}

fn refused(told: &Told, code: &str) {
    assert_eq!((told.code, &told.json()["refused"]), (1, &json!(code)), "{told:?}");
}

fn apply(house: &House) -> String {
    let line = "device apply --office 1272200001 --label 代替機 --os ios --ownership office --application A-4";
    house.done(line)["device"].as_str().unwrap().to_owned()
}

/// Seconds from the certificate's beginning to its end, as openssl reads them.
fn lasts(house: &House, file: &str) -> i64 {
    let date = |which: &str| {
        let said = house.program("openssl", &format!("x509 -in {file} -noout -{which} -dateopt iso_8601"));
        let said = said.trim().split_once('=').unwrap().1.replace(' ', "T");
        time::OffsetDateTime::parse(&said, &time::format_description::well_known::Rfc3339).unwrap().unix_timestamp()
    };
    date("enddate") - date("startdate")
}

#[test]
fn a_device_that_nobody_approved_yet_is_let_in_for_72_hours_by_two_operators_and_for_nothing_else() {
    for house in House::both() {
        let house = with_operators(house);
        let device = apply(&house);
        let done = house.done(&line(&format!("--device {device}"), "b.abe", "e.pem"));
        assert_eq!((&done["emergency"], &done["second"]), (&json!(true), &json!("b.abe")));
        // Backdated by an hour, as every certificate is.
        assert_eq!(lasts(&house, "e.pem"), 72 * 3_600 + 3_600);
        let shown = house.done(&format!("device show {device}"));
        assert_eq!((&shown["stage"], &shown["approved_by"]), (&json!("approved"), &json!("setup b.abe")));
        assert_eq!(shown["approved_until"], done["not_after"]);

        let listed = house.done("cert list --emergency");
        assert_eq!(listed.as_array().unwrap().len(), 1);
        let listed = &listed[0];
        assert_eq!((&listed["serial"], &listed["device"]), (&done["serial"], &json!(device)));
        assert_eq!((&listed["first"], &listed["second"]), (&json!("setup"), &json!("b.abe")));
        assert_eq!(listed["why"], "端末の故障、訪問中");
        assert_eq!(house.done("office show 1272200001")["emergencies"], json!(1));

        refused(&house.tell(&line(&format!("--device {device}"), "b.abe", "f.pem")), "emergency_running");
        for way in [
            format!("cert renew --device {device} --format pem --out r.pem"),
            format!("cert reissue DEV-000001 --to {device} --application A-7 --format pem --out r.pem --why 故障"),
        ] {
            refused(&house.tell(&way), "emergency_only");
        }
        let told = house.tell(&format!("device approve {device}"));
        assert!(told.code == 1 && told.err.contains("端末は安全性の検査に合格していません。"), "{told:?}");
        house.done(&format!("device inspect {device} --result pass"));
        let told = house.tell_as("b.abe", &format!("device approve {device}"));
        assert_eq!(told.code, 0, "{told:?}");
        let told = house.tell(&format!("cert renew --device {device} --format pem --out r.pem --why 続けて使う"));
        refused(&told, "emergency_not_renewed");
        assert!(told.err.contains("取得申請・検査・承認のあと"), "{told:?}");
        house.done(&format!("cert issue --device {device} --format pem --out r.pem"));
        assert_eq!(house.done(&format!("device show {device}"))["approved_until"], json!(null));
        assert_eq!(house.done("doctor")["sound"], json!(true));
        assert_eq!(house.done("audit verify")["sound"], json!(true));
    }
}

#[test]
fn a_new_device_of_a_registered_office_is_named_by_label_and_system() {
    let house = with_operators(House::new());
    house.done("office register 1272200002 --name みどり薬局 --application A-4");
    let new = "--office 1272200002 --label 代替機 --os android";
    let done = house.done(&line(new, "b.abe", "e.pem"));
    let shown = house.done(&format!("device show {}", done["device"].as_str().unwrap()));
    assert_eq!((&shown["label"], &shown["application"]), (&json!("代替機"), &json!("emergency")));
    house.done("office suspend 1272200002");
    let before = house.done("device list");
    let told = house.tell(&line(new, "b.abe", "f.pem"));
    assert!(told.code == 1 && told.err.contains("事業所は一時停止中です。"), "{told:?}");
    assert_eq!(house.done("device list"), before);
    house.done("office resume 1272200002");
    for (line, words) in [
        (line("--office 1272200001 --label 代替機", "b.abe", "f.pem"), "--os"),
        (line("", "b.abe", "f.pem"), "--device"),
        (line("--device DEV-000001 --office 1272200001 --label x --os ios", "b.abe", "f.pem"), "--device"),
    ] {
        let told = house.tell(&line);
        assert!(told.code == 2 && told.err.contains(words), "{line}: {told:?}");
    }
}

#[test]
fn no_second_operator_no_emergency() {
    for house in House::both() {
        let house = with_operators(house);
        let device = apply(&house);
        let on = format!("--device {device}");
        house.done("user add --office 1272200001 --name 職員 --profession 行政 --id d.endo --role ra_approver --application A-9 --break-glass --why 試験");
        house.done(
            "user add --office 1272200001 --name 職員 --profession 行政 --id e.kano --role auditor --application A-9",
        );
        house.done("user add --office 1272200001 --name 職員 --profession 行政 --id f.goto --role ra_approver --application A-9 --break-glass --why 試験");
        house.chooses("f.goto", SECOND);
        house.done("user suspend f.goto --break-glass --why 試験");
        for (second, words) in [
            ("setup", "操作する職員と同じです。"),
            ("d.endo", "初期パスワードのままです。"),
            ("e.kano", "受付・承認の役割を持つ、利用中の職員ではありません。"),
            ("f.goto", "受付・承認の役割を持つ、利用中の職員ではありません。"),
            ("k.sato", "受付・承認の役割を持つ、利用中の職員ではありません。"),
        ] {
            let told = house.tell(&line(&on, second, "e.pem"));
            refused(&told, "second_operator");
            assert!(told.err.contains(words), "{second}: {told:?}");
        }
        refused(&house.tell(&line(&on, "z.none", "e.pem")), "unknown");
        let as_clerk = ["--config", "ca/ca.toml", "--operator", "c.ueda", "--json", "--yes"];
        let words = line(&on, "c.ueda", "e.pem");
        let told = house.run(&[&as_clerk[..], &words.split(' ').collect::<Vec<_>>()].concat());
        refused(&told, "second_operator");
        house.done(
            "user add --office 1272200001 --name 職員 --profession 行政 --id g.hara --role ra_clerk --application A-9",
        );
        house.chooses("g.hara", SECOND);
        let words = line(&on, "g.hara", "e.pem");
        let told = house.run(&[&as_clerk[..], &words.split(' ').collect::<Vec<_>>()].concat());
        assert!(told.err.contains("2人のうち1人は承認の役割（ra_approver）が必要です。"), "{told:?}");
        // A clerk with an approver beside them.
        let words = line(&on, "b.abe", "e.pem");
        let told = house.run(&[&as_clerk[..], &words.split(' ').collect::<Vec<_>>()].concat());
        assert_eq!(told.code, 0, "{told:?}");
    }
}

#[test]
fn a_wrong_password_of_the_second_operator_is_kept_and_changes_nothing_else() {
    for house in House::both() {
        let house = with_operators(house);
        house.secret("second", "別のパスワード-1\n");
        let before = events(&house);
        let new = "--office 1272200001 --label 代替機 --os android";
        for tried in 1..=5 {
            refused(&house.tell(&line(new, "b.abe", "e.pem")), "wrong_password");
            assert_eq!(events(&house), before + tried);
        }
        house.secret("second", &format!("{SECOND}\n"));
        refused(&house.tell(&line(new, "b.abe", "e.pem")), "locked");
        assert_eq!(events(&house), before + 5, "an event for what was not tried");
        assert_eq!(house.done("device list").as_array().unwrap().len(), 1);
        assert_eq!(house.done("cert list"), json!([]));
        assert!(!house.files().contains(&"e.pem.key".to_owned()));
        assert_eq!(house.done("audit verify")["sound"], json!(true));
    }
}

#[test]
fn a_name_on_the_command_line_makes_nobody_the_first_of_the_two() {
    for house in House::both() {
        let house = with_operators(house);
        let new = "--office 1272200001 --label 代替機 --os android";
        // An approver alone, who names the clerk as the one who acts.
        house.secret("own", "別のパスワード-1\n");
        let before = events(&house);
        refused(&house.tell_as("c.ueda", &line(new, "b.abe", "e.pem")), "wrong_password");
        assert_eq!(events(&house), before + 1, "it is kept");
        let without = line(new, "b.abe", "e.pem").replace("--password-file own ", "");
        refused(&bare(&house, &without), "not_shown");
        assert_eq!(bare(&house, "login --password-file second --login-file login").code, 0);
        let told = bare(&house, &format!("{without} --login-file login"));
        assert!(told.code == 2 && told.err.contains("--password-file"), "a login is not enough: {told:?}");
        // A clerk alone, who handed the approver a password.
        house.secret("own", &format!("{SECOND}\n"));
        let told = house.tell_as("c.ueda", "user reset-password b.abe");
        refused(&told, "outranked");
        assert!(told.err.contains("c.ueda に足りない役割：ra_approver"), "{told:?}");
        house.done("user reset-password c.ueda");
        let told = bare(&house, &line(new, "b.abe", "e.pem"));
        refused(&told, "initial_password");
        assert!(told.err.contains("c.ueda：初期パスワードのままです。"), "{told:?}");
        assert_eq!(house.done("cert list"), json!([]));
    }
}

/// As the clerk, with no proof but what stands in the line.
fn bare(house: &House, line: &str) -> Told {
    let before = ["--config", "ca/ca.toml", "--operator", "c.ueda", "--json", "--yes"];
    let words: Vec<_> = before.into_iter().chain(line.split_whitespace()).collect();
    Told::of(house.unproven(&words).output().unwrap())
}

fn events(house: &House) -> u64 {
    house.done("audit verify")["events"].as_u64().unwrap()
}

#[test]
fn a_device_that_was_stopped_lost_turned_down_or_given_one_has_no_emergency() {
    let house = with_operators(House::new());
    let try_for = |device: &str| house.tell(&line(&format!("--device {device}"), "b.abe", "e.pem"));
    house.done("device suspend DEV-000001");
    let told = try_for("DEV-000001");
    assert!(told.err.contains("端末は一時停止中です。"), "{told:?}");
    house.done("device resume DEV-000001");
    house.done("device report-lost DEV-000001 --why 置き忘れ");
    let told = try_for("DEV-000001");
    assert!(told.err.contains("端末は一時停止中です。"), "{told:?}");
    let rejected = apply(&house);
    house.done(&format!("device reject {rejected}"));
    let told = try_for(&rejected);
    assert!(told.err.contains("端末は「却下」で、元に戻せません。"), "{told:?}");
    let used = house.device();
    house.done(&format!("cert issue --device {used} --format pem --out d.pem"));
    refused(&try_for(&used), "has_certificate");
    let free = house.device();
    let no_why = format!(
        "cert emergency --device {free} --second b.abe --password-file own --second-password-file second --format pem --out e.pem"
    );
    refused(&house.tell(&no_why), "no_why");
    refused(&house.tell(&format!("{} --days 4", line(&format!("--device {free}"), "b.abe", "e.pem"))), "malformed");
    assert_eq!(house.done("cert list --emergency"), json!([]));
    house.done(&format!("{} --days 1", line(&format!("--device {free}"), "b.abe", "e.pem")));
    assert_eq!(lasts(&house, "e.pem"), 24 * 3_600 + 3_600);
}

#[test]
fn when_it_is_over_the_doctor_tells_of_the_device_that_nobody_approved() {
    let house = with_operators(House::new());
    let device = apply(&house);
    house.done(&line(&format!("--device {device}"), "b.abe", "e.pem"));
    let codes = |examined: &Json| {
        let findings = examined["findings"].as_array().unwrap().clone();
        findings.iter().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(!codes(&house.done("doctor")).contains(&"emergency_over".to_owned()));
    let later = house.later(4, "doctor").json();
    assert_eq!(later["sound"], json!(true));
    assert!(codes(&later).contains(&"emergency_over".to_owned()), "{later}");
    let again = house.later(4, &line(&format!("--device {device}"), "b.abe", "f.pem"));
    assert_eq!(again.code, 0, "an emergency that is over stands in the way of none: {again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agreement_is_for_72_hours_and_only_while_the_two_may_still_agree() {
    for registry in both().await {
        let writer = &registry.writer;
        let chosen = || NewPassword { hash: ca_tools::password::hash(SECOND).unwrap() };
        let first = operator("a.ito");
        writer.add_user(&by(), with("a.ito", &Role::ALL), password()).await.unwrap();
        writer.add_user(&first, with("b.abe", &[Role::RaApprover]), password()).await.unwrap();
        let choose = async |id: &str| {
            let present = writer.ledger().password_surroundings(&id.parse().unwrap()).await.unwrap().hashes[0].clone();
            writer.change_password(&operator(id), &present, chosen()).await.unwrap();
        };
        for id in ["a.ito", "b.abe"] {
            choose(id).await;
        }
        let abe: LoginId = "b.abe".parse().unwrap();
        let device = writer.apply_device(&first, form(Ownership::Office, &[])).await.unwrap();
        let lasting = |seconds: i64| Intent {
            validity: Validity { not_before: NOW, not_after: NOW.plus(seconds) },
            ..intent(device, 1)
        };
        const LONGEST: i64 = 72 * 3_600;
        let agree = async || {
            let one = writer.prove(&first, &first.operator, (SECOND, "")).await.unwrap();
            let other = writer.prove(&first, &abe, (SECOND, "")).await.unwrap();
            writer.consent(&first, one, other).await.unwrap()
        };
        let consent = agree().await;
        let refused = writer.intend_emergency(&first, &lasting(LONGEST + 1), &consent).await.unwrap_err();
        assert!(matches!(refused, Refusal::Emergency(EmergencyRefusal::TooLong)), "{refused:?}");

        // Two who are shown to be two others than who acts.
        let one = writer.prove(&first, &abe, (SECOND, "")).await.unwrap();
        let other = writer.prove(&first, &abe, (SECOND, "")).await.unwrap();
        let refused = writer.consent(&first, one, other).await.unwrap_err();
        assert!(matches!(refused, Refusal::Proof(ProofRefusal::NoOperator(_))), "{refused:?}");

        // The password was changed, or the operator stopped, between the agreement and the certificate.
        for id in ["b.abe", "a.ito"] {
            let consent = agree().await;
            choose(id).await;
            let refused = writer.intend_emergency(&first, &lasting(LONGEST), &consent).await.unwrap_err();
            assert!(matches!(&refused, Refusal::Proof(ProofRefusal::WrongPassword(_))), "{id}: {refused:?}");
        }
        let consent = agree().await;
        let _ = writer.intend_emergency(&first, &lasting(LONGEST), &consent).await.unwrap();
        writer.suspend_user(&crate::proposals::breaking("a.ito", NOW), &abe).await.unwrap();
        let refused =
            writer.record_emergency(&first, (device, &signed(&lasting(LONGEST))), &consent).await.unwrap_err();
        assert!(
            matches!(&refused, Refusal::Emergency(EmergencyRefusal::Disagree(who, Disagreement::SecondIsNone)) if *who == abe),
            "{refused:?}"
        );
        assert_eq!(writer.ledger().device(device).await.unwrap()["stage"], "applied");
        assert_eq!(writer.ledger().emergencies().await.unwrap(), []);
    }
}
