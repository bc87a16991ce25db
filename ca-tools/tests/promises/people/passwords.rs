//! A password that was handed out is changed by its person, who shows it; nobody else's command makes it theirs.

use std::os::unix::fs::PermissionsExt;

use serde_json::json;

use crate::fixtures::house::House;

/// What the first operator of a house holds.
pub(crate) const EVERY_ROLE: &str = "--role ra_clerk --role ra_approver --role auditor --role ca_custodian";

impl House {
    /// This person is handed a password out and chooses this one. An operator has one, and who else would be asked for a
    /// second to hand out another.
    pub(crate) fn chooses(&self, id: &str, password: &str) {
        match self.present(id) {
            Some(file) => drop(std::fs::copy(self.folder.join(file), self.folder.join("handed-out")).unwrap()),
            None => {
                let handed_out = self.done(&format!("user reset-password {id}"))["initial_password"].clone();
                self.secret("handed-out", handed_out.as_str().unwrap());
            }
        }
        self.secret("to-be", password);
        self.done(&format!("user change-password {id} --password-file handed-out --new-password-file to-be"));
        for file in ["handed-out", "to-be"] {
            std::fs::remove_file(self.folder.join(file)).unwrap();
        }
    }
}

const CHANGE: &str = "user change-password k.sato --password-file present --new-password-file new";

#[test]
fn a_person_changes_their_own_password_by_the_present_one_under_the_rules_of_the_desk() {
    for house in House::both() {
        let house = house.furnish();
        house.chooses("k.sato", "雨の7川-と舟歌");
        assert_eq!(house.done("user show k.sato")["password_initial"], json!(false));
        house.secret("present", "雨の7川-と舟歌\n");
        house.secret("new", "雨の7川-と舟歌\n");
        let again = house.tell(CHANGE);
        assert!(again.code == 1 && again.err.contains("以前使ったパスワードです"), "{again:?}");
        house.secret("new", "Kashiwa-2026\n");
        let weak = house.tell(CHANGE);
        assert!(weak.code == 1 && weak.err.contains("推測されやすい語です"), "{weak:?}");
        house.secret("new", "風の8丘-と笛太鼓\n");
        let changed = house.run(&[&["--config", "ca/ca.toml"], &CHANGE.split(' ').collect::<Vec<_>>()[..]].concat());
        assert_eq!(changed.code, 0, "it asks for no operator: {changed:?}");

        let reset = house.done("user reset-password k.sato");
        assert_eq!(
            (&reset["initial"], &house.done("user show k.sato")["password_initial"]),
            (&json!(true), &json!(true))
        );
        house.secret("chosen", "風の8丘-と笛太鼓-2\n");
        let set = house.done("user reset-password k.sato --initial-password-file chosen");
        assert_eq!((&set["initial"], &set["initial_password"]), (&json!(true), &json!(null)), "whoever chose it");
        assert_eq!(house.done("audit verify")["sound"], json!(true));
    }
}

#[test]
fn five_wrong_present_passwords_end_the_guessing_and_each_is_kept() {
    let house = House::furnished();
    house.chooses("k.sato", "雨の7川-と舟歌");
    house.secret("present", "別のパスワード-1\n");
    house.secret("new", "風の8丘-と笛太鼓\n");
    let events = |house: &House| house.done("audit verify")["events"].as_u64().unwrap();
    let before = events(&house);
    for _ in 0..5 {
        assert_eq!(house.tell(CHANGE).json()["refused"], "wrong_password");
    }
    house.secret("present", "雨の7川-と舟歌\n");
    let sixth = house.tell(CHANGE);
    assert_eq!((sixth.code, &sixth.json()["refused"]), (1, &json!("locked")), "the right one, too late");
    assert_eq!(events(&house), before + 5);
}

#[test]
fn a_password_in_a_file_that_others_can_read_is_not_taken() {
    let house = House::furnished();
    house.secret("chosen", "雨の7川-と舟歌\n");
    std::fs::set_permissions(house.folder.join("chosen"), std::fs::Permissions::from_mode(0o640)).unwrap();
    for line in [
        "user reset-password k.sato --initial-password-file chosen",
        "user change-password k.sato --password-file chosen --new-password-file chosen",
    ] {
        let told = house.tell(line);
        assert!(told.code == 1 && told.err.contains("chmod 600"), "{line}: {told:?}");
    }
    assert_eq!(house.done("user show k.sato")["password_initial"], json!(true));
}

#[test]
fn a_new_initial_password_is_printed_with_its_reading_and_on_a_slip_for_each_person() {
    let house = House::furnished();
    let reset = house.done("user reset-password k.sato");
    let password = reset["initial_password"].as_str().unwrap();
    assert_eq!(reset["reading"], ca_tools::password::reading(password));
    let line = ["--config", "ca/ca.toml", "--operator", "setup", "--yes", "user", "reset-password", "k.sato"];
    let told = house.run(&line);
    assert!(told.out.contains("読み　　　　　　") && told.out.contains("　ハイフン　"), "{told:?}");
    let day = house.day(0);
    let received = house.done(&format!(
        "application receive --kind ids --channel post --office 1272200001 --person 伊藤,看護師 --person 鈴木,薬剤師 --reason 採用 --effective {day}"
    ));
    let no = received["application"].as_str().unwrap();
    house.done(&format!("application inspect {no} --result pass"));
    let approved = house.done(&format!("application approve {no} --slips slips.html"));
    let slips = std::fs::read_to_string(house.folder.join("slips.html")).unwrap();
    for person in approved["users"].as_array().unwrap() {
        for field in ["name", "login_id", "initial_password", "reading"] {
            assert!(slips.contains(person[field].as_str().unwrap()), "{field} of {person}: {slips}");
        }
    }
    assert_eq!(slips.matches("<section>").count(), 2, "{slips}");
}
