//! The page on which something is done: whom it touches, what they will be told, what must be said with it. A mistake brings
//! the page back with what was typed.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::frame::{Frame, page};
use super::operator::Operator;
use crate::desk::Desk;
use crate::refusal::Refusal;
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
    /// Yes, or nothing.
    Tick,
    /// Any of these: value, words. What is chosen stands in the field's value, with spaces between.
    Several(Vec<(String, String)>),
    /// Carried along, not shown.
    Hidden,
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

    /// The same, which something is wrong with.
    #[must_use]
    pub(crate) fn wrong(mut self, mistake: impl Into<String>) -> Self {
        self.mistake = Some(mistake.into());
        self
    }

    fn is_chosen(&self, value: &str) -> bool {
        match self.kind {
            FieldKind::Several(_) => self.value.split(' ').any(|chosen| chosen == value),
            FieldKind::Line
            | FieldKind::Lines
            | FieldKind::Day
            | FieldKind::Choice(_)
            | FieldKind::Tick
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
}

impl Act<'_> {
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
        self.mistakes.push(for_console(refusal).ja);
        self.mistaken()
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

    /// This field with what is wrong with it.
    pub(crate) fn with_wrong(mut self, name: &str, mistake: impl Into<String>) -> Self {
        let mistake = mistake.into();
        for field in self.fields.iter_mut().filter(|field| field.name == name) {
            field.mistake = Some(mistake.clone());
        }
        self
    }

    fn is_mistaken(&self) -> bool {
        !self.mistakes.is_empty() || self.fields.iter().any(|field| field.mistake.is_some())
    }
}

/// It is done: on to the thing's page, which tells it.
pub(crate) fn done(thing: &str, version: u64) -> Response {
    Redirect::to(&format!("{thing}?done={version}")).into_response()
}

/// What others did to this meanwhile: a sentence for each event after the version that the page was made at.
pub(crate) async fn meanwhile(desk: &Desk, operator: &Operator, subject: &str) -> Vec<String> {
    let Ok(seen) = operator.fields().get("seen").parse::<i64>() else { return Vec::new() };
    let events = desk.writer().ledger().events_about(subject, seen).await.unwrap_or_default();
    let said = events.iter().map(|event| {
        format!(
            "この画面を開いたあとに変更されています：{}（{}、記録 {}）",
            event.action, event.operator, event.version
        )
    });
    said.collect()
}

/// The field that says at which version the page was made.
pub(crate) async fn seen(desk: &Desk) -> Field {
    let version = desk.writer().ledger().version().await.unwrap_or_default();
    Field { value: version.to_string(), ..Field::new("seen", "", FieldKind::Hidden) }
}
