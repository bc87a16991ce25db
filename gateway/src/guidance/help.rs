//! The help site: where is the page for this path, and in which language?
//!
//! Nobody is asked for a certificate there: whoever cannot get in must still be able to read how.

use askama::Template;
use pages::Language;

use super::anchor::Anchor;
use super::frame::Frame;
use super::page::{Page, Script};
use super::{Facts, Guidance};
use crate::refusal::{Refusal, Topic};

#[derive(Template)]
#[template(path = "help.html")]
struct HelpPage<'a> {
    frame: Frame<'a>,
    topic: Topic,
    /// `/ja`, `/en`, or nothing where the browser's wish decides: links stay in what was chosen.
    prefix: &'static str,
}

impl Guidance {
    /// The page of the help site at this path (without query), or `None` where there is none. Under `/ja` and `/en`
    /// stand the same pages in that language, whatever the browser wishes.
    #[must_use]
    pub fn help(&self, path: &str, facts: &Facts<'_>) -> Option<Page> {
        let chosen = Language::ALL.into_iter().find_map(|language| {
            let rest = path.strip_prefix(prefix(language))?;
            rest.starts_with('/').then_some((language, rest)).or_else(|| rest.is_empty().then_some((language, "/")))
        });
        let (language, path) = chosen.unwrap_or((facts.language, path));
        let topic = Topic::at(path)?;
        // What an address says is shown in it; the switch leads to the address that says nothing.
        let locale = if chosen.is_some() { language.into() } else { facts.locale };
        let facts = Facts { language, locale, here: facts.here.map(|_| topic.path()), ..*facts };
        let frame = Frame { settings: &self.settings, facts: &facts, heading: topic.heading(language) };
        let prefix = chosen.map_or("", |(language, _)| prefix(language));
        Some(Page::write(&HelpPage { frame, topic, prefix }, Script::None, locale))
    }
}

const fn prefix(language: Language) -> &'static str {
    match language {
        Language::Japanese => "/ja",
        Language::English => "/en",
    }
}

/// A code as the list of codes shows it.
struct CodeRow {
    code: &'static str,
    headings: Vec<&'static str>,
    topic: Topic,
}

impl HelpPage<'_> {
    /// A link to another page of this site.
    fn link(&self, words: &'static str, topic: Topic) -> Anchor {
        Anchor { words, address: Some(self.path(topic)), language: self.frame.facts.language }
    }

    fn path(&self, topic: Topic) -> String {
        match (self.prefix, topic) {
            ("", Topic::Start) => "/".to_owned(),
            (prefix, Topic::Start) => prefix.to_owned(),
            (prefix, topic) => format!("{prefix}{}", topic.path()),
        }
    }

    /// The page of the service site at `path`, where its address is configured.
    fn service(&self, path: &str) -> Option<String> {
        self.frame.settings.service_url.as_ref().map(|service| service.page(path))
    }

    /// うちの事業所, where that is open.
    fn office(&self) -> Option<String> {
        let settings = self.frame.settings;
        settings.office_url.as_ref()?.seen_from_elsewhere(settings.service_url.as_ref())
    }

    /// `（手引き P4）` with a space that does not break, or nothing.
    fn handbook(&self, page: &str) -> String {
        match self.frame.facts.language {
            _ if page.is_empty() => String::new(),
            Language::Japanese => format!("（手引き\u{a0}{page}）"),
            Language::English => format!(" (handbook\u{a0}{page})"),
        }
    }

    /// Every code once, with all that is said under it.
    fn codes(&self) -> Vec<CodeRow> {
        let mut rows: Vec<CodeRow> = Vec::new();
        for refusal in Refusal::ALL {
            let said = refusal.heading(self.frame.facts.language);
            match rows.iter_mut().find(|row| row.code == refusal.code()) {
                Some(row) if row.headings.contains(&said) => {}
                Some(row) => row.headings.push(said),
                None => rows.push(CodeRow { code: refusal.code(), headings: vec![said], topic: refusal.topic() }),
            }
        }
        rows.sort_by_key(|row| row.code);
        rows
    }
}

#[cfg(test)]
mod tests {
    use certs::Timestamp;

    use pages::{Locale, System};

    use super::*;
    use crate::guidance::page::tests::carries_only_what_its_policy_allows;
    use crate::guidance::{Link, Settings};

    fn guidance() -> Guidance {
        let link = |text: &str| Link::try_from(text.to_owned()).ok();
        Guidance::new(Settings {
            service_url: link("https://service.example.jp"),
            reselect_url: link("https://login2.example.jp/"),
            provider_url: link("https://city.example.jp/providers"),
            ..Settings::default()
        })
    }

    fn help(path: &str, language: Language) -> Option<Page> {
        guidance().help(path, &Facts::new(language, "", Timestamp::from_unix(0)))
    }

    #[test]
    fn every_topic_has_a_page_in_both_languages() {
        for language in Language::ALL {
            for topic in Topic::ALL {
                let page = help(topic.path(), language).unwrap();
                assert!(
                    page.body.contains(&format!("<h1>{}</h1>", topic.heading(language))),
                    "{topic:?}\n{}",
                    page.body
                );
                assert!(page.body.contains("04-7197-1510"));
                assert_eq!(page.language, language);
                carries_only_what_its_policy_allows(&page);
            }
        }
    }

