//! A ticket is given for a device: for its first certificate, its next one, or in another device's place.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use certs::DeviceNo;

use super::super::act::{Act, Field, FieldKind, once};
use super::super::fact::{list, text};
use super::super::frame::written;
use super::super::may::Right;
use super::super::operator::Operator;
use super::super::ticket::{Handed, handed};
use super::about::{About, Doing, why};
use crate::acts::TicketPurpose;
use crate::clock::now;
use crate::desk::Desk;

pub(super) const TICKET: Doing = Doing { right: Right::Change, act: "ticket", words: "取得用番号を発行する" };

pub(super) async fn ask(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    match asked(&desk, &device, &operator).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn give(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    let (about, page) = match asked(&desk, &device, &operator).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let purpose = match operator.fields().get("purpose") {
        "first" => TicketPurpose::First,
        "renewal" => TicketPurpose::Renewal,
        "replacement" => match DeviceNo::typed(operator.fields().get("replaces")) {
            Ok(old) => TicketPurpose::Replacement(old),
            Err(_) => return page.with_wrong("replaces", "入れ替える古い端末の番号を入れてください。").mistaken(),
        },
        _ => return page.with_wrong("purpose", "何のための番号かを選んでください。").mistaken(),
    };
    match once(&desk, &operator, given(&desk, &operator, (&about, purpose), page)).await {
        Ok(body) => written(StatusCode::OK, &body),
        Err(answer) => answer,
    }
}

/// The answer that shows it.
async fn given(
    desk: &Desk,
    operator: &Operator,
    (about, purpose): (&About, TicketPurpose),
    page: Act<'_>,
) -> Result<String, Response> {
    let Some(secrets) = operator.sent().draw(desk).await else { return Err(page.busy()) };
    match desk.writer().open_ticket(&operator.by(now()), (about.no, purpose), &secrets).await {
        Ok(opened) => {
            let handed_out = Handed { device: &about.device, office: &about.office, no: about.no, opened: &opened };
            handed((desk, operator), "取得用番号を発行しました", &handed_out, &secrets)
        }
        Err(refusal) => Err(page.answered((desk, operator), &about.no.to_string(), Err(refusal)).await),
    }
}

async fn asked<'a>(desk: &'a Desk, device: &str, operator: &'a Operator) -> Result<(About, Act<'a>), Response> {
    let about = About::to_do(desk, operator, device, TICKET).await?;
    let mut page = about.page(desk, operator, TICKET).await;
    let has = list(&about.device, "certificates").any(|certificate| text(certificate, "state") == "issued");
    page.told = vec![
        "確認コードは、次の画面に1回だけ表示します。印刷して渡すか、電話などメール以外で伝えてください。".to_owned(),
        about.told_by_mail("取得用番号"),
        "この端末の前の取得用番号は、使えなくなります。".to_owned(),
    ];
    let purposes = [
        ("first", "新規：使用中の電子証明書がない（取得できていない）"),
        ("renewal", "更新：使用中の電子証明書の次のもの（古いものは、新しいものが使われてから14日後に終わる）"),
        ("replacement", "入替え：別の端末の代わりに使う（古い端末は終わる。理由が必要）"),
    ];
    let purposes = purposes.map(|(value, words)| (value.to_owned(), words.to_owned()));
    let purpose = Field::new("purpose", "何のため", FieldKind::Choice(purposes.to_vec())).needed().filled(operator);
    let replaces = Field::new("replaces", "入れ替える古い端末の番号", FieldKind::Line).filled(operator);
    let application = Field::new("application", "申請番号", FieldKind::Line).filled(operator);
    page.fields.splice(
        0..0,
        [
            purpose.or(if has { "renewal" } else { "first" }),
            replaces.hinted("入替えのときだけ。同じ事業所の端末です。"),
            application.hinted("空のときは、端末の申請番号が記録されます。"),
            why(operator, false),
        ],
    );
    page.fields.push(Field::once());
    Ok((about, page))
}
