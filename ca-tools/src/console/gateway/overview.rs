//! `/console/operations/`: what there is to look after, what wants it first.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use certs::Timestamp;

use super::super::fact::{moment, number, text};
use super::super::frame::{Frame, page};
use super::super::label::{Label, Tone};
use super::super::line::LetterLine;
use super::super::may::Right;
use super::super::missing::silent;
use super::super::operator::Operator;
use super::path_of;
use crate::application::Day;
use crate::calendar::minute;
use crate::clock::now;
use crate::desk::Desk;
use crate::ledger::{Entry, MailFilter};
use crate::refusal::Unavailable;
use crate::today::OwnEnd;

/// A gateway as a line.
struct GatewayLine {
    name: String,
    path: String,
    label: Label,
    applied: i64,
    told: String,
    dropped: i64,
}

/// Something of the house's own that ends.
struct EndLine {
    name: String,
    what: &'static str,
    label: Label,
    end: String,
}

#[derive(Template)]
#[template(path = "console/gateway/overview.html")]
struct Overview<'a> {
    frame: Frame<'a>,
    version: i64,
    gateways: Vec<GatewayLine>,
    letters: Vec<LetterLine>,
    ends: Vec<EndLine>,
}

/// So many letters of each kind of failure are shown here; the rest is behind a link.
const LETTERS: u32 = 10;

/// `GET /console/operations/`.
pub(super) async fn show(State(desk): State<Desk>, operator: Operator) -> Response {
    let now = now();
    match read(&desk).await {
        Ok((gateways, letters)) => {
            let reads = operator.may().has(Right::Read);
            let letters = letters.iter().map(LetterLine::of);
            let letters = letters.map(|line| if reads { line } else { line.without_people() }).collect();
            let ends = tokio::task::block_in_place(|| desk.own_ends());
            let shown = Overview {
                frame: Frame::of(&desk, &operator, now, "運用"),
                version: gateways.first().map(|gateway| number(gateway, "version")).unwrap_or_default(),
                gateways: gateways.iter().map(|gateway| GatewayLine::of(gateway, now)).collect(),
                letters,
                ends: ends.into_iter().map(|end| EndLine::of(end, now)).collect(),
            };
            page(StatusCode::OK, &shown)
        }
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            silent(&desk, &operator)
        }
    }
}

/// Other spellings of it.
pub(super) async fn slash() -> Response {
    Redirect::to("/console/operations/").into_response()
}

async fn read(desk: &Desk) -> Result<(Vec<Entry>, Vec<Entry>), Unavailable> {
    let ledger = desk.writer().ledger();
    let mut letters = Vec::new();
    for state in ["refused", "given_up"] {
        let filter = MailFilter { state: Some(state), ..MailFilter::default() };
        letters.extend(ledger.letters_before(filter, None, LETTERS).await?);
    }
    letters.sort_by_key(|letter| -number(letter, "mail"));
    Ok((ledger.gateways_watched().await?, letters))
}

impl GatewayLine {
    fn of(gateway: &Entry, now: Timestamp) -> Self {
        let name = text(gateway, "gateway").to_owned();
        Self {
            path: path_of(&name),
            name,
            label: Label::of_gateway(gateway, now),
            applied: number(gateway, "applied"),
            told: moment(gateway, "told_at").map(minute).unwrap_or_default(),
            dropped: number(gateway, "dropped"),
        }
    }
}

impl EndLine {
    fn of(end: OwnEnd, now: Timestamp) -> Self {
        let near = end.is_near(now);
        let label = match end.until {
            None => Label::new("読めません", Tone::Stop),
            Some(until) if until < now => Label::new("期限切れ", Tone::Stop),
            Some(_) if end.is_list && near => Label::new("更新が止まっています", Tone::Stop),
            Some(_) if end.is_list => Label::new("公開中", Tone::Calm),
            Some(until) => {
                let days = Day::of(now).days_until(Day::of(until));
                Label::new(format!("あと{days}日"), if near { Tone::Care } else { Tone::Calm })
            }
        };
        Self {
            what: if end.is_list { "失効リスト" } else { "認証局の証明書" },
            name: end.name,
            label,
            end: end.until.map(minute).unwrap_or_default(),
        }
    }
}
