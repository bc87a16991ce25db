//! The requests of a pick-up, one function each; through the public door, or the office's own.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use certs::Timestamp;
use registry::Os;

use super::super::form::Fields;
use super::super::page::{Frame, page};
use super::super::qr::qr;
use super::super::serve::Desk;
use super::super::signing::{NotMade, Wanted};
use super::pages::{Form, InApp, OtherDevice, Ready, Step, Stopped};
use super::present::{NotPresented, Presented};
use crate::command::now;
use crate::issuance::IssueRefusal;
use crate::password;
use crate::platform::{Agent, Browser, Family, Fit, fit};
use crate::ticket::{Part, TicketRefusal, file_password, loss_code};
use crate::writer::Refusal;

/// Who asks, and where the pages' own links lead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way<'a> {
    pub(crate) desk: &'a Desk,
    /// Before `/pickup`: nothing, or `/office`.
    pub(crate) base: &'static str,
    /// By whom guessing is counted.
    pub(crate) source: &'a str,
    /// The support code.
    pub(crate) reference: &'a str,
    /// What the browser says of itself.
    pub(crate) agent: &'a str,
}

impl<'a> Way<'a> {
    pub(super) fn frame(&self, now: Timestamp, heading: &'a str) -> Frame<'a> {
        Frame { words: &self.desk.words, reference: self.reference, now, heading }
    }

    fn agent(&self) -> Agent {
        Agent::of(self.agent)
    }

    /// This page's address on the help site, to be carried on to another device.
    fn address(&self, number: &str) -> String {
        let help = &self.desk.words.links.help;
        match (help.is_empty(), number.is_empty()) {
            (true, _) => String::new(),
            (false, true) => format!("{help}/pickup"),
            (false, false) => format!("{help}/pickup?number={number}"),
        }
    }
}

/// `GET /pickup`: the form, with the number filled in where the address carries one.
pub(crate) fn show(way: Way<'_>, query: &Fields) -> Response {
    let number = crate::ticket::TicketNumber::typed(query.get("number")).map(|number| number.reveal());
    let number = number.unwrap_or_default();
    if let Some(answer) = unfit(way, &number) {
        return answer;
    }
    form_page(way, StatusCode::OK, (&number, ""), None)
}

/// `POST /pickup`: number and code; the page with the steps, or what is wrong.
pub(crate) async fn form(way: Way<'_>, fields: &Fields) -> Response {
    ready(way, fields, Part::First).await
}

/// `POST /pickup/other`: 「開けないとき」.
pub(crate) async fn other(way: Way<'_>, fields: &Fields) -> Response {
    ready(way, fields, Part::Other).await
}

async fn ready(way: Way<'_>, fields: &Fields, part: Part) -> Response {
    if let Some(answer) = unfit(way, fields.get("number")) {
        return answer;
    }
    match way.desk.present(fields, (part, way.source), now()).await {
        Err(why) => refused(way, fields, why),
        Ok(presented) if !way.agent().may_be(presented.proof.os()) && fields.get("here") != "yes" => {
            other_device(way, &presented)
        }
        Ok(presented) => shown_ready(way, &presented),
    }
}

/// The page with the steps, for a ticket that opened.
pub(crate) fn shown_ready(way: Way<'_>, presented: &Presented) -> Response {
    let Presented { number, code, proof } = presented;
    let now = now();
    let heading = match proof.part() {
        Part::First => "電子証明書を取得してください",
        Part::Other => "別の形式の電子証明書を取得してください",
    };
    let ready = Ready {
        frame: way.frame(now, heading),
        base: way.base,
        step: Step { os: proof.os(), part: proof.part(), container: container(proof.os(), proof.part()) },
        device: proof.device().to_string(),
        label: proof.label(),
        number: number.reveal(),
        code: code.reveal(),
        file_password: file_password(number, code, proof.part()),
        loss_code: loss_code(number, code).reveal(),
        until: proof.until(),
    };
    page(StatusCode::OK, &ready)
}

/// `POST /pickup/file`: makes the key and its certificate; the file, once.
pub(crate) async fn file(way: Way<'_>, fields: &Fields) -> Response {
    let part = if fields.get("part") == "other" { Part::Other } else { Part::First };
    let presented = match way.desk.present(fields, (part, way.source), now()).await {
        Ok(presented) => presented,
        Err(why) => return refused(way, fields, why),
    };
    let Presented { number, code, proof } = &presented;
    let container = container(proof.os(), part);
    let loss_code_hash = match hashed(way, loss_code(number, code).signs().to_owned()).await {
        Ok(hash) => hash,
        Err(answer) => return answer,
    };
    let wanted = Wanted { container, password: file_password(number, code, part), loss_code_hash, now: now() };
    match way.desk.made(proof, wanted).await {
        Ok(file) => {
            let name = format!("{}.{}", proof.device(), container.extension());
            attachment((container.media_type(), &name), file.to_vec())
        }
        Err(why) => not_made(way, &why),
    }
}

/// `POST /pickup/request`: a certificate for a key that the device made and keeps.
pub(crate) async fn request(way: Way<'_>, fields: &Fields) -> Response {
    let presented = match way.desk.present(fields, (Part::First, way.source), now()).await {
        Ok(presented) => presented,
        Err(why) => return refused(way, fields, why),
    };
    let Presented { number, code, proof } = &presented;
    let loss_code_hash = match hashed(way, loss_code(number, code).signs().to_owned()).await {
        Ok(hash) => hash,
        Err(answer) => return answer,
    };
    let request = (fields.get("request").as_bytes(), loss_code_hash.as_str());
    match way.desk.requested(proof, request, now()).await {
        Ok(pem) => attachment(("application/x-pem-file", &format!("{}.pem", proof.device())), pem.into_bytes()),
        Err(why) => not_made(way, &why),
    }
}

fn container(os: Os, part: Part) -> crate::platform::Container {
    let Fit { first, other } = fit(os);
    match part {
        Part::First => first,
        Part::Other => other,
    }
}

async fn hashed(way: Way<'_>, code: String) -> Result<String, Response> {
    let code = zeroize::Zeroizing::new(code);
    match way.desk.pool.run(move || password::hash(&code)).await {
        Ok(Ok(hash)) => Ok(hash),
        Ok(Err(_)) | Err(_) => Err(refused(way, &Fields::default(), NotPresented::Busy(super::super::pool::Full))),
    }
}

fn attachment((media_type, name): (&'static str, &str), octets: Vec<u8>) -> Response {
    let mut answer = (StatusCode::OK, octets).into_response();
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    headers.insert(axum::http::header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(axum::http::header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}

/// A browser that can neither install nor show a certificate is sent to the one that can.
fn unfit(way: Way<'_>, number: &str) -> Option<Response> {
    let agent = way.agent();
    let (heading, ios) = match (agent.browser, agent.family) {
        (Browser::Usual, _) => return None,
        (Browser::NotSafari | Browser::InApp, Family::Ios) => ("Safari（サファリ）で開いてください", true),
        (
            Browser::NotSafari | Browser::InApp,
            Family::Windows | Family::Mac | Family::Android | Family::Linux | Family::Unknown,
        ) => ("いつものブラウザで開いてください", false),
    };
    let page_of = InApp { frame: way.frame(now(), heading), ios, address: way.address(number) };
    Some(page(StatusCode::FORBIDDEN, &page_of))
}

fn other_device(way: Way<'_>, presented: &Presented) -> Response {
    let number = presented.number.reveal();
    let address = way.address(&number);
    let shown = OtherDevice {
        frame: way.frame(now(), "この端末用の取得用番号ではないようです"),
        base: way.base,
        device: presented.proof.device().to_string(),
        label: presented.proof.label(),
        os: presented.proof.os(),
        part: presented.proof.part(),
        code: presented.code.reveal(),
        qr: qr(&address).filter(|_| !address.is_empty()),
        number,
        address,
    };
    page(StatusCode::OK, &shown)
}

fn form_page(way: Way<'_>, status: StatusCode, (number, code): (&str, &str), why: Option<&NotPresented>) -> Response {
    let address = way.address(number);
    let desktop = matches!(way.agent().family, Family::Windows | Family::Mac | Family::Linux | Family::Unknown);
    let form = Form {
        frame: way.frame(now(), "電子証明書の取得"),
        base: way.base,
        number,
        code,
        mistake: why.map(said),
        number_illegible: matches!(why, Some(NotPresented::Illegible { number: Err(_), .. })),
        code_illegible: matches!(why, Some(NotPresented::Illegible { code: Err(_), .. })),
        other: matches!(why, Some(NotPresented::Ticket(TicketRefusal::Used { other: true, .. }))),
        qr: qr(&address).filter(|_| desktop && !address.is_empty()),
    };
    page(status, &form)
}

fn said(why: &NotPresented) -> String {
    match why {
        NotPresented::Busy(_) => "ただいま混み合っています。1分ほど待ってから、もう一度お試しください。".to_owned(),
        NotPresented::Illegible { .. } => {
            "取得用番号（16文字）と確認コード（10文字）を、届いたとおりに入力してください。".to_owned()
        }
        NotPresented::Registry(_) => {
            "ただいま取得できません。しばらくしてから、もう一度お試しください。取得用番号はそのまま使えます。"
                .to_owned()
        }
        NotPresented::Ticket(why) => why.text().ja,
        NotPresented::TooMany(seconds) => {
            format!(
                "入力の間違いが続いたため、受け付けを止めています。{}分ほど待ってから、もう一度お試しください。",
                seconds / 60 + 1
            )
        }
    }
}

fn refused(way: Way<'_>, fields: &Fields, why: NotPresented) -> Response {
    let status = match &why {
        NotPresented::Busy(_) | NotPresented::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        NotPresented::Illegible { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        NotPresented::Registry(refusal) => {
            tracing::warn!(%refusal, "a ticket could not be asked for");
            StatusCode::SERVICE_UNAVAILABLE
        }
        NotPresented::Ticket(refusal) => {
            tracing::info!(refusal = refusal.code(), "a ticket gave nothing");
            StatusCode::FORBIDDEN
        }
    };
    let (number, code) = (fields.get("number").to_owned(), fields.get("code").to_owned());
    let mut answer = form_page(way, status, (&number, &code), Some(&why));
    if let NotPresented::TooMany(seconds) = why {
        answer.headers_mut().insert(axum::http::header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

/// The ticket opened, and nothing came of it: it can be shown again, unless it says otherwise.
fn not_made(way: Way<'_>, why: &NotMade) -> Response {
    tracing::warn!(%why, "nothing was handed out on a ticket");
    let (status, heading, text) = match why {
        NotMade::Issue(IssueRefusal::Registry(Refusal::Ticket(ticket))) => {
            (StatusCode::FORBIDDEN, "取得できませんでした", ticket.text().ja)
        }
        NotMade::Issue(IssueRefusal::Registry(Refusal::HasCertificate(..))) => (
            StatusCode::CONFLICT,
            "この端末には、すでに電子証明書があります",
            "この端末の電子証明書は、すでに発行されています。入っていない場合は、柏市へ再発行をお申し込みください。".to_owned(),
        ),
        NotMade::Issue(IssueRefusal::Registry(Refusal::Illegal(..) | Refusal::Replacement(_))) => (
            StatusCode::CONFLICT,
            "いまは取得できません",
            "この端末は、一時停止中か、承認の期限が過ぎています。柏市へご連絡ください。取得用番号は、期限まで使えます。".to_owned(),
        ),
        NotMade::Request(why) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "証明書署名要求を受け付けられませんでした",
            format!(
                "{}ファイルの中身は「-----BEGIN」から「-----END…-----」まで、すべて貼り付けてください。\
                 取得用番号は、まだ使えます。",
                why.ja
            ),
        ),
        NotMade::Container(_)
        | NotMade::Issue(_)
        | NotMade::Key(_)
        | NotMade::NoAuthority
        | NotMade::Stopped
        | NotMade::Vault(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "ただいま取得できません",
            "システムの都合により、電子証明書を作成できませんでした。しばらくしてから、もう一度お試しください。".to_owned(),
        ),
    };
    page(status, &Stopped { frame: way.frame(now(), heading), text })
}
