//! Does every policy decide what its cases say, and does every policy have a case?

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot read its table has failed")]

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;

use certs::Timestamp;
use policies::{Access, AtDevice, PolicyRefusal, PolicySet, Question, Who};
use registry::{Assurance, LoginId, OfficeNo, Os, Ownership, Role};
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const BUILT_IN: &str = include_str!("../care-record.cedar");
const CONSOLE: &str = include_str!("../cases/console.table");
const NIGHT_REST: &str = include_str!("city/night-rest.cedar");
const TRAINING: &str = include_str!("city/training.cedar");

#[test]
fn every_case_is_decided_as_it_says() {
    let set = PolicySet::built_in().unwrap();
    let mut ran = 0;
    for (file, cases) in tables("cases") {
        for case in &cases.case {
            assert_eq!(cases.decide(&set, case), case.expected(), "{file}: {}", case.it);
            ran += 1;
        }
    }
    assert!(ran >= 20, "only {ran} cases were found");
}

#[test]
fn whoever_holds_several_roles_may_in_the_console_what_one_of_them_may() {
    let set = PolicySet::built_in().unwrap();
    let table = console();
    let allowed = |roles: &[Role], area: &str, write: bool| {
        let roles = roles.iter().map(|role| role.as_str().to_owned()).collect();
        let person = Person { login_id: "city.ito".into(), office: CITY.into(), roles, trained: Vec::new() };
        let who = HashMap::from([("somebody".to_owned(), person)]);
        let asked = Case { who: "somebody".into(), ..visit("somebody", area, write) };
        matches!(Table { who, device: city(), case: Vec::new() }.decide(&set, &asked), Outcome::AllowedBy(_))
    };
    for set_of in 0..1_u32 << Role::ALL.len() {
        let roles: Vec<Role> = (0..).zip(Role::ALL).filter(|(at, _)| set_of >> at & 1 == 1).map(|(_, r)| r).collect();
        for case in table.case.iter().filter(|case| case.who == "colleague") {
            let Asks::Visit { area } = &case.asks else { continue };
            let expected = roles.iter().any(|role| allowed(&[*role], area, case.write));
            assert_eq!(allowed(&roles, area, case.write), expected, "{roles:?}: {}", case.it);
        }
    }
}

#[test]
fn every_policy_decides_at_least_one_case() {
    assert_eq!(undecided(&PolicySet::built_in().unwrap(), "cases"), Vec::<String>::new());
}

#[test]
fn a_policy_that_no_case_exercises_is_found() {
    let nobody_asks = r#"@id("nobody-asks") @reason("policy_denied")
        forbid (principal is SystemUser, action, resource) when { context.hour == 25 };"#;
    let set = PolicySet::load([("care-record.cedar", BUILT_IN), ("more.cedar", nobody_asks)]).unwrap();
    assert_eq!(undecided(&set, "cases"), ["nobody-asks"]);
}

#[test]
fn a_city_may_add_policies_in_files_of_its_own() {
    for (name, text) in [("night-rest", NIGHT_REST), ("training", TRAINING)] {
        let set = PolicySet::load([("care-record.cedar", BUILT_IN), (name, text)]).unwrap();
        let cases = of_city(name);
        for case in &cases.case {
            assert_eq!(cases.decide(&set, case), case.expected(), "{name}: {}", case.it);
        }
        let decided: BTreeSet<_> = cases.case.iter().filter_map(|case| cases.decide(&set, case).id()).collect();
        let built_in = PolicySet::built_in().unwrap();
        let added: Vec<_> = set.ids().into_iter().filter(|id| !built_in.ids().contains(id)).collect();
        assert!(!added.is_empty() && added.iter().all(|id| decided.contains(*id)), "{name}: {added:?}");
    }
}

/// What a training counts for a city says; the house says nothing of it.
#[test]
fn no_policy_of_ours_asks_for_a_training() {
    assert!(!BUILT_IN.contains("trained") && !BUILT_IN.contains("fiscal_year"));
    let (set, cases) = (PolicySet::built_in().unwrap(), of_city("training"));
    for case in &cases.case {
        let told = cases.decide(&set, case);
        assert!(!matches!(told, Outcome::Refused { reason: "training_needed", .. }), "{}: {told:?}", case.it);
    }
}

