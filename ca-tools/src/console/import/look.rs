//! A table is looked at: every cell that is wrong, or what each row would make. Nothing is done.

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::super::act::{Act, Field, FieldKind};
use super::super::frame::Frame;
use super::super::operator::Operator;
use super::looked::{LookedTable, LookedTables};
use super::table::{becomes, tell};
use super::{NO_PROPOSAL, asking, beside, by, list_of, noun_of};
use crate::acts::{Import, NotImported};
use crate::application::same_name;
use crate::bulk::{Bulk, Noun, read, refused};
use crate::clock::now;
use crate::desk::{Desk, Once};
use crate::digest::sha256;
use crate::language::Text;
use crate::proposal::ProposalRefusal;
use crate::refusal::{Refusal, Unavailable};
use crate::sheet::SheetMistake;
use crate::words::for_console;

const TAKE: &str = "取り込む";
const PROPOSE: &str = "もう1人の承認を求める";
/// So many slips fit on a page, and their passwords are hashed while somebody waits.
const MOST_PEOPLE: usize = 100;

pub(super) async fn ask(State(desk): State<Desk>, Path(noun): Path<String>, operator: Operator) -> Response {
    match noun_of(&desk, &operator, &noun) {
        Ok(noun) => asking(&desk, &operator, noun).shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn act(
    State(desk): State<Desk>,
    Extension(tables): Extension<LookedTables>,
    Path(noun): Path<String>,
    operator: Result<Operator, Response>,
) -> Response {
    let operator = match operator {
        Ok(operator) => operator,
        // Who sends it is not known before all of it was read, and so much is not read.
        Err(answer) if answer.status() == StatusCode::PAYLOAD_TOO_LARGE => return too_large(),
        Err(answer) => return answer,
    };
    let noun = match noun_of(&desk, &operator, &noun) {
        Ok(noun) => noun,
        Err(answer) => return answer,
    };
    match looked_at((&desk, &operator), noun).await {
        Ok(table) => confirming((&desk, &operator), &tables, table).await,
        Err(answer) => answer,
    }
}

/// A table in which nothing is wrong, or the page that says what is.
async fn looked_at((desk, operator): (&Desk, &Operator), noun: Noun) -> Result<LookedTable, Response> {
    let mut page = asking(desk, operator, noun);
    let pasted = operator.fields().get("table");
    let (octets, name) = match operator.file() {
        Some(file) => (file.octets.clone(), file.name.clone()),
        None => (Bytes::copy_from_slice(pasted.as_bytes()), String::new()),
    };
    if operator.file().is_none() && pasted.trim().is_empty() {
        page.wrong("file", "ファイルを選ぶか、下の欄に表を貼り付けてください。");
        return Err(page.mistaken());
    }
    let Some(by) = by(operator) else {
        page.wrong("proposal", NO_PROPOSAL);
        return Err(page.mistaken());
    };
    let professions = desk.professions().clone();
    // Unpacking a large one takes a while, in which others are answered.
    let read = tokio::task::spawn_blocking(move || {
        let digest = sha256(&octets);
        read(&octets, noun, &professions).and_then(few_enough).map(|bulk| (bulk, digest))
    });
    let (bulk, digest) = match read.await {
        Ok(Ok(found)) => found,
        Ok(Err(mistakes)) => {
            tell(&mut page, &mistakes);
            return Err(page.mistaken());
        }
        Err(_) => return Err(page.busy()),
    };
    let made = match desk.writer().foresee_import(&by, &bulk.import).await {
        Ok(made) => made,
        Err(why) => return Err(not_done(&bulk, &why, page)),
    };
    let namesakes = match namesakes(desk, &bulk.import).await {
        Ok(namesakes) => namesakes,
        Err(why) => return Err(page.brought_back(&why.into())),
    };
    Ok(LookedTable { bulk: Arc::new(bulk), digest, name, made: Arc::new(made), namesakes })
}

/// The page that says what there would be, and takes over this very table.
pub(super) async fn confirming(
    (desk, operator): (&Desk, &Operator),
    tables: &LookedTables,
    table: LookedTable,
) -> Response {
    let Some(mut page) = confirm((desk, operator), tables, &table) else {
        return asking(desk, operator, table.bulk.noun).busy();
    };
    let Some(by) = by(operator) else {
        page.wrong("proposal", NO_PROPOSAL);
        return page.mistaken();
    };
    match desk.writer().may_do(&by, &table.bulk.import.act(&table.digest)).await {
        Ok(_) => page.shown(),
        Err(why @ Refusal::Proposal(ProposalRefusal::NeedsTwo(..))) => {
            page.told.push(for_console(&why).ja);
            page.told
                .push("承認されたら、この取り込みの画面で同じファイルを選び、提案の番号を書いてください。".to_owned());
            page.fields.push(Field { value: "propose".to_owned(), ..Field::new("do", "", FieldKind::Hidden) });
            page.button = PROPOSE;
            page.shown()
        }
        Err(why) => page.brought_back(&why),
    }
}

/// The same page before anybody is asked whether it needs two; nothing where no key for it can be drawn.
pub(super) fn confirm<'a>(
    (desk, operator): (&'a Desk, &'a Operator),
    tables: &LookedTables,
    table: &LookedTable,
) -> Option<Act<'a>> {
    let key = Once::key().ok()?;
    tables.keep((&key, operator.login_id()), table.clone(), now());
    let LookedTable { bulk, digest, name, namesakes, .. } = table;
    let (noun, count) = (bulk.noun, bulk.import.len());
    let file = if name.is_empty() { "貼り付けた表".to_owned() } else { name.clone() };
    let mut told = vec![
        format!("{}{count}件を{}します。まだ何もしていません。", noun.japanese(), noun.verb()),
        format!(
            "{file}（SHA-256 {}…）のとおりに取り込みます。ファイルを選び直す必要はありません。",
            digest.get(..12).unwrap_or(digest)
        ),
        format!("登録済みの{}は、変わりません。", noun.japanese()),
        "途中で止まることはありません。すべて登録されるか、1件も登録されないかのどちらかです。".to_owned(),
    ];
    if noun == Noun::People {
        told.push("初期パスワードを、次の画面に1回だけ表示します（1人に1枚の用紙として印刷できます）。本人へのメールは送りません。".to_owned());
    }
    let rows = FieldKind::Becomes(becomes(table));
    let mut fields = vec![Field::new("becomes", "", rows)];
    fields.push(Field { value: key.to_string(), ..Field::new("looked", "", FieldKind::Hidden) });
    if !namesakes.is_empty() {
        told.push(format!("同じ氏名の利用者がいます：{}。", namesakes.join("、")));
        let another = Field::new("another", "同じ氏名の利用者とは別の人であることを確かめました", FieldKind::Tick);
        fields.push(another.filled(operator));
    }
    fields.extend(beside(operator, noun));
    fields.push(Field::once());
    let frame = Frame::of(desk, operator, now(), format!("{}を表から取り込む", noun.japanese()));
    let path = format!("/console/change/import/{}/take", noun.as_str());
    let page = Act::of(frame, TAKE, path, format!("/console/{}", list_of(noun)));
    Some(Act { told, fields, ..page })
}

