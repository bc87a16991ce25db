//! A letter on a person's password.
//!
//! A person has no address of their own here: their office's contact is told, who asks them. So whoever talked the city into a
//! new password for somebody else's ID is found out by the next who reads the mail.

use certs::Timestamp;

use super::facts::Hold;
use super::letterhead::{Written, addressed};
use crate::calendar::minute;

pub(super) fn password_reset((office, contact): (&str, &str), person: &str, (at, hold): (i64, Hold)) -> Written {
    let next = match hold {
        Hold::NotHeld => {
            "新しい初期パスワードは、柏市からご本人に、メールとは別の方法でお渡しします。最初のログインで、ご本人がご自分のパスワードに変えます。"
        }
        Hold::Held => "このIDは、安全のため一時停止しています。確認のうえ、再開します。柏市へご連絡ください。",
    };
    Written::new(
        "利用者のパスワードを初期化しました",
        &[
            addressed(office, contact),
            format!(
                "{}に、次の利用者のパスワードを初期化しました。前のパスワードでは、ログインできません。",
                minute(Timestamp::from_unix(at))
            ),
            format!("利用者：{person}"),
            next.to_owned(),
            "ご本人が頼んだものか、ご確認ください。お心当たりがない場合は、すぐに柏市へご連絡ください。".to_owned(),
        ],
    )
}
