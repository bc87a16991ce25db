//! A room is opened.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::act::{Act, Field, FieldKind, once};
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::missing::not_yours;
use super::super::operator::Operator;
use super::{CONSENT, brought_back, consent_missing, consent_typed, fact_field, path_of, typed};
use crate::acts::{InvitationTerms, NewRoom, RoomConsent};
use crate::clock::now;
use crate::desk::Desk;
use crate::password::readable;

const WORDS: &str = "部屋を開設する";
/// Signs of a reference that nobody can guess: 59 bits.
const DRAWN: usize = 12;

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

/// Opens it; where its page is.
async fn opened(desk: &Desk, operator: &Operator, mut page: Act<'_>) -> Result<String, Response> {
    let fields = operator.fields();
    if fields.get("name").trim().is_empty() {
        page.wrong("name", "部屋の名前を入力してください。");
    }
    // Who writes the consent down later says so: nobody forgets it, and nobody makes up a day to get past a field.
    let later = fields.get("later") == "1";
    let begun = CONSENT.iter().any(|fact| !fields.get(fact.as_str()).trim().is_empty());
    if !later || begun {
        consent_missing(&mut page, operator);
    }
    let wanted = fields.get("room").trim();
    let room =
        if wanted.is_empty() { readable(DRAWN).ok().and_then(|drawn| drawn.parse().ok()) } else { typed(wanted) };
    if room.is_none() {
        page.wrong("room", "英数字・「-」「_」の64文字までで入力してください。空のときは自動で付けます。");
    }
    let Some(room) = room.filter(|_| !page.is_mistaken()) else { return Err(page.mistaken()) };
    let consent = match RoomConsent::read(consent_typed(operator), now()) {
        Ok(consent) => consent,
        Err(refusal) => return Err(brought_back(page, &refusal)),
    };
    let (name, terms) = (fields.get("name").to_owned(), InvitationTerms::default());
    let new = NewRoom { room: &room, name, consent, users: &[], terms };
    match desk.writer().open_room_for(&operator.by(now()), new).await {
        Ok(version) => Ok(format!("{}?done={version}", path_of(&room))),
        Err(refusal) => Err(page.brought_back(&refusal)),
    }
}

#[expect(clippy::result_large_err, reason = "what is not shown is answered by a page")]
fn about<'a>(desk: &'a Desk, operator: &'a Operator) -> Result<Act<'a>, Response> {
    if !operator.may().has(Right::Change) {
        return Err(not_yours(desk, operator, Right::Change));
    }
    let name = Field {
        required: true,
        hint: "患者さんの氏名や病名は書かないでください。",
        ..Field::new("name", "部屋の名前", FieldKind::Line)
    };
    let room = Field {
        hint: "提供事業者の部屋番号があるときだけ。空のときは自動で付けます。",
        ..Field::new("room", "部屋番号", FieldKind::Line)
    };
    let frame = Frame::of(desk, operator, now(), WORDS);
    let mut fields = vec![name.filled(operator), room.filled(operator)];
    fields.extend(CONSENT.map(|fact| fact_field(fact, FieldKind::Line).filled(operator)));
    let later = "依頼者と同意を、あとで記録する（記録するまで、今日の仕事に出ます）";
    fields.push(Field::new("later", later, FieldKind::Tick).filled(operator));
    fields.extend([Field::why(false).filled(operator), Field::once()]);
    Ok(Act {
        told: vec!["部屋が開き、招待した人が入れるようになります。まだ、だれも入っていません。".to_owned()],
        fields,
        ..Act::of(frame, WORDS, "/console/change/rooms/new/open".to_owned(), "/console/rooms".to_owned())
    })
}
