//! A device is put on hold, and its hold is lifted.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::act::Act;
use super::super::may::Right;
use super::super::operator::Operator;
use super::about::{About, Doing, why};
use crate::clock::now;
use crate::desk::Desk;
use crate::words::reported;

pub(super) const SUSPEND: Doing = Doing { right: Right::Change, act: "suspend", words: "端末を一時停止する" };
pub(super) const RESUME: Doing = Doing { right: Right::Change, act: "resume", words: "端末の利用を再開する" };

pub(super) async fn ask_suspend(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    match suspending(&desk, &device, &operator).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn suspend(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    let (about, page) = match suspending(&desk, &device, &operator).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let done = desk.writer().suspend_device(&operator.by(now()), about.no).await;
    page.answered((&desk, &operator), &about.no.to_string(), done).await
}

pub(super) async fn ask_resume(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    match resuming(&desk, &device, &operator).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn resume(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    let (about, page) = match resuming(&desk, &device, &operator).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let done = desk.writer().resume_device(&operator.by(now()), about.no).await;
    page.answered((&desk, &operator), &about.no.to_string(), done).await
}

async fn suspending<'a>(desk: &'a Desk, device: &str, operator: &'a Operator) -> Result<(About, Act<'a>), Response> {
    let about = About::to_do(desk, operator, device, SUSPEND).await?;
    let mut page = about.page(desk, operator, SUSPEND).await;
    page.told = vec![
        "この端末からの接続は、すぐに切れます。使っていた人には「この端末のご利用を一時停止しています」と表示されます（KW-107）。".to_owned(),
        about.told_by_mail("一時停止"),
        "あとで再開できます。電子証明書は残ります。".to_owned(),
    ];
    page.fields.insert(0, why(operator, false));
    Ok((about, page))
}

async fn resuming<'a>(desk: &'a Desk, device: &str, operator: &'a Operator) -> Result<(About, Act<'a>), Response> {
    let about = About::to_do(desk, operator, device, RESUME).await?;
    let mut page = about.page(desk, operator, RESUME).await;
    page.told = vec!["この端末は、すぐに使えるようになります。".to_owned(), about.told_by_mail("再開")];
    let loss = desk.writer().ledger().loss(about.no).await.ok().flatten();
    if let Some(loss) = &loss {
        page.warning = Some(format!(
            "この端末は{}。見つかったことを本人と事業所に確かめ、確かめた内容を「理由」に書いてください。",
            reported(loss).ja
        ));
    }
    page.fields.insert(0, why(operator, loss.is_some()));
    Ok((about, page))
}
