//! An act that is not undone: why, and which act takes it back instead.

use crate::calendar::minute;
use crate::language::Text;
use crate::undo::{Instead, Lasting, MayUndo, UndoRefusal};

/// Why, and the command that is there instead.
pub(super) fn for_operators(refusal: &UndoRefusal) -> Text {
    let why = why(refusal);
    let look = Text::new("audit list で番号を確かめてください。", "look its number up with audit list");
    let (ja, en) = match refusal {
        UndoRefusal::Unknown(_) => (look.ja, look.en),
        UndoRefusal::Already(_, version)
        | UndoRefusal::Changed(version, None)
        | UndoRefusal::Changed(_, Some(version)) => (
            format!("audit show {version} と、いまの内容を確かめてください。何も変更していません。"),
            format!("see audit show {version}, and how it stands now; nothing was changed"),
        ),
        UndoRefusal::ByTwo(_, instead)
        | UndoRefusal::Lasts(_, _, instead)
        | UndoRefusal::Late(_, _, instead)
        | UndoRefusal::LetterLeft(_, instead) => match instead {
            Some(Instead { ja, en, command }) => (
                format!("代わりにできる操作：{ja}（{command}）。何も変更していません。"),
                format!("instead: {en} ({command}); nothing was changed"),
            ),
            None => ("何も変更していません。".to_owned(), "nothing was changed".to_owned()),
        },
    };
    Text::new(format!("{}{ja}", why.ja), format!("{}: {en}", why.en))
}

/// Why, and what is there instead.
pub(super) fn for_console(refusal: &UndoRefusal) -> Text {
    let why = why(refusal);
    let instead = instead_of(refusal).map(|instead| format!("代わりに「{}」ができます。", instead.ja));
    let (ja, en) = (instead.unwrap_or_default(), why.en);
    Text::new(format!("{}{ja}何も変更していません。", why.ja), format!("{en}; nothing was changed"))
}

/// The act that is there instead.
pub(crate) fn instead_of(refusal: &UndoRefusal) -> Option<Instead> {
    match refusal {
        UndoRefusal::ByTwo(_, instead)
        | UndoRefusal::Lasts(_, _, instead)
        | UndoRefusal::Late(_, _, instead)
        | UndoRefusal::LetterLeft(_, instead) => *instead,
        UndoRefusal::Already(..) | UndoRefusal::Changed(..) | UndoRefusal::Unknown(_) => None,
    }
}

/// Why, in one sentence.
pub(crate) fn why(refusal: &UndoRefusal) -> Text {
    let (ja, en) = match refusal {
        UndoRefusal::Already(_, by) => {
            (format!("すでに取り消されています（操作記録 {by}）。"), "it was undone already")
        }
        UndoRefusal::ByTwo(..) => ("2人で決めた操作なので、取り消せません。".to_owned(), "two decided on it"),
        UndoRefusal::Changed(..) => {
            ("このあとに別の操作がされたので、取り消せません。".to_owned(), "the same was changed since")
        }
        UndoRefusal::Lasts(_, why, _) => {
            let (ja, en) = lasting(*why);
            (ja.to_owned(), en)
        }
        UndoRefusal::Late(_, until, _) => {
            (format!("取り消せるのは10分以内（{} まで）でした。", minute(*until)), "its ten minutes are over")
        }
        UndoRefusal::LetterLeft(..) => {
            ("お知らせのメールを送ったので、取り消せません。".to_owned(), "a letter about it went out")
        }
        UndoRefusal::Unknown(version) => (format!("操作記録 {version} はありません。"), "there is no such event"),
    };
    Text::new(ja, en)
}

/// How long an act can be undone: what has a letter, until that is on its way, which is often a matter of seconds.
pub(crate) fn how_long(may: MayUndo) -> Text {
    let (ja, en) = match may.letters() {
        0 => ("", ""),
        _ => ("お知らせのメールが出る前なら、", "while its letter has not left, "),
    };
    Text::new(
        format!("{ja}{} まで取り消せます。", minute(may.until())),
        format!("{en}it can be undone until {}", may.until()),
    )
}

fn lasting(why: Lasting) -> (&'static str, &'static str) {
    match why {
        Lasting::ByItself => ("自動で残された記録なので、取り消すものがありません。", "the house did it by itself"),
        Lasting::Certificate => ("電子証明書の発行や失効は、取り消せません。", "a certificate came or went by it"),
        Lasting::House => ("認証局や台帳そのものの操作なので、取り消せません。", "it is of the house itself"),
        Lasting::HandedOver => {
            ("番号やパスワードを渡す操作なので、取り消せません。", "a number, a code or a password was handed over")
        }
        Lasting::Decided => ("承認や却下などの決定なので、取り消せません。", "it was decided, and others build on it"),
        Lasting::Lost => ("紛失の届けがあった端末の再開なので、取り消せません。", "the device had been reported lost"),
        Lasting::Over => ("終わりにする操作なので、元には戻せません。", "it is over for good"),
        Lasting::Own => ("本人だけに関わる操作なので、取り消せません。", "it is that person's own"),
        Lasting::OfMany => ("一覧にまとめて行ったので、1度では取り消せません。", "it was done to a list of many"),
        Lasting::Read => ("見ただけ、写しを取っただけなので、取り消すものがありません。", "nothing was changed by it"),
        Lasting::Recorded => ("取り消しではなく、新しい操作で直します。", "it is put right by another act"),
        Lasting::Told => ("メールを送る操作なので、取り消せません。", "a letter is on its way"),
    }
}
