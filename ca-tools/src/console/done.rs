//! What was just done? Read from its event after the commit, with what each gateway did about it and with what takes it back.

use certs::Timestamp;

use super::counter::{Counter, counter};
use super::may::{May, Right};
use crate::desk::{Desk, Fields};
use crate::journal::Event;
use crate::ledger::{Ledger, receipts};
use crate::refusal::Unavailable;
use crate::reports::{FORGOTTEN, Receipt};
use crate::words::event::Sentence;
use crate::words::undo::{how_long, instead_of, why};

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
    /// How it is taken back, to who may.
    pub(crate) back: Option<TakeBack>,
}

/// How an act is taken back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct TakeBack {
    /// Until when it is undone, or why it is not.
    pub(crate) said: String,
    /// What leads on from here.
    pub(crate) way: Option<Counter>,
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
        let receipts = told.iter().map(|receipt| receipt.text().ja).collect();
        // Who changes nothing undoes nothing, and is told nothing of it.
        let back = if may.has(Right::Change) { back(&ledger, &event, (may, now)).await } else { None };
        Some(Self { version, said, receipts, letters, back })
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

/// How this is taken back by this reader: undone while nothing left the house, afterwards by an act that has a name.
async fn back(ledger: &Ledger, event: &Event, (may, now): (&May, Timestamp)) -> Option<TakeBack> {
    let judged = ledger.undoable(event.version, now).await.ok()?;
    let refusal = match judged {
        Ok(judged) => {
            let path = format!("/console/change/audit/{}/undo", event.version);
            let way = Some(Counter { words: "取り消す", path });
            return Some(TakeBack { said: how_long(judged).ja, way });
        }
        Err(refusal) => refusal,
    };
    let way = instead_of(&refusal).and_then(|instead| counter(instead, event));
    let way = way.filter(|way| Right::at(&way.path, false).is_none_or(|right| may.has(right)));
    Some(TakeBack { said: why(&refusal).ja, way })
}
