//! JSON as columns that line up, also where Japanese stands in them.

use serde_json::Value as Json;

/// One `name  value` a line.
pub(super) fn entry(json: &Json) -> String {
    let Json::Object(fields) = json else { return cell(json) };
    let width = fields.keys().map(|name| columns(name)).max().unwrap_or_default();
    let lines: Vec<_> = fields.iter().map(|(name, value)| format!("{}  {}", pad(name, width), cell(value))).collect();
    lines.join("\n")
}

/// A head and one line an entry.
pub(super) fn list(json: &Json, names: &[&str]) -> String {
    let empty = Vec::new();
    let entries = json.as_array().unwrap_or(&empty);
    let mut rows: Vec<Vec<String>> = vec![names.iter().map(|name| (*name).to_owned()).collect()];
    rows.extend(entries.iter().map(|entry| names.iter().map(|name| cell(&entry[*name])).collect()));
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

fn cell(value: &Json) -> String {
    match value {
        Json::Null => "-".to_owned(),
        Json::String(text) => text.clone(),
        Json::Array(items) if items.iter().all(Json::is_string) => {
            items.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(" ")
        }
        Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => value.to_string(),
    }
}

fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// Columns on a terminal: two for kana, kanji and full-width forms.
fn columns(text: &str) -> usize {
    text.chars()
        .map(|c| if ('\u{1100}'..='\u{ffe6}').contains(&c) && !('\u{ff61}'..='\u{ffdc}').contains(&c) { 2 } else { 1 })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_under_japanese_names() {
        let json = serde_json::json!([{ "office": "1272200001", "name": "ひだまり" }, { "office": "12", "name": "A" }]);
        assert_eq!(list(&json, &["name", "office"]), "name      office\nひだまり  1272200001\nA         12");
    }
}
