//! What people read while they apply.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use pages::Language;

use super::super::page::{Frame, page};
use super::super::spoken::{locale, say};
use super::sheet::{Control, Sheet};
use crate::application::{Kind, Line, PLEDGES};

/// Which application?
#[derive(Template)]
#[template(path = "apply/choices.html")]
struct Choices<'a> {
    frame: Frame<'a>,
    lead: &'a str,
    choices: &'a [Choice],
    back: Option<(&'static str, &'static str)>,
}

/// One of them.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    /// Where it leads.
    pub(crate) path: String,
    /// What it is called.
    pub(crate) name: &'static str,
    /// For whom it is.
    pub(crate) hint: &'static str,
}

impl Choice {
    pub(crate) fn of(kind: Kind, path: String) -> Self {
        let hint = match kind {
            Kind::FirstRegistration => say(
                "はじめてカシワニネットを利用する事業所",
                "はじめてカシワニネットを使う事業所",
                "An office that uses Kashiwani-Net for the first time",
            ),
            Kind::Ids => say(
                "採用・異動・退職のとき",
                "人が入ったとき・変わったとき・やめたとき",
                "When somebody joins, moves or leaves",
            ),
            Kind::OfficeChange => say(
                "名称・担当者・所在地・電話・メール・氏名が変わったとき",
                "名前・担当者・住所・電話・メールが変わったとき",
                "When the name, contact, address, telephone, mail or a person’s name changed",
            ),
            Kind::OfficeNumber => say(
                "番号が変わり、登録し直すとき",
                "番号が変わったとき",
                "When the number changed and all is registered anew",
            ),
            Kind::Certificate => say("端末を新しく使うとき", "端末を新しく使うとき", "When a device is to be used"),
        };
        Self { path, name: kind.name(locale().language()), hint }
    }
}

pub(crate) fn choices(
    frame: Frame<'_>,
    (lead, choices): (&str, &[Choice]),
    back: Option<(&'static str, &'static str)>,
) -> Response {
    page(StatusCode::OK, &Choices { frame, lead, choices, back })
}

/// To which address may the link go?
#[derive(Template)]
#[template(path = "apply/address.html")]
pub(super) struct Address<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) kind: Kind,
    /// `mail` or `office`: what is asked.
    pub(super) field: &'static str,
    pub(super) typed: &'a str,
    pub(super) mistake: Option<String>,
}

/// A mail may be on its way.
#[derive(Template)]
#[template(path = "apply/mailed.html")]
pub(super) struct Mailed<'a> {
    pub(super) frame: Frame<'a>,
    /// The address that was typed; empty where it is the registry's.
    pub(super) mail: &'a str,
}

/// The form.
#[derive(Template)]
#[template(path = "apply/form.html")]
pub(super) struct FormPage<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) action: &'a str,
    pub(super) token: &'a str,
    pub(super) sheet: Sheet,
    /// Where each leads, and what it says.
    pub(super) mistakes: Vec<(String, String)>,
    pub(super) home: &'static str,
}

impl FormPage<'_> {
    fn pledges(&self) -> &'static [&'static str] {
        &PLEDGES
    }
}

/// Everything once more, before it is sent.
#[derive(Template)]
#[template(path = "apply/review.html")]
pub(super) struct Review<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) action: &'a str,
    pub(super) token: &'a str,
    pub(super) kind: Kind,
    pub(super) lines: Vec<Line>,
    pub(super) fields: Vec<(String, String)>,
}

/// It is received.
#[derive(Template)]
#[template(path = "apply/done.html")]
pub(super) struct Done<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) application: String,
    pub(super) kind: Kind,
    pub(super) home: &'static str,
}

/// Nothing came of it.
#[derive(Template)]
#[template(path = "apply/stopped.html")]
pub(crate) struct Stopped<'a> {
    pub(crate) frame: Frame<'a>,
    pub(crate) text: String,
    pub(crate) home: &'static str,
}
