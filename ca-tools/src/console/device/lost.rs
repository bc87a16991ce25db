//! A device is lost or stolen: out at once.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::act::{Act, Field, FieldKind};
use super::super::may::Right;
use super::super::operator::Operator;
use super::about::{About, Doing, why};
use crate::clock::now;
use crate::desk::Desk;

pub(super) const LOST: Doing = Doing { right: Right::Change, act: "lost", words: "紛失・盗難として止める" };

pub(super) async fn ask(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    match asked(&desk, &device, &operator).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn report(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    let (about, page) = match asked(&desk, &device, &operator).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let told_by = Some(operator.fields().get("reported_by").trim().to_owned()).filter(|name| !name.is_empty());
    let done = desk.writer().report_lost(&operator.by(now()), about.no, told_by).await;
    page.answered((&desk, &operator), &about.no.to_string(), done.map(|(_, version)| version)).await
}

async fn asked<'a>(desk: &'a Desk, device: &str, operator: &'a Operator) -> Result<(About, Act<'a>), Response> {
    let about = About::to_do(desk, operator, device, LOST).await?;
    let mut page = about.page(desk, operator, LOST).await;
    page.told = vec![
        "この端末からの接続は、すぐに切れます。開いている画面も切れます。".to_owned(),
        about.told_by_mail("一時停止"),
        "見つかったときは、理由を書いて再開できます。見つからないときは、あとで電子証明書を失効してください。"
            .to_owned(),
    ];
    let told_by = Field::new("reported_by", "連絡した人", FieldKind::Line).filled(operator);
    let told_by = told_by.hinted("例：本人、カシワニネット担当者の山田さん");
    page.fields.insert(0, told_by);
    page.fields.insert(1, why(operator, true));
    Ok((about, page))
}
