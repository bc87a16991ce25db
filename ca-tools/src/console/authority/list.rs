//! All of them, and what is done only where their keys are.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use certs::AuthorityCert;

use super::super::fact::{number, text};
use super::super::frame::{Frame, page};
use super::super::may::Right;
use super::super::missing::silent;
use super::super::offer::Offers;
use super::super::operator::Operator;
use crate::calendar::day;
use crate::clock::now;
use crate::desk::Desk;
use crate::language::Language;
use crate::ledger::Entry;
use crate::sign::read_certificate_pem;
use crate::words::said;

#[derive(Template)]
#[template(path = "console/authority/list.html")]
struct ListPage<'a> {
    frame: Frame<'a>,
    rows: Vec<AuthorityLine>,
    offers: Offers,
}

/// One of them.
struct AuthorityLine {
    fingerprint: String,
    kind: String,
    state: String,
    /// How many certificates of it are in use.
    used: i64,
    until: String,
    /// Where it is taken out of use, for who may.
    retire: Option<String>,
}

/// `GET /console/authorities`.
pub(super) async fn list(State(desk): State<Desk>, RawQuery(query): RawQuery, operator: Operator) -> Response {
    let found = match desk.writer().ledger().authorities(now()).await {
        Ok(found) => found,
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            return silent(&desk, &operator);
        }
    };
    let frame = Frame::of(&desk, &operator, now(), "認証局");
    let frame = frame.telling_what_was_done(&desk, query.as_deref()).await;
    let custody = operator.may().has(Right::Custody);
    let rows = found.iter().map(|entry| AuthorityLine::of(entry, custody)).collect();
    let add = "/console/custody/authorities/new/add-issuing".to_owned();
    let offers = Offers::to(operator.may()).offering(Right::Custody, "発行認証局を加える提案をする", add);
    page(StatusCode::OK, &ListPage { frame, rows, offers })
}

impl AuthorityLine {
    fn of(entry: &Entry, custody: bool) -> Self {
        let word = |field: &str| said(field, text(entry, field), &["fingerprint"], Language::Japanese);
        let read = read_certificate_pem(text(entry, "certificate")).ok().and_then(|der| AuthorityCert::read(&der).ok());
        let fingerprint = text(entry, "fingerprint").to_owned();
        let issues = text(entry, "kind") == "issuing" && text(entry, "state") == "active";
        Self {
            kind: word("kind"),
            state: word("state"),
            used: number(entry, "in_use"),
            until: read.map_or_else(|| "読めません".to_owned(), |read| day(read.validity().not_after)),
            retire: (custody && issues).then(|| format!("/console/custody/authorities/{fingerprint}/retire")),
            fingerprint,
        }
    }
}
