//! A room keeps who asked for it and who consented; people are invited until a day, all of them or nobody.

use serde_json::json;

use crate::fixtures::house::House;

const CONSENT: &str = "--asked-by 長男の妻 --person-consent none --family-consent 2026-04-01 --heard-by k.sato";
const VERSION: &str = "SELECT CAST(max(version) AS TEXT) FROM events";

fn furnished(house: House) -> House {
    let house = house.furnish();
    house.done("office update 1272200001 --mail yamada@example.jp");
    for id in ["m.ito", "h.abe"] {
        house.done(&format!("user add --office 1272200001 --name 伊藤 --profession 医師 --id {id} --application A-2"));
    }
    house
}

fn waits(house: &House, what: &str) -> i64 {
    let told = house.done("today");
    let found = told.as_array().unwrap().iter().find(|one| one["waits"] == what);
    found.map_or(0, |one| one["count"].as_i64().unwrap())
}

#[test]
fn a_room_without_its_consent_says_so_everywhere_until_it_is_written_down_whole() {
    for house in House::both() {
        let house = furnished(house);
        let opened = house.done("room open --name 12号室 --room r1");
        assert_eq!((&opened["room"], &opened["consent"]), (&json!("r1"), &json!("missing")));
        assert_eq!(house.done("room show r1")["consent"], json!("missing"));
        assert_eq!(house.done("room list")[0]["consent"], json!("missing"));
        assert_eq!(waits(&house, "rooms_without_consent"), 1);
        // Half a consent looks like one: what is missing is named.
        let state = house.answer(VERSION);
        for (line, option) in [
            ("room open --name 13号室 --asked-by 長男", "--person-consent"),
            ("room consent r1 --asked-by 長男 --person-consent none --family-consent 2026-04-01", "--heard-by"),
            ("room consent r1", "--asked-by"),
            (
                "room consent r1 --asked-by 長男 --person-consent 春 --family-consent none --heard-by x",
                "--person-consent",
            ),
            (
                "room consent r1 --asked-by 長男 --person-consent 2099-01-01 --family-consent none --heard-by x",
                "先の日付",
            ),
            ("room consent r1 --asked-by 長男 --person-consent none --family-consent none --heard-by x", "一方の同意"),
        ] {
            let told = house.tell(line);
            assert!(told.code == 1 && told.err.contains(option), "{line}: {told:?}");
        }
        assert_eq!(house.answer(VERSION), state, "something was changed");
        house.done(&format!("room consent r1 {CONSENT}"));
        let shown = house.done("room show r1");
        assert_eq!(
            [
                &shown["consent"],
                &shown["asked_by"],
                &shown["person_consent"],
                &shown["family_consent"],
                &shown["heard_by"]
            ],
            [&json!("recorded"), &json!("長男の妻"), &json!("none"), &json!("2026-04-01"), &json!("k.sato")]
        );
        assert_eq!(waits(&house, "rooms_without_consent"), 0);
        assert_eq!(house.tell(&format!("room consent r1 {CONSENT}")).code, 1, "it says that already");
        let opened = house.done(&format!("room open --name 13号室 --room r2 {CONSENT} --invite k.sato"));
        assert_eq!(opened["consent"], json!("recorded"));
        let whole = house.tell("audit verify");
        assert_eq!(whole.code, 0, "{whole:?}");
    }
}

#[test]
fn many_are_invited_at_once_or_nobody_and_each_who_cannot_be_is_named() {
    for house in House::both() {
        let house = furnished(house);
        house.done("room open --name 12号室 --room r1");
        house.done("user delete m.ito");
        house.done("room invite r1 h.abe");
        let told = house.tell("room invite r1 k.sato m.ito h.abe nobody.here");
        assert_eq!((told.code, &told.json()["refused"]), (1, &json!("list_each")), "{told:?}");
        for (who, why) in [("m.ito", "削除"), ("h.abe", "すでに招待"), ("nobody.here", "nobody.here")] {
            assert!(told.err.lines().any(|line| line.contains(who) && line.contains(why)), "{who}: {told:?}");
        }
        assert_eq!(house.done("room show r1")["users"], json!(["h.abe"]));
        std::fs::write(house.folder.join("people.csv"), "カシワニネットID,氏名\nk.sato,佐藤\n").unwrap();
        let done =
            house.done("room invite r1 --list people.csv --confirmed-by 担当ケアマネジャー --confirmed-on 2026-04-01");
        assert_eq!(done["users"], json!(["k.sato"]));
        let people = &house.done("room show r1")["people"];
        assert_eq!(
            (&people[1]["confirmed_by"], &people[0]["confirmed_by"]),
            (&json!("担当ケアマネジャー"), &json!(null))
        );
        house.done("room confirm r1 h.abe --confirmed-by 担当ケアマネジャー --confirmed-on 2026-04-02");
        assert_eq!(house.done("room show r1")["people"][0]["confirmed_on"], json!("2026-04-02"));
        let half = house.tell("room invite r1 h.abe --confirmed-by ケアマネジャー");
        assert!(half.code == 1 && half.err.contains("--confirmed-on"), "{half:?}");
    }
}

