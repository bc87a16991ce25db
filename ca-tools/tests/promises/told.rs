//! What was told by mail, and which day it is, in a house.

use std::time::SystemTime;

use ca_tools::application::Day;
use certs::Timestamp;

use super::house::House;

impl House {
    /// Every letter that was queued, in order: its kind, its recipient, its facts.
    pub(crate) fn letters(&self) -> Vec<(String, String, String)> {
        let text = self.ask("SELECT kind || '|' || recipient || '|' || letter FROM mails ORDER BY mail");
        let line = |line: &str| {
            let mut parts = line.splitn(3, '|').map(str::to_owned);
            (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap())
        };
        text.lines().map(line).collect()
    }

    /// So many days from today, in Japan.
    pub(crate) fn day(&self, days: i64) -> String {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        Day::of(Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap() + days * 86_400)).to_string()
    }
}
