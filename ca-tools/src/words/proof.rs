//! An operator who is not shown to be who they say.

use crate::language::Text;
use crate::refusal::ProofRefusal;

/// With what operators type next.
pub(super) fn for_operators(refusal: &ProofRefusal) -> Text {
    match refusal {
        ProofRefusal::InitialPassword(person) => Text::new(
            format!(
                "{person}：初期パスワードのままです。先に本人がパスワードを変更してください（user change-password）。"
            ),
            format!("{person} has an initial password: they change it first (user change-password)"),
        ),
        ProofRefusal::Login(why) => super::login::for_operators(why),
        ProofRefusal::NoOperator(person) => Text::new(
            format!("{person} は柏市担当職員として登録されていないか、停止中です。"),
            format!("{person} is not an operator in service"),
        ),
        ProofRefusal::NotShown(person) => Text::new(
            format!(
                "--operator {person} は名前だけなので、本人か分かりません。ca-tools login でログインするか、--password-file で本人のパスワードのファイル（0600）を指定してください。何もしていません。"
            ),
            format!(
                "--operator {person} is a name and shows nothing: ca-tools login, or name the file of their password (0600) by --password-file; nothing was done"
            ),
        ),
        ProofRefusal::OtherOperator { named, logged_in } => Text::new(
            format!(
                "ログインしているのは {logged_in} です。{named} の操作にはできません。--operator を省くか、ca-tools logout のあと {named} が ca-tools login でログインしてください。何もしていません。"
            ),
            format!(
                "{logged_in} is logged in, and this names {named}: leave --operator out, or ca-tools logout, and {named} does ca-tools login; nothing was done"
            ),
        ),
        ProofRefusal::TooManyWrong(person) => Text::new(
            format!("{person} のパスワードの間違いが続いています。15分待つか、別の職員に頼んでください。"),
            format!("too many wrong passwords of {person}: wait 15 minutes, or ask another operator"),
        ),
        ProofRefusal::WrongPassword(person) => Text::new(
            format!("{person} のパスワードが違います。何もしていません（操作記録に残しました）。"),
            format!("the password of {person} is another one; nothing was done, and this is kept in the events"),
        ),
    }
}

/// With what people can do themselves.
pub(super) fn for_people(refusal: &ProofRefusal) -> Text {
    match refusal {
        ProofRefusal::InitialPassword(_) => Text::new(
            "初期パスワードのままです。先に、ログインしてパスワードを変更してください。",
            "the password is an initial one: log in and change it first",
        ),
        ProofRefusal::Login(_)
        | ProofRefusal::NoOperator(_)
        | ProofRefusal::NotShown(_)
        | ProofRefusal::OtherOperator { .. } => super::ask::by_the_city(),
        ProofRefusal::TooManyWrong(_) => Text::new(
            "パスワードの間違いが続いています。15分ほど待ってから、もう一度お試しください。",
            "too many wrong passwords: wait 15 minutes and try again",
        ),
        ProofRefusal::WrongPassword(_) => Text::new(
            "パスワードが違います。わからないときは、柏市へ再設定をお申し込みください。",
            "the password is another one: the city can reset it",
        ),
    }
}
