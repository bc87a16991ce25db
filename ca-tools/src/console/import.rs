//! Many at once: a table is pasted as it was copied out of a spreadsheet, looked at, and taken over, all of it or nothing.
//!
//! A first press only looks: every cell that is wrong, or how many there would be. What is taken over is the very text that was
//! looked at; another one is looked at first. People are not among it: their initial passwords would have to stand on a page.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use super::act::{Act, Field, FieldKind, once};
use super::frame::Frame;
use super::may::Right;
use super::missing::{not_yours, nothing};
use super::operator::Operator;
use crate::acts::{By, Ground, NotImported};
use crate::bulk::{Bulk, Noun, read, refused};
use crate::clock::now;
use crate::desk::Desk;
use crate::digest::sha256;
use crate::sheet::{LARGEST, SheetMistake};
use crate::words::for_console;

const LOOK: &str = "表を確かめる";
const TAKE: &str = "取り込む";

/// A table is longer than any other form: each sign of it is written as nine.
const LARGEST_TABLE: usize = LARGEST;

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/console/change/import/{noun}", get(ask).post(act)).layer(DefaultBodyLimit::max(LARGEST_TABLE))
}

async fn ask(State(desk): State<Desk>, Path(noun): Path<String>, operator: Operator) -> Response {
    match about(&desk, &operator, &noun) {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

async fn act(State(desk): State<Desk>, Path(noun): Path<String>, operator: Operator) -> Response {
    let (noun, page) = match about(&desk, &operator, &noun) {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let table = operator.fields().get("table");
    match looked_at((&desk, &operator), noun, page).await {
        Ok((bulk, page)) if operator.fields().get("looked") == sha256(table) => {
            match once(&desk, &operator, taken((&desk, &operator), &bulk, page)).await {
                Ok(place) => Redirect::to(&place).into_response(),
                Err(answer) => answer,
            }
        }
        Ok((bulk, page)) => page_of_count(&bulk, table, page).shown(),
        Err(answer) => answer,
    }
}

/// A table in which nothing is wrong, or the page that says what is.
async fn looked_at<'a>(
    (desk, operator): (&Desk, &Operator),
    noun: Noun,
    mut page: Act<'a>,
) -> Result<(Bulk, Act<'a>), Response> {
    let table = operator.fields().get("table");
    let said = |mistakes: &[SheetMistake]| mistakes.iter().map(|mistake| mistake.said().ja).collect::<Vec<_>>();
    let bulk = match read(table.as_bytes(), noun, desk.professions()) {
        Ok(bulk) => bulk,
        Err(mistakes) => {
            page.mistakes = said(&mistakes);
            return Err(page.mistaken());
        }
    };
    match desk.writer().foresee_import(&operator.by(now()), &bulk.import).await {
        Ok(_) => Ok((bulk, page)),
        Err(why) => Err(not_done(&bulk, &why, page)),
    }
}

/// Takes it over, or proposes it; where that is told.
async fn taken((desk, operator): (&Desk, &Operator), bulk: &Bulk, page: Act<'_>) -> Result<String, Response> {
    let file = sha256(operator.fields().get("table"));
    let page = page.proposed((desk, operator), bulk.import.act(&file)).await?;
    let mut page = page_of_count(bulk, operator.fields().get("table"), page);
    let by = operator.by(now());
    let proposal = operator.fields().get("proposal").trim();
    let by = match proposal.parse() {
        Ok(no) => By { ground: Ground::Proposal(no), ..by },
        Err(_) if proposal.is_empty() => by,
        Err(_) => {
            page.wrong("proposal", "P-000001 の形で入力してください。");
            return Err(page.mistaken());
        }
    };
    match desk.writer().import(&by, (&bulk.import, &file), Vec::new()).await {
        Ok(done) => Ok(format!("/console/{}?done={}", list_of(bulk.noun), done.version)),
        Err(why) => Err(not_done(bulk, &why, page)),
    }
}

fn not_done(bulk: &Bulk, why: &[NotImported], mut page: Act<'_>) -> Response {
    if let [NotImported { at: None, why }] = why {
        return page.brought_back(why);
    }
    page.mistakes = refused(bulk, why, for_console).iter().map(|mistake| mistake.said().ja).collect();
    page.mistaken()
}

/// The page that says how many there would be, and takes over this very text.
fn page_of_count<'a>(bulk: &Bulk, table: &str, mut page: Act<'a>) -> Act<'a> {
    let (noun, count) = (bulk.noun, bulk.import.len());
    page.told = vec![
        format!("{}{count}件を{}します。まだ何もしていません。", noun.japanese(), noun.verb()),
        "途中で止まることはありません。すべて登録されるか、1件も登録されないかのどちらかです。".to_owned(),
    ];
    page.fields.push(Field { value: sha256(table), ..Field::new("looked", "", FieldKind::Hidden) });
    page.button = TAKE;
    page
}

/// The list on which they stand afterwards.
fn list_of(noun: Noun) -> &'static str {
    match noun {
        Noun::Offices => "offices",
        Noun::People => "people",
        Noun::Devices => "devices",
        Noun::Rooms | Noun::Invitations => "rooms",
    }
}

fn about<'a>(desk: &'a Desk, operator: &'a Operator, noun: &str) -> Result<(Noun, Act<'a>), Response> {
    if !operator.may().has(Right::Change) {
        return Err(not_yours(desk, operator, Right::Change));
    }
    let found = Noun::ALL.into_iter().find(|known| known.as_str() == noun && *known != Noun::People);
    let noun = found.ok_or_else(|| nothing(desk, operator, "この画面では取り込めません。"))?;
    let columns = noun.columns();
    let listed = columns.iter().map(|column| match (column.must, column.hint) {
        (true, "") => format!("{}（必須）", column.heading),
        (true, hint) => format!("{}（必須。{hint}）", column.heading),
        (false, "") => column.heading.to_owned(),
        (false, hint) => format!("{}（{hint}）", column.heading),
    });
    let table = Field {
        required: true,
        hint: "表計算ソフトで1行目の項目名から最後の行までを選び、コピーして貼り付けてください。2,000行まで。",
        ..Field::new("table", "表", FieldKind::Lines)
    };
    let proposal = Field {
        hint: "多数の取り込みで、ほかの職員の承認を受けたときだけ。",
        ..Field::new("proposal", "承認された提案の番号", FieldKind::Line)
    };
    let mut fields = vec![table.filled(operator)];
    if matches!(noun, Noun::Offices | Noun::Devices) {
        fields.push(Field::application().filled(operator));
    }
    fields.extend([Field::why(false).filled(operator), proposal.filled(operator), Field::once()]);
    let frame = Frame::of(desk, operator, now(), format!("{}を表から取り込む", noun.japanese()));
    let path = format!("/console/change/import/{}", noun.as_str());
    let told = vec![format!("1行目の項目名：{}", listed.collect::<Vec<_>>().join("、"))];
    Ok((noun, Act { told, fields, ..Act::of(frame, LOOK, path, format!("/console/{}", list_of(noun))) }))
}
