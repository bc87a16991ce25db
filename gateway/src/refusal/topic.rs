//! Which pages does the help site have? Each refusal is explained by one of them.

use pages::{Language, System};

/// A page of the help site.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Topic {
    /// The early-reference table: what happened, what to do.
    Start,
    /// How to apply for IDs and certificates. (`/apply` itself is the desk's.)
    Apply,
    /// How to install a certificate: which device?
    Install,
    /// Windows, with Edge or Chrome.
    Windows,
    /// macOS, with Safari, Chrome or Edge.
    Mac,
    /// iPhone and iPad, with Safari only.
    Iphone,
    /// Android, with Chrome.
    Android,
    /// Linux, with Chrome or Chromium.
    Linux,
    /// The browser does not ask for the certificate, or the wrong one was chosen.
    Reselect,
    /// A certificate ends soon, or a device is replaced.
    Renew,
    /// Whom to call, also when a device is lost.
    Contact,
    /// What the codes on the pages mean.
    Codes,
}

impl Topic {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Start,
        Self::Apply,
        Self::Install,
        Self::Windows,
        Self::Mac,
        Self::Iphone,
        Self::Android,
        Self::Linux,
        Self::Reselect,
        Self::Renew,
        Self::Contact,
        Self::Codes,
    ];

    /// Where it stands on the help site.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Start => "/",
            Self::Apply => "/how-to-apply",
            Self::Install => System::Other.manual(),
            Self::Windows => System::Windows.manual(),
            Self::Mac => System::Macos.manual(),
            Self::Iphone => System::Ios.manual(),
            Self::Android => System::Android.manual(),
            Self::Linux => System::Linux.manual(),
            Self::Reselect => "/reselect",
            Self::Renew => "/renew",
            Self::Contact => "/contact",
            Self::Codes => "/codes",
        }
    }

    /// The page at this path.
    #[must_use]
    pub fn at(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.path() == path)
    }

    /// Its heading.
    #[must_use]
    pub fn heading(self, language: Language) -> &'static str {
        let (japanese, english) = match self {
            Self::Start => ("困ったときは", "When something does not work"),
            Self::Apply => ("電子証明書の取得申請", "Applying for a certificate"),
            Self::Install => ("電子証明書のインストール方法", "Installing the certificate"),
            Self::Windows => ("Windowsへのインストール", "Installing on Windows"),
            Self::Mac => ("Macへのインストール", "Installing on a Mac"),
            Self::Iphone => ("iPhone・iPadへのインストール", "Installing on an iPhone or iPad"),
            Self::Android => ("Androidへのインストール", "Installing on Android"),
            Self::Linux => ("Linuxへのインストール", "Installing on Linux"),
            Self::Reselect => ("証明書を選び直す", "Choosing the certificate again"),
            Self::Renew => ("電子証明書の更新・端末の入替え", "Renewing a certificate, replacing a device"),
            Self::Contact => ("お問い合わせ", "Contact"),
            Self::Codes => ("画面の番号から調べる", "What the codes mean"),
        };
        language.pick(japanese, english)
    }
}
