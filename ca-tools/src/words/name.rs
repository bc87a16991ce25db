//! What a name can name: how it is called, and by which command operators list all there are.

use crate::language::Text;
use crate::refusal::Kind;

/// A name that is taken.
pub(super) fn taken_for_operators(kind: Kind, name: &str) -> Text {
    let (ja, en, _) = called(kind);
    Text::new(
        format!("{ja} {name} はすでに登録されています。一度使った番号・IDは再利用できません。"),
        format!("the {en} {name} is taken; a name is never given twice"),
    )
}

/// A name that is none.
pub(super) fn unknown_for_operators(kind: Kind, name: &str) -> Text {
    let (ja, en, list) = called(kind);
    Text::new(
        format!("{ja} {name} は登録されていません。ca-tools {list} で確かめてください。"),
        format!("there is no {en} {name}: look at ca-tools {list}"),
    )
}

/// A name that is none, told where there is a field for it.
pub(super) fn unknown_for_console(kind: Kind, name: &str) -> Text {
    let (ja, en, _) = called(kind);
    Text::new(
        format!("{ja} {name} は登録されていません。番号やIDを確かめてください。"),
        format!("there is no {en} {name}: check it"),
    )
}

/// A name that is taken.
pub(super) fn taken_for_people(kind: Kind, name: &str) -> Text {
    let (ja, en, _) = called(kind);
    Text::new(
        format!("{ja} {name} はすでに登録されています。お心当たりがないときは、柏市へご連絡ください。"),
        format!("the {en} {name} is taken: if you did not expect that, call the city"),
    )
}

/// A name that is none.
pub(super) fn unknown_for_people(kind: Kind, name: &str) -> Text {
    let (ja, en, _) = called(kind);
    Text::new(
        format!(
            "{ja} {name} は登録されていません。番号やIDを確かめてください。わからないときは、柏市へご連絡ください。"
        ),
        format!("there is no {en} {name}: check it, or call the city"),
    )
}

/// In Japanese, in English, and the command that lists them.
fn called(kind: Kind) -> (&'static str, &'static str, &'static str) {
    match kind {
        Kind::Application => ("申請", "application", "application list"),
        Kind::Office => ("事業所", "office", "office list"),
        Kind::SystemUser => ("カシワニネットID", "ID", "user list"),
        Kind::Device => ("端末", "device", "device list"),
        Kind::Certificate => ("電子証明書", "certificate", "cert list"),
        Kind::Gateway => ("ゲートウェイ", "gateway", "gateway list"),
        Kind::Incident => ("事故・障害の記録", "incident", "incident list"),
        Kind::Mail => ("メール", "mail", "mail list"),
        Kind::Room => ("部屋", "room", "room list"),
        Kind::Ticket => ("取得用番号（管理番号）", "ticket", "ticket list"),
        Kind::Training => ("研修会の年度", "training", "training list"),
    }
}