/// The cases beside a policy that is an example of what a city may add.
fn of_city(name: &str) -> Table {
    let all = tables("tests/city");
    all.into_iter().find(|(file, _)| file.ends_with(&format!("/{name}.toml"))).expect("cases beside the policy").1
}

/// Every `@id` that none of the cases in this folder is decided by.
fn undecided(set: &PolicySet, folder: &str) -> Vec<String> {
    let mut deciding = BTreeSet::new();
    for (_, cases) in tables(folder) {
        deciding.extend(cases.case.iter().filter_map(|case| cases.decide(set, case).id()));
    }
    set.ids().into_iter().map(str::to_owned).filter(|id| !deciding.contains(id)).collect()
}

/// One file of cases: people and devices by a name of their own, then the cases.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    who: HashMap<String, Person>,
    device: HashMap<String, Device>,
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    login_id: String,
    office: String,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    trained: Vec<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Device {
    number: String,
    office: String,
    users: Option<Vec<String>>,
    os: String,
    ownership: String,
    assurance: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    it: String,
    who: String,
    device: String,
    asks: Asks,
    #[serde(default)]
    write: bool,
    /// Five to noon on a Tuesday, unless the case says otherwise.
    #[serde(default = "before_noon")]
    at: String,
    allowed_by: Option<String>,
    refused: Option<String>,
    refused_by: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
enum Asks {
    UseDevice {},
    EnterRoom { room: String, invited: bool, open: bool },
    Visit { area: String },
}

/// What came out, or should.
#[derive(Debug, Eq, PartialEq)]
enum Outcome {
    AllowedBy(String),
    Refused { reason: &'static str, by: Option<String> },
}

impl Outcome {
    fn id(self) -> Option<String> {
        match self {
            Self::AllowedBy(id) => Some(id),
            Self::Refused { by, .. } => by,
        }
    }
}

impl Case {
    fn expected(&self) -> Outcome {
        match (&self.allowed_by, &self.refused) {
            (Some(id), None) => Outcome::AllowedBy(id.clone()),
            (None, Some(reason)) => Outcome::Refused { reason: known(reason), by: self.refused_by.clone() },
            _ => panic!("{}: say either allowed_by or refused", self.it),
        }
    }
}

impl Table {
    fn decide(&self, set: &PolicySet, case: &Case) -> Outcome {
        let (person, device) = (&self.who[&case.who], &self.device[&case.device]);
        let login_id: LoginId = person.login_id.parse().unwrap();
        let office: OfficeNo = person.office.parse().unwrap();
        let roles: Vec<Role> = person.roles.iter().map(|role| role.parse().unwrap()).collect();
        let device_office: OfficeNo = device.office.parse().unwrap();
        let users: Option<HashSet<LoginId>> =
            device.users.as_ref().map(|users| users.iter().map(|user| user.parse().unwrap()).collect());
        let answer = set.decide(&Access {
            who: Who { login_id: &login_id, office: &office, roles: &roles, trained: &person.trained },
            device: AtDevice {
                device: device.number.parse().unwrap(),
                office: &device_office,
                users: users.as_ref(),
                os: os(&device.os),
                ownership: if device.ownership == "byod" { Ownership::Byod } else { Ownership::Office },
                assurance: if device.assurance == "hwk" { Assurance::Hwk } else { Assurance::Swk },
            },
            question: match &case.asks {
                Asks::UseDevice {} => Question::UseDevice,
                Asks::EnterRoom { room, invited, open } => Question::EnterRoom { room, invited: *invited, open: *open },
                Asks::Visit { area } => Question::Visit { area: area.parse().unwrap() },
            },
            write: case.write,
            now: instant(&case.at),
        });
        match answer {
            Ok(permit) => Outcome::AllowedBy(permit.policy_id().to_string()),
            Err(refusal) => {
                Outcome::Refused { reason: reason(&refusal), by: refusal.policy_id().map(ToString::to_string) }
            }
        }
    }
}

fn reason(refusal: &PolicyRefusal) -> &'static str {
    match refusal {
        PolicyRefusal::OfficeMismatch { .. } => "office_mismatch",
        PolicyRefusal::UserNotOnDevice { .. } => "user_not_on_device",
        PolicyRefusal::NotInvited { .. } => "not_invited",
        PolicyRefusal::TrainingNeeded { .. } => "training_needed",
        PolicyRefusal::Denied { .. } => "policy_denied",
        PolicyRefusal::Unevaluable { .. } => "unevaluable",
    }
}

fn known(reason: &str) -> &'static str {
    let known = ["office_mismatch", "user_not_on_device", "not_invited", "training_needed", "policy_denied"];
    known.into_iter().find(|known| *known == reason).unwrap_or_else(|| panic!("{reason} is no reason"))
}

