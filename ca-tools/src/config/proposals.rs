//! `[proposals]`: how many are many, and how long a proposal lives.

use std::ops::RangeInclusive;

use super::read::Reader;
use crate::proposal::Settings;

impl Reader {
    /// Everything in `[proposals]`.
    pub(super) fn proposals(&mut self) -> Settings {
        let usual = Settings::default();
        let many = self.count("many", 1..=10_000).and_then(|many| usize::try_from(many).ok());
        Settings {
            many: many.unwrap_or(usual.many),
            days: self.count("days", 1..=30).unwrap_or(usual.days),
            apart_hours: self.count("apart_hours", 0..=168).unwrap_or(usual.apart_hours),
        }
    }

    fn count(&mut self, key: &'static str, among: RangeInclusive<i64>) -> Option<i64> {
        let value = self.take("proposals", key)?;
        if let Some(number) = value.as_integer().filter(|number| among.contains(number)) {
            return Some(number);
        }
        let (least, most) = (among.start(), among.end());
        self.wrong(
            &format!("proposals.{key}"),
            &format!("{least} から {most} までの数を、引用符なしで書いてください。"),
            &format!("a number from {least} to {most}, without quotes"),
        );
        None
    }
}
