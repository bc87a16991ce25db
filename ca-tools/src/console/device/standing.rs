//! What stands between a device and its use? Each thing in a sentence, with the page where it is mended.

use certs::{DeviceNo, Timestamp};

use super::super::fact::{flag, list, moment, text};
use super::super::label::days_left;
use super::super::may::{May, Right};
use super::decide::APPROVE;
use super::hold::RESUME;
use super::inspect::INSPECT;
use super::ticket::TICKET;
use super::users::USERS;
use crate::calendar::{day, minute};
use crate::ledger::Entry;
use crate::refusal::Loss;
use crate::words::reported;

/// Something in the way.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct InTheWay {
    /// What it is, in a sentence.
    pub(super) said: String,
    /// Where one sees or mends it.
    pub(super) path: Option<String>,
}

/// What is known of a device when it is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct KnownDevice<'a> {
    pub(super) no: DeviceNo,
    pub(super) device: &'a Entry,
    pub(super) office: &'a Entry,
    pub(super) loss: Option<&'a Loss>,
    pub(super) tickets: &'a [Entry],
    pub(super) now: Timestamp,
}

impl KnownDevice<'_> {
    /// Whether it is out of use for good.
    pub(super) fn is_over(self) -> bool {
        matches!(text(self.device, "stage"), "rejected" | "retired")
    }

    /// Whether a certificate of it opens the door at this moment, so far as certificates go.
    pub(super) fn holds_certificate(self) -> bool {
        list(self.device, "certificates").any(|certificate| {
            let runs = moment(certificate, "not_after").is_some_and(|end| end >= self.now);
            let counts = match text(certificate, "state") {
                "issued" => true,
                "superseded" => moment(certificate, "superseded_from").is_some_and(|from| from > self.now),
                _ => false,
            };
            runs && counts
        })
    }

    /// Everything that stands in the way, what is to be done first before what comes after it.
    pub(super) fn in_the_way(self, may: &May) -> Vec<InTheWay> {
        let mut found = Vec::new();
        // Nobody is led where they would be refused.
        let open = |path: &String| Right::at(path, false).is_none_or(|right| may.has(right));
        let mut tell = |said: String, path: Option<String>| found.push(InTheWay { said, path: path.filter(open) });
        match text(self.device, "stage") {
            "applied" => tell("安全性の検査がまだ済んでいません。".to_owned(), Some(INSPECT.path(self.no))),
            "inspected" => tell("検査は済みました。承認を待っています。".to_owned(), Some(APPROVE.path(self.no))),
            "rejected" => tell("申請は却下されています。使うときは、新しく申請を受け付けます。".to_owned(), None),
            "retired" => tell("使用を終わっています。".to_owned(), None),
            _ => {}
        }
        if let Some(loss) = self.loss {
            tell(format!("{}。", reported(loss).ja), Some(RESUME.path(self.no)));
        } else if flag(self.device, "suspended") {
            tell("一時停止中です。".to_owned(), Some(RESUME.path(self.no)));
        }
        if let Some(until) = moment(self.device, "approved_until").filter(|until| *until < self.now) {
            tell(format!("承認の期限（{}）が切れています。", day(until)), Some(APPROVE.path(self.no)));
        }
        if text(self.office, "state") != "registered" {
            let office = text(self.device, "office");
            let said = "事業所が利用中ではありません（一時停止、終了、または番号の変更）。".to_owned();
            tell(said, Some(format!("/console/offices/{office}")));
        }
        if !flag(self.device, "everyone") && list_of_users(self.device) == 0 {
            tell("利用者がいません。だれもログインできません。".to_owned(), Some(USERS.path(self.no)));
        }
        if !self.is_over() && text(self.device, "stage") == "approved" && !self.holds_certificate() {
            self.tell_of_tickets(&mut tell);
        }
        found
    }

    fn tell_of_tickets(self, tell: &mut impl FnMut(String, Option<String>)) {
        let open = self.tickets.iter().rev().find(|ticket| text(ticket, "state") == "open");
        let running = open.filter(|ticket| moment(ticket, "until").is_some_and(|until| until >= self.now));
        match (running, open) {
            (Some(ticket), _) => {
                let name = text(ticket, "ticket");
                let until = moment(ticket, "until").map(minute).unwrap_or_default();
                let said = format!("電子証明書をまだ取得していません（取得用番号 {name}、期限 {until}）。");
                tell(said, Some(format!("/console/tickets/{name}")));
            }
            (None, Some(ticket)) => {
                let said = format!(
                    "取得用番号 {} の期限が切れました。電子証明書は取得されていません。",
                    text(ticket, "ticket")
                );
                tell(said, Some(TICKET.path(self.no)));
            }
            (None, None) => {
                let ended = list(self.device, "certificates")
                    .any(|one| text(one, "state") == "issued" && days_left(one, self.now).is_some_and(|days| days < 0));
                let said = if ended {
                    "電子証明書の期限が切れています。"
                } else {
                    "使用中の電子証明書がありません。"
                };
                tell(said.to_owned(), Some(TICKET.path(self.no)));
            }
        }
    }
}

fn list_of_users(device: &Entry) -> usize {
    device.get("users").and_then(serde_json::Value::as_array).map_or(0, Vec::len)
}
