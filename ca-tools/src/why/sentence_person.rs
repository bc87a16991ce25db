//! What is said of a login, of an ID, of what somebody may do.
//!
//! A caller is told no more than the page told them of whether an ID exists: whoever calls may be anybody.

use pages::Language;
use pages::calendar::minute as in_language;

use super::sentence::{Circumstances, Sentences};
use crate::calendar::minute;
use crate::language::Text;

pub(super) fn locked(facts: Circumstances<'_>) -> Sentences {
    let mut said = Sentences::of(
        ["続けて5回ログインに失敗したため、このIDを止めています。", "this ID is paused after five failed logins"],
        [
            "パスワードの間違いが続いたので、30分ほど止まっています。しばらく待って、もう一度ゆっくり入れてください。",
            "The password was wrong several times, so it is paused for half an hour. Please wait, and enter it slowly.",
        ],
    );
    if let Some(until) = facts.span.until {
        said.tell = Text::new(
            format!(
                "パスワードの間違いが続いたので、{}まで止まっています。ご本人の確認ができれば、すぐに使えるようにします。",
                minute(until)
            ),
            format!(
                "The password was wrong several times, so it is paused until {}. Once we know who you are, we open it at once.",
                in_language(Language::English, until)
            ),
        );
    }
    said
}

pub(super) fn no_session() -> Sentences {
    Sentences::of(
        ["ログインしていませんでした（ログアウトした後か、まだログインしていません）。", "nobody was logged in"],
        [
            "IDとパスワードを入れる画面から、入り直してください。",
            "Please go to the login page, and enter your ID and password.",
        ],
    )
}

pub(super) fn too_long() -> Sentences {
    Sentences::of(
        ["ログインしてから、決められた時間が過ぎました。", "the login is over its longest time"],
        [
            "入ってから時間がたったので、自動で終わりました。もう一度、IDとパスワードを入れてください。",
            "You were logged in for a long time, so it ended by itself. Please enter your ID and password again.",
        ],
    )
}

pub(super) fn idle() -> Sentences {
    Sentences::of(
        ["しばらく操作がなかったため、自動でログアウトしました。", "nothing was done for a while"],
        [
            "しばらくお使いにならなかったので、自動で終わりました。もう一度、IDとパスワードを入れてください。",
            "Nothing was done for a while, so it ended by itself. Please enter your ID and password again.",
        ],
    )
}

pub(super) fn elsewhere() -> Sentences {
    Sentences::of(
        [
            "別の端末のログイン情報が、この端末で使われました。安全のため、そのログインを終わらせました。",
            "a login of another device was used here; it was ended for safety",
        ],
        [
            "ほかの端末でのログインが使われたので、安全のため終わらせました。もう一度ログインしてください。心当たりがなければ、パスワードを変えます。",
            "A login of another device was used, so we ended it. Please log in again. If you do not know why, we change the password.",
        ],
    )
}

pub(super) fn unknown() -> Sentences {
    Sentences::of(
        [
            "入力されたIDは登録されていません（打ち間違いが多い理由です）。",
            "there is no such ID; it is mistyped most often",
        ],
        [
            "IDかパスワードが違うようです。お渡しした紙を見て、IDを1文字ずつ確かめてください。",
            "The ID or the password is wrong. Please compare the ID with your paper, sign by sign.",
        ],
    )
}

pub(super) fn wrong(facts: Circumstances<'_>) -> Sentences {
    if facts.span.since.is_some() {
        return Sentences::of(
            [
                "初期パスワードが期限までに変更されなかったため、無効になっています。",
                "the initial password was not changed in time and opens nothing",
            ],
            [
                "お渡ししたパスワードは、期限が過ぎて使えなくなっています。ご本人の確認のうえで、新しいものをお渡しします。",
                "The password that you were given has lapsed. Once we know who you are, you get a new one.",
            ],
        );
    }
    Sentences::of(
        ["IDは登録されていますが、パスワードが違います。", "the ID is known, the password was wrong"],
        [
            "IDかパスワードが違うようです。大きい文字と小さい文字に気をつけて入れてください。お忘れでしたら、ご本人の確認のうえで新しいものをお渡しします。",
            "The ID or the password is wrong. Mind capital and small letters. If you forgot it, you get a new one once we know who you are.",
        ],
    )
}

pub(super) fn deleted() -> Sentences {
    Sentences::of(
        ["このIDは削除されています。元には戻せません。", "this ID was deleted for ever"],
        [
            "IDかパスワードが違うようです。新しいIDが必要でしたら、担当者の方からお申し込みください。",
            "The ID or the password is wrong. If you need a new ID, your contact applies for one.",
        ],
    )
}

pub(super) fn suspended() -> Sentences {
    Sentences::of(
        ["このIDを一時停止しています。", "this ID is on hold"],
        [
            "このIDは、届け出によりいま止めてあります。担当者の方と確かめて、よければすぐに元に戻します。",
            "This ID is on hold on a report. We ask your contact, and lift it at once if it may be used.",
        ],
    )
}

