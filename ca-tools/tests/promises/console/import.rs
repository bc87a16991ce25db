//! A table as a file, or pasted: looked at first, every cell told, and taken over whole and as it was looked at, or not at all.

use rust_xlsxwriter::Workbook;

use crate::fixtures::console::{APPROVER, AUDITOR, CLERK, Console, OPS};
use crate::fixtures::doors::Page;

const ROOMS: &str = "/console/change/import/rooms";
const PEOPLE: &str = "/console/change/import/people";
const APPLIED: &[(&str, &str)] = &[("application", "A-9")];
const OF_PEOPLE: &str = "事業所番号,氏名,ふりがな,職種,カシワニネットID,担当者\r\n";

impl Console {
    /// A file is chosen and looked at, on an application.
    async fn look(&self, path: &str, file: &[u8]) -> Page {
        let opened = self.get(CLERK, path).await;
        assert!(opened.text.contains("enctype=\"multipart/form-data\""), "{}", opened.body());
        self.send_file(CLERK, &opened, (APPLIED, "表.xlsx", file)).await
    }

    fn count(&self, table: &str) -> String {
        self.house().answer_apart(&format!("SELECT count(*) FROM {table}"))
    }
}

/// A workbook of texts.
fn book(rows: &[&[&str]]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells) {
            sheet.write_string(row, column, *cell).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

fn cp932(text: &str) -> Vec<u8> {
    encoding_rs::SHIFT_JIS.encode(text).0.into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_table_is_looked_at_before_it_is_taken_over() {
    let console = Console::new();
    let opened = console.get(CLERK, ROOMS).await;
    assert!(opened.says("部屋の名前（必須）"), "{}", opened.body());
    let wrong = console.send(CLERK, &opened, &[("table", "部屋番号\t部屋の名前\nR1\t山田様\nR 2\t\n")]).await;
    assert_eq!(wrong.status, 422, "{}", wrong.body());
    assert!(wrong.says("<td>3</td><td>B</td><td>部屋の名前</td><td></td><td>入力してください"), "{}", wrong.body());

    let table = [("table", "部屋番号\t部屋の名前\nR1\t山田様\nR2\t鈴木様\n")];
    let looked = console.send(CLERK, &opened, &table).await;
    assert!(looked.status == 200 && looked.says("部屋2件を開設します。まだ何もしていません"), "{}", looked.body());
    assert!(looked.says("<td>3</td><td>R2</td><td>鈴木様</td>"), "{}", looked.body());
    assert_eq!(console.count("rooms"), "0");
    let done = console.send(CLERK, &looked, &[]).await;
    assert_eq!(done.status, 303, "{}", done.body());
    assert!(done.place.is_some_and(|place| place.starts_with("/console/rooms?done=")));
    assert_eq!(console.count("rooms"), "2");
    let again = console.send(CLERK, &opened, &table).await;
    assert!(again.status == 422 && again.says("<td>A</td><td>部屋番号</td><td>R1</td>"), "{}", again.body());
    let nothing = console.send(CLERK, &opened, &[]).await;
    assert!(nothing.status == 422 && nothing.says("ファイルを選ぶか"), "{}", nothing.body());
    for (who, status) in [(AUDITOR, 403), (OPS, 403)] {
        assert_eq!(console.get(who, ROOMS).await.status, status);
    }
    // What one had looked at another does not take over.
    let looked = console.send(CLERK, &opened, &[("table", "部屋の名前\n森様\n")]).await;
    let other = console.send(APPROVER, &looked, &[]).await;
    assert!(other.status == 422 && other.says("もう一度ファイルを選んで"), "{}", other.body());
    assert_eq!(console.count("rooms"), "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_a_file_get_slips_once_and_a_second_press_makes_no_other() {
    let console = Console::new();
    let table = format!(
        "{OF_PEOPLE}1272200001,髙橋　花子,たかはし　はなこ,看護師,,はい\r\n1272200001,㈱～森,,医師,m.mori,\r\n"
    );
    let looked = console.look(PEOPLE, &cp932(&table)).await;
    assert!(looked.status == 200 && looked.says("利用者2件を追加します"), "{}", looked.body());
    assert!(looked.says("髙橋 花子（たかはし はなこ）（事業所 1272200001・看護師・担当者）"), "{}", looked.body());
    assert!(looked.says("㈱～森"), "{}", looked.body());
    let before = console.count("system_users");
    let handed = console.send(CLERK, &looked, APPLIED).await;
    assert_eq!(handed.status, 200, "{}", handed.body());
    let secrets = handed.secrets();
    assert_eq!(secrets.len(), 4, "{secrets:?}");
    assert_eq!(secrets[2], "m.mori");
    assert!(handed.says("髙橋 花子（たかはし はなこ） 様") && handed.says("電話での読み"), "{}", handed.body());
    let again = console.send(CLERK, &looked, APPLIED).await;
    assert_eq!(again.secrets(), secrets);
    assert_eq!(console.count("system_users").parse::<u32>().unwrap(), before.parse::<u32>().unwrap() + 2);
    let event = console.house().answer_apart("SELECT action || detail FROM events ORDER BY version DESC LIMIT 1");
    assert!(event.starts_with("user.import") && !event.contains(&secrets[1]), "{event}");
    assert_eq!(console.house().answer_apart("SELECT count(*) FROM office_contacts"), "1");
    // Somebody of that name is there now.
    let same = console.look(PEOPLE, format!("{OF_PEOPLE}1272200001,髙橋 花子,,医師,,\r\n").as_bytes()).await;
    let unsure = console.send(CLERK, &same, APPLIED).await;
    assert!(unsure.status == 422 && unsure.says("別の人であることを確かめて"), "{}", unsure.body());
    assert_eq!(console.send(CLERK, &unsure, &[("another", "1"), ("application", "A-9")]).await.status, 200);
    let whole = console.done("audit verify");
    assert!(whole.is_object());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_since_a_table_was_looked_at_is_told_and_nothing_else_is_made() {
    let console = Console::new();
    let table = format!("\u{feff}{OF_PEOPLE}1272200001,森,もり,医師,,\r\n");
    let looked = console.look(PEOPLE, table.as_bytes()).await;
    assert_eq!(looked.status, 200, "{}", looked.body());
    let foreseen = looked.body().split("<td>kn-").nth(1).unwrap().split('<').next().unwrap().to_owned();
    // Another of the same name, too, whom nobody was asked about at the look.
    console.done("user add --office 1272200001 --name 森 --profession 医師 --application A-3");
    let before = console.count("system_users");
    let told = console.send(CLERK, &looked, APPLIED).await;
    assert_eq!(told.status, 422, "{}", told.body());
    assert!(told.says(&format!("2行目：kn-{foreseen} → kn-")), "{}", told.body());
    assert!(told.says("同じ氏名の利用者がいます：森（kn-"), "{}", told.body());
    let unsure = console.send(CLERK, &told, APPLIED).await;
    assert!(unsure.status == 422 && unsure.says("チェックを入れてください"), "{}", unsure.body());
    assert_eq!(console.count("system_users"), before);
    let done = console.send(CLERK, &told, &[APPLIED, &[("another", "1")]].concat()).await;
    assert!(done.status == 200 && done.secrets().len() == 2, "{}", done.body());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_table_is_proposed_by_one_approved_by_another_and_then_taken_over_as_that_very_file() {
    let console = Console::new();
    let people: String = (0..21).map(|at| format!("1272200001,人{at},ひと,医師,p-{at:02},\r\n")).collect();
    let table = format!("{OF_PEOPLE}{people}");
    let opened = console.get(CLERK, PEOPLE).await;
    let typed = [("application", "A-9"), ("why", "移行")];
    let looked = console.send_file(CLERK, &opened, (&typed, "p.csv", table.as_bytes())).await;
    assert!(looked.status == 200 && looked.says("もう1人の承認を求める"), "{}", looked.body());
    assert!(!looked.says("<button type=\"submit\">取り込む"), "no button that would be refused: {}", looked.body());
    let proposed = console.send(CLERK, &looked, &typed).await;
    let place = proposed.place.unwrap_or_else(|| panic!("{}", proposed.text));
    assert!(place.starts_with("/console/proposals/P-000001?done="), "{place}");
    let approved = console.act(APPROVER, "/console/approve/proposals/P-000001/approve", &[("why", "確かめた")]).await;
    assert_eq!(approved.status, 200, "{}", approved.body());
    assert_eq!(console.house().answer_apart("SELECT count(*) FROM system_users WHERE login_id LIKE 'p-%'"), "0");

    let typed = [&typed[..], &[("proposal", "P-000001")]].concat();
    let other = table.replace("人20", "人99");
    let refused = console.send_file(CLERK, &opened, (&typed, "p.csv", other.as_bytes())).await;
    assert_eq!(refused.status, 422, "another file than was approved: {}", refused.body());
    let looked = console.send_file(CLERK, &opened, (&typed, "p.csv", table.as_bytes())).await;
    assert!(looked.status == 200 && looked.says("取り込む</button>"), "{}", looked.body());
    let handed = console.send(CLERK, &looked, &typed).await;
    assert_eq!((handed.status, handed.secrets().len()), (200, 42), "{}", handed.body());
    assert!(handed.text.len() < 150 * 1024, "{}", handed.text.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_rows_come_in_and_what_is_larger_is_told_in_one_sentence() {
    let console = Console::new();
    let rows: String = (0..5_000).map(|at| format!("L{at},部屋その{at}でとても長い名前のもの\r\n")).collect();
    let table = format!("部屋番号,部屋の名前\r\n{rows}");
    assert!(table.len() > 128 << 10);
    let looked = console.look(ROOMS, table.as_bytes()).await;
    assert!(looked.status == 200 && looked.says("部屋5000件を開設します"), "{}", looked.body());
    assert!(looked.text.len() < 150 * 1024, "{}", looked.text.len());
    let longer = console.look(ROOMS, format!("{table}L5000,一つ多い\r\n").as_bytes()).await;
    assert!(longer.status == 422 && longer.says("5000行まで"), "{}", longer.body());
    let large = console.look(ROOMS, &vec![b'x'; (4 << 20) + 1]).await;
    assert!(large.status == 422 && large.says("ファイルが大きすぎます"), "{}", large.body());
    let larger = console.look(ROOMS, &vec![b'x'; 5 << 20]).await;
    assert!(larger.status == 413 && larger.text.starts_with("ファイルが大きすぎます"), "{}", larger.text);
    // A form that changes something is bound to its request, however long: only looking may be longer.
    let opened = console.get(CLERK, "/console/change/import/rooms").await;
    let take =
        Page { place: None, status: 200, text: opened.text.replace("/rooms\"", "/rooms/take\""), octets: Vec::new() };
    let unbound = console.send(CLERK, &take, &[("looked", &"x".repeat(65 << 10))]).await;
    assert!(unbound.status == 401 || unbound.status == 413, "{}", unbound.status);
    assert_eq!(console.count("rooms"), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_can_be_filled_in_and_its_example_is_never_taken_for_a_row() {
    let console = Console::new();
    for noun in ["offices", "people", "devices", "rooms", "invitations"] {
        let path = format!("/console/change/import/{noun}");
        assert!(console.get(CLERK, &path).await.leads_to(&format!("{path}/template")), "{noun}");
        let file = console.doors.file((CLERK, "1272200099"), &format!("{path}/template")).await;
        let looked = console.look(&path, &file).await;
        assert!(looked.status == 422 && looked.says("記入例のままです"), "{noun}: {}", looked.body());
    }
    assert_eq!(console.get(AUDITOR, "/console/change/import/people/template").await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_no_table_of_ours_is_told_in_one_sentence_and_changes_nothing() {
    let console = Console::new();
    let version = || console.house().answer_apart("SELECT version FROM registry");
    let before = version();
    let head = ["部屋番号", "部屋の名前"];
    let (wide, foreign): (Vec<_>, [&str; 2]) = ((0..60).map(|at| format!("列{at}")).collect(), ["部屋番号", "色"]);
    let wide: Vec<&str> = wide.iter().map(String::as_str).collect();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty", Vec::new(), "空のファイルです"),
        ("no column", book(&[&head[..1], &["R1"]]), "「部屋の名前」の列がありません"),
        ("foreign", book(&[&foreign, &["R1", "赤"]]), "この項目はありません。部屋の項目：部屋番号、部屋の名前"),
        ("60 columns", book(&[&wide]), "61か所の誤り"),
        ("PDF", b"%PDF-1.7 ...".to_vec(), "表のファイルではありません"),
        ("web page", b"<html><table><tr><td>R1</td></tr></table>".to_vec(), "表のファイルではありません"),
        ("xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xls".to_vec(), "古い形式（.xls）か、パスワードの付いたファイルです"),
        ("zip", b"PK\x03\x04nothing".to_vec(), "Excel のファイルとして読めません"),
        ("only a head", book(&[&head]), "1件もありません"),
        ("twice", book(&[&head, &["R1", "森様"], &["R1", "森様"]]), "2行目と同じ内容です"),
    ];
    for (what, file, said) in cases {
        let told = console.look(ROOMS, &file).await;
        assert!(told.status == 422 && told.says(said), "{what}: {}", told.body());
    }
    assert_eq!(version(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn how_a_name_is_read_finds_the_person_and_the_office_and_stands_on_their_pages() {
    let console = Console::new();
    let read = console.act(CLERK, "/console/change/people/k.sato/kana", &[("kana", "サトウ　ﾊﾅｺ")]).await;
    assert!(read.says("サトウ ﾊﾅｺ") && read.says("ふりがなを変えました"), "{}", read.body());
    assert!(read.leads_to("/console/change/people/k.sato/kana?kana="), "{}", read.body());
    let wrong = console.act(CLERK, "/console/change/people/k.sato/kana", &[("kana", "佐藤")]).await;
    assert!(
        wrong.status == 422 && wrong.says("ひらがなかカタカナで入力してください（「佐」は使えません）"),
        "{}",
        wrong.body()
    );
    console.done("office update 1272200001 --kana ひだまりほうもんかんご");
    for (typed, place) in
        [("さとうはなこ", "/console/people/k.sato"), ("ひだまりホウモンカンゴ", "/console/offices/1272200001")]
    {
        console.finds(CLERK, typed, place).await;
    }
    assert!(console.get(CLERK, "/console/offices/1272200001").await.says("ひだまりほうもんかんご"));
    assert!(console.get(CLERK, "/console/people").await.says("サトウ ﾊﾅｺ"));
    let slip = console.act(CLERK, "/console/change/people/k.sato/reset-password", &[]).await;
    assert!(slip.says("（サトウ ﾊﾅｺ） 様"), "{}", slip.body());
}
