//! Every page that an office sees, in English and in やさしい日本語: whichever route leads there, and what is refused on it.

use std::path::{Path, PathBuf};

use crate::fixtures::doors::Doors;
use crate::fixtures::house::House;

use super::report;

const HERE: &str = "1272200001";
const CONTACT: (&str, &str) = ("k.sato", HERE);
const COLLEAGUE: (&str, &str) = ("m.ito", HERE);
/// When the city answers its telephone.
const HOURS: &str = "9:00-17:00";

/// What is asked for: as whom, where, with what is sent.
struct OfficeVisit {
    who: (&'static str, &'static str),
    path: &'static str,
    sent: Option<&'static [(&'static str, &'static str)]>,
    status: u16,
}

const fn opened(who: (&'static str, &'static str), path: &'static str, status: u16) -> OfficeVisit {
    OfficeVisit { who, path, sent: None, status }
}

const fn sent(path: &'static str, fields: &'static [(&'static str, &'static str)], status: u16) -> OfficeVisit {
    OfficeVisit { who: CONTACT, path, sent: Some(fields), status }
}

const ALL: [(&str, &str); 5] = [
    ("answer.k.sato", "continue"),
    ("answer.m.ito", "continue"),
    ("answer.DEV-000001", "continue"),
    ("answer.DEV-000002", "delete"),
    ("answer.DEV-000003", "continue"),
];
const CHECKED: [(&str, &str); 7] = [ALL[0], ALL[1], ALL[2], ALL[3], ALL[4], ("edition", "0"), ("do", "check")];
/// What was kept already, by somebody who saw nothing of it.
const SAVED: [(&str, &str); 3] = [("do", "save"), ("edition", "0"), ALL[0]];
const NEW: [(&str, &str); 5] = [
    ("person-1-name", "ハヤシ"),
    ("person-1-profession", "看護師"),
    ("reason", "採用"),
    ("effective", "2026-04-01"),
    ("do", "check"),
];

/// Each route of the office is among these; a test says so.
const VISITS: &[OfficeVisit] = &[
    opened(CONTACT, "/office", 200),
    opened(CONTACT, "/office/", 200),
    opened(COLLEAGUE, "/office/", 200),
    opened(CONTACT, "/office/people", 200),
    opened(COLLEAGUE, "/office/people", 200),
    opened(CONTACT, "/office/devices", 200),
    opened(CONTACT, "/office/devices?gone=DEV-000009", 200),
    opened(COLLEAGUE, "/office/devices", 200),
    opened(CONTACT, "/office/devices/DEV-000002/retire", 200),
    opened(CONTACT, "/office/devices/DEV-000001/retire", 409),
    opened(CONTACT, "/office/devices/DEV-000099/retire", 404),
    opened(COLLEAGUE, "/office/devices/DEV-000001/retire", 403),
    sent("/office/devices/DEV-000001/retire", &[], 409),
    opened(CONTACT, "/office/rooms", 200),
    opened(COLLEAGUE, "/office/rooms", 200),
    opened(CONTACT, "/office/applications", 200),
    opened(COLLEAGUE, "/office/applications", 200),
    opened(CONTACT, "/office/training", 200),
    opened(COLLEAGUE, "/office/training", 200),
    opened(CONTACT, "/office/readiness", 200),
    opened(CONTACT, "/office/readiness?before=2099-04-01", 200),
    opened(CONTACT, "/office/readiness?before=soon", 422),
    opened(COLLEAGUE, "/office/readiness", 403),
    opened(CONTACT, "/office/end", 200),
    sent("/office/end", &[("do", "tell"), ("last_day", "soon")], 422),
    sent("/office/end", &[("do", "tell"), ("last_day", "2099-04-01")], 422),
    opened(CONTACT, "/office/apply", 200),
    opened(COLLEAGUE, "/office/apply", 403),
    opened(CONTACT, "/office/apply/ids", 200),
    opened(CONTACT, "/office/apply/certificate", 200),
    opened(CONTACT, "/office/apply/office_change", 200),
    opened(CONTACT, "/office/apply/office_number", 200),
    opened(CONTACT, "/office/apply/nothing", 404),
    sent("/office/apply/ids", &[("do", "check")], 422),
    sent("/office/apply/ids", &NEW, 200),
    sent("/office/apply/ids", &[("office", "1272200002")], 403),
    opened(CONTACT, "/office/renew", 409),
    opened(CONTACT, "/office/renew?done=finished", 200),
    sent("/office/renew", &[], 409),
    sent("/office/renew/finish", &[], 409),
    opened(CONTACT, "/office/pickup", 409),
    opened(CONTACT, "/office/pickup/ready?of=nothing", 422),
    opened(CONTACT, "/office/pickup/told?of=nothing", 422),
    sent("/office/pickup", &[("number", "abcd"), ("code", "x")], 422),
    sent("/office/pickup/file", &[("number", "abcd"), ("code", "x")], 422),
    sent("/office/pickup/other", &[("number", "abcd"), ("code", "x")], 422),
    sent("/office/pickup/request", &[("number", "abcd"), ("code", "x")], 422),
    opened(CONTACT, "/office/campaign", 200),
    opened(CONTACT, "/office/campaign?told=saved", 200),
    opened(COLLEAGUE, "/office/campaign?told=vouched", 200),
    sent("/office/campaign", &[("do", "check"), ("edition", "0")], 422),
    sent("/office/campaign", &[("do", "rest"), ("edition", "0")], 200),
    sent("/office/campaign", &[("do", "rows"), ("edition", "0")], 200),
    sent("/office/campaign", &CHECKED, 200),
    sent("/office/campaign", &[("do", "vouch"), ("person", "?")], 422),
    sent("/office/campaign", &[("do", "vouch"), ("person", "m.ito")], 409),
    sent("/office/campaign", &SAVED, 409),
    OfficeVisit { who: COLLEAGUE, path: "/office/campaign", sent: Some(&[("do", "check")]), status: 403 },
    opened(CONTACT, "/office/lost", 200),
    opened(CONTACT, "/office/lost/stopped", 200),
    sent("/office/lost", &[], 422),
    sent("/office/lost", &[("device", "DEV-000003")], 200),
];

