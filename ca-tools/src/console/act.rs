//! The page on which something is done: whom it touches, what they will be told, what must be said with it. A mistake brings
//! the page back with what was typed.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use zeroize::Zeroizing;

use super::frame::{Frame, page};
use super::operator::Operator;
use crate::clock::now;
use crate::desk::{Desk, Once};
use crate::ledger::Happened;
use crate::proposal::{self, ProposalRefusal};
use crate::refusal::Refusal;
use crate::undo::only_looks;
use crate::words::event::Sentence;
use crate::words::for_console;

/// One line about whom or what an act touches.
#[derive(Clone, Debug)]
pub(crate) struct Touched {
    /// 端末, 事業所, …
    pub(crate) what: &'static str,
    /// Number and name.
    pub(crate) said: String,
    /// Its page, where it has one.
    pub(crate) path: Option<String>,
}

/// How a field is filled in.
#[derive(Clone, Debug)]
pub(crate) enum FieldKind {
    /// One line.
    Line,
    /// Several lines.
    Lines,
    /// A day.
    Day,
    /// One of these: value, words.
    Choice(Vec<(String, String)>),
    /// The same, of many: behind a button.
    Select(Vec<(String, String)>),
    /// Yes, or nothing.
    Tick,
    /// Any of these: value, words. What is chosen stands in the field's value, with spaces between.
    Several(Vec<(String, String)>),
    /// A file to be sent.
    File,
    /// Nothing is asked: what is wrong with each cell of a file, said with the mistakes.
    Cells(ActTable),
    /// Nothing is asked: what becomes of what.
    Becomes(ActTable),
    /// Nothing is asked: an address that leads to what helps filling in.
    Link(String),
    /// Carried along, not shown.
    Hidden,
}

/// A table on an act's page: what is wrong with each cell of a file, or what becomes of each of its rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct ActTable {
    pub(crate) caption: String,
    pub(crate) heads: Vec<&'static str>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// A field of an act.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) hint: &'static str,
    pub(crate) kind: FieldKind,
    pub(crate) required: bool,
    /// What was typed, or what stands there.
    pub(crate) value: String,
    /// What is wrong with it.
    pub(crate) mistake: Option<String>,
}

impl Field {
    /// An empty one.
    pub(crate) fn new(name: &'static str, label: &'static str, kind: FieldKind) -> Self {
        Self { name, label, hint: "", kind, required: false, value: String::new(), mistake: None }
    }

    /// The application that it rests on.
    pub(crate) fn application() -> Self {
        let hint = "申請の番号（A-2026-000001 など）。紙の申請は、その番号を書いてください。";
        Self { hint, required: true, ..Self::new("application", "申請番号", FieldKind::Line) }
    }

    /// What keeps the form from being done twice.
    pub(crate) fn once() -> Self {
        let key = Once::key().map(|key| key.to_string()).unwrap_or_default();
        Self { value: key, ..Self::new("once", "", FieldKind::Hidden) }
    }

    /// Why it is done; kept in the record.
    pub(crate) fn why(required: bool) -> Self {
        let hint = "操作記録に残ります。個人の病状などは書かないでください。";
        Self { hint, required, ..Self::new("why", "理由", FieldKind::Line) }
    }

    /// The same with what was typed.
    #[must_use]
    pub(crate) fn filled(mut self, operator: &Operator) -> Self {
        self.value = operator.fields().get(self.name).to_owned();
        self
    }

    /// The same with all that was chosen.
    #[must_use]
    pub(crate) fn chosen(mut self, operator: &Operator) -> Self {
        self.value = operator.fields().each(self.name).collect::<Vec<_>>().join(" ");
        self
    }

