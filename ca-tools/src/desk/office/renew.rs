//! 電子証明書の更新: on the old certificate and the login, the next one; and the word that the old one may go.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use certs::Timestamp;

use super::super::form::Fields;
use super::super::page::{Frame, page};
use super::super::pickup::{self, PickupVisit};
use super::super::pool::Door;
use super::super::spoken::{day, say, why_not};
use super::Person;
use super::sight::frame;
use crate::clock::now;
use crate::desk::state::Desk;
use crate::ledger::Renewal;
use crate::refusal::Refusal;
use crate::ticket::Secrets;

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
pub(super) async fn show(State(desk): State<Desk>, RawQuery(query): RawQuery, person: Person) -> Response {
    if Fields::of(query.unwrap_or_default().as_bytes()).get("done") == FINISHED {
        return finished(&desk, &person);
    }
    shown(&desk, &person, StatusCode::OK, None).await
}

/// Where the page says that the old one is over.
const FINISHED: &str = "finished";

/// `POST /office/renew`: the page with the steps of a pick-up, without a mail and a code to type.
pub(super) async fn begin(State(desk): State<Desk>, person: Person) -> Response {
    let now = now();
    match desk.writer.ledger().renewal(person.device(), person.certificate(), now).await {
        Ok(renewal) if renewal.may_begin() => {}
        Ok(_) => return shown(&desk, &person, StatusCode::CONFLICT, None).await,
        Err(refusal) => return refused(&desk, &person, &refusal).await,
    }
    let secrets = match desk.pool.run((Door::Private, &person.source), Secrets::draw).await {
        Ok(Ok(secrets)) => secrets,
        Ok(Err(_)) | Err(_) => {
            let words = say(
                "ただいま混み合っています。1分ほど待ってから、もう一度お試しください。",
                "いまは混んでいます。1分ぐらい待って、もう一度試してください。",
                "We are busy at the moment. Please wait a minute and try again.",
            );
            return shown(&desk, &person, StatusCode::TOO_MANY_REQUESTS, Some(words.to_owned())).await;
        }
    };
    let opened = desk.writer.open_own_renewal(&person.by(now), person.device(), &secrets).await;
    if let Err(refusal) = opened {
        return refused(&desk, &person, &refusal).await;
    }
    match desk.drawn(secrets, now).await {
        Ok(presented) => pickup::on_to_own(visit(&desk, &person), presented),
        Err(why) => {
            tracing::warn!(%why, device = %person.device(), "a ticket that was just given does not open");
            shown(&desk, &person, StatusCode::SERVICE_UNAVAILABLE, Some(not_now().to_owned())).await
        }
    }
}

/// `GET /office/pickup/ready`: the page with the steps, as often as one looks.
pub(super) async fn ready(State(desk): State<Desk>, RawQuery(query): RawQuery, person: Person) -> Response {
    pickup::ready(visit(&desk, &person), &Fields::of(query.unwrap_or_default().as_bytes())).await
}

/// `GET /office/pickup/told`: what was wrong, as often as one looks.
pub(super) async fn told(State(desk): State<Desk>, RawQuery(query): RawQuery, person: Person) -> Response {
    pickup::told(visit(&desk, &person), &Fields::of(query.unwrap_or_default().as_bytes()))
}

/// `POST /office/renew/finish`: the new one works, the old one may go now.
pub(super) async fn finish(State(desk): State<Desk>, person: Person) -> Response {
    let now = now();
    let renewal = match desk.writer.ledger().renewal(person.device(), person.certificate(), now).await {
        Ok(renewal) => renewal,
        Err(refusal) => return refused(&desk, &person, &refusal).await,
    };
    match desk.writer.finish_renewal(&person.by(now), person.device(), renewal.serial()).await {
        Ok(_) => Redirect::to(&format!("/office/renew?done={FINISHED}")).into_response(),
        Err(refusal) => refused(&desk, &person, &refusal).await,
    }
}

fn finished(desk: &Desk, person: &Person) -> Response {
    let done = say(
        "古い電子証明書の利用を終わりました。端末に残っている古い電子証明書は、削除してください。",
        "古い電子証明書は、もう使えません。端末に残っている古い電子証明書を、消してください。",
        "The old certificate has ended. Please delete it from the device.",
    );
    let shown = RenewPage {
        frame: frame(desk, person, heading()),
        device: person.device().to_string(),
        renewal: None,
        mistake: None,
        done: Some(done),
    };
    page(StatusCode::OK, &shown)
}

