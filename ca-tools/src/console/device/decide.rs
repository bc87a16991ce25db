//! A device is approved, with a ticket where it has no certificate, or turned down.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use certs::Timestamp;

use super::super::act::{Act, Field, FieldKind, done, once};
use super::super::fact::text;
use super::super::frame::written;
use super::super::may::Right;
use super::super::operator::Operator;
use super::super::proposal::needing_two;
use super::super::ticket::{Handed, handed};
use super::about::{About, Doing, why};
use super::path_of;
use crate::application::Day;
use crate::clock::now;
use crate::desk::Desk;
use crate::proposal;
use crate::refusal::Refusal;
use crate::spelling::code;

pub(super) const APPROVE: Doing = Doing { right: Right::Approve, act: "approve", words: "端末を承認する" };
pub(super) const REJECT: Doing =
    Doing { right: Right::Approve, act: "reject", words: "端末の申請を却下する" };

pub(super) async fn ask_approve(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    match approving(&desk, &device, &operator).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn approve(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    let (about, page) = match approving(&desk, &device, &operator).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let Ok(until) = last_second(operator.fields().get("until")) else {
        return page.with_wrong("until", "2027-03-31 や 令和9年3月31日 のように入れてください。").mistaken();
    };
    let act = proposal::Act::ApproveDevice { device: about.no, until: until.map(Timestamp::unix) };
    let page = match page.proposed((&desk, &operator), act).await {
        Ok(page) => page,
        Err(answer) => return answer,
    };
    match once(&desk, &operator, approved(&desk, &operator, (&about, until), page)).await {
        Ok(body) => written(StatusCode::OK, &body),
        Err(answer) => answer,
    }
}

/// The page that shows the ticket; where none was given, the device's own.
async fn approved(
    desk: &Desk,
    operator: &Operator,
    (about, until): (&About, Option<Timestamp>),
    page: Act<'_>,
) -> Result<String, Response> {
    let Some(secrets) = operator.sent().draw(desk).await else { return Err(page.busy()) };
    let approved = desk.writer().approve_device_with(&operator.by(now()), about.no, until, &secrets).await;
    match approved {
        Ok((version, None)) => Err(done(&path_of(about.no), version)),
        Ok((_, Some(opened))) => {
            let heading = "端末を承認し、取得用番号を発行しました";
            let handed_out = Handed { device: &about.device, office: &about.office, no: about.no, opened: &opened };
            handed((desk, operator), heading, &handed_out, &secrets)
        }
        Err(refusal @ Refusal::Proposal(_)) => {
            let act = proposal::Act::ApproveDevice { device: about.no, until: until.map(Timestamp::unix) };
            Err(needing_two(page, (desk, operator), (&act, &refusal)).await)
        }
        Err(refusal) => Err(page.answered((desk, operator), &about.no.to_string(), Err(refusal)).await),
    }
}

pub(super) async fn ask_reject(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    match rejecting(&desk, &device, &operator).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn reject(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    let (about, page) = match rejecting(&desk, &device, &operator).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let done = desk.writer().reject_device(&operator.by(now()), about.no).await;
    page.answered((&desk, &operator), &about.no.to_string(), done).await
}

async fn approving<'a>(desk: &'a Desk, device: &str, operator: &'a Operator) -> Result<(About, Act<'a>), Response> {
    let about = About::to_do(desk, operator, device, APPROVE).await?;
    let mut page = about.page(desk, operator, APPROVE).await;
    page.told = vec![
        "電子証明書がまだない端末には、取得用番号を発行します。確認コードは、次の画面に1回だけ表示します。".to_owned(),
        about.told_by_mail("取得用番号"),
    ];
    let until = Field::new("until", "承認の期限", FieldKind::Day).filled(operator);
    let until = until
        .hinted("ふつうは空のままにします（次の現況届まで）。日付を入れると、その日の終わりまでで使えなくなります。");
    page.fields.splice(0..0, [until, why(operator, false)]);
    page.fields.push(Field::once());
    Ok((about, page))
}

async fn rejecting<'a>(desk: &'a Desk, device: &str, operator: &'a Operator) -> Result<(About, Act<'a>), Response> {
    let about = About::to_do(desk, operator, device, REJECT).await?;
    let mut page = about.page(desk, operator, REJECT).await;
    page.told = vec![
        format!("申請 {} の結果として、申請した人に知らされます。", text(&about.device, "application")),
        "使うときは、新しく取得申請を受け付けます。".to_owned(),
    ];
    page.warning = Some(
        "お知らせのメールが出たあとは、却下を取り消せません。そのときは、もう一度申請してもらってください。".to_owned(),
    );
    page.fields.insert(0, why(operator, false));
    Ok((about, page))
}

/// The last second of a day in Japan; nothing of nothing.
fn last_second(typed: &str) -> Result<Option<Timestamp>, ()> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let read = code(typed).map_err(|_| ())?;
    let day: Day = read.parse().map_err(|_| ())?;
    Ok(Some(day.last_second()))
}