/// What people are called there has kana alone: what is not ours has no reading.
fn furnished() -> House {
    let house = House::furnished();
    house.done(&format!("user add --office {HERE} --name 伊藤 --profession 介護職 --id m.ito --application A-4"));
    house.done("office contact k.sato");
    house.device();
    house.device();
    house.done("device apply --office 1272200001 --label タブレット --os ios --ownership office --application A-5");
    house.meddle("UPDATE system_users SET name = 'サトウ' WHERE login_id = 'k.sato'");
    house.meddle("UPDATE system_users SET name = 'イトウ' WHERE login_id = 'm.ito'");
    house.meddle("UPDATE offices SET name = 'ヒダマリ' WHERE office = '1272200001'");
    house.meddle("INSERT INTO rooms (room, name, state, version) VALUES ('K-1', 'x', 'open', 1)");
    house.meddle("INSERT INTO invitations (room, login_id, state, version) VALUES ('K-1', 'k.sato', 'invited', 1)");
    house.meddle("INSERT INTO device_users VALUES (3, 'k.sato', 'listed', 1)");
    house.done(&report::open());
    let config = house.folder.join("ca/ca.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(config, text.replace("[contact]\n", &format!("[contact]\nhours = \"{HOURS}\"\n"))).unwrap();
    house
}

/// What a page says beside its style, the switch of languages, whose words stand in themselves, and the pledge, which is the city's
/// own text.
fn said(page: &str) -> String {
    let without = |page: &str, begins: &str, ends: &str| {
        let Some((before, rest)) = page.split_once(begins) else { return page.to_owned() };
        format!("{before}{}", rest.split_once(ends).map_or("", |(_, after)| after))
    };
    let page = without(page, "<style>", "</style>");
    without(&without(&page, "<nav class=\"languages\"", "</nav>"), "<details>", "</details>")
}

/// Signs that stand in Japanese alone.
fn is_japanese(sign: char) -> bool {
    matches!(sign, 'ぁ'..='ん') || "。、「」［］：（）".contains(sign)
}

