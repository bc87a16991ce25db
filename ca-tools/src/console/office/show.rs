//! One office.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use certs::Timestamp;
use registry::{OfficeNo, OfficeState};

use super::super::fact::{Fact, named, text};
use super::super::frame::{Frame, page};
use super::super::label::{Label, Tone};
use super::super::may::{May, Right};
use super::super::missing::{nothing, silent};
use super::super::obstacle::Obstacle;
use super::super::offer::Offers;
use super::super::operator::Operator;
use super::super::spelled::elsewhere;
use super::super::timeline::{Timeline, told};
use super::super::training;
use super::{path_of, typed};
use crate::application::{Day, Detail, Kind};
use crate::calendar::{day, minute};
use crate::clock::now;
use crate::desk::Desk;
use crate::language::Language;
use crate::ledger::{AroundOffice, DeviceLine, Entry, Ledger, MOST};
use crate::refusal::Refusal;
use crate::rows::SubjectKind;
use crate::rows::office_end::EndTold;
use crate::words::said;

#[derive(Template)]
#[template(path = "console/office/show.html")]
struct OfficePage<'a> {
    frame: Frame<'a>,
    office: OfficeNo,
    state: Label,
    facts: Vec<Fact>,
    obstacles: Vec<Obstacle>,
    around: AroundOffice,
    /// How many there are; the page shows the first hundred.
    people: i64,
    devices: i64,
    trainings: Vec<Fact>,
    timeline: Timeline,
    offers: Offers,
}

impl OfficePage<'_> {
    fn person_state(&self, state: &str) -> Label {
        Label::of_person(state)
    }

    fn application_state(&self, state: &str) -> Label {
        Label::of_application(state)
    }

    fn kind(&self, kind: &str) -> String {
        said("kind", kind, &[], Language::Japanese)
    }

    fn day(&self, at: &Timestamp) -> String {
        day(*at)
    }

    fn minute(&self, at: &Timestamp) -> String {
        minute(*at)
    }

    /// How a device stands.
    fn standing(&self, device: &DeviceLine) -> Label {
        if device.suspended {
            return Label::new("一時停止", Tone::Care);
        }
        let tone = if device.stage == "approved" { Tone::Calm } else { Tone::Care };
        Label::new(said("stage", &device.stage, &[], Language::Japanese), tone)
    }

    /// 「2028年12月26日（あと760日）」.
    fn left(&self, device: &DeviceLine) -> String {
        let Some(end) = device.not_after else { return "電子証明書なし".to_owned() };
        let days = Day::of(self.frame.now).days_until(Day::of(end));
        if days < 0 { format!("{}に切れました", day(end)) } else { format!("{}（あと{days}日）", day(end)) }
    }

    fn more(&self, all: i64) -> bool {
        usize::try_from(all).is_ok_and(|all| all > MOST)
    }
}

/// `GET /console/offices/{office}`.
pub(super) async fn show(
    State(desk): State<Desk>,
    Path(office): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let Some(number) = typed(&office) else {
        return nothing(&desk, &operator, "事業所番号は、10桁の数字（または英大文字）です。");
    };
    if let Some(ours) = elsewhere(&office, number.as_str(), &path_of(&number), query.as_deref()) {
        return ours;
    }
    let (ledger, at) = (desk.writer().ledger(), now());
    match found(&ledger, &number, at).await {
        Ok(OfficeFound { entry, around, ended, trainings }) => {
            let frame = Frame::of(&desk, &operator, at, named(number.as_str(), text(&entry, "name")));
            let frame = frame.telling_what_was_done(&desk, query.as_deref()).await;
            let count = |field: &str| entry.get(field).and_then(serde_json::Value::as_i64).unwrap_or_default();
            let timeline = match told(&desk, &operator, (SubjectKind::Office, number.as_str())).await {
                Ok(timeline) => timeline,
                Err(answer) => return answer,
            };
            let shown = OfficePage {
                frame,
                timeline,
                state: Label::of_office(text(&entry, "state")),
                facts: facts(&entry),
                obstacles: obstacles(&entry, (&around, ended.as_ref()), operator.may()),
                people: count("users"),
                devices: count("devices"),
                trainings: trainings.iter().map(|one| training::of_office(&number, one)).collect(),
                offers: offers(&number, text(&entry, "state"), operator.may()),
                around,
                office: number,
            };
            page(StatusCode::OK, &shown)
        }
        Err(Refusal::Unknown(..)) => nothing(&desk, &operator, "この番号の事業所はありません。"),
        Err(refusal) => {
            tracing::warn!(%refusal, "the registry does not answer");
            silent(&desk, &operator)
        }
    }
}

/// What the registry holds of an office.
struct OfficeFound {
    entry: Entry,
    /// What hangs on it.
    around: AroundOffice,
    /// What it told of its end.
    ended: Option<EndTold>,
    /// Who of it attended which training.
    trainings: Vec<Entry>,
}

async fn found(ledger: &Ledger, office: &OfficeNo, at: Timestamp) -> Result<OfficeFound, Refusal> {
    Ok(OfficeFound {
        entry: ledger.office(office).await?,
        around: ledger.around_office(office, at).await?,
        ended: ledger.end_told(office).await?,
        trainings: ledger.training_of_office(office).await?,
    })
}

