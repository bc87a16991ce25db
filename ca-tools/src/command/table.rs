//! JSON as columns that line up, also where Japanese stands in them.

use serde_json::{Map, Value as Json};
use unicode_width::UnicodeWidthStr;

use crate::language::Language;
use crate::spelling::visible;
use crate::words::{heading, item, said};

/// One `name  value` a line. `names` is no line of its own: what it calls a number stands beside the number.
pub(super) fn entry(json: &Json, language: Language) -> String {
    let Json::Object(fields) = json else { return json.to_string() };
    let beside: Vec<&str> = fields.keys().map(String::as_str).collect();
    let names = fields.get("names").and_then(Json::as_object);
    let reader = CellReader { beside: &beside, names, language };
    let named: Vec<_> = fields
        .iter()
        .filter(|(field, _)| *field != "names")
        .map(|(field, value)| (heading(field, &beside, language), reader.cell(field, value)))
        .collect();
    let width = named.iter().map(|(name, _)| name.width()).max().unwrap_or_default();
    let lines: Vec<_> = named.iter().map(|(name, value)| beside_name(&pad(name, width), value)).collect();
    lines.join("\n")
}

/// A head and one line an entry.
pub(super) fn list(json: &Json, fields: &[&str], language: Language) -> String {
    let empty = Vec::new();
    let entries = json.as_array().unwrap_or(&empty);
    if entries.is_empty() {
        return match language {
            Language::Japanese => "該当するものはありません。".to_owned(),
            Language::English => "there is none".to_owned(),
        };
    }
    let reader = CellReader { beside: fields, names: None, language };
    let mut rows: Vec<Vec<String>> =
        vec![fields.iter().map(|field| heading(field, fields, language).into_owned()).collect()];
    rows.extend(entries.iter().map(|entry| {
        // One line an entry, whatever is in it.
        fields.iter().map(|field| reader.cell(field, &entry[*field]).replace('\n', " ")).collect()
    }));
    let widths: Vec<usize> =
        (0..fields.len()).map(|at| rows.iter().map(|row| row[at].width()).max().unwrap_or_default()).collect();
    let lines: Vec<_> = rows
        .iter()
        .map(|row| {
            let cells: Vec<_> = row.iter().zip(&widths).map(|(text, width)| pad(text, *width)).collect();
            cells.join("  ").trim_end().to_owned()
        })
        .collect();
    lines.join("\n")
}

/// The head and the rows of a list, for a table that a spreadsheet opens: where nothing is, nothing stands.
pub(super) fn cells(json: &Json, fields: &[&str], language: Language) -> (Vec<String>, Vec<Vec<String>>) {
    let reader = CellReader { beside: fields, names: None, language };
    let head = fields.iter().map(|field| heading(field, fields, language).into_owned()).collect();
    let cell = |entry: &Json, field: &str| match &entry[field] {
        Json::Null => String::new(),
        value => reader.cell(field, value),
    };
    let rows = json.as_array().into_iter().flatten();
    (head, rows.map(|entry| fields.iter().map(|field| cell(entry, field)).collect()).collect())
}

/// A value beside its name; what stands below its first line stands below it here, too.
fn beside_name(name: &str, value: &str) -> String {
    let below = format!("\n{}", " ".repeat(name.width() + 2));
    format!("{name}  {}", value.replace('\n', &below)).trim_end().to_owned()
}

/// Reads values for a person.
struct CellReader<'a> {
    /// The fields that stand beside each other.
    beside: &'a [&'a str],
    /// What numbers and IDs are called.
    names: Option<&'a Map<String, Json>>,
    language: Language,
}

