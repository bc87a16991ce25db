//! Whatever dies, fills up or is meddled with: the house stays sound, or the doctor says what is not.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use crate::fixtures::house::{House, Told};

fn codes(examined: &Json) -> Vec<&str> {
    examined["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

#[test]
fn an_intent_left_behind_is_told_and_closed_by_the_doctor() {
    for house in House::both() {
        let house = house.furnish();
        house.done("cert issue --device DEV-000001 --format pem --out d.pem");
        house.meddle("UPDATE certificates SET state = 'intended', fingerprint = NULL, certificate = NULL");
        house.done("journal start --why 試験");
        let examined = house.done("doctor");
        assert_eq!((&examined["sound"], codes(&examined)[0]), (&json!(true), "intent_left_behind"));
        let mended = house.done("doctor --mend");
        assert_eq!(mended["closed"].as_array().unwrap().len(), 1);
        assert!(!codes(&mended).contains(&"intent_left_behind"), "{mended}");
        assert_eq!(house.done("cert list")[0]["state"], "revoked");
        house.done("cert issue --device DEV-000001 --format pem --out e.pem");
    }
}

#[test]
fn the_doctor_names_what_somebody_else_wrote() {
    let table = [
        ("UPDATE certificates SET fingerprint = NULL", "issued_without_certificate"),
        ("UPDATE certificates SET not_after = not_after + 86400", "certificate_disagrees"),
        ("UPDATE certificates SET issuer = 'x'", "certificate_disagrees"),
        ("UPDATE certificates SET state = 'revoked'", "end_without_time"),
        ("UPDATE devices SET stage = 'retired'", "certificate_of_retired_device"),
        ("UPDATE devices SET approved_by = NULL", "approved_without_approval"),
        ("UPDATE devices SET version = 999", "row_from_nowhere"),
        ("UPDATE events SET why = 'because' WHERE version = 2", "chain_broken"),
        ("DELETE FROM events WHERE version = 3", "chain_broken"),
        ("UPDATE system_users SET state = 'deleted'", "deleted_user_invited"),
    ];
    for house in House::both() {
        let house = house.furnish();
        house.done("cert issue --device DEV-000001 --format pem --out d.pem");
        house.done("room open --name 山田様 --room R1");
        house.done("room invite R1 k.sato");
        house.done("backup --out whole");
        for (sql, code) in table {
            house.meddle(sql);
            let told = house.tell("doctor");
            assert_eq!(told.code, 1, "{sql}: {told:?}");
            assert!(codes(&told.json()).contains(&code), "{sql}: {told:?}");
            house.put_back("whole");
        }
        assert_eq!(house.done("doctor")["sound"], json!(true));
    }
}

#[test]
fn the_doctor_looks_at_the_ca_s_files() {
    use std::os::unix::fs::PermissionsExt;
    let house = House::furnished();
    let other = House::new();
    // That nobody speaks for its office has nothing to do with files.
    assert_eq!(codes(&house.done("doctor")), ["office_without_contact", "root_key_here"]);
    std::fs::remove_dir_all(house.folder.join("ca/root")).unwrap();
    assert_eq!(codes(&house.done("doctor")), ["office_without_contact"]);
    let path = |name: &str| house.folder.join(name);
    let broken: [(&str, &dyn Fn()); 5] = [
        ("secret_unusable", &|| {
            std::fs::set_permissions(path("ca/issuing.key"), std::fs::Permissions::from_mode(0o640)).unwrap();
        }),
        ("secret_unusable", &|| std::fs::remove_file(path("ca/signing.key")).unwrap()),
        ("crl_unreadable", &|| std::fs::write(path("ca/issuing.crl"), "no list").unwrap()),
        ("ca_of_another_house", &|| {
            std::fs::copy(other.folder.join("ca/issuing.pem"), path("ca/issuing.pem")).unwrap();
        }),
        ("ca_unreadable", &|| std::fs::write(path("ca/root.pem"), "no certificate").unwrap()),
    ];
    for (code, breaking) in broken {
        breaking();
        let told = house.tell("doctor");
        assert_eq!(told.code, 1, "{told:?}");
        assert!(codes(&told.json()).contains(&code), "{code}: {told:?}");
    }
}

#[test]
fn what_was_saved_on_one_database_is_put_back_on_the_other() {
    let [sqlite, postgres] = House::both();
    for (from, to) in [(&sqlite, &postgres), (&postgres, &sqlite)] {
        let from = from.alike().furnish();
        from.done("cert issue --device DEV-000001 --format pem --out d.pem");
        from.done("example devices --office 1272200001 --count 3 --application A-9");
        let saved = from.done("backup --out whole");
        assert!(saved["rows"].as_u64().unwrap() > 10);
        let to = to.alike();
        to.take_over(&from);
        let refused = to.tell("restore whole --why 試験");
        assert!(refused.code == 1 && refused.err.contains("台帳がすでにあります"), "{refused:?}");
        to.forget();
        let restored = to.done("restore whole --why 試験");
        assert_eq!((&restored["sound"], &restored["rows"]), (&json!(true), &saved["rows"]));
        for list in ["office list", "user list", "device list", "cert list", "ca list"] {
            assert_eq!(to.done(list), from.done(list), "{list}");
        }
        assert_eq!(to.done("doctor")["sound"], json!(true));
    }
}

#[test]
fn a_backup_that_was_changed_or_cut_is_not_put_back() {
    let house = House::furnished();
    house.done("backup --out whole");
    let whole = std::fs::read_to_string(house.folder.join("whole")).unwrap();
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    let mut swapped = lines.clone();
    swapped.swap(2, 3);
    let table = [
        (String::new(), "版が違います"),
        ("nonsense\n".to_owned(), "版が違います"),
        (whole.replace("\"format\":2", "\"format\":3"), "版が違います"),
        (whole.replace("\"format\":2", "\"format\":1"), "署名がありません"),
        (lines[..lines.len() - 1].concat(), "途中で切れています"),
        (whole[..whole.len() - 1].to_owned(), "途中で切れています"),
        (swapped.concat(), "書き換えられています"),
        (whole.replace("ひだまり", "こもれび"), "書き換えられています"),
        (whole.replacen("{\"events\":[1,", "{\"events\":[null,", 1), "2行目"),
        ([&lines[..1], &["{\"sqlite_master\":[]}\n"], &lines[1..]].concat().concat(), "2行目"),
    ];
    house.forget();
    for (text, words) in table {
        std::fs::write(house.folder.join("broken"), text).unwrap();
        let told = house.tell("restore broken --why 試験");
        assert!(told.code == 1 && told.err.contains(words), "{words}: {told:?}");
        assert!(!house.folder.join("ca/registry.db").exists());
    }
    house.done("restore whole --why 試験");
}

#[test]
fn a_certificate_that_could_not_be_written_is_not_issued() {
    let house = House::furnished();
    let script = format!(
        "mkdir full && mount -t tmpfs -o size=64k none full || exit 9; dd if=/dev/zero of=full/filler bs=1k 2>/dev/null; \
         c=\"{} --config ca/ca.toml --operator setup --json\"; \
         for f in p12 pem mobileconfig; do $c cert issue --device DEV-000001 --format $f --out full/d; echo \"refused $?\"; done",
        env!("CARGO_BIN_EXE_ca-tools"),
    );
    let mut command = Command::new("unshare");
    let told = Told::of(command.args(["-rm", "sh", "-c", &script]).current_dir(&house.folder).output().unwrap());
    assert_eq!(told.out.matches("refused 1").count(), 3, "{told:?}");
    assert_eq!(told.err.matches("full/d に書き込めません（ディスクに空きがありません）").count(), 3, "{told:?}");
    assert_eq!(house.done("cert list"), json!([]), "issued, and handed to nobody");
    house.done("cert issue --device DEV-000001 --format p12 --out d.p12");
}

#[test]
fn a_registry_that_may_only_be_read_is_read_and_told_so_when_written() {
    let house = House::furnished();
    let script = format!(
        "mount --bind ca ca && mount -o remount,bind,ro ca || exit 9; \
         c=\"{} --config ca/ca.toml --operator setup --yes --json\"; \
         $c office list; $c office suspend 1272200001; echo \"refused $?\"",
        env!("CARGO_BIN_EXE_ca-tools"),
    );
    let mut command = Command::new("unshare");
    let told = Told::of(command.args(["-rm", "sh", "-c", &script]).current_dir(&house.folder).output().unwrap());
    assert!(told.out.contains("refused 1"), "{told:?}");
    assert!(told.err.contains("台帳に書き込めません") || told.err.contains("台帳に接続できません"), "{told:?}");
    assert_eq!(house.done("office show 1272200001")["state"], "registered");
}

#[test]
fn another_user_who_may_not_write_reads_the_registry_with_no_writer_running() {
    use std::os::unix::fs::{PermissionsExt, chown};
    /// nobody.
    const STRANGER: u32 = 65_534;
    let house = House::furnished();
    let program = house.folder.join("ca-tools");
    std::fs::copy(env!("CARGO_BIN_EXE_ca-tools"), &program).unwrap();
    for reached in [&*house.folder, &program] {
        std::fs::set_permissions(reached, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    // It has no password in it.
    std::fs::set_permissions(house.folder.join("ca/ca.toml"), std::fs::Permissions::from_mode(0o640)).unwrap();
    let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    let mut command = if root { Command::new("setpriv") } else { Command::new(&program) };
    if root {
        for name in ["ca", "ca/ca.toml", "ca/registry.db", "ca/registry.db-wal", "ca/registry.db-shm"] {
            chown(house.folder.join(name), None, Some(STRANGER)).unwrap();
        }
        let stranger = STRANGER.to_string();
        command.args(["--reuid", &stranger, "--regid", &stranger, "--clear-groups"]).arg(&program);
    } else {
        for (name, mode) in
            [("ca", 0o550), ("ca/registry.db", 0o440), ("ca/registry.db-wal", 0o440), ("ca/registry.db-shm", 0o440)]
        {
            std::fs::set_permissions(house.folder.join(name), std::fs::Permissions::from_mode(mode)).unwrap();
        }
    }
    command.args(["--config", "ca/ca.toml", "--operator", "setup", "--json", "--yes"]).current_dir(&house.folder);
    let mut suspend = Command::new(command.get_program());
    suspend.args(command.get_args()).current_dir(&house.folder).args(["office", "suspend", "1272200001"]);
    let told = Told::of(command.args(["office", "list"]).output().unwrap());
    assert_eq!(told.code, 0, "{told:?}");
    assert_eq!(told.json()[0]["office"], "1272200001");
    let told = Told::of(suspend.output().unwrap());
    assert!(told.code == 1 && told.err.contains("台帳に書き込めません"), "{told:?}");
    std::fs::set_permissions(house.folder.join("ca"), std::fs::Permissions::from_mode(0o750)).unwrap();
}

#[test]
fn an_operator_of_postgresql_who_may_only_read_reads_and_no_more() {
    let house = House::on_postgres();
    let url = house.url();
    let role = format!("reader_{}", std::process::id());
    servers::statement(&url, &format!("CREATE ROLE {role} LOGIN"));
    house.forget();
    std::fs::remove_dir_all(house.folder.join("ca")).unwrap();
    let options = ["init", "--dir", "ca", "--passphrase-file", "pass", "--registry", &url, "--reader", &role];
    assert_eq!(house.run(&options).code, 0);
    let as_reader = url.replace("postgres@", &format!("{role}@"));
    assert_eq!(servers::statement(&as_reader, "SELECT version FROM registry"), "1");
    for sql in ["UPDATE registry SET version = 9", "DELETE FROM events", "CREATE TABLE x (y INT)"] {
        assert!(servers::refused(&as_reader, sql).contains("permission denied"), "{sql}");
    }
    // Of the tables, what a gateway asks for; of the others, nothing.
    let tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'";
    let tables = servers::statement(&url, tables);
    assert!(tables.lines().count() > 20, "{tables}");
    for table in tables.lines() {
        match registry::reader::READ.iter().find(|(name, _)| *name == table) {
            Some((_, columns)) => {
                servers::statement(&as_reader, &format!("SELECT {} FROM {table}", columns.join(", ")));
            }
            None => {
                let told = servers::refused(&as_reader, &format!("SELECT * FROM {table}"));
                assert!(told.contains("permission denied"), "{table}: {told}");
            }
        }
    }
    let former = servers::refused(&as_reader, "SELECT previous_hashes FROM system_users");
    assert!(former.contains("permission denied"), "{former}");
}

#[test]
fn a_lock_that_another_holds_for_a_moment_is_waited_for() {
    let house = House::furnished();
    let deadline = Duration::from_secs(30);
    let begun = Instant::now();
    let spawn = |id: usize| {
        let out = format!("{id}");
        let line = ["--config", "ca/ca.toml", "--operator", "setup", "--application", "A", "--json", "device", "apply"];
        let rest = ["--office", "1272200001", "--label", &out, "--os", "ios", "--ownership", "byod"];
        house.command(&[&line[..], &rest[..]].concat()).stdout(Stdio::piped()).spawn().unwrap()
    };
    let running: Vec<_> = (0..8).map(spawn).collect();
    let mut devices: Vec<String> = running
        .into_iter()
        .map(|child| Told::of(child.wait_with_output().unwrap()).json()["device"].as_str().unwrap().to_owned())
        .collect();
    assert!(begun.elapsed() < deadline);
    devices.sort();
    devices.dedup();
    assert_eq!(devices.len(), 8, "two devices got the same number");
}
