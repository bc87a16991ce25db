//! One person.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use certs::Timestamp;
use registry::{LoginId, OfficeState, Opening, SystemUserState};
use serde_json::Value as Json;

use super::super::fact::{Fact, named, text};
use super::super::frame::{Frame, page};
use super::super::label::Label;
use super::super::may::{May, Right};
use super::super::missing::{nothing, silent};
use super::super::obstacle::Obstacle;
use super::super::offer::Offers;
use super::super::operator::Operator;
use super::super::spelled::elsewhere;
use super::super::timeline::{Timeline, told};
use super::super::training;
use super::{maintenance, path_of, typed};
use crate::calendar::{day, minute};
use crate::clock::now;
use crate::desk::Desk;
use crate::ledger::{AroundPerson, Entry};
use crate::maintenance::standing;
use crate::refusal::{Refusal, Unavailable};
use crate::rows::SubjectKind;

#[derive(Template)]
#[template(path = "console/person/show.html")]
struct PersonPage<'a> {
    frame: Frame<'a>,
    person: LoginId,
    state: Label,
    facts: Vec<Fact>,
    obstacles: Vec<Obstacle>,
    /// Number, name, path.
    rooms: Vec<Fact>,
    devices: Vec<Fact>,
    trainings: Vec<Fact>,
    timeline: Timeline,
    offers: Offers,
}

/// What is known of somebody at this moment.
struct KnownPerson {
    entry: Entry,
    around: AroundPerson,
    locked_until: Option<Timestamp>,
    trainings: Vec<Entry>,
    opening: Opening,
}

/// `GET /console/people/{person}`.
pub(super) async fn show(
    State(desk): State<Desk>,
    Path(person): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let Some(id) = typed(&person) else {
        return nothing(&desk, &operator, "カシワニネットIDは、英小文字・数字・「.」「-」「_」の3〜32文字です。");
    };
    if let Some(ours) = elsewhere(&person, id.as_str(), &path_of(&id), query.as_deref()) {
        return ours;
    }
    let at = now();
    match known(&desk, &id, at).await {
        Ok(known) => {
            let frame = Frame::of(&desk, &operator, at, named(id.as_str(), text(&known.entry, "name")));
            let frame = frame.telling_what_was_done(&desk, query.as_deref()).await;
            let timeline = match told(&desk, &operator, (SubjectKind::Person, id.as_str())).await {
                Ok(timeline) => timeline,
                Err(answer) => return answer,
            };
            let shown = PersonPage {
                frame,
                timeline,
                state: Label::of_person(text(&known.entry, "state")),
                facts: facts(&known),
                obstacles: obstacles(&id, &known, operator.may()),
                rooms: listed(&known.entry, "rooms"),
                devices: devices(&known.around),
                trainings: known.trainings.iter().map(training::of_person).collect(),
                offers: offers(&id, &known, operator.may()),
                person: id,
            };
            page(StatusCode::OK, &shown)
        }
        Err(Refusal::Unknown(..)) => nothing(&desk, &operator, "このIDの利用者はいません。"),
        Err(refusal) => {
            tracing::warn!(%refusal, "the registry does not answer");
            silent(&desk, &operator)
        }
    }
}

async fn known(desk: &Desk, id: &LoginId, at: Timestamp) -> Result<KnownPerson, Refusal> {
    let ledger = desk.writer().ledger();
    let entry = ledger.user(id).await?;
    let office = text(&entry, "office").parse().map_err(|_| Unavailable::Corrupt(format!("{id} is of no office")))?;
    let around = ledger.around_person(id, &office).await?;
    let locked_until = ledger.locked_until(id, at).await?;
    let trainings = ledger.training_of_person(id).await?;
    let opening = ledger.opening_of(id).await?;
    Ok(KnownPerson { entry, around, locked_until, trainings, opening })
}

fn facts(known: &KnownPerson) -> Vec<Fact> {
    let KnownPerson { entry, around, locked_until, opening, .. } = known;
    let office = text(entry, "office");
    let office_line =
        Fact::new("事業所", named(office, text(entry, "office_name"))).leading(format!("/console/offices/{office}"));
    let mut facts = vec![Fact::new("カシワニネットID", text(entry, "login_id")), office_line];
    facts.extend(Fact::of(entry, "kana"));
    facts.extend(Fact::of(entry, "profession"));
    if around.contact {
        facts.push(Fact::new("担当", "事業所のカシワニネット担当者"));
    }
    let roles = roles(entry);
    if !roles.is_empty() {
        facts.push(Fact::new("役割", roles.join("、")));
    }
    if let Some(said) = maintenance::said(*opening) {
        facts.push(Fact::new("保守", said));
    }
    if let Some(until) = locked_until {
        facts.push(Fact::new("ロックの期限", format!("{}（遅くとも。ゲートウェイの報告による）", minute(*until))));
    }
    let initial = entry.get("password_initial").and_then(Json::as_bool).unwrap_or_default();
    let kind = if initial { "初期パスワードのまま" } else { "本人が決めたもの" };
    facts.push(Fact::new("パスワード", kind));
    facts.extend(Fact::of(entry, "password_set_at"));
    facts.extend(Fact::of(entry, "password_lapsed_at"));
    let application = text(entry, "application");
    if !application.is_empty() {
        facts.push(Fact::application(application));
    }
    facts
}

