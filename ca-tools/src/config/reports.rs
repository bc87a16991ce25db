//! `[reports]` and `[clones]`: how long copies of access lines are kept, and what follows when a
//! certificate seems to be on two devices.

use super::read::Reader;

/// Of `[reports]` and `[clones]`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Reports {
    /// Copies of access lines are kept for so many days.
    pub keep_days: i64,
    /// When a login is out of hours.
    pub night: NightHours,
    /// What follows when a certificate seems to be on two devices.
    pub clones: Clones,
}

/// Hours of the day in which a login is told at the month's review.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NightHours {
    from: u8,
    until: u8,
}

impl NightHours {
    /// When they begin, and how long they are, in seconds of the day.
    #[must_use]
    pub fn seconds(self) -> (i64, i64) {
        let (from, until) = (i64::from(self.from), i64::from(self.until));
        (from * 3_600, (until - from).rem_euclid(24) * 3_600)
    }

    /// 「22時から5時まで」.
    #[must_use]
    pub fn japanese(self) -> String {
        format!("{}時から{}時まで", self.from, self.until)
    }

    /// `22-5`; both in hours of the day, and no whole day.
    fn read(text: &str) -> Option<Self> {
        let (from, until) = text.split_once('-')?;
        let hour = |part: &str| part.trim().parse::<u8>().ok().filter(|hour| *hour < 24);
        let (from, until) = (hour(from)?, hour(until)?);
        (from != until).then_some(Self { from, until })
    }
}

/// Late in the evening until early in the morning.
pub const NIGHT: NightHours = NightHours { from: 22, until: 5 };

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
        let night = match self.text("reports", "night") {
            None => NIGHT,
            Some(text) => NightHours::read(&text).unwrap_or_else(|| {
                let ja = "時間外の時間帯を \"22-5\"（22時から5時まで）のように、引用符で囲んで書いてください。";
                self.wrong("reports.night", ja, "hours of the day like \"22-5\", in quotes");
                NIGHT
            }),
        };
        Reports { keep_days, night, clones }
    }
}
