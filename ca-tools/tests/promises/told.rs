//! What was told by mail, and which day it is, in a house.

use std::time::SystemTime;

use ca_tools::application::Day;
use ca_tools::letters::Sealed;
use certs::Timestamp;

use super::house::House;

impl House {
    /// Every letter that was queued, in order: its kind, its recipient, its facts.
    pub(crate) fn letters(&self) -> Vec<(String, String, String)> {
        let question = "SELECT mail || '|' || message_id || '|' || kind || '|' || recipient || '|' || about || '|' || letter \
            FROM mails ORDER BY mail";
        let (seal, text) = (self.seal(), self.ask(question));
        let line = |line: &str| {
            let [mail, message_id, kind, recipient, about, letter] = line.splitn(6, '|').collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            let row = Sealed { mail: mail.parse().unwrap(), message_id, recipient, about };
            let facts = seal.open(letter, row).unwrap().to_string();
            (kind.to_owned(), recipient.to_owned(), facts)
        };
        text.lines().map(line).collect()
    }

    /// So many days from today, in Japan.
    pub(crate) fn day(&self, days: i64) -> String {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        Day::of(Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap() + days * 86_400)).to_string()
    }
}
