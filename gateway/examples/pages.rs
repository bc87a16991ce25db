//! Writes every page a person can meet, in all three ways of speaking, as files: for looking at, and for `tests/pages/axe.mjs`.
//!
//! `cargo run -p gateway --example pages -- DIRECTORY`
//!
//! Beside `NAME.html` stands `NAME.csp`, the policy it must be served with.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use certs::Timestamp;
use gateway::guidance::{
    Checked, Facts, Guidance, Link, Login, LoginFailure, LoginNotice, Occasion, Page, PasswordForm, PasswordMistake,
    Present, Remembered, Settings, Unsent, Window,
};
use gateway::refusal::{Refusal, Topic};
use pages::{Locale, Reader};

/// 2026-11-22 18:05:30 in Japan.
const NOW: Timestamp = Timestamp::from_unix(1_795_338_330);
const DAY: i64 = 86_400;

fn main() -> Result<(), Box<dyn Error>> {
    let directory = env::args().nth(1).ok_or("name the directory to write to")?;
    let directory = Path::new(&directory);
    fs::create_dir_all(directory)?;
    let pages = every_page()?;
    for (name, page) in &pages {
        fs::write(directory.join(format!("{name}.html")), &page.body)?;
        fs::write(directory.join(format!("{name}.csp")), page.csp)?;
    }
    println!("{} pages in {}", pages.len(), directory.display());
    Ok(())
}

fn every_page() -> Result<Vec<(String, Page)>, Box<dyn Error>> {
    let link = |text: &str| Link::try_from(text.to_owned()).map(Some);
    let guidance = Guidance::new(Settings {
        help_url: link("https://help.kashiwani.example.jp")?,
        service_url: link("https://kashiwani.example.jp")?,
        reselect_url: link("https://login2.kashiwani.example.jp/")?,
        provider_url: link("https://www.city.example.jp/kashiwaninet")?,
        office_url: link("/office/")?,
        ..Settings::default()
    });
    let mut pages = Vec::new();
    for locale in Locale::ALL {
        let facts = Facts {
            device: Some("DEV-000123".parse()?),
            not_after: Some(NOW.plus(700 * DAY)),
            new_not_after: Some(NOW.plus(760 * DAY)),
            unlock_time: Some(NOW.plus(1800)),
            maintenance: Some(Window { from: NOW.plus(-300), until: NOW.plus(7200) }),
            return_to: "/rooms/r-0042/notes?page=2",
            address: Some("https://kashiwani.example.jp/rooms/r-0042/notes?page=2"),
            here: Some("/rooms/r-0042/notes?page=2"),
            ..Facts::new(locale, "K7P4-2QX9", NOW)
        };
        let mut add = |name: &str, page: Page| pages.push((format!("{name}.{}", locale.tag()), page));
        for refusal in Refusal::ALL {
            let passed = Facts { not_after: Some(NOW.plus(-DAY)), ..facts };
            let facts = if refusal == Refusal::Expired { passed } else { facts };
            let name = format!("{}-{}-{}", refusal.code(), refusal.status().as_u16(), refusal.reason());
            add(&name, guidance.refuse(refusal, &facts, Reader::Browser));
        }
        for (name, days) in
            [("yesterday", -1), ("days-ago", -3), ("long-ago", -200), ("not-sent", 400), ("not-sent-soon", 12)]
        {
            let seen = Remembered { device: "DEV-000123".parse()?, not_after: NOW.plus(days * DAY) };
            let facts = Facts { remembered: Some(seen), ..facts };
            add(&format!("KW-101-403-no_cert-{name}"), guidance.refuse(Refusal::NoCert, &facts, Reader::Browser));
        }
        let written = [("text", "訪問しました。\r\n血圧 128/76"), ("token", "8f3a")];
        let written: Vec<_> = written.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let kept = Unsent::Kept { to: "/rooms/r-0042/posts", fields: &written };
        for (name, unsent) in [("unsent", kept), ("unsent-not-kept", Unsent::NotKept)] {
            for refusal in [Refusal::SessionIdle, Refusal::SessionAbsolute, Refusal::NoSession] {
                let name = format!("{}-{name}", refusal.code());
                add(&name, guidance.refuse(refusal, &Facts { unsent, ..facts }, Reader::Browser));
            }
        }
        own_pages(&guidance, &facts, &mut add);
        for topic in Topic::ALL {
            let name = format!("help{}", topic.path().replace('/', "-"));
            add(&name, guidance.help(topic.path(), &facts).ok_or("a topic has a page")?);
        }
    }
    Ok(pages)
}

fn own_pages(guidance: &Guidance, facts: &Facts<'_>, add: &mut impl FnMut(&str, Page)) {
    let login = Login::default();
    let failed = |failure| Login { login_id: "kw-000123", failure: Some(failure), ..login };
    let soon = Facts { not_after: Some(NOW.plus(45 * DAY)), ..*facts };
    add("login", guidance.login(&login, facts));
    add("login-expiry-soon", guidance.login(&login, &soon));
    add("login-logged-out", guidance.login(&Login { notice: Some(LoginNotice::LoggedOut), ..login }, facts));
    add("login-no-match", guidance.login(&failed(LoginFailure::NoMatch), facts));
    add("login-locked", guidance.login(&failed(LoginFailure::Locked), &soon));
    add("login-crowded", guidance.login(&failed(LoginFailure::Crowded), facts));
    let form = PasswordForm { occasion: Occasion::Voluntary, login_id: "kw-000123", mistakes: &[], asks_present: true };
    add("password", guidance.password(&form, facts));
    add("password-mistakes", guidance.password(&PasswordForm { mistakes: &PasswordMistake::ALL, ..form }, facts));
    add("password-initial", guidance.password(&PasswordForm { occasion: Occasion::Initial, ..form }, facts));
    let fresh = PasswordForm { occasion: Occasion::Initial, asks_present: false, ..form };
    add("password-initial-fresh", guidance.password(&fresh, facts));
    add("password-changed", guidance.password_changed(facts));
    add("check", guidance.check(&Checked::default(), facts));
    add(
        "check-logged-in",
        guidance.check(&Checked { login_id: Some("kw-000123"), last_login: Some(NOW.plus(-DAY)) }, facts),
    );
    add("logged-out", guidance.logged_out(facts));
    add("logged-in", guidance.logged_in("kw-000123", Present::AtLogin, facts));
    add("logout", guidance.logged_in("kw-000123", Present::AtLogout, facts));
}
