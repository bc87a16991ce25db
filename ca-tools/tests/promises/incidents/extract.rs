//! What was reached, counted over rotated files, sealed, kept with its incident; a letter of it that is changed is found.

use std::fs;
use std::path::PathBuf;

use certs::Fingerprint;

use crate::fixtures::house::House;

/// Writes a gateway's log of these lines, chained as it writes them, in two files.
pub(super) fn log(house: &House) -> PathBuf {
    let times = ["18:00:00", "18:00:01", "18:00:02", "18:30:00", "19:00:00"];
    let lines = times.iter().enumerate().map(|(at, time)| {
        let (room, device) =
            (["r-1", "r-1", "r-2", "r-3", "r-4"][at], if at == 2 { "DEV-000002" } else { "DEV-000001" });
        format!(
            "{{\"kind\":\"request\",\"time\":\"2026-11-20T{time}.000000+09:00\",\"gateway\":\"gw-1\",\
             \"request_id\":\"{at:032x}\",\"outcome\":\"passed\",\"status\":200,\"method\":\"GET\",\
             \"path\":\"/rooms/{room}/notes\",\"room\":\"{room}\",\"user\":\"k.sato\",\"office\":\"1272200001\",\
             \"device\":\"{device}\",\"duration_us\":10"
        )
    });
    let (mut prev, mut sealed) = ("0".repeat(64), Vec::new());
    for (at, line) in (1..).zip(lines) {
        let line = format!("{line},\"seq\":{at},\"prev\":\"{prev}\"}}");
        prev = Fingerprint::of(line.as_bytes()).to_string();
        sealed.push(line);
    }
    let path = house.folder.join("access.log");
    fs::write(house.folder.join("access.log.000001"), format!("{}\n", sealed[..3].join("\n"))).unwrap();
    fs::write(&path, format!("{}\n", sealed[3..].join("\n"))).unwrap();
    path
}

#[test]
fn an_extract_is_sealed_kept_and_each_reading_of_it_is_an_event() {
    for house in House::both() {
        let house = house.furnish();
        log(&house);
        house.done("incident open --device DEV-000001 --what 紛失 --found 2026-11-21 --reported-by 山田");
        let made = house.done(
            "incident extract I-1 --from 2026-11-20T18:00:00+09:00 --to 2026-11-20T18:59:59+09:00 \
             --out extract.json --csv extract.csv access.log",
        );
        assert_eq!((&made["passed"], &made["rooms"], &made["people"]), (&3.into(), &2.into(), &1.into()), "{made}");
        assert_eq!(made["verified"], true);
        for file in ["extract.json", "extract.csv"] {
            let checked = house.done(&format!("incident check {file}"));
            assert_eq!((&checked["incident"], &checked["extract"]), (&"I-000001".into(), &1.into()), "{file}");
        }
        let path = house.folder.join("extract.json");
        let sealed = fs::read_to_string(&path).unwrap();
        fs::write(&path, sealed.replace("r-3", "r-9")).unwrap();
        let told = house.tell("incident check extract.json");
        assert_eq!((told.code, &told.json()["refused"]), (1, &"not_as_sealed".into()), "{told:?}");
        let shown = house.done("incident show I-000001 --extract 1");
        let rooms = shown["tables"]["rooms"].to_string();
        assert!(rooms.contains("r-1") && rooms.contains("r-3") && !rooms.contains("r-2"), "{rooms}");
        let told = house.done("audit list --about I-000001").to_string();
        assert!(told.contains("\"incident.extract\"") && told.contains("\"incident.extract-read\""), "{told}");
        house.done("audit verify");
    }
}

#[test]
fn what_stands_in_the_registry_is_not_shown_once_a_letter_of_it_was_changed() {
    let house = House::furnished();
    log(&house);
    house.done("incident open --device DEV-000001 --what 紛失 --found 2026-11-21 --reported-by 山田");
    house.done("incident extract I-1 --from 2026-11-20 access.log");
    house.meddle("UPDATE incident_extracts SET content = replace(content, 'r-3', 'r-9')");
    let told = house.tell("incident show I-000001 --extract 1");
    assert_eq!(told.code, 1, "{told:?}");
    assert!(told.err.contains("its seal is broken"), "{told:?}");
}

