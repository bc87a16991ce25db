//! JSON as columns that line up, also where Japanese stands in them.

use serde_json::Value as Json;

use super::heading::heading;
use crate::language::Language;

/// One `name  value` a line.
pub(super) fn entry(json: &Json, language: Language) -> String {
    let Json::Object(fields) = json else { return cell(json, language) };
    let named: Vec<_> = fields.iter().map(|(name, value)| (heading(name, language), cell(value, language))).collect();
    let width = named.iter().map(|(name, _)| columns(name)).max().unwrap_or_default();
    let lines: Vec<_> = named.iter().map(|(name, value)| beside(&pad(name, width), value)).collect();
    lines.join("\n")
}

/// A head and one line an entry.
pub(super) fn list(json: &Json, names: &[&str], language: Language) -> String {
    let empty = Vec::new();
    let entries = json.as_array().unwrap_or(&empty);
    if entries.is_empty() {
        return match language {
            Language::Ja => "該当するものはありません。".to_owned(),
            Language::En => "there is none".to_owned(),
        };
    }
    let mut rows: Vec<Vec<String>> = vec![names.iter().map(|name| heading(name, language).to_owned()).collect()];
    rows.extend(entries.iter().map(|entry| names.iter().map(|name| cell(&entry[*name], language)).collect()));
    let widths: Vec<usize> =
        (0..names.len()).map(|at| rows.iter().map(|row| columns(&row[at])).max().unwrap_or_default()).collect();
    let lines: Vec<_> = rows
        .iter()
        .map(|row| {
            let cells: Vec<_> = row.iter().zip(&widths).map(|(text, width)| pad(text, *width)).collect();
            cells.join("  ").trim_end().to_owned()
        })
        .collect();
    lines.join("\n")
}

/// A value beside its name; what stands below its first line stands below it here, too.
fn beside(name: &str, value: &str) -> String {
    let below = format!("\n{}", " ".repeat(columns(name) + 2));
    format!("{name}  {}", value.replace('\n', &below)).trim_end().to_owned()
}

fn cell(value: &Json, language: Language) -> String {
    match (value, language) {
        (Json::Bool(true), Language::Ja) => return "はい".to_owned(),
        (Json::Bool(false), Language::Ja) => return "いいえ".to_owned(),
        (_, Language::Ja | Language::En) => {}
    }
    match value {
        Json::Null => "-".to_owned(),
        Json::String(text) => text.clone(),
        Json::Array(items) if items.iter().all(Json::is_string) => {
            items.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(" ")
        }
        // Certificates of a device: what tells one from the other; the rest is in its own entry.
        Json::Array(items) if items.iter().all(|item| item["not_after"].is_string()) => {
            let line =
                |item: &Json| ["serial", "state", "not_after"].map(|name| cell(&item[name], language)).join("  ");
            items.iter().map(line).collect::<Vec<_>>().join("\n")
        }
        // Suspicions of a device.
        Json::Array(items) if items.iter().all(|item| item["kind"].is_string()) => {
            let line = |item: &Json| ["at", "kind", "detail"].map(|name| cell(&item[name], language)).join("  ");
            items.iter().map(line).collect::<Vec<_>>().join("\n")
        }
        Json::Object(fields) if fields.values().all(Json::is_boolean) => {
            let said = |(name, value)| format!("{name}：{}", cell(value, language));
            fields.iter().map(said).collect::<Vec<_>>().join("\n")
        }
        Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => value.to_string(),
    }
}

fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// Columns on a terminal (Unicode Standard Annex #11, the wide and the full-width ones; marks that
/// join the character before take none).
fn columns(text: &str) -> usize {
    text.chars()
        .map(|c| match c {
            '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{3099}'..='\u{309a}' => 0,
            '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => 0,
            '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{303e}' | '\u{3041}'..='\u{a4cf}' => 2,
            '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' => 2,
            '\u{ff01}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' => 2,
            '\u{1f300}'..='\u{1f64f}' | '\u{1f900}'..='\u{1f9ff}' | '\u{20000}'..='\u{3fffd}' => 2,
            _ => 1,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_under_japanese_names() {
        let json = serde_json::json!([{ "office": "1272200001", "name": "ひだまり" }, { "office": "12", "name": "A" }]);
        let names = ["name", "office"];
        assert_eq!(list(&json, &names, Language::En), "name      office\nひだまり  1272200001\nA         12");
        assert_eq!(list(&json, &names, Language::Ja), "名称      事業所番号\nひだまり  1272200001\nA         12");
        assert_eq!(list(&serde_json::json!([]), &names, Language::Ja), "該当するものはありません。");
        let entry = entry(&json[1], Language::Ja);
        assert!(entry.lines().any(|line| line == "名称        A"), "{entry}");
    }

    #[test]
    fn what_takes_several_lines_stays_beside_its_name() {
        let held = |serial, state| serde_json::json!({ "serial": serial, "state": state, "not_after": "2028" });
        let json = serde_json::json!({
            "suspended": false, "certificates": [held("4a", "revoked"), held("4b", "issued")],
            "checklist": { "protected": true, "os_supported": false },
        });
        let shown = entry(&json, Language::Ja);
        assert!(shown.contains("電子証明書  4a  revoked  2028\n            4b  issued  2028"), "{shown}");
        assert!(shown.contains("検査項目    protected：はい\n            os_supported：いいえ"), "{shown}");
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
            assert_eq!(columns(text), taken, "{text}");
        }
    }
}
