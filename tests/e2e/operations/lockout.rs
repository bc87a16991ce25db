//! Before a change goes live: whom would it lock out, by what really happened in the last days?

use std::path::PathBuf;
use std::process::Command;

use house::{Ca, Credentials, House, OFFICE, Plan, Settled, Talk, by, until};
use serde_json::Value;

use crate::fixtures::newcomer::Newcomer;

const PROGRAM: &str = env!("CARGO_BIN_EXE_gateway-program");
const ROOM: &str = "/rooms/r-hanako/bytes/1";

/// A house in which a worker, somebody over TLS 1.2 and a colleague who is not invited came by, and a configuration to come.
struct Lived {
    house: House,
    settled: Settled,
    other: Newcomer,
}

async fn lived_in() -> Lived {
    let tls = "min = \"1.2\"\nexception_reason = \"古い端末\"".to_owned();
    let house = House::planned(Plan { tls, ..Plan::default() }).await;
    let settled = house.settle().await;
    let other = Newcomer::of(&house, 1).await;
    let mut talk = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut talk, Settled::WORKER).await;
    assert_eq!(house.get(&mut talk, ROOM, Some(&cookie)).await.status, 200);
    assert_eq!(house.get(&mut talk, "/bytes/1", Some(&cookie)).await.status, 200);
    assert_eq!(house.get(&mut talk, "/rooms/r-nobody/bytes/1", Some(&cookie)).await.status, 403);
    let mut old = talk_by(&house, &other.credentials).await;
    assert_eq!(other.refusal_on(&house, &mut old).await.0, 200);
    // The last line is there when all are.
    house
        .line(|line| line["path"].as_str().is_some_and(|path| path.starts_with(&format!("/rooms/{}", other.room))))
        .await;
    Lived { house, settled, other }
}

/// Over TLS 1.2.
async fn talk_by(house: &House, credentials: &Credentials) -> Talk {
    let versions = vec![&rustls::version::TLS12];
    let opening = house::Opening { versions, ..house.opening(Some(credentials)) };
    Talk::open(&opening).await.unwrap()
}

impl Lived {
    /// What `gateway check --replay` says of this configuration, and how it ends.
    fn asked(&self, edit: impl FnOnce(String) -> String, more: &[&str]) -> (i32, String) {
        let file = self.house.dir.join("new.toml");
        house::write(&file, &edit(self.house.configuration.clone()));
        let output = Command::new(PROGRAM)
            .args(["check", "--config"])
            .arg(&file)
            .args(more)
            .arg("--replay")
            .arg(self.house.access_log())
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        (output.status.code().unwrap(), words)
    }

    fn told(&self, edit: impl FnOnce(String) -> String) -> (i32, Value) {
        let (code, words) = self.asked(edit, &["--json"]);
        (code, serde_json::from_str(&words).unwrap_or_else(|_| panic!("{words}")))
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.house.dir.join(name);
        house::write(&path, text);
        path
    }
}

