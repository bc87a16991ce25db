//! The fields of a report by which the system's provider says what their inspector found.

use super::act::{Field, FieldKind};
use super::operator::Operator;
use crate::acts::ProviderReport;
use crate::application::Day;
use crate::spelling::code;

/// Who inspected and when they reported, where it was not the operator.
pub(super) fn fields(operator: &Operator) -> [Field; 2] {
    let inspector = Field::new("inspector", "システム提供者の検査者（氏名か番号）", FieldKind::Line)
        .hinted("提供者の報告による検査のときだけ。空のときは、登録する職員が確かめた検査です。")
        .filled(operator);
    let on = Field::new("reported_on", "報告書の日付", FieldKind::Day)
        .hinted("検査者を書いたときは必要です。")
        .filled(operator);
    [inspector, on]
}

/// What was typed there; which field is wrong, and why.
pub(super) fn read(operator: &Operator) -> Result<Option<ProviderReport>, (&'static str, &'static str)> {
    let (inspector, on) = (operator.fields().get("inspector").trim(), operator.fields().get("reported_on").trim());
    match (inspector, on) {
        ("", "") => Ok(None),
        ("", _) => Err(("inspector", "報告書の日付だけが入力されています。検査者の氏名か番号を入力してください。")),
        (_, "") => Err(("reported_on", "報告書の日付を入力してください。")),
        (inspector, on) => {
            let on: Option<Day> = code(on).ok().and_then(|text| text.parse().ok());
            let on = on.ok_or((
                "reported_on",
                "報告書の日付を 2026-11-28 または 令和8年11月28日 のように入力してください。",
            ))?;
            Ok(Some(ProviderReport { inspector: inspector.to_owned(), on }))
        }
    }
}
