//! What the forms promise: everything wrong is told at once, beside its field, and nothing wrong gets through.

use std::collections::BTreeMap;

use super::*;

fn today() -> Day {
    "2026-04-01".parse().unwrap()
}

fn office() -> KnownOffice {
    let details = OfficeDetails::from_fn(|detail| match detail {
        Detail::Corporation => "医療法人社団ひだまり".to_owned(),
        Detail::Name => "ひだまり訪問看護".to_owned(),
        Detail::Kana => "ひだまりほうもんかんご".to_owned(),
        Detail::Contact => "佐藤 花子".to_owned(),
        Detail::Mail => "hidamari@example.jp".to_owned(),
        Detail::Telephone => "04-7167-1111".to_owned(),
        Detail::Address => "柏市柏5-10-1".to_owned(),
    });
    let people = [("k.sato", "佐藤 花子"), ("m.ito", "伊藤 実")];
    let people: BTreeMap<_, _> = people.into_iter().map(|(id, name)| (id.parse().unwrap(), name.to_owned())).collect();
    KnownOffice { details, people }
}

fn read(kind: Kind, fields: &[(&str, &str)], known: Option<&KnownOffice>) -> Result<Form, Mistakes> {
    let facts = Facts { today: today(), office: known, professions: &Professions::default() };
    Form::read(kind, &fields.iter().copied().collect(), &facts)
}

/// The fields in which something is wrong.
fn wrong(kind: Kind, fields: &[(&str, &str)], known: Option<&KnownOffice>) -> Vec<String> {
    read(kind, fields, known).unwrap_err().0.into_iter().map(|mistake| mistake.field).collect()
}

const FIRST: [(&str, &str); 11] = [
    ("office", "１２７２２０００９９"),
    ("corporation", "社会福祉法人　みどり"),
    ("name", "みどり訪問介護"),
    ("mail", "midori＠example.jp"),
    ("telephone", "０４−７１６７−２２２２"),
    ("address", "柏市豊四季台１丁目"),
    ("person-1-name", "森　太郎"),
    ("person-1-profession", "介護支援専門員"),
    ("contact_person", "１"),
    ("permission", "1"),
    ("pledge", PLEDGE),
];

fn without<'a>(fields: &[(&'a str, &'a str)], field: &str) -> Vec<(&'a str, &'a str)> {
    fields.iter().copied().filter(|(name, _)| *name != field).collect()
}

fn with<'a>(fields: &[(&'a str, &'a str)], field: &'a str, text: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut fields = without(fields, field);
    fields.push((field, text));
    fields
}

#[test]
fn a_first_registration_is_read_as_people_type_it() {
    let Ok(Form::FirstRegistration(form)) = read(Kind::FirstRegistration, &FIRST, None) else { panic!() };
    assert_eq!(form.office.as_str(), "1272200099");
    let said = |detail| form.details[detail].as_str();
    assert_eq!(said(Detail::Corporation), "社会福祉法人 みどり");
    assert_eq!((said(Detail::Mail), said(Detail::Telephone)), ("midori@example.jp", "04-7167-2222"));
    assert_eq!((said(Detail::Contact), form.contact_person, form.pledge.as_str()), ("森 太郎", 0, PLEDGE));
    let kept = serde_json::to_string(&Form::FirstRegistration(form.clone())).unwrap();
    assert_eq!(serde_json::from_str::<Form>(&kept).unwrap(), Form::FirstRegistration(form));
}

#[test]
fn of_an_empty_form_every_field_that_is_needed_is_told_at_once() {
    let told = wrong(Kind::FirstRegistration, &[], None);
    let needed = [
        "office",
        "corporation",
        "name",
        "telephone",
        "address",
        "person-1-name",
        "contact_person",
        "permission",
        "pledge",
    ];
    assert_eq!(told, needed);
    assert_eq!(
        wrong(Kind::Certificate, &[], Some(&office())),
        [
            "office",
            "label",
            "os",
            "ownership",
            "check-startup_password",
            "check-default_changed",
            "check-os_supported",
            "check-protected"
        ]
    );
    assert_eq!(wrong(Kind::Ids, &[], Some(&office())), ["office", "person-1-name", "reason", "effective"]);
    for mistake in read(Kind::FirstRegistration, &[], None).unwrap_err().0 {
        assert!(!mistake.text.ja.is_ascii() && !mistake.with_label().ja.contains('_'), "{mistake:?}");
    }
}

#[test]
fn without_its_form1_its_permission_or_its_pledge_a_first_registration_is_refused() {
    for (field, told) in [("person-1-name", "person-1-name"), ("permission", "permission"), ("pledge", "pledge")] {
        let fields = without(&FIRST, field);
        assert_eq!(wrong(Kind::FirstRegistration, &fields, None), [told]);
    }
    let no_form1 = without(&without(&FIRST, "person-1-name"), "person-1-profession");
    assert_eq!(wrong(Kind::FirstRegistration, &no_form1, None), ["person-1-name", "contact_person"]);
    assert_eq!(wrong(Kind::FirstRegistration, &without(&FIRST, "contact_person"), None), ["contact_person"]);
    assert_eq!(wrong(Kind::FirstRegistration, &with(&FIRST, "contact_person", "2"), None), ["contact_person"]);
    assert_eq!(wrong(Kind::FirstRegistration, &FIRST, Some(&office())), ["office"]);
}

