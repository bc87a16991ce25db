//! `/office/devices/{device}/retire`: a device of the office is no longer used. Asked once more, since it does not come back.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use certs::DeviceNo;

use super::super::page::{Frame, page};
use super::super::spoken::{say, why_not};
use super::Person;
use super::sight::{contact_of, frame, silent, stopped};
use crate::acts::By;
use crate::clock::now;
use crate::desk::state::Desk;
use crate::ledger::{OwnDevice, Sight};
use crate::refusal::Refusal;

#[derive(Template)]
#[template(path = "office/retire.html")]
struct RetirePage<'a> {
    frame: Frame<'a>,
    own: OwnDevice,
}

/// `GET`.
pub(super) async fn ask(State(desk): State<Desk>, Path(device): Path<String>, person: Person) -> Response {
    match about(&desk, &person, &device).await {
        Ok((_, own)) => {
            let frame =
                frame(&desk, &person, say("使わなくなった端末", "もう使わない端末", "A device that is no longer used"));
            page(StatusCode::OK, &RetirePage { frame, own })
        }
        Err(answer) => answer,
    }
}

/// `POST`.
pub(super) async fn retire(State(desk): State<Desk>, Path(device): Path<String>, person: Person) -> Response {
    let (sight, own) = match about(&desk, &person, &device).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let by = By { why: Some("事業所の担当者からの届出".to_owned()), ..person.by(now()) };
    match desk.writer.retire_own_device(&by, &sight.office, own.device).await {
        Ok(_) => Redirect::to(&format!("/office/devices?gone={}", own.device)).into_response(),
        Err(Refusal::Unavailable(why)) => silent(&desk, &person, &why),
        Err(why) => stopped(&desk, &person, (StatusCode::CONFLICT, why_not(&why))),
    }
}

/// The device, if it is another one of their office. The one at hand would leave whoever gives it up outside.
async fn about(desk: &Desk, person: &Person, device: &str) -> Result<(Sight, OwnDevice), Response> {
    let sight = contact_of(desk, person).await?;
    let no = DeviceNo::typed(device).ok();
    if no == Some(person.device()) {
        let text = say(
            "いまお使いの端末は、ここでは終わりにできません。事業所のほかの端末から手続きしてください。",
            "今使っている端末は、ここでは終わりにできません。事業所のほかの端末でしてください。",
            "The device that you are using cannot be given up here. Please do it on another device of your office.",
        );
        return Err(stopped(desk, person, (StatusCode::CONFLICT, text.to_owned())));
    }
    let others = match desk.writer.ledger().other_devices(&sight.office, person.device()).await {
        Ok(others) => others,
        Err(Refusal::Unavailable(why)) => return Err(silent(desk, person, &why)),
        Err(why) => return Err(stopped(desk, person, (StatusCode::CONFLICT, why_not(&why)))),
    };
    let own = others.into_iter().find(|own| Some(own.device) == no);
    let missing = || {
        let text = say(
            "この番号の端末は、事業所で使われていません。端末の一覧でお確かめください。",
            "この番号の端末は、事業所にありません。端末の一覧を見てください。",
            "Your office uses no device of this number. Please look at the list of devices.",
        );
        stopped(desk, person, (StatusCode::NOT_FOUND, text.to_owned()))
    };
    own.map(|own| (sight, own)).ok_or_else(missing)
}
