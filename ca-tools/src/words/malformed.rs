//! A field, or a wish, that cannot stand as it is.

use crate::language::Text;
use crate::refusal::Malformed;

/// With the option by which it is typed, and what operators type instead.
pub(super) fn for_operators(refusal: &Malformed) -> Text {
    let (field, why) = match refusal {
        Malformed::Strange(field, strange) => (*field, strange.text()),
        Malformed::TooLong(field, most) => (*field, too_long(*most)),
        Malformed::BothWays(_) | Malformed::NobodyLeft(_) | Malformed::ServesEveryone(_) => {
            ("device users", asked(refusal))
        }
        Malformed::OfficeWithout(detail) => (detail.option(), asked(refusal)),
        Malformed::DayToCome(fact) | Malformed::NoDay(fact) | Malformed::RoomLacks(fact) => {
            (fact.option(), asked(refusal))
        }
        Malformed::EndIsPast => ("--until", asked(refusal)),
        Malformed::NobodyConsented => ("room consent", asked(refusal)),
        Malformed::PersonWithoutName => ("--name", asked(refusal)),
        Malformed::NoInspector => ("--inspector", asked(refusal)),
        Malformed::ReportToCome => ("--reported-on", asked(refusal)),
        Malformed::NoRole(_) | Malformed::ReaderOfFile => ("--reader", asked(refusal)),
        Malformed::TicketIsDead(_) | Malformed::TicketIsOver(_) => ("ticket", asked(refusal)),
        Malformed::DeviceWithoutLabel => ("label", asked(refusal)),
        Malformed::HouseInUse => ("example", asked(refusal)),
        Malformed::MailIsOver => ("mail", asked(refusal)),
        Malformed::MonthBefore(_) | Malformed::MonthNotOver(_) | Malformed::MonthReviewed(..) => {
            ("--month", asked(refusal))
        }
        Malformed::AlreadyHeld(_) | Malformed::HoldToCome(_) | Malformed::NotHeld(_) => ("retention", asked(refusal)),
        Malformed::NoAuthority(_) => ("issuer", asked(refusal)),
        Malformed::NothingChanges => ("update", asked(refusal)),
        Malformed::NotPassed => ("result", asked(refusal)),
        Malformed::RoomWithoutName => ("name", asked(refusal)),
        Malformed::NobodyInvited | Malformed::TooManyInvited(_) => ("room invite", asked(refusal)),
        Malformed::SameDevice(_) => ("--to", asked(refusal)),
    };
    Text::new(format!("{field}：{}", why.ja), format!("{field}: {}", why.en))
}