fn speaks(tag: &str, asked: &str, page: &str) {
    let said = said(page);
    match tag {
        "en" => {
            assert!(page.contains("<html lang=\"en\">"), "{asked}: {page}");
            // A choice has the registry's own word, and what it is in English.
            let lines = said.lines().filter(|line| !line.contains("<option"));
            let japanese: Vec<_> = lines.filter(|line| line.contains(is_japanese)).collect();
            assert!(japanese.is_empty(), "{asked}: {japanese:#?}");
        }
        "ja-x-easy" => {
            assert!(page.contains("<html lang=\"ja\">"), "{asked}: {page}");
            assert_eq!(pages::unread(&said), Vec::<&str>::new(), "{asked}: {said}");
        }
        _ => assert!(page.contains("<html lang=\"ja\">") && !page.contains("<ruby>"), "{asked}: {page}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_that_an_office_sees_is_there_in_all_three_languages() {
    let house = tokio::task::spawn_blocking(furnished).await.unwrap();
    let doors = Doors::of(house);
    let kept = doors.as_reader("ja", CONTACT, ("/office/campaign", Some(&SAVED))).await;
    assert_eq!(kept.status, 303, "{kept:?}");
    let mut otherwise = Vec::new();
    for tag in ["ja", "ja-x-easy", "en"] {
        for OfficeVisit { who, path, sent, status } in VISITS {
            let asked = format!("{tag} {} {path} {sent:?}", who.0);
            let mut page = doors.as_reader(tag, *who, (path, *sent)).await;
            while let Some(place) = page.place.take() {
                page = doors.as_reader(tag, *who, (&place, None)).await;
            }
            if page.status != *status {
                otherwise.push(format!("{asked}: {}", page.status));
            }
            speaks(tag, &asked, &page.text);
            let [opens, closes] = if tag == "en" { [" (", ")"] } else { ["（", "）"] };
            let (numbers, beside) = ("04-7197-1510</a>", format!("04-7197-1510</a>{opens}{HOURS}{closes}"));
            assert!(page.text.contains(numbers), "{asked}: whom to call: {page:?}");
            assert_eq!(page.text.matches(numbers).count(), page.text.matches(&beside).count(), "{asked}: {page:?}");
        }
    }
    assert!(otherwise.is_empty(), "{otherwise:#?}");
}

/// Files of this folder and of those in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Each route of the office with its methods, as the sources have them.
fn routes() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/desk/office");
    let of = |file: &PathBuf| {
        let text = std::fs::read_to_string(file).unwrap();
        // A path that has a name is said there, or beside it.
        let constant = |name: &str| {
            let beside = files(file.parent().unwrap());
            let texts = std::iter::once(file).chain(&beside).map(|file| std::fs::read_to_string(file).unwrap());
            let said = format!("const {name}: &str = \"");
            let mut found = texts.filter_map(|text| Some(text.split_once(&said)?.1.split_once('"')?.0.to_owned()));
            found.next()
        };
        let calls = text.split(".route(").skip(1).map(|call| call.split_once(',').unwrap());
        let each = calls.map(|(path, rest)| {
            let path = path.trim();
            let quoted = path.strip_prefix('"').and_then(|path| path.strip_suffix('"')).map(str::to_owned);
            let path = quoted.or_else(|| constant(path)).unwrap_or_else(|| panic!("whose path is {path}?"));
            (path, rest.lines().next().unwrap_or_default().to_owned())
        });
        each.collect::<Vec<_>>()
    };
    files(&root).iter().flat_map(of).collect()
}

/// Whether a visit is on this route.
fn leads(route: &str, visit: &str) -> bool {
    let path = visit.split('?').next().unwrap_or_default();
    let (of, at): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
    of.len() == at.len() && of.iter().zip(at).all(|(of, at)| of.starts_with('{') || *of == at)
}

#[test]
fn each_route_of_an_office_is_read_in_all_three_languages() {
    let routes = routes();
    assert!(routes.len() > 20, "{routes:?}");
    for (path, methods) in routes {
        for (method, is_sent) in [("get(", false), ("post(", true)] {
            let visited = VISITS.iter().any(|visit| visit.sent.is_some() == is_sent && leads(&path, visit.path));
            assert!(visited || !methods.contains(method), "nobody reads {path} {methods}");
        }
    }
}

/// What a template says outside of its tags, but for what it says to Japanese readers alone.
fn outside(template: &str) -> String {
    let mut rest = template;
    let mut kept = String::new();
    while let Some((before, after)) = rest.split_once("{% when Language::Japanese %}") {
        kept.push_str(before);
        rest = after.split_once("{% when Language::English %}").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    for (begins, ends) in [("{{", "}}"), ("{%", "%}"), ("<title>", "</title>")] {
        let mut parts = kept.split(begins);
        let first = parts.next().unwrap_or_default().to_owned();
        kept = parts.fold(first, |kept, part| kept + part.split_once(ends).map_or("", |(_, after)| after));
    }
    kept
}

#[test]
fn no_page_of_the_desk_says_a_word_to_japanese_readers_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let of_the_desk = ["office", "apply", "pickup", "campaign"].iter().flat_map(|folder| files(&root.join(folder)));
    let single = ["lost.html", "lost_stopped.html", "layout.html"].map(|file| root.join(file));
    for file in of_the_desk.chain(single).filter(|file| !file.to_string_lossy().contains("/steps/")) {
        let words = outside(&std::fs::read_to_string(&file).unwrap());
        let is_word = |sign: char| matches!(sign, 'ぁ'..='ん' | 'ァ'..='ヴ' | '一'..='鿿');
        let found: Vec<_> = words.lines().filter(|line| line.contains(is_word)).collect();
        assert!(found.is_empty(), "{}: {found:#?}", file.display());
    }
}
