//! Which browser is it, and can it reach the certificate? Its own words are a hint for pages, never a proof.
//!
//! On iOS only Safari, and what an app opens in Safari's own view, can present a certificate that
//! a person installed. Chrome, Edge, Firefox and the windows inside LINE or a mail app cannot, and
//! nothing there would tell the person why. On Android it is the windows inside LINE and other apps.
//!
//! A word that is missing here costs a worse explanation (KW-101); a word too many would shut Safari out.

use crate::System;

/// A browser and its system.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Agent {
    /// The system it says it runs on.
    pub system: System,
    /// What matters of the browser.
    pub browser: Browser,
}

/// What matters of the browser.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Browser {
    /// A browser of its own that reaches the system's certificates.
    Usual,
    /// On iOS, any but Safari: it can neither install nor show a certificate.
    NotSafari,
    /// A window inside LINE, a mail program or the like: it leaves a file nowhere and a picker unshown.
    InApp,
    /// On Android, opened by an app that does not say how: perhaps a tab of Chrome's, which can show a certificate.
    AppTab,
}

/// These exist on iOS only, also where an iPad claims to be a Mac.
pub(crate) const IOS_ONLY: [&str; 3] = ["CriOS/", "EdgiOS/", "FxiOS/"];
/// Other browsers on iOS. All of them are Safari's engine without Safari's keychain.
const NOT_SAFARI: [&str; 7] = ["OPiOS/", "OPT/", "OPX/", "Focus/", "DuckDuckGo/", "Ddg/", "YaBrowser/"];
/// Windows inside other programs, on any system.
const IN_APP: [&str; 10] =
    ["Line/", "FBAN/", "FBAV/", "Instagram", "Twitter", "MicroMessenger/", "Snapchat", "SmartNews", "TikTok", "YJApp-"];
/// The same, but on Android they may open a tab of Chrome's.
const OPENS_TABS: [&str; 2] = ["Slack", "GSA/"];
/// What windows inside Android apps say besides: Android's own word for one (WebView), and apps that leave that out. Chrome's
/// custom tabs, which can show a certificate, say none of them.
const ANDROID_VIEW: [&str; 3] = ["; wv)", "FB_IAB", "KAKAOTALK"];

impl Agent {
    /// Of these words (`User-Agent`). An iPad that asks for desktop pages calls itself a Mac and cannot be told from one: it
    /// counts as one, unless its browser names itself.
    #[must_use]
    pub fn of(user_agent: &str) -> Self {
        let any = |words: &[&str]| words.iter().any(|word| user_agent.contains(word));
        let system = System::of(user_agent);
        let browser = match system {
            System::Android if any(&IN_APP) || any(&ANDROID_VIEW) => Browser::InApp,
            System::Android if any(&OPENS_TABS) => Browser::AppTab,
            System::Android => Browser::Usual,
            System::Windows | System::Macos | System::Ios | System::Linux | System::Other
                if any(&IN_APP) || any(&OPENS_TABS) =>
            {
                Browser::InApp
            }
            System::Ios if any(&IOS_ONLY) || any(&NOT_SAFARI) || !(any(&["Version/"]) && any(&["Safari/"])) => {
                Browser::NotSafari
            }
            System::Windows | System::Macos | System::Ios | System::Linux | System::Other => Browser::Usual,
        };
        Self { system, browser }
    }