fn os(word: &str) -> Os {
    let known = [
        ("windows", Os::Windows),
        ("macos", Os::Macos),
        ("linux", Os::Linux),
        ("android", Os::Android),
        ("ios", Os::Ios),
    ];
    known.into_iter().find(|(known, _)| *known == word).unwrap_or_else(|| panic!("{word} is no system")).1
}

fn instant(text: &str) -> Timestamp {
    Timestamp::from_unix(OffsetDateTime::parse(text, &Rfc3339).unwrap().unix_timestamp())
}

fn before_noon() -> String {
    "2026-08-25T11:55:00+09:00".into()
}

fn tables(folder: &str) -> Vec<(String, Table)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path.display().to_string(), toml::from_str(&text).expect("a table of cases")));
        }
    }
    if folder == "cases" {
        found.push(("console.table".to_owned(), console()));
    }
    found
}

const CITY: &str = "CITY000001";

fn city() -> HashMap<String, Device> {
    let (os, ownership, assurance) = ("windows".to_owned(), "office".to_owned(), "hwk".to_owned());
    let device = Device { number: "DEV-000009".into(), office: CITY.into(), users: None, os, ownership, assurance };
    HashMap::from([("city".to_owned(), device)])
}

fn visit(who: &str, area: &str, write: bool) -> Case {
    Case {
        it: format!("{who} {} in {area}", if write { "writes" } else { "reads" }),
        who: who.to_owned(),
        device: "city".to_owned(),
        asks: Asks::Visit { area: area.to_owned() },
        write,
        at: before_noon(),
        allowed_by: None,
        refused: None,
        refused_by: None,
    }
}

/// Who may do what in the console, as `console.table` says: a case for each cell's `r` and each `w`.
fn console() -> Table {
    let mut rows = CONSOLE.lines().filter(|line| !line.starts_with('#')).map(str::split_whitespace);
    let areas: Vec<&str> = rows.next().unwrap().skip(1).collect();
    let (mut who, mut case) = (HashMap::new(), Vec::new());
    for mut row in rows {
        let name = row.next().unwrap();
        let roles = name.parse::<Role>().map(|role| role.as_str().to_owned()).into_iter().collect();
        let office = if name == "nurse" { "1272201234" } else { CITY }.to_owned();
        who.insert(name.to_owned(), Person { login_id: format!("city.{name}"), office, roles, trained: Vec::new() });
        for (area, may) in areas.iter().zip(row) {
            let slug = area.replace('_', "-");
            let whose = match *area {
                "console_change" => "clerks",
                "console_approve" => "approvers",
                "console_custody" => "custodians",
                "console_export" => "readers",
                _ => "operators",
            };
            for write in [false, true] {
                let is_read = write && may == "r-" && ["console_home", "console"].contains(area);
                let by = if is_read { "console-is-read".to_owned() } else { format!("{slug}-by-role-only") };
                let asked = visit(name, area, write);
                case.push(if may.contains(if write { 'w' } else { 'r' }) {
                    Case { allowed_by: Some(format!("{slug}-for-{whose}")), ..asked }
                } else {
                    Case { refused: Some("policy_denied".to_owned()), refused_by: Some(by), ..asked }
                });
            }
        }
    }
    Table { who, device: city(), case }
}
