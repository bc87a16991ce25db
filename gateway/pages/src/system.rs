//! Which system does a browser say it runs on? Nothing is allowed by it: it is what a browser says.

use crate::agent::IOS_ONLY;

/// A family of operating systems.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum System {
    Windows,
    Macos,
    Ios,
    Android,
    Linux,
    /// None of them, or not said: a program may say what it likes.
    Other,
}

impl System {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Windows, Self::Macos, Self::Ios, Self::Android, Self::Linux, Self::Other];

    /// As this `User-Agent` has it. An iPad that asks for desktop pages calls itself a Mac, and counts as one unless its
    /// browser names itself.
    #[must_use]
    pub fn of(user_agent: &str) -> Self {
        let says = |word: &str| user_agent.contains(word);
        if IOS_ONLY.into_iter().any(says) {
            Self::Ios
        } else if says("Windows") {
            Self::Windows
        } else if says("Android") {
            Self::Android
        } else if says("iPhone") || says("iPad") || says("iPod") {
            Self::Ios
        } else if says("Macintosh") {
            Self::Macos
        } else if says("Linux") || says("X11") || says("CrOS") {
            Self::Linux
        } else {
            Self::Other
        }
    }

    /// The one that programs call by this word; [`System::Other`] where they know no such word.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|system| system.as_str() == word).unwrap_or(Self::Other)
    }

    /// Its word between programs.
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

    /// Where the help site has its manual; of one that we do not know, those of all.
    #[must_use]
    pub const fn manual(self) -> &'static str {
        match self {
            Self::Windows => "/install/windows",
            Self::Macos => "/install/mac",
            Self::Ios => "/install/iphone",
            Self::Android => "/install/android",
            Self::Linux => "/install/linux",
            Self::Other => "/install",
        }
    }

    /// Whether a device of that system may claim to be this one. An iPad that asks for desktop pages calls itself a Mac, and an
    /// Android device likewise a Linux; who says nothing is believed.
    #[must_use]
    pub const fn may_be(self, device: Self) -> bool {
        match (self, device) {
            (Self::Other, _)
            | (Self::Windows, Self::Windows)
            | (Self::Macos, Self::Macos | Self::Ios)
            | (Self::Ios, Self::Ios)
            | (Self::Android, Self::Android)
            | (Self::Linux, Self::Linux | Self::Android) => true,
            (Self::Windows | Self::Macos | Self::Ios | Self::Android | Self::Linux, _) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_says_what_it_runs_on() {
        for (user_agent, system) in [
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
            assert_eq!(System::of(user_agent).as_str(), system, "{user_agent}");
        }
    }

    #[test]
    fn programs_read_each_others_words() {
        for system in System::ALL {
            assert_eq!(System::from_word(system.as_str()), system);
        }
        assert_eq!(System::from_word("amiga"), System::Other);
    }

    #[test]
    fn a_page_opened_on_another_system_than_the_registered_one_is_noticed() {
        use System::{Android, Ios, Linux, Macos, Other, Windows};
        assert!(!Windows.may_be(Ios));
        assert!(!Ios.may_be(Macos));
        assert!(!Linux.may_be(Windows));
        assert!(Macos.may_be(Ios), "an iPad that asks for desktop pages");
        assert!(Linux.may_be(Android), "a phone that asks for desktop pages");
        assert!(Other.may_be(Windows));
    }
}
