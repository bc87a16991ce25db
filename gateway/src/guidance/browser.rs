//! Is this a browser that cannot reach the certificate?
//!
//! On iOS only Safari, and what an app opens in Safari's own view, can present a certificate that
//! a person installed. Chrome, Edge, Firefox and the windows inside LINE or a mail app cannot, and
//! nothing there would tell the person why. On Android it is the windows inside LINE and other apps.

/// What browsers on iOS, and apps with a window of their own, add to Safari's words. A token that is
/// missing here costs a worse explanation (KW-101); a token too many would shut Safari out.
const NOT_SAFARI: [&str; 22] = [
    "CriOS/",
    "EdgiOS/",
    "FxiOS/",
    "OPiOS/",
    "OPT/",
    "OPX/",
    "Focus/",
    "DuckDuckGo/",
    "Ddg/",
    "GSA/",
    "YJApp-",
    "YaBrowser/",
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
];

/// These exist on iOS only, also where an iPad claims to be a Mac.
pub(super) const IOS_ONLY: [&str; 3] = ["CriOS/", "EdgiOS/", "FxiOS/"];

/// What windows inside Android apps say: Android's own word for one (WebView), and apps that leave that out. Chrome's custom
/// tabs, which can show a certificate, say none of them.
const INSIDE_ANDROID: [&str; 13] = [
    "; wv)",
    "Line/",
    "FBAN/",
    "FBAV/",
    "FB_IAB",
    "Instagram",
    "Twitter",
    "MicroMessenger/",
    "KAKAOTALK",
    "Snapchat",
    "SmartNews",
    "TikTok",
    "YJApp-",
];

/// Whether the reader should be sent to another browser (KW-106): to Safari, or out of an app's window on Android. An iPad that asks for desktop pages calls itself a
/// Mac and cannot be told from one: it passes here, unless the browser names itself.
#[must_use]
pub fn wrong_browser(user_agent: &str) -> bool {
    let says = |word: &str| user_agent.contains(word);
    if IOS_ONLY.into_iter().any(says) {
        return true;
    }
    if says("Android") && !says("Windows Phone") {
        return INSIDE_ANDROID.into_iter().any(says);
    }
    let ios = (says("iPhone") || says("iPad") || says("iPod")) && !says("Windows Phone");
    let safari = says("Version/") && says("Safari/") && !NOT_SAFARI.into_iter().any(says);
    ios && !safari
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(wrong_browser(&format!("{MAC} CriOS/131 Version/11.1.1 Safari/605.1.15")));
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
}
