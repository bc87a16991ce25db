//! What can be said of a certificate that did not come, but that the browser remembers?

use certs::DeviceNo;
use pages::{Language, calendar};

use super::Facts;
use super::device_cookie::Remembered;
use super::login::expiry;

/// After so many days a reader is told the date instead of counting back.
const COUNTED_DAYS: u64 = 30;

/// A certificate that is missed.
pub(super) struct Absence {
    /// The device it was issued to.
    pub(super) device: DeviceNo,
    /// Its last day.
    pub(super) last_day: String,
    pub(super) why: Why,
}

/// Why it was not sent, as far as its last day tells.
pub(super) enum Why {
    /// A browser does not offer it any more. The sentence says since when.
    Expired(String),
    /// It was not chosen, or is not there. The sentence is about the renewal where that is near.
    NotSent(Option<String>),
}

impl Absence {
    pub(super) fn of(seen: Remembered, facts: &Facts<'_>) -> Self {
        let why = if seen.not_after < facts.time {
            Why::Expired(expired(seen, facts))
        } else {
            Why::NotSent(expiry(&Facts { not_after: Some(seen.not_after), ..*facts }))
        };
        Self { device: seen.device, last_day: calendar::day(facts.language, seen.not_after), why }
    }
}

fn expired(seen: Remembered, facts: &Facts<'_>) -> String {
    let days = calendar::days_left(seen.not_after, facts.time);
    match facts.language {
        Language::Japanese => {
            let when = match days {
                0 => "本日、".to_owned(),
                1 => "昨日、".to_owned(),
                2..=COUNTED_DAYS => format!("{days}日前に"),
                _ => format!("{}に", calendar::day(facts.language, seen.not_after)),
            };
            format!("この端末の電子証明書は、{when}有効期限が切れました。")
        }
        Language::English => {
            let when = match days {
                0 => "today".to_owned(),
                1 => "yesterday".to_owned(),
                2..=COUNTED_DAYS => format!("{days} days ago"),
                _ => format!("on {}", calendar::day(facts.language, seen.not_after)),
            };
            format!("This device’s certificate expired {when}.")
        }
    }
}

#[cfg(test)]
mod tests {
    use certs::Timestamp;
    use pages::{Language, Reader};

    use crate::guidance::page::tests::carries_only_what_its_policy_allows;
    use crate::guidance::{Facts, Guidance, Page, Remembered};
    use crate::refusal::Refusal;

    /// 2026-11-22 18:05:30 in Japan.
    const NOW: Timestamp = Timestamp::from_unix(1_795_338_330);
    const DAY: i64 = 86_400;

    fn facts(language: Language, ends_in: i64) -> Facts<'static> {
        let seen = Remembered { device: "DEV-000123".parse().unwrap(), not_after: NOW.plus(ends_in) };
        Facts { remembered: Some(seen), ..Facts::new(language, "K7P-2QX", NOW) }
    }

    fn page(refusal: Refusal, facts: &Facts<'_>) -> Page {
        let page = Guidance::default().refuse(refusal, facts, Reader::Browser);
        carries_only_what_its_policy_allows(&page);
        page
    }

    #[test]
    fn a_certificate_that_expired_is_told_with_when_and_what_to_do() {
        for (ends_in, japanese, english) in [
            (-1, "は、本日、有効期限が切れました。", "expired today."),
            (-18 * 3600, "は、本日、有効期限が切れました。", "expired today."),
            (-19 * 3600, "は、昨日、有効期限が切れました。", "expired yesterday."),
            (-DAY, "は、昨日、有効期限が切れました。", "expired yesterday."),
            (-3 * DAY, "は、3日前に有効期限が切れました。", "expired 3 days ago."),
            (-30 * DAY, "は、30日前に有効期限が切れました。", "expired 30 days ago."),
            (-31 * DAY, "は、2026年10月22日に有効期限が切れました。", "expired on 22 October 2026."),
        ] {
            for (language, told, todo) in [
                (
                    Language::Japanese,
                    format!("<strong>この端末の電子証明書{japanese}</strong>"),
                    "「電子証明書の取得申請」",
                ),
                (
                    Language::English,
                    format!("<strong>This device’s certificate {english}</strong>"),
                    "“apply for a certificate”",
                ),
            ] {
                let html = page(Refusal::NoCert, &facts(language, ends_in)).body;
                for expected in [told.as_str(), todo, "DEV-000123", "KW-101"] {
                    assert!(html.contains(expected), "{ends_in}: {expected}\n{html}");
                }
            }
        }
    }

    #[test]
    fn a_certificate_that_still_holds_was_not_sent_and_a_renewal_that_is_near_is_told() {
        for (language, told, near) in [
            (Language::Japanese, "今回は、ブラウザから送られませんでした。", "あと3日"),
            (Language::English, "this time your browser did not send it.", "in 3 days"),
        ] {
            for (ends_in, renewal) in [(0, false), (3 * DAY, true), (400 * DAY, false)] {
                let html = page(Refusal::NoCert, &facts(language, ends_in)).body;
                assert!(html.contains(told) && html.contains("DEV-000123"), "{ends_in}: {told}\n{html}");
                assert_eq!(html.contains(near), renewal, "{ends_in}\n{html}");
                assert!(!html.contains("有効期限が切れました") && !html.contains("expired "), "{html}");
            }
        }
    }

    #[test]
    fn no_other_refusal_and_no_program_hears_of_what_a_browser_remembers() {
        for language in Language::ALL {
            let (knowing, plain) = (facts(language, -DAY), Facts::new(language, "K7P-2QX", NOW));
            for refusal in Refusal::ALL {
                let told = Guidance::default().refuse(refusal, &knowing, Reader::Program);
                assert_eq!(told, Guidance::default().refuse(refusal, &plain, Reader::Program), "{refusal:?}");
                if refusal != Refusal::NoCert {
                    assert_eq!(page(refusal, &knowing), page(refusal, &plain), "{refusal:?}");
                }
            }
        }
    }
}
