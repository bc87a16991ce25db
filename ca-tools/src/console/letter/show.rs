//! One letter: where it stands, what stood in its way.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::address;
use super::super::fact::{Fact, number, text};
use super::super::frame::{Frame, page};
use super::super::label::Label;
use super::super::line::{LetterLine, kind};
use super::super::may::Right;
use super::super::missing::{nothing, silent};
use super::super::offer::Offers;
use super::super::operator::Operator;
use super::super::spelled::elsewhere;
use super::super::timeline::{Timeline, told};
use super::{path_of, spelled};
use crate::clock::now;
use crate::courier::Trouble;
use crate::desk::Desk;
use crate::ledger::Entry;
use crate::refusal::Refusal;
use crate::rows::SubjectKind;

#[derive(Template)]
#[template(path = "console/letter/show.html")]
struct LetterPage<'a> {
    frame: Frame<'a>,
    label: Label,
    problem: Option<String>,
    facts: Vec<Fact>,
    offers: Offers,
    timeline: Option<Timeline>,
}

/// `GET /console/operations/letters/{n}`.
pub(super) async fn show(
    State(desk): State<Desk>,
    Path(typed): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let Some(letter) = spelled(&typed) else {
        return nothing(&desk, &operator, "この番号のメールはありません。");
    };
    if let Some(answer) = elsewhere(&typed, &letter.to_string(), &path_of(letter), query.as_deref()) {
        return answer;
    }
    let entry = match desk.writer().ledger().mail(letter).await {
        Ok(entry) => entry,
        Err(Refusal::Unknown(..)) => return nothing(&desk, &operator, "この番号のメールはありません。"),
        Err(refusal) => {
            tracing::warn!(%refusal, "the registry does not answer");
            return silent(&desk, &operator);
        }
    };
    let frame = Frame::of(&desk, &operator, now(), format!("メール {letter}（{}）", kind(&entry)));
    let frame = frame.telling_what_was_done(&desk, query.as_deref()).await;
    let again = matches!(text(&entry, "state"), "queued" | "refused" | "given_up");
    let offers = Offers::to(operator.may()).offering_if(
        again,
        Right::Operate,
        "もう一度送る",
        format!("{}/retry", path_of(letter)),
    );
    let reads = operator.may().has(Right::Read);
    // Who sees no person is told nothing of who did what.
    let timeline = if reads {
        match told(&desk, &operator, (SubjectKind::Letter, &letter.to_string())).await {
            Ok(timeline) => Some(timeline),
            Err(answer) => return answer,
        }
    } else {
        None
    };
    let problem = Some(text(&entry, "problem")).filter(|problem| !problem.is_empty());
    let problem = problem.map(|problem| said(problem, reads));
    let label = Label::of_letter(&entry);
    page(StatusCode::OK, &LetterPage { frame, label, problem, facts: facts(&entry, reads), offers, timeline })
}

/// What stood in its way. What a mail server said names addresses: who sees no person reads our own sentence alone.
fn said(problem: &str, reads: bool) -> String {
    if reads {
        return Trouble::read(problem).ja;
    }
    let word = problem.split(": ").next().unwrap_or_default();
    let said = Trouble::read(word).ja;
    if said == word { "送れませんでした。".to_owned() } else { said }
}

fn facts(letter: &Entry, reads: bool) -> Vec<Fact> {
    let line = LetterLine::of(letter);
    let line = if reads { line } else { line.without_people() };
    let mut facts = vec![Fact::new("種類", line.kind)];
    if !line.recipient.is_empty() {
        facts.push(Fact::new("宛先", line.recipient));
    }
    if !line.about.is_empty() {
        facts.push(about(&line.about, reads));
    }
    facts.push(Fact::new("送信回数", format!("{}回", number(letter, "tries"))));
    facts
        .extend(["queued_at", "next_at", "tried_since", "ended_at"].iter().filter_map(|field| Fact::of(letter, field)));
    facts.push(Fact::new("メールの識別番号", text(letter, "message_id")));
    facts
}

/// What it is about, with its page where the reader may open it.
fn about(about: &str, reads: bool) -> Fact {
    let fact = Fact::new("対象", about);
    let noun = match about {
        _ if !reads => return fact,
        about if about.starts_with("DEV-") => "devices",
        about if about.starts_with("A-") => {
            return Fact { path: address::path_of(SubjectKind::Application, about), ..fact };
        }
        about if about.bytes().all(|sign| sign.is_ascii_digit()) => "offices",
        _ => return fact,
    };
    fact.leading(format!("/console/{noun}/{about}"))
}
