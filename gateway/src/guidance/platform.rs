//! Which system does a browser say it runs on? Nothing is allowed by it: it is what a browser says.

use super::browser::IOS_ONLY;

/// A family of operating systems.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Platform {
    Windows,
    Macos,
    Ios,
    Android,
    Linux,
    /// None of them, or not said: a program.
    Other,
}

impl Platform {
    /// As this `User-Agent` has it. An iPad that asks for desktop pages calls itself a Mac, and counts as one unless its
    /// browser names itself.
    #[must_use]
    pub fn of(user_agent: &str) -> Self {
        let says = |word: &str| user_agent.contains(word);
        if says("Windows") {
            Self::Windows
        } else if says("Android") {
            Self::Android
        } else if says("iPhone") || says("iPad") || says("iPod") || IOS_ONLY.into_iter().any(says) {
            Self::Ios
        } else if says("Macintosh") {
            Self::Macos
        } else if says("Linux") || says("X11") {
            Self::Linux
        } else {
            Self::Other
        }
    }

    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::Macos => "macos",
            Self::Ios => "ios",
            Self::Android => "android",
            Self::Linux => "linux",
            Self::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_says_what_it_runs_on() {
        for (user_agent, platform) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36 Edg/131",
                "windows",
            ),
            ("Mozilla/5.0 (Mobile; Windows Phone 8.1; Android 4.0; like iPhone OS 7_0_3 Mac OS X) Mobile", "windows"),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.6 Safari/605.1.15",
                "macos",
            ),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 CriOS/131 Safari/605.1.15", "ios"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_6_1 like Mac OS X) Version/17.6 Mobile/15E148 Safari/604.1", "ios"),
            ("Mozilla/5.0 (iPad; CPU OS 17_6_1 like Mac OS X) Version/17.6 Mobile/15E148 Safari/604.1", "ios"),
            ("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/131.0 Mobile Safari/537.36", "android"),
            ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/131.0.0.0 Safari/537.36", "linux"),
            ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/131.0.0.0 Safari/537.36", "linux"),
            ("curl/8.5.0", "other"),
            ("", "other"),
        ] {
            assert_eq!(Platform::of(user_agent).as_str(), platform, "{user_agent}");
        }
    }
}
