//! The page.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::fact::Fact;
use super::super::frame::{Frame, page};
use super::super::missing::silent;
use super::super::operator::Operator;
use super::shown::{Mending, Refused, StoryShown, about, logins, refused};
use crate::clock::now;
use crate::desk::{Desk, Fields};
use crate::refusal::Refusal;
use crate::why::{Answer, DAYS, NotAnswered, ask};
use crate::words::for_operators;

#[derive(Template)]
#[template(path = "console/why/show.html")]
struct WhyPage<'a> {
    frame: Frame<'a>,
    /// Why there is no answer.
    mistake: Vec<String>,
    about: Vec<Fact>,
    stories: Vec<StoryShown>,
    refused: Vec<Refused>,
    logins: Vec<String>,
    not_kept: i64,
    cut: bool,
    /// Something was found.
    found: bool,
}

/// `GET /console/why?q=`.
pub(super) async fn show(State(desk): State<Desk>, RawQuery(query): RawQuery, operator: Operator) -> Response {
    let typed = Fields::of(query.unwrap_or_default().as_bytes()).get("q").to_owned();
    let mut frame = Frame::of(&desk, &operator, now(), "電話の相手が使えないとき");
    frame.query.clone_from(&typed);
    if typed.trim().is_empty() {
        return page(StatusCode::OK, &WhyPage::of(frame));
    }
    match answered(&desk, &operator, &typed).await {
        Ok(found) => {
            frame.heading = format!("なぜ使えないか：{}", found.asked);
            let may = operator.may();
            let shown = WhyPage {
                about: about(&found),
                stories: StoryShown::all(&found, &may),
                refused: refused(&found),
                logins: logins(&found),
                not_kept: found.not_kept,
                cut: found.cut,
                found: true,
                ..WhyPage::of(frame)
            };
            page(StatusCode::OK, &shown)
        }
        Err(NotAnswered::Refused(Refusal::Unavailable(why))) => {
            tracing::warn!(%why, "the registry does not answer");
            silent(&desk, &operator)
        }
        Err(NotAnswered::Refused(why)) => {
            let mistake = vec![for_operators(&why).ja];
            page(StatusCode::NOT_FOUND, &WhyPage { mistake, ..WhyPage::of(frame) })
        }
        Err(why) => {
            let mistake = why.text().ja.lines().map(|line| line.trim_start_matches('・').to_owned()).collect();
            page(StatusCode::NOT_FOUND, &WhyPage { mistake, ..WhyPage::of(frame) })
        }
    }
}

/// What there is to say; that it was read stands in the record before it is shown.
async fn answered(desk: &Desk, operator: &Operator, typed: &str) -> Result<Answer, NotAnswered> {
    let by = operator.by(now());
    desk.writer().may_read(&by).await?;
    let found = ask(&desk.writer().ledger(), typed, now()).await?;
    desk.writer().why_read(&by, &found.asked, found.about.subject().as_deref()).await?;
    Ok(found)
}

impl<'a> WhyPage<'a> {
    fn of(frame: Frame<'a>) -> Self {
        Self {
            frame,
            mistake: Vec::new(),
            about: Vec::new(),
            stories: Vec::new(),
            refused: Vec::new(),
            logins: Vec::new(),
            not_kept: 0,
            cut: false,
            found: false,
        }
    }

    fn days(&self) -> i64 {
        DAYS
    }
}
