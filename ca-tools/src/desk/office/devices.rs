//! `/office/devices`: which devices there are, how long each still works, who uses it, when it was used last.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use certs::{DeviceNo, Timestamp};
use pages::Locale;
use registry::DeviceStage;

use super::super::apply::{owner, system};
use super::super::form::Fields;
use super::super::page::{Frame, page};
use super::super::spoken::{day, listed, locale, numbered, say};
use super::Person;
use super::sight::{frame, sight_of, silent};
use super::told::{left, login, word};
use crate::desk::state::Desk;
use crate::ledger::{Leaf, OwnTicket, Sight, UsedDevice};
use crate::refusal::Unavailable;

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
            return say("一時停止中", "止めています", "on hold").to_owned();
        }
        word("stage", &device.stage, &[])
    }

    /// Whether its reader can say that it is no longer used: it is in use, and not the one they hold.
    fn may_go(&self, device: &UsedDevice) -> bool {
        self.sight.contact && device.stage == DeviceStage::Approved.as_str() && device.device != self.person.device()
    }

    fn os(&self, device: &UsedDevice) -> String {
        let os = device.os.parse().map_or_else(|_| device.os.clone(), |os| system(os).to_owned());
        let whose = device.ownership.parse().map_or_else(|_| device.ownership.clone(), |whose| owner(whose).to_owned());
        [os, whose, self.state(device)].join(say("・", "・", ", "))
    }

    fn left(&self, device: &UsedDevice) -> String {
        let none = || say("電子証明書なし", "電子証明書がありません", "no certificate").to_owned();
        device.not_after.map_or_else(none, |end| left(end, self.frame.now))
    }

    fn users(&self, device: &UsedDevice) -> String {
        let users = &device.users;
        if users.everyone {
            return say("事業所の全員", "事業所のみんな", "everybody of the office").to_owned();
        }
        let [opens, closes] = [say("（", "（", " ("), say("）", "）", ")")];
        let named = users.named.iter().map(|[name, login_id]| format!("{name}{opens}{login_id}{closes}"));
        let named = listed(&named.collect::<Vec<_>>());
        match usize::try_from(users.all).unwrap_or(usize::MAX).saturating_sub(users.named.len()) {
            _ if users.named.is_empty() => say("いません", "いません", "nobody").to_owned(),
            0 => named,
            more => match locale() {
                Locale::Japanese | Locale::EasyJapanese => format!("{named} ほか{more}人"),
                Locale::English => format!("{named} and {more} more"),
            },
        }
    }

    fn used(&self, device: &UsedDevice) -> String {
        let none = || say("記録なし", "まだありません", "no record").to_owned();
        let used = device.used_at.map_or_else(none, day);
        let Some(logged_in) = &device.logged_in else { return used };
        let (at, who) = (login(logged_in), numbered(&logged_in.name, &logged_in.login_id));
        match locale() {
            Locale::Japanese | Locale::EasyJapanese => format!("{used}（最後のログイン：{at}　{who}）"),
            Locale::English => format!("{used} (last login: {at}, {who})"),
        }
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
    let frame = frame(&desk, &person, say("端末", "端末", "Devices"));
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
