//! What waits today. Operations see of it what has no person in it.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use certs::Timestamp;

use super::frame::{Frame, page};
use super::may::Right;
use super::missing::silent;
use super::operator::Operator;
use crate::calendar::minute;
use crate::clock::now;
use crate::desk::Desk;
use crate::ledger::EndingOffice;
use crate::refusal::Unavailable;
use crate::today::{Picture, WaitingWork, ending_offices, endings, refusals, waiting};

#[derive(Template)]
#[template(path = "console/today/show.html")]
struct Today<'a> {
    frame: Frame<'a>,
    lines: Vec<WorkLine>,
    offices: Vec<EndingOffice>,
    pictures: Vec<Picture>,
}

/// What waits, in words.
struct WorkLine {
    what: String,
    count: i64,
    path: String,
    moment: String,
    /// Within a day.
    soon: bool,
}

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/console/", get(show)).route("/console", get(slash))
}

async fn show(State(desk): State<Desk>, operator: Operator) -> Response {
    let read = operator.may().has(Right::Read);
    match gathered(&desk, read, now()).await {
        Ok((lines, offices, pictures)) => {
            let frame = Frame::of(&desk, &operator, now(), "今日の仕事");
            page(StatusCode::OK, &Today { frame, lines, offices, pictures })
        }
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            silent(&desk, &operator)
        }
    }
}

type Gathered = (Vec<WorkLine>, Vec<EndingOffice>, Vec<Picture>);

/// What this reader may see of it.
async fn gathered(desk: &Desk, read: bool, now: Timestamp) -> Result<Gathered, Unavailable> {
    let ledger = desk.writer().ledger();
    let waits = waiting(&ledger, desk.files(), now).await?;
    let lines = waits.iter().filter(|waiting| read || waiting.is_of_operations()).map(|waiting| line(waiting, now));
    let lines = lines.collect();
    if !read {
        return Ok((lines, Vec::new(), Vec::new()));
    }
    let pictures = vec![refusals(&ledger, now).await?, endings(&ledger, now).await?];
    Ok((lines, ending_offices(&ledger, now).await?, pictures))
}

fn line(waiting: &WaitingWork, now: Timestamp) -> WorkLine {
    let moment = waiting.nearest.map(|at| format!("{}：{}", waiting.moment().ja, minute(at)));
    WorkLine {
        what: waiting.text().ja,
        count: waiting.count,
        path: waiting.path(),
        moment: moment.unwrap_or_default(),
        soon: waiting.nearest.is_some_and(|at| at <= now.plus(86_400)),
    }
}

async fn slash() -> Response {
    Redirect::to("/console/").into_response()
}
