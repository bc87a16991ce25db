//! `/office/people`: who has an ID, and when they logged in last on which device (誓約②).

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::apply::profession;
use super::super::form::Fields;
use super::super::page::{Frame, page};
use super::super::spoken::{numbered, say};
use super::Person;
use super::sight::{frame, sight_of, silent};
use super::told::{login, word};
use crate::desk::state::Desk;
use crate::ledger::{Leaf, OwnPerson, Sight};

#[derive(Template)]
#[template(path = "office/people.html")]
struct PeoplePage<'a> {
    frame: Frame<'a>,
    sight: Sight,
    leaf: Leaf<OwnPerson>,
}

impl PeoplePage<'_> {
    fn state(&self, person: &OwnPerson) -> String {
        word("state", &person.state, &["login_id"])
    }

    fn login(&self, person: &OwnPerson) -> String {
        let Some(logged_in) = &person.logged_in else {
            return say("記録なし", "まだありません", "no record").to_owned();
        };
        let between = say("　", "　", ", ");
        let on = logged_in.device.map(|no| format!("{between}{}", numbered(&logged_in.label, no)));
        format!("{}{}", login(logged_in), on.unwrap_or_default())
    }

    fn profession(&self, person: &OwnPerson) -> String {
        profession(&person.profession)
    }
}

/// `GET /office/people`.
pub(super) async fn show(State(desk): State<Desk>, RawQuery(query): RawQuery, person: Person) -> Response {
    let sight = match sight_of(&desk, &person).await {
        Ok(sight) => sight,
        Err(answer) => return answer,
    };
    let query = Fields::of(query.unwrap_or_default().as_bytes());
    match desk.writer.ledger().own_people(&sight, query.get("after")).await {
        Ok(leaf) => page(
            StatusCode::OK,
            &PeoplePage { frame: frame(&desk, &person, say("利用者", "使う人", "People")), sight, leaf },
        ),
        Err(why) => silent(&desk, &person, &why),
    }
}
