//! The desk keeps the lists by itself: within seconds of a change, and whatever a publisher was stopped at.

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use servers::blocking::until;

use super::lists::{listed, serials};
use crate::fixtures::house::{House, Told};
use crate::fixtures::open::Open;

#[test]
fn what_is_taken_back_without_a_key_at_hand_is_on_the_list_within_seconds() {
    let house = House::furnished();
    house.done("cert issue --device DEV-000001 --format pem --out d.pem");
    let serial = house.done("cert list")[0]["serial"].as_str().unwrap().to_uppercase();
    let open = Open::of(house);
    let house = &open.house;
    // An operator's command that has no passphrase.
    let whole = std::fs::read_to_string(house.folder.join("ca/ca.toml")).unwrap();
    let keyless: String =
        whole.lines().filter(|line| !line.starts_with("passphrase_file")).map(|l| format!("{l}\n")).collect();
    std::fs::write(house.folder.join("ca/keyless.toml"), keyless).unwrap();
    let keyless = |line: &str| {
        let mut arguments = vec!["--config", "ca/keyless.toml", "--operator", "setup", "--json", "--yes"];
        arguments.extend(line.split_whitespace());
        let told = house.run(&arguments);
        assert_eq!((told.code, &told.json()["crl_number"]), (0, &json!(null)), "{told:?}");
    };
    let (before, none) = listed(house, "ca/issuing.crl");
    assert!(none.is_empty());
    keyless("device suspend DEV-000001");
    until("the hold is on the list", || listed(house, "ca/issuing.crl").1.contains(&serial));
    keyless("device resume DEV-000001");
    until("the hold is off the list", || listed(house, "ca/issuing.crl").1.is_empty());
    assert_eq!(listed(house, "ca/issuing.crl").0, before + 2, "a list for each change, and none for nothing");
    let all = house.program("openssl", "crl -in ca/issuing.crl.pem -noout -crlnumber");
    assert!(all.contains(&format!("0x{:02X}", before + 2)), "{all}");
    let by = house.answer_apart("SELECT max(operator) FROM events WHERE action = 'crl.publish'");
    assert_eq!(by, "desk");

    let told = house.program("curl", "-s --unix-socket desk.sock http://desk/metrics");
    let number = |name: &str| {
        let line = told.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no {name} in {told}"));
        line.rsplit(' ').next().unwrap().parse::<i64>().unwrap()
    };
    assert!((7 * 24 - 1..=7 * 24).contains(&number("ca_crl_hours_left{issuer=\"issuing\"}")), "{told}");
    assert!((365 * 24 - 1..=365 * 24).contains(&number("ca_crl_hours_left{issuer=\"root\"}")), "{told}");
    for (name, least) in [("root", 7_000), ("issuing", 1_700), ("signing", 300)] {
        let left = number(&format!("ca_own_certificate_days_left{{name=\"{name}\"}}"));
        assert!(left > least, "{name}: {left}");
    }
    std::fs::remove_file(house.folder.join("ca/root.crl")).unwrap();
    let told = house.program("curl", "-s --unix-socket desk.sock http://desk/metrics");
    assert!(told.contains("ca_crl_hours_left{issuer=\"root\"} 0\n"), "{told}");
}

/// What a list has on it belongs to its number: whoever drew the higher one knows more.
#[tokio::test(flavor = "multi_thread")]
async fn a_publisher_that_was_stopped_before_it_drew_its_number_lists_what_was_revoked_meanwhile() {
    // On a server its session would hold the registry, and everybody would wait for it.
    let house = House::furnished();
    let lost = serials(&house, 1).remove(0);
    let held = house.hold().await;
    let line = ["--config", "ca/ca.toml", "--operator", "setup", "--json", "--yes", "crl", "publish"];
    let slow = house.command(&line).stdout(std::process::Stdio::piped()).spawn().unwrap();
    until("the slow publisher waits for the registry", || waits(slow.id()));
    kill_process(Pid::from_child(&slow), Signal::STOP).unwrap();
    held.release().await;
    let revoked = house.done(&format!("cert revoke --device {} --reason lost", lost.0));
    kill_process(Pid::from_child(&slow), Signal::CONT).unwrap();
    let slow = Told::of(slow.wait_with_output().unwrap());
    assert_eq!(slow.code, 0, "{slow:?}");
    let (number, on) = listed(&house, "ca/issuing.crl");
    assert!(number > revoked["crl_number"].as_u64().unwrap(), "{number} {revoked}");
    assert_eq!(on, [lost.1.to_uppercase()].into());
}

/// Whether a program has been doing nothing for a third of a second, though it has begun.
fn waits(pid: u32) -> bool {
    let spent = || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        let fields: Vec<_> = stat.rsplit(')').next().unwrap().split_whitespace().map(str::to_owned).collect();
        (fields[11].parse::<u64>().unwrap(), fields[12].parse::<u64>().unwrap())
    };
    let before = spent();
    std::thread::sleep(std::time::Duration::from_millis(350));
    before.0 > 5 && spent() == before
}
