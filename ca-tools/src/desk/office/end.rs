//! `/office/end`: the office tells the city that it ends its use (誓約⑥). What ends, and what stays a duty after it (誓約⑧), is
//! read before; nothing ends until the city closes the office.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::page::{Frame, page};
use super::super::spoken::{date, minute, say, why_not};
use super::Person;
use super::sight::{contact_of, frame, silent};
use crate::application::Day;
use crate::clock::now;
use crate::desk::state::Desk;
use crate::ledger::Sight;
use crate::refusal::Refusal;
use crate::rows::office_end::EndTold;
use crate::spelling::code;

/// A last day further from today than this, in days, has a wrong year in it.
const A_YEAR: i64 = 366;

#[derive(Template)]
#[template(path = "office/end.html")]
struct EndPage<'a> {
    frame: Frame<'a>,
    name: String,
    people: i64,
    devices: i64,
    told: Option<EndTold>,
    typed: String,
    mistake: Option<String>,
}

impl EndPage<'_> {
    /// The last day that was told, as people write it.
    fn last_day(&self, told: &EndTold) -> String {
        told.last_day.parse::<Day>().map_or_else(|_| told.last_day.clone(), date)
    }

    fn told_on(&self, told: &EndTold) -> String {
        minute(told.at)
    }
}

/// `GET /office/end`.
pub(super) async fn show(State(desk): State<Desk>, person: Person) -> Response {
    match contact_of(&desk, &person).await {
        Ok(sight) => asked(&desk, (&person, &sight), (StatusCode::OK, None)).await,
        Err(answer) => answer,
    }
}

/// `POST /office/end`: told, or taken back.
pub(super) async fn tell(State(desk): State<Desk>, person: Person) -> Response {
    let sight = match contact_of(&desk, &person).await {
        Ok(sight) => sight,
        Err(answer) => return answer,
    };
    let by = person.by(now());
    let done = if person.fields.get("do") == "back" {
        desk.writer.take_back_end_of_use(&by, &sight.office).await
    } else {
        let day = match last_day(person.fields.get("last_day"), Day::of(now())) {
            Ok(day) => day,
            Err(mistake) => {
                let mistaken = (StatusCode::UNPROCESSABLE_ENTITY, Some(mistake.to_owned()));
                return asked(&desk, (&person, &sight), mistaken).await;
            }
        };
        desk.writer.tell_end_of_use(&by, &sight.office, day).await
    };
    match done {
        Ok(()) => Redirect::to("/office/end").into_response(),
        Err(Refusal::Unavailable(why)) => silent(&desk, &person, &why),
        Err(refusal) => {
            tracing::info!(%refusal, office = %sight.office, "an end of use was not told");
            let told = Some(why_not(&refusal));
            asked(&desk, (&person, &sight), (StatusCode::CONFLICT, told)).await
        }
    }
}

/// The office's last day.
fn last_day(typed: &str, today: Day) -> Result<Day, &'static str> {
    let day = code(typed).ok().and_then(|text| text.parse::<Day>().ok());
    let day = day.ok_or_else(|| {
        say(
            "最後の日を、2027-03-31 や 令和9年3月31日 のように入力してください。",
            "最後の日を、2027-03-31 のように入力してください。",
            "Please type the last day, such as 2027-03-31.",
        )
    })?;
    if today.days_until(day).abs() > A_YEAR {
        return Err(say(
            "年を確かめてください。前後1年より離れています。",
            "年を確かめてください。1年より先か、1年より前になっています。",
            "Please check the year: the day is more than a year away.",
        ));
    }
    Ok(day)
}

async fn asked(
    desk: &Desk,
    (person, sight): (&Person, &Sight),
    (status, mistake): (StatusCode, Option<String>),
) -> Response {
    let ledger = desk.writer.ledger();
    let (entry, told) = match (ledger.office(&sight.office).await, ledger.end_told(&sight.office).await) {
        (Ok(entry), Ok(told)) => (entry, told),
        (Err(Refusal::Unavailable(why)), _) | (_, Err(why)) => return silent(desk, person, &why),
        (Err(refusal), _) => {
            return super::sight::stopped(desk, person, (StatusCode::CONFLICT, why_not(&refusal)));
        }
    };
    let number = |field: &str| entry.get(field).and_then(serde_json::Value::as_i64).unwrap_or_default();
    let shown = EndPage {
        frame: frame(desk, person, say("利用を終わるとき", "使うのをやめるとき", "Ending the use")),
        name: entry.get("name").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned(),
        people: number("users"),
        devices: number("devices"),
        told,
        typed: person.fields.get("last_day").to_owned(),
        mistake,
    };
    page(status, &shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_day_is_read_as_people_write_it_and_a_wrong_year_is_told() {
        let today: Day = "2027-03-01".parse().unwrap();
        assert_eq!(last_day("令和９年３月３１日", today).map(|day| day.to_string()).as_deref(), Ok("2027-03-31"));
        assert!(last_day("2037-03-31", today).unwrap_err().contains("年"));
        for typed in ["", "3月31日", "2027-02-30"] {
            assert!(last_day(typed, today).unwrap_err().contains("最後の日"), "{typed}");
        }
    }
}
