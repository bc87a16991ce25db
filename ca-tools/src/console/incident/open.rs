//! An incident is opened, and what it is about stopped with it where that is ticked.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use certs::{DeviceNo, Timestamp};

use super::super::act::{Act, Field, FieldKind, once};
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::missing::not_yours;
use super::super::operator::Operator;
use super::super::{office, person};
use super::path_of;
use crate::acts::NewPassword;
use crate::clock::now;
use crate::desk::Desk;
use crate::incident::{IncidentForm, IncidentWhom};
use crate::spelling;

const WORDS: &str = "事故・障害を記録する";

pub(super) async fn ask(State(desk): State<Desk>, operator: Operator) -> Response {
    match about(&desk, &operator) {
        Ok(page) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn act(State(desk): State<Desk>, operator: Operator) -> Response {
    let page = match about(&desk, &operator) {
        Ok(page) => page,
        Err(answer) => return answer,
    };
    match once(&desk, &operator, opened(&desk, &operator, page)).await {
        Ok(place) => Redirect::to(&place).into_response(),
        Err(answer) => answer,
    }
}

async fn opened(desk: &Desk, operator: &Operator, mut page: Act<'_>) -> Result<String, Response> {
    let form = read(operator, &mut page);
    let Some(form) = form.filter(|_| !page.is_mistaken()) else { return Err(page.mistaken()) };
    let password = match operator.fields().get("stop") {
        "1" => match nobodys(desk, operator).await {
            Some(password) => Some(password),
            None => return Err(page.busy()),
        },
        _ => None,
    };
    match desk.writer().open_incident(&operator.by(now()), form, password.as_ref()).await {
        Ok(opened) => Ok(format!("{}?done={}", path_of(opened.no), opened.version)),
        Err(refusal) => Err(page.brought_back(&refusal)),
    }
}

/// A password that is shown to nobody.
pub(super) async fn nobodys(desk: &Desk, operator: &Operator) -> Option<NewPassword> {
    person::made_up(desk, operator).await.map(|(_, hashed)| hashed)
}

/// What was filled in; what cannot be read is told beside its field.
fn read(operator: &Operator, page: &mut Act<'_>) -> Option<IncidentForm> {
    let fields = operator.fields();
    let typed = |name: &str| fields.get(name).trim().to_owned();
    let device = typed("device");
    let whom = IncidentWhom {
        device: DeviceNo::typed(&device).ok(),
        person: person::typed(&typed("person")),
        office: office::typed(&typed("office")),
    };
    let read = [
        ("device", whom.device.is_some(), "端末番号（DEV-000001 など）を確かめてください。"),
        ("person", whom.person.is_some(), "IDを確かめてください。"),
        ("office", whom.office.is_some(), "事業所番号（10桁）を確かめてください。"),
    ];
    for (name, is, wrong) in read {
        if !is && !typed(name).is_empty() {
            page.wrong(name, wrong);
        }
    }
    for (name, wrong) in [("what", "起きたことを書いてください。"), ("reported_by", "報告した人を書いてください。")]
    {
        if typed(name).is_empty() {
            page.wrong(name, wrong);
        }
    }
    let Some(found) = moment(&typed("found")) else {
        page.wrong("found", "日時は 2026-11-28 18:30 のように書いてください。");
        return None;
    };
    if whom.is_nobody() && !page.is_mistaken() {
        page.mistakes.push("端末・利用者・事業所のどれかを書いてください。".to_owned());
    }
    Some(IncidentForm {
        whom,
        what: fields.get("what").to_owned(),
        found,
        reported_by: fields.get("reported_by").to_owned(),
        wrongful: fields.get("wrongful") == "1",
    })
}

/// `2026-11-28 18:30`, or a day alone: its first minute.
pub(in crate::console) fn moment(typed: &str) -> Option<Timestamp> {
    let plain = spelling::line(typed).ok()?;
    let (day, time) = plain.split_once(' ').unwrap_or((&plain, ""));
    let begins = spelling::code(day).ok()?.parse::<crate::application::Day>().ok()?.begins();
    if time.is_empty() {
        return Some(begins);
    }
    let time = spelling::code(time).ok()?.replace('時', ":").replace('分', "");
    let (hour, minute) = time.split_once(':')?;
    let number = |text: &str, most: i64| text.parse::<i64>().ok().filter(|number| (0..most).contains(number));
    let minute = if minute.is_empty() { Some(0) } else { number(minute, 60) };
    Some(begins.plus(number(hour, 24)? * 3_600 + minute? * 60))
}

#[expect(clippy::result_large_err, reason = "what is not shown is answered by a page")]
fn about<'a>(desk: &'a Desk, operator: &'a Operator) -> Result<Act<'a>, Response> {
    if !operator.may().has(Right::Change) {
        return Err(not_yours(desk, operator, Right::Change));
    }
    let line = |name, label, hint| Field::new(name, label, FieldKind::Line).filled(operator).hinted(hint);
    let tick = |name, label| Field::new(name, label, FieldKind::Tick).filled(operator);
    let frame = Frame::of(desk, operator, now(), WORDS);
    let back = "/console/incidents".to_owned();
    Ok(Act {
        told: vec![
            "記録番号が付き、報告の期限（市長へはその日、速報は5日、確報は30日）を数え始めます。".to_owned(),
            "「止める」にチェックを入れると、端末は紛失と同じに止まり、IDは一時停止になり、パスワードは使えなくなります。開いている画面もすぐに切れます。".to_owned(),
        ],
        fields: vec![
            line("device", "端末", "端末番号（DEV-000001 など）"),
            line("person", "利用者", "ID"),
            line("office", "事業所", "事業所番号（10桁）"),
            Field::new("what", "起きたこと", FieldKind::Lines).filled(operator).needed(),
            line("found", "分かった日時", "2026-11-28 18:30 のように。ここから期限を数えます。").needed(),
            line("reported_by", "報告した人", "例：本人、カシワニネット担当者の山田さん").needed(),
            tick("wrongful", "不正の目的のおそれがある（盗難、不正アクセスなど。確報は60日以内）"),
            tick("stop", "端末・ID・ログイン状態・パスワードを、いますぐ止める"),
            Field::why(false).filled(operator),
            Field::once(),
        ],
        ..Act::of(frame, WORDS, "/console/change/incidents/new/open".to_owned(), back)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_as_clerks_write_it() {
        for typed in ["2026-11-28 18:30", "２０２６／１１／２８　１８：３０", "令和8年11月28日 18時30分"]
        {
            let read = moment(typed).map(|at| at.to_string());
            assert_eq!(read.as_deref(), Some("2026-11-28T18:30:00+09:00"), "{typed}");
        }
        assert_eq!(moment("2026-11-28").map(|at| at.to_string()).as_deref(), Some("2026-11-28T00:00:00+09:00"));
        for typed in ["", "18:30", "2026-11-28 25:00", "2026-11-28 18:61", "昨日"] {
            assert_eq!(moment(typed), None, "{typed}");
        }
    }
}
