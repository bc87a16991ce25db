//! A registry that does not answer.

use crate::language::Text;
use crate::refusal::{ServerFault, Unavailable};

/// With what operators type next.
pub(super) fn for_operators(refusal: &Unavailable) -> Text {
    match refusal {
        Unavailable::Missing(at) => Text::new(
            format!(
                "台帳がありません：{at}。--config の registry.url を確かめるか、ca-tools init で作成してください。"
            ),
            format!("there is no registry at {at}: check registry.url of --config, or make one with ca-tools init"),
        ),
        Unavailable::AlreadyThere(at) => Text::new(
            format!("台帳がすでにあります：{at}。上書きはしません。別の場所を指定してください。"),
            format!("there is a registry already at {at}; it is never overwritten: name another place"),
        ),
        Unavailable::Locked => Text::new(
            "台帳をほかのプログラムが使用中のため、変更できませんでした。何も変更していません。少し待って、もう一度実行してください。",
            "the registry is held by another program; nothing was changed: wait a moment and run this again",
        ),
        Unavailable::Journal(why) => super::journal::for_operators(why),
        Unavailable::DiskFull => Text::new(
            "台帳のあるディスクに空きがありません。何も変更していません。空きを作って、もう一度実行してください。",
            "the disk under the registry is full; nothing was changed: make room and run this again",
        ),
        Unavailable::ReadOnly(why) => Text::new(
            "台帳に書き込めません。何も変更していません。ファイルの所有者と書き込み権限を確かめてください。",
            format!(
                "the registry cannot be written ({why}); nothing was changed: check the owner and mode of its file"
            ),
        ),
        Unavailable::ServerReadOnly(why) => Text::new(
            "台帳のサーバー（PostgreSQL）が変更を受け付けません。何も変更していません。切替のあとの複製（読み取り専用）につながっていないか、registry.url のロールに書き込みの権限があるかを確かめてください。",
            format!(
                "the registry's server takes no changes ({why}); nothing was changed: is it a read-only replica after a fail-over, may the role of registry.url write?"
            ),
        ),
        Unavailable::Server(fault, why) => Text::new(
            format!("台帳のサーバー（PostgreSQL）に接続できません：{}何も変更していません。", japanese(*fault)),
            format!("the registry cannot be reached: {why}; nothing was changed"),
        ),
        Unavailable::TookTooLong => Text::new(
            "台帳のサーバー（PostgreSQL）が時間切れで処理を打ち切りました。何も変更していません。もう一度実行し、続くならサーバーの statement_timeout と負荷を確かめてください。",
            "the registry's server ended the work for taking too long; nothing was changed: run this again, and look at its statement_timeout and load if it goes on",
        ),
        Unavailable::Unreachable(why) => Text::new(
            format!("台帳に接続できません：{why}。サーバーが動いているか、registry.url が正しいかを確かめてください。"),
            format!("the registry cannot be reached: {why}: check that its server runs and that registry.url is right"),
        ),
        Unavailable::Untrusted(why) => Text::new(
            format!(
                "台帳のサーバーが本物か確かめられません（{why}）。接続していません。registry.url のサーバー名と sslrootcert の証明書を確かめてください。"
            ),
            format!(
                "the registry's server does not prove who it is ({why}); nothing was sent: check its name and the \
                 certificate at sslrootcert in registry.url"
            ),
        ),
        Unavailable::NotARegistry(why) => Text::new(
            format!("台帳ではないか、このプログラムと版が違います：{why}。registry.url を確かめてください。"),
            format!("this is not a registry, or not one of this program's version: {why}: check registry.url"),
        ),
        Unavailable::Corrupt(why) => Text::new(
            format!("台帳の内容が壊れています：{why}。ca-tools doctor を実行し、必要なら控えから戻してください。"),
            format!("the registry holds what it should not: {why}: run ca-tools doctor, restore a backup if need be"),
        ),
        Unavailable::Other(why) => Text::new(
            format!("台帳が処理を断りました：{why}。何も変更していません。"),
            format!("the registry refused: {why}; nothing was changed"),
        ),
    }
}

fn japanese(fault: ServerFault) -> &'static str {
    match fault {
        ServerFault::Login => "ユーザー名かパスワードが違います。registry.url を確かめてください。",
        ServerFault::NoDatabase => "その名前のデータベースがありません。registry.url を確かめてください。",
        ServerFault::NoPlace => "接続の数が上限に達しています。少し待って、もう一度実行してください。",
        ServerFault::PooledByStatement => {
            "間に立つプログラム（PgBouncer など）が文ごとに接続を替えています。セッション単位（pool_mode = session）にしてください。"
        }
        ServerFault::PoolTakesNoSettings => {
            "間に立つプログラム（PgBouncer など）が接続の設定を受け付けません。ignore_startup_parameters = options を設定してください。"
        }
        ServerFault::StartsOrStops => "サーバーが停止または起動の途中です。少し待って、もう一度実行してください。",
    }
}

/// What is wrong with the house's own machines is for the house.
pub(super) fn for_people(refusal: &Unavailable) -> Text {
    match refusal {
        Unavailable::Journal(why) => super::journal::for_people(why),
        Unavailable::Missing(_)
        | Unavailable::AlreadyThere(_)
        | Unavailable::Locked
        | Unavailable::DiskFull
        | Unavailable::ServerReadOnly(_)
        | Unavailable::Server(..)
        | Unavailable::TookTooLong
        | Unavailable::ReadOnly(_)
        | Unavailable::Unreachable(_)
        | Unavailable::Untrusted(_)
        | Unavailable::NotARegistry(_)
        | Unavailable::Corrupt(_)
        | Unavailable::Other(_) => super::ask::not_now(),
    }
}
