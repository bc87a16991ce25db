//! `/office/applications`: what the office applied for, how far each came, and whose turn it is.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::form::Fields;
use super::super::page::{Frame, page};
use super::Person;
use super::sight::{frame, sight_of, silent};
use crate::application::Turn;
use crate::calendar::day;
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
        let device = line.device.as_ref().map(|(no, label)| format!("　{label}（{no}）"));
        format!("{}{}", line.kind.japanese(), device.unwrap_or_default())
    }

    fn received(&self, line: &OwnApplication) -> String {
        day(line.received_at)
    }

    fn stands(&self, line: &OwnApplication) -> String {
        let at = line.decided_at.or(line.inspected_at);
        at.map_or_else(|| line.state.japanese().to_owned(), |at| format!("{}（{}）", line.state.japanese(), day(at)))
    }

    fn turn(&self, line: &OwnApplication) -> String {
        let turn = Turn::of(line.state, line.inspected_at.is_some(), line.ticket_until, self.frame.now);
        match turn {
            Turn::CityInspects => "柏市が確認しています。お待ちください。".to_owned(),
            Turn::OfficeCorrects => {
                "事業所で、お知らせした点を直してください。直したら、柏市へご連絡ください。".to_owned()
            }
            Turn::CityDecides => "柏市が承認の手続きをしています。お待ちください。".to_owned(),
            Turn::OfficePicksUp(until) => {
                format!("事業所で、{}までに電子証明書を取得してください。手順はメールでお送りしました。", day(until))
            }
            Turn::Nobody => "手続きは終わっています。".to_owned(),
            Turn::TurnedDown => {
                let why = line.reason.as_deref().unwrap_or_default();
                format!("却下されました。理由：{why}　必要なときは、もう一度申請してください。")
            }
        }
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
        Ok(leaf) => page(StatusCode::OK, &ApplicationsPage { frame: frame(&desk, &person, "申請の状況"), sight, leaf }),
        Err(why) => silent(&desk, &person, &why),
    }
}
