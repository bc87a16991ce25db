//! Pages that say that something is well: the device was recognised, the reader is logged out, the password was changed.

use askama::Template;
use certs::Timestamp;
use pages::Language;

use super::frame::Frame;
use super::login::confirmed;
use super::page::{Page, Script};
use super::{Facts, Guidance};

/// Who is logged in on the device that is checked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Checked<'a> {
    /// The ID, where there is a session.
    pub login_id: Option<&'a str>,
    /// That person's login before this one.
    pub last_login: Option<Timestamp>,
}

#[derive(Template)]
#[template(path = "check.html")]
struct CheckPage<'a> {
    frame: Frame<'a>,
    confirmed: String,
    checked: &'a Checked<'a>,
}

/// Where somebody who is logged in meets a page about logging in or out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Present {
    /// At the login page, perhaps by Back.
    AtLogin,
    /// Where one logs out: a link or the history led there, and nothing ends by that.
    AtLogout,
}

#[derive(Template)]
#[template(path = "logged_in.html")]
struct LoggedInPage<'a> {
    frame: Frame<'a>,
    login_id: &'a str,
    present: Present,
    onwards: &'a str,
}

/// A page of one message and one button.
#[derive(Template)]
#[template(path = "done.html")]
struct DonePage<'a> {
    frame: Frame<'a>,
    text: &'static str,
    words: &'static str,
    leads_to: String,
}

impl Guidance {
    /// Answers "does my certificate work?" with the device's number and the certificate's last day.
    /// A device for which it does not is refused instead ([`Guidance::refuse`]).
    #[must_use]
    pub fn check(&self, checked: &Checked<'_>, facts: &Facts<'_>) -> Page {
        let heading = facts.language.pick("この端末は、ご利用いただけます", "This device is ready to use");
        let frame = Frame { settings: &self.settings, facts, heading };
        let confirmed = confirmed(facts)
            .unwrap_or_else(|| frame.say("電子証明書を確認しました", "Certificate confirmed").to_owned());
        Page::write(&CheckPage { frame, confirmed, checked }, Script::None, facts.locale)
    }

    /// Says who is logged in, and asks what they want: to go on, or to log out.
    #[must_use]
    pub fn logged_in(&self, login_id: &str, present: Present, facts: &Facts<'_>) -> Page {
        let heading = match present {
            Present::AtLogin => facts.language.pick("ログインしています", "You are logged in"),
            Present::AtLogout => facts.language.pick("ログアウトしますか", "Do you want to log out?"),
        };
        let onwards = if facts.return_to.is_empty() { "/" } else { facts.return_to };
        let frame = Frame { settings: &self.settings, facts, heading };
        Page::write(&LoggedInPage { frame, login_id, present, onwards }, Script::None, facts.locale)
    }

    /// After logging out.
    #[must_use]
    pub fn logged_out(&self, facts: &Facts<'_>) -> Page {
        let language = facts.language;
        let frame = Frame {
            settings: &self.settings,
            facts,
            heading: language.pick("ログアウトしました", "You are logged out"),
        };
        let page = DonePage {
            text: language
                .pick("共用の端末では、ブラウザを閉じてください。", "On a shared device, please close the browser."),
            words: language.pick("もう一度ログインする", "Log in again"),
            leads_to: frame.login(),
            frame,
        };
        Page::write(&page, Script::None, facts.locale)
    }

    /// After a password was changed and the gateway has applied it.
    #[must_use]
    pub fn password_changed(&self, facts: &Facts<'_>) -> Page {
        let language = facts.language;
        let heading = language.pick("パスワードを変更しました", "Your password has been changed");
        let page = DonePage {
            text: language.pick(
                "次のログインから、新しいパスワードをお使いください。ほかの端末でのログインは終了しました。",
                "Use the new password from your next login on. Your logins on other devices have ended.",
            ),
            words: language.pick("カシワニネットを開く", "Open Kashiwani-Net"),
            leads_to: if facts.return_to.is_empty() { "/" } else { facts.return_to }.to_owned(),
            frame: Frame { settings: &self.settings, facts, heading },
        };
        Page::write(&page, Script::None, facts.locale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guidance::page::tests::carries_only_what_its_policy_allows;

    #[test]
    fn a_device_that_works_is_told_its_number_and_last_day_and_where_to_log_in() {
        let facts = Facts {
            device: Some("DEV-000123".parse().unwrap()),
            not_after: Some(Timestamp::from_unix(1_795_338_330)),
            ..Facts::new(Language::Japanese, "K7P-2QX", Timestamp::from_unix(0))
        };
        let page = Guidance::default().check(&Checked::default(), &facts);
        carries_only_what_its_policy_allows(&page);
        for expected in
            ["✓", ">DEV-000123</span>、有効期限 <span class=\"once\">2026年11月22日</span>", "href=\"/.gateway/login\""]
        {
            assert!(page.body.contains(expected), "{expected}\n{}", page.body);
        }
        let logged_in = Checked { login_id: Some("<i>"), last_login: Some(Timestamp::from_unix(0)) };
        let page = Guidance::default().check(&logged_in, &facts);
        for expected in ["<strong>&#60;i&#62;</strong>", "1970年1月1日 9時00分", "action=\"/.gateway/logout\""] {
            assert!(page.body.contains(expected), "{expected}\n{}", page.body);
        }
    }

    #[test]
    fn what_is_done_is_said_and_leads_on() {
        for language in Language::ALL {
            let facts =
                Facts { return_to: "/rooms/a?b=\"", ..Facts::new(language, "K7P-2QX", Timestamp::from_unix(0)) };
            let out = Guidance::default().logged_out(&facts);
            let changed = Guidance::default().password_changed(&facts);
            assert!(out.body.contains("href=\"/.gateway/login?return_to=/rooms/a%3Fb%3D%22\""), "{}", out.body);
            assert!(changed.body.contains("href=\"/rooms/a?b=&#34;\""), "{}", changed.body);
            carries_only_what_its_policy_allows(&out);
            carries_only_what_its_policy_allows(&changed);
        }
    }
}
