//! Letters on rooms. A room has its number here and no name: that may be a patient's.

use certs::Timestamp;

use super::letterhead::{Letterhead, Written, addressed};
use crate::calendar::{last_day, minute};

/// Somebody of an office was invited into a room.
pub(super) struct Invitation<'a> {
    pub(super) office: &'a str,
    pub(super) contact: &'a str,
    pub(super) login_id: &'a str,
    pub(super) room: &'a str,
    pub(super) at: i64,
    /// The first second on which it is none any more.
    pub(super) until: Option<i64>,
}

impl Invitation<'_> {
    fn who(&self, head: &Letterhead<'_>) -> String {
        let Self { login_id, room, .. } = self;
        format!(
            "利用者：{login_id}\n部屋番号：{room}\n部屋：{}/rooms/{room}\n期限：{}",
            head.links.service,
            self.lasts()
        )
    }

    fn lasts(&self) -> String {
        match self.until {
            Some(until) => format!("{}まで", last_day(Timestamp::from_unix(until))),
            None => "なし（取り消されるまで）".to_owned(),
        }
    }
}

pub(super) fn invited(head: &Letterhead<'_>, invitation: &Invitation<'_>) -> Written {
    let Invitation { office, contact, login_id, at, until, .. } = *invitation;
    let at = minute(Timestamp::from_unix(at));
    Written::new(
        format!("部屋への招待（{login_id}）"),
        &[
            addressed(office, contact),
            format!("{at}に、次の利用者を部屋に招待しました。ご本人にお伝えください。"),
            invitation.who(head),
            "ログインすると、部屋の一覧からも開けます。部屋の名前は、メールには書きません。".to_owned(),
            until.map_or_else(String::new, |_| {
                "期限を過ぎると、部屋に入れなくなります。続けて必要なときは、期限の前に柏市へご連絡ください。"
                    .to_owned()
            }),
            "お心当たりがない場合は、柏市へご連絡ください。".to_owned(),
        ],
    )
}

/// It ends at another moment than was said.
pub(super) fn extended(head: &Letterhead<'_>, invitation: &Invitation<'_>) -> Written {
    let Invitation { office, contact, login_id, at, .. } = *invitation;
    let at = minute(Timestamp::from_unix(at));
    Written::new(
        format!("部屋への招待の期限の変更（{login_id}）"),
        &[
            addressed(office, contact),
            format!("{at}に、次の利用者の部屋への招待の期限を変更しました。ご本人にお伝えください。"),
            invitation.who(head),
            "お心当たりがない場合は、柏市へご連絡ください。".to_owned(),
        ],
    )
}