    #[test]
    fn a_chosen_language_outweighs_the_browsers_wish_and_links_stay_in_it() {
        for path in ["/en", "/en/", "/en/install"] {
            let page = help(path, Language::Japanese).unwrap();
            assert_eq!(page.language, Language::English, "{path}");
            assert!(page.body.contains("href=\"/en/"), "{path}");
        }
        assert_eq!(help("/ja/contact", Language::English).unwrap().language, Language::Japanese);
    }

    #[test]
    fn every_link_within_the_site_leads_to_one_of_its_pages() {
        for language in Language::ALL {
            for topic in Topic::ALL {
                for path in [topic.path().to_owned(), format!("{}{}", prefix(language), topic.path())] {
                    let page = help(&path, language).unwrap();
                    for link in page.body.split("href=\"/").skip(1) {
                        let target = format!("/{}", link.split(['"', '#']).next().unwrap());
                        assert!(help(&target, language).is_some(), "{path} leads to {target}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_first_page_leads_to_the_office_on_the_service_site_or_where_it_has_its_own_name() {
        let link = |text: &str| Link::try_from(text.to_owned()).ok();
        let service = link("https://service.example.jp");
        for (office_url, service_url, leads) in [
            (link("/office/"), service.clone(), Some("https://service.example.jp/office/")),
            (link("https://desk.example.jp/office/"), None, Some("https://desk.example.jp/office/")),
            (link("/office/"), None, None),
            (None, service, None),
        ] {
            let settings = Settings { office_url, service_url, ..Settings::default() };
            for language in Language::ALL {
                let facts = Facts::new(language, "", Timestamp::from_unix(0));
                let page = Guidance::new(settings.clone()).help("/", &facts).unwrap();
                let said = language.pick("うちの事業所", "My office");
                assert_eq!(page.body.contains(&format!(">{said}</a>")), leads.is_some(), "{}", page.body);
                assert!(leads.is_none_or(|leads| page.body.contains(&format!("href=\"{leads}\""))), "{}", page.body);
            }
        }
    }

    #[test]
    fn each_system_has_a_manual_with_pictures_to_which_the_first_pages_lead() {
        for locale in Locale::ALL {
            let at = |path: &str| guidance().help(path, &Facts::new(locale, "", Timestamp::from_unix(0))).unwrap().body;
            let (start, install) = (at("/"), at("/install"));
            for system in System::ALL.into_iter().filter(|system| *system != System::Other) {
                let manual = at(system.manual());
                let pictures = manual.matches("<figure><svg viewBox=\"").count();
                assert!(pictures > 0 && manual.matches("<figcaption").count() == pictures, "{system:?}: {manual}");
                assert_eq!(
                    manual.matches("role=\"img\" aria-label=\"").count(),
                    pictures,
                    "each is told to who hears it"
                );
                assert!(manual.contains("DEV-000123") == (system == System::Ios), "{system:?}");
                let link = format!("href=\"{}\"", system.manual());
                assert!(start.contains(&link) && install.contains(&link), "{locale:?}: nothing leads to {link}");
            }
        }
    }

    #[test]
    fn a_manual_is_printed_on_a4_without_what_only_a_screen_needs_and_no_step_is_torn() {
        let manual = help("/install/windows", Language::Japanese).unwrap().body;
        let (_, printed) = manual.split_once("@media print{").unwrap();
        assert!(manual.contains("@page{size:A4"), "{manual}");
        for rule in ["form,.act,nav,button,.back,.unprinted{display:none}", "li,tr,figure,.band{break-inside:avoid}"] {
            assert!(printed.contains(rule), "{rule}");
        }
    }

    #[test]
    fn a_path_without_a_page_has_none() {
        for path in
            ["", "/x", "/install/", "/install/windows/x", "/english", "/en/x", "//", "/apply", "/pickup", "/lost"]
        {
            assert!(help(path, Language::Japanese).is_none(), "{path}");
        }
    }

    #[test]
    fn where_the_desk_is_open_the_pages_lead_to_it_and_elsewhere_they_do_not() {
        let help_url = Link::try_from("https://help.example.jp/".to_owned()).ok();
        let open = Settings { desk_url: help_url.clone(), help_url, ..Settings::default() };
        for language in Language::ALL {
            for (path, desk) in
                [("/how-to-apply", "/apply"), ("/install", "/pickup"), ("/contact", "/lost"), ("/", "/lost")]
            {
                let facts = Facts::new(language, "", Timestamp::from_unix(0));
                let link = format!("href=\"https://help.example.jp{desk}\"");
                let page = Guidance::new(open.clone()).help(path, &facts).unwrap();
                assert!(page.body.contains(&link), "{path}\n{}", page.body);
                carries_only_what_its_policy_allows(&page);
                assert!(!help(path, language).unwrap().body.contains(desk), "{path}");
            }
        }
    }

    #[test]
    fn every_code_stands_in_the_list_with_what_it_says() {
        let page = help("/codes", Language::Japanese).unwrap();
        for refusal in Refusal::ALL {
            assert!(page.body.contains(&format!("id=\"{}\"", refusal.code())), "{refusal:?}");
            assert!(page.body.contains(refusal.heading(Language::Japanese)), "{refusal:?}");
        }
    }
}
