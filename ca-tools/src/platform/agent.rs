//! What does a browser say of itself? Its words are a hint for the pages, never a decision.

use registry::Os;

/// The family of systems.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Family {
    Windows,
    Mac,
    Ios,
    Android,
    Linux,
    /// It does not say, or nothing we know.
    Unknown,
}

/// What matters of the browser.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Browser {
    /// A browser of its own that reaches the system's certificates.
    Usual,
    /// On iOS, any but Safari: it can neither install nor show a certificate.
    NotSafari,
    /// A window inside LINE, a mail program or the like, on any system.
    InApp,
}

/// A browser and its system.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Agent {
    pub(crate) family: Family,
    pub(crate) browser: Browser,
}

/// Windows inside other programs; they leave a file nowhere and a picker unshown.
const IN_APP: [&str; 12] = [
    "Line/",
    "FBAN/",
    "FBAV/",
    "Instagram",
    "Twitter",
    "MicroMessenger/",
    "Slack",
    "Snapchat",
    "SmartNews",
    "TikTok",
    "YJApp-",
    "GSA/",
];
/// Other browsers on iOS. All of them are Safari's engine without Safari's keychain.
const NOT_SAFARI: [&str; 10] =
    ["CriOS/", "EdgiOS/", "FxiOS/", "OPiOS/", "OPT/", "OPX/", "Focus/", "DuckDuckGo/", "Ddg/", "YaBrowser/"];

impl Agent {
    /// Of these words.
    pub(crate) fn of(agent: &str) -> Self {
        let says = |word: &str| agent.contains(word);
        let any = |words: &[&str]| words.iter().any(|word| says(word));
        let ios_only = any(&["CriOS/", "EdgiOS/", "FxiOS/"]);
        let family = if says("Windows") {
            Family::Windows
        } else if says("Android") {
            Family::Android
        } else if ios_only || any(&["iPhone", "iPad", "iPod"]) {
            Family::Ios
        } else if says("Macintosh") {
            Family::Mac
        } else if any(&["Linux", "X11", "CrOS"]) {
            Family::Linux
        } else {
            Family::Unknown
        };
        let android_view = family == Family::Android && says("; wv)");
        let browser = if any(&IN_APP) || android_view {
            Browser::InApp
        } else if family == Family::Ios && (any(&NOT_SAFARI) || !(says("Version/") && says("Safari/"))) {
            Browser::NotSafari
        } else {
            Browser::Usual
        };
        Self { family, browser }
    }

    /// Whether this can be the device for which the ticket was given. An iPad that asks for desktop pages calls
    /// itself a Mac, and an Android phone likewise a Linux; who says nothing is believed.
    pub(crate) fn may_be(self, registered: Os) -> bool {
        match (self.family, registered) {
            (Family::Unknown, _)
            | (Family::Windows, Os::Windows)
            | (Family::Mac, Os::Macos | Os::Ios)
            | (Family::Ios, Os::Ios)
            | (Family::Android, Os::Android)
            | (Family::Linux, Os::Linux | Os::Android) => true,
            (Family::Windows | Family::Mac | Family::Ios | Family::Android | Family::Linux, _) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IPHONE: &str =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
    const MAC: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)";

    #[test]
    fn each_system_and_browser_is_known_by_its_own_words() {
        let cases = [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0".to_owned(), Family::Windows, Browser::Usual),
            (format!("{MAC} Version/18.1 Safari/605.1.15"), Family::Mac, Browser::Usual),
            (format!("{IPHONE} Version/18.1 Mobile/15E148 Safari/604.1"), Family::Ios, Browser::Usual),
            (format!("{IPHONE} CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1"), Family::Ios, Browser::NotSafari),
            (format!("{MAC} CriOS/131 Version/11.1.1 Safari/605.1.15"), Family::Ios, Browser::NotSafari),
            (format!("{IPHONE} Mobile/15E148 Safari Line/14.20.0"), Family::Ios, Browser::InApp),
            (format!("{IPHONE} Mobile/15E148"), Family::Ios, Browser::NotSafari),
            ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36".to_owned(), Family::Android, Browser::Usual),
            ("Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/131.0 Mobile Safari/537.36 Line/14.20.1/IAB".to_owned(), Family::Android, Browser::InApp),
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36".to_owned(), Family::Linux, Browser::Usual),
            ("curl/8.5.0".to_owned(), Family::Unknown, Browser::Usual),
            (String::new(), Family::Unknown, Browser::Usual),
        ];
        for (agent, family, browser) in cases {
            assert_eq!(Agent::of(&agent), Agent { family, browser }, "{agent}");
        }
    }

    #[test]
    fn a_page_opened_on_another_system_than_the_registered_one_is_noticed() {
        let at = |family| Agent { family, browser: Browser::Usual };
        assert!(!at(Family::Windows).may_be(Os::Ios));
        assert!(!at(Family::Ios).may_be(Os::Macos));
        assert!(!at(Family::Linux).may_be(Os::Windows));
        assert!(at(Family::Mac).may_be(Os::Ios), "an iPad that asks for desktop pages");
        assert!(at(Family::Linux).may_be(Os::Android), "a phone that asks for desktop pages");
        assert!(at(Family::Unknown).may_be(Os::Windows));
    }
}