/// `POST /office/pickup`: back from the page of another device.
pub(super) async fn form(State(desk): State<Desk>, person: Person) -> Response {
    pickup::form(visit(&desk, &person), &person.fields).await
}

/// `POST /office/pickup/file`.
pub(super) async fn file(State(desk): State<Desk>, person: Person) -> Response {
    pickup::file(visit(&desk, &person), &person.fields).await
}

/// `POST /office/pickup/other`.
pub(super) async fn other(State(desk): State<Desk>, person: Person) -> Response {
    pickup::other(visit(&desk, &person), &person.fields).await
}

/// `POST /office/pickup/request`.
pub(super) async fn request(State(desk): State<Desk>, person: Person) -> Response {
    pickup::request(visit(&desk, &person), &person.fields).await
}

fn visit<'a>(desk: &'a Desk, person: &'a Person) -> PickupVisit<'a> {
    PickupVisit {
        desk,
        base: "/office",
        source: &person.source,
        reference: &person.reference,
        agent: &person.agent,
        request: person.request.as_deref(),
    }
}

fn heading() -> &'static str {
    say("電子証明書の更新", "電子証明書を新しくする", "Renewing the certificate")
}

fn not_now() -> &'static str {
    say(
        "ただいま更新できません。しばらくしてから、もう一度お試しください。",
        "いまは新しくできません。少し待って、もう一度試してください。",
        "This cannot be done at the moment. Please try again in a while.",
    )
}

async fn shown(desk: &Desk, person: &Person, status: StatusCode, mistake: Option<String>) -> Response {
    let renewal = desk.writer.ledger().renewal(person.device(), person.certificate(), now()).await;
    let (status, renewal, mistake) = match renewal {
        Ok(renewal) => (status, Some(renewal), mistake),
        Err(refusal) => (status_of(&refusal), None, Some(said(&refusal))),
    };
    let frame = frame(desk, person, heading());
    page(status, &RenewPage { frame, device: person.device().to_string(), renewal, mistake, done: None })
}

async fn refused(desk: &Desk, person: &Person, refusal: &Refusal) -> Response {
    tracing::info!(%refusal, device = %person.device(), "a renewal was refused");
    shown(desk, person, status_of(refusal), Some(said(refusal))).await
}

/// What is said above the page.
fn said(refusal: &Refusal) -> String {
    if let Refusal::Unavailable(_) = refusal { not_now().to_owned() } else { why_not(refusal) }
}

fn status_of(refusal: &Refusal) -> StatusCode {
    if let Refusal::Unavailable(_) = refusal { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::CONFLICT }
}

#[cfg(test)]
mod tests {
    use pages::Locale;

    use super::super::super::spoken::spoken;
    use super::super::super::tests::{NOW, body, speaks};
    use super::super::super::words::CityWords;
    use super::*;
    use crate::refusal::tests::refusals;
    use crate::words::tests::speaks_to_people;

    #[tokio::test]
    async fn a_renewal_that_is_refused_shows_no_command_whatever_refused_it() {
        let words = CityWords::default();
        for refusal in refusals() {
            let frame = Frame { words: &words, reference: "", now: NOW, heading: "電子証明書の更新" };
            let (device, mistake) = ("DEV-000001".to_owned(), Some(said(&refusal)));
            let told = RenewPage { frame, device, renewal: None, mistake, done: None };
            let page = body(page(status_of(&refusal), &told)).await;
            assert!(page.contains("エラー：電子証明書の更新"), "{page}");
            speaks_to_people(&page, &refusal);
        }
    }

    #[tokio::test]
    async fn wherever_a_renewal_stands_it_is_said_in_all_three_languages() {
        let words = CityWords::default();
        let (not_after, from, until) = (NOW.plus(86_400), NOW, NOW.plus(2 * 86_400));
        let serial = || "0a".parse().unwrap();
        for locale in Locale::ALL {
            for renewal in [
                Renewal::NotYet { serial: serial(), not_after, from },
                Renewal::Due { serial: serial(), not_after },
                Renewal::Pending { serial: serial(), not_after },
                Renewal::ByApplication { serial: serial(), not_after },
                Renewal::Proven { serial: serial(), not_after, until },
            ] {
                let said = spoken(locale, async {
                    let frame = Frame { words: &words, reference: "K7Q-2XM", now: NOW, heading: heading() };
                    let device = "DEV-000001".to_owned();
                    let shown = RenewPage { frame, device, renewal: Some(renewal), mistake: None, done: None };
                    body(page(StatusCode::OK, &shown)).await
                });
                speaks(locale, &said.await);
            }
        }
    }
}
