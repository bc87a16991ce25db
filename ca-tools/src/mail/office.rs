//! Letters on what is known of an office.

use certs::Timestamp;

use super::letterhead::{Written, addressed};
use crate::desk::page::minute;

pub(super) fn mail_changed((office, contact): (&str, &str), (before, after): (&str, &str), at: i64) -> Written {
    let shown = |address: &str| if address.is_empty() { "（なし）".to_owned() } else { address.to_owned() };
    Written::new(
        "メールアドレスの変更のお知らせ",
        &[
            addressed(office, contact),
            format!("{}に、事業所の登録メールアドレスを変更しました。", minute(Timestamp::from_unix(at))),
            format!("変更前：{}\n変更後：{}", shown(before), shown(after)),
            "このメールは、変更前と変更後の両方のアドレスにお送りしています。これからのお知らせは、変更後のアドレスにお送りします。".to_owned(),
            "お心当たりがない場合は、すぐに柏市へご連絡ください。".to_owned(),
        ],
    )
}
