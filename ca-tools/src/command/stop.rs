//! How a command ends: an exit code, and words on the right stream.

use std::process::ExitCode;

use certs::profile::ValidityRefusal;
use logging::complain;
use serde_json::json;

use super::Cli;
use super::answer::Answer;
use super::counter::Counter;
use super::grammar::{Global, Noun};
use super::tell::{Manner, mention, tell};
use crate::config::ConfigMistakes;
use crate::crl::{BringRefusal, ShelfRefusal};
use crate::issuance::{IssueRefusal, OutputRefusal, VaultRefusal};
use crate::key::{KeyFault, KeyFileRefusal, KeyTextRefusal};
use crate::language::{Language, Text};
use crate::password::{HashRefusal, RandomRefusal};
use crate::refusal::{Refusal, Unavailable};
use crate::sign::SignRefusal;
use crate::spelling::visible;
use crate::words::for_operators;

/// Why a command did not do what it was asked to.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Refused, for this reason: exit 1. The word is for programs.
    Refused(&'static str, Text),
    /// Something is wrong that was looked for: exit 1, with what was found.
    Found(Box<Answer>),
    /// Wrong use: exit 2, nothing was tried.
    Usage(Text),
}

impl Stop {
    /// Refused after something was done: what, and how to go on.
    pub(super) fn though(self, done: Text) -> Self {
        let joined = |why: Text| Text::new(format!("{}\n{}", why.ja, done.ja), format!("{}\n{}", why.en, done.en));
        match self {
            Self::Refused(code, why) => Self::Refused(code, joined(why)),
            Self::Usage(why) => Self::Refused("cut_short", joined(why)),
            Self::Found(answer) => Self::Found(answer),
        }
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.code(), for_operators(&refusal))
    }
}

impl From<Unavailable> for Stop {
    fn from(refusal: Unavailable) -> Self {
        Refusal::from(refusal).into()
    }
}

impl From<ConfigMistakes> for Stop {
    fn from(mistakes: ConfigMistakes) -> Self {
        let list = |read: fn(&Text) -> &str| mistakes.0.iter().map(read).collect::<Vec<_>>().join("\n");
        Self::Usage(Text::new(
            format!("設定ファイルに誤りがあります。何もしていません。\n{}", list(|mistake| &mistake.ja)),
            format!("the configuration has mistakes; nothing was done:\n{}", list(|mistake| &mistake.en)),
        ))
    }
}

impl From<VaultRefusal> for Stop {
    fn from(refusal: VaultRefusal) -> Self {
        Self::Refused("ca_unavailable", refusal.text())
    }
}

impl From<OutputRefusal> for Stop {
    fn from(refusal: OutputRefusal) -> Self {
        Self::Refused("file_refused", refusal.text())
    }
}

impl From<ShelfRefusal> for Stop {
    fn from(refusal: ShelfRefusal) -> Self {
        match refusal {
            ShelfRefusal::Output(why) => why.into(),
            ShelfRefusal::Vault(why) => why.into(),
            ShelfRefusal::Busy(lock) => {
                let lock = lock.display();
                let ja = format!(
                    "ほかのプログラムが失効リストを公開している途中で止まっています（{lock}）。止まっている ca-tools を終わらせてから、もう一度実行してください。"
                );
                let en = format!(
                    "another publisher of lists has stopped in the middle ({lock}): end that ca-tools, and run this again"
                );
                Self::Refused("crl_busy", Text::new(ja, en))
            }
            ShelfRefusal::Lock(lock, why) => {
                let lock = lock.display();
                let ja = format!("失効リストを置く場所に書き込めません（{lock}：{why}）。");
                Self::Refused("file_refused", Text::new(ja, format!("{lock} cannot be opened: {why}")))
            }
        }
    }
}

impl From<BringRefusal> for Stop {
    fn from(refusal: BringRefusal) -> Self {
        match refusal {
            BringRefusal::Registry(why) => why.into(),
            BringRefusal::Shelf(why) => why.into(),
            BringRefusal::Sign(why) => why.into(),
        }
    }
}

impl From<SignRefusal> for Stop {
    fn from(refusal: SignRefusal) -> Self {
        let why = refusal.to_string();
        let ja = match &refusal {
            SignRefusal::Validity(ValidityRefusal::NoDays) => "有効日数は1日以上にしてください。".to_owned(),
            SignRefusal::Validity(ValidityRefusal::LongerThanProfile { days, most }) => {
                format!("{days}日は標準より長いため使えません。{most}日以内にするか、--days を省いてください。")
            }
            SignRefusal::Validity(ValidityRefusal::IssuerExpired) => {
                "発行認証局の有効期限が切れています。責任者に連絡してください。".to_owned()
            }
            SignRefusal::Validity(ValidityRefusal::BeyondCalendar) => {
                "この機器の時計が違います。時刻を合わせてください。".to_owned()
            }
            SignRefusal::Authority(_)
            | SignRefusal::Changed
            | SignRefusal::Key(_)
            | SignRefusal::Lint(_)
            | SignRefusal::OtherKey
            | SignRefusal::OtherAuthority
            | SignRefusal::OtherReceipt
            | SignRefusal::OtherProfile(..)
            | SignRefusal::Profile(_)
            | SignRefusal::Subject(_)
            | SignRefusal::Unwritable(_) => format!("責任者に連絡してください。{why}"),
        };
        Self::Refused("not_signed", Text::new(format!("電子証明書を発行できません：{ja}"), why))
    }
}

