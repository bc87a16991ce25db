//! Whoever types it wrongly is told in Japanese what is wrong and what would be right; nothing is done.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::fixtures::house::{House, Told};

/// What is typed, what the sentence says, which help it leads to.
const TABLE: &[(&str, &str, &str)] = &[
    (
        "nonsense",
        "「nonsense」というコマンドはありません。次のどれかです：application、audit、backup、break-glass、ca、",
        "ca-tools",
    ),
    ("devise list", "「devise」というコマンドはありません。device、serve のことですか。", "ca-tools"),
    ("device lst", "「lst」というコマンドはありません。list のことですか。次のどれかです：apply、", "ca-tools device"),
    ("", "コマンドが足りません。次のどれかです：application、audit、", "ca-tools"),
    ("--json", "コマンドが足りません。次のどれかです：application、audit、", "ca-tools"),
    ("device", "コマンドが足りません。次のどれかです：apply、inspect、", "ca-tools device"),
    (
        "cert issue --devise X",
        "「--devise」というオプションはありません。--device のことですか。",
        "ca-tools cert issue",
    ),
    ("office list --all", "「--all」というオプションはありません。", "ca-tools office list"),
    ("office list -x", "「-x」というオプションはありません。", "ca-tools office list"),
    (
        "cert issue",
        "--device <DEVICE>、--format <FORMAT>、--out <FILE> がありません。指定してください。",
        "ca-tools cert issue",
    ),
    ("office show", "<OFFICE> がありません。", "ca-tools office show"),
    ("user reset-password k.sato --keep", "「--keep」というオプションはありません。", "ca-tools user reset-password"),
    ("cert issue --device", "--device <DEVICE> に値がありません。", "ca-tools cert issue"),
    (
        "cert issue --format",
        "に値がありません。次のどれかです：p12、p12-compat、mobileconfig、pem",
        "ca-tools cert issue",
    ),
    ("cert issue --format zip", "「zip」は使えません。次のどれかです：p12、", "ca-tools cert issue"),
    ("--lang fr office list", "「fr」は使えません。次のどれかです：ja、en", "ca-tools office list"),
    (
        "cert reissue DEV-000001",
        "--to <DEVICE>、--format <FORMAT>、--out <FILE> がありません。",
        "ca-tools cert reissue",
    ),
    ("device report-lost", "<DEVICE> がありません。", "ca-tools device report-lost"),
    ("device report-lost T-1 --why x", "端末番号は DEV-000123 の形です。", "ca-tools device report-lost"),
    (
        "device show DEV-1a",
        "<DEVICE> に「DEV-1a」は使えません。端末番号は DEV-000123 の形です。",
        "ca-tools device show",
    ),
    ("device show DEV-000000", "端末番号は DEV-000001 からです。", "ca-tools device show"),
    ("office show 123", "事業所番号は、数字か英大文字の10桁です。", "ca-tools office show"),
    ("user unlock K.Sato", "カシワニネットIDは、英小文字・数字・", "ca-tools user unlock"),
    ("--operator A user list", "--operator <ID> に「A」は使えません。カシワニネットIDは、", "ca-tools user list"),
    ("room show a/b", "部屋番号は、英数字・", "ca-tools room show"),
    (
        "user add --role chief",
        "役割は、ra_clerk、ra_approver、auditor、ca_custodian、ops のどれかです。",
        "ca-tools user add",
    ),
    ("cert revoke --serial zz", "シリアル番号は16進数", "ca-tools cert revoke"),
    ("cert list --state gone", "次のどれかです：intended、issued、superseded、revoked", "ca-tools cert list"),
    ("device apply --os dos", "次のどれかです：windows、macos、linux、android、ios", "ca-tools device apply"),
    ("device approve DEV-000001 --until x", "日付は 2027-03-31、", "ca-tools device approve"),
    ("cert list --expiring x", "「x」は使えません。0 以上の整数で書いてください。", "ca-tools cert list"),
    ("report unused --days 0", "「0」は使えません。1 から 3650 までの整数で書いてください。", "ca-tools report unused"),
    ("campaign open --due 春", "日付は 2027-05-31 か 令和9年5月31日 の形です。", "ca-tools campaign open"),
    ("office readiness --before 2027-02-30", "日付は 2027-05-31 か", "ca-tools office readiness"),
    ("campaign show 2026年", "現況届の番号は C-2026 の形です。", "ca-tools campaign show"),
    (
        "campaign answer C-2026 1272200001 --continue K?",
        "カシワニネットID（k.sato）か端末番号（DEV-000123）で",
        "ca-tools campaign answer",
    ),
    ("incident show x", "事故・障害の記録番号は I-000001 の形です。", "ca-tools incident show"),
    ("training hold 春 --on 2026-10-01", "年度は 2026 か 令和8年度 の形です。", "ca-tools training hold"),
    ("cert list --expiring -1", "「-1」というオプションはありません。", "ca-tools cert list"),
    ("application show A-1", "申請番号は A-2026-000001 の形です。", "ca-tools application show"),
    (
        "application list --state x",
        "次のどれかです：received、inspected、approved、rejected",
        "ca-tools application list",
    ),
    (
        "application inspect A-2026-000001 --result fail --unticked x",
        "次のどれかです：complete、",
        "ca-tools application inspect",
    ),
    ("serve --listen x", "アドレスは 127.0.0.1:8449 の形です。", "ca-tools serve"),
    ("init --dir x --registry mysql://x", "台帳の URL ではありません。", "ca-tools init"),
    ("init --dir x --registry sqlite:", "ファイル名がありません。", "ca-tools init"),
    ("init --dir x --registry postgres://w@db.example/x", "通信路が保護されていません。", "ca-tools init"),
    ("office show 1272200001 1272200002", "「1272200002」は余分です。", "ca-tools office show"),
    ("--yes=true office list", "--yes に「true」は余分です。", "ca-tools office list"),
    ("cert list --device DEV-000001 --device DEV-000002", "--device <DEVICE> は1回だけ", "ca-tools cert list"),
    ("serve --socket a --listen 127.0.0.1:1", "--socket <PATH> と --listen <ADDRESS> は同時に", "ca-tools serve"),
    ("--why device office lst", "「lst」というコマンドはありません。", "ca-tools office"),
];