/// Number, reason, code, and whether no way in is left, of each row of this sort.
fn rows(told: &Value, list: &str, sort: &str) -> Vec<(String, String, Value, bool)> {
    let rows = told[list].as_array().unwrap().iter().filter(|row| row["sort"] == sort);
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    rows.map(|row| (text(row, "number"), text(row, "reason"), row["code"].clone(), row["wholly"] == true)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_told_by_whom_it_would_lock_out_and_why() {
    let lived = lived_in().await;
    let Lived { house, settled, other } = &lived;
    let (worker, device) = (Settled::WORKER.to_owned(), settled.device.to_string());
    let old = (other.login_id.clone(), other.device.to_string());

    // As it is: nobody.
    let (code, told) = lived.told(|same| same);
    assert_eq!((code, told["locked_out"].as_array().map(Vec::len)), (0, Some(0)), "{told}");
    assert_eq!((told["over"].as_u64(), told["broken"].as_array().map(Vec::len)), (Some(0), Some(0)));

    // A higher TLS floor: no page would come.
    let (code, told) = lived.told(|new| new.replace("min = \"1.2\"\nexception_reason = \"古い端末\"", "min = \"1.3\""));
    assert_eq!(code, 1);
    assert!(rows(&told, "locked_out", "device").contains(&(old.1.clone(), "tls_version".into(), Value::Null, false)));
    assert!(rows(&told, "locked_out", "person").iter().all(|row| row.0 == old.0), "{told}");

    // Another CA: its devices are strangers.
    let ca = Ca::new("Another");
    let (root, issuing) = (lived.file("new-root.pem", &ca.root_pem), lived.file("new-issuing.pem", &ca.issuing_pem));
    let (code, told) = lived.told(|new| {
        let (before, after) = (house.dir.join("root.pem"), house.dir.join("issuing.pem"));
        new.replace(&*before.to_string_lossy(), &root.to_string_lossy())
            .replace(&*after.to_string_lossy(), &issuing.to_string_lossy())
    });
    assert_eq!(code, 1);
    let foreign = |number: &String| (number.clone(), "foreign_cert".to_owned(), Value::from("KW-101"), true);
    let devices = rows(&told, "locked_out", "device");
    assert!(devices.contains(&foreign(&device)) && devices.contains(&foreign(&old.1)), "{told}");
    assert_eq!(rows(&told, "locked_out", "office").iter().filter(|row| row.3).count(), 2, "{told}");

    // A route that is gone.
    let (code, told) = lived
        .told(|new| new.replace("[[site.route]]\npath = \"/**\"\nupstream = \"care-record\"\narea = \"record\"\n", ""));
    assert_eq!(code, 1);
    assert_eq!(
        rows(&told, "locked_out", "person"),
        [(worker.clone(), "no_route".to_owned(), Value::from("KW-307"), false)],
        "what else they do goes on: {told}"
    );

    // Policies: no room for anybody; what is outside of rooms goes on.
    let folder = house.dir.join("policies");
    std::fs::create_dir_all(&folder).unwrap();
    house::write(&folder.join("care-record.cedar"), include_str!("../../../policies/care-record.cedar"));
    let closed = "@id(\"night\") @reason(\"policy_denied\")\n\
                  forbid (principal is SystemUser, action == Action::\"enter_room\", resource is Room);\n";
    house::write(&folder.join("closed.cedar"), closed);
    let (code, told) = lived
        .told(|new| new.replace("[limits]", &format!("[policies]\ndirectory = \"{}\"\n[limits]", folder.display())));
    assert_eq!(code, 1, "{told}");
    let closed = |number: &String| (number.clone(), "policy_denied".to_owned(), Value::from("KW-113"), false);
    assert!(rows(&told, "locked_out", "person").contains(&closed(&worker)), "{told}");

    // And the registry as it is now.
    house.writer.suspend_user(&by(), &other.login_id.parse().unwrap()).await.unwrap();
    let (code, told) = lived.told(|same| same);
    assert_eq!(code, 1);
    let held = (old.0.clone(), "user_suspended".to_owned(), Value::from("KW-112"), true);
    assert_eq!(rows(&told, "locked_out", "person"), [held]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_refused_and_would_pass_now_is_told_too_and_what_cannot_be_read_is_no_verdict() {
    let lived = lived_in().await;
    house_room(&lived).await;
    let (code, told) = lived.told(|same| same);
    assert_eq!(code, 0);
    let newly = rows(&told, "newly", "person");
    assert_eq!(
        newly.iter().map(|row| (row.0.as_str(), row.1.as_str())).collect::<Vec<_>>(),
        [(Settled::WORKER, "not_invited")]
    );

    let (code, words) = lived.asked(|new| new.replace("kind = \"service\"", "kind = \"srvice\""), &[]);
    assert_eq!(code, 2, "{words}");
    let (code, words) = lived.asked(|new| new.replace("registry.db", "nothing.db"), &[]);
    assert_eq!(code, 2, "{words}");
    let report = lived.house.dir.join("lockout.json");
    let (code, words) = lived.asked(|same| same, &["--csv", "--days", "1", "--report", &report.display().to_string()]);
    assert_eq!(code, 0, "{words}");
    assert!(words.starts_with("list,sort,number,office,reason,code,wholly,lines,last,places\nnewly,"), "{words}");
    let written = std::fs::read_to_string(&report).unwrap();
    let (result, print) = written.split_once('\n').unwrap();
    assert!(serde_json::from_str::<Value>(result).unwrap()["format"] == "lockout/1");
    assert!(print.starts_with("sha256:") && print.trim_end().len() == 7 + 64, "{print}");
}

/// The room to which nobody had the key.
async fn house_room(lived: &Lived) {
    lived.house.room("r-nobody", &[Settled::WORKER]).await;
    lived.house.applied().await;
    until("the room is there", async || {
        lived.house.gateway.state().feed.newest().is_some_and(|newest| newest.room("r-nobody").is_some())
    })
    .await;
    assert_eq!(OFFICE.len(), 10);
}
