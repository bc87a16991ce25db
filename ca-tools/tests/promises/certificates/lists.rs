//! One list at a time: numbers rise, nothing drops off, and others can read what is published.

use std::collections::BTreeSet;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{FlockOperation, flock};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use servers::blocking::until;

use crate::fixtures::house::House;

/// The number of a published list and the serials on it.
pub(crate) fn listed(house: &House, file: &str) -> (u64, BTreeSet<String>) {
    let text = house.program("openssl", &format!("crl -inform DER -in {file} -noout -text"));
    let after =
        |word: &'static str| text.split(word).skip(1).map(|rest| rest.split_whitespace().next().unwrap().to_owned());
    let number = after("X509v3 CRL Number:").next().unwrap().parse().unwrap();
    (number, after("Serial Number:").collect())
}

/// A key of one round: what is waited for is a program's start, and there are hundreds.
fn quick_key(house: &House) {
    std::fs::copy(house.folder.join("pass"), house.folder.join("again")).unwrap();
    let line =
        "pkcs8 -topk8 -v2 aes-256-cbc -iter 1 -in ca/issuing.key -passin file:pass -passout file:again -out quick";
    house.program("openssl", line);
    house.secret("ca/issuing.key", &std::fs::read_to_string(house.folder.join("quick")).unwrap());
}

/// The certificates of so many more devices.
pub(crate) fn serials(house: &House, count: u32) -> Vec<(String, String)> {
    house.done(&format!("example devices --office 1272200001 --count {count} --application A-9"));
    let list = house.done("cert list");
    let of = |entry: &serde_json::Value, field: &str| entry[field].as_str().unwrap().to_owned();
    list.as_array().unwrap().iter().map(|entry| (of(entry, "device"), of(entry, "serial"))).collect()
}

/// Tells those who race that it is over.
#[derive(Default)]
struct Over(AtomicBool);

struct AtTheEnd<'a>(&'a Over);

impl Over {
    fn is(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn at_the_end(&self) -> AtTheEnd<'_> {
        AtTheEnd(self)
    }
}

impl Drop for AtTheEnd<'_> {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn of_publishers_racing_with_revocations_numbers_rise_and_nothing_drops_off() {
    const TIMES: usize = 200;
    let house = House::furnished();
    quick_key(&house);
    let revoked = serials(&house, TIMES as u32);
    assert_eq!(revoked.len(), TIMES);
    let over = Over::default();
    let seen = std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !over.is() {
                    house.done("crl publish");
                }
            });
        }
        let reading = scope.spawn(|| {
            let (mut last, mut on, mut seen) = (0, BTreeSet::new(), 0);
            while !over.is() {
                let (number, now) = listed(&house, "ca/issuing.crl");
                assert!(number >= last, "list {number} came after {last}");
                assert!(on.is_subset(&now), "list {number} has dropped {:?}", on.difference(&now));
                seen += u32::from(number > last);
                (last, on) = (number, now);
            }
            seen
        });
        // Those who race end, whatever becomes of this.
        let ends = over.at_the_end();
        for (device, serial) in &revoked {
            let told = house.done(&format!("cert revoke --device {device} --reason lost"));
            assert_eq!(told["serials"], json!([serial]));
            let (number, now) = listed(&house, "ca/issuing.crl");
            assert!(told["crl_number"].as_u64().unwrap() <= number, "{told} and {number}");
            assert!(now.contains(&serial.to_uppercase()), "{serial} is not on list {number}");
        }
        drop(ends);
        reading.join().unwrap()
    });
    assert!(seen > 5, "{seen}");
    assert_eq!(listed(&house, "ca/issuing.crl").1.len(), TIMES);
    let drawn = house.answer("SELECT count(*) FROM events WHERE action = 'crl.publish'").parse::<u64>().unwrap();
    assert!(drawn > TIMES as u64, "{drawn}");
}

