//! What an office lacks before a day, and what is done about it: the same words for the office, for the console and for commands.

use certs::Timestamp;

use crate::calendar::day;
use crate::language::{Language, Text};
use crate::readiness::{DeviceLack, HybridShare, Lack, LackingDevice, Unanswered};

/// What is missing, and what to do.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct LackWords {
    pub(crate) lacking: Text,
    pub(crate) remedy: Text,
}

/// The same day for whoever reads English.
fn on(at: Timestamp) -> String {
    pages::calendar::day(Language::English, at)
}

fn words(lacking: (String, String), remedy: (&str, &str)) -> LackWords {
    LackWords { lacking: Text::new(lacking.0, lacking.1), remedy: Text::new(remedy.0, remedy.1) }
}

/// What is said of it.
pub(crate) fn lacking(lack: &Lack) -> LackWords {
    let plain = |ja: &str, en: &str| (ja.to_owned(), en.to_owned());
    match lack {
        Lack::OfficeOnHold => words(
            plain("事業所の利用が一時停止中です。", "the office is on hold"),
            ("再開については、柏市へご連絡ください。", "ask the city about it"),
        ),
        Lack::NoContact => words(
            plain(
                "カシワニネット担当者のIDが決まっていません。事業所からの申請や届出ができません。",
                "nobody speaks for the office: it can apply for nothing",
            ),
            ("担当者になる人を決めて、柏市へご連絡ください。", "decide on somebody, and tell the city"),
        ),
        Lack::NoMail => words(
            plain("メールアドレスが登録されていません。お知らせが届きません。", "no mail address: no letter arrives"),
            ("様式2で、メールアドレスを届け出てください。", "hand in one with form 2"),
        ),
        Lack::NobodyGetsIn => words(
            plain(
                "このままでは、その日にログインできる人がいません。",
                "as things stand nobody of the office can log in on that day",
            ),
            (
                "使える端末とIDの組を、1つ以上用意してください。下の一覧をご覧ください。",
                "get one device and one ID ready at least",
            ),
        ),
        Lack::Unanswered(Unanswered { campaign, due, unconfirmed: true, .. }) => words(
            (
                format!("現況届（{campaign}）の回答が、まだ提出されていません。期限は {} です。", day(*due)),
                format!("{campaign} is answered and not confirmed; it is due on {}", on(*due)),
            ),
            ("内容を確かめて、提出してください。", "look at the answers, and confirm them"),
        ),
        Lack::Unanswered(Unanswered { campaign, due, rows, .. }) => words(
            (
                format!(
                    "現況届（{campaign}）に、まだ回答していないものが{rows}件あります。期限は {} です。",
                    day(*due)
                ),
                format!("{rows} rows of {campaign} are not answered; it is due on {}", on(*due)),
            ),
            ("期限までに、現況届に回答してください。", "answer by then"),
        ),
        Lack::Of(device, lack) => of_device(device, *lack),
    }
}

fn of_device(LackingDevice { device, label }: &LackingDevice, lack: DeviceLack) -> LackWords {
    let both = |ja: String, en: String| (format!("{label}（{device}）{ja}"), format!("{label} ({device}) {en}"));
    match lack {
        DeviceLack::CertificateEnds { at } => words(
            both(
                format!("の電子証明書の期限は {} です。", day(at)),
                format!("has a certificate that ends on {}", on(at)),
            ),
            (
                "期限の90日前から、その端末でログインして更新できます。期限が切れたあとは、その端末の画面の案内に従ってください。",
                "renew it on that device, from 90 days before its end",
            ),
        ),
        DeviceLack::ApprovalEnds { at } => words(
            both(format!("の利用の承認は {} までです。", day(at)), format!("is approved until {}", on(at))),
            ("使い続けるときは、柏市へご連絡ください。", "ask the city to go on approving it"),
        ),
        DeviceLack::NotApproved => words(
            both("は、柏市の検査か承認を待っています。".to_owned(), "waits for the city's approval".to_owned()),
            ("柏市からの連絡をお待ちください。", "wait for the city"),
        ),
        DeviceLack::NoCertificate { ticket_until: Some(at) } => words(
            both(
                format!("に、まだ電子証明書が入っていません。取得用番号の期限は {} です。", day(at)),
                format!("has no certificate yet; its ticket ends on {}", on(at)),
            ),
            ("メールの案内に従って、期限までに取得してください。", "pick it up by then"),
        ),
        DeviceLack::NoCertificate { ticket_until: None } => words(
            both("に、使える電子証明書がありません。".to_owned(), "has no certificate".to_owned()),
            (
                "使うときは、柏市へご連絡ください。使わないときは、使わなくなったことを届け出てください。",
                "ask the city for one, or say that it is no longer used",
            ),
        ),
        DeviceLack::OnHold => words(
            both("は、利用が一時停止中です。".to_owned(), "is on hold".to_owned()),
            ("見つかったときや再開したいときは、柏市へご連絡ください。", "ask the city to resume it"),
        ),
        DeviceLack::ServesNobody => words(
            both("は、使える人がいません。".to_owned(), "serves nobody who could log in".to_owned()),
            ("使う人を、柏市へご連絡ください。", "tell the city who uses it"),
        ),
    }
}

/// How devices agreed on keys at their last login.
pub(crate) fn hybrid(share: HybridShare) -> Text {
    let HybridShare { hybrid, known } = share;
    Text::new(
        format!("最後のログインで、量子計算機にも備えた暗号を使った端末：{known}台のうち{hybrid}台"),
        format!("devices whose last login was safe from quantum computers, too: {hybrid} of {known}"),
    )
}

#[cfg(test)]
mod tests {
    use certs::DeviceNo;

    use super::*;
    use crate::words::tests::speaks_to_people;

    #[test]
    fn what_an_office_lacks_is_said_without_a_command() {
        let at = Timestamp::from_unix(1_800_000_000);
        let of = |lack| Lack::Of(LackingDevice { device: DeviceNo::new(1).unwrap(), label: "青".to_owned() }, lack);
        for lack in [
            Lack::OfficeOnHold,
            Lack::NoContact,
            Lack::NoMail,
            Lack::NobodyGetsIn,
            Lack::Unanswered(Unanswered { campaign: "C-2026".to_owned(), due: at, rows: 3, unconfirmed: false }),
            Lack::Unanswered(Unanswered { campaign: "C-2026".to_owned(), due: at, rows: 0, unconfirmed: true }),
            of(DeviceLack::CertificateEnds { at }),
            of(DeviceLack::ApprovalEnds { at }),
            of(DeviceLack::NotApproved),
            of(DeviceLack::NoCertificate { ticket_until: None }),
            of(DeviceLack::NoCertificate { ticket_until: Some(at) }),
            of(DeviceLack::OnHold),
            of(DeviceLack::ServesNobody),
        ] {
            let said = lacking(&lack);
            speaks_to_people(&format!("{} {}", said.lacking.ja, said.remedy.ja), &lack);
        }
    }
}
