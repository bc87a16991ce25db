//! `/office/applications`: what the office applied for, how far each came, and whose turn it is.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use certs::Timestamp;
use pages::Locale;

use super::super::form::Fields;
use super::super::page::{Frame, page};
use super::super::spoken::{day, locale, numbered, say};
use super::Person;
use super::sight::{frame, sight_of, silent};
use super::told::word;
use crate::application::Turn;
use crate::desk::state::Desk;
use crate::ledger::{Leaf, OwnApplication, Sight};

#[derive(Template)]
#[template(path = "office/applications.html")]
struct ApplicationsPage<'a> {
    frame: Frame<'a>,
    sight: Sight,
    leaf: Leaf<OwnApplication>,
}

impl ApplicationsPage<'_> {
    fn of(&self, line: &OwnApplication) -> String {
        let device = line.device.as_ref().map(|(no, label)| format!("　{}", numbered(label, no)));
        format!("{}{}", line.kind.name(locale().language()), device.unwrap_or_default())
    }

    fn received(&self, line: &OwnApplication) -> String {
        day(line.received_at)
    }

    fn stands(&self, line: &OwnApplication) -> String {
        let state = word("state", line.state.as_str(), &[]);
        match line.decided_at.or(line.inspected_at) {
            Some(at) => numbered(state, day(at)),
            None => state,
        }
    }

    fn turn(&self, line: &OwnApplication) -> String {
        match Turn::of(line.state, line.inspected_at.is_some(), line.ticket_until, self.frame.now) {
            Turn::CityInspects => say(
                "柏市が確認しています。お待ちください。",
                "柏市が見ています。待ってください。",
                "Kashiwa City is checking it. Please wait.",
            )
            .to_owned(),
            Turn::OfficeCorrects => say(
                "事業所で、お知らせした点を直してください。直したら、柏市へご連絡ください。",
                "知らせたところを、事業所で直してください。直したら、柏市へ電話してください。",
                "Your office puts right what you were told of, and then contacts Kashiwa City.",
            )
            .to_owned(),
            Turn::CityDecides => say(
                "柏市が承認の手続きをしています。お待ちください。",
                "柏市が決めています。待ってください。",
                "Kashiwa City is deciding on it. Please wait.",
            )
            .to_owned(),
            Turn::OfficePicksUp(until) => fetched(until),
            Turn::Nobody => say("手続きは終わっています。", "もう終わりました。", "Nothing is left to do.").to_owned(),
            Turn::TurnedDown => turned_down(line.reason.as_deref().unwrap_or_default()),
        }
    }
}

fn fetched(until: Timestamp) -> String {
    let until = day(until);
    match locale() {
        Locale::Japanese => {
            format!("事業所で、{until}までに電子証明書を取得してください。手順はメールでお送りしました。")
        }
        Locale::EasyJapanese => format!("{until}までに、電子証明書を取ってください。やり方はメールで送りました。"),
        Locale::English => format!("Your office picks up the certificate by {until}. The steps were sent by mail."),
    }
}

fn turned_down(why: &str) -> String {
    match locale() {
        Locale::Japanese => format!("却下されました。理由：{why}　必要なときは、もう一度申請してください。"),
        Locale::EasyJapanese => format!("認められませんでした。理由：{why}　必要なときは、もう一度申請してください。"),
        Locale::English => format!("It was turned down. Reason: {why} — If you need it, please apply again."),
    }
}

/// `GET /office/applications`.
pub(super) async fn show(State(desk): State<Desk>, RawQuery(query): RawQuery, person: Person) -> Response {
    let sight = match sight_of(&desk, &person).await {
        Ok(sight) => sight,
        Err(answer) => return answer,
    };
    let query = Fields::of(query.unwrap_or_default().as_bytes());
    match desk.writer.ledger().own_applications(&sight, query.get("before")).await {
        Ok(leaf) => page(
            StatusCode::OK,
            &ApplicationsPage {
                frame: frame(&desk, &person, say("申請の状況", "申請のようす", "Your applications")),
                sight,
                leaf,
            },
        ),
        Err(why) => silent(&desk, &person, &why),
    }
}
