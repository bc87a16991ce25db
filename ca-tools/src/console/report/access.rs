//! Who did what when, as far as the desk was told: logins and refusals. All lines are in the gateways' files, which a command
//! reads (`ca-tools report access`), by the same report.

use axum::extract::State;
use axum::response::Response;
use certs::{DeviceNo, Timestamp};
use serde_json::json;

use super::super::missing::silent;
use super::super::operator::Operator;
use super::super::{incident, office, person};
use super::shown::{AskedField, AskedReport, mistaken, shown, taken};
use crate::access::{AccessAsked, AccessRows, AccessWhom, access_report};
use crate::application::Day;
use crate::clock::now;
use crate::desk::{Desk, Fields};
use crate::refusal::{Kind, Refusal, Unavailable};
use crate::sheet::PrintedReport;
use crate::spelling;
use crate::words::for_console;

const TITLE: &str = "アクセスログ照会";
/// Days that are looked at where nobody says how many.
const DAYS: i64 = 7;

/// `GET /console/reports/access?device=&person=&office=&room=&from=&to=`.
pub(super) async fn show(State(desk): State<Desk>, operator: Operator) -> Response {
    let (form, asked) = match found(&desk, asked(operator.fields())).await {
        Ok((form, Some(asked))) => (form, asked),
        Ok((form, None)) => return mistaken((&desk, &operator), &form, TITLE),
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            return silent(&desk, &operator);
        }
    };
    match report(&desk, &asked).await {
        Ok(report) => shown((&desk, &operator), &form, &report, Vec::new()).await,
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            silent(&desk, &operator)
        }
    }
}

/// `POST /console/export/reports/access`.
pub(super) async fn take(State(desk): State<Desk>, operator: Operator) -> Response {
    let (form, asked) = match found(&desk, asked(&Fields::of(operator.fields().get("of").as_bytes()))).await {
        Ok((form, Some(asked))) => (form, asked),
        Ok((form, None)) => return mistaken((&desk, &operator), &form, TITLE),
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            return silent(&desk, &operator);
        }
    };
    match report(&desk, &asked).await {
        Ok(report) => taken((&desk, &operator), &form, report).await,
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            silent(&desk, &operator)
        }
    }
}

async fn report(desk: &Desk, asked: &AccessAsked) -> Result<PrintedReport, Unavailable> {
    let ledger = desk.writer().ledger();
    let rows = AccessRows::told(asked, &ledger).await?;
    let called = ledger.called_then(&rows.names()).await?;
    Ok(access_report(asked, &rows, &called))
}

/// The same, where all that is named is there; else nothing, and the field says what is not.
async fn found(
    desk: &Desk,
    (mut form, asked): (AskedReport, Option<AccessAsked>),
) -> Result<(AskedReport, Option<AccessAsked>), Refusal> {
    let Some(asked) = asked else { return Ok((form, None)) };
    let refusal = match asked.whom.known(&desk.writer().ledger()).await {
        Ok(()) => return Ok((form, Some(asked))),
        Err(refusal) => refusal,
    };
    let Refusal::Unknown(kind, _) = &refusal else { return Err(refusal) };
    let of = [(Kind::Device, "device"), (Kind::SystemUser, "person"), (Kind::Office, "office")];
    let name = of.into_iter().find_map(|(of, name)| (of == *kind).then_some(name));
    for field in form.fields.iter_mut().filter(|field| Some(field.name) == name) {
        field.mistake = Some(for_console(&refusal).ja);
    }
    Ok((form, None))
}

/// What was asked: nothing yet where nobody is named.
fn asked(fields: &Fields) -> (AskedReport, Option<AccessAsked>) {
    let typed = |name: &str| fields.get(name).trim().to_owned();
    let [device, login, place, room] = ["device", "person", "office", "room"].map(typed);
    let whom = AccessWhom {
        device: DeviceNo::typed(&device).ok(),
        person: person::typed(&login),
        office: office::typed(&place),
        room: spelling::code(&room).ok().and_then(|plain| plain.parse().ok()),
    };
    let wrong = |is: bool, typed: &str, said: &str| (!is && !typed.is_empty()).then(|| said.to_owned());
    let field = |name: &'static str, label: &'static str, hint: &'static str, value: &str, mistake: Option<String>| {
        AskedField { name, label, hint, value: value.to_owned(), mistake }
    };
    let (from_read, until_read) = (span(&typed("from")), span(&typed("to")));
    let from = from_read.map_or_else(|| now().plus(-DAYS * 86_400), |(first, _)| first);
    let until = until_read.map_or_else(|| now().plus(1), |(_, last)| last.plus(1));
    let backwards = (until <= from).then(|| "始まりより後の日時を書いてください。".to_owned());
    let day = "日時は 2026-11-28 または 2026-11-28 18:30 のように書いてください。";
    let (from_said, to_said) = (typed("from"), typed("to"));
    let is_any = [&device, &login, &place, &room, &from_said, &to_said].iter().any(|text| !text.is_empty());
    let nobody = (is_any && whom.is_everybody() && device.is_empty())
        .then(|| "端末・利用者・事業所・部屋のどれかを書いてください。".to_owned());
    let form = vec![
        field(
            "device",
            "端末",
            "端末番号（DEV-000001 など）",
            &device,
            wrong(whom.device.is_some(), &device, "端末番号を確かめてください。").or(nobody),
        ),
        field("person", "利用者", "ID", &login, wrong(whom.person.is_some(), &login, "IDを確かめてください。")),
        field(
            "office",
            "事業所",
            "事業所番号（10桁）",
            &place,
            wrong(whom.office.is_some(), &place, "事業所番号を確かめてください。"),
        ),
        field("room", "部屋", "部屋番号", &room, wrong(whom.room.is_some(), &room, "部屋番号を確かめてください。")),
        field("from", "この日時から", "空のときは7日前から", &from_said, wrong(from_read.is_some(), &from_said, day)),
        field(
            "to",
            "この日時まで",
            "空のときはいままで",
            &to_said,
            wrong(until_read.is_some(), &to_said, day).or(backwards),
        ),
    ];
    let clear = form.iter().all(|field| field.mistake.is_none());
    let asked = AccessAsked { whom, from, until };
    let question = json!({
        "device": asked.whom.device, "person": asked.whom.person, "office": asked.whom.office,
        "room": asked.whom.room, "from": asked.from.to_string(), "until": asked.until.to_string(),
    });
    let path = "/console/reports/access".to_owned();
    let report = AskedReport { path, fields: form, asked: question };
    let answered = clear && !asked.whom.is_everybody();
    (report, answered.then_some(asked))
}

/// The first and the last second of what was typed: of a day all of it.
fn span(typed: &str) -> Option<(Timestamp, Timestamp)> {
    let first = incident::moment(typed)?;
    let day = spelling::code(typed).ok().is_some_and(|plain| plain.parse::<Day>().is_ok());
    Some((first, if day { Day::of(first).last_second() } else { first.plus(59) }))
}
