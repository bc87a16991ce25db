//! A login that is worth nothing here.

use crate::language::Text;
use crate::refusal::LoginRefusal;

/// With what operators type next.
pub(super) fn for_operators(refusal: &LoginRefusal) -> Text {
    let (ja, en) = match refusal {
        LoginRefusal::Elsewhere => (
            "このログインは、この利用者がこの機器でしたものではありません（操作記録に残しました）。".to_owned(),
            "this login was not made by this account on this machine, which is kept in the events".to_owned(),
        ),
        LoginRefusal::Ended => ("ログインは終わっています。".to_owned(), "the login has ended".to_owned()),
        LoginRefusal::FileOfAnother => (
            "ログインのファイルがほかの利用者のものだったので、ログインを終わらせました（操作記録に残しました）。"
                .to_owned(),
            "the login ended: its file belonged to another account, which is kept in the events".to_owned(),
        ),
        LoginRefusal::FileOpen(mode) => (
            format!(
                "ログインのファイルをほかの利用者も読めたので、ログインを終わらせました（権限 {mode:04o}。操作記録に残しました）。"
            ),
            format!("the login ended: others could read its file (mode {mode:04o}), which is kept in the events"),
        ),
        LoginRefusal::Idle => (
            "30分以上使わなかったので、ログインは終わりました。".to_owned(),
            "the login ended: it was not used for 30 minutes".to_owned(),
        ),
        LoginRefusal::NotInService(person) => (
            format!("{person} は停止中か削除済みなので、ログインは終わりました。"),
            format!("the login ended: {person} is not in service"),
        ),
        LoginRefusal::OtherRegistry => (
            "別の台帳へのログインです（操作記録に残しました）。".to_owned(),
            "this is a login to another registry, which is kept in the events".to_owned(),
        ),
        LoginRefusal::PasswordChanged(person) => (
            format!("{person} のパスワードが変わったので、ログインは終わりました。"),
            format!("the login ended: the password of {person} was changed"),
        ),
        LoginRefusal::RoleLost(person) => (
            format!("{person} の役割が減ったので、ログインは終わりました。"),
            format!("the login ended: {person} lost a role"),
        ),
        LoginRefusal::TooOld => (
            "8時間たったので、ログインは終わりました。".to_owned(),
            "the login ended: it lasts 8 hours at most".to_owned(),
        ),
        LoginRefusal::Unknown => (
            "この台帳にないログインです（操作記録に残しました）。".to_owned(),
            "the registry knows no such login, which is kept in the events".to_owned(),
        ),
    };
    Text::new(
        format!("{ja}ca-tools login でログインし直してください。何もしていません。"),
        format!("{en}: ca-tools login begins a new one; nothing was done"),
    )
}
