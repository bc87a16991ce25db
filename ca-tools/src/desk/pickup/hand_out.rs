//! The button is pressed: a file, or a certificate for a request. Pressed again, the same one.

use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use pages::Locale;
use registry::Os;
use zeroize::Zeroizing;

use super::super::form::Fields;
use super::super::page::page;
use super::super::pool::{Door, PoolFull};
use super::super::signing::{FileOrder, MadeRequest, NotMade};
use super::super::spoken::{locale, read, say};
use super::answer::{PickupVisit, refused};
use super::pages::Stopped;
use super::present::{NotPresented, Presented};
use crate::clock::now;
use crate::container::{Container, Fit, fit};
use crate::issuance::IssueRefusal;
use crate::password;
use crate::refusal::Refusal;
use crate::ticket::{Gives, Part, Pepper, TicketRefusal, file_key, file_password, loss_code};
use crate::words::for_people;

/// `POST /pickup/file`: makes the key and its certificate; the file, and the same file again for an hour.
pub(crate) async fn file(visit: PickupVisit<'_>, fields: &Fields) -> Response {
    let part = if fields.get("part") == "other" { Part::Other } else { Part::First };
    let Some(pepper) = visit.desk.pepper() else { return not_made(visit, &NotMade::NoAuthority) };
    // Who shows no code that opens waits for nobody, and nobody for them.
    let (mut number, mut code) = match visit.present(fields, part, now()).await {
        Ok(Presented { number, code, .. }) => (number, code),
        Err(why) => return refused(visit, fields, &why),
    };
    let _alone = visit.desk.making.of(&number.known_by()).await;
    // Another desk of the house may be quicker: what it made is this ticket's, too.
    for last in [false, true] {
        let presented = match visit.desk.presented((number, code), part, now()).await {
            Ok(presented) => presented.shown_by(visit.request),
            Err(why) => return refused(visit, fields, &why),
        };
        match made(visit, &presented, &pepper).await {
            Ok(answer) => return answer,
            Err(NotMade::Issue(IssueRefusal::Registry(Refusal::Ticket(TicketRefusal::Used { .. })))) if !last => {}
            Err(NotMade::Issue(IssueRefusal::Registry(Refusal::Ticket(ticket)))) => {
                return refused(visit, fields, &NotPresented::Ticket(ticket));
            }
            Err(why) => return not_made(visit, &why),
        }
        Presented { number, code, .. } = presented;
    }
    not_made(visit, &NotMade::Busy(PoolFull))
}

async fn made(visit: PickupVisit<'_>, presented: &Presented, pepper: &Pepper) -> Result<Response, NotMade> {
    let Presented { number, code, proof } = presented;
    let (shown, part, container) = ((number, code), proof.part(), container(proof.os(), proof.part()));
    let file_key = file_key(pepper, shown, part);
    let file = match proof.gives() {
        Gives::New => {
            let code = Zeroizing::new(loss_code(pepper, shown).signs().to_owned());
            let loss_code_hash = match hashed(visit, code).await {
                Ok(hash) => hash,
                Err(answer) => return Ok(answer),
            };
            let password = file_password(pepper, shown, part);
            let wanted = FileOrder { container, password, file_key, loss_code_hash, now: now() };
            visit.desk.made(proof, wanted, visit.source).await?
        }
        Gives::Again { .. } => visit.desk.made_before(proof, &file_key, now()).await?,
        Gives::Page { at } => {
            return Err(gone(TicketRefusal::Used { at, other: part == Part::First }));
        }
    };
    let name = format!("{}.{}", proof.device(), container.extension());
    Ok(attachment(container.media_type(), &name, file.to_vec()))
}

fn gone(ticket: TicketRefusal) -> NotMade {
    NotMade::Issue(IssueRefusal::Registry(ticket.into()))
}

