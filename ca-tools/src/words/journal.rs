//! A change that cannot be entered in the journal.

use crate::language::Text;
use crate::refusal::JournalRefusal;

const START: (&str, &str) = (
    "この機器の記録が失われたのなら、責任者が ca-tools journal start --why で今の台帳から始め直してください。",
    "where it is lost, begin anew from the registry as it is: ca-tools journal start --why",
);

/// With what operators type next.
#[expect(clippy::too_many_lines, reason = "two sentences for each refusal, and nothing else")]
pub(super) fn for_operators(refusal: &JournalRefusal) -> Text {
    match refusal {
        JournalRefusal::Broken(path, line, why) => Text::new(
            format!(
                "変更の記録 {} の{line}行目が、書いたときのものではありません。ca-tools audit verify で確かめ、責任者に報告してください。何も変更していません。",
                path.display()
            ),
            format!(
                "line {line} of the journal {} is not as it was written ({why}): look with ca-tools audit verify, report it; nothing was changed",
                path.display()
            ),
        ),
        JournalRefusal::DiskFull => Text::new(
            "変更の記録（journal.file）のあるディスクに空きがありません。何も変更していません。空きを作って、もう一度実行してください。",
            "the disk under the journal (journal.file) is full; nothing was changed: make room and run this again",
        ),
        JournalRefusal::EndsEarly(path, journal, registry) => Text::new(
            format!(
                "変更の記録 {} は第{journal}版で終わり、台帳は第{registry}版です。記録の終わりが失われたか、別の機器が台帳に書いています（台帳に書く機器は1台だけです）。何も変更していません。{}",
                path.display(),
                START.0
            ),
            format!(
                "the journal {} ends at version {journal}, the registry stands at {registry}: its end was lost, or another host writes (only one may); nothing was changed. {}",
                path.display(),
                START.1
            ),
        ),
        JournalRefusal::Forged(path) => Text::new(
            format!(
                "変更の記録 {} の最後の行に、この認証局の鍵（journal.key）の署名がありません。別の認証局の記録か、書き換えられています。journal.file を確かめ、ca-tools audit verify を実行してください。何も変更していません。",
                path.display()
            ),
            format!(
                "the last line of the journal {} is not signed by this house's journal.key: it is another house's, or was changed; check journal.file and run ca-tools audit verify; nothing was changed",
                path.display()
            ),
        ),
        JournalRefusal::Key(path, why) => Text::new(
            format!(
                "変更の記録の鍵 {} を使えません（{why}）。認証局のファイルの控えから戻してください。何も変更していません。",
                path.display()
            ),
            format!(
                "the journal's key {} cannot be used ({why}): restore it from the copy of the CA's files; nothing was changed",
                path.display()
            ),
        ),
        JournalRefusal::Locked => Text::new(
            "変更の記録をほかのプログラムが使用中のため、変更できませんでした。何も変更していません。少し待って、もう一度実行してください。",
            "the journal is held by another program; nothing was changed: wait a moment and run this again",
        ),
        JournalRefusal::Missing(path) => Text::new(
            format!(
                "変更の記録 {} がありません。journal.file の場所（ディスク）を確かめてください。別の機器が台帳に書いているなら、その機器で操作してください。何も変更していません。{}",
                path.display(),
                START.0
            ),
            format!(
                "there is no journal at {}: check journal.file and its disk; if another host writes this registry, work there; nothing was changed. {}",
                path.display(),
                START.1
            ),
        ),
        JournalRefusal::Planted(table) => Text::new(
            format!(
                "台帳の {table} に、どの変更も書いていない行があります。台帳の外から書き換えられています。ca-tools audit verify で確かめ、責任者に報告してください。何も変更していません。"
            ),
            format!(
                "the registry's table {table} has a row that no change has written: somebody writes behind it; look with ca-tools audit verify and report it; nothing was changed"
            ),
        ),
        JournalRefusal::NoRandomness => Text::new(
            "システムから乱数を得られません。何も変更していません。",
            "no random numbers from the system; nothing was changed",
        ),
        JournalRefusal::OtherHistory(path, version) => Text::new(
            format!(
                "変更の記録 {} は、別の台帳か、この台帳の別の歴史のものです（第{version}版）。registry.url と journal.file を確かめ、ca-tools audit verify を実行してください。何も変更していません。",
                path.display()
            ),
            format!(
                "{} is the journal of another registry, or of another history of this one (version {version}): check registry.url and journal.file, and run ca-tools audit verify; nothing was changed",
                path.display()
            ),
        ),
        JournalRefusal::RegistryWentBack(path, journal, registry) => Text::new(
            format!(
                "台帳が過去に戻っています：台帳は第{registry}版ですが、第{journal}版まで変更したことが {} に残っています。台帳をよけて、控えから ca-tools restore で戻してください（記録の続きも戻ります）。何も変更していません。",
                path.display()
            ),
            format!(
                "the registry went back in time: it stands at version {registry}, and {} tells that {journal} was committed: put it aside and restore a backup with ca-tools restore, which replays the rest; nothing was changed",
                path.display()
            ),
        ),
        JournalRefusal::Unreadable(path, why) => Text::new(
            format!("変更の記録 {} を読めません（{why}）。何も変更していません。", path.display()),
            format!("the journal {} cannot be read ({why}); nothing was changed", path.display()),
        ),
        JournalRefusal::Unwritable(why) => Text::new(
            format!(
                "変更の記録に書き込めません（{why}）。何も変更していません。journal.file の場所と権限を確かめてください。"
            ),
            format!("the journal cannot be written ({why}); nothing was changed: check journal.file and its mode"),
        ),
    }
}

/// What is wrong with the house's own files is for the house.
pub(super) fn for_people(refusal: &JournalRefusal) -> Text {
    match refusal {
        JournalRefusal::Broken(..)
        | JournalRefusal::DiskFull
        | JournalRefusal::EndsEarly(..)
        | JournalRefusal::Forged(_)
        | JournalRefusal::Key(..)
        | JournalRefusal::Locked
        | JournalRefusal::Missing(_)
        | JournalRefusal::NoRandomness
        | JournalRefusal::OtherHistory(..)
        | JournalRefusal::Planted(_)
        | JournalRefusal::RegistryWentBack(..)
        | JournalRefusal::Unreadable(..)
        | JournalRefusal::Unwritable(_) => super::ask::not_now(),
    }
}
