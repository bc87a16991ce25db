//! What the inspection of a device found, item by item.

use axum::extract::{Path, State};
use axum::response::Response;
use registry::change::Inspection;

use super::super::act::{Act, Field, FieldKind};
use super::super::may::Right;
use super::super::operator::Operator;
use super::super::provider_report;
use super::about::{About, Doing, why};
use crate::acts::InspectedDevice;
use crate::application::{ChecklistItem, REQUIREMENTS};
use crate::clock::now;
use crate::desk::Desk;
use crate::language::Language;
use crate::words::item;

pub(super) const INSPECT: Doing =
    Doing { right: Right::Change, act: "inspect", words: "検査の結果を登録する" };

pub(super) async fn ask(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    match asked(&desk, &device, &operator).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn inspect(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    let (about, page) = match asked(&desk, &device, &operator).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let result = match operator.fields().get("result") {
        "pass" => Inspection::Passed,
        "fail" => Inspection::Failed,
        _ => return page.with_wrong("result", "合格か不合格を選んでください。").mistaken(),
    };
    let holds: Vec<_> = operator.fields().each("holds").collect();
    let unticked: Vec<_> = ChecklistItem::ALL.into_iter().filter(|item| !holds.contains(&item.as_str())).collect();
    if result == Inspection::Passed && !unticked.is_empty() {
        let mistake = "満たしていない項目があるので、合格にはできません。";
        return page.with_wrong("holds", mistake).mistaken();
    }
    if result == Inspection::Failed && unticked.is_empty() {
        let mistake = "不合格にするときは、満たしていない項目のチェックを外してください。";
        return page.with_wrong("holds", mistake).mistaken();
    }
    let report = match provider_report::read(&operator) {
        Ok(report) => report,
        Err((field, mistake)) => return page.with_wrong(field, mistake).mistaken(),
    };
    let found = InspectedDevice { result, unticked: &unticked, report: report.as_ref() };
    let done = desk.writer().inspect_device_by(&operator.by(now()), about.no, found).await;
    page.answered((&desk, &operator), &about.no.to_string(), done).await
}

async fn asked<'a>(desk: &'a Desk, device: &str, operator: &'a Operator) -> Result<(About, Act<'a>), Response> {
    let about = About::to_do(desk, operator, device, INSPECT).await?;
    let mut page = about.page(desk, operator, INSPECT).await;
    page.told = vec![
        format!("端末と、端末を使うネットワークの両方を確かめます（要件の版 {REQUIREMENTS}）。"),
        "合格すると、承認の役割の職員が承認できるようになります。".to_owned(),
        "待っている申請があるときは、その申請の結果として、申請した人に知らされます。".to_owned(),
    ];
    let items = ChecklistItem::ALL.map(|of| (of.as_str().to_owned(), item(of.as_str(), Language::Japanese)));
    let holds = Field::new("holds", "確かめた項目（満たしているものにチェック）", FieldKind::Several(items.to_vec()));
    let results = vec![("pass".to_owned(), "合格".to_owned()), ("fail".to_owned(), "不合格".to_owned())];
    let result = Field::new("result", "結果", FieldKind::Choice(results)).needed();
    let [inspector, on] = provider_report::fields(operator);
    page.fields.splice(0..0, [holds.chosen(operator), result.filled(operator), inspector, on, why(operator, false)]);
    Ok((about, page))
}
