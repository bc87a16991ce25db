//! `/office/devices`: which devices there are, how long each still works, who uses it, when it was used last.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use certs::{DeviceNo, Timestamp};

use registry::DeviceStage;

use super::super::form::Fields;
use super::super::page::{Frame, page};
use super::Person;
use super::sight::{frame, sight_of, silent};
use super::told::{left, login};
use crate::calendar::day;
use crate::desk::state::Desk;
use crate::language::Language;
use crate::ledger::{Leaf, OwnTicket, Sight, UsedDevice};
use crate::refusal::Unavailable;
use crate::words::said;

#[derive(Template)]
#[template(path = "office/devices.html")]
struct DevicesPage<'a> {
    frame: Frame<'a>,
    person: &'a Person,
    sight: Sight,
    leaf: Leaf<UsedDevice>,
    tickets: Vec<OwnTicket>,
    /// One that was given up a moment ago.
    gone: Option<DeviceNo>,
}

impl DevicesPage<'_> {
    fn state(&self, device: &UsedDevice) -> String {
        if device.suspended {
            return "一時停止中".to_owned();
        }
        said("stage", &device.stage, &[], Language::Japanese)
    }

    /// Whether its reader can say that it is no longer used: it is in use, and not the one they hold.
    fn may_go(&self, device: &UsedDevice) -> bool {
        self.sight.contact && device.stage == DeviceStage::Approved.as_str() && device.device != self.person.device()
    }

    fn os(&self, device: &UsedDevice) -> String {
        let own = said("ownership", &device.ownership, &[], Language::Japanese);
        format!("{}・{own}", said("os", &device.os, &[], Language::Japanese))
    }

    fn left(&self, device: &UsedDevice) -> String {
        device.not_after.map_or_else(|| "電子証明書なし".to_owned(), |end| left(end, self.frame.now))
    }

    fn users(&self, device: &UsedDevice) -> String {
        let users = &device.users;
        if users.everyone {
            return "事業所の全員".to_owned();
        }
        let named = users.named.join("、");
        match usize::try_from(users.all).unwrap_or(usize::MAX).saturating_sub(users.named.len()) {
            _ if users.named.is_empty() => "いません".to_owned(),
            0 => named,
            more => format!("{named} ほか{more}人"),
        }
    }

    fn used(&self, device: &UsedDevice) -> String {
        let used = device.used_at.map_or_else(|| "記録なし".to_owned(), day);
        let Some(logged_in) = &device.logged_in else { return used };
        format!("{used}（最後のログイン：{}　{}（{}））", login(logged_in), logged_in.name, logged_in.login_id)
    }

    fn day(&self, at: &Timestamp) -> String {
        day(*at)
    }

    fn until(&self, ticket: &OwnTicket) -> String {
        left(ticket.until, self.frame.now)
    }
}

/// `GET /office/devices`.
pub(super) async fn show(State(desk): State<Desk>, RawQuery(query): RawQuery, person: Person) -> Response {
    let sight = match sight_of(&desk, &person).await {
        Ok(sight) => sight,
        Err(answer) => return answer,
    };
    let query = Fields::of(query.unwrap_or_default().as_bytes());
    let after = query.get("after").parse().unwrap_or_default();
    let gone = DeviceNo::typed(query.get("gone")).ok();
    let frame = frame(&desk, &person, "端末");
    match found(&desk, &sight, (after, frame.now)).await {
        Ok((leaf, tickets)) => {
            page(StatusCode::OK, &DevicesPage { frame, person: &person, sight, leaf, tickets, gone })
        }
        Err(why) => silent(&desk, &person, &why),
    }
}

async fn found(
    desk: &Desk,
    sight: &Sight,
    (after, now): (i64, Timestamp),
) -> Result<(Leaf<UsedDevice>, Vec<OwnTicket>), Unavailable> {
    let ledger = desk.writer.ledger();
    let leaf = ledger.own_devices(sight, after).await?;
    // They stand on the first page.
    let tickets = if after == 0 { ledger.own_tickets(sight, now).await? } else { Vec::new() };
    Ok((leaf, tickets))
}
