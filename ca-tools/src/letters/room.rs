//! Letters on rooms. A room has its number here and no name: that may be a patient's.

use certs::Timestamp;

use super::letterhead::{Letterhead, Written, addressed};
use crate::calendar::minute;

/// Somebody of an office was invited into a room.
pub(super) struct Invitation<'a> {
    pub(super) office: &'a str,
    pub(super) contact: &'a str,
    pub(super) login_id: &'a str,
    pub(super) room: &'a str,
    pub(super) at: i64,
}

pub(super) fn invited(head: &Letterhead<'_>, invitation: &Invitation<'_>) -> Written {
    let Invitation { office, contact, login_id, room, at } = *invitation;
    let at = minute(Timestamp::from_unix(at));
    Written::new(
        format!("部屋への招待（{login_id}）"),
        &[
            addressed(office, contact),
            format!("{at}に、次の利用者を部屋に招待しました。ご本人にお伝えください。"),
            format!("利用者：{login_id}\n部屋番号：{room}\n部屋：{}/rooms/{room}", head.links.service),
            "ログインすると、部屋の一覧からも開けます。部屋の名前は、メールには書きません。".to_owned(),
            "お心当たりがない場合は、柏市へご連絡ください。".to_owned(),
        ],
    )
}
