//! What is added to an incident: a note, that a report was made, a stop, its end.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::act::{Act, Field, FieldKind, Touched, done, meanwhile, seen};
use super::super::fact::{named, text};
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::missing::{not_yours, nothing};
use super::super::operator::Operator;
use super::open::nobodys;
use super::{found, path_of};
use crate::application::Day;
use crate::clock::now;
use crate::desk::Desk;
use crate::incident::{Duty, IncidentNo};
use crate::ledger::Entry;
use crate::spelling;

/// Which of them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Press {
    Note,
    Report,
    Stop,
    Close,
}

impl Press {
    const ALL: [Self; 4] = [Self::Note, Self::Report, Self::Stop, Self::Close];

    fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Report => "report",
            Self::Stop => "stop",
            Self::Close => "close",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Note => "記事を加える",
            Self::Report => "報告が済んだことを記録する",
            Self::Stop => "端末・ID・パスワードを止める",
            Self::Close => "終結する",
        }
    }

    fn told(self) -> &'static [&'static str] {
        match self {
            Self::Note => &["分かったこと、したことを書き足します。すでに書いたものは変わりません。"],
            Self::Report => &["いつ、どの報告を済ませたかと、記録した職員が残ります。期限の表示は「済」になります。"],
            Self::Stop => &[
                "端末は、紛失と同じに止まります。再開には理由が必要です。",
                "IDは一時停止になり、いまのパスワードは使えなくなります。開いている画面もすぐに切れます。",
                "事業所の事故では、事業所を一時停止します。",
            ],
            Self::Close => &["結果を書いて終えます。"],
        }
    }

    fn fields(self, operator: &Operator) -> Vec<Field> {
        match self {
            Self::Note => vec![Field::new("text", "記事", FieldKind::Lines).filled(operator).needed()],
            Self::Report => {
                let choices = Duty::ALL.map(|duty| (duty.as_str().to_owned(), duty.called().ja));
                let on = Field::new("on", "報告した日", FieldKind::Day).filled(operator);
                vec![
                    Field::new("report", "報告", FieldKind::Choice(choices.to_vec())).filled(operator).needed(),
                    on.or(&Day::of(now()).to_string()).needed(),
                ]
            }
            Self::Stop => Vec::new(),
            Self::Close => vec![Field::new("outcome", "結果", FieldKind::Lines).filled(operator).needed()],
        }
    }
}

pub(super) async fn ask(
    State(desk): State<Desk>,
    Path((incident, act)): Path<(String, String)>,
    operator: Operator,
) -> Response {
    match about(&desk, &operator, (&incident, &act)).await {
        Ok((.., page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn act(
    State(desk): State<Desk>,
    Path((incident, act)): Path<(String, String)>,
    operator: Operator,
) -> Response {
    let (press, no, mut page) = match about(&desk, &operator, (&incident, &act)).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    page.mistakes = meanwhile(&desk, &operator, &no.to_string()).await;
    let wanted = if press == Press::Report { reported(&operator, &mut page) } else { None };
    if page.is_mistaken() {
        return page.mistaken();
    }
    let (writer, by, fields) = (desk.writer(), operator.by(now()), operator.fields());
    let version = match (press, wanted) {
        (Press::Note, _) => writer.note_incident(&by, no, fields.get("text")).await,
        (Press::Report, Some(wanted)) => writer.report_incident(&by, no, wanted).await,
        (Press::Report, None) => return page.mistaken(),
        (Press::Stop, _) => match nobodys(&desk, &operator).await {
            Some(password) => writer.stop_incident(&by, no, &password).await.map(|(_, version)| version),
            None => return page.busy(),
        },
        (Press::Close, _) => writer.close_incident(&by, no, fields.get("outcome")).await,
    };
    match version {
        Ok(version) => done(&path_of(no), version),
        Err(refusal) => page.brought_back(&refusal),
    }
}

/// Which report, and on which day.
fn reported(operator: &Operator, page: &mut Act<'_>) -> Option<(Duty, Day)> {
    let fields = operator.fields();
    let duty = Duty::read(fields.get("report"));
    if duty.is_none() {
        page.wrong("report", "どの報告かを選んでください。");
    }
    let on = spelling::code(fields.get("on")).ok().and_then(|plain| plain.parse::<Day>().ok());
    if on.is_none() {
        page.wrong("on", "日付は 2026-11-28 のように書いてください。");
    }
    Some((duty?, on?))
}

async fn about<'a>(
    desk: &'a Desk,
    operator: &'a Operator,
    (incident, act): (&str, &str),
) -> Result<(Press, IncidentNo, Act<'a>), Response> {
    if !operator.may().has(Right::Change) {
        return Err(not_yours(desk, operator, Right::Change));
    }
    let press = Press::ALL.into_iter().find(|press| press.name() == act);
    let press = press.ok_or_else(|| nothing(desk, operator, "この操作はありません。"))?;
    let (no, entry) = found(desk, operator, incident).await?;
    let frame = Frame::of(desk, operator, now(), format!("{no}：{}", press.words()));
    let path = format!("/console/change/incidents/{no}/{}", press.name());
    let mut page = Act {
        touched: touched(&entry),
        told: press.told().iter().map(|line| (*line).to_owned()).collect(),
        fields: press.fields(operator),
        ..Act::of(frame, press.words(), path, path_of(no))
    };
    page.fields.extend([Field::why(false).filled(operator), seen(desk).await]);
    if press == Press::Close {
        page.warning = Some("終えた記録には、書き足せません。続きは、新しい記録になります。".to_owned());
    }
    Ok((press, no, page))
}

fn touched(entry: &Entry) -> Vec<Touched> {
    let each = [
        ("端末", "device", "device_label", "devices"),
        ("利用者", "login_id", "person_name", "people"),
        ("事業所", "office", "office_name", "offices"),
    ];
    let named = each.into_iter().filter(|(_, number, ..)| !text(entry, number).is_empty());
    let line = |(what, number, name, room): (&'static str, &str, &str, &str)| Touched {
        what,
        said: named_of(entry, number, name),
        path: Some(format!("/console/{room}/{}", text(entry, number))),
    };
    named.map(line).collect()
}

fn named_of(entry: &Entry, number: &str, name: &str) -> String {
    named(text(entry, number), text(entry, name))
}
