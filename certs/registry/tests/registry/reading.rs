//! A reader sees what was written, all of it and nothing else.

use std::collections::HashSet;

use certs::{DeviceNo, Fingerprint, Timestamp};
use registry::reader::{ReadRefusal, Reader, Source};
use registry::{CertificateState, DeviceStage, DevicesByState, LoginId, OfficeState, Role, Snapshot, SystemUserState};

use crate::written::{Folder, Written, certificate, device, fingerprint, office, serial, user};

const OFFICE: &str = "1272201234";

async fn whole(written: &Written) -> Result<Snapshot, ReadRefusal> {
    let source: Source = written.url.parse().unwrap();
    let mut reader = Reader::open(&source).await?;
    Ok(reader.whole(0).await?.0)
}

fn no(number: u32) -> DeviceNo {
    DeviceNo::new(number).unwrap()
}

fn state(snapshot: &Snapshot, digit: char) -> Option<CertificateState> {
    let fingerprint: Fingerprint = fingerprint(digit).parse().unwrap();
    snapshot.certificate(&fingerprint).map(|certificate| certificate.state)
}

fn people(ids: &[&str]) -> HashSet<LoginId> {
    ids.iter().map(|id| id.parse().unwrap()).collect()
}

async fn filled(written: &Written) {
    let everything = [
        office(OFFICE),
        office("127220A234"),
        user("k.sato", OFFICE),
        user("m.ito", OFFICE),
        "UPDATE system_users SET roles = 'ra_clerk auditor' WHERE login_id = 'm.ito';".to_owned(),
        device(1, OFFICE),
        device(2, "127220A234"),
        device(3, OFFICE),
        "UPDATE devices SET suspended = 1 WHERE device = 3; INSERT INTO device_users VALUES (2, 'k.sato', 'listed', :v);"
            .to_owned(),
        "INSERT INTO device_users VALUES (3, 'k.sato', 'removed', :v);".to_owned(),
        ('0'..='5').map(|digit| certificate(digit, 1)).collect(),
        format!(
            "UPDATE certificates SET state = 'superseded', superseded_from = 1750000000, successor = '{}' \
             WHERE serial = '{}';",
            serial('2'),
            serial('1')
        ),
        format!("UPDATE certificates SET state = 'revoked', revoked_at = 1 WHERE serial = '{}';", serial('3')),
        format!("UPDATE certificates SET state = 'intended', fingerprint = NULL WHERE serial = '{}';", serial('4')),
        "INSERT INTO rooms VALUES ('r-1', '部屋', 'open', :v); INSERT INTO rooms VALUES ('r-2', '部屋', 'closed', :v);"
            .to_owned(),
        "INSERT INTO invitations VALUES ('r-1', 'k.sato', 'invited', :v);".to_owned(),
        "INSERT INTO invitations VALUES ('r-1', 'm.ito', 'removed', :v);".to_owned(),
        "INSERT INTO trainings VALUES (2025, 0, '', :v); INSERT INTO trainings VALUES (2026, 0, '', :v);".to_owned(),
        "INSERT INTO attendances VALUES (2026, 'k.sato', 'attended', 0, :v);".to_owned(),
        "INSERT INTO attendances VALUES (2025, 'k.sato', 'attended', 0, :v);".to_owned(),
        "INSERT INTO attendances VALUES (2026, 'm.ito', 'removed', 0, :v);".to_owned(),
    ];
    written.change(&everything.concat()).await;
}

