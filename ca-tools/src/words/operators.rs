//! To operators: what was wrong, where, and which command goes on from here.

use super::{
    application, campaign, emergency, illegal, incident, issuer, list, loss, maintenance, malformed, name, password,
    proof, proposal, public_key, renewal, replacement, restore, seal, ticket, training, unavailable, undo,
};
use crate::language::Text;
use crate::refusal::Refusal;

/// What was wrong, where, and what to do, with the commands that do it. Never for a page.
#[must_use]
pub fn for_operators(refusal: &Refusal) -> Text {
    match refusal {
        Refusal::Application(why) => application::for_operators(why),
        Refusal::Campaign(why) => campaign::for_operators(why),
        Refusal::Emergency(why) => emergency::for_operators(why),
        Refusal::HasCertificate(device, serial) => Text::new(
            format!(
                "{device} には使用中の電子証明書があります（シリアル番号 {serial}）。更新は cert renew、失効は cert revoke を使ってください。"
            ),
            format!("{device} has a certificate in use (serial {serial}): use cert renew, or cert revoke first"),
        ),
        Refusal::Illegal(subject, why) => illegal::for_operators((subject, *why)),
        Refusal::Issuer(why) => issuer::for_operators(why),
        Refusal::List(why) => list::for_anybody(why, for_operators),
        Refusal::Training(why) => training::for_anybody(why),
        Refusal::Loss(why) => loss::for_operators(why),
        Refusal::Seal(why) => seal::for_operators(why),
        Refusal::Malformed(why) => malformed::for_operators(why),
        Refusal::Maintenance(why) => maintenance::for_anybody(why),
        Refusal::Incident(why) => incident::for_anybody(why),
        Refusal::NoApplication => Text::new(
            "申請番号がありません。--application で申請番号を指定してください（申請のない登録・発行はできません）。",
            "nothing is granted without an application: name it with --application",
        ),
        Refusal::NoCertificate(device) => Text::new(
            format!(
                "{device} には使用中の電子証明書がありません。cert list --device {device} で確かめ、必要なら cert issue で発行してください。"
            ),
            format!("{device} has no certificate in use: look at cert list --device {device}; cert issue gives it one"),
        ),
        Refusal::NoOperator(operator) => Text::new(
            format!("{operator} は柏市担当職員として登録されていないか、停止中です。--operator を確かめてください。"),
            format!("{operator} is not an operator in service: check --operator"),
        ),
        Refusal::NoWhy => Text::new(
            "理由がありません。--why で理由を指定してください（操作記録に残ります）。何も変更していません。",
            "this is not done without a reason: say it with --why; nothing was changed",
        ),
        Refusal::OperatorMayNot(operator, roles) => {
            let roles: Vec<_> = roles.iter().map(|role| role.as_str()).collect();
            Text::new(
                format!("{operator} にはこの操作の役割がありません（必要な役割：{}）。", roles.join("、")),
                format!("{operator} may not do this: it takes the role {}", roles.join(" or ")),
            )
        }
        Refusal::OtherOffice(user, device) => Text::new(
            format!("{user} は {device} と別の事業所の利用者です。同じ事業所の利用者を指定してください。"),
            format!("{user} is of another office than {device}: name people of the device's own office"),
        ),
        Refusal::Outranked(operator, person, missing) => {
            let missing: Vec<_> = missing.iter().map(|role| role.as_str()).collect();
            Text::new(
                format!(
                    "{person} への操作・役割の付与には、その役割が必要です。{operator} に足りない役割：{}。役割を持つ職員に頼んでください。何も変更していません。",
                    missing.join("、")
                ),
                format!(
                    "whoever acts on {person}, or gives a role, holds the same roles; {operator} lacks {}: ask an operator who holds them; nothing was changed",
                    missing.join(" and ")
                ),
            )
        }
        Refusal::Overtaken(subject) => Text::new(
            format!("{subject} は、先にほかの変更がされました。いまの内容を確かめてください。何も変更していません。"),
            format!("{subject} was changed meanwhile: look at it as it is now; nothing was changed"),
        ),
        Refusal::Password(mistakes) => password::for_anybody(mistakes),
        Refusal::Proposal(why) => proposal::for_operators(why),
        Refusal::Proof(why) => proof::for_operators(why),
        Refusal::PublicKey(why) => public_key::for_operators(why),
        Refusal::Renewal(why) => renewal::for_operators(why),
        Refusal::RenewalPending(device, serial) => Text::new(
            format!("{device} はすでに更新中です（新しい電子証明書 {serial}）。切替が済むまで、次の更新はできません。"),
            format!(
                "{device} is being renewed already (new certificate {serial}): wait until the old one is superseded"
            ),
        ),
        Refusal::Replacement(why) => replacement::for_operators(why),
        Refusal::Restore(why) => restore::for_operators(why),
        Refusal::Ticket(why) => ticket::for_anybody(why),
        Refusal::Taken(kind, name) => name::taken_for_operators(*kind, name),
        Refusal::Undo(why) => undo::for_operators(why),
        Refusal::Unknown(kind, name) => name::unknown_for_operators(*kind, name),
        Refusal::Unavailable(why) => unavailable::for_operators(why),
        Refusal::TooManyChanges(times) => Text::new(
            format!("パスワードは1日に{times}回までしか変えられません。急ぐときは市に再設定を頼んでください。"),
            format!("a password is changed at most {times} times a day; the city can reset it"),
        ),
        Refusal::WrongPassword => Text::new("現在のパスワードが違います。", "the present password is another one"),
    }
}
