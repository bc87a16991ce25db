//! What does a refused reader get: a page that says what to do next, or a problem for a program?

use askama::Template;
use certs::Timestamp;
use pages::{Language, Reader, System};
use serde::Serialize;

use super::absence::{Absence, Why};
use super::frame::Frame;
use super::page::{Page, Script};
use super::unsent::{self, GivenBack};
use super::{Facts, Guidance};
use crate::refusal::{Fault, Refusal, Retry, WayOn};

/// KW-301: "a little later". Short enough to be back soon, long enough not to add to the trouble.
const LATER: u64 = 30;
/// KW-303: the page says about a minute.
const ABOUT_A_MINUTE: u64 = 60;

/// 国保中央会, whose certificate many offices have on the same device (介護電子請求, 介護情報基盤): part of its names in
/// certificates, in small letters.
const KOKUHO: [&str; 5] =
    ["国民健康保険中央会", "国保中央会", "kokuho", "national health insurance organizations", "電子請求受付システム"];

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
        let out_of_app = refusal == Refusal::WrongBrowser && facts.system == System::Android;
        let heading = if out_of_app {
            facts.language.pick("いつものブラウザで開いてください", "Please open this page in your usual browser")
        } else {
            refusal.heading(facts.language)
        };
        let frame = Frame { settings: &self.settings, facts, heading };
        let remembered = facts.remembered.filter(|_| refusal == Refusal::NoCert);
        let absence = remembered.map(|seen| Absence::of(seen, facts));
        let given_back = GivenBack::of(facts);
        Page::write(&RefusalPage { frame, refusal, absence, given_back }, script, facts.locale)
    }

    fn problem(&self, refusal: Refusal, facts: &Facts<'_>) -> Page {
        let code = refusal.code();
        let explained = self.settings.help_url.as_ref().map(|help| help.page("/codes#") + code);
        let problem = Problem {
            r#type: explained.unwrap_or_else(|| format!("urn:kashiwani-net:refusal:{code}")),
            title: refusal.heading(facts.language),
            status: refusal.status().as_u16(),
            code,
            reason: refusal.public_reason(),
            r#ref: facts.reference,
        };
        Page::problem(serde_json::to_string(&problem).unwrap_or_else(|_| "{}".into()), facts.language)
    }
}

impl RefusalPage<'_> {
    /// By whom the certificate that was chosen was issued, as people here call them.
    fn foreign_issuer(&self) -> Option<&str> {
        let issuer = self.frame.facts.foreign_issuer?;
        let is_kokuho = KOKUHO.iter().any(|name| issuer.to_ascii_lowercase().contains(name));
        let kokuho = self.frame.say("国保中央会", "Kokuho Chuokai (National Health Insurance)");
        Some(if is_kokuho { kokuho } else { issuer })
    }

    fn unsent_told(&self) -> &'static str {
        unsent::told(self.frame.facts.language, self.frame.facts)
    }

    /// Pages of the handbook that say more.
    fn handbook(&self) -> Vec<&str> {
        let book = &self.frame.settings.handbook;
        let pages = self.refusal.chapters().iter().map(|chapter| book.page(*chapter));
        pages.filter(|page| !page.is_empty()).collect()
    }
}

fn retry_after(refusal: Refusal, facts: &Facts<'_>) -> Option<u64> {
    let until = |moment: Option<Timestamp>| {
        let seconds = moment?.unix().saturating_sub(facts.time.unix());
        u64::try_from(seconds).ok().map(|seconds| seconds.max(1))
    };
    let own = match refusal.retry() {
        Retry::Never => None,
        Retry::Later => Some(LATER),
        Retry::AboutAMinute => Some(ABOUT_A_MINUTE),
        Retry::WhenUnlocked => until(facts.unlock_time),
        Retry::AfterMaintenance => until(facts.maintenance.map(|window| window.until)).or(Some(LATER)),
    };
    own.map(|seconds| facts.retry_after.unwrap_or(seconds))
}