#[tokio::test]
async fn a_reader_sees_what_was_written() {
    for written in Written::both("one").await {
        filled(&written).await;
        let snapshot = whole(&written).await.unwrap();
        assert_eq!((snapshot.registry_id(), snapshot.version()), ("one", 1));
        assert_eq!(snapshot.office(OFFICE).unwrap().state, OfficeState::Registered);
        assert_eq!(&*snapshot.office("127220A234").unwrap().name, "かしわ訪問看護");
        let ito = snapshot.system_user("m.ito").unwrap();
        assert_eq!(ito.roles, [Role::RaClerk, Role::Auditor]);
        assert_eq!((ito.state, ito.password.initial), (SystemUserState::Active, false));
        let trained = |id: &str| snapshot.system_user(id).unwrap().trained.clone();
        assert_eq!((trained("k.sato"), trained("m.ito")), (vec![2025, 2026], vec![]));
        let first = snapshot.device(no(1)).unwrap();
        assert_eq!((first.stage, first.suspended, first.users), (DeviceStage::Approved, false, None));
        assert_eq!(first.approved_until, Some(Timestamp::from_unix(1_900_000_000)));
        let second = snapshot.device(no(2)).unwrap();
        assert_eq!((second.office.as_str(), &*second.users.unwrap()), ("127220A234", &people(&["k.sato"])));
        let third = snapshot.device(no(3)).unwrap();
        assert_eq!((third.suspended, &*third.users.unwrap()), (true, &people(&[])));
        assert_eq!(
            snapshot.devices_by_state(),
            DevicesByState { approved: 2, suspended: 1, ..DevicesByState::default() }
        );
        assert_eq!(state(&snapshot, '0'), Some(CertificateState::Issued));
        assert_eq!(
            state(&snapshot, '1'),
            Some(CertificateState::Superseded {
                since: Timestamp::from_unix(1_750_000_000),
                successor_not_after: Some(Timestamp::from_unix(1_800_000_000))
            })
        );
        assert_eq!(state(&snapshot, '3'), Some(CertificateState::Revoked));
        assert_eq!((state(&snapshot, '4'), state(&snapshot, '9')), (None, None));
        assert_eq!(snapshot.room("r-1").unwrap().members, people(&["k.sato"]));
        assert!(!snapshot.room("r-2").unwrap().open);
    }
}

#[tokio::test]
async fn what_is_read_change_by_change_is_what_is_read_at_once() {
    for written in Written::both("one").await {
        filled(&written).await;
        let source: Source = written.url.parse().unwrap();
        let mut reader = Reader::open(&source).await.unwrap();
        let mut followed = reader.whole(0).await.unwrap().0;
        for change in [
            "UPDATE offices SET state = 'suspended', version = :v WHERE office = '1272201234'".to_owned(),
            "UPDATE system_users SET state = 'deleted', version = :v WHERE login_id = 'm.ito'".to_owned(),
            "UPDATE devices SET stage = 'retired', version = :v WHERE device = 1".to_owned(),
            "UPDATE device_users SET state = 'removed', version = :v WHERE device = 2".to_owned(),
            "INSERT INTO device_users VALUES (2, 'm.ito', 'listed', :v)".to_owned(),
            format!(
                "UPDATE certificates SET state = 'superseded', superseded_from = 5, successor = '{}', version = :v \
                 WHERE serial = '{}'",
                serial('2'),
                serial('5')
            ),
            format!("UPDATE certificates SET state = 'revoked', version = :v WHERE serial = '{}'", serial('1')),
            certificate('a', 3),
            "UPDATE invitations SET state = 'removed', version = :v WHERE login_id = 'k.sato'".to_owned(),
            "UPDATE rooms SET state = 'closed', version = :v WHERE room = 'r-1'".to_owned(),
            "UPDATE attendances SET state = 'attended', version = :v WHERE login_id = 'm.ito'".to_owned(),
            "UPDATE attendances SET state = 'removed', version = :v WHERE login_id = 'k.sato' AND year = 2025"
                .to_owned(),
        ] {
            written.change(&change).await;
            let (changes, standing) = reader.changes_since(followed.version()).await.unwrap();
            assert_eq!((standing.version, standing.mark.is_some()), (changes.version, true));
            followed = followed.apply(&changes);
            let once = whole(&written).await.unwrap();
            assert_eq!(followed.version(), once.version());
            assert_eq!(followed.office(OFFICE), once.office(OFFICE));
            for person in ["k.sato", "m.ito"] {
                assert_eq!(followed.system_user(person), once.system_user(person), "{change}");
            }
            for number in 1..=3 {
                assert_eq!(followed.device(no(number)), once.device(no(number)), "{change}");
            }
            for digit in "012345a".chars() {
                assert_eq!(state(&followed, digit), state(&once, digit), "{change}");
            }
            assert_eq!(followed.room("r-1"), once.room("r-1"), "{change}");
            assert_eq!(followed.devices_by_state(), once.devices_by_state());
        }
        assert_eq!(reader.changes_since(followed.version()).await.unwrap().0.devices, []);
    }
}