#[test]
fn a_no_in_a_cell_is_no_permission_and_no_check() {
    for no in ["FALSE", "false", "0", "いいえ", "×", "無", "なし", "未", "同意しない", "N", "－", "確認中", "?"]
    {
        assert_eq!(wrong(Kind::FirstRegistration, &with(&FIRST, "permission", no), None), ["permission"], "{no}");
        assert_eq!(wrong(Kind::FirstRegistration, &with(&FIRST, "pledge", no), None), ["pledge"], "{no}");
        let fields = with(&CERTIFICATE, "check-protected", no);
        assert_eq!(wrong(Kind::Certificate, &fields, Some(&office())), ["check-protected"], "{no}");
    }
    for yes in ["TRUE", "はい", "○", "有", "済", "on", "１"] {
        assert!(read(Kind::FirstRegistration, &with(&FIRST, "permission", yes), None).is_ok(), "{yes}");
    }
    let told = read(Kind::FirstRegistration, &with(&FIRST, "permission", "確認中"), None).unwrap_err();
    assert!(told.0[0].text.ja.contains("「はい」か「いいえ」"), "{told:?}");
}

#[test]
fn the_pledge_that_is_accepted_is_the_one_of_today() {
    for version in ["2026-04-01", "2026/4/1", "令和8年4月1日", "２０２６－０４－０１"] {
        let Ok(Form::FirstRegistration(form)) = read(Kind::FirstRegistration, &with(&FIRST, "pledge", version), None)
        else {
            panic!("{version}")
        };
        assert_eq!(form.pledge, PLEDGE, "{version}");
    }
    // To which one a bare yes was said is not known.
    for other in ["2025-04-01", "2026-04", "1", "はい", "同意する", "最新", "2026-04-01版"] {
        let told = read(Kind::FirstRegistration, &with(&FIRST, "pledge", other), None).unwrap_err();
        assert!(told.0[0].text.ja.contains("2026-04-01 版"), "{other}: {told:?}");
    }
    for renewed in ["いいえ", "FALSE"] {
        let told = read(Kind::FirstRegistration, &with(&FIRST, "pledge", renewed), None).unwrap_err();
        assert!(told.0[0].text.ja.contains("同意がない"), "{renewed}: {told:?}");
    }
}

#[test]
fn a_sign_that_is_not_seen_is_refused_in_every_field() {
    for (field, text) in FIRST {
        let told = read(Kind::FirstRegistration, &with(&FIRST, field, &format!("{text}\u{202e}")), None).unwrap_err();
        assert_eq!(told.0[0].field, field);
        assert!(told.0[0].text.ja.contains("U+202E") || told.0[0].text.ja.contains("⟨U+202E⟩"), "{field}: {told:?}");
    }
}

#[test]
fn the_same_person_in_two_spellings_is_named_twice() {
    let twice = [&FIRST[..], &[("person-2-name", "森太郎"), ("person-2-profession", "介護支援専門員")]].concat();
    assert_eq!(wrong(Kind::FirstRegistration, &twice, None), ["person-2-name"]);
}

#[test]
fn every_field_is_judged_for_itself() {
    let table = [
        ("office", "127220001"),
        ("office", "127220-0001"),
        ("mail", "midori"),
        ("telephone", "7167-2222"),
        ("person-1-profession", "先生"),
        ("person-1-name", "森\n太郎"),
        ("contact_person", "森"),
    ];
    for (field, text) in table {
        assert_eq!(wrong(Kind::FirstRegistration, &with(&FIRST, field, text), None), [field], "{text}");
    }
}

const IDS: [(&str, &str); 6] = [
    ("office", "1272200001"),
    ("person-2-name", "森 太郎"),
    ("person-2-profession", "ｍｓｗ"),
    ("delete-1", "Ｍ．ＩＴＯ"),
    ("reason", "採用"),
    ("effective", "令和８年４月１５日"),
];

#[test]
fn form1_adds_and_deletes_in_one() {
    let Ok(Form::Ids(form)) = read(Kind::Ids, &IDS, Some(&office())) else { panic!() };
    assert_eq!(form.added, [NewPerson { name: "森 太郎".into(), profession: "MSW".into() }]);
    assert_eq!((form.deleted[0].login_id.as_str(), form.deleted[0].name.as_str()), ("m.ito", "伊藤 実"));
    assert_eq!((form.reason, form.effective.to_string().as_str()), (Reason::Hired, "2026-04-15"));
    let half = without(&IDS, "person-2-profession");
    assert_eq!(wrong(Kind::Ids, &half, Some(&office())), ["person-2-profession"]);
}

