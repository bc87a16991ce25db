//! Where a device is kept.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::act::{Act, Field, FieldKind};
use super::super::fact::text;
use super::super::may::Right;
use super::super::operator::Operator;
use super::about::{About, Doing, why};
use crate::clock::now;
use crate::desk::Desk;

pub(super) const PLACE: Doing = Doing { right: Right::Change, act: "place", words: "保管場所を書く" };

pub(super) async fn ask(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    let (about, mut page) = match asked(&desk, &device, &operator).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    if let Some(field) = page.fields.iter_mut().find(|field| field.name == "place") {
        text(&about.device, "place").clone_into(&mut field.value);
    }
    page.shown()
}

pub(super) async fn act(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    let (about, page) = match asked(&desk, &device, &operator).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let done = desk.writer().place_device(&operator.by(now()), about.no, operator.fields().get("place")).await;
    page.answered((&desk, &operator), &about.no.to_string(), done).await
}

async fn asked<'a>(desk: &'a Desk, device: &str, operator: &'a Operator) -> Result<(About, Act<'a>), Response> {
    let about = About::to_do(desk, operator, device, PLACE).await?;
    let mut page = about.page(desk, operator, PLACE).await;
    page.told = vec!["棚卸しのときに、端末を探す手がかりになります。メールは送られません。".to_owned()];
    let place = Field::new("place", "保管場所", FieldKind::Line).filled(operator);
    let place = place.hinted("事業所のどこにあるか（例：2階の事務室、訪問車の中）。空にすると消えます。");
    page.fields.splice(0..0, [place, why(operator, false)]);
    Ok((about, page))
}
