//! Many at once: a table is sent as a file, or pasted as it was copied out of a spreadsheet; looked at, and taken over, all of it
//! or nothing.
//!
//! ```text
//! template  an empty table to fill in
//! look      every cell that is wrong, or what each row would make     → looked: kept, with what was said of it
//! take      exactly what was looked at, or what changed meanwhile     → handed: slips with initial passwords, shown once
//! ```
//! The same rows, refusals and dry run as by `ca-tools import`: `bulk` reads, `acts` does.

mod look;
mod looked;
mod table;
mod take;
mod template;

pub(super) use table::tell;

use axum::extract::DefaultBodyLimit;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Router};

use super::act::{Act, Field, FieldKind};
use super::frame::Frame;
use super::may::Right;
use super::missing::{not_yours, nothing};
use super::operator::Operator;
use crate::acts::{By, Ground};
use crate::assertion::LongBody;
use crate::bulk::Noun;
use crate::clock::now;
use crate::desk::Desk;
use crate::sheet::LARGEST;
use looked::LookedTables;

const LOOK: &str = "表を確かめる";

/// The largest table, and the fields beside it.
const LARGEST_FORM: usize = LARGEST + (64 << 10);

pub(super) fn routes() -> Router<Desk> {
    let sent = Router::new()
        .route("/console/change/import/{noun}", get(look::ask).post(look::act))
        .layer(Extension(LongBody::OnlyLookedAt))
        .layer(DefaultBodyLimit::max(LARGEST_FORM));
    Router::new()
        .route("/console/change/import/{noun}/take", post(take::act).get(take::again))
        .route("/console/change/import/{noun}/template", get(template::send))
        .merge(sent)
        .layer(Extension(LookedTables::default()))
}

/// The list on which they stand afterwards.
fn list_of(noun: Noun) -> &'static str {
    match noun {
        Noun::Offices => "offices",
        Noun::People => "people",
        Noun::Devices => "devices",
        Noun::Rooms | Noun::Invitations => "rooms",
        Noun::Attendances => "trainings",
    }
}

/// Which nouns an address names, for somebody who may take them over.
#[expect(clippy::result_large_err, reason = "what is not shown is answered by a page")]
fn noun_of(desk: &Desk, operator: &Operator, noun: &str) -> Result<Noun, Response> {
    if !operator.may().has(Right::Change) {
        return Err(not_yours(desk, operator, Right::Change));
    }
    let found = Noun::ALL.into_iter().find(|known| known.as_str() == noun);
    found.ok_or_else(|| nothing(desk, operator, "この画面では取り込めません。"))
}

/// The page that asks for a table.
fn asking<'a>(desk: &'a Desk, operator: &'a Operator, noun: Noun) -> Act<'a> {
    let columns = noun.columns();
    let listed = columns.iter().map(|column| match (column.must, column.hint) {
        (true, "") => format!("{}（必須）", column.heading),
        (true, hint) => format!("{}（必須。{hint}）", column.heading),
        (false, "") => column.heading.to_owned(),
        (false, hint) => format!("{}（{hint}）", column.heading),
    });
    let path = format!("/console/change/import/{}", noun.as_str());
    let template = FieldKind::Link(format!("{path}/template"));
    let mut fields = vec![
        Field::new("template", "記入用の表（.xlsx）をダウンロードする", template),
        Field {
            hint: "Excel ブック（.xlsx）か CSV。5,000行、4 MiB まで。",
            ..Field::new("file", "ファイル", FieldKind::File)
        },
        Field {
            hint: "ファイルの代わりに、表計算ソフトで1行目の項目名から最後の行までを選び、コピーして貼り付けることもできます。",
            ..Field::new("table", "表（貼り付け）", FieldKind::Lines)
        }
        .filled(operator),
    ];
    fields.extend(beside(operator, noun));
    let frame = Frame::of(desk, operator, now(), format!("{}を表から取り込む", noun.japanese()));
    let told = vec![
        format!("1行目の項目名：{}", listed.collect::<Vec<_>>().join("、")),
        "まず確かめるだけです。確かめたあとの画面で「取り込む」を押すまで、何も登録されません。".to_owned(),
    ];
    Act { told, fields, ..Act::of(frame, LOOK, path, format!("/console/{}", list_of(noun))) }
}

/// What is said beside a table.
fn beside(operator: &Operator, noun: Noun) -> Vec<Field> {
    let mut fields = Vec::new();
    if matches!(noun, Noun::Offices | Noun::Devices | Noun::People) {
        fields.push(Field::application().filled(operator));
    }
    let proposal = Field {
        hint: "多数の取り込みで、ほかの職員の承認を受けたときだけ。",
        ..Field::new("proposal", "承認された提案の番号", FieldKind::Line)
    };
    fields.extend([Field::why(false).filled(operator), proposal.filled(operator)]);
    fields
}

/// As whom it is done, on the approval whose number was typed.
fn by(operator: &Operator) -> Option<By> {
    let by = operator.by(now());
    let typed = operator.fields().get("proposal").trim();
    if typed.is_empty() {
        return Some(by);
    }
    typed.parse().ok().map(|no| By { ground: Ground::Proposal(no), ..by })
}

/// Beside the field of a proposal's number.
const NO_PROPOSAL: &str = "P-000001 の形で入力してください。";
