//! うちの事業所: what there is of it, what it must do, and what somebody can do here.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pages::Locale;

use super::super::page::{Frame, page};
use super::super::spoken::{date, day, locale};
use super::Person;
use super::readiness::{AHEAD, ToldLack, told};
use super::sight::{frame, home, sight_of, silent};
use super::told::people;
use crate::application::Day;
use crate::campaign::{Campaign, OfficeSheet};
use crate::clock::now;
use crate::desk::state::Desk;
use crate::ledger::{Entry, Sight};
use crate::refusal::{Refusal, Unavailable};
use crate::rows::office_end::EndTold;

#[derive(Template)]
#[template(path = "office/index.html")]
struct Index<'a> {
    frame: Frame<'a>,
    person: &'a Person,
    sight: Sight,
    name: String,
    people: i64,
    devices: i64,
    /// What the office must do soon; of its contact.
    lacks: Vec<ToldLack>,
    until: String,
    ended: Option<EndTold>,
    campaigns: Vec<OwnCampaign>,
}

impl Index<'_> {
    fn all_people(&self) -> String {
        people(self.people)
    }

    fn all_devices(&self) -> String {
        format!("{}{}", self.devices, self.frame.say("台", "台", ""))
    }
}

/// A 現況届 of the office: its number, and how far it is.
struct OwnCampaign {
    campaign: String,
    said: String,
}

/// What the page says of the office.
struct OfficeToday {
    entry: Entry,
    lacks: Vec<ToldLack>,
    ended: Option<EndTold>,
    campaigns: Vec<OwnCampaign>,
}

/// `GET /office/`.
pub(super) async fn show(State(desk): State<Desk>, person: Person) -> Response {
    let sight = match sight_of(&desk, &person).await {
        Ok(sight) => sight,
        Err(answer) => return answer,
    };
    let by = Day::of(now().plus(AHEAD * 86_400));
    let today = match today(&desk, &sight, by).await {
        Ok(today) => today,
        Err(why) => return silent(&desk, &person, &why),
    };
    let OfficeToday { entry, lacks, ended, campaigns } = today;
    let number = |field: &str| entry.get(field).and_then(serde_json::Value::as_i64).unwrap_or_default();
    let shown = Index {
        frame: frame(&desk, &person, home()),
        person: &person,
        name: entry.get("name").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned(),
        people: number("users"),
        devices: number("devices"),
        sight,
        lacks,
        until: date(by),
        ended,
        campaigns,
    };
    page(StatusCode::OK, &shown)
}

async fn today(desk: &Desk, sight: &Sight, by: Day) -> Result<OfficeToday, Unavailable> {
    let ledger = desk.writer.ledger();
    // Whoever is logged in has an office.
    let corrupt = |why: Refusal| {
        if let Refusal::Unavailable(why) = why { why } else { Unavailable::Corrupt(why.to_string()) }
    };
    let entry = ledger.office(&sight.office).await.map_err(corrupt)?;
    let mut campaigns = ledger.campaigns_of_office(&sight.office).await?;
    // Who goes on is said by somebody else than the contact, too.
    campaigns.retain(|(campaign, _)| sight.contact || campaign.closed_at.is_none());
    let campaigns = campaigns.iter().map(|(campaign, sheet)| asked(campaign, sheet)).collect();
    if !sight.contact {
        return Ok(OfficeToday { entry, lacks: Vec::new(), ended: None, campaigns });
    }
    let as_is = ledger.office_as_is(&sight.office).await.map_err(corrupt)?;
    let ended = ledger.end_told(&sight.office).await?;
    Ok(OfficeToday { entry, lacks: told(&as_is, by, now()), ended, campaigns })
}

/// How far the office is with a 現況届.
fn asked(campaign: &Campaign, sheet: &OfficeSheet) -> OwnCampaign {
    let open = sheet.standings().filter(|(_, standing)| standing.is_open()).count();
    let due = date(campaign.dates.due);
    let said = match (&sheet.confirmed, campaign.closed_at, locale()) {
        (Some((_, at)), _, Locale::Japanese) => format!("{}に提出しました", day(*at)),
        (Some((_, at)), _, Locale::EasyJapanese) => format!("{}に出しました", day(*at)),
        (Some((_, at)), _, Locale::English) => format!("handed in on {}", day(*at)),
        (None, Some(at), Locale::Japanese) => format!("提出のないまま、{}に締め切られました", day(at)),
        (None, Some(at), Locale::EasyJapanese) => format!("出さないまま、{}に終わりました", day(at)),
        (None, Some(at), Locale::English) => format!("closed on {}; nothing was handed in", day(at)),
        (None, None, Locale::Japanese) => format!("まだ提出していません（未回答 {open}件、期限 {due}）"),
        (None, None, Locale::EasyJapanese) => {
            format!("まだ出していません（まだ答えていないもの {open}、{due}まで）")
        }
        (None, None, Locale::English) => format!("not handed in yet ({open} not answered, due {due})"),
    };
    OwnCampaign { campaign: campaign.no.to_string(), said }
}
