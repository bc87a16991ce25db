//! What does a refused reader get: a page that says what to do next, or a problem for a program?

use askama::Template;
use certs::Timestamp;
use serde::Serialize;

use super::absence::{Absence, Why};
use super::frame::Frame;
use super::heading::heading;
use super::page::{Page, Script};
use super::unsent::{self, GivenBack};
use super::{Facts, Guidance, Language, Reader};
use crate::refusal::{Fault, Refusal};

/// KW-301: "a little later". Short enough to be back soon, long enough not to add to the trouble.
const LATER: u64 = 30;
/// KW-303: the page says about a minute.
const ABOUT_A_MINUTE: u64 = 60;

#[derive(Template)]
#[template(path = "refusal.html")]
struct RefusalPage<'a> {
    frame: Frame<'a>,
    refusal: Refusal,
    absence: Option<Absence>,
    given_back: Option<GivenBack<'a>>,
}

/// RFC 9457 §3.
#[derive(Serialize)]
struct Problem<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    code: &'static str,
    reason: &'static str,
    r#ref: &'a str,
}

impl Guidance {
    /// The answer to a request that was refused, for this reader.
    #[must_use]
    pub fn refuse(&self, refusal: Refusal, facts: &Facts<'_>, reader: Reader) -> Page {
        let mut page = match reader {
            Reader::Browser => self.refusal_page(refusal, facts),
            Reader::Program => self.problem(refusal, facts),
        };
        page.retry_after = retry_after(refusal, facts);
        page
    }

    fn refusal_page(&self, refusal: Refusal, facts: &Facts<'_>) -> Page {
        let script = if refusal == Refusal::WrongBrowser { Script::Copy } else { Script::None };
        let frame = Frame { settings: &self.settings, facts, heading: heading(refusal, facts.language) };
        let remembered = facts.remembered.filter(|_| refusal == Refusal::NoCert);
        let absence = remembered.map(|seen| Absence::of(seen, facts));
        let given_back = GivenBack::of(facts);
        Page::write(&RefusalPage { frame, refusal, absence, given_back }, script, facts.language)
    }

    fn problem(&self, refusal: Refusal, facts: &Facts<'_>) -> Page {
        let code = refusal.code();
        let explained = self.settings.help_url.as_ref().map(|help| help.page("/codes#") + code);
        let problem = Problem {
            r#type: explained.unwrap_or_else(|| format!("urn:kashiwani-net:refusal:{code}")),
            title: heading(refusal, facts.language),
            status: refusal.status().as_u16(),
            code,
            reason: refusal.public_reason(),
            r#ref: facts.reference,
        };
        Page::problem(serde_json::to_string(&problem).unwrap_or_else(|_| "{}".into()), facts.language)
    }
}

impl RefusalPage<'_> {
    fn unsent_told(&self) -> &'static str {
        unsent::told(self.frame.facts.language, self.frame.facts)
    }

    /// Pages of the handbook that say more, as E.1's last column has them.
    fn handbook(&self) -> Vec<&str> {
        let book = &self.frame.settings.handbook;
        let pages: &[&String] = match self.refusal {
            Refusal::NoCert
            | Refusal::ForeignCert
            | Refusal::UnknownDevice
            | Refusal::Expired
            | Refusal::Superseded => &[&book.certificate],
            Refusal::Revoked => &[&book.certificate, &book.contact],
            Refusal::NotApproved | Refusal::NotYetValid => &[&book.rules],
            Refusal::WrongBrowser => &[&book.equipment],
            Refusal::OfficeMismatch | Refusal::UserNotOnDevice => &[&book.forms],
            Refusal::NotInvited => &[&book.rooms],
            Refusal::Suspended
            | Refusal::OfficeSuspended
            | Refusal::SessionCertMismatch
            | Refusal::UserSuspended
            | Refusal::PolicyDenied
            | Refusal::LoginFailed(_)
            | Refusal::UserDeleted
            | Refusal::Locked => &[&book.contact],
            Refusal::SessionIdle
            | Refusal::SessionAbsolute
            | Refusal::MustChangePassword
            | Refusal::NoSession
            | Refusal::LogUnavailable
            | Refusal::RegistryStale
            | Refusal::SessionStoreUnavailable
            | Refusal::BackendUnavailable
            | Refusal::Maintenance
            | Refusal::RateLimited
            | Refusal::Misdirected
            | Refusal::CrossSite
            | Refusal::BadRequest(_)
            | Refusal::NoRoute => &[],
        };
        pages.iter().map(|page| page.as_str()).filter(|page| !page.is_empty()).collect()
    }
}

