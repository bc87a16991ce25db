//! An office is put on hold, and its hold is lifted.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::act::{Act, Field, done, meanwhile, seen};
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::operator::Operator;
use super::super::proposal::needing_two;
use super::{Subject, path_of};
use crate::clock::now;
use crate::desk::Desk;
use crate::proposal;

const TO_CONTACT: &str = "事業所の担当者に、メールでお知らせします（メールアドレスがあるとき）。";

/// Which of the two.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Hold {
    Suspend,
    Resume,
}

impl Hold {
    fn name(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Resume => "resume",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Suspend => "事業所を一時停止する",
            Self::Resume => "事業所を再開する",
        }
    }

    fn told(self, subject: &Subject) -> Vec<String> {
        let (people, devices) = (subject.number("users"), subject.number("devices"));
        match self {
            Self::Suspend => vec![
                format!("利用者{people}人・端末{devices}台が、すぐに使えなくなります。"),
                "使っていた人には「事業所の利用を一時停止しています」と表示されます。".to_owned(),
                TO_CONTACT.to_owned(),
            ],
            Self::Resume => vec![
                format!("利用者{people}人・端末{devices}台が、すぐに使えるようになります。"),
                TO_CONTACT.to_owned(),
            ],
        }
    }
}

pub(super) async fn ask_suspend(desk: State<Desk>, office: Path<String>, operator: Operator) -> Response {
    ask(Hold::Suspend, &desk, &office, &operator).await
}

pub(super) async fn ask_resume(desk: State<Desk>, office: Path<String>, operator: Operator) -> Response {
    ask(Hold::Resume, &desk, &office, &operator).await
}

pub(super) async fn suspend(desk: State<Desk>, office: Path<String>, operator: Operator) -> Response {
    act(Hold::Suspend, &desk, &office, &operator).await
}

pub(super) async fn resume(desk: State<Desk>, office: Path<String>, operator: Operator) -> Response {
    act(Hold::Resume, &desk, &office, &operator).await
}

async fn ask(hold: Hold, desk: &Desk, office: &str, operator: &Operator) -> Response {
    match about(hold, desk, office, operator).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

async fn act(hold: Hold, desk: &Desk, office: &str, operator: &Operator) -> Response {
    let (subject, mut page) = match about(hold, desk, office, operator).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    page.mistakes = meanwhile(desk, operator, subject.office.as_str()).await;
    if page.is_mistaken() {
        return page.mistaken();
    }
    let office = subject.office.clone();
    let act = match hold {
        Hold::Suspend => proposal::Act::SuspendOffice { office },
        Hold::Resume => proposal::Act::ResumeOffice { office },
    };
    let page = match page.proposed((desk, operator), act.clone()).await {
        Ok(page) => page,
        Err(answer) => return answer,
    };
    let (by, office) = (operator.by(now()), &subject.office);
    let version = match hold {
        Hold::Suspend => desk.writer().suspend_office(&by, office).await,
        Hold::Resume => desk.writer().resume_office(&by, office).await,
    };
    match version {
        Ok(version) => done(&path_of(office), version),
        Err(refusal) => needing_two(page, (desk, operator), (&act, &refusal)).await,
    }
}

async fn about<'a>(
    hold: Hold,
    desk: &'a Desk,
    office: &str,
    operator: &'a Operator,
) -> Result<(Subject, Act<'a>), Response> {
    let subject = Subject::of(desk, operator, (office, Right::Change)).await?;
    let frame = Frame::of(desk, operator, now(), hold.words());
    let path = format!("/console/change/offices/{}/{}", subject.office, hold.name());
    let page = Act {
        touched: subject.touched(),
        told: hold.told(&subject),
        fields: vec![Field::why(false).filled(operator), seen(desk).await],
        ..Act::of(frame, hold.words(), path, path_of(&subject.office))
    };
    Ok((subject, page))
}