impl CellReader<'_> {
    fn cell(&self, field: &str, value: &Json) -> String {
        let inner = |item: &Json, fields: &[&str]| {
            fields.iter().map(|field| self.cell(field, &item[*field])).collect::<Vec<_>>().join("  ")
        };
        match value {
            Json::Null => "-".to_owned(),
            Json::Bool(holds) => self.yes_or_no(*holds).to_owned(),
            Json::String(text) => self.named(field, text),
            Json::Array(items) if items.is_empty() => "-".to_owned(),
            Json::Array(items) if items.iter().all(Json::is_string) => {
                let each: Vec<_> = items.iter().filter_map(Json::as_str).map(|text| self.named(field, text)).collect();
                let between = if each.iter().any(|text| text.contains('（')) { "\n" } else { " " };
                each.join(between)
            }
            // Certificates of a device: what tells one from the other; the rest is in its own entry.
            Json::Array(items) if items.iter().all(|item| item["not_after"].is_string()) => {
                items.iter().map(|item| inner(item, &["serial", "state", "not_after"])).collect::<Vec<_>>().join("\n")
            }
            // Suspicions of a device.
            Json::Array(items) if items.iter().all(|item| item["kind"].is_string()) => {
                items.iter().map(|item| inner(item, &["at", "kind", "detail"])).collect::<Vec<_>>().join("\n")
            }
            Json::Object(fields) if fields.values().all(Json::is_boolean) && !fields.is_empty() => {
                let said = |(word, value): (&String, &Json)| {
                    format!("{}：{}", item(word, self.language), self.cell(word, value))
                };
                fields.iter().map(said).collect::<Vec<_>>().join("\n")
            }
            Json::Object(fields) if fields.is_empty() => "-".to_owned(),
            Json::Number(_) | Json::Array(_) | Json::Object(_) => visible(&value.to_string()).into_owned(),
        }
    }

    /// A text, and what it is called where it is a number that has a name.
    fn named(&self, field: &str, text: &str) -> String {
        let said = said(field, text, self.beside, self.language);
        match self.names.and_then(|names| names.get(text)).and_then(Json::as_str) {
            Some(name) => format!("{said}（{}）", visible(name)),
            None => said,
        }
    }

    fn yes_or_no(&self, holds: bool) -> &'static str {
        match (holds, self.language) {
            (true, Language::Japanese) => "はい",
            (false, Language::Japanese) => "いいえ",
            (true, Language::English) => "yes",
            (false, Language::English) => "no",
        }
    }
}

fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_under_japanese_names() {
        let json = serde_json::json!([{ "office": "1272200001", "name": "ひだまり" }, { "office": "12", "name": "A" }]);
        let names = ["name", "office"];
        assert_eq!(
            list(&json, &names, Language::English),
            "name      office number\nひだまり  1272200001\nA         12"
        );
        assert_eq!(list(&json, &names, Language::Japanese), "事業所名  事業所番号\nひだまり  1272200001\nA         12");
        assert_eq!(list(&serde_json::json!([]), &names, Language::Japanese), "該当するものはありません。");
        let entry = entry(&json[1], Language::Japanese);
        assert!(entry.lines().any(|line| line == "事業所名    A"), "{entry}");
    }

    #[test]
    fn what_takes_several_lines_stays_beside_its_name() {
        let held = |serial, state| serde_json::json!({ "serial": serial, "state": state, "not_after": "2028-12-26T23:59:59+09:00" });
        let json = serde_json::json!({
            "suspended": false, "certificates": [held("4a", "revoked"), held("4b", "issued")],
            "checklist": { "protected": true, "os_supported": false },
        });
        let shown = entry(&json, Language::Japanese);
        assert!(
            shown.contains("電子証明書  4a  失効  2028年12月26日\n            4b  使用中  2028年12月26日"),
            "{shown}"
        );
        assert!(
            shown.contains(
                "検査項目    ウイルス対策と更新が有効である：はい\n            OSがサポート期間内である：いいえ"
            ),
            "{shown}"
        );
        assert!(shown.contains("一時停止    いいえ"), "{shown}");
    }

    #[test]
    fn a_character_takes_the_columns_that_a_terminal_gives_it() {
        for (text, taken) in [
            ("abc", 3),
            ("ひだまり", 8),
            ("ｶｼﾜ", 3),
            ("𠮷野", 4),
            ("か\u{3099}", 2),
            ("（株）", 6),
            ("…", 1),
            ("é", 1),
            ("葛\u{e0100}", 2),
        ] {
            assert_eq!(text.width(), taken, "{text}");
        }
    }
}