impl From<IssueRefusal> for Stop {
    fn from(refusal: IssueRefusal) -> Self {
        match refusal {
            IssueRefusal::Registry(refusal) => refusal.into(),
            IssueRefusal::Sign(refusal) => refusal.into(),
        }
    }
}

impl From<KeyTextRefusal> for Stop {
    fn from(refusal: KeyTextRefusal) -> Self {
        let why = refusal.to_string();
        Self::Refused("key", Text::new(format!("鍵を扱えません：{why}"), why))
    }
}

impl From<KeyFault> for Stop {
    fn from(fault: KeyFault) -> Self {
        KeyTextRefusal::Key(fault).into()
    }
}

impl From<KeyFileRefusal> for Stop {
    fn from(refusal: KeyFileRefusal) -> Self {
        VaultRefusal::from(refusal).into()
    }
}

impl From<HashRefusal> for Stop {
    fn from(refusal: HashRefusal) -> Self {
        Self::Refused("internal", Text::new(refusal.to_string(), refusal.to_string()))
    }
}

impl From<RandomRefusal> for Stop {
    fn from(refusal: RandomRefusal) -> Self {
        Self::Refused("internal", Text::new(refusal.to_string(), refusal.to_string()))
    }
}

/// Runs one command line; prints; says how it ended.
pub async fn run(cli: Cli) -> ExitCode {
    let (language, json) = (cli.global.lang, cli.global.json);
    let manner = Manner { language, json, looks: cli.noun.looks() };
    match dispatch(cli).await {
        Ok(answer) => tell(&answer, manner, 0),
        Err(Stop::Found(answer)) => tell(&answer, manner, 1),
        Err(Stop::Refused(code, text)) => {
            let said = said(&text, language);
            complain(&said);
            if json {
                mention(&json!({ "refused": code, "message": said }).to_string());
            }
            ExitCode::from(1)
        }
        Err(Stop::Usage(text)) => {
            complain(&said(&text, language));
            ExitCode::from(2)
        }
    }
}

/// A sentence as it is shown: what the system said inside it is put into Japanese too.
pub(super) fn said(text: &Text, language: Language) -> String {
    let said = visible(text.read(language)).into_owned();
    match language {
        Language::En => said,
        Language::Ja => SYSTEM.iter().fold(said, |said, (english, japanese)| said.replace(english, japanese)),
    }
}

/// What the system says of a file that cannot be opened or written.
const SYSTEM: [(&str, &str); 8] = [
    ("No such file or directory (os error 2)", "ファイルまたはディレクトリがありません"),
    ("Permission denied (os error 13)", "権限がありません"),
    ("File exists (os error 17)", "すでにあります"),
    ("Not a directory (os error 20)", "ディレクトリではありません"),
    ("Is a directory (os error 21)", "ディレクトリです"),
    ("Broken pipe (os error 32)", "読み手がいなくなりました"),
    ("No space left on device (os error 28)", "ディスクに空きがありません"),
    ("Read-only file system (os error 30)", "読み取り専用の場所です"),
];

async fn dispatch(cli: Cli) -> Result<Answer, Stop> {
    let global: Global = cli.global;
    match cli.noun {
        Noun::Application(application) => application.run(&Counter::open(global).await?).await,
        Noun::Audit(audit) => audit.run(&Counter::open(global).await?).await,
        Noun::Backup(backup) => backup.run(&Counter::open(global).await?).await,
        Noun::Ca(ca) => ca.run(&Counter::open(global).await?).await,
        Noun::Cert(cert) => cert.run(&Counter::open(global).await?).await,
        Noun::Completion(completion) => Ok(completion.run(global.lang)),
        Noun::Crl(crl) => crl.run(&Counter::open(global).await?).await,
        Noun::Device(device) => device.run(&Counter::open(global).await?).await,
        Noun::Doctor(doctor) => doctor.run(&Counter::open(global).await?).await,
        Noun::Example(example) => example.run(&Counter::open(global).await?).await,
        Noun::Gateway(gateway) => gateway.run(&Counter::open(global).await?).await,
        Noun::Init(init) => init.run(&global).await,
        Noun::Journal(journal) => journal.run(&Counter::open(global).await?).await,
        Noun::Mail(mail) => mail.run(&Counter::open(global).await?).await,
        Noun::Man(manual) => manual.run(),
        Noun::Office(office) => office.run(&Counter::open(global).await?).await,
        Noun::Restore(restore) => restore.run(&global).await,
        Noun::Room(room) => room.run(&Counter::open(global).await?).await,
        Noun::Serve(serve) => serve.run(Counter::open(global).await?).await,
        Noun::Ticket(ticket) => ticket.run(&Counter::open(global).await?).await,
        Noun::User(user) => user.run(&Counter::open(global).await?).await,
    }
}
