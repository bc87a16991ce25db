//! What stands in a configuration that nobody asked for: a key or a section of no meaning is a mistake, not a wish.

use toml::Value;

use super::read::Reader;

const UNKNOWN_KEY: (&str, &str) = ("この項目はありません。つづりを確かめてください。", "no such key");
const UNKNOWN_SECTION: (&str, &str) = ("この節はありません。つづりを確かめてください。", "no such section");

impl Reader {
    /// Tells whatever was not taken.
    pub(super) fn leftovers(&mut self) {
        const SECTIONS: [&str; 14] = [
            "registry",
            "authority",
            "journal",
            "applications",
            "passwords",
            "desk",
            "contact",
            "links",
            "mail",
            "reports",
            "retention",
            "clones",
            "proposals",
            "approvals",
        ];
        let mut unknown = Vec::new();
        for (section, value) in &self.table {
            match value {
                Value::Table(rest) if SECTIONS.contains(&section.as_str()) => {
                    unknown.extend(rest.keys().map(|key| (format!("{section}.{key}"), UNKNOWN_KEY)));
                }
                Value::Table(_) => unknown.push((format!("[{section}]"), UNKNOWN_SECTION)),
                Value::String(_)
                | Value::Integer(_)
                | Value::Float(_)
                | Value::Boolean(_)
                | Value::Datetime(_)
                | Value::Array(_) => unknown.push((section.clone(), UNKNOWN_KEY)),
            }
        }
        for (place, (ja, en)) in unknown {
            self.wrong(&place, ja, en);
        }
    }
}