/// `POST /pickup/request`: a certificate for a key that the device made and keeps.
pub(crate) async fn request(visit: PickupVisit<'_>, fields: &Fields) -> Response {
    let Some(pepper) = visit.desk.pepper() else { return not_made(visit, &NotMade::NoAuthority) };
    let (number, code) = match visit.present(fields, Part::First, now()).await {
        Ok(Presented { number, code, .. }) => (number, code),
        Err(why) => return refused(visit, fields, &why),
    };
    let _alone = visit.desk.making.of(&number.known_by()).await;
    let presented = match visit.desk.presented((number, code), Part::First, now()).await {
        Ok(presented) => presented.shown_by(visit.request),
        Err(why) => return refused(visit, fields, &why),
    };
    let Presented { number, code, proof } = &presented;
    let code = Zeroizing::new(loss_code(&pepper, (number, code)).signs().to_owned());
    let loss_code_hash = match hashed(visit, code).await {
        Ok(hash) => hash,
        Err(answer) => return answer,
    };
    let request =
        MadeRequest { request: fields.get("request").as_bytes(), loss_code_hash: &loss_code_hash, now: now() };
    match visit.desk.requested(proof, request, visit.source).await {
        Ok(pem) => attachment("application/x-pem-file", &format!("{}.pem", proof.device()), pem.into_bytes()),
        Err(why) => {
            // What cannot be taken cost work: whoever goes on sending it waits like one who guesses.
            if let NotMade::Request(_) = &why {
                drop(visit.desk.guesses.begin(visit.source, now()));
            }
            not_made(visit, &why)
        }
    }
}

pub(super) fn container(os: Os, part: Part) -> Container {
    let Fit { first, other } = fit(os);
    match part {
        Part::First => first,
        Part::Other => other,
    }
}

async fn hashed(visit: PickupVisit<'_>, code: Zeroizing<String>) -> Result<String, Response> {
    match visit.desk.pool.run((Door::of_pick_up(visit.source), visit.source), move || password::hash(&code)).await {
        Ok(Ok(hash)) => Ok(hash),
        Ok(Err(_)) | Err(_) => Err(refused(visit, &Fields::default(), &NotPresented::Busy(PoolFull))),
    }
}

fn attachment(media_type: &'static str, name: &str, octets: Vec<u8>) -> Response {
    let mut answer = (StatusCode::OK, octets).into_response();
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}

