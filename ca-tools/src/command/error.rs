//! Why a command did not do what it was asked to: an exit code, and words for people.

use certs::profile::ValidityRefusal;

use super::answer::Answer;
use crate::config::ConfigMistakes;
use crate::container::ContainerRefusal;
use crate::issuance::lists::{BringRefusal, ShelfRefusal};
use crate::issuance::{CaRefusal, HandOutRefusal, IssueRefusal, OutputRefusal};
use crate::key::{KeyFault, KeyFileRefusal, KeyTextRefusal};
use crate::language::Text;
use crate::password::{HashRefusal, RandomRefusal};
use crate::refusal::{Refusal, Unavailable};
use crate::sign::SignRefusal;
use crate::words::for_operators;

/// Why a command did not do what it was asked to.
#[derive(Debug)]
pub(crate) enum CliError {
    /// Refused, for this reason: exit 1. The word is for programs.
    Refused(&'static str, Text),
    /// Something is wrong that was looked for: exit 1, with what was found.
    Found(Box<Answer>),
    /// Something else was asked for than the act itself, and is answered: exit 0.
    Instead(Box<Answer>),
    /// Wrong use: exit 2, nothing was tried.
    Usage(Text),
}

impl CliError {
    /// Refused after something was done: what, and how to go on.
    pub(super) fn though(self, done: Text) -> Self {
        let joined = |why: Text| Text::new(format!("{}\n{}", why.ja, done.ja), format!("{}\n{}", why.en, done.en));
        match self {
            Self::Refused(code, why) => Self::Refused(code, joined(why)),
            Self::Usage(why) => Self::Refused("cut_short", joined(why)),
            Self::Found(answer) => Self::Found(answer),
            Self::Instead(answer) => Self::Instead(answer),
        }
    }
}

impl From<Refusal> for CliError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.code(), for_operators(&refusal))
    }
}

impl From<Unavailable> for CliError {
    fn from(refusal: Unavailable) -> Self {
        Refusal::from(refusal).into()
    }
}

impl From<ConfigMistakes> for CliError {
    fn from(mistakes: ConfigMistakes) -> Self {
        let list = |read: fn(&Text) -> &str| mistakes.0.iter().map(read).collect::<Vec<_>>().join("\n");
        Self::Usage(Text::new(
            format!("設定ファイルに誤りがあります。何もしていません。\n{}", list(|mistake| &mistake.ja)),
            format!("the configuration has mistakes; nothing was done:\n{}", list(|mistake| &mistake.en)),
        ))
    }
}

impl From<CaRefusal> for CliError {
    fn from(refusal: CaRefusal) -> Self {
        Self::Refused("ca_unavailable", refusal.text())
    }
}

impl From<OutputRefusal> for CliError {
    fn from(refusal: OutputRefusal) -> Self {
        Self::Refused("file_refused", refusal.text())
    }
}

impl From<ShelfRefusal> for CliError {
    fn from(refusal: ShelfRefusal) -> Self {
        match refusal {
            ShelfRefusal::Output(why) => why.into(),
            ShelfRefusal::Ca(why) => why.into(),
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

impl From<BringRefusal> for CliError {
    fn from(refusal: BringRefusal) -> Self {
        match refusal {
            BringRefusal::Registry(why) => why.into(),
            BringRefusal::Shelf(why) => why.into(),
            BringRefusal::Sign(why) => why.into(),
        }
    }
}

impl From<SignRefusal> for CliError {
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

impl From<IssueRefusal> for CliError {
    fn from(refusal: IssueRefusal) -> Self {
        match refusal {
            IssueRefusal::Registry(refusal) => refusal.into(),
            IssueRefusal::Sign(refusal) => refusal.into(),
        }
    }
}

impl From<KeyTextRefusal> for CliError {
    fn from(refusal: KeyTextRefusal) -> Self {
        let why = refusal.to_string();
        Self::Refused("key", Text::new(format!("鍵を扱えません：{why}"), why))
    }
}

impl From<KeyFault> for CliError {
    fn from(fault: KeyFault) -> Self {
        KeyTextRefusal::Key(fault).into()
    }
}

impl From<KeyFileRefusal> for CliError {
    fn from(refusal: KeyFileRefusal) -> Self {
        CaRefusal::from(refusal).into()
    }
}

impl From<HashRefusal> for CliError {
    fn from(refusal: HashRefusal) -> Self {
        Self::Refused("internal", Text::new(refusal.to_string(), refusal.to_string()))
    }
}

impl From<RandomRefusal> for CliError {
    fn from(refusal: RandomRefusal) -> Self {
        Self::Refused("internal", Text::new(refusal.to_string(), refusal.to_string()))
    }
}

impl From<HandOutRefusal> for CliError {
    fn from(refusal: HandOutRefusal) -> Self {
        match refusal {
            HandOutRefusal::Ca(why) => why.into(),
            HandOutRefusal::Key(why) => why.into(),
        }
    }
}

impl From<ContainerRefusal> for CliError {
    fn from(refusal: ContainerRefusal) -> Self {
        let why = refusal.to_string();
        Self::Refused("not_packed", Text::new(format!("ファイルを作成できません：{why}"), why))
    }
}
