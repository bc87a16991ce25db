//! 電子証明書の更新: on the old certificate and the login, the next one; and the word that the old one may go.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use certs::Timestamp;

use super::super::page::{Frame, day, page};
use super::super::pickup::{self, Way};
use super::super::pool::Door;
use super::super::serve::Desk;
use super::Person;
use crate::command::now;
use crate::ticket::{Part, Secrets};
use crate::writer::{Refusal, Renewal};

#[derive(Template)]
#[template(path = "office/renew.html")]
struct RenewPage<'a> {
    frame: Frame<'a>,
    device: String,
    renewal: Option<Renewal>,
    mistake: Option<String>,
    done: Option<&'static str>,
}

impl RenewPage<'_> {
    fn day(&self, at: &Timestamp) -> String {
        day(*at)
    }
}

/// `GET /office/renew`: where the device's certificate stands, and what can be done.
pub(super) async fn show(State(desk): State<Desk>, person: Person) -> Response {
    shown(&desk, &person, StatusCode::OK, None).await
}

/// `POST /office/renew`: the page with the steps of a pick-up, without a mail and a code to type.
pub(super) async fn begin(State(desk): State<Desk>, person: Person) -> Response {
    let now = now();
    match desk.writer.renewal(person.device(), person.certificate(), now).await {
        Ok(renewal) if renewal.may_begin() => {}
        Ok(_) => return shown(&desk, &person, StatusCode::CONFLICT, None).await,
        Err(refusal) => return refused(&desk, &person, &refusal).await,
    }
    let secrets = match desk.pool.run((Door::Private, &person.source), Secrets::draw).await {
        Ok(Ok(secrets)) => secrets,
        Ok(Err(_)) | Err(_) => {
            let words = "ただいま混み合っています。1分ほど待ってから、もう一度お試しください。";
            return shown(&desk, &person, StatusCode::TOO_MANY_REQUESTS, Some(words.to_owned())).await;
        }
    };
    let opened = desk.writer.open_own_renewal(&person.by(now), person.device(), &secrets).await;
    if let Err(refusal) = opened {
        return refused(&desk, &person, &refusal).await;
    }
    match desk.presented(secrets, Part::First, now).await {
        Ok(presented) => pickup::shown_ready(way(&desk, &person), &presented),
        Err(refusal) => refused(&desk, &person, &refusal).await,
    }
}

/// `POST /office/renew/finish`: the new one works, the old one may go now.
pub(super) async fn finish(State(desk): State<Desk>, person: Person) -> Response {
    let now = now();
    let renewal = match desk.writer.renewal(person.device(), person.certificate(), now).await {
        Ok(renewal) => renewal,
        Err(refusal) => return refused(&desk, &person, &refusal).await,
    };
    match desk.writer.finish_renewal(&person.by(now), (person.device(), renewal.serial())).await {
        Ok(_) => {
            let heading = "電子証明書の更新";
            let done = "古い電子証明書の利用を終わりました。端末に残っている古い電子証明書は、削除してください。";
            let shown = RenewPage {
                frame: frame(&desk, &person, heading),
                device: person.device().to_string(),
                renewal: None,
                mistake: None,
                done: Some(done),
            };
            page(StatusCode::OK, &shown)
        }
        Err(refusal) => refused(&desk, &person, &refusal).await,
    }
}

/// `POST /office/pickup`: back from the page of another device.
pub(super) async fn form(State(desk): State<Desk>, person: Person) -> Response {
    pickup::form(way(&desk, &person), &person.fields).await
}

/// `POST /office/pickup/file`.
pub(super) async fn file(State(desk): State<Desk>, person: Person) -> Response {
    pickup::file(way(&desk, &person), &person.fields).await
}

/// `POST /office/pickup/other`.
pub(super) async fn other(State(desk): State<Desk>, person: Person) -> Response {
    pickup::other(way(&desk, &person), &person.fields).await
}

/// `POST /office/pickup/request`.
pub(super) async fn request(State(desk): State<Desk>, person: Person) -> Response {
    pickup::request(way(&desk, &person), &person.fields).await
}

fn way<'a>(desk: &'a Desk, person: &'a Person) -> Way<'a> {
    Way { desk, base: "/office", source: &person.source, reference: &person.reference, agent: &person.agent }
}

fn frame<'a>(desk: &'a Desk, person: &'a Person, heading: &'a str) -> Frame<'a> {
    Frame { words: &desk.words, reference: &person.reference, now: now(), heading }
}

async fn shown(desk: &Desk, person: &Person, status: StatusCode, mistake: Option<String>) -> Response {
    let renewal = desk.writer.renewal(person.device(), person.certificate(), now()).await;
    let (status, renewal, mistake) = match renewal {
        Ok(renewal) => (status, Some(renewal), mistake),
        Err(refusal) => (status_of(&refusal), None, Some(refusal.text().ja)),
    };
    let frame = frame(desk, person, "電子証明書の更新");
    page(status, &RenewPage { frame, device: person.device().to_string(), renewal, mistake, done: None })
}

async fn refused(desk: &Desk, person: &Person, refusal: &Refusal) -> Response {
    tracing::info!(%refusal, device = %person.device(), "a renewal was refused");
    let words = if let Refusal::Unavailable(_) = refusal {
        "ただいま更新できません。しばらくしてから、もう一度お試しください。".to_owned()
    } else if let Refusal::RenewalPending(..) = refusal {
        "この端末は、すでに更新されています。古い電子証明書の期限が切れるまで、次の更新はできません。".to_owned()
    } else {
        refusal.text().ja
    };
    shown(desk, person, status_of(refusal), Some(words)).await
}

fn status_of(refusal: &Refusal) -> StatusCode {
    if let Refusal::Unavailable(_) = refusal { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::CONFLICT }
}
