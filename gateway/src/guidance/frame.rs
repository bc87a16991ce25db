//! What every page has around its own words: head, mark, foot, links and dates.

use certs::Timestamp;
use pages::{Language, LocaleLink, System, calendar};

use super::anchor::{Anchor, Button};
use super::{Facts, Link, Settings, page};

/// Handed to each template as `frame`.
pub(super) struct Frame<'a> {
    pub(super) settings: &'a Settings,
    pub(super) facts: &'a Facts<'a>,
    /// The page's heading, which is its title too.
    pub(super) heading: &'static str,
}

impl Frame<'_> {
    /// One of two texts, in the reader's language.
    pub(super) fn say(&self, japanese: &'static str, english: &'static str) -> &'static str {
        self.facts.language.pick(japanese, english)
    }

    pub(super) fn language(&self) -> Language {
        self.facts.language
    }

    /// The switch of languages.
    pub(super) fn switch(&self) -> Vec<LocaleLink> {
        pages::switch(self.facts.locale, self.facts.here)
    }

    pub(super) fn style(&self) -> &'static str {
        page::STYLE.as_str()
    }

    pub(super) fn copy_script(&self) -> &'static str {
        page::COPY_SCRIPT
    }

    pub(super) fn reveal_script(&self) -> &'static str {
        page::REVEAL_SCRIPT
    }

    pub(super) fn day(&self, moment: &Timestamp) -> String {
        calendar::day(self.facts.language, *moment)
    }

    pub(super) fn minute(&self, moment: &Timestamp) -> String {
        calendar::minute(self.facts.language, *moment)
    }

    pub(super) fn opening(&self, moment: &Timestamp) -> String {
        calendar::opening(self.facts.language, *moment, self.facts.time)
    }

    /// The telephone number as a phone dials it.
    pub(super) fn dial(&self) -> String {
        self.settings.telephone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
    }

    /// When the telephone is answered, in brackets; nothing where the city has not said.
    pub(super) fn hours(&self) -> String {
        match (self.settings.hours.as_str(), self.facts.language) {
            ("", _) => String::new(),
            (hours, Language::Japanese) => format!("（{hours}）"),
            (hours, Language::English) => format!(" ({hours})"),
        }
    }

    /// The login page, which leads back to where the reader wanted to go.
    pub(super) fn login(&self) -> String {
        format!("/.gateway/login{}", self.return_query())
    }

    fn return_query(&self) -> String {
        match self.facts.return_to {
            "" | "/" => String::new(),
            path => format!(
                "?return_to={}",
                askama::filters::urlencode(path).map_or(String::new(), |safe| safe.to_string())
            ),
        }
    }

    /// A link to where one applies for a certificate.
    pub(super) fn apply(&self, words: &'static str) -> Anchor {
        let anchor = self.anchor(words, None, "/how-to-apply");
        Anchor { address: self.application().or(anchor.address), ..anchor }
    }

    /// Where one applies for a certificate, where that can be done on the web.
    pub(super) fn application(&self) -> Option<String> {
        self.settings.apply_url.as_ref().map(Link::to_string).or_else(|| self.desk("/apply"))
    }

    /// The page of the desk's public door at `path`, where it is open.
    pub(super) fn desk(&self, path: &str) -> Option<String> {
        self.settings.desk_url.as_ref().map(|desk| desk.page(path))
    }

    /// Where the device at hand gets its next certificate after the end of its last one, where that is open.
    pub(super) fn renewal_after_end(&self) -> Option<String> {
        let word = self.facts.renewal?;
        Some(format!("{}?for={word}", self.desk("/pickup/renew")?))
    }

    /// A link to how a certificate is installed.
    pub(super) fn install(&self, words: &'static str) -> Anchor {
        self.anchor(words, self.settings.install_url.as_ref(), "/install")
    }

    /// A link to the spare name of the service site, or to how one is asked for the certificate again.
    pub(super) fn reselect(&self, words: &'static str) -> Anchor {
        self.anchor(words, self.settings.reselect_url.as_ref(), "/reselect")
    }

    /// A link as a button.
    pub(super) fn button(&self, anchor: Anchor) -> Button {
        Button { anchor, plain: false }
    }

    /// A link as a button that stands behind another.
    pub(super) fn plain_button(&self, anchor: Anchor) -> Button {
        Button { anchor, plain: true }
    }

    /// The system's own word for accepting the certificate that was chosen.
    pub(super) fn accept(&self) -> &'static str {
        match self.facts.system {
            System::Android => self.say("［選択］", "Select"),
            System::Ios => self.say("［続ける］", "Continue"),
            System::Windows | System::Macos | System::Linux | System::Other => self.say("［OK］", "OK"),
        }
    }

    /// A link to how a certificate is renewed.
    pub(super) fn renew(&self, words: &'static str) -> Anchor {
        self.anchor(words, None, "/renew")
    }

    /// A link to where this device gets its new certificate, or to how it is renewed.
    pub(super) fn renew_here(&self) -> Anchor {
        match &self.settings.renew_path {
            Some(path) => Anchor {
                words: self.say("この端末で更新する", "Renew on this device"),
                address: Some(path.to_string()),
                language: self.facts.language,
            },
            None => self.renew(self.say("更新の手順", "How to renew")),
        }
    }

    /// A link to うちの事業所, where that is open.
    pub(super) fn office(&self) -> Option<Anchor> {
        let address = self.settings.office_url.as_ref()?.to_string();
        let words = self.say("うちの事業所", "My office");
        Some(Anchor { words, address: Some(address), language: self.facts.language })
    }

    /// The same as a button that stands behind another.
    pub(super) fn office_button(&self) -> Option<Button> {
        self.office().map(|office| self.plain_button(office))
    }

    /// A link to the terms of use.
    pub(super) fn terms(&self, words: &'static str) -> Anchor {
        Anchor { words, address: self.settings.terms_url.as_ref().map(Link::to_string), language: self.facts.language }
    }

    fn anchor(&self, words: &'static str, configured: Option<&Link>, page: &str) -> Anchor {
        let own = || self.settings.help_url.as_ref().map(|help| help.page(page));
        Anchor { words, address: configured.map(Link::to_string).or_else(own), language: self.facts.language }
    }
}
