//! Whom do pages say to call, and where do their links lead?

use std::fmt;

use serde::Deserialize;

use crate::refusal::Chapter;

/// What the city fills in (`[guidance]` of the configuration). An address left out leads to the help
/// site's own page; without a help site either, its name stands there without a link.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Stands at the foot of every page, and can be tapped on a phone.
    pub telephone: String,
    /// When it is answered; stands beside it. An empty text is not shown.
    pub hours: String,
    /// Stands at the foot of every page.
    pub mail: String,
    /// Where one applies for a certificate.
    pub apply_url: Option<Link>,
    /// How a certificate is installed.
    pub install_url: Option<Link>,
    /// A second name of the service site. A browser that remembers "no certificate" for the first name asks again there.
    pub reselect_url: Option<Link>,
    /// The city's page for providers, with forms and manuals.
    pub provider_url: Option<Link>,
    /// The terms of use that hold for every user.
    pub terms_url: Option<Link>,
    /// The help site, without a slash at the end.
    pub help_url: Option<Link>,
    /// The service site, without a slash at the end: where the help site sends people back to.
    pub service_url: Option<Link>,
    /// The page of the service site where a logged-in person renews the certificate of the device at hand.
    pub renew_path: Option<Link>,
    /// うちの事業所: where people see what is registered of their office. A path of the service site, or an address where the desk has
    /// a name of its own.
    pub office_url: Option<Link>,
    /// The help site whose `/apply`, `/pickup` and `/lost` lead to the desk, without a slash at the end.
    pub desk_url: Option<Link>,
    /// Pages of the printed handbook that a message refers to.
    pub handbook: Handbook,
}

/// Where the printed handbook speaks of it; an empty text is not shown.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Handbook {
    /// Forms for IDs and offices.
    pub forms: String,
    /// Getting and installing a certificate.
    pub certificate: String,
    /// Opening a room.
    pub opening: String,
    /// Joining and closing a room.
    pub rooms: String,
    /// Devices and browsers.
    pub equipment: String,
    /// Rules, among them the inspection of devices.
    pub rules: String,
    /// Whom to call.
    pub contact: String,
}

/// An address a page may lead to: `https://…`, `http://…` or a path of the same site.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(try_from = "String")]
pub struct Link(String);

/// Why a text is not such an address.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum LinkRefusal {
    /// `javascript:`, `mailto:`, a bare name.
    #[error("a link starts with https://, http:// or one slash")]
    OtherKind,
    /// Blanks, quotes, control characters, or no host.
    #[error("a link has a host and no blanks, quotes, brackets or control characters")]
    Malformed,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            telephone: "04-7197-1510".into(),
            hours: String::new(),
            mail: "info-chkry@city.kashiwa.chiba.jp".into(),
            apply_url: None,
            install_url: None,
            reselect_url: None,
            provider_url: None,
            terms_url: Some(Link("https://portal.kanamic.net/tritrust/rule/rule.html".into())),
            help_url: None,
            service_url: None,
            renew_path: None,
            office_url: None,
            desk_url: None,
            handbook: Handbook::default(),
        }
    }
}

impl Default for Handbook {
    fn default() -> Self {
        Self {
            forms: "P4".into(),
            certificate: "P7".into(),
            opening: "P8".into(),
            rooms: "P9".into(),
            equipment: "P11".into(),
            rules: "P12".into(),
            contact: "P14".into(),
        }
    }
}

impl Handbook {
    /// The city's handbook speaks of this on that page.
    pub fn say(&mut self, of: &str, page: &str) {
        let field = match of {
            "certificate" => &mut self.certificate,
            "contact" => &mut self.contact,
            "equipment" => &mut self.equipment,
            "forms" => &mut self.forms,
            "opening" => &mut self.opening,
            "rooms" => &mut self.rooms,
            "rules" => &mut self.rules,
            _ => return,
        };
        page.clone_into(field);
    }

    /// The page on which this chapter begins.
    pub(super) fn page(&self, chapter: Chapter) -> &str {
        match chapter {
            Chapter::Certificate => &self.certificate,
            Chapter::Contact => &self.contact,
            Chapter::Equipment => &self.equipment,
            Chapter::Forms => &self.forms,
            Chapter::Rooms => &self.rooms,
            Chapter::Rules => &self.rules,
        }
    }
}

impl TryFrom<String> for Link {
    type Error = LinkRefusal;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let local = text.starts_with('/') && !text.starts_with("//") && !text.starts_with("/\\");
        let unwanted = |c: char| c.is_whitespace() || c.is_control() || "\"'<>`\\{}|^".contains(c);
        match rest {
            Some(host) if host.is_empty() || host.starts_with('/') => Err(LinkRefusal::Malformed),
            None if !local => Err(LinkRefusal::OtherKind),
            Some(_) | None if text.contains(unwanted) => Err(LinkRefusal::Malformed),
            Some(_) | None => Ok(Self(text)),
        }
    }
}

impl Link {
    /// The address as it was configured.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same, told on another site than the one whose path it may be.
    pub(super) fn seen_from_elsewhere(&self, site: Option<&Self>) -> Option<String> {
        if self.0.starts_with('/') { site.map(|site| site.page(&self.0)) } else { Some(self.0.clone()) }
    }

    /// The page `path` (with its slash) of the site this leads to.
    pub(super) fn page(&self, path: &str) -> String {
        format!("{}{path}", self.0.trim_end_matches('/'))
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::HANDBOOK;

    fn link(text: &str) -> Result<Link, LinkRefusal> {
        text.to_owned().try_into()
    }

    #[test]
    fn a_link_leads_to_a_web_page_or_within_the_site() {
        for text in ["https://example.jp", "http://127.0.0.1:8444/install", "/help", "https://例え.jp/手引き"] {
            assert!(link(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_link_that_runs_script_or_leaves_its_attribute_is_refused() {
        for text in [
            "javascript:alert(1)",
            "JAVASCRIPT:alert(1)",
            "data:text/html,x",
            "example.jp",
            "",
            "//evil.example",
            "/\\evil.example",
        ] {
            assert_eq!(link(text), Err(LinkRefusal::OtherKind), "{text}");
        }
        for text in ["https://", "https:///x", "https://a/\"onclick", "https://a b", "https://a/\n", "/a\\b"] {
            assert_eq!(link(text), Err(LinkRefusal::Malformed), "{text:?}");
        }
    }

    #[test]
    fn the_table_of_the_configuration_is_read_and_a_misspelt_key_is_named() {
        let settings: Settings =
            toml::from_str("telephone = \"1\"\nhelp_url = \"https://h/\"\n[handbook]\nforms = \"\"").unwrap();
        assert_eq!((settings.telephone.as_str(), settings.handbook.forms.as_str()), ("1", ""));
        assert_eq!(settings.help_url.map(|help| help.page("/install")).as_deref(), Some("https://h/install"));
        let mistake = toml::from_str::<Settings>("aply_url = \"/x\"").unwrap_err().to_string();
        assert!(mistake.contains("aply_url"), "{mistake}");
    }

    #[test]
    fn each_page_of_the_handbook_is_said_by_its_name_and_moves_no_other() {
        for of in HANDBOOK {
            let mut handbook = Handbook::default();
            handbook.say(of, "Q1");
            let Handbook { forms, certificate, opening, rooms, equipment, rules, contact } = handbook;
            let all = [forms, certificate, opening, rooms, equipment, rules, contact];
            assert_eq!(all.iter().filter(|page| *page == "Q1").count(), 1, "{of}");
        }
    }
}