/// What cannot stand, without the name of a field.
#[expect(clippy::too_many_lines, reason = "one table: a sentence a mistake")]
pub(super) fn asked(refusal: &Malformed) -> Text {
    match refusal {
        Malformed::AlreadyHeld(hold) => Text::new(
            format!("{hold} のためには、すでに消さないようにしてあります。"),
            format!("{hold} is on hold already"),
        ),
        Malformed::HoldToCome(day) => Text::new(
            format!(
                "{}は、まだ来ていません。残すものの始まりの日を確かめてください。すべて残すときは、日付を書かないでください。",
                day.japanese()
            ),
            format!("{day} is to come: name the first day of what is kept, or none for all of it"),
        ),
        Malformed::NotHeld(hold) => Text::new(
            format!("{hold} のために止めているものはありません。名前を確かめてください。"),
            format!("{hold} is not on hold"),
        ),
        Malformed::BothWays(both) => Text::new(
            format!("{both} を同時に加えて外すことはできません。"),
            format!("{both} cannot be added and taken off at once"),
        ),
        Malformed::DayToCome(fact) => {
            Text::new(format!("{}に、先の日付は使えません。", fact.japanese()), "is to come: what was is written down")
        }
        Malformed::EndIsPast => Text::new(
            "招待の期限がすでに過ぎています。これからの日付にしてください。",
            "has passed already: name a day to come",
        ),
        Malformed::NoDay(fact) => Text::new(
            format!("{}は、2026-11-28 のような日付で入力してください。{}", fact.japanese(), fact.hint()),
            "is no day: write 2026-11-28",
        ),
        Malformed::NobodyConsented => Text::new(
            "本人か家族の、少なくとも一方の同意の日が必要です。両方を「なし」にはできません。",
            "the person or the family consented: both cannot be none",
        ),
        Malformed::RoomLacks(fact) => Text::new(
            format!("{}を入力してください。{}", fact.japanese(), fact.hint()),
            format!("is missing ({})", fact.as_str()),
        ),
        Malformed::DeviceWithoutLabel => Text::new(
            "どの端末か分かる呼び名を指定してください。",
            "a device has a label, so that people know which one it is",
        ),
        Malformed::MailIsOver => Text::new(
            "すでに送信したか、送る必要がなくなったメールです。もう一度送ることはできません。",
            "was sent already, or is no longer needed; it cannot be sent again",
        ),
        Malformed::MonthBefore(month) => Text::new(
            format!("{month} は、台帳を作る前の月です。月を確かめてください。"),
            format!("{month} is before there was a registry"),
        ),
        Malformed::MonthNotOver(month) => Text::new(
            format!("{month} はまだ終わっていません。月が終わってから確認してください。"),
            format!("{month} is not over; review it when it is"),
        ),
        Malformed::MonthReviewed(month, by) => Text::new(
            format!("{month} の点検は、{by} がすでに確認しています。"),
            format!("{month} was reviewed by {by}"),
        ),
        Malformed::NoAuthority(name) => {
            Text::new(format!("認証局 {name} は台帳にありません。"), format!("{name} is not in the registry"))
        }
        Malformed::NoInspector => Text::new(
            "検査した人の氏名か番号を入力してください（システム提供者の報告による検査のとき）。",
            "name who inspected, by the provider's report",
        ),
        Malformed::ReportToCome => Text::new(
            "報告日が今日より後の日です。報告書の日付を確かめてください。",
            "the day of the report is to come: look at its date",
        ),
        Malformed::NoRole(role) => {
            Text::new(format!("{role:?} はロール名ではありません。"), format!("{role:?} is no name of a role"))
        }
        Malformed::HouseInUse => Text::new(
            "ほかにも承認できる職員がいるため、見本は作れません。見本は、試すための台帳で作ってください。",
            "another operator could approve it: examples are made in a registry for trying out",
        ),
        Malformed::NobodyInvited => Text::new("招待する人を、1人以上指定してください。", "name somebody to invite"),
        Malformed::NobodyLeft(device) => Text::new(
            format!(
                "{device} は個人所有の端末で、利用者がいなくなります。退職・異動は user delete・user move、使わなくなった端末は cert revoke を使ってください。"
            ),
            format!("{device} is a personal device and would serve nobody: use user delete, user move or cert revoke"),
        ),
        Malformed::NothingChanges => Text::new("変更する項目がありません。", "nothing would change"),
        Malformed::NotPassed => Text::new(
            "満たしていない項目があるので、合格にはできません。--result fail で登録するか、--unticked を外してください。",
            "an inspection with an unticked item has not been passed",
        ),
        Malformed::OfficeWithout(detail) => match detail.emptied() {
            Err(what) => what,
            Ok(_) => Text::new("入力してください。", "is needed"),
        },
        Malformed::PersonWithoutName => Text::new("氏名を指定してください。", "a person has a name"),
        Malformed::ReaderOfFile => Text::new(
            "PostgreSQL でだけ使えます。SQLite ではファイルの所有者と権限で決まります。",
            "is for PostgreSQL; who reads an SQLite file is said by its owner and mode",
        ),
        Malformed::RoomWithoutName => Text::new("部屋の名前を指定してください。", "a room has a name"),
        Malformed::SameDevice(device) => Text::new(
            format!("{device} は入れ替える端末と同じです。同じ端末の電子証明書は cert renew で更新してください。"),
            format!("{device} is the device to be replaced: renew its own certificate with cert renew"),
        ),
        Malformed::ServesEveryone(device) => Text::new(
            format!("{device} は事業所の全員が使える端末です。加える・外す必要はありません。"),
            format!("{device} serves everyone of its office; nobody is added or taken off"),
        ),
        Malformed::Strange(_, strange) => strange.text(),
        Malformed::TicketIsDead(ticket) => Text::new(
            format!("{ticket} はすでに無効です。何も変更していません。"),
            format!("{ticket} is dead already; nothing was changed"),
        ),
        Malformed::TicketIsOver(ticket) => Text::new(
            format!("{ticket} は使用済みで、期限も過ぎているため、もう何も取得できません。何も変更していません。"),
            format!("{ticket} is used and its time is over: it opens nothing; nothing was changed"),
        ),
        Malformed::TooLong(_, most) => too_long(*most),
        Malformed::TooManyInvited(most) => Text::new(
            format!("1回に指定できるのは{most}名までです。分けて行ってください。何も変更していません。"),
            format!("no more than {most} are named at once; nothing was changed"),
        ),
    }
}

fn too_long(most: usize) -> Text {
    Text::new(format!("{most}文字以内にしてください。"), format!("longer than {most} characters"))
}

/// Without the name of an option: a page shows its fields by their own.
pub(super) fn for_people(refusal: &Malformed) -> Text {
    match refusal {
        Malformed::NoAuthority(_)
        | Malformed::NoRole(_)
        | Malformed::ReaderOfFile
        | Malformed::MailIsOver
        | Malformed::NoInspector
        | Malformed::ReportToCome
        | Malformed::NotPassed => super::ask::by_the_city(),
        Malformed::NobodyLeft(device) => Text::new(
            format!(
                "{device} は個人所有の端末で、利用者がいなくなります。退職・異動のときや、端末を使わなくなったときは、柏市へご連絡ください。"
            ),
            format!(
                "{device} is a personal device and would serve nobody: if its person leaves or it goes, call the city"
            ),
        ),
        Malformed::SameDevice(device) => Text::new(
            format!("{device} は入れ替える端末と同じです。同じ端末では、電子証明書を更新してください。"),
            format!("{device} is the device to be replaced: renew its own certificate"),
        ),
        Malformed::AlreadyHeld(_)
        | Malformed::HoldToCome(_)
        | Malformed::NotHeld(_)
        | Malformed::BothWays(_)
        | Malformed::DayToCome(_)
        | Malformed::DeviceWithoutLabel
        | Malformed::EndIsPast
        | Malformed::HouseInUse
        | Malformed::MonthBefore(_)
        | Malformed::MonthNotOver(_)
        | Malformed::MonthReviewed(..)
        | Malformed::NoDay(_)
        | Malformed::NobodyConsented
        | Malformed::NobodyInvited
        | Malformed::NothingChanges
        | Malformed::OfficeWithout(_)
        | Malformed::PersonWithoutName
        | Malformed::RoomLacks(_)
        | Malformed::RoomWithoutName
        | Malformed::ServesEveryone(_)
        | Malformed::Strange(..)
        | Malformed::TicketIsDead(_)
        | Malformed::TicketIsOver(_)
        | Malformed::TooLong(..)
        | Malformed::TooManyInvited(_) => asked(refusal),
    }
}
