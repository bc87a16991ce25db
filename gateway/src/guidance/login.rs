//! The login page: the device is already known here, the person is not yet.

use askama::Template;
use certs::Timestamp;
use pages::{Language, calendar};

use super::frame::Frame;
use super::page::{Page, Script};
use super::{Facts, Guidance};
use crate::refusal::{LoginFault, Refusal};

/// What the login page says besides asking for ID and password.
#[derive(Clone, Copy, Debug, Default)]
pub struct Login<'a> {
    /// What stood in the ID field when the form was sent; shown again so that one character can be mended.
    pub login_id: &'a str,
    /// Why the last try did not succeed.
    pub failure: Option<LoginFailure>,
    /// Whether the reader has just logged out.
    pub notice: Option<LoginNotice>,
}

/// Why a try to log in did not succeed, as far as a reader may know.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LoginFailure {
    /// KW-201: unknown ID, wrong password and deleted ID alike.
    NoMatch,
    /// KW-202; `Facts::unlock_time` says until when.
    Locked,
    /// KW-303.
    Crowded,
}

/// What happened just before.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LoginNotice {
    /// The reader pressed "log out".
    LoggedOut,
}

/// A certificate may be renewed in its last 90 days: notices are mailed from then on, and pages say so.
const RENEWABLE: i64 = 90 * 86_400;

/// The moment from which on a certificate that ends then may be renewed.
#[must_use]
pub fn renewal_opens(not_after: Timestamp) -> Timestamp {
    not_after.plus(-RENEWABLE)
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    frame: Frame<'a>,
    login: &'a Login<'a>,
    failure: Option<Failure>,
    confirmed: Option<String>,
    expiry: Option<String>,
}

/// The box above the form.
struct Failure {
    code: &'static str,
    heading: &'static str,
    text: String,
}

impl Guidance {
    /// The page with the form for ID and password: status 200, or that of the failure it tells.
    #[must_use]
    pub fn login(&self, login: &Login<'_>, facts: &Facts<'_>) -> Page {
        let heading = facts.language.pick("カシワニネット ログイン", "Log in to Kashiwani-Net");
        let frame = Frame { settings: &self.settings, facts, heading };
        let page = LoginPage {
            frame,
            login,
            failure: login.failure.map(|failure| failure.told(facts)),
            confirmed: confirmed(facts),
            expiry: expiry(facts),
        };
        Page::write(&page, Script::Reveal, facts.locale)
    }
}

/// `電子証明書を確認しました（DEV-000123、有効期限 2028年12月31日）`, as markup: a number of ours and a date, neither of which
/// breaks at the end of a line.
pub(super) fn confirmed(facts: &Facts<'_>) -> Option<String> {
    let device = format!("<span class=\"once\">{}</span>", facts.device?);
    let last =
        facts.not_after.map(|last| format!("<span class=\"once\">{}</span>", calendar::day(facts.language, last)));
    Some(match (facts.language, last) {
        (Language::Japanese, Some(last)) => format!("電子証明書を確認しました（{device}、有効期限 {last}）"),
        (Language::Japanese, None) => format!("電子証明書を確認しました（{device}）"),
        (Language::English, Some(last)) => format!("Certificate confirmed ({device}, valid until {last})"),
        (Language::English, None) => format!("Certificate confirmed ({device})"),
    })
}

/// The sentence about a certificate that ends soon.
pub(super) fn expiry(facts: &Facts<'_>) -> Option<String> {
    let last = facts.not_after?;
    if facts.time < renewal_opens(last) {
        return None;
    }
    let days = calendar::days_left(facts.time, last);
    let day = calendar::day(facts.language, last);
    Some(match (facts.language, days) {
        (Language::Japanese, 0) => format!("電子証明書の有効期限が近づいています（{day}、本日まで）。"),
        (Language::Japanese, days) => format!("電子証明書の有効期限が近づいています（{day}、あと{days}日）。"),
        (Language::English, 0) => format!("This certificate expires today ({day})."),
        (Language::English, 1) => format!("This certificate expires tomorrow ({day})."),
        (Language::English, days) => format!("This certificate expires in {days} days ({day})."),
    })
}

impl LoginFailure {
    fn told(self, facts: &Facts<'_>) -> Failure {
        let refusal = match self {
            Self::NoMatch => Refusal::LoginFailed(LoginFault::WrongPassword),
            Self::Locked => Refusal::Locked,
            Self::Crowded => Refusal::RateLimited,
        };
        let text = match (self, facts.language) {
            (Self::NoMatch, Language::Japanese) => "IDまたはパスワードをご確認ください。大文字・小文字、全角・半角の違いにもご注意ください。もう一度入力してください。続けて間違えると、しばらくログインできなくなります。お忘れの場合は柏市へご連絡ください。".to_owned(),
            (Self::NoMatch, Language::English) => "Please check your ID and password and enter them again. Mind capital and small letters, and full-width and half-width characters. After several failures in a row you cannot log in for a while. If you forgot them, please call Kashiwa City.".to_owned(),
            (Self::Locked, language) => locked(language, facts),
            (Self::Crowded, Language::Japanese) => "続けて操作されたか、利用が重なったため、少しお待ちいただいています。1分ほど待ってから、もう一度お試しください。".to_owned(),
            (Self::Crowded, Language::English) => "There were many requests within a short time. Please wait about a minute and try again.".to_owned(),
        };
        Failure { code: refusal.code(), heading: refusal.heading(facts.language), text }
    }
}

