//! What was just done? Read from its event after the commit, with what each gateway did about it and with what takes it back.

use certs::Timestamp;
use serde_json::Value as Json;

use super::may::{May, Right};
use crate::desk::{Desk, Fields};
use crate::journal::Event;
use crate::ledger::{Ledger, receipts};
use crate::refusal::Unavailable;
use crate::reports::{FORGOTTEN, Receipt};
use crate::words::event::Sentence;

/// An act takes back what another did only so long after it, in seconds; later it is an act of its own.
const UNDO: i64 = 600;

/// So long, in seconds, a change is news.
const NEWS: i64 = 10;

/// An act, its receipts and its counter-act.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    /// The version of the change, by which it stands in the record.
    pub(crate) version: i64,
    /// What was done, in the record's sentence.
    pub(crate) said: String,
    /// What each gateway says; empty where none reports.
    pub(crate) receipts: Vec<String>,
    /// How many letters went out by it.
    pub(crate) letters: i64,
    /// What takes it back, where something does.
    pub(crate) counter: Option<Counter>,
}

/// The act that takes another back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Counter {
    /// The button's words.
    pub(crate) words: &'static str,
    /// Its page.
    pub(crate) path: String,
}

impl Done {
    /// What `?done=VERSION` names; nothing where it names nothing.
    /// To who may not read about people, no person is named, and nobody is led where they may not go.
    pub(crate) async fn told(desk: &Desk, query: Option<&str>, (may, now): (&May, Timestamp)) -> Option<Self> {
        let query = Fields::of(query.unwrap_or_default().as_bytes());
        let version: i64 = query.get("done").parse().ok().filter(|version| *version > 0)?;
        let ledger = desk.writer().ledger();
        let happened = ledger.happened_at(version).await.ok()??;
        let said = if may.read() { Sentence::of(&happened).did } else { "この操作".to_owned() };
        let event = happened.event;
        let told = said_of(&ledger, &event, now).await.unwrap_or_default();
        let letters = ledger.letters_of(version.unsigned_abs()).await.unwrap_or_default();
        let counter = counter(&event, letters, now);
        let counter =
            counter.filter(|counter| may.read() && Right::at(&counter.path, false).is_none_or(|right| may.has(right)));
        let receipts = told.iter().map(|receipt| receipt.text().ja).collect();
        Some(Self { version, said, receipts, letters, counter })
    }
}

/// What the gateways say. Waited for only while it is news: who opens the page again later is told at once.
async fn said_of(ledger: &Ledger, event: &Event, now: Timestamp) -> Result<Vec<Receipt>, Unavailable> {
    let version = event.version.unsigned_abs();
    if now.unix() - event.at <= NEWS {
        receipts(ledger, version, now).await
    } else {
        ledger.confirmations(version, now.plus(-FORGOTTEN)).await
    }
}

/// What takes this back. While nothing left the house it is an undoing; afterwards it has the name of what it is.
fn counter(event: &Event, letters: i64, now: Timestamp) -> Option<Counter> {
    let undone = letters == 0 && now.unix() - event.at <= UNDO;
    let named = |noun: &str, act: &str, words: &'static str| Counter {
        words: if undone { "取り消す" } else { words },
        path: format!("/console/change/{noun}/{}/{act}", event.subject),
    };
    let always = |area: &str, id: &str, act: &str, words: &'static str| Counter {
        words,
        path: format!("/console/{area}/{id}/{act}"),
    };
    // What a counter-act needs beside its subject is in the event.
    let detail: Json = serde_json::from_str(&event.detail).unwrap_or_default();
    match event.action.as_str() {
        "device.suspend" | "device.report-lost" => Some(named("devices", "resume", "端末の利用を再開する")),
        "device.resume" => Some(named("devices", "suspend", "端末を一時停止する")),
        "user.suspend" => Some(named("people", "resume", "利用者を再開する")),
        "user.resume" => Some(named("people", "suspend", "利用者を一時停止する")),
        "office.suspend" => Some(named("offices", "resume", "事業所を再開する")),
        "office.resume" => Some(named("offices", "suspend", "事業所を一時停止する")),
        "device.approve" => Some(always("change/devices", &event.subject, "suspend", "端末を一時停止する")),
        "device.inspect" => Some(always("change/devices", &event.subject, "inspect", "検査の結果を登録し直す")),
        "device.users" => Some(always("change/devices", &event.subject, "users", "端末の利用者を変える")),
        // What was withdrawn stays withdrawn: whoever needs another one is given another one.
        "cert.revoke" => Some(always("change/devices", &event.subject, "ticket", "取得用番号を発行する")),
        "ticket.open" => detail["ticket"]
            .as_str()
            .map(|ticket| always("change/tickets", ticket, "kill", "この取得用番号を無効にする")),
        "ticket.kill" => detail["device"]
            .as_str()
            .map(|device| always("change/devices", device, "ticket", "新しい取得用番号を発行する")),
        "room.invite" => detail["user"].as_str().map(|user| Counter {
            path: format!("/console/change/rooms/{}/remove?user={user}", event.subject),
            words: if undone { "取り消す" } else { "招待を取りやめる" },
        }),
        "room.remove" => detail["user"].as_str().map(|user| Counter {
            path: format!("/console/change/rooms/{}/invite?user={user}", event.subject),
            words: if undone { "取り消す" } else { "もう一度招待する" },
        }),
        "office.update" => Some(Counter {
            path: format!("/console/change/offices/{}/update?{}", event.subject, before(&detail)),
            words: if undone { "取り消す" } else { "前の内容に変更する" },
        }),
        "user.roles" => Some(Counter {
            path: format!("/console/approve/people/{}/roles", event.subject),
            words: "役割を変える",
        }),
        "user.move" => detail["from"].as_str().map(|from| Counter {
            path: format!("/console/change/people/{}/move?office={from}", event.subject),
            words: "前の事業所に移す",
        }),
        "user.add" => Some(Counter {
            path: format!("/console/change/people/{}/suspend", event.subject),
            words: "利用者を一時停止する",
        }),
        _ => None,
    }
}

/// What stood there before a correction, as a query that fills its form in.
fn before(detail: &Json) -> String {
    let fields = detail.as_object().into_iter().flatten();
    let before = fields.filter_map(|(field, change)| Some((field.as_str(), change["before"].as_str()?)));
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(before).finish()
}