fn roles(entry: &Entry) -> Vec<String> {
    let held = entry.get("roles").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
    held.map(|role| crate::words::said("roles", role, &[], crate::language::Language::Japanese)).collect()
}

/// What keeps them from logging in, in the order in which the gate asks.
fn obstacles(id: &LoginId, known: &KnownPerson, may: May) -> Vec<Obstacle> {
    let KnownPerson { entry, around, locked_until, opening, .. } = known;
    let state = text(entry, "state");
    if state == SystemUserState::Deleted.as_str() {
        return vec![Obstacle::new(
            "このIDは削除されました。元には戻せません。必要なときは、様式1で新しいIDを申請してもらってください。",
        )];
    }
    let change = |act: &str| format!("/console/change/people/{id}/{act}");
    let with = |obstacle: Obstacle, words: &'static str, path: String| {
        if may.has(Right::Change) { obstacle.way(words, path) } else { obstacle }
    };
    let mut obstacles = Vec::new();
    if !opening.is_open(now()) {
        let said = "保守用のIDで、いまは承認された時間帯ではありません。";
        obstacles.push(with(Obstacle::new(said), "保守作業の時間帯を開く", change("maintenance/open")));
    }
    if state == SystemUserState::Suspended.as_str() {
        obstacles.push(with(Obstacle::new("IDが一時停止中です。"), "再開する", change("resume")));
    }
    if around.office_state != OfficeState::Registered.as_str() {
        let said = format!("事業所が「{}」です。", Label::of_office(&around.office_state).words);
        obstacles.push(Obstacle::new(said).way("事業所を見る", format!("/console/offices/{}", text(entry, "office"))));
    }
    if let Some(until) = locked_until {
        let said = format!("ログインの失敗が続いたため、{}まで（遅くとも）ロックされています。", minute(*until));
        obstacles.push(with(Obstacle::new(said), "ロックを解除する", change("unlock")));
    }
    if !text(entry, "password_lapsed_at").is_empty() {
        let said = "初期パスワードが、使われないまま期限切れになりました。";
        obstacles.push(with(Obstacle::new(said), "初期パスワードを再発行する", change("reset-password")));
    }
    if around.devices.iter().all(|device| device.suspended || device.not_after.is_none()) {
        let said = "使える端末がありません（電子証明書のある端末が、この人に割り当てられていません）。";
        let office = text(entry, "office");
        obstacles.push(Obstacle::new(said).way("事業所の端末を見る", format!("/console/offices/{office}#devices")));
    }
    obstacles
}

/// The rooms of an entry, by name and number.
fn listed(entry: &Entry, field: &str) -> Vec<Fact> {
    let names = entry.get("names").and_then(Json::as_object);
    let name = |number: &str| names.and_then(|names| names.get(number)).and_then(Json::as_str).unwrap_or_default();
    let numbers = entry.get(field).and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
    numbers
        .map(|number| Fact::new(number, named(number, name(number))).leading(format!("/console/{field}/{number}")))
        .collect()
}

fn devices(around: &AroundPerson) -> Vec<Fact> {
    let said = |device: &crate::ledger::DeviceLine| {
        let until = match (device.suspended, device.not_after) {
            (true, _) => "一時停止中".to_owned(),
            (false, None) => "電子証明書なし".to_owned(),
            (false, Some(end)) => format!("電子証明書は{}まで", day(end)),
        };
        let line = format!("{}　{until}", named(&device.device, &device.label));
        Fact::new("", line).leading(format!("/console/devices/{}", device.device))
    };
    around.devices.iter().map(said).collect()
}

fn offers(id: &LoginId, known: &KnownPerson, may: May) -> Offers {
    let entry = &known.entry;
    let change = |act: &str| format!("/console/change/people/{id}/{act}");
    let offers = Offers::to(may);
    let state = text(entry, "state");
    if state == SystemUserState::Deleted.as_str() {
        return offers;
    }
    let alone = format!("/console/custody/proposals/new/suspend-person/{id}");
    let held = state == SystemUserState::Suspended.as_str();
    let maintained = matches!(known.opening, Opening::Within(_));
    let window = standing(known.opening, now()).is_some();
    // The first is what callers ask for most, and ends nothing.
    offers
        .offering_if(held, Right::Change, "IDを再開する", change("resume"))
        .offering(Right::Change, "初期パスワードを再発行する", change("reset-password"))
        .offering(Right::Change, "ロックを解除する", change("unlock"))
        .offering(Right::Change, "ふりがなを変える", change("kana"))
        .offering_if(!held, Right::Change, "IDを一時停止する", change("suspend"))
        .offering_if(!held, Right::Custody, "緊急のため、1人で一時停止する", alone)
        .offering(Right::Change, "別の事業所に移す（異動）", change("move"))
        .offering(
            Right::Change,
            "事業所の担当者にする",
            format!("/console/change/offices/{}/contact?person={id}", text(entry, "office")),
        )
        .offering_if(!maintained, Right::Change, "保守用のIDにする", change("maintenance/account"))
        .offering_if(maintained && !window, Right::Change, "保守作業の時間帯を開く", change("maintenance/open"))
        .offering_if(window, Right::Change, "保守作業の時間帯を閉じる", change("maintenance/close"))
        .offering(Right::Change, "事故・障害を記録する", format!("/console/change/incidents/new/open?person={id}"))
        .offering(Right::Change, "IDを削除する（退職）", change("delete"))
        .offering(Right::Approve, "役割を変える", format!("/console/approve/people/{id}/roles"))
}
