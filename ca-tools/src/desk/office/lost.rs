//! 端末の紛失・盗難, from another device of the office: put on hold at once; the city resumes or revokes.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::lost::{self, Stopped};
use super::super::page::{Frame, page};
use super::super::spoken::say;
use super::Person;
use super::sight::frame;
use crate::acts::By;
use crate::clock::now;
use crate::desk::state::Desk;
use crate::ledger::OwnDevice;
use crate::refusal::Refusal;

#[derive(Template)]
#[template(path = "office/lost.html")]
struct LostPage<'a> {
    frame: Frame<'a>,
    devices: Vec<OwnDevice>,
    mistake: Option<&'static str>,
}

/// `GET /office/lost`: the office's other devices.
pub(super) async fn show(State(desk): State<Desk>, person: Person) -> Response {
    listed(&desk, &person, StatusCode::OK, None).await
}

/// `POST /office/lost`: this one, now.
pub(super) async fn report(State(desk): State<Desk>, person: Person) -> Response {
    let chosen = match desk.writer.ledger().other_devices(person.office(), person.device()).await {
        Ok(devices) => devices.into_iter().find(|own| own.device.to_string() == person.fields.get("device")),
        Err(_) => return listed(&desk, &person, StatusCode::SERVICE_UNAVAILABLE, None).await,
    };
    let Some(own) = chosen else {
        let mistake = say(
            "止める端末を、一覧から1つ選んでください。",
            "止める端末を、1つ選んでください。",
            "Please choose the device to stop from the list.",
        );
        return listed(&desk, &person, StatusCode::UNPROCESSABLE_ENTITY, Some(mistake)).await;
    };
    let why = Some("本人による紛失の報告（ほかの端末から）".to_owned());
    let now = now();
    let by = By { why, ..person.by(now) };
    match desk.writer.report_own_loss(&by, own.device, person.login_id().as_str()).await {
        Ok((before, version)) => {
            let at = before.lost_since(now);
            lost::stopped(&desk, ("/office", &person.reference), Stopped { device: own.device, version, at }).await
        }
        Err(Refusal::Loss(_)) => {
            let mistake = say(
                "この端末は、すでに使用を終わっています。止めるものはありません。",
                "この端末は、もう使えません。止めなくてもだいじょうぶです。",
                "This device is no longer in use. There is nothing to stop.",
            );
            listed(&desk, &person, StatusCode::CONFLICT, Some(mistake)).await
        }
        Err(refusal) => {
            tracing::error!(%refusal, device = %own.device, "a lost device was not put on hold");
            listed(&desk, &person, StatusCode::SERVICE_UNAVAILABLE, None).await
        }
    }
}

/// `GET /office/lost/stopped`.
pub(super) async fn told(State(desk): State<Desk>, RawQuery(query): RawQuery, person: Person) -> Response {
    match lost::read(&desk, query.as_deref()) {
        Some(stopped) => lost::page_of(&desk, &person.reference, stopped).await,
        None => listed(&desk, &person, StatusCode::OK, None).await,
    }
}

async fn listed(desk: &Desk, person: &Person, status: StatusCode, mistake: Option<&'static str>) -> Response {
    let heading = say("端末の紛失・盗難", "端末をなくしたとき・盗まれたとき", "Lost or stolen device");
    let frame = frame(desk, person, heading);
    let (status, devices, mistake) = match desk.writer.ledger().other_devices(person.office(), person.device()).await {
        Ok(devices) if status != StatusCode::SERVICE_UNAVAILABLE => (status, devices, mistake),
        Ok(_) | Err(_) => {
            let mistake = say(
                "ただいま受け付けられません。お急ぎのときは、柏市へお電話ください。",
                "いまは使えません。急ぐときは、柏市へ電話してください。",
                "This cannot be done at the moment. If it is urgent, please call Kashiwa City.",
            );
            (StatusCode::SERVICE_UNAVAILABLE, Vec::new(), Some(mistake))
        }
    };
    page(status, &LostPage { frame, devices, mistake })
}