#[test]
fn a_publisher_that_is_stopped_in_the_middle_keeps_nobody_waiting_and_brings_no_older_list_back() {
    for house in House::both() {
        let house = house.furnish();
        let lost = serials(&house, 1).remove(0);
        let drawn = || house.answer("SELECT max(crl_number) FROM authorities WHERE kind = 'issuing'");
        let before = drawn();
        // As another publisher would that is about to put its list in its place.
        let lock = std::fs::File::open(house.folder.join("ca/.crl.lock")).unwrap();
        flock(&lock, FlockOperation::LockExclusive).unwrap();
        let line = ["--config", "ca/ca.toml", "--operator", "setup", "--json", "--yes", "crl", "publish"];
        let slow = house.command(&line).stdout(Stdio::piped()).spawn().unwrap();
        until("the slow publisher has drawn its number", || drawn() != before);
        let pid = Pid::from_child(&slow);
        kill_process(pid, Signal::STOP).unwrap();
        flock(&lock, FlockOperation::Unlock).unwrap();

        let revoked = house.done(&format!("cert revoke --device {} --reason lost", lost.0));
        let newer = revoked["crl_number"].as_u64().unwrap();
        assert_eq!(listed(&house, "ca/issuing.crl"), (newer, [lost.1.to_uppercase()].into()));

        kill_process(pid, Signal::CONT).unwrap();
        let slow = crate::fixtures::house::Told::of(slow.wait_with_output().unwrap());
        assert_eq!((slow.code, &slow.json()["number"]), (0, &json!(newer)), "{slow:?}");
        assert_eq!(listed(&house, "ca/issuing.crl"), (newer, [lost.1.to_uppercase()].into()));
        assert!(house.program("openssl", "crl -in ca/all.crl.pem -noout -text").contains("CRL Number"));
    }
}

#[test]
fn a_publisher_that_never_goes_on_is_told_of_and_the_revocation_stands() {
    let house = House::furnished();
    let lost = serials(&house, 1).remove(0);
    let lock = std::fs::File::open(house.folder.join("ca/.crl.lock")).unwrap();
    flock(&lock, FlockOperation::LockExclusive).unwrap();
    let told = house.tell("crl publish");
    assert_eq!((told.code, &told.json()["refused"]), (1, &json!("crl_busy")), "{told:?}");
    let revoked = house.done(&format!("cert revoke --device {} --reason lost", lost.0));
    assert_eq!(revoked["crl_number"], json!(null));
    drop(lock);
    let codes = house.done("doctor")["findings"].to_string();
    assert!(codes.contains("crl_behind"), "{codes}");
    house.done("crl publish");
    assert!(!house.done("doctor")["findings"].to_string().contains("crl_behind"));
}

#[test]
fn a_registry_that_knows_less_than_was_published_goes_on_above_it() {
    for house in House::both() {
        for _ in 0..5 {
            house.done("crl publish");
        }
        let (published, _) = listed(&house, "ca/issuing.crl");
        house.meddle("UPDATE authorities SET crl_number = 0");
        assert_eq!(house.done("crl publish")["number"], json!(published + 1));
        // A list of somebody else's CA says nothing about ours.
        std::fs::copy(House::new().folder.join("ca/issuing.crl"), house.folder.join("ca/issuing.crl")).unwrap();
        let findings = house.tell("doctor").json()["findings"].to_string();
        assert!(findings.contains("crl_of_another_ca"), "{findings}");
        assert_eq!(house.done("crl publish")["number"], json!(published + 2));
    }
}

#[test]
fn a_new_house_has_every_list_and_the_root_s_is_renewed_with_its_medium() {
    let house = House::furnished();
    for (list, ca) in [("issuing", "issuing"), ("root", "root")] {
        let line = format!("crl -inform DER -in ca/{list}.crl -CAfile ca/{ca}.pem -noout -text");
        assert!(house.program("openssl", &line).contains("No Revoked Certificates"));
    }
    let renewed = house.done("crl publish --root");
    assert_eq!((&renewed["number"], &renewed["entries"]), (&json!(2), &json!(0)));
    let in_a_year = time::OffsetDateTime::now_utc().date() + time::Duration::days(364);
    assert!(renewed["next_update"].as_str().unwrap() >= in_a_year.to_string().as_str(), "{renewed}");
    let codes = |days| house.later(days, "doctor").json()["findings"].to_string();
    assert!(!codes(300).contains("root.crl"), "{}", codes(300));
    assert!(codes(325).contains("crl_ending") && codes(325).contains("crl publish --root"), "{}", codes(325));
    assert!(codes(366).contains("crl_stale") && codes(5).contains("crl_ending"));

    std::fs::rename(house.folder.join("ca/root"), house.folder.join("medium")).unwrap();
    let refused = house.tell("crl publish --root");
    assert_eq!((refused.code, &refused.json()["refused"]), (1, &json!("no_root_key")), "{refused:?}");
    assert_eq!(house.done("crl publish --root --root-key medium/root.key")["number"], 3);
    assert_eq!(house.tell("crl publish --root-key medium/root.key").code, 2);
}

