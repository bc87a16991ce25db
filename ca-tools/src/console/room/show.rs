//! One room.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use registry::RoomRef;

use super::super::fact::{Fact, named, person, text};
use super::super::frame::{Frame, page};
use super::super::label::{Label, Tone};
use super::super::may::{May, Right};
use super::super::missing::{nothing, silent};
use super::super::obstacle::Obstacle;
use super::super::offer::Offers;
use super::super::operator::Operator;
use super::super::spelled::elsewhere;
use super::super::timeline::{Timeline, told};
use super::sights::moment_field;
use super::{path_of, typed};
use crate::application::Day;
use crate::calendar::last_day;
use crate::clock::now;
use crate::desk::{Desk, Fields};
use crate::language::Language;
use crate::ledger::{Entry, InvitedLine};
use crate::refusal::Refusal;
use crate::rows::SubjectKind;
use crate::today::ENDING_DAYS;
use crate::words::{heading, said};

/// So many stand on a page.
const MEMBERS: i64 = 150;

#[derive(Template)]
#[template(path = "console/room/show.html")]
struct RoomPage<'a> {
    frame: Frame<'a>,
    room: RoomRef,
    open: bool,
    state: Label,
    facts: Vec<Fact>,
    obstacles: Vec<Obstacle>,
    /// How many take part.
    total: i64,
    members: Vec<InvitedLine>,
    /// Now, as the field of a moment has it.
    moment: String,
    /// The page of who could see it.
    sights: String,
    /// Where the others are.
    next: Option<String>,
    timeline: Timeline,
    offers: Offers,
}

impl RoomPage<'_> {
    fn person_state(&self, state: &str) -> Label {
        Label::of_person(state)
    }

    /// Until when somebody is invited, with the days left.
    fn lasts(&self, one: &InvitedLine) -> Label {
        match one.until {
            Some(until) => {
                let days = Day::of(self.frame.now).days_until(Day::of(until.plus(-1)));
                let tone = if days <= ENDING_DAYS { Tone::Care } else { Tone::Calm };
                Label::new(format!("{}まで（あと{days}日）", last_day(until)), tone)
            }
            None => Label::new("期限なし", Tone::Calm),
        }
    }

    /// Who confirmed that they take part, and when.
    fn confirmed(&self, one: &InvitedLine) -> String {
        match (&one.confirmed_by, &one.confirmed_on) {
            (Some(by), Some(on)) => format!("{by}（{}）", said("confirmed_on", on, &[], Language::Japanese)),
            (Some(_) | None, _) => "未記録".to_owned(),
        }
    }

    /// Whether a member can be taken out here.
    fn removes(&self) -> bool {
        self.open && self.frame.may.has(Right::Change)
    }
}

/// `GET /console/rooms/{room}`.
pub(super) async fn show(
    State(desk): State<Desk>,
    Path(room): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let Some(number) = typed(&room) else {
        return nothing(&desk, &operator, "部屋番号は、英数字・「-」「_」の64文字までです。");
    };
    if let Some(ours) = elsewhere(&room, number.as_str(), &path_of(&number), query.as_deref()) {
        return ours;
    }
    let ledger = desk.writer().ledger();
    let after = Fields::of(query.as_deref().unwrap_or_default().as_bytes()).get("after").to_owned();
    let found = match ledger.room(&number).await {
        Ok(entry) => {
            ledger.members(&number, (&after, MEMBERS + 1)).await.map(|members| (entry, members)).map_err(Refusal::from)
        }
        Err(refusal) => Err(refusal),
    };
    match found {
        Ok((entry, (total, mut members))) => {
            let shown = usize::try_from(MEMBERS).unwrap_or(usize::MAX);
            let more = members.len() > shown;
            members.truncate(shown);
            let next = members
                .last()
                .filter(|_| more)
                .map(|last| format!("{}?after={}", path_of(&number), last.person.login_id));
            let frame = Frame::of(&desk, &operator, now(), named(number.as_str(), text(&entry, "name")));
            let frame = frame.telling_what_was_done(&desk, query.as_deref()).await;
            let open = text(&entry, "state") == "open";
            let change = |act: &str| format!("/console/change/rooms/{number}/{act}");
            let missing = text(&entry, "consent") == "missing";
            // Of a room that is over, what was never written down still can be.
            let offers = Offers::to(operator.may())
                .offering_if(open, Right::Change, "人を招待する", change("invite"))
                .offering_if(open && !members.is_empty(), Right::Change, "招待の期限を変える", change("extend"))
                .offering_if(open && !members.is_empty(), Right::Change, "参加の確認を記録する", change("confirm"))
                .offering_if(open || missing, Right::Change, "依頼者と同意を記録する", change("consent"))
                .offering_if(open, Right::Change, "部屋を終了する", change("close"));
            let timeline = match told(&desk, &operator, (SubjectKind::Room, number.as_str())).await {
                Ok(timeline) => timeline,
                Err(answer) => return answer,
            };
            let shown = RoomPage {
                frame,
                timeline,
                open,
                state: Label::of_room(text(&entry, "state")),
                facts: facts(&number, &entry),
                obstacles: without_consent(&number, missing && open, operator.may()),
                moment: moment_field(now()),
                sights: format!("{}/sights", path_of(&number)),
                total,
                members,
                next,
                offers,
                room: number,
            };
            page(StatusCode::OK, &shown)
        }
        Err(Refusal::Unknown(..)) => nothing(&desk, &operator, "この番号の部屋はありません。"),
        Err(refusal) => {
            tracing::warn!(%refusal, "the registry does not answer");
            silent(&desk, &operator)
        }
    }
}

/// What is written down of it; what is not is told to be missing, and not invented.
fn facts(room: &RoomRef, entry: &Entry) -> Vec<Fact> {
    let mut facts = vec![Fact::new("部屋番号", room.as_str())];
    for field in ["asked_by", "person_consent", "family_consent", "heard_by"] {
        let told = text(entry, field);
        let called = if matches!(field, "asked_by" | "heard_by") { person(entry, told) } else { String::new() };
        let known = Fact::of(entry, field);
        facts.push(match known {
            Some(fact) if called.is_empty() => fact,
            Some(fact) => Fact { said: called, ..fact },
            None => Fact::new(heading(field, &[], Language::Japanese), "未記録"),
        });
    }
    facts.extend(["opened_at", "closed_at", "last_post"].iter().filter_map(|field| Fact::of(entry, field)));
    facts
}

/// A room whose consent nobody has written down.
fn without_consent(room: &RoomRef, missing: bool, may: May) -> Vec<Obstacle> {
    if !missing {
        return Vec::new();
    }
    let obstacle = Obstacle::new("依頼者と、本人・家族の同意が未記録です。参加者は部屋に入れます。");
    let way = format!("/console/change/rooms/{room}/consent");
    vec![if may.has(Right::Change) { obstacle.way("依頼者と同意を記録する", way) } else { obstacle }]
}
