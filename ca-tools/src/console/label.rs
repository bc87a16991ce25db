//! A state as a label: a word of people's, and how much it wants to be seen. The tone is never all that says it.

use certs::Timestamp;

use super::fact::{flag, moment, number, text};
use crate::application::Day;
use crate::calendar::minute;
use crate::language::Language;
use crate::ledger::{Entry, GatewayStanding, WatchedGateway};
use crate::words::said;

/// How much a label wants to be seen.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Tone {
    /// All is well, or over.
    Calm,
    /// Somebody should look at it.
    Care,
    /// Something does not work.
    Stop,
}

/// A state in words; `console/label.html` shows one.
#[derive(Clone, Debug)]
pub(crate) struct Label {
    pub(crate) words: String,
    tone: Tone,
}

/// Days before the end from which on a certificate wants to be seen.
const SOON: i64 = 30;

impl Label {
    pub(crate) fn new(words: impl Into<String>, tone: Tone) -> Self {
        Self { words: words.into(), tone }
    }

    /// For templates: the label's class.
    pub(crate) fn class(&self) -> &'static str {
        match self.tone {
            Tone::Calm => "state",
            Tone::Care => "state care",
            Tone::Stop => "state stop",
        }
    }

    /// Where a device stands.
    pub(crate) fn of_device(device: &Entry) -> Self {
        let stage = text(device, "stage");
        let words = said("stage", stage, &[], Language::Japanese);
        match (stage, flag(device, "suspended")) {
            ("rejected" | "retired", _) => Self::new(words, Tone::Stop),
            (_, true) => Self::new("一時停止中", Tone::Stop),
            ("applied" | "inspected", false) => Self::new(words, Tone::Care),
            (_, false) => Self::new(words, Tone::Calm),
        }
    }

    /// Where a certificate stands at this moment: what time does to it, too.
    pub(crate) fn of_certificate(certificate: &Entry, now: Timestamp) -> Self {
        let over = moment(certificate, "not_after").is_some_and(|end| end < now);
        let left = days_left(certificate, now);
        match text(certificate, "state") {
            "issued" if over => Self::new("期限切れ", Tone::Stop),
            "issued" if left.is_some_and(|days| days <= SOON) => Self::new("使用中（期限間近）", Tone::Care),
            "superseded" => match moment(certificate, "superseded_from") {
                Some(from) if from > now && !over => Self::new("切替中", Tone::Care),
                Some(_) | None => Self::new("切替済み", Tone::Calm),
            },
            "revoked" => Self::new("失効", Tone::Stop),
            state => Self::new(said("state", state, &["serial"], Language::Japanese), Tone::Calm),
        }
    }

    /// Where a ticket stands at this moment.
    pub(crate) fn of_ticket(ticket: &Entry, now: Timestamp) -> Self {
        let over = moment(ticket, "until").is_some_and(|until| until < now);
        match text(ticket, "state") {
            "open" if over => Self::new("期限切れ", Tone::Stop),
            "open" => Self::new("未使用", Tone::Care),
            "killed" => {
                let why = said("killed_why", text(ticket, "killed_why"), &[], Language::Japanese);
                Self::new(if why.is_empty() { "無効".to_owned() } else { format!("無効（{why}）") }, Tone::Stop)
            }
            state => Self::new(said("state", state, &["ticket"], Language::Japanese), Tone::Calm),
        }
    }

    /// Where a letter stands.
    pub(crate) fn of_letter(letter: &Entry) -> Self {
        match text(letter, "state") {
            "queued" if number(letter, "tries") > 0 => Self::new("送信待ち（送り直し）", Tone::Care),
            "queued" => Self::new("送信待ち", Tone::Calm),
            "sent" => Self::new("送信済み", Tone::Calm),
            "refused" => Self::new("送信先が断った", Tone::Stop),
            "given_up" => Self::new("7日間試してあきらめた", Tone::Stop),
            "dropped" => Self::new("不要になった", Tone::Calm),
            other => Self::new(other, Tone::Care),
        }
    }

    /// Where a gateway stands: behind, silent, of another history, retired.
    pub(crate) fn of_gateway(gateway: &Entry, now: Timestamp) -> Self {
        let watched = WatchedGateway {
            retired_at: moment(gateway, "retired_at"),
            strayed: !text(gateway, "strayed").is_empty(),
            told_at: moment(gateway, "told_at"),
            behind: number(gateway, "version") - number(gateway, "applied"),
        };
        match watched.stands(now) {
            GatewayStanding::Retired(at) => Self::new(format!("使用終了（{}）", minute(at)), Tone::Calm),
            GatewayStanding::Strayed => Self::new("別の台帳の歴史", Tone::Stop),
            GatewayStanding::Silent => Self::new("報告がない", Tone::Stop),
            GatewayStanding::Current => Self::new("反映済み", Tone::Calm),
            GatewayStanding::Behind(behind) => Self::new(format!("{behind}版の遅れ"), Tone::Care),
        }
    }
}

/// Whole days until a certificate ends; negative once it has.
pub(crate) fn days_left(certificate: &Entry, now: Timestamp) -> Option<i64> {
    moment(certificate, "not_after").map(|end| Day::of(now).days_until(Day::of(end)))
}