/// What is known of it; a telephone dials, an address of mail is written to.
fn facts(entry: &Entry) -> Vec<Fact> {
    let mut facts = vec![Fact::new("事業所番号", text(entry, "office"))];
    for detail in Detail::ALL {
        let Some(fact) = Fact::of(entry, detail.as_str()) else { continue };
        facts.push(match detail {
            Detail::Telephone => {
                let dialled: String = fact.said.chars().filter(char::is_ascii_digit).collect();
                fact.leading(format!("tel:{dialled}"))
            }
            Detail::Mail => {
                let to = format!("mailto:{}", fact.said);
                fact.leading(to)
            }
            Detail::Corporation | Detail::Name | Detail::Kana | Detail::Contact | Detail::Address => fact,
        });
    }
    facts.extend(["pledge", "application"].iter().filter_map(|field| Fact::of(entry, field)));
    facts
}

/// What keeps it from working, or us from reaching it.
fn obstacles(entry: &Entry, (around, ended): (&AroundOffice, Option<&EndTold>), may: May) -> Vec<Obstacle> {
    let office = text(entry, "office");
    let change = |act: &str| format!("/console/change/offices/{office}/{act}");
    let with = |obstacle: Obstacle, words: &'static str, path: String| {
        if may.has(Right::Change) { obstacle.way(words, path) } else { obstacle }
    };
    match text(entry, "state").parse() {
        Ok(OfficeState::Replaced) => {
            let said = Obstacle::new("事業所番号が変わり、この番号は終了しました。");
            return vec![match &around.replaced_by {
                Some(now) => said.way("新しい番号の事業所", format!("/console/offices/{now}")),
                None => said,
            }];
        }
        Ok(OfficeState::Withdrawn) => return vec![Obstacle::new("利用を終了しました。元には戻せません。")],
        Ok(OfficeState::Registered | OfficeState::Suspended) | Err(_) => {}
    }
    let mut obstacles = Vec::new();
    if let Some(EndTold { at, by, last_day }) = ended {
        let last_day = last_day.parse::<Day>().map_or_else(|_| last_day.clone(), Day::japanese);
        let said =
            format!("{}に、利用を終わる届出がありました（届け出た人：{by}、最後の日：{last_day}）。", minute(*at));
        let obstacle = Obstacle::new(said);
        obstacles.push(if may.has(Right::Approve) {
            obstacle.way("利用を終了する", format!("/console/approve/offices/{office}/withdraw"))
        } else {
            obstacle
        });
    }
    if text(entry, "state") == OfficeState::Suspended.as_str() {
        let said = "一時停止中です。この事業所の人は、だれもログインできません。";
        obstacles.push(with(Obstacle::new(said), "再開する", change("resume")));
    }
    if text(entry, "mail").is_empty() {
        let said = "メールアドレスがありません。お知らせと取得用番号は、メールでは届きません。";
        obstacles.push(with(Obstacle::new(said), "登録内容を変更する", change("update")));
    }
    if around.people.iter().all(|person| !person.contact) {
        let said = "カシワニネット担当者のIDが決まっていません。事業所から申請できません。";
        obstacles.push(with(Obstacle::new(said), "担当者を決める", change("contact")));
    }
    obstacles
}

fn offers(office: &OfficeNo, state: &str, may: May) -> Offers {
    let readiness = format!("/console/offices/{office}/readiness");
    let change = |act: &str| format!("/console/change/offices/{office}/{act}");
    let approve = |act: &str| format!("/console/approve/offices/{office}/{act}");
    let offers = Offers::to(may);
    let hold = match state.parse() {
        Ok(OfficeState::Registered) => ("一時停止する", "suspend"),
        Ok(OfficeState::Suspended) => ("再開する", "resume"),
        Ok(OfficeState::Withdrawn | OfficeState::Replaced) | Err(_) => return offers,
    };
    let apply = |kind: Kind| format!("/console/change/applications/new/receive?kind={kind}&office={office}");
    offers
        .offering(Right::Change, "様式1を受け付ける", apply(Kind::Ids))
        .offering(Right::Change, "様式2を受け付ける", apply(Kind::OfficeChange))
        .offering(Right::Change, "取得申請を受け付ける", apply(Kind::Certificate))
        .offering(Right::Change, "番号の変更を受け付ける", apply(Kind::OfficeNumber))
        .offering(Right::Change, "登録内容を変更する", change("update"))
        .offering(Right::Change, "担当者を決める", change("contact"))
        .offering(Right::Change, "事故・障害を記録する", format!("/console/change/incidents/new/open?office={office}"))
        .offering(Right::Change, "利用者を追加する", format!("/console/change/people/new/add?office={office}"))
        .offering(Right::Change, hold.0, change(hold.1))
        .offering_if(
            hold.1 == "suspend",
            Right::Custody,
            "緊急のため、1人で一時停止する",
            format!("/console/custody/proposals/new/suspend-office/{office}"),
        )
        .offering(Right::Read, "準備の報告を見る", readiness)
        .offering(Right::Approve, "利用を終了する", approve("withdraw"))
        .offering(Right::Approve, "新しい番号で登録し直す", approve("replace"))
}
