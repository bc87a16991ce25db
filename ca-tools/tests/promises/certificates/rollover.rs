//! One issuing CA follows on another: both count until the last certificate of the old one has ended.

use serde_json::{Value as Json, json};

use crate::fixtures::house::House;
use crate::fixtures::open::{LINUX, Open};
use crate::people::passwords::EVERY_ROLE;

fn codes(examined: &Json) -> Vec<String> {
    let findings = examined["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

fn done_later(house: &House, days: u32, line: &str) -> Json {
    let told = house.later(days, line);
    assert_eq!(told.code, 0, "{line}\n{told:?}");
    told.json()
}

fn issuing(list: &Json) -> Vec<(String, String)> {
    let of = |entry: &Json, field: &str| entry[field].as_str().unwrap_or_default().to_owned();
    let all = list.as_array().unwrap().iter().filter(|entry| entry["kind"] == "issuing");
    all.map(|entry| (of(entry, "fingerprint"), of(entry, "state"))).collect()
}

/// The issuer of a certificate, as its registry and openssl see it on that day.
fn issuer(house: &House, days: u32, (file, ca): (&str, &str)) -> String {
    let at = time::OffsetDateTime::now_utc().unix_timestamp() + i64::from(days) * 86_400;
    let line = format!("verify -attime {at} -CAfile ca/root.pem -untrusted ca/{ca}.pem {file}");
    assert_eq!(house.program("openssl", &line), format!("{file}: OK\n"));
    let text = house.program("openssl", &format!("x509 -in {file} -noout -serial"));
    let serial = text.trim().split_once('=').unwrap().1.to_lowercase();
    done_later(house, days, &format!("cert show {serial}"))["issuer"].as_str().unwrap().to_owned()
}

#[test]
fn over_the_years_the_old_ca_counts_until_its_last_certificate_has_ended_and_the_new_one_signs() {
    let house = House::furnished();
    let first = issuing(&house.done("ca list"))[0].0.clone();
    for _ in 2..=3 {
        house.device();
    }
    for device in [1, 2] {
        done_later(&house, 600, &format!("cert issue --device DEV-00000{device} --format pem --out {device}.pem"));
    }

    // The desk publishes daily, and the root's medium is fetched once a year.
    done_later(&house, 900, "crl publish");
    done_later(&house, 900, "crl publish --root");
    assert!(!codes(&done_later(&house, 900, "doctor")).contains(&"issuer_due".to_owned()));
    done_later(&house, 920, "crl publish");
    let due = done_later(&house, 920, "doctor");
    assert!(codes(&due).contains(&"issuer_due".to_owned()), "{due}");

    let prepared = done_later(&house, 920, "ca add-issuing --name 2 --prepare");
    assert_eq!(prepared["state"], "prepared");
    assert!(codes(&done_later(&house, 920, "doctor")).contains(&"ca_not_in_use_yet".to_owned()));
    done_later(&house, 920, "cert issue --device DEV-000003 --format pem --out 3.pem --days 30");
    assert_eq!(issuer(&house, 920, ("3.pem", "issuing")), first, "what is only prepared signs nothing");
    // The medium with the root's key is put away again.
    std::fs::rename(house.folder.join("ca/root"), house.folder.join("medium")).unwrap();
    let added = done_later(&house, 921, "ca add-issuing --name 2");
    assert_eq!((&added["state"], &added["fingerprint"]), (&json!("active"), &prepared["fingerprint"]));
    let second = added["fingerprint"].as_str().unwrap().to_owned();

    let listed = house.later(922, "ca list");
    let both = issuing(&listed.json());
    assert!(both.iter().all(|(_, state)| state == "active") && both.len() == 2, "{both:?}");
    let plain = house.run_later(922, &["--config", "ca/ca.toml", "ca", "list"]);
    assert!(plain.out.contains("gateway.toml の [devices]：issuing = ["), "{plain:?}");
    assert!(plain.out.contains("ca/issuing-2.pem\", \"") && plain.out.contains("ca/issuing.pem\"]"), "{plain:?}");
    assert!(codes(&done_later(&house, 922, "doctor")).contains(&"issuers_to_trust".to_owned()));

    for format in ["p12", "mobileconfig"] {
        done_later(
            &house,
            922,
            &format!("cert renew --device DEV-000003 --format {format} --out 3.{format} --now --why x"),
        );
    }
    let refused = house.later(922, &format!("ca retire {first}"));
    assert_eq!((refused.code, &refused.json()["refused"]), (1, &json!("illegal_change")), "{refused:?}");
    assert!(refused.err.contains("この発行認証局の電子証明書が 2 枚、使用中です。"), "{refused:?}");
    done_later(&house, 922, "cert renew --device DEV-000002 --format pem --out 2b.pem --now");
    assert_eq!(issuer(&house, 922, ("1.pem", "issuing")), first);
    assert_eq!(issuer(&house, 922, ("2b.pem", "issuing-2")), second);
    house.program(
        "openssl",
        "cms -verify -noverify -inform DER -in 3.mobileconfig -certfile ca/signing-2.pem -out /dev/null",
    );

    done_later(&house, 923, "cert revoke --device DEV-000003 --reason lost");
    for (list, ca, revoked) in [("issuing.crl", "issuing", 2), ("issuing-2.crl", "issuing-2", 2)] {
        let shown =
            house.program("openssl", &format!("crl -inform DER -in ca/{list} -CAfile ca/{ca}.pem -noout -text"));
        assert!(shown.contains("CRL Number"), "{shown}");
        assert!(shown.matches("Serial Number").count() <= revoked, "{shown}");
    }

    let refused = house.later(940, &format!("ca retire {first}"));
    assert!(refused.err.contains("この発行認証局の電子証明書が 1 枚、使用中です。"), "{refused:?}");
    done_later(&house, 1_600, &format!("ca retire {first}"));
    let again = house.later(1_600, &format!("ca retire {first}"));
    assert!(again.err.contains("この発行認証局はすでに使用終了です。"), "{again:?}");
    let last = house.later(2_700, &format!("ca retire {second}"));
    assert!(last.err.contains("発行できる認証局がほかにありません。"), "{last:?}");

    done_later(&house, 1_600, "crl publish");
    done_later(&house, 1_600, "crl publish --root --root-key medium/root.key");
    let left = done_later(&house, 1_600, "doctor");
    assert_eq!(left["sound"], json!(true), "{left}");
    assert!(codes(&left).contains(&"retired_key_here".to_owned()), "{left}");
    for file in ["issuing.pem", "issuing.key", "signing.pem", "signing.key"] {
        std::fs::remove_file(house.folder.join("ca").join(file)).unwrap();
    }
    let clean = done_later(&house, 1_600, "doctor");
    // That nobody speaks for the office is so from the beginning, and has nothing to do with authorities.
    let left = codes(&clean).into_iter().filter(|code| code != "office_without_contact");
    assert_eq!((&clean["sound"], left.collect::<Vec<_>>()), (&json!(true), Vec::new()), "{clean}");
    done_later(&house, 1_600, "cert issue --device DEV-000001 --format pem --out 1b.pem");
    assert_eq!(issuer(&house, 1_600, ("1b.pem", "issuing-2")), second);
    assert_eq!(house.done("audit verify")["sound"], json!(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_open_desk_signs_with_the_newest_ca() {
    let open = Open::new();
    // Of two CAs of one second neither is the newer.
    let second = || std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let made = second();
    servers::until("the next second", async || second() != made).await;
    let added = open.house.done("ca add-issuing --name 2");
    let (device, number, code) = open.ticket("linux");
    let given = [("number", number.as_str()), ("code", code.as_str())];
    let taken = open.post("/pickup/file", &given, (LINUX, "192.0.2.1")).await;
    assert_eq!(taken.status, 200, "{}", taken.text());
    let held = open.house.done(&format!("cert list --device {device}"));
    assert_eq!((&held[0]["state"], &held[0]["issuer"]), (&json!("issued"), &added["fingerprint"]));
}

#[test]
fn a_further_ca_takes_the_roots_key_its_passphrase_and_a_name_of_its_own() {
    for house in House::both() {
        house.secret("other", "another horse battery staple\n");
        house.secret("short", "x\n");
        let before = house.done("ca list");
        for (line, code, refused) in [
            ("ca add-issuing --name 1", 1, "taken"),
            ("ca add-issuing --name 2 --root-key nowhere/root.key", 1, "no_root_key"),
            ("ca add-issuing --name 2 --root-passphrase-file other", 1, "ca_unavailable"),
            ("ca add-issuing --name 2 --root-key ca/issuing.key", 1, "ca_unavailable"),
        ] {
            let told = house.tell(line);
            assert_eq!((told.code, &told.json()["refused"]), (code, &json!(refused)), "{line}: {told:?}");
        }
        let told = house.tell("ca add-issuing --name ../2");
        assert!(told.code == 2 && told.err.contains("認証局の名前は、英数字と「-」の1〜16文字です。"), "{told:?}");
        assert_eq!(house.done("ca list"), before);
        let files = || std::fs::read_dir(house.folder.join("ca")).unwrap().count();
        let kept = files();
        std::fs::rename(house.folder.join("ca/root/root.key"), house.folder.join("medium.key")).unwrap();
        house.done("ca add-issuing --name 2 --root-key medium.key");
        assert_eq!(files(), kept + 6);
        let told = house.tell("ca add-issuing --name 2 --root-key medium.key");
        assert_eq!((told.code, &told.json()["refused"]), (1, &json!("taken")), "{told:?}");
        let root = house.done("ca list")[0]["fingerprint"].as_str().unwrap().to_owned();
        let told = house.tell(&format!("ca retire {root}"));
        assert_eq!((told.code, &told.json()["refused"]), (1, &json!("unknown")), "a root is no issuing CA: {told:?}");
        let told = house.tell("ca retire 1234");
        assert!(told.code == 2 && told.err.contains("拇印は16進数64桁"), "{told:?}");
    }
}

#[test]
fn files_of_another_house_or_without_their_key_are_not_taken_for_a_ca_whose_making_was_cut_short() {
    let (house, other) = (House::furnished(), House::new());
    let taken = |file: &str| house.folder.join("ca").join(file);
    for (file, theirs) in [("issuing-2.pem", "issuing.pem"), ("issuing-2.key", "issuing.key")] {
        std::fs::copy(other.folder.join("ca").join(theirs), taken(file)).unwrap();
    }
    let told = house.tell("ca add-issuing --name 2");
    assert_eq!((told.code, &told.json()["refused"]), (1, &json!("ca_of_another_house")), "{told:?}");
    let told = house.tell("doctor");
    assert!(told.code == 1 && codes(&told.json()).contains(&"ca_of_another_house".to_owned()), "{told:?}");
    for file in ["issuing-2.pem", "issuing-2.key"] {
        std::fs::remove_file(taken(file)).unwrap();
    }
    house.done("ca add-issuing --name 2 --prepare");
    std::fs::copy(taken("issuing.key"), taken("issuing-2.key")).unwrap();
    let told = house.tell("ca add-issuing --name 2");
    assert_eq!((told.code, &told.json()["refused"]), (1, &json!("ca_unavailable")), "another CA's key: {told:?}");
    std::fs::remove_file(taken("issuing-2.key")).unwrap();
    let told = house.tell("ca add-issuing --name 2");
    assert_eq!((told.code, &told.json()["refused"]), (1, &json!("ca_unavailable")), "no key: {told:?}");
    assert_eq!(issuing(&house.done("ca list")).len(), 1);
    house.done("cert issue --device DEV-000001 --format pem --out d.pem");
    std::fs::remove_file(taken("issuing.pem")).unwrap();
    let told = house.tell("doctor");
    assert!(told.code == 1 && codes(&told.json()).contains(&"ca_missing".to_owned()), "{told:?}");
    let told = house.tell("cert renew --device DEV-000001 --format pem --out e.pem");
    assert_eq!((told.code, &told.json()["refused"]), (1, &json!("ca_unavailable")), "{told:?}");
    assert!(told.err.contains("台帳にある発行認証局のファイルがありません。"), "{told:?}");
}

#[test]
fn only_who_keeps_the_keys_adds_and_retires_a_ca() {
    let house = House::furnished();
    let first = issuing(&house.done("ca list"))[0].0.clone();
    let add = "user add --office 1272200001 --name 職員 --profession 行政 --application A --id";
    house.done(&format!("{add} first {EVERY_ROLE}"));
    let told = house.tell_as("first", &format!("{add} setup --role ra_approver --role ra_clerk"));
    assert_eq!(told.code, 0, "{told:?}");
    for line in ["ca add-issuing --name 2".to_owned(), format!("ca retire {first}")] {
        let told = house.tell(&line);
        assert_eq!((told.code, &told.json()["refused"]), (1, &json!("operator_may_not")), "{line}: {told:?}");
        assert!(told.err.contains("ca_custodian"), "{told:?}");
    }
    assert!(!house.folder.join("ca/issuing-2.key").exists(), "a key was made for one who may not");
}