#[test]
fn a_broken_chain_is_told_and_the_extract_says_so_for_ever() {
    let house = House::furnished();
    log(&house);
    let rotated = house.folder.join("access.log.000001");
    let text = fs::read_to_string(&rotated).unwrap();
    fs::write(&rotated, text.replacen("r-1", "r-7", 1)).unwrap();
    house.done("incident open --device DEV-000001 --what 紛失 --found 2026-11-21 --reported-by 山田");
    let made = house.done("incident extract I-1 --from 2026-11-20 access.log");
    assert_eq!(made["verified"], false, "{made}");
    let shown = house.done("incident show I-000001 --extract 1");
    assert!(shown["notes"].to_string().contains("改変・欠落が"), "{shown}");
    let paper = house.done("incident paper I-000001");
    assert!(paper["tables"]["reached"].to_string().contains("改変・欠落あり"), "{paper}");
}

#[test]
fn an_access_report_joins_the_names_of_the_registry_and_is_an_event() {
    let house = House::furnished();
    log(&house);
    house.done("room open --name 3号室 --room r-3");
    let told = house.done("report access --user k.sato --from 2026-11-20 access.log");
    let lines = &told["tables"]["lines"];
    assert_eq!(lines.as_array().map(Vec::len), Some(5), "{told}");
    assert_eq!((&lines[3]["login_id"], &lines[3]["name"]), (&"k.sato".into(), &"佐藤".into()));
    assert!(lines[3]["operation"].as_str().unwrap().starts_with("部屋 3号室（r-3） GET /rooms/r-3/notes"), "{lines}");
    let in_room = house.done("report access --room r-4 --from 2026-11-20 access.log");
    assert_eq!(in_room["tables"]["lines"].as_array().map(Vec::len), Some(1), "{in_room}");
    house.done("report access --device 1 --from 2026-11-20 --csv access.csv access.log");
    let csv = fs::read_to_string(house.folder.join("access.csv")).unwrap();
    assert!(csv.starts_with("\u{feff}ユーザーID,氏名,時刻,カテゴリ,操作情報,端末,事業所\r\n"), "{csv}");
    assert!(csv.contains("k.sato,佐藤,2026-11-20 18:00:00,閲覧,"), "{csv}");
    let events =
        house.ask("SELECT CAST(COUNT(*) AS TEXT) FROM events WHERE action = 'report.read' AND subject = 'access'");
    assert_eq!(events, "3");
    assert_eq!(house.tell("report access --from 2026-11-20 access.log").code, 2, "of nobody");
    // Of who never was there nothing was done, and it would look like an answer.
    for whom in ["--user nobody", "--device DEV-77", "--office 1299999999"] {
        let told = house.tell(&format!("report access {whom} --from 2026-11-20 access.log"));
        assert_eq!((told.code, &told.json()["refused"]), (1, &"unknown".into()), "{whom}: {told:?}");
    }
    // Nor is what is no log one that says nothing.
    fs::write(house.folder.join("table.csv"), "名前,金額\n山田,100\n").unwrap();
    fs::write(house.folder.join("empty.log"), "").unwrap();
    for (file, said) in [
        ("nowhere.log", "nowhere.log がありません"),
        ("table.csv", "アクセス記録のファイルではありません"),
        ("empty.log", "1行も書かれていません"),
    ] {
        let told = house.tell(&format!("report access --user k.sato --from 2026-11-20 {file}"));
        assert!(told.code == 2 && told.err.contains(said) && told.err.contains("access.log か"), "{file}: {told:?}");
    }
    // Without files, what the desk was told: nothing yet, and it says so.
    let told = house.done("report access --user k.sato --from 2026-11-20");
    assert!(told["notes"].to_string().contains("窓口に届いた行"), "{told}");
}
