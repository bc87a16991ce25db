//! カシワニネット利用に関する誓約事項 (handbook P13), as an office accepts it.

use crate::language::Text;
use crate::spelling::YesNo;

/// The version that is accepted today: the day from which it holds.
pub const PLEDGE: &str = "2026-04-01";

/// Its items, in order.
pub const PLEDGES: [&str; 12] = [
    "事故等により障害が発生し問題が生じた場合は、速やかに柏市長に報告するとともに復旧解決方策を講じます。",
    "カシワニネットの利用に際して使用するID及びパスワードは、事業所内のシステム利用者の利用状況を適正に把握し、部外者に利用されることのないよう適切に管理します。",
    "使用する情報機器及びネットワークは、柏市長が指定するセキュリティ要件を満たす環境のもとで利用します。",
    "法人内及び事業所内でシステム利用の許可を得たうえで利用します。",
    "厚生労働省が定める「医療・介護関係事業者における個人情報の適切な取り扱いのためのガイダンス」を遵守します。",
    "カシワニネットの利用を終えるときは、速やかに柏市長に報告し、システム利用者登録削除の手続きをします。",
    "個人情報等については、あらかじめ承諾を得た関係者と情報を共有し、部外者に個人情報等が漏洩することのないよう適正に管理します。",
    "カシワニネットの利用に際して知り得た個人情報等については、利用が終了した後においても継続して部外者に漏洩することのないよう機密性を保持します。",
    "個人情報等については、目的外に利用はしません。",
    "カシワニネットに登録する情報は正確な内容を入力することに努めます。",
    "カシワニネット利用に係る規定を遵守し、これに違反のある場合には、利用申請の却下及び利用停止等となることに承諾します。",
    "IDの新規発行・削除、事業所情報の変更等の手続きに関しては、事業所管理者又は事業所が定めるカシワニネット管理者に委任します。",
];

/// The version that somebody accepted: the one of today, in any spelling of its day, and no other.
///
/// # Errors
/// Another text, be it only a yes: to which version it was said is not known then.
pub(crate) fn accepted(text: &str) -> Result<String, Text> {
    let day = super::reading::code(text)?.parse::<super::date::Day>();
    match (day, text.trim().parse::<YesNo>()) {
        (Ok(day), _) if day.to_string() == PLEDGE => Ok(PLEDGE.to_owned()),
        (Err(_), Ok(YesNo::No)) => {
            Err(Text::new("同意がないと登録できません（「いいえ」と書かれています）。", "it was not accepted"))
        }
        (Ok(_) | Err(_), _) => Err(Text::new(
            format!("今の誓約事項は {PLEDGE} 版です。この版に同意したことを確かめて、{PLEDGE} と書いてください。"),
            format!("the pledge of today is {PLEDGE}: make sure that it was accepted, and write {PLEDGE}"),
        )),
    }
}