fn locked(language: Language, facts: &Facts<'_>) -> String {
    let opens = facts.unlock_time.map(|opens| calendar::opening(language, opens, facts.time));
    match language {
        Language::Japanese => {
            let when = opens.map_or("しばらくしてから".to_owned(), |opens| format!("{opens} 以降に"));
            format!(
                "ログインの失敗が続いたため、安全のため、このIDでのログインを止めています。{when}、もう一度お試しください。お急ぎの場合や、パスワードをお忘れの場合は、柏市へご連絡ください。電子証明書を入れ直す必要はありません。"
            )
        }
        Language::English => {
            let when = opens.map_or("later".to_owned(), |opens| format!("from {opens}"));
            format!(
                "Login failed several times in a row. For safety, login with this ID is paused. Please try again {when}. If it is urgent, or you forgot your password, please call Kashiwa City. There is no need to install the certificate again."
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guidance::Settings;
    use crate::guidance::page::tests::carries_only_what_its_policy_allows;

    /// 2026-11-22 18:05:30 in Japan.
    const NOW: Timestamp = Timestamp::from_unix(1_795_338_330);

    fn facts(language: Language) -> Facts<'static> {
        Facts {
            device: Some("DEV-000123".parse().unwrap()),
            not_after: Some(NOW.plus(400 * 86_400)),
            return_to: "/rooms/a",
            ..Facts::new(language, "K7P-2QX", NOW)
        }
    }

    fn page(login: &Login<'_>, facts: &Facts<'_>) -> String {
        let page = Guidance::new(Settings::default()).login(login, facts);
        carries_only_what_its_policy_allows(&page);
        page.body
    }

    #[test]
    fn the_login_page_names_the_device_and_asks_for_id_and_password() {
        let html = page(&Login::default(), &facts(Language::Japanese));
        for expected in [
            "<h1>カシワニネット ログイン</h1>",
            "電子証明書を確認しました（<span class=\"once\">DEV-000123</span>、有効期限 <span class=\"once\">2027年12月27日</span>）",
            "<form method=\"post\" action=\"/.gateway/login\">",
            "name=\"return_to\" value=\"/rooms/a\"",
            "name=\"login_id\" type=\"text\" value=\"\" autocomplete=\"username\"",
            "name=\"password\" type=\"password\" autocomplete=\"current-password\"",
            "ID・パスワードを他の方に教えたり、一緒に使ったりしないでください。",
            ">利用規約</a>",
        ] {
            assert!(html.contains(expected), "{expected}\n{html}");
        }
        assert!(!html.contains("有効期限が近づいています") && !html.contains("role=\"alert\""));
    }

    #[test]
    fn within_90_days_of_its_end_a_certificate_is_announced() {
        for (days, sentence) in [
            (90, Some("（2027年2月20日、あと90日）。")),
            (91, None),
            (1, Some("（2026年11月23日、あと1日）。")),
            (0, Some("（2026年11月22日、本日まで）。")),
        ] {
            let facts = Facts { not_after: Some(NOW.plus(days * 86_400)), ..facts(Language::Japanese) };
            let html = page(&Login::default(), &facts);
            assert_eq!(html.contains("有効期限が近づいています"), sentence.is_some(), "{days}");
            assert!(html.contains(sentence.unwrap_or_default()), "{days}\n{html}");
        }
    }

    #[test]
    fn the_announcement_leads_to_the_renewal_on_this_device_or_to_how_it_is_done() {
        let link = |text: &str| Some(text.to_owned().try_into().unwrap());
        let help = || Settings { help_url: link("https://help.example.jp"), ..Settings::default() };
        let here = Settings { renew_path: link("/office/renew"), ..help() };
        for (settings, expected) in [
            (help(), "<a href=\"https://help.example.jp/renew\">更新の手順</a>"),
            (here, "<a href=\"/office/renew\">この端末で更新する</a>"),
        ] {
            let facts = Facts { not_after: Some(NOW.plus(86_400)), ..facts(Language::Japanese) };
            let html = Guidance::new(settings).login(&Login::default(), &facts).body;
            assert!(html.contains(expected), "{expected}\n{html}");
        }
    }

    #[test]
    fn who_logs_in_is_led_to_their_office_where_it_has_a_page() {
        let office_url = Some("/office/".to_owned().try_into().unwrap());
        let open = Settings { office_url, ..Settings::default() };
        for language in Language::ALL {
            let link = format!("<a href=\"/office/\">{}</a>", language.pick("うちの事業所", "My office"));
            for (settings, leads) in [(open.clone(), true), (Settings::default(), false)] {
                let html = Guidance::new(settings).login(&Login::default(), &facts(language)).body;
                assert_eq!(html.contains(&link), leads, "{html}");
            }
        }
    }

    #[test]
    fn a_failure_is_told_beside_the_form_and_what_was_typed_stays_typed() {
        for language in Language::ALL {
            for failure in [LoginFailure::NoMatch, LoginFailure::Locked, LoginFailure::Crowded] {
                let login = Login { login_id: "\"><b>x", failure: Some(failure), ..Login::default() };
                let html = page(&login, &facts(language));
                assert!(html.contains("value=\"&#34;&#62;&#60;b&#62;x\""), "{html}");
                assert!(html.contains("role=\"alert\"") && html.contains("aria-describedby=\"failure\""));
                assert!(html.contains(language.pick("<title>エラー：", "<title>Error: ")));
            }
        }
        let locked = Login { failure: Some(LoginFailure::Locked), ..Login::default() };
        let facts = Facts { unlock_time: Some(NOW.plus(1800)), ..facts(Language::Japanese) };
        assert!(page(&locked, &facts).contains("18時36分 以降に、もう一度お試しください。"));
    }
}
