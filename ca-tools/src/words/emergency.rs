//! 緊急用電子証明書 that is not given.

use registry::change::Disagreement;

use crate::calendar::minute;
use crate::language::Text;
use crate::refusal::EmergencyRefusal;

/// With what operators type next.
pub(super) fn for_operators(refusal: &EmergencyRefusal) -> Text {
    match refusal {
        EmergencyRefusal::Disagree(second, why) => {
            let ja = match why {
                Disagreement::NeitherApproves => {
                    "2人のうち1人は承認の役割（ra_approver）が必要です。承認者を --second に指定してください。"
                }
                Disagreement::FirstHasInitialPassword | Disagreement::SecondHasInitialPassword => {
                    "初期パスワードのままです。先に本人がパスワードを変更してください。"
                }
                Disagreement::SecondIsNone => {
                    "受付・承認の役割を持つ、利用中の職員ではありません。--second を確かめてください。"
                }
                Disagreement::SamePerson => "操作する職員と同じです。緊急用の発行には、別の職員の同意が必要です。",
            };
            Text::new(format!("{second}：{ja}"), format!("{second}: {why}"))
        }
        EmergencyRefusal::OnlyForEmergency(device) => Text::new(
            format!(
                "{device} は緊急用（72時間）にだけ承認されています。検査（device inspect）と承認（device approve）を済ませてから発行・更新してください。"
            ),
            format!("{device} is approved for an emergency only: inspect and approve it first"),
        ),
        EmergencyRefusal::Running(device, serial, until) => Text::new(
            format!("{device} には、{until} まで使える緊急用電子証明書があります（シリアル番号 {serial}）。"),
            format!("{device} has an emergency certificate until {until} (serial {serial})"),
        ),
        EmergencyRefusal::TooLong => Text::new(
            "緊急用電子証明書は72時間までです。--days は3以下にしてください。",
            "an emergency certificate lasts 72 hours at most: --days is 3 or less",
        ),
    }
}

/// With what people can do themselves.
pub(super) fn for_people(refusal: &EmergencyRefusal) -> Text {
    match refusal {
        EmergencyRefusal::Disagree(..) => super::ask::by_the_city(),
        EmergencyRefusal::OnlyForEmergency(device) => Text::new(
            format!(
                "{device} は、緊急用（72時間）にだけ承認されています。使い続けるときは、カシワニネット担当者が取得申請をしてください。"
            ),
            format!(
                "{device} is approved for an emergency only: to go on with it, the office's contact applies for it"
            ),
        ),
        EmergencyRefusal::Running(device, _, until) => {
            let ja = minute(*until);
            Text::new(
                format!(
                    "{device} には、{ja}まで使える緊急用電子証明書があります。使えないときは、柏市へご連絡ください。"
                ),
                format!("{device} has an emergency certificate until {until}: where it does not work, call the city"),
            )
        }
        EmergencyRefusal::TooLong => Text::new(
            "緊急用電子証明書は72時間までです。柏市へご連絡ください。",
            "an emergency certificate lasts 72 hours at most: call the city",
        ),
    }
}