/// Everything that cannot be, by its cell.
pub(super) fn not_done(bulk: &Bulk, why: &[NotImported], mut page: Act<'_>) -> Response {
    if let [NotImported { at: None, why }] = why {
        return page.brought_back(why);
    }
    tell(&mut page, &refused(bulk, why, for_console));
    page.mistaken()
}

fn few_enough(bulk: Bulk) -> Result<Bulk, Vec<SheetMistake>> {
    if bulk.import.passwords() <= MOST_PEOPLE {
        return Ok(bulk);
    }
    Err(vec![SheetMistake::of_file(Text::new(
        format!(
            "この画面で一度に追加できる利用者は{MOST_PEOPLE}名までです。表を分けるか、ca-tools import people で取り込んでください。"
        ),
        format!("no more than {MOST_PEOPLE} people here at once; ca-tools import people takes more"),
    ))])
}

/// Who of their offices is called as one of them.
pub(super) async fn namesakes(desk: &Desk, import: &Import) -> Result<Vec<String>, Unavailable> {
    let Import::People(people) = import else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    let offices: std::collections::BTreeSet<_> = people.iter().map(|row| &row.person.office).collect();
    for office in offices {
        let Some(known) = desk.writer().ledger().known_office(office).await? else { continue };
        let named = people.iter().filter(|row| row.person.office == *office);
        let names: Vec<&str> = named.map(|row| row.person.name.as_str()).collect();
        let same = known.people.iter().filter(|(_, known)| names.iter().any(|name| same_name(known, name)));
        found.extend(same.map(|(id, known)| format!("{known}（{id}）")));
    }
    Ok(found)
}

fn too_large() -> Response {
    let said = "ファイルが大きすぎます（4 MiBまで）。表だけを新しいファイルに写して保存し直してください。前の画面に戻り、もう一度選んでください。何も登録していません。";
    (StatusCode::PAYLOAD_TOO_LARGE, said).into_response()
}