#[test]
fn an_id_of_another_office_is_none_to_delete_and_no_user_of_a_device() {
    let known = office();
    assert_eq!(wrong(Kind::Ids, &with(&IDS, "delete-1", "t.mori"), Some(&known)), ["delete-1"]);
    assert_eq!(wrong(Kind::Ids, &with(&IDS, "delete-3", "m.ito"), Some(&known)), ["delete-3"]);
    assert_eq!(wrong(Kind::Ids, &with(&IDS, "effective", "2028-04-01"), Some(&known)), ["effective"]);
    assert_eq!(wrong(Kind::Ids, &with(&IDS, "reason", "転職"), Some(&known)), ["reason"]);
    assert_eq!(wrong(Kind::Certificate, &with(&CERTIFICATE, "user-1", "t.mori"), Some(&known)), ["user-1"]);
    assert!(wrong(Kind::Ids, &IDS, None).contains(&"office".to_owned()));
}

const CERTIFICATE: [(&str, &str); 9] = [
    ("office", "1272200001"),
    ("label", "訪問用タブレット１"),
    ("os", "windows"),
    ("ownership", "byod"),
    ("user-1", "k.sato"),
    ("check-startup_password", "1"),
    ("check-default_changed", "1"),
    ("check-os_supported", "1"),
    ("check-protected", "1"),
];

#[test]
fn a_device_is_applied_for_only_when_it_is_safe_and_a_personal_one_with_its_person() {
    let known = office();
    let Ok(Form::Certificate(form)) = read(Kind::Certificate, &CERTIFICATE, Some(&known)) else { panic!() };
    assert_eq!((form.label.as_str(), form.users[0].as_str()), ("訪問用タブレット1", "k.sato"));
    assert_eq!(wrong(Kind::Certificate, &without(&CERTIFICATE, "check-protected"), Some(&known)), ["check-protected"]);
    assert_eq!(wrong(Kind::Certificate, &without(&CERTIFICATE, "user-1"), Some(&known)), ["user-1"]);
    let shared = with(&without(&CERTIFICATE, "user-1"), "ownership", "office");
    assert!(read(Kind::Certificate, &shared, Some(&known)).is_ok());
    assert_eq!(wrong(Kind::Certificate, &with(&CERTIFICATE, "os", "dos"), Some(&known)), ["os"]);
}

#[test]
fn form2_keeps_before_and_after_of_what_changes_and_of_nothing_else() {
    let known = office();
    let fields = [
        ("office", "1272200001"),
        ("name", "ひだまり訪問看護"),
        ("mail", "new@example.jp"),
        ("telephone", ""),
        ("rename-1-id", "m.ito"),
        ("rename-1-name", "鈴木　実"),
    ];
    let Ok(Form::OfficeChange(form)) = read(Kind::OfficeChange, &fields, Some(&known)) else { panic!() };
    let mail = Changed { detail: Detail::Mail, before: "hidamari@example.jp".into(), after: "new@example.jp".into() };
    assert_eq!(form.changes, [mail]);
    assert_eq!((form.renamed[0].before.as_str(), form.renamed[0].after.as_str()), ("伊藤 実", "鈴木 実"));
    assert_eq!(wrong(Kind::OfficeChange, &fields[..2], Some(&known)), ["changes"]);
    assert_eq!(wrong(Kind::OfficeChange, &with(&fields, "mail", "new"), Some(&known)), ["mail"]);
    assert_eq!(wrong(Kind::OfficeChange, &with(&fields, "rename-1-id", "t.mori"), Some(&known)), ["rename-1-id"]);
}

#[test]
fn a_new_number_is_a_registration_anew() {
    let known = office();
    let fields = with(&with(&FIRST, "office", "1272200001"), "new_office", "12722000A1");
    let Ok(Form::OfficeNumber(form)) = read(Kind::OfficeNumber, &fields, Some(&known)) else { panic!() };
    assert_eq!((form.new_office.as_str(), form.people.len(), form.changes.len()), ("12722000A1", 1, 5));
    let same = with(&fields, "new_office", "1272200001");
    assert_eq!(wrong(Kind::OfficeNumber, &same, Some(&known)), ["new_office"]);
    assert_eq!(wrong(Kind::OfficeNumber, &without(&fields, "pledge"), Some(&known)), ["pledge"]);
}

#[test]
fn more_people_than_any_office_adds_at_once_are_two_applications() {
    let fields: Vec<(String, String)> = (1..=MOST_ROWS + 1)
        .flat_map(|row| {
            [
                (format!("person-{row}-name"), format!("人{row}")),
                (format!("person-{row}-profession"), "医師".to_owned()),
            ]
        })
        .chain(IDS[3..].iter().chain(&IDS[..1]).map(|(name, text)| ((*name).to_owned(), (*text).to_owned())))
        .collect();
    let facts = Facts { today: today(), office: Some(&office()), professions: &Professions::default() };
    let told = Form::read(Kind::Ids, &fields.into_iter().collect(), &facts);
    assert_eq!(told.unwrap_err().0.len(), 1);
}
