//! Why did a letter not leave? One word that is kept, the words of whoever said it, and a sentence for people.

use crate::language::Text;

/// What stood in a letter's way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Obstacle {
    /// The recipient's address is none.
    Address,
    /// The connection broke after a recipient was named.
    Dropped,
    /// The mail server cannot be reached.
    Connect,
    /// The key of letters cannot be used.
    Key,
    /// A recipient's server takes it later.
    Later,
    /// The account at the mail server does not open.
    Login,
    /// The mail server knows no EHLO, so neither TLS nor a login.
    NoEhlo,
    /// The mail server offers no STARTTLS.
    NoStartTls,
    /// The folder of letters cannot be written.
    Outbox,
    /// What it tells is over.
    Over,
    /// The recipient or the text was refused for good.
    Refused,
    /// The letter does not open.
    Sealed,
    /// The mail server refuses the sender.
    Sender,
    /// The mail server does not answer.
    Silent,
    /// No answer in time after a recipient was named.
    Slow,
    /// The mail server does not want to talk.
    Turned,
    /// What it would have told was undone.
    Undone,
    /// The facts of the letter cannot be read.
    Unreadable,
    /// The mail server does not prove who it is.
    Untrusted,
}

impl Obstacle {
    const ALL: [Self; 19] = [
        Self::Address,
        Self::Dropped,
        Self::Connect,
        Self::Key,
        Self::Later,
        Self::Login,
        Self::NoEhlo,
        Self::NoStartTls,
        Self::Outbox,
        Self::Over,
        Self::Refused,
        Self::Sealed,
        Self::Sender,
        Self::Silent,
        Self::Slow,
        Self::Turned,
        Self::Undone,
        Self::Unreadable,
        Self::Untrusted,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Dropped => "dropped",
            Self::Connect => "connect",
            Self::Key => "key",
            Self::Later => "later",
            Self::Login => "login",
            Self::NoEhlo => "no_ehlo",
            Self::NoStartTls => "no_starttls",
            Self::Outbox => "outbox",
            Self::Over => "over",
            Self::Refused => "refused",
            Self::Sealed => "sealed",
            Self::Sender => "sender",
            Self::Silent => "silent",
            Self::Slow => "slow",
            Self::Turned => "turned_away",
            Self::Undone => "undone",
            Self::Unreadable => "unreadable",
            Self::Untrusted => "untrusted",
        }
    }

    fn text(self) -> Text {
        let (ja, en) = match self {
            Self::Address => ("宛先がメールアドレスの形ではありません。", "the recipient is no mail address"),
            Self::Dropped => {
                ("宛先を伝えた後に接続が切れました。", "the connection broke after the recipient was named")
            }
            Self::Connect => ("メールサーバーに接続できません。", "the mail server cannot be reached"),
            Self::Key => (
                "メールの封を開ける鍵を使えません。authority.directory の mail.key を確かめてください。",
                "the key of letters cannot be used: look at mail.key in authority.directory",
            ),
            Self::Later => ("いまは受け取れないと、メールサーバーが答えました。", "the mail server takes it later"),
            Self::Login => (
                "メールサーバーにログインできません。mail.user と mail.password_file を確かめてください。",
                "the account does not open: look at mail.user and mail.password_file",
            ),
            Self::NoEhlo => (
                "メールサーバーが EHLO を知らないため、暗号化もログインもできません。何も送っていません。",
                "the mail server knows no EHLO, so neither TLS nor a login; nothing was sent",
            ),
            Self::NoStartTls => (
                "メールサーバーが STARTTLS に対応していないため、暗号化できません。何も送っていません。",
                "the mail server offers no STARTTLS; nothing was sent",
            ),
            Self::Outbox => ("mail.outbox に書き込めません。", "mail.outbox cannot be written"),
            Self::Over => ("知らせる内容が過ぎたため、送りませんでした。", "what it tells is over"),
            Self::Refused => {
                ("宛先または内容を、メールサーバーが断りました。", "the recipient or the text was refused")
            }
            Self::Sealed => (
                "メールの封を開けられません。mail.key が封をしたときの鍵と違うか、台帳の行が書き換えられています。mail.key を控えから戻し、窓口を起動し直してから、もう一度送ってください。",
                "the letter does not open: mail.key is another one, or the row was changed; put the key back, start the desk anew and retry",
            ),
            Self::Sender => (
                "メールサーバーが差出人を断りました。mail.from を確かめてください。",
                "the mail server refuses the sender: look at mail.from",
            ),
            Self::Silent => ("メールサーバーから応答がありません。", "the mail server does not answer"),
            Self::Slow => (
                "宛先を伝えた後、メールサーバーから時間内に応答がありませんでした。",
                "no answer in time after the recipient was named",
            ),
            Self::Turned => ("メールサーバーが応対を断りました。", "the mail server turned us away"),
            Self::Undone => ("もとの操作が取り消されたため、送りませんでした。", "what it would have told was undone"),
            Self::Unreadable => ("メールの内容を読めません。", "the letter cannot be read"),
            Self::Untrusted => (
                "メールサーバーが本物か確かめられません。サーバー名と mail.ca を確かめてください。何も送っていません。",
                "the mail server does not prove who it is: look at its name and mail.ca; nothing was sent",
            ),
        };
        Text::new(ja, en)
    }
}

/// An obstacle, and what was said of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Trouble {
    pub(super) obstacle: Obstacle,
    said: String,
}

impl Trouble {
    /// What is said is kept to one line of a length that can be read.
    pub(super) fn new(obstacle: Obstacle, said: &str) -> Self {
        /// Enough for what a server has to say.
        const LONGEST: usize = 300;
        let said = said.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).take(LONGEST).collect();
        Self { obstacle, said }
    }

    /// As the queue keeps it: `refused: 550 no such mailbox here`.
    pub(super) fn kept(&self) -> String {
        let word = self.obstacle.word();
        if self.said.is_empty() { word.to_owned() } else { format!("{word}: {}", self.said) }
    }

    /// What the queue kept, for people. What was kept before there were words is shown as it stands.
    pub(crate) fn read(kept: &str) -> Text {
        let (word, said) = kept.split_once(": ").unwrap_or((kept, ""));
        let Some(obstacle) = Obstacle::ALL.into_iter().find(|obstacle| obstacle.word() == word) else {
            return Text::new(kept, kept);
        };
        let Text { mut ja, mut en } = obstacle.text();
        if !said.is_empty() {
            ja.push_str(&format!("（{said}）"));
            en.push_str(&format!(" ({said})"));
        }
        Text::new(ja, en)
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.kept())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_obstacle_is_kept_under_its_word_and_read_in_japanese() {
        for obstacle in Obstacle::ALL {
            let kept = Trouble::new(obstacle, "550 5.1.1\r\nno").kept();
            assert!(kept.ends_with(": 550 5.1.1  no"), "{kept}");
            let read = Trouble::read(&kept);
            assert!(read.ja.ends_with("（550 5.1.1  no）") && !read.ja.starts_with(obstacle.word()), "{}", read.ja);
        }
        assert_eq!(Trouble::read(&Trouble::new(Obstacle::Slow, "").kept()).ja, Obstacle::Slow.text().ja);
        assert_eq!(Trouble::read("permanent error (550): no").ja, "permanent error (550): no");
    }
}