#[test]
fn an_invitation_lasts_until_its_day_is_told_by_mail_and_extended_before() {
    for house in House::both() {
        let house = furnished(house);
        house.done("room open --name 12号室 --room r1");
        let past = house.tell("room invite r1 k.sato --until 2026-04-01");
        assert!(past.code == 1 && past.err.contains("--until"), "{past:?}");
        let invited = house.done(&format!("room invite r1 k.sato m.ito --until {}", house.day(10)));
        assert_eq!(invited["mails"], json!(2));
        let (kind, _, facts) = house.letters().pop().unwrap();
        assert!(kind == "room_invited" && !facts.contains("\"until\":null"), "{facts}");
        assert_eq!(waits(&house, "invitations_ending"), 2);
        let extended = house.done(&format!("room extend r1 k.sato --until {}", house.day(40)));
        assert_eq!((&extended["mails"], house.letters().pop().unwrap().0.as_str()), (&json!(1), "invitation_extended"));
        assert_eq!(waits(&house, "invitations_ending"), 1);
        // The day after the last one, at its first second.
        let shown = |days| {
            let told = house.later(days, "room show r1");
            assert_eq!(told.code, 0, "{told:?}");
            told.json()["users"].clone()
        };
        assert_eq!((shown(10), shown(11), shown(41)), (json!(["k.sato", "m.ito"]), json!(["k.sato"]), json!([])));
        let ended = house.later(11, &format!("room extend r1 m.ito --until {}", house.day(60)));
        assert!(ended.code == 1 && ended.err.contains("取り消されています"), "{ended:?}");
        assert_eq!(house.later(11, "room invite r1 m.ito").code, 0, "whose invitation has ended is invited again");
        assert_eq!(shown(11), json!(["k.sato", "m.ito"]));
        house.done("room extend r1 k.sato --no-end");
        assert_eq!(shown(400), json!(["k.sato", "m.ito"]));
        let whole = house.tell("audit verify");
        assert_eq!(whole.code, 0, "{whole:?}");
    }
}

#[test]
fn a_room_is_closed_on_the_day_of_its_last_post_or_with_a_reason_where_there_was_none() {
    let house = furnished(House::new());
    for room in ["r1", "r2"] {
        house.done(&format!("room open --name 12号室 --room {room}"));
    }
    for (line, says) in [
        ("room close r1", "--last-post"),
        ("room close r1 --last-post 春", "--last-post"),
        ("room close r1 --last-post 2099-01-01", "先の日付"),
        ("room close r1 --no-post", "--why"),
    ] {
        let told = house.tell(line);
        assert!(told.code == 1 && told.err.contains(says), "{line}: {told:?}");
    }
    house.done("room close r1 --last-post 2026-04-01");
    house.done("room close r2 --no-post --why 開け間違い");
    let shown = house.done("room show r1");
    assert_eq!((&shown["state"], &shown["last_post"]), (&json!("closed"), &json!("2026-04-01")));
    assert_eq!(house.done("room show r2")["last_post"], json!("none"));
}

#[test]
fn who_could_see_what_is_answered_for_any_moment_and_what_was_not_kept_is_not_invented() {
    for house in House::both() {
        let house = furnished(house);
        house.done("room open --name 12号室 --room r1");
        house.done("room invite r1 k.sato");
        let could = |at: &str| house.done(&format!("room show r1 --at {at}"))["could_see"].clone();
        let today = house.day(0);
        assert_eq!(could(&today)[0]["login_id"], json!("k.sato"));
        assert_eq!(could(&house.day(-1)), json!([]), "the room was not there yet");
        assert_eq!(house.later(1, "room remove r1 k.sato").code, 0);
        assert_eq!((&could(&today)[0]["login_id"], could(&house.day(1))), (&json!("k.sato"), json!([])));
        let rooms = house.done(&format!("user show k.sato --at {today}"));
        assert_eq!(rooms["could_see"][0]["room"], json!("r1"));
        let wrong = house.tell("room show r1 --at 春");
        assert!(wrong.code == 2 && wrong.err.contains("--at"), "{wrong:?}");
        // A house of before this was kept: its tables are those of the release before.
        for room in ["asked_by", "person_consent", "family_consent", "heard_by", "opened_at", "closed_at", "last_post"]
        {
            house.meddle(&format!("ALTER TABLE rooms DROP COLUMN {room}"));
        }
        house.done_before_the_columns();
    }
}

impl House {
    /// Goes on after its rooms' columns were taken away: the rest of this release's tables goes, and comes back empty.
    fn done_before_the_columns(&self) {
        self.meddle("DROP INDEX invitations_login_id");
        for column in ["until", "invited_at", "confirmed_by", "confirmed_on"] {
            self.meddle(&format!("ALTER TABLE invitations DROP COLUMN {column}"));
        }
        self.meddle("DROP TABLE standings");
        self.meddle("DELETE FROM _sqlx_migrations WHERE version = 25");
        self.done("journal start --why 試験");
        let shown = self.done("room show r1");
        assert_eq!((&shown["consent"], &shown["opened_at"]), (&json!("missing"), &json!(null)));
        let at = |line: &str| self.done(line)["could_not"][0]["sight"].clone();
        assert_eq!(self.done(&format!("room show r1 --at {}", self.day(0)))["could_see"], json!([]));
        // The first change takes down how everything stands, and since when that is known.
        self.done("room invite r1 m.ito");
        let now = self.done(&format!("room show r1 --at {}", self.day(0)));
        assert_eq!(now["could_see"][0]["login_id"], json!("m.ito"), "{now}");
        assert!(now["kept_since"].is_string(), "{now}");
        assert_eq!(at(&format!("room show r1 --at {}", self.day(-1))), json!("unknown"));
        let whole = self.tell("audit verify");
        assert_eq!(whole.code, 0, "{whole:?}");
    }
}
