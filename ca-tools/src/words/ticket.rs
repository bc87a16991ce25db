//! What is a person told whose ticket gives nothing? (ca-tools/README.md#pick-up) Operators are told the same.

use crate::calendar::minute;
use crate::language::Text;
use crate::ticket::TicketRefusal;

/// What is wrong, and what to do.
pub(super) fn for_anybody(refusal: &TicketRefusal) -> Text {
    match refusal {
        TicketRefusal::Expired { until } => Text::new(
            format!("取得の期限（{}）を過ぎました。柏市へ再発行をお申し込みください。", minute(*until)),
            format!("this number expired at {until}: ask the city for another one"),
        ),
        TicketRefusal::Killed => Text::new(
            "この取得用番号は使えなくなっています。確認コードの間違いが続いたか、新しい番号が発行されたためです。\
             柏市へ再発行をお申し込みください。",
            "this number opens nothing any more: ask the city for another one",
        ),
        TicketRefusal::NotTaken => Text::new(
            "まだ電子証明書を取得していません。先に［取得する］を押してください。",
            "nothing was taken on this number yet",
        ),
        TicketRefusal::Used { other: true, .. } => Text::new(
            "この取得用番号では、すでに電子証明書を取得しています。ファイルを開けなかったときは、［別の形式で取得する］を1回だけ選べます。",
            "this number was used; the other container can still be taken, once",
        ),
        TicketRefusal::Used { at, other: false } => Text::new(
            format!(
                "この取得用番号は使用済みです（{}）。もう一度必要な場合は、柏市へ再発行をお申し込みください。",
                minute(*at)
            ),
            format!("this number was used at {at}: ask the city for another one"),
        ),
        TicketRefusal::Wrong { left } => Text::new(
            format!("取得用番号または確認コードをご確認ください。（あと{left}回で、この番号は使えなくなります）"),
            format!("the number or the code is another one ({left} more tries)"),
        ),
    }
}