    /// Whether a certificate can be shown from here. Where not, the reader is sent to Safari, or out of an app's window on
    /// Android (KW-106).
    #[must_use]
    pub fn reaches_certificates(self) -> bool {
        match (self.system, self.browser) {
            (System::Ios, Browser::NotSafari | Browser::InApp) | (System::Android, Browser::InApp) => false,
            (_, Browser::Usual | Browser::AppTab)
            | (
                System::Windows | System::Macos | System::Android | System::Linux | System::Other,
                Browser::NotSafari | Browser::InApp,
            ) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong_browser(user_agent: &str) -> bool {
        !Agent::of(user_agent).reaches_certificates()
    }

    const IPHONE: &str =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
    const IPAD: &str = "Mozilla/5.0 (iPad; CPU OS 17_6_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
    const MAC: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)";

    #[test]
    fn safari_on_an_iphone_or_ipad_passes() {
        for tail in ["Version/17.6 Mobile/15E148 Safari/604.1", "Version/9.0 Mobile/13E233 Safari/601.1"] {
            assert!(!wrong_browser(&format!("{IPHONE} {tail}")), "{tail}");
            assert!(!wrong_browser(&format!("{IPAD} {tail}")), "{tail}");
        }
    }

    #[test]
    fn another_browser_or_an_apps_own_window_is_sent_to_safari() {
        for tail in [
            "CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1",
            "Version/17.0 EdgiOS/131.0.2903.68 Mobile/15E148 Safari/605.1.15",
            "FxiOS/133.0 Mobile/15E148 Safari/605.1.15",
            "Version/17.6 Mobile/15E148 Safari/604.1 OPT/5.1.0",
            "Version/17.6 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15",
            "Version/17.6 Mobile/15E148 Safari/604.1 Ddg/17.6",
            "GSA/345.0.700870398 Mobile/15E148 Safari/604.1",
            "Mobile/15E148 Safari Line/14.20.0",
            "Mobile/15E148 Safari/604.1 Line/14.20.0/IAB",
            "Mobile/15E148 [FBAN/FBIOS;FBAV/490.0.0.34.104;FBBV/663423413]",
            "Mobile/15E148 Instagram 359.0.0.18.85 (iPhone14,5; iOS 17_6_1)",
            "Mobile/15E148 Twitter for iPhone/10.68",
            "Version/17.6 Mobile/15E148 Safari/604.1 YJApp-IOS jp.co.yahoo.ipn.appli/4.150",
            "Mobile/15E148",
        ] {
            assert!(wrong_browser(&format!("{IPHONE} {tail}")), "{tail}");
            assert!(wrong_browser(&format!("{IPAD} {tail}")), "{tail}");
        }
        for claimed in [MAC, "Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "Mozilla/5.0 (Linux; Android 14; Pixel 8)"] {
            assert!(wrong_browser(&format!("{claimed} CriOS/131 Version/11.1.1 Safari/605.1.15")), "{claimed}");
        }
    }

    #[test]
    fn a_window_inside_an_android_app_is_sent_to_the_browser() {
        const ANDROID: &str = "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/131.0 Mobile Safari/537.36";
        let chrome = ANDROID.replace("; wv)", ")");
        assert!(wrong_browser(ANDROID));
        for tail in [
            "Line/14.20.1/IAB",
            "[FB_IAB/FB4A;FBAV/490.0.0.34.104;]",
            "Instagram 359.0.0.18.85 Android",
            "MicroMessenger/8.0",
        ] {
            assert!(wrong_browser(&format!("{chrome} {tail}")), "{tail}");
        }
        assert!(!wrong_browser(&chrome.replace("Version/4.0 ", "")));
    }

    #[test]
    fn other_systems_pass() {
        for user_agent in [
            "",
            "curl/8.5.0",
            &format!("{MAC} Version/17.6 Safari/605.1.15"),
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0",
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
            "Mozilla/5.0 (Linux; Android 14; SM-S901B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
            "Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0",
            "Mozilla/5.0 (Mobile; Windows Phone 8.1; Android 4.0; ARM; Trident/7.0; Touch; rv:11.0; IEMobile/11.0; NOKIA; Lumia 520) like iPhone OS 7_0_3 Mac OS X AppleWebKit/537 (KHTML, like Gecko) Mobile Safari/537",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36",
        ] {
            assert!(!wrong_browser(user_agent), "{user_agent}");
        }
    }

    #[test]
    fn each_system_and_browser_is_known_by_its_own_words() {
        let cases = [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0".to_owned(), System::Windows, Browser::Usual),
            (format!("{MAC} Version/18.1 Safari/605.1.15"), System::Macos, Browser::Usual),
            (format!("{IPHONE} Version/18.1 Mobile/15E148 Safari/604.1"), System::Ios, Browser::Usual),
            (format!("{IPHONE} CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1"), System::Ios, Browser::NotSafari),
            (format!("{MAC} CriOS/131 Version/11.1.1 Safari/605.1.15"), System::Ios, Browser::NotSafari),
            (format!("{IPHONE} Mobile/15E148 Safari Line/14.20.0"), System::Ios, Browser::InApp),
            (format!("{IPHONE} Mobile/15E148"), System::Ios, Browser::NotSafari),
            ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36".to_owned(), System::Android, Browser::Usual),
            ("Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/131.0 Mobile Safari/537.36 Line/14.20.1/IAB".to_owned(), System::Android, Browser::InApp),
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36".to_owned(), System::Linux, Browser::Usual),
            ("curl/8.5.0".to_owned(), System::Other, Browser::Usual),
            (String::new(), System::Other, Browser::Usual),
        ];
        for (agent, system, browser) in cases {
            assert_eq!(Agent::of(&agent), Agent { system, browser }, "{agent}");
        }
    }

    #[test]
    fn an_android_app_that_may_open_a_tab_is_told_from_one_that_does_not() {
        const CHROME: &str = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36";
        for app in ["Slack_Mobile", "GSA/15.2"] {
            let tab = Agent::of(&format!("{CHROME} {app}"));
            assert_eq!((tab.browser, tab.reaches_certificates()), (Browser::AppTab, true), "{app}");
            assert_eq!(
                Agent::of(&format!("{IPHONE} Version/17.6 Safari/604.1 {app}")).browser,
                Browser::InApp,
                "{app}"
            );
        }
        assert_eq!(Agent::of(&format!("{CHROME} KAKAOTALK 10")).browser, Browser::InApp);
    }
}