/// The ticket opened, and nothing came of it: it can be shown again, unless it says otherwise.
pub(super) fn not_made(visit: PickupVisit<'_>, why: &NotMade) -> Response {
    tracing::warn!(%why, "no certificate handed out on a pick-up ticket");
    let (status, heading, text) = match why {
        NotMade::Issue(IssueRefusal::Registry(Refusal::Ticket(ticket))) => {
            (StatusCode::FORBIDDEN, say("取得できませんでした", "取得できませんでした", "It could not be taken"), read(&for_people(&(*ticket).into())))
        }
        NotMade::Issue(IssueRefusal::Registry(Refusal::HasCertificate(..))) => (
            StatusCode::CONFLICT,
            say("この端末には、すでに電子証明書があります", "この端末には、もう電子証明書があります", "This device has a certificate already"),
            say("この端末の電子証明書は、すでに発行されています。入っていない場合は、柏市へ再発行をお申し込みください。", "この端末の電子証明書は、もう作りました。端末に入っていないときは、柏市へ電話してください。", "The certificate of this device has been issued. If it is not installed, please ask Kashiwa City to issue it again.").to_owned(),
        ),
        NotMade::Issue(IssueRefusal::Registry(Refusal::Illegal(..) | Refusal::Replacement(_))) => (
            StatusCode::CONFLICT,
            say("いまは取得できません", "いまは取得できません", "It cannot be taken now"),
            say("この端末は、一時停止中か、承認の期限が過ぎています。柏市へご連絡ください。取得用番号は、期限まで使えます。", "この端末は、いま止まっているか、承認の期限が過ぎています。柏市へ電話してください。取得用番号は、期限まで使えます。", "This device is stopped, or its approval has ended. Please contact Kashiwa City. The number goes on working until its end.").to_owned(),
        ),
        NotMade::Issue(IssueRefusal::Registry(Refusal::PublicKey(_))) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            say("この鍵では発行できません", "この鍵は使えません", "This key cannot be used"),
            say(
                "この鍵には、すでに電子証明書が発行されています。端末で新しい鍵を作り、証明書署名要求を作り直して、もう一度貼り付けてください。\
                 取得用番号は、まだ使えます。",
                "この鍵には、もう電子証明書があります。端末で新しい鍵を作ってください。証明書署名要求も作り直して、もう一度貼り付けてください。\
                 取得用番号は、まだ使えます。",
                "A certificate was issued for this key before. Make a new key on the device and a new request, and paste that. The number \
                 goes on working.",
            )
            .to_owned(),
        ),
        NotMade::Request(why) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            say("証明書署名要求を受け付けられませんでした", "証明書署名要求を受け付けられませんでした", "The certificate signing request could not be taken"),
            match locale() {
                Locale::Japanese | Locale::EasyJapanese => format!(
                    "{}ファイルの中身は「-----BEGIN」から「-----END…-----」まで、すべて貼り付けてください。\
                     取得用番号は、まだ使えます。",
                    why.ja
                ),
                Locale::English => format!(
                    "{} Paste all of the file, from “-----BEGIN” to “-----END…-----”. The number goes on working.",
                    why.en
                ),
            },
        ),
        NotMade::Busy(_) => (
            StatusCode::TOO_MANY_REQUESTS,
            say("ただいま混み合っています", "いま、たくさんの人が使っています", "Many people are using this at the moment"),
            say("1分ほど待ってから、もう一度お試しください。取得用番号は、まだ使えます。", "1分ぐらい待って、もう一度試してください。取得用番号は、まだ使えます。", "Please wait a minute and try again: the number goes on working.").to_owned(),
        ),
        NotMade::Container(_)
        | NotMade::Issue(_)
        | NotMade::HandOut(_)
        | NotMade::NoAuthority
        | NotMade::NotSealed
        | NotMade::OtherKey
        | NotMade::Ca(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            say("ただいま取得できません", "いまは取得できません", "It cannot be taken at the moment"),
            say("システムの都合により、電子証明書を作成できませんでした。しばらくしてから、もう一度お試しください。", "電子証明書を作れませんでした。少し待って、もう一度試してください。", "The certificate could not be made. Please try again in a while.").to_owned(),
        ),
    };
    page(status, &Stopped { frame: visit.frame(now(), heading), text })
}

#[cfg(test)]
mod tests {
    use super::super::super::source::Source;
    use super::super::super::tests::{body, empty};
    use super::*;
    use crate::refusal::tests::{refusals, tickets};
    use crate::test_support::Folder;
    use crate::words::tests::speaks_to_people;

    #[tokio::test]
    async fn a_pick_up_that_gives_nothing_shows_no_command_whatever_refused_it() {
        let folder = Folder::new();
        let desk = empty(&folder).await;
        let source = Source::of_address("192.0.2.1");
        let visit = PickupVisit { desk: &desk, base: "", source: &source, reference: "", agent: "", request: None };
        for refusal in refusals() {
            let made = NotMade::Issue(IssueRefusal::Registry(refusal.clone()));
            speaks_to_people(&body(not_made(visit, &made)).await, &refusal);
            let asked = NotPresented::Registry(refusal.clone());
            speaks_to_people(&body(refused(visit, &Fields::default(), &asked)).await, &refusal);
        }
        for ticket in tickets() {
            let page = body(refused(visit, &Fields::default(), &NotPresented::Ticket(ticket))).await;
            speaks_to_people(&page, &ticket);
        }
    }
}
