//! 研修会: by person and year, whole or not at all, told to contacts alone.

use serde_json::json;

use crate::fixtures::house::{House, Told};

impl House {
    fn attendances(&self, table: &str) -> Told {
        std::fs::write(self.folder.join("attendances.csv"), table).unwrap();
        self.tell("import attendances attendances.csv")
    }
}

/// Two offices, the second without an address of mail; four people, one of whom left.
fn of_two_offices(house: House) -> House {
    let house = house.furnish();
    house.done("office update 1272200001 --mail yamada@example.jp --application A-4");
    house.done("office register 1272200002 --name こもれび --application A-5");
    for (office, name, id) in
        [("1272200001", "伊藤", "m.ito"), ("1272200002", "森", "t.mori"), ("1272200002", "林", "h.hayashi")]
    {
        house.done(&format!("user add --office {office} --name {name} --profession 医師 --id {id} --application A-6"));
    }
    house.done("user delete h.hayashi");
    house
}

#[test]
fn who_attended_is_put_down_by_person_and_year_and_shown_by_office() {
    for house in House::both() {
        let house = of_two_offices(house);
        let missing = house.tell("training attend 2026 k.sato");
        assert!(missing.code == 1 && missing.json()["refused"] == "unknown", "{missing:?}");
        let outside = house.tell("training hold 2026 --on 2027-04-01");
        assert!(outside.code == 1 && outside.json()["refused"] == "outside_year", "{outside:?}");
        house.done("training hold 令和8年度 --on 2026-10-01 --place 市役所");
        house.done("training hold 2026 --on 2026-10-02 --place 市役所");
        let first = house.done("training attend 2026 k.sato t.mori");
        assert_eq!(first["new"], json!(["k.sato", "t.mori"]));
        let again = house.done("training attend 2026 k.sato m.ito --on 2026-11-01");
        assert_eq!(again["new"], json!(["m.ito"]), "who is put down already is no news");
        // One who left keeps the others from being put down.
        let left = house.tell("training attend 2026 h.hayashi k.sato");
        assert_eq!((left.code, &left.json()["refused"]), (1, &json!("illegal_change")), "{left:?}");
        house.done("training attend 2026 t.mori --remove");
        let to_come = house.tell("training attend 2026 t.mori --on 2027-03-31");
        assert!(
            to_come.json()["refused"] == "training_to_come" && to_come.err.contains("まだ来ていません"),
            "{to_come:?}"
        );
        let elsewhere = house.tell("training show 2026 --office 1299999999");
        assert_eq!((elsewhere.code, &elsewhere.json()["refused"]), (1, &json!("unknown")), "{elsewhere:?}");
        let twice = house.tell("training attend 2026 t.mori --remove");
        assert_eq!((twice.code, &twice.json()["refused"]), (1, &json!("not_attended")), "{twice:?}");
        let offices = house.done("training show 2026");
        let counted: Vec<_> =
            offices.as_array().unwrap().iter().map(|one| (&one["attended"], &one["people"])).collect();
        assert_eq!(counted, [(&json!(2), &json!(2)), (&json!(0), &json!(1))], "{offices}");
        let people = house.done("training show 2026 --people");
        let on = |id: &str| {
            people.as_array().unwrap().iter().find(|one| one["login_id"] == id).unwrap()["attended_on"].clone()
        };
        assert_eq!((on("k.sato"), on("m.ito"), on("t.mori")), (json!("2026-10-02"), json!("2026-11-01"), json!(null)));
        let missing = house.done("training show 2026 --people --missing");
        assert_eq!(missing.as_array().unwrap().len(), 1, "{missing}");
        assert_eq!(house.done("user show k.sato")["trained"], json!([2026]));
        assert_eq!(house.done("office show 1272200001")["trainings"][0]["attended"], json!(2));
        let whole = house.tell("audit verify");
        assert_eq!(whole.code, 0, "{whole:?}");
    }
}

#[test]
fn a_table_of_attendances_names_every_bad_cell_and_is_taken_over_whole_or_not_at_all() {
    for house in House::both() {
        let house = of_two_offices(house);
        house.done("training hold 2026 --on 2026-10-01");
        let before = house.answer("SELECT version FROM registry");
        let wrong = "年度,カシワニネットID,受講日\n2026,k.sato,\nことし,m.ito,\n2026,佐藤,\n2026,t.mori,2027-05-01\n";
        let told = house.attendances(wrong);
        assert_eq!(told.code, 1, "{told:?}");
        for cell in ["A3：年度：", "B4：カシワニネットID：", "C5：受講日："] {
            assert!(told.err.contains(cell), "{cell}: {told:?}");
        }
        let refused = "年度,カシワニネットID\n2026,k.sato\n2025,m.ito\n2026,n.nobody\n2026,h.hayashi\n";
        let told = house.attendances(refused);
        assert_eq!(told.code, 1, "{told:?}");
        for cell in ["A3：年度：", "B4：カシワニネットID：", "B5：カシワニネットID："] {
            assert!(told.err.contains(cell), "{cell}: {told:?}");
        }
        assert_eq!(house.answer("SELECT version FROM registry"), before);
        assert_eq!(house.answer("SELECT count(*) FROM attendances"), "0");
        // However many: what happened is put down as it was, and asks for no second.
        for number in 0..21 {
            let add = "user add --office 1272200001 --name 人 --profession 医師 --application A-6 --id";
            house.done(&format!("{add} p.number{number}"));
        }
        let all: String = (0..21).map(|number| format!("2026,p.number{number},2026-10-03\n")).collect();
        let told = house.attendances(&format!("年度,カシワニネットID,受講日\n{all}"));
        assert_eq!((told.code, &told.json()["rows"]), (0, &json!(21)), "{told:?}");
        assert_eq!(house.answer("SELECT count(*) FROM attendances WHERE state = 'attended'"), "21");
    }
}

#[test]
fn letters_of_a_training_go_to_contacts_and_to_no_office_that_has_nothing_to_be_told() {
    for house in House::both() {
        let house = of_two_offices(house);
        // One is invited until its day is over, and attends from then on.
        let today = house.day(0);
        let [year, month] = [0..4, 5..7].map(|part| today[part].parse::<i64>().unwrap());
        let year = if month < 4 { year - 1 } else { year };
        house.done(&format!("training hold {year} --on {today} --place 市役所"));
        let look = house.done(&format!("training letters {year} invite --dry-run"));
        assert_eq!((&look["by_mail"], &look["no_address"]), (&json!(["1272200001"]), &json!(["1272200002"])));
        let told = "SELECT count(*) FROM mails WHERE kind LIKE 'training%'";
        assert_eq!(house.answer(told), "0");
        house.done(&format!("training letters {year} invite"));
        house.done(&format!("training attend {year} k.sato"));
        house.done(&format!("training letters {year} missing"));
        let kinds = house.ask(
            "SELECT kind || ' ' || recipient || ' ' || about FROM mails WHERE kind LIKE 'training%' ORDER BY mail",
        );
        assert_eq!(kinds, "training_held yamada@example.jp 1272200001\ntraining_missing yamada@example.jp 1272200001");
        house.done(&format!("training attend {year} m.ito t.mori"));
        let nobody = house.tell(&format!("training letters {year} missing"));
        assert_eq!((nobody.code, &nobody.json()["refused"]), (1, &json!("nobody_to_tell")), "{nobody:?}");
        assert_eq!(house.answer(told), "2");
    }
}
