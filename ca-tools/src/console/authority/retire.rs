//! An issuing CA is taken out of use, once nothing that it signed is.

use axum::extract::{Path, State};
use axum::response::Response;
use certs::Fingerprint;

use super::super::act::{Act, Field, Touched, done};
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::missing::{not_yours, nothing};
use super::super::operator::Operator;
use super::super::proposal::needing_two;
use super::PATH;
use crate::clock::now;
use crate::desk::Desk;
use crate::proposal;

const WORDS: &str = "使用終了にする";

pub(super) async fn ask(State(desk): State<Desk>, Path(typed): Path<String>, operator: Operator) -> Response {
    match about(&desk, &operator, &typed) {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn retire(State(desk): State<Desk>, Path(typed): Path<String>, operator: Operator) -> Response {
    let (issuer, page) = match about(&desk, &operator, &typed) {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let act = proposal::Act::RetireIssuing { issuer };
    let page = match page.proposed((&desk, &operator), act.clone()).await {
        Ok(page) => page,
        Err(answer) => return answer,
    };
    match desk.writer().retire_issuing(&operator.by(now()), &issuer).await {
        Ok(version) => done(PATH, version),
        Err(refusal) => needing_two(page, (&desk, &operator), (&act, &refusal)).await,
    }
}

#[expect(clippy::result_large_err, reason = "what is not shown is answered by a page")]
fn about<'a>(desk: &'a Desk, operator: &'a Operator, typed: &str) -> Result<(Fingerprint, Act<'a>), Response> {
    if !operator.may().has(Right::Custody) {
        return Err(not_yours(desk, operator, Right::Custody));
    }
    let issuer: Fingerprint =
        typed.parse().map_err(|_| nothing(desk, operator, "認証局の拇印は、64桁の16進数です。"))?;
    let page = Act {
        touched: vec![Touched { what: "発行認証局", said: issuer.to_string(), path: Some(PATH.to_owned()) }],
        told: vec![
            "この発行認証局の電子証明書が1枚でも使用中のあいだは、断られます。".to_owned(),
            "ルートの失効リストは、ルートの鍵のある機械で公開します：ca-tools crl publish --root".to_owned(),
        ],
        warning: Some("使用終了は取り消せません。".to_owned()),
        fields: vec![Field::why(true).filled(operator)],
        ..Act::of(
            Frame::of(desk, operator, now(), "発行認証局を使用終了にする"),
            WORDS,
            format!("/console/custody/authorities/{issuer}/retire"),
            PATH.to_owned(),
        )
    };
    Ok((issuer, page))
}
