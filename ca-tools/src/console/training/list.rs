//! The years.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::fact::{moment, number, text};
use super::super::frame::{Frame, page};
use super::super::may::Right;
use super::super::missing::silent;
use super::super::offer::Offers;
use super::super::operator::Operator;
use super::attended;
use crate::calendar::day;
use crate::clock::now;
use crate::desk::Desk;

#[derive(Template)]
#[template(path = "console/training/list.html")]
struct TrainingYears<'a> {
    frame: Frame<'a>,
    offers: Offers,
    years: Vec<YearLine>,
}

/// A year, as a line.
struct YearLine {
    year: i64,
    on: String,
    place: String,
    attended: String,
}

/// `GET /console/trainings`.
pub(super) async fn list(State(desk): State<Desk>, RawQuery(query): RawQuery, operator: Operator) -> Response {
    match desk.writer().ledger().trainings().await {
        Ok(found) => {
            let years = found.iter().map(|entry| YearLine {
                year: number(entry, "year"),
                on: moment(entry, "held_on").map(day).unwrap_or_default(),
                place: text(entry, "place").to_owned(),
                attended: attended(entry),
            });
            let offers = Offers::to(operator.may())
                .offering(Right::Change, "研修会の日にちを登録する", "/console/change/trainings/new/hold".to_owned())
                .offering(
                    Right::Change,
                    "受講した人を表からまとめて登録する",
                    "/console/change/import/attendances".to_owned(),
                );
            let frame = Frame::of(&desk, &operator, now(), "個人情報保護研修会");
            let frame = frame.telling_what_was_done(&desk, query.as_deref()).await;
            page(StatusCode::OK, &TrainingYears { frame, offers, years: years.collect() })
        }
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            silent(&desk, &operator)
        }
    }
}
