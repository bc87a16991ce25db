//! Several people are invited to a room: ticked in their office's list, or written by ID or name. All of them, or nobody.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use registry::LoginId;

use super::super::act::{Field, FieldKind, Touched, done, meanwhile, seen};
use super::super::fact::{named, text};
use super::super::frame::{Frame, page};
use super::super::missing::silent;
use super::super::operator::Operator;
use super::super::{office, person};
use super::{RoomSubject, fact_field, path_of};
use crate::acts::{InvitationTerms, TermsTyped};
use crate::application::{MOST_ROWS, RoomFact, end_of};
use crate::clock::now;
use crate::desk::{Desk, Fields};
use crate::ledger::PersonLine;
use crate::refusal::{Refusal, Unavailable};
use crate::words::for_console;

#[derive(Template)]
#[template(path = "console/room/invite.html")]
struct Invite<'a> {
    frame: Frame<'a>,
    path: String,
    touched: Vec<Touched>,
    /// Whose people are offered, as typed; and what it is called.
    office: String,
    office_called: String,
    offered: Vec<PersonLine>,
    /// Who is ticked.
    chosen: Vec<String>,
    /// What was written.
    names: String,
    /// Until when, and who confirmed it.
    terms: [Field; 3],
    why: Field,
    seen: Field,
    /// What is wrong: with the office, with the names, with nothing in particular.
    wrong_office: Option<String>,
    wrong_names: Vec<String>,
    mistakes: Vec<String>,
    back: String,
}

impl Invite<'_> {
    fn is_chosen(&self, id: &str) -> bool {
        self.chosen.iter().any(|chosen| chosen == id)
    }

    /// Who is ticked, and is not of the office that is shown.
    fn elsewhere(&self) -> Vec<&str> {
        let offered = |id: &str| self.offered.iter().any(|person| person.login_id == id);
        self.chosen.iter().map(String::as_str).filter(|id| !offered(id)).collect()
    }

    fn is_mistaken(&self) -> bool {
        let fields = self.terms.iter().any(|field| field.mistake.is_some());
        fields || !self.mistakes.is_empty() || !self.wrong_names.is_empty() || self.wrong_office.is_some()
    }

    fn mistaken(self) -> Response {
        page(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }
}

/// `GET …?office=1272200001`: with that office's people to tick; `&user=` is one who is ticked.
pub(super) async fn ask(
    State(desk): State<Desk>,
    Path(room): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let query = Fields::of(query.unwrap_or_default().as_bytes());
    match about(&desk, &operator, (&room, &query)).await {
        Ok((_, shown)) => page(StatusCode::OK, &shown),
        Err(answer) => answer,
    }
}

pub(super) async fn act(State(desk): State<Desk>, Path(room): Path<String>, operator: Operator) -> Response {
    let (subject, mut shown) = match about(&desk, &operator, (&room, operator.fields())).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    // Asked for another office's list: what was chosen stays.
    if operator.fields().get("do") == "list" {
        return page(StatusCode::OK, &shown);
    }
    shown.mistakes = meanwhile(&desk, &operator, subject.room.as_str()).await;
    let users = match meant(&desk, &mut shown).await {
        Ok(users) => users,
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            return silent(&desk, &operator);
        }
    };
    let terms = terms(&mut shown);
    if shown.is_mistaken() {
        return shown.mistaken();
    }
    match desk.writer().invite_all(&operator.by(now()), &subject.room, (&users, &terms)).await {
        Ok(version) => done(&path_of(&subject.room), version),
        Err(refusal) => {
            shown.mistakes.push(for_console(&refusal).ja);
            shown.mistaken()
        }
    }
}

/// Until when they are invited, and who confirmed it. What cannot stand is told beside its field.
fn terms(shown: &mut Invite<'_>) -> InvitationTerms {
    let [until, by, on] = shown.terms.each_ref().map(|field| field.value.trim().to_owned());
    let end = (!until.is_empty()).then(|| end_of(&until));
    let until = end.and_then(Result::ok);
    if matches!(end, Some(Err(_))) {
        shown.terms[0].mistake = Some("2026-12-31 のような日付で入力してください。".to_owned());
    }
    match InvitationTerms::read(TermsTyped { confirmed_by: &by, confirmed_on: &on, until }, now()) {
        Ok(terms) => terms,
        Err(refusal) => {
            let name = refusal.room_fact().map_or("until", RoomFact::as_str);
            if let Some(field) = shown.terms.iter_mut().find(|field| field.name == name) {
                field.mistake = Some(for_console(&refusal).ja);
            }
            InvitationTerms::default()
        }
    }
}