#[tokio::test]
async fn a_row_nobody_can_read_is_refused_by_table_key_and_field() {
    for written in Written::both("one").await {
        filled(&written).await;
        for (spoil, mend, told) in [
            (
                "UPDATE certificates SET fingerprint = 'xyz' WHERE serial LIKE '4000%'",
                format!("UPDATE certificates SET fingerprint = '{}' WHERE fingerprint = 'xyz'", fingerprint('0')),
                "table certificates, device 1, fingerprint xyz, field fingerprint: \"xyz\": \
                 a fingerprint is 64 lower-case hex digits",
            ),
            (
                "UPDATE devices SET approved_until = 5000000000 WHERE device = 2",
                "UPDATE devices SET approved_until = NULL WHERE device = 2".to_owned(),
                "table devices, device 2, field approved_until: \"5000000000\": is a time before 1970 or after 2106",
            ),
            (
                "UPDATE system_users SET roles = 'king' WHERE login_id = 'm.ito'",
                "UPDATE system_users SET roles = '' WHERE login_id = 'm.ito'".to_owned(),
                "table system_users, login_id m.ito, field roles: \"king\": \
                 a role is ra_clerk, ra_approver, auditor, ca_custodian or ops",
            ),
            (
                "INSERT INTO rooms VALUES ('r/3', 'x', 'open', 1)",
                "DELETE FROM rooms WHERE room = 'r/3'".to_owned(),
                "table rooms, room r/3, field room: \"r/3\": \
                 a room reference is 1 to 64 letters, digits, hyphens or underscores",
            ),
            (
                "INSERT INTO devices (device, office, label, os, ownership, stage, suspended, inspected_at, inspected_by, \
                 checklist, approved_at, approved_by, approved_until, application, version) SELECT 0, office, label, os, ownership, stage, suspended, 1, 'i', checklist, 1, \
                 'a', 1, application, version FROM devices WHERE device = 1",
                "DELETE FROM devices WHERE device = 0".to_owned(),
                "table devices, device 0, field device: \"0\": device numbers run from DEV-000001 to DEV-99999999",
            ),
        ] {
            written.run(spoil).await;
            let refusal = whole(&written).await.unwrap_err();
            assert_eq!(refusal.to_string(), format!("unreadable row: {told}"));
            written.run(&mend).await;
            whole(&written).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_row_that_no_page_shows_is_missed() {
    let written = Written::file(&Folder::new(), "one").await;
    filled(&written).await;
    // Beyond the last key at which a page can end.
    written.run(&format!("UPDATE certificates SET serial = 'zz' WHERE serial = '{}'", serial('0'))).await;
    let missed = ReadRefusal::Incomplete { table: "certificates", read: 5, there: 6 };
    assert_eq!(whole(&written).await.unwrap_err(), missed);
}

#[tokio::test]
async fn a_large_registry_is_read_over_several_connections_to_the_last_row() {
    for written in Written::both("one").await {
        let numbers = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 30000)";
        let hex = "CAST(4 + n % 4 AS TEXT) || CAST(n % 10 AS TEXT) || substr('000000' || CAST(n AS TEXT), length(CAST(n AS TEXT)) + 1)";
        written.change(&office(OFFICE)).await;
        written
            .change(&format!(
                "INSERT INTO devices (device, office, label, os, ownership, stage, suspended, inspected_at, inspected_by, \
                 checklist, approved_at, approved_by, approved_until, application, version) {numbers} SELECT n, '{OFFICE}', 'x', 'ios', 'byod', 'approved', 0, 1, 'i', '{{}}', 1, \
                 'a', 1900000000, 'A-1', :v FROM n; \
                 INSERT INTO certificates {numbers} SELECT {hex}, n, \
                 substr('{zeros}' || CAST(n AS TEXT), length(CAST(n AS TEXT)) + 1), 'issued', 1, 1800000000, \
                 NULL, NULL, NULL, NULL, 'hwk', 'csr', 'i', 't', 'PEM', NULL, :v FROM n",
                zeros = "0".repeat(64)
            ))
            .await;
        let snapshot = whole(&written).await.unwrap();
        assert_eq!(snapshot.devices_by_state().approved, 30_000);
        for number in 1..=30_000 {
            let fingerprint: Fingerprint = format!("{number:064}").parse().unwrap();
            assert_eq!(snapshot.certificate(&fingerprint).unwrap().device, no(number));
        }
    }
}
