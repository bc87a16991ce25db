//! Nothing is here, or nothing for this reader.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::frame::{self, Frame};
use super::may::Right;
use super::operator::Operator;
use crate::clock::now;
use crate::desk::Desk;

#[derive(Template)]
#[template(path = "console/missing.html")]
struct Missing<'a> {
    frame: Frame<'a>,
    said: &'a str,
}

/// Whoever lost their roles since they logged in.
#[derive(Template)]
#[template(path = "console/no_role.html")]
pub(super) struct NoRole<'a> {
    pub(super) frame: Frame<'a>,
}

/// No such page.
pub(super) async fn page(State(desk): State<Desk>, operator: Operator) -> Response {
    nothing(&desk, &operator, "アドレスを確かめるか、上の検索から探してください。")
}

/// No such thing: what was looked for, in a sentence.
pub(crate) fn nothing(desk: &Desk, operator: &Operator, said: &str) -> Response {
    let around = Frame::of(desk, operator, now(), "見つかりません");
    frame::page(StatusCode::NOT_FOUND, &Missing { frame: around, said })
}

/// The reader's roles do not suffice: who can.
pub(crate) fn not_yours(desk: &Desk, operator: &Operator, right: Right) -> Response {
    let around = Frame::of(desk, operator, now(), "この操作はできません");
    frame::page(StatusCode::FORBIDDEN, &Missing { frame: around, said: right.who() })
}

/// This act is not undone any more, or never was to be: why, and what is there instead.
pub(crate) fn not_undone(desk: &Desk, operator: &Operator, said: &str) -> Response {
    let around = Frame::of(desk, operator, now(), "この操作は取り消せません");
    frame::page(StatusCode::UNPROCESSABLE_ENTITY, &Missing { frame: around, said })
}

/// The registry does not answer.
pub(crate) fn silent(desk: &Desk, operator: &Operator) -> Response {
    let around = Frame::of(desk, operator, now(), "ただいま表示できません");
    let said =
        "台帳が応答しません。しばらくしてから、もう一度開いてください。続くときは、運用の担当者に知らせてください。";
    frame::page(StatusCode::SERVICE_UNAVAILABLE, &Missing { frame: around, said })
}
