//! What people read while they answer.

use askama::Template;

use super::line::AnswerLine;
use super::said::rows;
use crate::application::{Line, PLEDGES};
use crate::desk::apply::{Control, Sheet};
use crate::desk::page::Frame;

/// The form.
#[derive(Template)]
#[template(path = "office/campaign/form.html")]
pub(super) struct ReportForm<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) campaign: String,
    /// Number and name.
    pub(super) office: String,
    pub(super) due: String,
    pub(super) seen: i64,
    /// Rows that nobody answered, and all of them.
    pub(super) left: usize,
    pub(super) all: usize,
    pub(super) people: Vec<AnswerLine>,
    pub(super) devices: Vec<AnswerLine>,
    pub(super) sheet: Sheet,
    /// Where each leads, and what it says.
    pub(super) mistakes: Vec<(String, String)>,
    /// What was just done.
    pub(super) told: Option<String>,
}

impl ReportForm<'_> {
    fn rows(&self, count: &usize) -> String {
        rows(*count)
    }

    /// For the sheet's template: a part of no form of ours.
    fn pledges(&self) -> &'static [&'static str] {
        &PLEDGES
    }
}

/// A row, and what becomes of it.
#[derive(Clone, Debug)]
pub(super) struct ReviewLine {
    pub(super) called: String,
    pub(super) told: String,
}

/// Everything once more, before it is sent.
#[derive(Template)]
#[template(path = "office/campaign/review.html")]
pub(super) struct ReportReview<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) deleted: Vec<ReviewLine>,
    pub(super) continued: Vec<String>,
    /// Of whom somebody else has to say it, too.
    pub(super) waiting: Vec<ReviewLine>,
    pub(super) lines: Vec<Line>,
    pub(super) fields: Vec<(String, String)>,
    /// What the button does.
    pub(super) button: &'static str,
}

/// How far it is, and what this reader can do about it.
#[derive(Template)]
#[template(path = "office/campaign/state.html")]
pub(super) struct ReportState<'a> {
    pub(super) frame: Frame<'a>,
    /// What was just done.
    pub(super) told: Option<String>,
    pub(super) said: Vec<String>,
    /// A heading and what is said below it.
    pub(super) lines: Vec<(&'static str, String)>,
    /// Whom this reader can stand for.
    pub(super) vouches: Vec<(String, String)>,
    pub(super) campaign: String,
    /// Words and address of what goes on from here.
    pub(super) ways: Vec<(&'static str, String)>,
    pub(super) mistake: Option<String>,
}