#[test]
fn a_retired_ca_is_on_the_root_s_list() {
    let house = House::furnished();
    let first = house.done("ca list").as_array().unwrap().iter().find(|ca| ca["kind"] == "issuing").unwrap().clone();
    let added = house.later(920, "ca add-issuing --name 2");
    assert_eq!(added.code, 0, "{added:?}");
    let (before, none) = listed(&house, "ca/root.crl");
    assert!(before == 2 && none.is_empty(), "{before} {none:?}");
    assert!(house.folder.join("ca/issuing-2.crl.pem").exists());
    let retired = house.later(921, &format!("ca retire {}", first["fingerprint"].as_str().unwrap()));
    assert_eq!(retired.code, 0, "{retired:?}");
    let serial = house.program("openssl", "x509 -in ca/issuing.pem -noout -serial");
    let serial = serial.trim().strip_prefix("serial=").unwrap().to_owned();
    assert_eq!(listed(&house, "ca/root.crl"), (3, [serial].into()));
}

/// nginx with the house's lists, as another service of the city's would have it.
struct Nginx(Child, u16);

impl Nginx {
    fn with_the_lists_of(house: &House) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let line = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout web.key -out web.pem -subj /CN=web -days 30";
        house.program("openssl", line);
        let cas: String =
            ["root", "issuing"].map(|ca| house.program("openssl", &format!("x509 -in ca/{ca}.pem"))).concat();
        std::fs::write(house.folder.join("cas.pem"), cas).unwrap();
        let folder = house.folder.display();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {folder}/temporary-{kind};\n"))
            .concat();
        let text = format!(
            "daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx.log info; events {{}}\n\
             http {{ access_log off;\n{temporary}\
             server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {folder}/web.pem; ssl_certificate_key {folder}/web.key;\n\
             ssl_verify_client on; ssl_verify_depth 2; ssl_client_certificate {folder}/cas.pem;\n\
             ssl_crl {folder}/ca/all.crl.pem; location / {{ return 200 in; }} }} }}\n"
        );
        std::fs::write(house.folder.join("nginx.conf"), text).unwrap();
        let nginx = ["/usr/sbin/nginx", "/usr/bin/nginx"].into_iter().find(|path| Path::new(path).exists());
        let nginx = nginx.expect("nginx is needed for this test (nginx-light)");
        let arguments = ["-c".to_owned(), format!("{folder}/nginx.conf"), "-p".to_owned(), folder.to_string()];
        let program = Command::new(nginx).args(arguments).stderr(Stdio::null()).spawn().unwrap();
        until("nginx listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Self(program, port)
    }

    fn says(&self, house: &House, device: &str) -> String {
        let url = format!("https://127.0.0.1:{}/", self.1);
        house.program("curl", &format!("-sk --cert {device}.pem --key {device}.pem.key {url}"))
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn others_who_check_every_list_take_our_devices_and_refuse_a_revoked_one() {
    let house = House::furnished();
    house.device();
    for (name, number) in [("one", 1), ("two", 2)] {
        house.done(&format!("cert issue --device DEV-00000{number} --format pem --out {name}.pem"));
    }
    let checked = |name: &str| {
        let line = "verify -crl_check_all -CRLfile ca/all.crl.pem -CAfile ca/root.pem -untrusted ca/issuing.pem";
        let mut openssl = Command::new("openssl");
        openssl.args(line.split(' ')).arg(format!("{name}.pem")).current_dir(&house.folder);
        let told = openssl.output().unwrap();
        format!("{}{}", String::from_utf8_lossy(&told.stdout), String::from_utf8_lossy(&told.stderr))
    };
    {
        let nginx = Nginx::with_the_lists_of(&house);
        for name in ["one", "two"] {
            assert!(checked(name).contains(&format!("{name}.pem: OK")), "{}", checked(name));
            assert_eq!(nginx.says(&house, name), "in");
        }
    }
    house.done("cert revoke --device DEV-000001 --reason lost");
    house.done("device suspend DEV-000002");
    house.done("device resume DEV-000002");
    let nginx = Nginx::with_the_lists_of(&house);
    assert!(checked("one").contains("certificate revoked"), "{}", checked("one"));
    assert!(nginx.says(&house, "one").contains("The SSL certificate error"), "{}", nginx.says(&house, "one"));
    assert!(checked("two").contains("two.pem: OK"), "{}", checked("two"));
    assert_eq!(nginx.says(&house, "two"), "in");
}