    /// The same, of which something is asked.
    #[must_use]
    pub(crate) fn hinted(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    /// The same, which has to be filled in.
    #[must_use]
    pub(crate) fn needed(self) -> Self {
        Self { required: true, ..self }
    }

    /// The same, with this standing in it where nothing was typed.
    #[must_use]
    pub(crate) fn or(mut self, value: &str) -> Self {
        if self.value.is_empty() {
            value.clone_into(&mut self.value);
        }
        self
    }

    /// Whether a day is asked for.
    pub(crate) fn is_day(&self) -> bool {
        matches!(self.kind, FieldKind::Day)
    }

    fn is_chosen(&self, value: &str) -> bool {
        match self.kind {
            FieldKind::Several(_) => self.value.split(' ').any(|chosen| chosen == value),
            FieldKind::Line
            | FieldKind::Lines
            | FieldKind::Day
            | FieldKind::Choice(_)
            | FieldKind::Select(_)
            | FieldKind::Tick
            | FieldKind::File
            | FieldKind::Cells(_)
            | FieldKind::Becomes(_)
            | FieldKind::Link(_)
            | FieldKind::Hidden => self.value == value,
        }
    }
}

/// The page of one act.
#[derive(Template)]
#[template(path = "console/act.html")]
pub(crate) struct Act<'a> {
    pub(crate) frame: Frame<'a>,
    /// The page's own address: where the form goes.
    pub(crate) path: String,
    /// Whom it touches.
    pub(crate) touched: Vec<Touched>,
    /// What happens, and what who is told.
    pub(crate) told: Vec<String>,
    /// What cannot be taken back, where something cannot.
    pub(crate) warning: Option<String>,
    pub(crate) fields: Vec<Field>,
    /// What is wrong, and belongs to no field.
    pub(crate) mistakes: Vec<String>,
    /// The button's words.
    pub(crate) button: &'static str,
    /// The thing's page.
    pub(crate) back: String,
    /// Whether another's approval can be asked for here.
    pub(crate) proposes: bool,
}

impl<'a> Act<'a> {
    /// A page with this button, whose form goes to its own path; whoever does not want to goes back.
    pub(crate) fn of(frame: Frame<'a>, button: &'static str, path: String, back: String) -> Self {
        let (touched, told, fields, mistakes) = Default::default();
        Self { frame, path, touched, told, warning: None, fields, mistakes, button, back, proposes: false }
    }

    /// The same where nothing can be done.
    pub(crate) fn without_button(self) -> Self {
        Self { button: "", ..self }
    }

    /// As it is opened.
    pub(crate) fn shown(self) -> Response {
        page(StatusCode::OK, &self)
    }

    /// What came of it: on to the thing's page, or back with what was wrong. Where the subject was changed after this page
    /// was opened, it says by whom and what; what was typed stays, and may be sent once more.
    pub(crate) async fn answered(
        mut self,
        (desk, operator): (&Desk, &Operator),
        subject: &str,
        done: Result<u64, Refusal>,
    ) -> Response {
        let refusal = match done {
            Ok(version) => return self::done(&self.back, version),
            Err(refusal) => refusal,
        };
        // Where somebody else came first, that is why, whichever rule it broke.
        self.mistakes = meanwhile(desk, operator, subject).await;
        let said = matches!(refusal, Refusal::Overtaken(_)) && !self.mistakes.is_empty();
        if said { self.mistaken() } else { self.brought_back(&refusal) }
    }

    /// Brought back: nothing was done.
    pub(crate) fn brought_back(mut self, refusal: &Refusal) -> Response {
        self.refused(refusal);
        self.mistaken()
    }

    /// Proposes it instead of doing it, where its button said so; else the page, to go on with.
    pub(crate) async fn proposed(
        self,
        (desk, operator): (&Desk, &Operator),
        act: proposal::Act,
    ) -> Result<Self, Response> {
        if operator.fields().get("do") != "propose" {
            return Ok(self);
        }
        match desk.writer().propose(&operator.by(now()), &act).await {
            Ok(proposed) => Err(done(&format!("/console/proposals/{}", proposed.no), proposed.version)),
            Err(refusal) => {
                let mut page = self;
                page.proposes = true;
                Err(page.brought_back(&refusal))
            }
        }
    }

