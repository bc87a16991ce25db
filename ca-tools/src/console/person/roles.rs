//! A person is given roles, or loses some.

use axum::extract::{Path, State};
use axum::response::Response;
use registry::Role;
use serde_json::Value as Json;

use super::super::act::{Act, Field, FieldKind, done, meanwhile, seen};
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::operator::Operator;
use super::super::proposal::needing_two;
use super::{Subject, path_of};
use crate::acts::RolesChanged;
use crate::clock::now;
use crate::desk::Desk;
use crate::proposal;
use crate::words;

const WORDS: &str = "役割を変える";

pub(super) async fn ask(State(desk): State<Desk>, Path(person): Path<String>, operator: Operator) -> Response {
    match about(&desk, &operator, &person).await {
        Ok((subject, mut page)) => {
            for field in &mut page.fields {
                if held(&subject, field.name) {
                    field.value = "1".to_owned();
                }
            }
            page.shown()
        }
        Err(answer) => answer,
    }
}

pub(super) async fn act(State(desk): State<Desk>, Path(person): Path<String>, operator: Operator) -> Response {
    let (subject, mut page) = match about(&desk, &operator, &person).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    page.mistakes.extend(meanwhile(&desk, &operator, subject.id.as_str()).await);
    if page.is_mistaken() {
        return page.mistaken();
    }
    let wanted = |role: &Role| operator.fields().get(role.as_str()) == "1";
    let has = |role: &Role| held(&subject, role.as_str());
    let changed = RolesChanged {
        give: Role::ALL.into_iter().filter(|role| wanted(role) && !has(role)).collect(),
        take: Role::ALL.into_iter().filter(|role| !wanted(role) && has(role)).collect(),
    };
    let RolesChanged { give, take } = changed.clone();
    let act = proposal::Act::ChangeRoles { person: subject.id.clone(), give, take };
    let page = match page.proposed((&desk, &operator), act.clone()).await {
        Ok(page) => page,
        Err(answer) => return answer,
    };
    match desk.writer().change_roles(&operator.by(now()), &subject.id, &changed).await {
        Ok((_, version)) => done(&path_of(&subject.id), version),
        Err(refusal) => needing_two(page, (&desk, &operator), (&act, &refusal)).await,
    }
}

/// Whether the person holds this role now.
fn held(subject: &Subject, role: &str) -> bool {
    let roles = subject.entry.get("roles").and_then(Json::as_array);
    roles.into_iter().flatten().any(|held| held.as_str() == Some(role))
}

async fn about<'a>(desk: &'a Desk, operator: &'a Operator, person: &str) -> Result<(Subject, Act<'a>), Response> {
    let subject = Subject::of(desk, operator, (person, Right::Approve)).await?;
    let frame = Frame::of(desk, operator, now(), WORDS);
    let path = format!("/console/approve/people/{}/roles", subject.id);
    let mut fields: Vec<_> = Role::ALL.into_iter().map(|role| tick(role).filled(operator)).collect();
    fields.extend([Field::why(false).filled(operator), seen(desk).await]);
    let page = Act {
        touched: subject.touched(),
        told: vec![
            "次の操作から、すぐに効きます。外した役割の画面は、次に押したときに使えなくなります。".to_owned(),
            "役割を付けられるのは、その役割を持つ職員だけで、付けられるのは柏市の事業所の利用者だけです。".to_owned(),
            "本人へのお知らせは送りません。".to_owned(),
        ],
        fields,
        ..Act::of(frame, WORDS, path, path_of(&subject.id))
    };
    Ok((subject, page))
}

fn tick(role: Role) -> Field {
    Field::new(role.as_str(), words::role(role), FieldKind::Tick)
}
