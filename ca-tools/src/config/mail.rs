//! `[mail]`: by which way letters leave, and in whose name.

use std::path::PathBuf;

use hyper::Uri;
use lettre::message::Mailbox;

use super::read::Reader;
use crate::language::Text;
use crate::masked::masked;

/// `[mail]`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mail {
    /// How letters leave.
    pub way: MailWay,
    /// What stands as sender; `None`: the address of `[contact]`.
    pub from: Option<Mailbox>,
}

/// How letters leave the house.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum MailWay {
    /// A file each, in this folder: nothing leaves the machine.
    Outbox(PathBuf),
    /// To a mail server.
    Smtp(Smtp),
}

/// The mail server that takes letters on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Smtp {
    /// Its name, which its certificate must bear.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way to it is closed.
    pub closed: MailTls,
    /// The account there, and the file whose one line opens it.
    pub login: Option<(String, PathBuf)>,
    /// PEM of the CA that its certificate must chain to; `None`: this machine's own store.
    pub ca: Option<PathBuf>,
}

/// How the way to a mail server is closed to others.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MailTls {
    /// TLS from the first octet (RFC 8314 §3.3).
    FromTheStart,
    /// STARTTLS, without which nothing is said (RFC 3207).
    ByStartTls,
    /// It does not leave this machine.
    OnThisMachine,
}

impl Reader {
    /// Everything in `[mail]`; the default keeps letters as files beside the configuration.
    pub(super) fn mail(&mut self) -> Option<Mail> {
        let before = self.mistakes.len();
        let outbox = self.path("mail", "outbox");
        let url = self.text("mail", "smtp");
        let user = self.text("mail", "user");
        let password_file = self.path("mail", "password_file");
        let ca = self.path("mail", "ca");
        let from = self.text("mail", "from");
        let from = from.and_then(|from| self.check("mail.from", mailbox(&from)));
        if url.is_none() {
            let needless = [("user", user.is_some()), ("password_file", password_file.is_some()), ("ca", ca.is_some())];
            for (key, _) in needless.into_iter().filter(|(_, given)| *given) {
                self.wrong(&format!("mail.{key}"), "mail.smtp を書いたときだけ使えます。", "is for mail.smtp only");
            }
        }
        let login = match (user, password_file) {
            (Some(user), Some(file)) => Some((user, file)),
            (None, None) => None,
            (Some(_), None) => {
                self.wrong(
                    "mail.password_file",
                    "ありません。mail.user と一緒に書いてください。",
                    "missing beside mail.user",
                );
                None
            }
            (None, Some(_)) => {
                self.wrong(
                    "mail.user",
                    "ありません。mail.password_file と一緒に書いてください。",
                    "missing beside mail.password_file",
                );
                None
            }
        };
        let way = match (outbox, url) {
            (Some(_), Some(_)) => {
                self.wrong(
                    "mail",
                    "outbox と smtp のどちらか1つを書いてください。",
                    "only one of outbox and smtp is needed",
                );
                None
            }
            (Some(folder), None) => Some(MailWay::Outbox(folder)),
            (None, None) => Some(MailWay::Outbox(self.base.join("outbox"))),
            (None, Some(url)) => self
                .check("mail.smtp", server(&url))
                .map(|(host, port, closed)| MailWay::Smtp(Smtp { host, port, closed, login, ca })),
        };
        way.filter(|_| self.mistakes.len() == before).map(|way| Mail { way, from })
    }
}

fn mailbox(text: &str) -> Result<Mailbox, Text> {
    text.parse().map_err(|why| {
        Text::new(
            format!(
                "{text:?} は差出人になりません。mail@example.jp か \"名前 <mail@example.jp>\" の形で書いてください。"
            ),
            format!("{text:?} is no sender ({why}): write mail@example.jp or NAME <mail@example.jp>"),
        )
    })
}

