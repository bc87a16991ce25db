//! What a reader of やさしい日本語 is promised.

use certs::Timestamp;
use pages::{Locale, Reader, unread};

use super::page::Page;
use super::page::tests::carries_only_what_its_policy_allows;
use super::{Checked, Facts, Guidance, Link, Login, LoginNotice, Occasion, PasswordForm, Present, Settings};
use crate::refusal::{Refusal, Topic};

const NOW: Timestamp = Timestamp::from_unix(1_795_338_330);

fn facts(locale: Locale) -> Facts<'static> {
    Facts { here: Some("/rooms/r-1?page=2"), ..Facts::new(locale, "K7P-2QX", NOW) }
}

/// Every page that a person is shown, with its name.
fn every_page(guidance: &Guidance, facts: &Facts<'_>) -> Vec<(&'static str, Page)> {
    let checked = Checked { login_id: Some("kn-000001"), last_login: Some(NOW) };
    let login = Login { login_id: "", failure: None, notice: Some(LoginNotice::LoggedOut) };
    let form = PasswordForm { occasion: Occasion::Initial, login_id: "kn-000001", mistakes: &[], asks_present: true };
    let mut pages = vec![
        ("check", guidance.check(&checked, facts)),
        ("login", guidance.login(&login, facts)),
        ("logged in", guidance.logged_in("kn-000001", Present::AtLogin, facts)),
        ("logged out", guidance.logged_out(facts)),
        ("password", guidance.password(&form, facts)),
        ("changed", guidance.password_changed(facts)),
    ];
    pages.extend(Refusal::ALL.map(|refusal| (refusal.reason(), guidance.refuse(refusal, facts, Reader::Browser))));
    pages.extend(Topic::ALL.map(|topic| (topic.path(), guidance.help(topic.path(), facts).unwrap())));
    pages
}

#[test]
fn every_word_in_kanji_has_its_reading() {
    let provider_url = Link::try_from("https://city.example.jp/providers".to_owned()).ok();
    let guidance = Guidance::new(Settings { provider_url, ..Settings::default() });
    for (name, page) in every_page(&guidance, &facts(Locale::EasyJapanese)) {
        assert!(page.body.contains("<html lang=\"ja\">"), "{name}");
        assert_eq!(unread(&page.body), Vec::<&str>::new(), "{name}");
    }
}

#[test]
fn hours_stand_beside_the_number_on_every_page_and_every_refusal_however_one_reads() {
    for hours in ["9:00-17:00", ""] {
        let guidance = Guidance::new(Settings { hours: hours.to_owned(), ..Settings::default() });
        for locale in Locale::ALL {
            let [opens, closes] = [locale.pick("（", "（", " ("), locale.pick("）", "）", ")")];
            let beside = format!("04-7197-1510</a>{opens}{hours}{closes}");
            for (name, page) in every_page(&guidance, &facts(locale)) {
                let numbers = page.body.matches("04-7197-1510</a>").count();
                let told = page.body.matches(&beside).count();
                assert!(numbers > 0, "{name} {locale:?}: whom to call");
                assert_eq!(told, if hours.is_empty() { 0 } else { numbers }, "{name} {locale:?}: {}", page.body);
            }
        }
    }
}

#[test]
fn a_page_that_was_opened_leads_to_itself_in_the_two_other_ways_and_stays_within_its_policy() {
    let guidance = Guidance::new(Settings::default());
    for locale in Locale::ALL {
        let page = guidance.refuse(Refusal::NotInvited, &facts(locale), Reader::Browser);
        for other in Locale::ALL {
            let link = format!("/.gateway/language?to={}&amp;return_to=/rooms/r-1%3Fpage%3D2", other.tag());
            let link = link.replace("&amp;", "&#38;");
            assert_eq!(page.body.contains(&link), other != locale, "{locale:?} {other:?}\n{}", page.body);
        }
        let answered = Facts { here: None, ..facts(locale) };
        let answered = guidance.refuse(Refusal::NotInvited, &answered, Reader::Browser);
        assert!(!answered.body.contains("/.gateway/language"), "what was typed would be lost");
        if locale != Locale::EasyJapanese {
            carries_only_what_its_policy_allows(&page);
        }
    }
}
