//! A device is given up for good.

use axum::extract::{Path, State};
use axum::response::Response;
use registry::change::RevokedReason;

use super::super::act::{Act, Field, FieldKind};
use super::super::may::Right;
use super::super::operator::Operator;
use super::about::{About, Doing, why};
use crate::clock::now;
use crate::desk::Desk;
use crate::language::reason_in_japanese;

pub(super) const RETIRE: Doing = Doing { right: Right::Change, act: "retire", words: "使用を終わる" };

pub(super) async fn ask(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    match asked(&desk, &device, &operator).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn retire(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    let (about, page) = match asked(&desk, &device, &operator).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let Ok(reason) = operator.fields().get("reason").parse::<RevokedReason>() else {
        return page.with_wrong("reason", "使用を終わる理由を選んでください。").mistaken();
    };
    let done = desk.writer().retire_device(&operator.by(now()), about.no, reason).await;
    page.answered((&desk, &operator), &about.no.to_string(), done.map(|(_, version)| version)).await
}

async fn asked<'a>(desk: &'a Desk, device: &str, operator: &'a Operator) -> Result<(About, Act<'a>), Response> {
    let about = About::to_do(desk, operator, device, RETIRE).await?;
    let mut page = about.page(desk, operator, RETIRE).await;
    page.told = vec![
        "電子証明書はすべて失効し、この端末からの接続はすぐに切れます。未使用の取得用番号も無効になります。".to_owned(),
        about.told_by_mail("失効"),
        "使わなくなった端末のためのものです。しばらく止めるだけのときは、一時停止を使ってください。".to_owned(),
    ];
    page.warning = Some("元に戻せません。もう一度使うときは、新しい取得申請・検査・承認が必要です。".to_owned());
    let reasons = RevokedReason::ALL.iter().map(|reason| (reason.to_string(), reason_in_japanese(*reason).to_owned()));
    let reason =
        Field::new("reason", "使用を終わる理由", FieldKind::Choice(reasons.collect())).needed().filled(operator);
    page.fields.splice(0..0, [reason, why(operator, false)]);
    Ok((about, page))
}
