//! Lists taken along as a file: all that the search finds, and not only its page. Sent for by a form, since it is an event: no
//! link of another's makes one.
//!
//! `columns` says what a list has, `rows` reads them some at a time, and here they become a file, one list after the other:
//! a file of a hundred thousand rows takes memory, two of them would take it twice.

mod columns;
mod rows;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value as Json, json};
use tokio::sync::Semaphore;

use super::missing::{nothing, refused, silent};
use super::operator::Operator;
use crate::acts::By;
use crate::clock::now;
use crate::desk::Desk;
use crate::refusal::{Refusal, Unavailable};
use crate::sheet::{GrowingTable, SheetFault, TableFormat};
use rows::{ExportSource, Listed};

/// More rows than this are no list that anybody reads: it is narrowed first.
const MOST: usize = 200_000;
/// One file is made at a time.
static TURN: Semaphore = Semaphore::const_new(1);

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/console/export/{list}", post(write))
        .route("/console/operations/export/letters", post(write_letters))
}

/// `POST /console/export/devices`: `of` is the search, `kind` the file's.
async fn write(State(desk): State<Desk>, Path(list): Path<String>, operator: Operator) -> Response {
    let Some(listed) = Listed::named(&list) else {
        return nothing(&desk, &operator, "書き出せる一覧ではありません。");
    };
    answered(&desk, &operator, listed).await
}

/// The same for who sees no person.
async fn write_letters(State(desk): State<Desk>, operator: Operator) -> Response {
    answered(&desk, &operator, Listed::LettersAlone).await
}

async fn answered(desk: &Desk, operator: &Operator, listed: Listed) -> Response {
    let kind = match operator.fields().get("kind") {
        "csv" => TableFormat::Csv,
        _ => TableFormat::Xlsx,
    };
    match file(desk, operator, (listed, kind)).await {
        Ok(file) => attachment(
            file,
            listed.name(),
            match kind {
                TableFormat::Csv => ("csv", "text/csv; charset=utf-8"),
                TableFormat::Xlsx => ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            },
        ),
        Err(NotWritten::TooLong) => {
            let said =
                format!("一度に書き出せるのは{MOST}件までです。一覧を絞り込んでから、もう一度書き出してください。");
            refused(desk, operator, &said)
        }
        Err(NotWritten::Refused(refusal)) => {
            tracing::warn!(%refusal, "a list was not written out");
            silent(desk, operator)
        }
        Err(NotWritten::Sheet(why)) => {
            tracing::warn!(%why, "a list was not written out");
            silent(desk, operator)
        }
    }
}

/// Why there is no file.
enum NotWritten {
    TooLong,
    Refused(Refusal),
    Sheet(SheetFault),
}

impl From<Refusal> for NotWritten {
    fn from(why: Refusal) -> Self {
        Self::Refused(why)
    }
}

impl From<Unavailable> for NotWritten {
    fn from(why: Unavailable) -> Self {
        Self::Refused(why.into())
    }
}

impl From<SheetFault> for NotWritten {
    fn from(why: SheetFault) -> Self {
        Self::Sheet(why)
    }
}

/// The file, once its event stands.
async fn file(desk: &Desk, operator: &Operator, (listed, kind): (Listed, TableFormat)) -> Result<Vec<u8>, NotWritten> {
    let closed = |_| Unavailable::Other("the desk is closing".to_owned());
    let _turn = TURN.acquire().await.map_err(closed)?;
    let ledger = desk.writer().ledger();
    let of = operator.fields().get("of");
    let mut source = ExportSource::of(&ledger, listed, of).await?;
    let mut table = GrowingTable::begin(kind, &columns::heads(listed))?;
    let mut count = 0;
    while let Some(found) = source.more(&ledger).await? {
        count += found.len();
        if count > MOST {
            return Err(NotWritten::TooLong);
        }
        for row in &found {
            table.row(row)?;
        }
    }
    // Packing a long one takes seconds, and nobody else waits for them.
    let packed = tokio::task::spawn_blocking(move || table.end()).await;
    let file = packed.map_err(|why| Unavailable::Other(why.to_string()))??;
    let format = if kind == TableFormat::Csv { "csv" } else { "xlsx" };
    // What was taken along is known before it is.
    noted((desk, &operator.by(now())), listed, (json!({ "search": of, "format": format }), count)).await?;
    Ok(file)
}

async fn noted((desk, by): (&Desk, &By), listed: Listed, (filter, rows): (Json, usize)) -> Result<u64, Refusal> {
    match listed {
        Listed::Events => desk.writer().export_events(by, json!({ "filter": filter, "rows": rows })).await,
        Listed::LettersAlone => desk.writer().export_letters(by, filter, rows).await,
        Listed::Roll(_) | Listed::Letters | Listed::Proposals => {
            desk.writer().export_list(by, (listed.name(), filter), rows).await
        }
    }
}

/// A file that is taken along: what it is called, how its name ends, what it is.
pub(super) fn attachment(file: Vec<u8>, name: &str, (ending, is): (&str, &'static str)) -> Response {
    let mut answer = (StatusCode::OK, file).into_response();
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(is));
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}.{ending}\""));
    headers.insert(CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment")));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}
