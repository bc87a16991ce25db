//! A registry that is not put back.

use crate::language::Text;
use crate::refusal::RestoreRefusal;

const NEITHER: (&str, &str) = (
    "記録が本当に失われたときだけ --without-journal を付けてください（控えのあとに終わったかもしれないものは、すべて停止します）。",
    "only where the journal is lost for good, add --without-journal: all that may have ended since is then put on hold",
);

/// With what operators type next.
pub(super) fn for_operators(refusal: &RestoreRefusal) -> Text {
    let why = refusal.to_string();
    let (ja, en) = match refusal {
        RestoreRefusal::JournalIsThere(path) => (
            format!(
                "変更の記録 {} は残っていて、この控えから続いています。--without-journal を付けずに戻してください（失われるものはありません）。",
                path.display()
            ),
            format!("{why}: restore without --without-journal, and nothing is lost"),
        ),
        RestoreRefusal::JournalBeginsLater(path, version) => (
            format!(
                "変更の記録 {} は第{version}版から始まり、この控えはそれより前のものです。新しい控えから戻してください。{}",
                path.display(),
                NEITHER.0
            ),
            format!("{why}: use a newer backup; {}", NEITHER.1),
        ),
        RestoreRefusal::JournalEndsEarly(path, end, known) => (
            format!(
                "変更の記録 {} は第{end}版で終わり、第{known}版まであったことが分かっています。記録の最新のファイルを journal.file に置いてください。{}",
                path.display(),
                NEITHER.0
            ),
            format!("{why}: bring the newest journal to journal.file; {}", NEITHER.1),
        ),
        RestoreRefusal::ListIsNewer(end) => (
            format!(
                "公開されている失効リストは、変更の記録の終わり（第{end}版）より新しいものです。記録の最新のファイルを journal.file に置いてください。{}",
                NEITHER.0
            ),
            format!("{why}: bring the newest journal to journal.file; {}", NEITHER.1),
        ),
        RestoreRefusal::NoJournal(path) => (
            format!(
                "変更の記録 {} がありません。journal.file の場所（ディスク）を確かめてください。{}",
                path.display(),
                NEITHER.0
            ),
            format!("{why}: check journal.file and its disk; {}", NEITHER.1),
        ),
        RestoreRefusal::NeitherApproves => (
            "記録なしで戻すと、2人のほかの役割はすべて消えます。再開できるように、2人のうち1人は承認の役割（ra_approver）を持つ職員にしてください。"
                .to_owned(),
            format!("{why}: all others lose their roles, so one of the two must be an ra_approver"),
        ),
        RestoreRefusal::NoSecond => (
            "復元には2人目の職員の同意が必要です。--second で ID を指定してください。".to_owned(),
            format!("{why}: name them with --second"),
        ),
        RestoreRefusal::NotASecond(id) => (
            format!(
                "{id} は、受付・承認・鍵管理の役割を持つ利用中の職員（操作する職員とは別の人）ではありません。"
            ),
            why,
        ),
        RestoreRefusal::OtherHistory(version) => (
            format!(
                "指定された第{version}版のハッシュは、この控えの歴史のものではありません。別の台帳のものでないか確かめてください。"
            ),
            format!("{why}: is it another registry's?"),
        ),
        RestoreRefusal::InitialPassword(id) => (
            format!("{id} は初期パスワードのままです。別の職員に頼んでください。"),
            format!("{why}: ask another operator"),
        ),
        RestoreRefusal::NoPassword(id) => (
            format!("{id} が本人であることを、パスワードで示してください（--password-file）。"),
            format!("{why}: name a file by --password-file"),
        ),
        RestoreRefusal::WrongPassword(id) => (format!("{id} のパスワードが違います。"), why),
    };
    Text::new(format!("{ja}何も変更していません。"), format!("{en}; nothing was changed"))
}

/// Nobody but an operator restores anything.
pub(super) fn for_people(refusal: &RestoreRefusal) -> Text {
    match refusal {
        RestoreRefusal::JournalIsThere(_)
        | RestoreRefusal::JournalBeginsLater(..)
        | RestoreRefusal::JournalEndsEarly(..)
        | RestoreRefusal::ListIsNewer(_)
        | RestoreRefusal::NeitherApproves
        | RestoreRefusal::NoJournal(_)
        | RestoreRefusal::NoSecond
        | RestoreRefusal::NotASecond(_)
        | RestoreRefusal::OtherHistory(_)
        | RestoreRefusal::InitialPassword(_)
        | RestoreRefusal::NoPassword(_)
        | RestoreRefusal::WrongPassword(_) => super::ask::by_the_city(),
    }
}
