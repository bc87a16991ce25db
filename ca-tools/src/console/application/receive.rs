//! What came by mail, by post or at the counter is taken down by hand: the first of three pages.
//!
//! The form is the one that offices fill in themselves, judged by the same reader.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::act::{Field, FieldKind, once};
use super::super::frame::{Frame, page};
use super::super::may::Right;
use super::super::missing::{not_yours, nothing, silent};
use super::super::office;
use super::super::operator::Operator;
use super::super::person::latest;
use crate::acts::Hand;
use crate::application::{
    Channel, Day, Detail, Facts, Fields, Form, Kind, KnownOffice, Mistakes, PLEDGES, office_named,
};
use crate::clock::now;
use crate::desk::{self, Control, Desk, Sheet, Shown, rows};
use crate::refusal::Refusal;
use crate::words::for_console;

const PATH: &str = "/console/change/applications/new/receive";
/// How a paper comes.
const CHANNELS: [(Channel, &str); 4] =
    [(Channel::Email, "メール"), (Channel::Post, "郵送"), (Channel::Counter, "窓口"), (Channel::Web, "電子申請")];

#[derive(Template)]
#[template(path = "console/application/receive.html")]
struct Receive<'a> {
    frame: Frame<'a>,
    kind: Kind,
    channel: String,
    wrong_channel: Option<&'static str>,
    sheet: Sheet,
    once: Field,
    /// Where each leads, and what it says.
    mistakes: Vec<(String, String)>,
    back: String,
}

impl Receive<'_> {
    fn channels(&self) -> Vec<(&'static str, &'static str, bool)> {
        CHANNELS.iter().map(|(channel, words)| (channel.as_str(), *words, channel.as_str() == self.channel)).collect()
    }

    fn pledges(&self) -> &'static [&'static str] {
        &PLEDGES
    }

    fn is_mistaken(&self) -> bool {
        !self.mistakes.is_empty() || self.wrong_channel.is_some()
    }
}

/// What is known before anything is judged.
struct ReceiveForm {
    kind: Kind,
    fields: Fields,
    known: Option<KnownOffice>,
}

/// `GET …?kind=ids&office=1272200001`.
pub(super) async fn ask(State(desk): State<Desk>, RawQuery(query): RawQuery, operator: Operator) -> Response {
    let query = desk::fields(&desk::Fields::of(query.unwrap_or_default().as_bytes()));
    match asked(&desk, &operator, query).await {
        Ok(mut asked) => {
            if let (Kind::OfficeChange | Kind::OfficeNumber, Some(known)) = (asked.kind, &asked.known) {
                for detail in Detail::on_forms() {
                    asked.fields.set(detail.as_str(), &known.details[detail]);
                }
            }
            shown(&desk, &operator, (&asked, &Mistakes::default()), 0).answer(StatusCode::OK)
        }
        Err(answer) => answer,
    }
}

pub(super) async fn act(State(desk): State<Desk>, operator: Operator) -> Response {
    let asked = match asked(&desk, &operator, desk::fields(operator.fields())).await {
        Ok(asked) => asked,
        Err(answer) => return answer,
    };
    if operator.fields().get("do") == "rows" {
        return shown(&desk, &operator, (&asked, &Mistakes::default()), 1).answer(StatusCode::OK);
    }
    match once(&desk, &operator, received(&desk, &operator, &asked)).await {
        Ok(place) => Redirect::to(&place).into_response(),
        Err(answer) => answer,
    }
}

/// Receives it; where the second page is.
async fn received(desk: &Desk, operator: &Operator, asked: &ReceiveForm) -> Result<String, Response> {
    let by = operator.by(now());
    let facts = Facts { today: Day::of(by.at), office: asked.known.as_ref(), professions: desk.professions() };
    let channel = CHANNELS.iter().find(|(channel, _)| channel.as_str() == asked.fields.get("channel"));
    let read = Form::read(asked.kind, &asked.fields, &facts);
    let (form, channel) = match (read, channel) {
        (Ok(form), Some((channel, _))) => (form, *channel),
        (read, channel) => {
            let mistakes = read.err().unwrap_or_default();
            let mut shown = shown(desk, operator, (asked, &mistakes), 0);
            shown.wrong_channel = channel.is_none().then_some("どのように届いたかを選んでください。");
            return Err(shown.answer(StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    match desk.writer().receive_application(&by, &Hand::Operator(channel), &form).await {
        Ok(received) => {
            let no = received.application;
            let version = latest(desk, operator, &no.to_string()).await;
            Ok(format!("/console/change/applications/{no}/inspect?done={version}"))
        }
        Err(refusal) => {
            let mut shown = shown(desk, operator, (asked, &Mistakes::default()), 0);
            shown.mistakes.push(("content".to_owned(), for_console(&refusal).ja));
            Err(shown.answer(StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

async fn asked(desk: &Desk, operator: &Operator, fields: Fields) -> Result<ReceiveForm, Response> {
    if !operator.may().has(Right::Change) {
        return Err(not_yours(desk, operator, Right::Change));
    }
    let Ok(kind) = fields.get("kind").parse::<Kind>() else {
        return Err(nothing(desk, operator, "この種類の申請はありません。事業所のページから選び直してください。"));
    };
    let known = match office_named(&fields) {
        Some(office) => desk.writer().ledger().known_office(&office).await,
        None => Ok(None),
    };
    let known = known.map_err(|why| {
        let refusal = Refusal::Unavailable(why);
        tracing::warn!(%refusal, "the registry does not answer");
        silent(desk, operator)
    })?;
    Ok(ReceiveForm { kind, fields, known })
}

fn shown<'a>(
    desk: &'a Desk,
    operator: &'a Operator,
    (asked, mistakes): (&ReceiveForm, &Mistakes),
    more_rows: usize,
) -> Receive<'a> {
    let ReceiveForm { kind, fields, known } = asked;
    let professions = desk.professions();
    let with = Shown { fields, mistakes, people: known.as_ref(), rows: rows(fields, more_rows), professions };
    let mut sheet = Sheet::of(*kind, &with);
    // A stranger's address and a contact's office are known by how they came; what is taken down by hand is typed.
    let typed = sheet.parts.iter_mut().flat_map(|part| &mut part.groups).flat_map(|group| &mut group.inputs);
    for input in typed.filter(|input| matches!(input.control, Control::Fixed)) {
        let inputmode = if input.name == "mail" { "email" } else { "text" };
        input.control = Control::Line { autocomplete: "off", inputmode };
    }
    let back = office::typed(fields.get("office")).map(|office| office::path_of(&office));
    Receive {
        frame: Frame::of(desk, operator, now(), format!("{}を受け付ける", kind.japanese())),
        kind: *kind,
        channel: fields.get("channel").to_owned(),
        wrong_channel: None,
        sheet,
        once: Field { kind: FieldKind::Hidden, ..Field::once() },
        mistakes: mistakes.0.iter().map(|mistake| (mistake.field.clone(), mistake.with_label().ja)).collect(),
        back: back.unwrap_or_else(|| "/console/applications".to_owned()),
    }
}

impl Receive<'_> {
    fn answer(self, status: StatusCode) -> Response {
        page(status, &self)
    }

    /// The address to which the form goes.
    fn path(&self) -> &'static str {
        PATH
    }
}