/// `smtps://HOST[:PORT]` or `smtp://HOST[:PORT]`; without TLS only where it does not leave this machine.
fn server(url: &str) -> Result<(String, u16, MailTls), Text> {
    let told = masked(url);
    let shape = || {
        Text::new(
            format!(
                "{told:?} はメールサーバーの URL ではありません。smtps://ホスト名:465 か smtp://ホスト名:587（STARTTLS）の形で書いてください。"
            ),
            format!("{told:?} names no mail server: write smtps://HOST:465, or smtp://HOST:587 for STARTTLS"),
        )
    };
    let read: Uri = url.parse().map_err(|_| shape())?;
    let host = read.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let bare = !host.is_empty() && matches!(read.path(), "" | "/") && !url.contains('@');
    let (closed, usual) = match (read.scheme_str(), read.query()) {
        (Some("smtps"), None) => (MailTls::FromTheStart, 465),
        (Some("smtp"), None) => (MailTls::ByStartTls, 587),
        (Some("smtp"), Some("tls=none")) if host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback()) => {
            (MailTls::OnThisMachine, 25)
        }
        (Some("smtp"), Some("tls=none")) => {
            return Err(Text::new(
                format!(
                    "{told:?}：暗号化しない通信（tls=none）は、この機器の中（127.0.0.1 または [::1]）だけで使えます。"
                ),
                format!("{told:?}: without TLS only to this machine itself (127.0.0.1 or [::1])"),
            ));
        }
        (Some(_), _) | (None, _) => return Err(shape()),
    };
    if bare { Ok((host.to_owned(), read.port_u16().unwrap_or(usual), closed)) } else { Err(shape()) }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{Config, ConfigMistakes, read};

    const REST: &str = "[registry]\nurl = \"sqlite:r.db\"\n[authority]\ndirectory = \"ca\"\n";

    fn reads(mail: &str) -> Result<Mail, Vec<String>> {
        match read(&format!("{REST}{mail}"), Path::new("/etc/sekisho/ca.toml")) {
            Ok(Config { mail, .. }) => Ok(mail),
            Err(ConfigMistakes(mistakes)) => Err(mistakes.into_iter().map(|mistake| mistake.en).collect()),
        }
    }

    #[test]
    fn without_a_mail_server_letters_are_files_beside_the_configuration() {
        let outbox = |at: &str| Ok(Mail { way: MailWay::Outbox(at.into()), from: None });
        assert_eq!(reads(""), outbox("/etc/sekisho/outbox"));
        assert_eq!(reads("[mail]\noutbox = \"/var/outbox\""), outbox("/var/outbox"));
    }

    #[test]
    fn the_way_to_a_mail_server_is_closed_or_does_not_leave_the_machine() {
        for (url, host, port, closed) in [
            ("smtps://mail.example.jp", "mail.example.jp", 465, MailTls::FromTheStart),
            ("smtps://mail.example.jp:1465", "mail.example.jp", 1465, MailTls::FromTheStart),
            ("smtp://mail.example.jp", "mail.example.jp", 587, MailTls::ByStartTls),
            ("smtp://127.0.0.1:2525?tls=none", "127.0.0.1", 2525, MailTls::OnThisMachine),
            ("smtp://[::1]:2525?tls=none", "::1", 2525, MailTls::OnThisMachine),
        ] {
            let smtp = Smtp { host: host.into(), port, closed, login: None, ca: None };
            assert_eq!(reads(&format!("[mail]\nsmtp = {url:?}")), Ok(Mail { way: MailWay::Smtp(smtp), from: None }));
        }
        for url in
            ["http://x", "smtps://", "smtps://x/y", "smtp://u:p@x", "smtps://x?tls=none", "smtp://x?tls=opportunistic"]
        {
            let told = reads(&format!("[mail]\nsmtp = {url:?}")).unwrap_err();
            assert!(told[0].starts_with("mail.smtp: ") && told[0].contains("names no mail server"), "{told:?}");
        }
        for url in ["smtp://mail.example.jp?tls=none", "smtp://localhost?tls=none", "smtp://10.0.0.1?tls=none"] {
            let told = reads(&format!("[mail]\nsmtp = {url:?}")).unwrap_err();
            assert!(told[0].contains("without TLS only to this machine itself"), "{told:?}");
        }
    }

    #[test]
    fn all_mistakes_of_the_section_are_told_at_once() {
        let told =
            reads("[mail]\noutbox = \"o\"\nsmtp = \"smtps://x\"\nuser = \"u\"\nfrom = \"nobody\"\ncolour = \"x\"\n");
        let told = told.unwrap_err();
        assert!(told[0].starts_with("mail.from: \"nobody\" is no sender"), "{told:?}");
        let rest = [
            "mail.password_file: missing beside mail.user",
            "mail: only one of outbox and smtp is needed",
            "mail.colour: no such key",
        ];
        assert_eq!(told[1..], rest);
        let told = reads("[mail]\npassword_file = \"p\"\nca = \"c\"\n").unwrap_err();
        let expected = [
            "mail.password_file: is for mail.smtp only",
            "mail.ca: is for mail.smtp only",
            "mail.user: missing beside mail.password_file",
        ];
        assert_eq!(told, expected);
    }
}
