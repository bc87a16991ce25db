//! Certificates of a device are withdrawn for ever: all of them, or one.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use certs::Serial;
use registry::change::RevokedReason;

use super::super::act::{Act, Field, FieldKind};
use super::super::fact::{list, moment, text};
use super::super::label::Label;
use super::super::may::Right;
use super::super::operator::Operator;
use super::about::{About, Doing, why};
use crate::calendar::day;
use crate::clock::now;
use crate::desk::{Desk, Fields};
use crate::language::reason_in_japanese;

pub(super) const REVOKE: Doing = Doing { right: Right::Change, act: "revoke", words: "電子証明書を失効する" };
/// All of them.
const ALL: &str = "all";

pub(super) async fn ask(
    desk: State<Desk>,
    device: Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let query = Fields::of(query.unwrap_or_default().as_bytes());
    match asked(&desk, &device, &operator, query.get("serial")).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn revoke(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    let (about, page) = match asked(&desk, &device, &operator, "").await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let Ok(reason) = operator.fields().get("reason").parse::<RevokedReason>() else {
        return page.with_wrong("reason", "失効の理由を選んでください。").mistaken();
    };
    let serial = match operator.fields().get("serial") {
        ALL => None,
        one => match one.parse::<Serial>() {
            Ok(serial) => Some(serial),
            Err(_) => return page.with_wrong("serial", "失効する電子証明書を選んでください。").mistaken(),
        },
    };
    let done = desk.writer().revoke(&operator.by(now()), about.no, serial.as_ref(), reason).await;
    page.answered((&desk, &operator), &about.no.to_string(), done.map(|(_, version)| version)).await
}

async fn asked<'a>(
    desk: &'a Desk,
    device: &str,
    operator: &'a Operator,
    one: &str,
) -> Result<(About, Act<'a>), Response> {
    let about = About::to_do(desk, operator, device, REVOKE).await?;
    let mut page = about.page(desk, operator, REVOKE).await;
    page.told = vec![
        "この電子証明書からの接続は、すぐに切れます。「この端末の電子証明書は、無効になっています」と表示されます（KW-103）。".to_owned(),
        about.told_by_mail("失効"),
        "失効リストは、数秒で公開されます。".to_owned(),
    ];
    page.warning = Some("失効は取り消せません。しばらく止めるだけのときは、一時停止を使ってください。".to_owned());
    let now = now();
    let mut which = vec![(ALL.to_owned(), "この端末のすべて".to_owned())];
    for certificate in list(&about.device, "certificates").filter(|one| text(one, "state") != "revoked") {
        let serial = text(certificate, "serial");
        let end = moment(certificate, "not_after").map(day).unwrap_or_default();
        let said = format!("シリアル番号 {serial}　{}　有効期限 {end}", Label::of_certificate(certificate, now).words);
        which.push((serial.to_owned(), said));
    }
    let which = Field::new("serial", "失効する電子証明書", FieldKind::Choice(which)).needed().filled(operator);
    let reasons = RevokedReason::ALL.iter().map(|reason| (reason.to_string(), reason_in_japanese(*reason).to_owned()));
    let reason = Field::new("reason", "失効の理由", FieldKind::Choice(reasons.collect())).needed().filled(operator);
    let which = which.or(if one.is_empty() { ALL } else { one });
    page.fields.splice(0..0, [which, reason, why(operator, false)]);
    Ok((about, page))
}
