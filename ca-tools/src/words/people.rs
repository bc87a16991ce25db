//! To people: what was wrong, what they can do themselves, and whom they may ask. No command: they have none to type.

use super::{
    application, ask, campaign, emergency, illegal, issuer, list, loss, malformed, name, password, proof, proposal,
    public_key, renewal, replacement, restore, seal, ticket, training, unavailable,
};
use crate::language::Text;
use crate::refusal::Refusal;

/// What was wrong, and what people can do; by which telephone they ask stands at the foot of every page and letter.
#[must_use]
pub fn for_people(refusal: &Refusal) -> Text {
    match refusal {
        Refusal::Application(why) => application::for_people(why),
        Refusal::Campaign(why) => campaign::for_people(why),
        Refusal::Emergency(why) => emergency::for_people(why),
        Refusal::HasCertificate(device, _) => Text::new(
            format!(
                "{device} には、すでに電子証明書が発行されています。入っていないときや使えないときは、柏市へ再発行をお申し込みください。"
            ),
            format!("{device} has a certificate: where it is not there or does not work, ask the city for another one"),
        ),
        Refusal::Illegal(subject, why) => illegal::for_people((subject, *why)),
        Refusal::Issuer(why) => issuer::for_people(why),
        Refusal::List(why) => list::for_anybody(why, for_people),
        Refusal::Training(why) => training::for_anybody(why),
        Refusal::Loss(why) => loss::for_people(why),
        Refusal::Seal(why) => seal::for_people(why),
        Refusal::Malformed(why) => malformed::for_people(why),
        Refusal::NoApplication => Text::new(
            "この手続きには、申請が必要です。先に、カシワニネット担当者が申請してください。",
            "this takes an application: the office's contact applies first",
        ),
        Refusal::NoCertificate(device) => Text::new(
            format!("{device} には、使用中の電子証明書がありません。カシワニネット担当者が取得申請をしてください。"),
            format!("{device} has no certificate in use: the office's contact applies for one"),
        ),
        Refusal::NoOperator(_) | Refusal::NoWhy | Refusal::OperatorMayNot(..) | Refusal::Outranked(..) => {
            ask::by_the_city()
        }
        Refusal::OtherOffice(user, device) => Text::new(
            format!("{user} は {device} と別の事業所の利用者です。同じ事業所の利用者を選んでください。"),
            format!("{user} is of another office than {device}: name people of the device's own office"),
        ),
        Refusal::Overtaken(subject) => Text::new(
            format!("{subject} は、先にほかの変更がされました。いまの内容を確かめて、もう一度お試しください。"),
            format!("{subject} was changed meanwhile: look at it as it is now, and try again"),
        ),
        Refusal::Password(mistakes) => password::for_anybody(mistakes),
        Refusal::Proposal(why) => proposal::for_people(why),
        Refusal::Proof(why) => proof::for_people(why),
        Refusal::PublicKey(why) => public_key::for_people(why),
        Refusal::Renewal(why) => renewal::for_people(why),
        Refusal::RenewalPending(..) => Text::new(
            "この端末は、すでに更新されています。古い電子証明書の期限が切れるまで、次の更新はできません。",
            "this device is renewed already: it is not renewed again until the old certificate has ended",
        ),
        Refusal::Replacement(why) => replacement::for_people(why),
        Refusal::Restore(why) => restore::for_people(why),
        Refusal::Ticket(why) => ticket::for_anybody(why),
        Refusal::Taken(kind, name) => name::taken_for_people(*kind, name),
        Refusal::Undo(_) | Refusal::Maintenance(_) | Refusal::Incident(_) => ask::by_the_city(),
        Refusal::Unknown(kind, name) => name::unknown_for_people(*kind, name),
        Refusal::Unavailable(why) => unavailable::for_people(why),
        Refusal::TooManyChanges(times) => Text::new(
            format!("パスワードは1日に{times}回までしか変えられません。急ぐときは、柏市へ再設定をお申し込みください。"),
            format!("a password is changed at most {times} times a day; the city can reset it"),
        ),
        Refusal::WrongPassword => Text::new("現在のパスワードが違います。", "the present password is another one"),
    }
}
