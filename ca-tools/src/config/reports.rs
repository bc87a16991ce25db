//! `[reports]` and `[clones]`: how long copies of access lines are kept, and what follows when a
//! certificate seems to be on two devices.

use super::read::Reader;

/// Of `[reports]` and `[clones]`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Reports {
    /// Copies of access lines are kept for so many days.
    pub keep_days: i64,
    /// What follows when a certificate seems to be on two devices.
    pub clones: Clones,
}

/// `[clones] policy`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Clones {
    /// The office and the audit trail are told.
    #[default]
    Alarm,
    /// And the device is put on hold, until the city resumes it.
    Suspend,
}

/// Thirteen months: what a yearly review looks back on.
pub const KEPT_DAYS: i64 = 400;

impl Reader {
    /// Everything in `[reports]` and `[clones]`.
    pub(super) fn reports(&mut self) -> Reports {
        let clones = match self.text("clones", "policy").as_deref() {
            None | Some("alarm") => Clones::Alarm,
            Some("suspend") => Clones::Suspend,
            Some(other) => {
                self.wrong(
                    "clones.policy",
                    &format!("「{other}」は使えません。alarm（知らせる）か suspend（端末も一時停止する）です。"),
                    &format!("{other:?} is no policy: alarm, or suspend to put the device on hold as well"),
                );
                Clones::Alarm
            }
        };
        let keep_days = match self.text("reports", "keep_days").map(|days| days.parse::<i64>()) {
            None => KEPT_DAYS,
            Some(Ok(days)) if (1..=36_500).contains(&days) => days,
            Some(Ok(_) | Err(_)) => {
                let ja = "1 から 36500 までの日数を、引用符で囲んで書いてください（例：\"400\"）。";
                self.wrong("reports.keep_days", ja, "a number of days from 1 to 36500 in quotes, like \"400\"");
                KEPT_DAYS
            }
        };
        Reports { keep_days, clones }
    }
}