/// Who is meant: those who are ticked, and whoever each line names. What names nobody, or several, is told.
async fn meant(desk: &Desk, shown: &mut Invite<'_>) -> Result<Vec<LoginId>, Unavailable> {
    let mut users: Vec<LoginId> = shown.chosen.iter().filter_map(|id| person::typed(id)).collect();
    let lines: Vec<String> = shown.names.split(['\n', '、', ',', '，']).map(|line| line.trim().to_owned()).collect();
    let lines: Vec<&str> =
        lines.iter().map(String::as_str).filter(|line| !line.is_empty()).take(MOST_ROWS + 1).collect();
    for (line, found) in lines.iter().zip(desk.writer().ledger().people_called(&lines).await?) {
        match found.as_slice() {
            [only] => users.extend(person::typed(&only.login_id)),
            [] => shown.wrong_names.push(format!("「{line}」という氏名・IDの、利用中の人はいません。")),
            several => {
                let said = |one: &PersonLine| format!("{}（{}、{}）", one.name, one.login_id, one.office_name);
                let said = several.iter().map(said).collect::<Vec<_>>().join("、");
                shown.wrong_names.push(format!("「{line}」は{}人います。IDで書いてください：{said}", several.len()));
            }
        }
    }
    let mut once: Vec<LoginId> = Vec::with_capacity(users.len());
    for user in users {
        if !once.contains(&user) {
            once.push(user);
        }
    }
    if once.is_empty() && shown.wrong_names.is_empty() {
        shown.wrong_names.push("招待する人を、1人以上選ぶか、書いてください。".to_owned());
    }
    Ok(once)
}

async fn about<'a>(
    desk: &'a Desk,
    operator: &'a Operator,
    (room, typed): (&str, &Fields),
) -> Result<(RoomSubject, Invite<'a>), Response> {
    let subject = RoomSubject::of(desk, operator, room).await?;
    let mut shown = Invite {
        frame: Frame::of(desk, operator, now(), "人を招待する"),
        path: format!("/console/change/rooms/{}/invite", subject.room),
        touched: vec![subject.touched()],
        office: typed.get("office").to_owned(),
        office_called: String::new(),
        offered: Vec::new(),
        chosen: typed.each("user").map(str::to_owned).collect(),
        names: typed.get("names").to_owned(),
        terms: [
            Field::new("until", "招待の期限（この日まで。空のときは、取り消されるまで）", FieldKind::Day),
            fact_field(RoomFact::ConfirmedBy, FieldKind::Line),
            fact_field(RoomFact::ConfirmedOn, FieldKind::Day),
        ]
        .map(|field| Field { value: typed.get(field.name).to_owned(), ..field }),
        why: Field { value: typed.get("why").to_owned(), ..Field::why(false) },
        seen: Field {
            value: kept_or(typed.get("seen"), seen(desk).await.value),
            ..Field::new("seen", "", FieldKind::Hidden)
        },
        wrong_office: None,
        wrong_names: Vec::new(),
        mistakes: Vec::new(),
        back: path_of(&subject.room),
    };
    if !shown.office.trim().is_empty() {
        offer(desk, operator, &mut shown).await?;
    }
    Ok((subject, shown))
}

/// Looking at another list is no reason to take the page for a new one.
fn kept_or(kept: &str, new: String) -> String {
    if kept.is_empty() { new } else { kept.to_owned() }
}

/// The people of the office that was asked for.
async fn offer(desk: &Desk, operator: &Operator, shown: &mut Invite<'_>) -> Result<(), Response> {
    let Some(number) = office::typed(&shown.office) else {
        shown.wrong_office = Some("事業所番号は、10桁の数字（または英大文字）です。".to_owned());
        return Ok(());
    };
    let ledger = desk.writer().ledger();
    let found = match ledger.office(&number).await {
        Ok(entry) => ledger.around_office(&number, now()).await.map(|around| (entry, around)).map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    match found {
        Ok((entry, around)) => {
            shown.office_called = named(number.as_str(), text(&entry, "name"));
            shown.offered = around.people.into_iter().filter(|person| person.state == "active").collect();
            Ok(())
        }
        Err(Refusal::Unknown(..)) => {
            shown.wrong_office = Some("この番号の事業所はありません。".to_owned());
            Ok(())
        }
        Err(refusal) => {
            tracing::warn!(%refusal, "the registry does not answer");
            Err(silent(desk, operator))
        }
    }
}
