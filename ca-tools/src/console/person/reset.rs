//! A person is handed a new initial password: shown once, with how it is read out, and as a slip.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::act::{Act, Field, meanwhile, once, seen};
use super::super::fact::{read_so, text};
use super::super::frame::{Frame, rendered, written};
use super::super::handed::{Handed, ShownOnce, Slip};
use super::super::may::Right;
use super::super::operator::Operator;
use super::super::proposal::needing_two;
use super::{Subject, path_of};
use crate::acts::NewPassword;
use crate::clock::now;
use crate::desk::Desk;
use crate::password::{MadeUp, hash};
use crate::proposal;

const WORDS: &str = "初期パスワードを再発行する";

pub(super) async fn ask(State(desk): State<Desk>, Path(person): Path<String>, operator: Operator) -> Response {
    match about(&desk, &operator, &person).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn act(State(desk): State<Desk>, Path(person): Path<String>, operator: Operator) -> Response {
    let (subject, page) = match about(&desk, &operator, &person).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let act = proposal::Act::ResetPassword { person: subject.id.clone() };
    let page = match page.proposed((&desk, &operator), act).await {
        Ok(page) => page,
        Err(answer) => return answer,
    };
    let answer = once(&desk, &operator, made(&desk, &operator, (&subject, page))).await;
    match answer {
        Ok(body) => written(StatusCode::OK, &body),
        Err(answer) => answer,
    }
}

/// The answer that shows it.
async fn made(desk: &Desk, operator: &Operator, (subject, mut page): (&Subject, Act<'_>)) -> Result<String, Response> {
    page.mistakes.extend(meanwhile(desk, operator, subject.id.as_str()).await);
    if page.is_mistaken() {
        return Err(page.mistaken());
    }
    let Some((password, hashed)) = made_up(desk, operator).await else {
        return Err(page.busy());
    };
    let version = desk.writer().reset_password(&operator.by(now()), &subject.id, hashed).await;
    let version = match version {
        Ok(version) => version,
        Err(refusal) => {
            let act = proposal::Act::ResetPassword { person: subject.id.clone() };
            return Err(needing_two(page, (desk, operator), (&act, &refusal)).await);
        }
    };
    let slip = Slip {
        name: read_so(text(&subject.entry, "name"), text(&subject.entry, "kana")),
        login_id: subject.id.to_string(),
        office: subject.office_called(),
        password: ShownOnce::of(password.reveal()),
    };
    let handed = Handed {
        frame: Frame::of(desk, operator, now(), "初期パスワードを再発行しました"),
        lines: vec![
            "前のパスワードは使えなくなりました。最初のログインで、本人が自分のパスワードに変えます。".to_owned(),
        ],
        slips: vec![slip],
        ticket: None,
        next: format!("{}?done={version}", path_of(&subject.id)),
    };
    rendered(&handed).ok_or_else(|| page.busy())
}

/// A password that nobody else has seen, and its hash; nothing where none can be made now.
pub(in crate::console) async fn made_up(desk: &Desk, operator: &Operator) -> Option<(MadeUp, NewPassword)> {
    let password = MadeUp::password().ok()?;
    let hashed = {
        let password = password.clone();
        desk.hashing(&operator.sent().source, move || hash(password.reveal())).await
    };
    let hash = hashed.ok()?.ok()?;
    Some((password, NewPassword { hash }))
}

async fn about<'a>(desk: &'a Desk, operator: &'a Operator, person: &str) -> Result<(Subject, Act<'a>), Response> {
    let subject = Subject::of(desk, operator, (person, Right::Change)).await?;
    let frame = Frame::of(desk, operator, now(), WORDS);
    let path = format!("/console/change/people/{}/reset-password", subject.id);
    let page = Act {
        touched: subject.touched(),
        told: vec![
            "今のパスワードは、すぐに使えなくなります。ログイン中のときは終わります。".to_owned(),
            "新しい初期パスワードを、次の画面に1回だけ表示します（電話での読みと、渡す用紙も）。".to_owned(),
            "事業所の担当者に、初期化したことだけをメールでお知らせします（メールアドレスがあるとき）。".to_owned(),
            "電話では、氏名と事業所を確かめてから伝えてください。確かめた方法は、理由の欄に残せます。".to_owned(),
        ],
        fields: vec![Field::why(false).filled(operator), seen(desk).await, Field::once()],
        ..Act::of(frame, WORDS, path, path_of(&subject.id))
    };
    Ok((subject, page))
}