    /// Says why it was refused: beside the field in which something is missing, where that is why.
    pub(crate) fn refused(&mut self, refusal: &Refusal) {
        self.proposes |= matches!(refusal, Refusal::Proposal(ProposalRefusal::NeedsTwo(..)));
        let missing = if *refusal == Refusal::NoWhy {
            "why"
        } else if *refusal == Refusal::NoApplication {
            "application"
        } else {
            ""
        };
        let said = for_console(refusal).ja;
        match self.fields.iter_mut().find(|field| field.name == missing) {
            Some(field) => field.mistake = Some(said),
            None => self.mistakes.push(said),
        }
    }

    /// Brought back because too many wait: nothing was done.
    pub(crate) fn busy(mut self) -> Response {
        self.mistakes.push("ただいま混み合っています。1分ほど待ってから、もう一度押してください。".to_owned());
        page(StatusCode::TOO_MANY_REQUESTS, &self)
    }

    /// Brought back with what its fields say is wrong: nothing was done.
    pub(crate) fn mistaken(self) -> Response {
        page(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }

    /// Says what is wrong with this field.
    pub(crate) fn wrong(&mut self, name: &str, text: &str) {
        if let Some(field) = self.fields.iter_mut().find(|field| field.name == name) {
            field.mistake = Some(text.to_owned());
        }
    }

    /// This field with what is wrong with it.
    pub(crate) fn with_wrong(mut self, name: &str, mistake: impl Into<String>) -> Self {
        let mistake = mistake.into();
        for field in self.fields.iter_mut().filter(|field| field.name == name) {
            field.mistake = Some(mistake.clone());
        }
        self
    }

    /// Whether a file goes with it.
    fn sends_a_file(&self) -> bool {
        self.fields.iter().any(|field| matches!(field.kind, FieldKind::File))
    }

    pub(crate) fn is_mistaken(&self) -> bool {
        !self.mistakes.is_empty() || self.fields.iter().any(|field| field.mistake.is_some())
    }
}

/// It is done: on to the thing's page, which tells it.
pub(crate) fn done(thing: &str, version: u64) -> Response {
    Redirect::to(&format!("{thing}?done={version}")).into_response()
}

/// The answer of a form that must not be done twice: a second press, and a reload, get the first one's.
pub(crate) async fn once(
    desk: &Desk,
    operator: &Operator,
    make: impl Future<Output = Result<String, Response>>,
) -> Result<Zeroizing<String>, Response> {
    let key = operator.fields().get("once");
    if key.is_empty() {
        // A form that is not ours carries none, and nothing would keep it from being done twice.
        return Err(StatusCode::BAD_REQUEST.into_response());
    }
    // Whoever learns of a key still has to be the operator whose form it was.
    desk.once().answer((format!("{} {key}", operator.login_id()), now()), make).await
}

/// What others did to this meanwhile: a sentence for each event after the version that the page was made at. Looking at it is
/// none of them.
pub(crate) async fn meanwhile(desk: &Desk, operator: &Operator, subject: &str) -> Vec<String> {
    // What happened to people is told to who may read about them.
    if !operator.may().read() {
        return Vec::new();
    }
    let Ok(seen) = operator.fields().get("seen").parse::<i64>() else { return Vec::new() };
    let events = desk.writer().ledger().events_about(subject, seen).await.unwrap_or_default();
    let said = events.into_iter().filter(|event| !only_looks(&event.action)).map(|event| {
        // Whoever loads an answer anew sends its form again.
        let who = if event.operator == operator.login_id().as_str() {
            "この画面を開いたあとに、あなたが行いました"
        } else {
            "この画面を開いたあとに変更されています"
        };
        let (by, version) = (event.operator.clone(), event.version);
        let did = Sentence::of(&Happened { event, operator_name: None, subject_name: None }).did;
        format!("{who}：{did}（{by}、記録 {version}）")
    });
    said.collect()
}

/// The field that says at which version the page was made.
pub(crate) async fn seen(desk: &Desk) -> Field {
    let version = desk.writer().ledger().version().await.unwrap_or_default();
    Field { value: version.to_string(), ..Field::new("seen", "", FieldKind::Hidden) }
}