fn retry_after(refusal: Refusal, facts: &Facts<'_>) -> Option<u64> {
    let until = |moment: Option<Timestamp>| {
        let seconds = moment?.unix().saturating_sub(facts.time.unix());
        u64::try_from(seconds).ok().map(|seconds| seconds.max(1))
    };
    let own = match refusal {
        Refusal::LogUnavailable
        | Refusal::RegistryStale
        | Refusal::SessionStoreUnavailable
        | Refusal::BackendUnavailable => Some(LATER),
        Refusal::Maintenance => until(facts.maintenance.map(|window| window.until)).or(Some(LATER)),
        Refusal::RateLimited => Some(ABOUT_A_MINUTE),
        Refusal::Locked => until(facts.unlock_time),
        Refusal::Misdirected
        | Refusal::BadRequest(_)
        | Refusal::WrongBrowser
        | Refusal::NoCert
        | Refusal::ForeignCert
        | Refusal::UnknownDevice
        | Refusal::Revoked
        | Refusal::Superseded
        | Refusal::Suspended
        | Refusal::OfficeSuspended
        | Refusal::NotApproved
        | Refusal::NotYetValid
        | Refusal::Expired
        | Refusal::CrossSite
        | Refusal::NoSession
        | Refusal::SessionAbsolute
        | Refusal::SessionIdle
        | Refusal::SessionCertMismatch
        | Refusal::LoginFailed(_)
        | Refusal::UserDeleted
        | Refusal::UserSuspended
        | Refusal::OfficeMismatch
        | Refusal::UserNotOnDevice
        | Refusal::MustChangePassword
        | Refusal::NoRoute
        | Refusal::NotInvited
        | Refusal::PolicyDenied => None,
    };
    own.map(|seconds| facts.retry_after.unwrap_or(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guidance::page::tests::carries_only_what_its_policy_allows;
    use crate::guidance::{Language, Settings, Window};
    use crate::refusal::LoginFault;

    /// 2026-11-22 18:05:30 in Japan.
    const NOW: Timestamp = Timestamp::from_unix(1_795_338_330);
    const HOSTILE: &str = "/rooms/\"><script>alert('x')</script>&";

    fn guidance() -> Guidance {
        let help = "https://help.example.jp".to_owned().try_into().unwrap();
        Guidance::new(Settings { help_url: Some(help), ..Settings::default() })
    }

    fn facts(language: Language) -> Facts<'static> {
        Facts::new(language, "K7P-2QX", NOW)
    }

    fn page(refusal: Refusal, facts: &Facts<'_>) -> String {
        guidance().refuse(refusal, facts, Reader::Browser).body
    }

    #[test]
    fn every_refusal_says_what_happened_what_to_do_and_whom_to_call() {
        for language in Language::ALL {
            for refusal in Refusal::ALL {
                let page = guidance().refuse(refusal, &facts(language), Reader::Browser);
                let html = &page.body;
                let heading = heading(refusal, language);
                let next = language.pick("<h2>次にすること</h2>", "<h2>What to do next</h2>");
                for expected in [
                    &format!("<html lang=\"{}\">", language.tag()),
                    &format!("<h1>{heading}</h1>"),
                    &format!("<title>{heading}"),
                    next,
                    refusal.code(),
                    "K7P-2QX",
                    "04-7197-1510",
                    "info-chkry@city.kashiwa.chiba.jp",
                    language.pick("2026年11月22日 18時05分", "22 November 2026, 18:05"),
                ] {
                    assert!(html.contains(expected), "{refusal:?} {language:?}: {expected}\n{html}");
                }
                carries_only_what_its_policy_allows(&page);
            }
        }
    }

    #[test]
    fn an_id_that_was_never_there_reads_like_a_wrong_password_byte_for_byte() {
        for language in Language::ALL {
            for reader in [Reader::Browser, Reader::Program] {
                let told = |refusal| guidance().refuse(refusal, &facts(language), reader);
                let wrong = told(Refusal::LoginFailed(LoginFault::WrongPassword));
                assert_eq!(told(Refusal::LoginFailed(LoginFault::UnknownId)), wrong);
                assert_eq!(told(Refusal::LoginFailed(LoginFault::DeletedId)), wrong);
                assert_eq!(told(Refusal::UserDeleted), wrong);
            }
        }
    }

    #[test]
    fn nothing_a_reader_sends_becomes_markup() {
        let hostile =
            Facts { reference: HOSTILE, return_to: HOSTILE, address: Some(HOSTILE), ..facts(Language::Japanese) };
        for refusal in Refusal::ALL {
            let html = page(refusal, &hostile);
            assert!(!html.contains("<script>alert") && !html.contains("\"><script"), "{refusal:?}");
        }
        let html = page(Refusal::SessionIdle, &hostile);
        assert!(html.contains("/.gateway/login?return_to=/rooms/%22%3E%3Cscript%3Ealert%28"), "{html}");
    }

    #[test]
    fn dates_and_times_stand_in_the_sentences() {
        let facts = Facts {
            not_after: Some(NOW.plus(-86_400)),
            new_not_after: Some(NOW.plus(86_400)),
            unlock_time: Some(NOW.plus(1800)),
            maintenance: Some(Window { from: NOW, until: NOW.plus(3600) }),
            ..facts(Language::Japanese)
        };
        for (refusal, sentence) in [
            (
                Refusal::Expired,
                "この端末の電子証明書は <strong class=\"once\">2026年11月21日</strong> に有効期限を迎えました。",
            ),
            (
                Refusal::Superseded,
                "有効期限が <strong class=\"once\">2026年11月23日</strong> の電子証明書を選んでください。",
            ),
            (Refusal::Locked, "<strong>18時36分 以降</strong>に、もう一度お試しください。"),
            (Refusal::SessionIdle, "30分間操作がないと自動でログアウトします。"),
            (Refusal::SessionAbsolute, "ログインから12時間が過ぎたため、ログアウトしました。"),
            (
                Refusal::Maintenance,
                "2026年11月22日 18時05分</span>から<span class=\"once\">2026年11月22日 19時05分</span>まで、メンテナンスを行っています。",
            ),
        ] {
            let html = page(refusal, &facts);
            assert!(html.contains(sentence), "{refusal:?}\n{html}");
        }
    }

    #[test]
    fn a_link_without_an_address_leads_to_the_help_site_and_without_one_is_plain_words() {
        let facts = facts(Language::Japanese);
        let with_help = page(Refusal::NoCert, &facts);
        assert!(with_help.contains("<a href=\"https://help.example.jp/install\">インストール方法</a>"));
        let link = |text: &str| Some(text.to_owned().try_into().unwrap());
        let own = Settings { reselect_url: link("https://login2.example.jp/?a=1&b=2"), ..Settings::default() };
        let html = Guidance::new(own).refuse(Refusal::NoCert, &facts, Reader::Browser).body;
        assert!(html.contains("<a href=\"https://login2.example.jp/?a=1&#38;b=2\">証明書をもう一度選ぶ</a>"), "{html}");
        assert!(html.contains("「インストール方法」"));
    }

    #[test]
    fn who_needs_a_certificate_is_led_to_the_application_or_to_how_one_applies() {
        let link = |text: &str| Some(text.to_owned().try_into().unwrap());
        let help = || Settings { help_url: link("https://help.example.jp"), ..Settings::default() };
        let open = || Settings { desk_url: link("https://help.example.jp"), ..help() };
        let chosen = Settings { apply_url: link("https://forms.example.jp/kw"), ..open() };
        for (settings, address) in [
            (help(), "https://help.example.jp/how-to-apply"),
            (open(), "https://help.example.jp/apply"),
            (chosen, "https://forms.example.jp/kw"),
        ] {
            for refusal in [Refusal::NoCert, Refusal::Expired, Refusal::Revoked] {
                let html = Guidance::new(settings.clone()).refuse(refusal, &facts(Language::Japanese), Reader::Browser);
                let expected = format!("<a href=\"{address}\">電子証明書の取得申請</a>");
                assert!(html.body.contains(&expected), "{refusal:?} {address}\n{}", html.body);
            }
        }
    }

    #[test]
    fn a_program_reads_a_problem_of_rfc_9457() {
        let page = guidance().refuse(Refusal::NoCert, &facts(Language::English), Reader::Program);
        assert_eq!(page.content_type, "application/problem+json");
        assert_eq!(
            page.body,
            "{\"type\":\"https://help.example.jp/codes#KW-101\",\"title\":\"We could not confirm this device’s certificate\",\
             \"status\":403,\"code\":\"KW-101\",\"reason\":\"no_cert\",\"ref\":\"K7P-2QX\"}"
        );
        for refusal in Refusal::ALL {
            let body = guidance().refuse(refusal, &facts(Language::Japanese), Reader::Program).body;
            let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
            assert_eq!(problem["reason"], refusal.public_reason());
            assert_eq!(problem["title"], heading(refusal, Language::Japanese));
        }
    }

    #[test]
    fn who_should_try_again_is_told_when() {
        let facts = Facts {
            unlock_time: Some(NOW.plus(1800)),
            maintenance: Some(Window { from: NOW, until: NOW.plus(3600) }),
            ..facts(Language::Japanese)
        };
        let told = |refusal, facts: &Facts<'_>| guidance().refuse(refusal, facts, Reader::Program).retry_after;
        assert_eq!(told(Refusal::BackendUnavailable, &facts), Some(30));
        assert_eq!(told(Refusal::RateLimited, &facts), Some(60));
        assert_eq!(told(Refusal::RateLimited, &Facts { retry_after: Some(7), ..facts }), Some(7));
        assert_eq!(told(Refusal::Locked, &facts), Some(1800));
        assert_eq!(told(Refusal::Maintenance, &facts), Some(3600));
        assert_eq!(told(Refusal::Revoked, &Facts { retry_after: Some(7), ..facts }), None);
    }
}
