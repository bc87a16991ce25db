//! The device of a page: found by any spelling of its number, with its office, and a page for what is done to it.

use axum::response::Response;
use certs::DeviceNo;

use super::super::act::{Act, Field, Touched, seen};
use super::super::fact::{named, text};
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::missing::{not_yours, nothing, silent};
use super::super::operator::Operator;
use super::path_of;
use crate::clock::now;
use crate::desk::Desk;
use crate::ledger::Entry;
use crate::refusal::Refusal;

/// A device, and the office it belongs to.
#[derive(Debug)]
pub(super) struct About {
    pub(super) no: DeviceNo,
    pub(super) device: Entry,
    pub(super) office: Entry,
}

/// What is done to a device, and under which address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Doing {
    /// What the operator needs for it.
    pub(super) right: Right,
    /// `suspend`.
    pub(super) act: &'static str,
    /// The page's heading, and the button's words.
    pub(super) words: &'static str,
}

impl Doing {
    /// The address of its page.
    pub(super) fn path(self, no: DeviceNo) -> String {
        let area = if self.right == Right::Approve { "approve" } else { "change" };
        format!("/console/{area}/devices/{no}/{}", self.act)
    }
}

impl About {
    /// This device, however its number was typed; else the page that says that there is none.
    pub(super) async fn of(desk: &Desk, operator: &Operator, typed: &str) -> Result<Self, Response> {
        let no = DeviceNo::typed(typed).map_err(|_| {
            nothing(desk, operator, "端末番号は DEV-000001 のような番号です。アドレスの番号を確かめてください。")
        })?;
        let ledger = desk.writer().ledger();
        let device = ledger.device(no).await.map_err(|refusal| absent(desk, operator, &refusal))?;
        let office = match text(&device, "office").parse() {
            Ok(office) => ledger.office(&office).await.map_err(|refusal| absent(desk, operator, &refusal))?,
            Err(_) => Entry::new(),
        };
        Ok(Self { no, device, office })
    }

    /// The same, for who may do this.
    pub(super) async fn to_do(desk: &Desk, operator: &Operator, typed: &str, doing: Doing) -> Result<Self, Response> {
        if operator.may().has(doing.right) {
            Self::of(desk, operator, typed).await
        } else {
            Err(not_yours(desk, operator, doing.right))
        }
    }

    /// What it is called, with its number.
    pub(super) fn named(&self) -> String {
        named(&self.no.to_string(), text(&self.device, "label"))
    }

    /// The page on which this is done to it.
    pub(super) async fn page<'a>(&self, desk: &'a Desk, operator: &'a Operator, doing: Doing) -> Act<'a> {
        Act {
            frame: Frame::of(desk, operator, now(), doing.words),
            path: doing.path(self.no),
            touched: self.touched(),
            told: Vec::new(),
            warning: None,
            fields: vec![seen(desk).await],
            mistakes: Vec::new(),
            button: doing.words,
            back: path_of(self.no),
            proposes: false,
        }
    }

    /// The device, its office, and whom it serves.
    fn touched(&self) -> Vec<Touched> {
        let office = text(&self.device, "office");
        let people: Vec<_> = self.people().iter().map(|(_, name)| name.clone()).collect();
        let people = match (people.is_empty(), self.serves_everyone()) {
            (_, true) => "事業所の全員".to_owned(),
            (true, false) => "いません".to_owned(),
            (false, false) => people.join("、"),
        };
        vec![
            Touched { what: "端末", said: self.named(), path: Some(path_of(self.no)) },
            Touched {
                what: "事業所",
                said: named(office, text(&self.device, "office_name")),
                path: Some(format!("/console/offices/{office}")),
            },
            Touched { what: "使っている人", said: people, path: None },
        ]
    }

    /// Whom it serves by name: ID, and name with ID.
    pub(super) fn people(&self) -> Vec<(String, String)> {
        let users = self.device.get("users").and_then(serde_json::Value::as_array).map(Vec::as_slice);
        let ids = users.unwrap_or_default().iter().filter_map(serde_json::Value::as_str);
        ids.map(|id| (id.to_owned(), super::super::fact::person(&self.device, id))).collect()
    }

    pub(super) fn serves_everyone(&self) -> bool {
        super::super::fact::flag(&self.device, "everyone")
    }

    /// Who of the office is told by mail of this, or that nobody is.
    pub(super) fn told_by_mail(&self, what: &str) -> String {
        if text(&self.office, "mail").is_empty() {
            return format!(
                "事業所にメールアドレスがないため、{what}のメールは送られません。電話（{}）などで伝えてください。",
                match text(&self.office, "telephone") {
                    "" => "番号の登録なし",
                    telephone => telephone,
                }
            );
        }
        let contact = text(&self.office, "contact");
        let contact = if contact.is_empty() { String::new() } else { format!("（{contact}）") };
        format!("事業所の担当者{contact}に、{what}をメールでお知らせします。")
    }
}

/// It is not there, or the registry does not answer.
fn absent(desk: &Desk, operator: &Operator, refusal: &Refusal) -> Response {
    if let Refusal::Unknown(..) = refusal {
        return nothing(desk, operator, "この番号の端末はありません。");
    }
    tracing::warn!(%refusal, "the registry does not answer");
    silent(desk, operator)
}

/// Why it is done, where nothing more is asked.
pub(super) fn why(operator: &Operator, required: bool) -> Field {
    Field::why(required).filled(operator)
}
