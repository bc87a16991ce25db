//! A gateway that was taken out of service is no longer waited for.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::act::{Act, Field, Touched, seen};
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::missing::{not_yours, nothing};
use super::super::operator::Operator;
use super::path_of;
use crate::clock::now;
use crate::desk::Desk;

const WORDS: &str = "使用を終えたゲートウェイにする";

pub(super) async fn ask(desk: State<Desk>, gateway: Path<String>, operator: Operator) -> Response {
    match asked(&desk, &gateway, &operator).await {
        Ok(page) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn retire(desk: State<Desk>, gateway: Path<String>, operator: Operator) -> Response {
    let page = match asked(&desk, &gateway, &operator).await {
        Ok(page) => page,
        Err(answer) => return answer,
    };
    let done = desk.writer().retire_gateway(&operator.by(now()), &gateway).await;
    page.answered((&desk, &operator), &gateway, done).await
}

async fn asked<'a>(desk: &'a Desk, gateway: &str, operator: &'a Operator) -> Result<Act<'a>, Response> {
    if !operator.may().has(Right::Custody) {
        return Err(not_yours(desk, operator, Right::Custody));
    }
    if desk.writer().ledger().gateway(gateway).await.is_err() {
        return Err(nothing(desk, operator, "この名前のゲートウェイからは、報告がありません。"));
    }
    Ok(Act {
        frame: Frame::of(desk, operator, now(), WORDS),
        path: path_of(gateway).replace("/operations/", "/custody/") + "/retire",
        touched: vec![Touched { what: "ゲートウェイ", said: gateway.to_owned(), path: Some(path_of(gateway)) }],
        told: vec![
            "端末や利用者を止めたとき、このゲートウェイからの確認を待たなくなります。".to_owned(),
            "また報告があれば、使用中に戻ります。だれにもメールは送られません。".to_owned(),
        ],
        warning: Some(
            "動いているゲートウェイには使わないでください。止まったことを確かめられなくなります。".to_owned(),
        ),
        fields: vec![Field::why(false).filled(operator), seen(desk).await],
        mistakes: Vec::new(),
        button: WORDS,
        back: path_of(gateway),
        proposes: false,
    })
}