#[test]
fn wrong_use_is_told_in_the_readers_language_alone_and_nothing_is_done() {
    let house = House::new();
    let before = house.files();
    for (line, sentence, help) in TABLE {
        let arguments: Vec<_> = line.split_whitespace().collect();
        let told = house.run(&arguments);
        assert_eq!((told.code, told.out.as_str()), (2, ""), "{line}: {told:?}");
        let mut lines = told.err.lines();
        assert_eq!(lines.next(), Some("コマンドの書き方が違います。何もしていません。"), "{line}: {told:?}");
        assert!(lines.next().unwrap().contains(sentence), "{line}: {told:?}");
        assert_eq!(lines.next().unwrap(), format!("使い方は {help} --help で見られます。"), "{line}: {told:?}");
        assert_eq!(lines.next(), None, "{line}: {told:?}");
        let foreigner = house.run(&[&["--lang=en"], &arguments[..]].concat());
        assert!(foreigner.code == 2 && !foreigner.err.contains("コマンドの書き方"), "{line}: {foreigner:?}");
    }
    assert_eq!(house.files(), before);
}

#[test]
fn what_is_no_text_is_told_and_no_panic() {
    let house = House::new();
    for at in 0..3 {
        let mut words: Vec<&OsStr> = ["office", "show", "1272200001"].map(OsStr::new).to_vec();
        words[at] = OsStr::from_bytes(b"\xff\xfe");
        let told = Told::of(house.command(&[]).args(words).output().unwrap());
        assert_eq!(told.code, 2, "{told:?}");
        assert!(told.err.starts_with("コマンドの書き方が違います。"), "{told:?}");
    }
}

#[test]
fn a_blank_application_is_none_and_what_an_event_keeps_is_one_line() {
    let house = House::new();
    let register = ["--config", "ca/ca.toml", "--operator", "setup", "office", "register", "1272200001", "--name", "x"];
    for blank in ["", " ", "　"] {
        let told = house.run(&[&register[..], &["--application", blank]].concat());
        assert_eq!(told.code, 1, "{told:?}");
        assert!(told.err.contains("申請番号がありません。"), "{told:?}");
    }
    let endless = "a".repeat(1_001);
    for (option, text) in [("--application", "A\n1"), ("--why", "a\u{1b}[2J"), ("--why", &endless)] {
        let told = house.run(&[&register[..], &["--application", "A-1", option, text]].concat());
        let told = if option == "--application" { house.run(&[&register[..], &[option, text]].concat()) } else { told };
        assert_eq!(told.code, 2, "{told:?}");
        assert!(told.err.starts_with(option) && told.err.contains("何もしていません。"), "{told:?}");
    }
    assert_eq!(house.done("office list"), serde_json::json!([]));
}

#[test]
fn many_devices_are_not_begun_where_their_files_have_no_place() {
    let house = House::furnished();
    let told = house.tell("example devices --office 1272200001 --count 2 --out nowhere --keep 1 --application A");
    assert!(told.code == 1 && told.err.contains("--out nowhere はディレクトリではありません。"), "{told:?}");
    assert_eq!(house.done("device list").as_array().unwrap().len(), 1);
}

#[test]
fn what_the_system_and_the_profile_say_is_told_in_japanese_too() {
    let house = House::furnished();
    house.secret("short", "short\n");
    for (line, words) in [
        ("cert issue --device DEV-000001 --format p12 --out no/d", "（ファイルまたはディレクトリがありません）"),
        ("cert issue --device DEV-000001 --format p12 --out d --days 0", "有効日数は1日以上にしてください。"),
        (
            "cert issue --device DEV-000001 --format p12 --out d --days 9999",
            "日以内にするか、--days を省いてください。",
        ),
        ("cert renew --device DEV-000001 --format p12 --out d", "cert list --device DEV-000001 で確かめ、"),
        ("init --dir other --passphrase-file short", "short：パスフレーズは12文字以上にしてください。"),
    ] {
        let told = house.tell(line);
        assert!(told.code == 1 && told.err.contains(words), "{line}: {told:?}");
    }
    assert_eq!(house.done("cert list"), serde_json::json!([]));
}