pub(super) fn closed() -> Sentences {
    Sentences::of(
        ["保守用のIDで、承認された時間帯ではありません。", "a maintenance account, outside its approved window"],
        [
            "保守用のIDなので、作業計画で決めた時間だけ使えます。計画書の日時を確かめて、始まってからもう一度ログインしてください。",
            "This is a maintenance ID: it works only in the hours of its work plan. Please check them, and log in again once they begin.",
        ],
    )
}

pub(super) fn other_office(facts: Circumstances<'_>) -> Sentences {
    let mut said = Sentences::of(
        ["IDの事業所と、端末の事業所が違います。", "the ID is of another office than the device"],
        [
            "パスワードの間違いではありません。そのIDは、ほかの事業所のものです。ご自分の事業所の端末からお使いください。",
            "Your password is not the problem. The ID is another office's: please use a device of your own office.",
        ],
    );
    if let (Some(device), Some(person)) = (&facts.standing.device, &facts.standing.person) {
        let (of, at) = (&person.office, &device.office);
        said.why = Text::new(
            format!("IDは{}（{}）、端末は{}（{}）のものです。", of.name, of.no, at.name, at.no),
            format!("the ID is of {} ({}), the device of {} ({})", of.name, of.no, at.name, at.no),
        );
    }
    said
}

pub(super) fn not_listed(facts: Circumstances<'_>) -> Sentences {
    let mut said = Sentences::of(
        [
            "この端末は使う人が決まっていて、このIDは入っていません。",
            "the device serves listed people, and this ID is none",
        ],
        [
            "パスワードの間違いではありません。この端末は使う方が決まっています。お使いになる必要があれば、担当者の方からお申し出ください。",
            "Your password is not the problem. This device is for certain people. If you need it, your contact asks us.",
        ],
    );
    if let Some(listed) = facts.standing.device.as_ref().and_then(|device| device.listed.as_ref()) {
        let listed = if listed.is_empty() { "-".to_owned() } else { listed.join(" ") };
        said.why = Text::new(
            format!("この端末は使う人が決まっていて、このIDは入っていません（利用者：{listed}）。"),
            format!("the device serves listed people, and this ID is none of them ({listed})"),
        );
    }
    said
}

pub(super) fn initial() -> Sentences {
    Sentences::of(
        [
            "初期パスワードのままです。変更するまで、ほかの画面は開けません。",
            "the initial password was not changed yet",
        ],
        [
            "お渡ししたパスワードは、最初の1回だけのものです。いま出ている画面で、ご自分で決めたパスワードに変えてください。",
            "The password that you were given is for the first time only. Please change it to your own on the page that you see.",
        ],
    )
}

pub(super) fn not_invited(facts: Circumstances<'_>) -> Sentences {
    let known = facts.standing.room.as_ref().and_then(|room| room.known.as_ref());
    match known {
        Some(room) if room.open => {
            let mut said = Sentences::of(
                ["", ""],
                [
                    "その部屋には、まだ招待されていません。部屋の名前と、お名前を確かめて、招待いたします。",
                    "You are not invited to that room. Please tell me the room and your name, and we invite you.",
                ],
            );
            said.why = Text::new(
                format!("部屋「{}」に招待されていません。", room.name),
                format!("not invited to the room {:?}", room.name),
            );
            said
        }
        Some(_) => Sentences::of(
            ["その部屋は終了しています。", "that room was closed"],
            [
                "その部屋は、もう終わっています。部屋の名前をもう一度確かめてください。",
                "That room is closed. Please check its name.",
            ],
        ),
        None => Sentences::of(
            ["その部屋はありません。", "there is no such room"],
            [
                "その部屋は見つかりませんでした。最初の画面の一覧から、部屋を選び直してください。",
                "There is no such room. Please choose it from the list on the first page.",
            ],
        ),
    }
}

pub(super) fn untrained() -> Sentences {
    Sentences::of(
        [
            "個人情報保護研修会の受講が登録されていません（市の決まりで、受講した人だけが使えます）。",
            "no training is recorded of this person, and the city's policy asks for one",
        ],
        [
            "研修会を受けていただいた方だけが使える画面です。受講済みでしたら、こちらで登録すればすぐに使えます。まだでしたら、次の日程をご案内します。",
            "That page is for people who attended the training. If you did, we record it and it opens at once; if not, we tell you of the next one.",
        ],
    )
}

pub(super) fn may_not() -> Sentences {
    Sentences::of(
        ["このIDまたは端末では、その画面や操作は許可されていません。", "this ID or device may not use that page"],
        [
            "その画面は、お使いのIDでは開けないことになっています。仕事に必要でしたら、担当者の方からお申し出ください。",
            "That page is not for your ID. If your work needs it, your contact asks us.",
        ],
    )
}
