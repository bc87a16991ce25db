//! What can be said of restores only.

use std::path::PathBuf;

use registry::LoginId;

use crate::language::Text;

/// What can be said of restores only.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RestoreRefusal {
    /// It is said to be lost, and it is there and whole.
    #[error("the journal {} is there and goes on from this backup", .0.display())]
    JournalIsThere(PathBuf),
    /// The journal was begun after the backup was made.
    #[error("the journal {} begins at version {}, after this backup", .0.display(), .1)]
    JournalBeginsLater(PathBuf, i64),
    /// Others know more than the journal.
    #[error("the journal {} ends at version {}, and {} is known", .0.display(), .1, .2)]
    JournalEndsEarly(PathBuf, i64, i64),
    /// A list was published after the journal's end.
    #[error("a revocation list was published after version {0}, where the journal ends")]
    ListIsNewer(i64),
    /// All but these two lose their roles, and neither may let anybody in again.
    #[error("neither of the two may approve")]
    NeitherApproves,
    /// There is no journal.
    #[error("there is no journal at {}", .0.display())]
    NoJournal(PathBuf),
    /// There are two operators, and one acts alone.
    #[error("a second operator must agree")]
    NoSecond,
    /// Not an operator in service who may agree.
    #[error("{0} is not an operator in service who may agree")]
    NotASecond(LoginId),
    /// A head that was named is of another history.
    #[error("the head named at version {0} is of another history than this backup")]
    OtherHistory(i64),
    /// Nobody but the office has chosen it.
    #[error("{0} has still the initial password")]
    InitialPassword(LoginId),
    /// Who acts has not shown who they are.
    #[error("{0} has not shown their password")]
    NoPassword(LoginId),
    /// Another password.
    #[error("the password of {0} is another one")]
    WrongPassword(LoginId),
}

const NEITHER: (&str, &str) = (
    "記録が本当に失われたときだけ --without-journal を付けてください（控えのあとに終わったかもしれないものは、すべて停止します）。",
    "only where the journal is lost for good, add --without-journal: all that may have ended since is then put on hold",
);

impl RestoreRefusal {
    pub(in crate::acts) fn code(&self) -> &'static str {
        match self {
            Self::JournalIsThere(_) => "journal_is_there",
            Self::JournalBeginsLater(..) | Self::JournalEndsEarly(..) | Self::ListIsNewer(_) | Self::NoJournal(_) => {
                "journal_lacks"
            }
            Self::NeitherApproves | Self::NoSecond | Self::NotASecond(_) => "second_operator",
            Self::InitialPassword(_) => "initial_password",
            Self::NoPassword(_) => "no_password",
            Self::OtherHistory(_) => "other_history",
            Self::WrongPassword(_) => "wrong_password",
        }
    }

    pub(in crate::acts) fn text(&self) -> Text {
        let why = self.to_string();
        let (ja, en) = match self {
            Self::JournalIsThere(path) => (
                format!(
                    "変更の記録 {} は残っていて、この控えから続いています。--without-journal を付けずに戻してください（失われるものはありません）。",
                    path.display()
                ),
                format!("{why}: restore without --without-journal, and nothing is lost"),
            ),
            Self::JournalBeginsLater(path, version) => (
                format!(
                    "変更の記録 {} は第{version}版から始まり、この控えはそれより前のものです。新しい控えから戻してください。{}",
                    path.display(),
                    NEITHER.0
                ),
                format!("{why}: use a newer backup; {}", NEITHER.1),
            ),
            Self::JournalEndsEarly(path, end, known) => (
                format!(
                    "変更の記録 {} は第{end}版で終わり、第{known}版まであったことが分かっています。記録の最新のファイルを journal.file に置いてください。{}",
                    path.display(),
                    NEITHER.0
                ),
                format!("{why}: bring the newest journal to journal.file; {}", NEITHER.1),
            ),
            Self::ListIsNewer(end) => (
                format!(
                    "公開されている失効リストは、変更の記録の終わり（第{end}版）より新しいものです。記録の最新のファイルを journal.file に置いてください。{}",
                    NEITHER.0
                ),
                format!("{why}: bring the newest journal to journal.file; {}", NEITHER.1),
            ),
            Self::NoJournal(path) => (
                format!(
                    "変更の記録 {} がありません。journal.file の場所（ディスク）を確かめてください。{}",
                    path.display(),
                    NEITHER.0
                ),
                format!("{why}: check journal.file and its disk; {}", NEITHER.1),
            ),
            Self::NeitherApproves => (
                "記録なしで戻すと、2人のほかの役割はすべて消えます。再開できるように、2人のうち1人は承認の役割（ra_approver）を持つ職員にしてください。"
                    .to_owned(),
                format!("{why}: all others lose their roles, so one of the two must be an ra_approver"),
            ),
            Self::NoSecond => (
                "復元には2人目の職員の同意が必要です。--second で ID を指定してください。".to_owned(),
                format!("{why}: name them with --second"),
            ),
            Self::NotASecond(id) => (
                format!(
                    "{id} は、受付・承認・鍵管理の役割を持つ利用中の職員（操作する職員とは別の人）ではありません。"
                ),
                why,
            ),
            Self::OtherHistory(version) => (
                format!(
                    "指定された第{version}版のハッシュは、この控えの歴史のものではありません。別の台帳のものでないか確かめてください。"
                ),
                format!("{why}: is it another registry's?"),
            ),
            Self::InitialPassword(id) => (
                format!("{id} は初期パスワードのままです。別の職員に頼んでください。"),
                format!("{why}: ask another operator"),
            ),
            Self::NoPassword(id) => (
                format!("{id} が本人であることを、パスワードで示してください（--password-file）。"),
                format!("{why}: name a file by --password-file"),
            ),
            Self::WrongPassword(id) => (format!("{id} のパスワードが違います。"), why),
        };
        Text::new(format!("{ja}何も変更していません。"), format!("{en}; nothing was changed"))
    }
}
