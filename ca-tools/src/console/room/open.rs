//! A room is opened.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::act::{Act, Field, FieldKind, once};
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::missing::not_yours;
use super::super::operator::Operator;
use super::{path_of, typed};
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
    let wanted = fields.get("room").trim();
    let room =
        if wanted.is_empty() { readable(DRAWN).ok().and_then(|drawn| drawn.parse().ok()) } else { typed(wanted) };
    if room.is_none() {
        page.wrong("room", "英数字・「-」「_」の64文字までで入力してください。空のときは自動で付けます。");
    }
    let Some(room) = room.filter(|_| !page.is_mistaken()) else { return Err(page.mistaken()) };
    let name = fields.get("name").to_owned();
    match desk.writer().open_room(&operator.by(now()), &room, name).await {
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
    Ok(Act {
        told: vec!["部屋が開き、招待した人が入れるようになります。まだ、だれも入っていません。".to_owned()],
        fields: vec![name.filled(operator), room.filled(operator), Field::why(false).filled(operator), Field::once()],
        ..Act::of(frame, WORDS, "/console/change/rooms/new/open".to_owned(), "/console/rooms".to_owned())
    })
}
