//! Whom a device serves by name: who comes onto its list, and who goes off it.

use axum::extract::{Path, State};
use axum::response::Response;
use registry::LoginId;

use super::super::act::{Act, Field, FieldKind};
use super::super::may::Right;
use super::super::operator::Operator;
use super::about::{About, Doing, why};
use crate::acts::Listing;
use crate::clock::now;
use crate::desk::Desk;
use crate::spelling::code;

pub(super) const USERS: Doing = Doing { right: Right::Change, act: "users", words: "端末の利用者を変える" };

pub(super) async fn ask(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    match asked(&desk, &device, &operator).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn change(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    let (about, page) = match asked(&desk, &device, &operator).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let remove: Result<Vec<LoginId>, _> = operator.fields().each("remove").map(str::parse).collect();
    let Ok(remove) = remove else {
        return page.with_wrong("remove", "利用者を選び直してください。").mistaken();
    };
    let mut add = Vec::new();
    for typed in
        operator.fields().get("add").split([' ', '\u{3000}', '\n', '\r', ',', '、']).filter(|id| !id.is_empty())
    {
        match code(typed).ok().and_then(|id| id.parse::<LoginId>().ok()) {
            Some(id) => add.push(id),
            None => return page.with_wrong("add", format!("「{typed}」はIDの形ではありません。")).mistaken(),
        }
    }
    if add.is_empty() && remove.is_empty() {
        return page.with_wrong("add", "加える人か外す人を指定してください。").mistaken();
    }
    let done = desk.writer().list_people(&operator.by(now()), about.no, &Listing { add, remove }).await;
    page.answered((&desk, &operator), &about.no.to_string(), done.map(|(_, version)| version)).await
}

async fn asked<'a>(desk: &'a Desk, device: &str, operator: &'a Operator) -> Result<(About, Act<'a>), Response> {
    let about = About::to_do(desk, operator, device, USERS).await?;
    let mut page = about.page(desk, operator, USERS).await;
    page.told = vec![
        "外した人は、この端末ではすぐに使えなくなります（KW-108）。ほかの端末では、これまでどおりです。".to_owned(),
        "メールは送られません。必要なら事業所に伝えてください。".to_owned(),
    ];
    let remove = Field::new("remove", "外す人", FieldKind::Several(about.people())).chosen(operator);
    let add = Field::new("add", "加える人のID", FieldKind::Lines).filled(operator);
    let add = add.hinted("同じ事業所の人のカシワニネットID。何人かは、空白か改行で区切ります。");
    let application = Field::new("application", "申請番号", FieldKind::Line).filled(operator);
    let application = application.hinted("人を加えるときに必要です。");
    let fields = [remove, add, application, why(operator, false)];
    let asked = fields.into_iter().filter(|field| !matches!(&field.kind, FieldKind::Several(all) if all.is_empty()));
    page.fields.splice(0..0, asked.collect::<Vec<_>>());
    Ok((about, page))
}
