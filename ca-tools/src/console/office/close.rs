//! An office ends, with everything below it: for good, or for its new number.

use axum::extract::{Path, State};
use axum::response::Response;
use registry::OfficeNo;

use super::super::act::{Act, Field, FieldKind, done, meanwhile, seen};
use super::super::fact::text;
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::operator::Operator;
use super::super::proposal::needing_two;
use super::details::{fields, read};
use super::{Subject, path_of, typed};
use crate::acts::{Ended, OfficeForm};
use crate::clock::now;
use crate::desk::Desk;
use crate::proposal;

const WITHDRAW: &str = "利用を終了する";
const REPLACE: &str = "新しい番号で登録し直す";

pub(super) async fn ask_withdraw(State(desk): State<Desk>, Path(office): Path<String>, operator: Operator) -> Response {
    match withdrawing(&desk, &operator, &office).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn withdraw(State(desk): State<Desk>, Path(office): Path<String>, operator: Operator) -> Response {
    let (subject, mut page) = match withdrawing(&desk, &operator, &office).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    page.mistakes.extend(meanwhile(&desk, &operator, subject.office.as_str()).await);
    sure(&operator, &mut page);
    if page.is_mistaken() {
        return page.mistaken();
    }
    let act = proposal::Act::WithdrawOffice { office: subject.office.clone() };
    let page = match page.proposed((&desk, &operator), act.clone()).await {
        Ok(page) => page,
        Err(answer) => return answer,
    };
    match desk.writer().withdraw_office(&operator.by(now()), &subject.office).await {
        Ok((_, version)) => done(&path_of(&subject.office), version),
        Err(refusal) => needing_two(page, (&desk, &operator), (&act, &refusal)).await,
    }
}

pub(super) async fn ask_replace(State(desk): State<Desk>, Path(office): Path<String>, operator: Operator) -> Response {
    match replacing(&desk, &operator, &office).await {
        Ok((subject, mut page)) => {
            // A pledge is made anew; everything else is what it was.
            for field in page.fields.iter_mut().filter(|field| field.name != "pledge") {
                let known = text(&subject.entry, field.name);
                if field.value.is_empty() && !matches!(field.name, "office" | "application" | "why") {
                    field.value = known.to_owned();
                }
            }
            page.shown()
        }
        Err(answer) => answer,
    }
}

pub(super) async fn replace(State(desk): State<Desk>, Path(office): Path<String>, operator: Operator) -> Response {
    let (subject, mut page) = match replacing(&desk, &operator, &office).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    page.mistakes.extend(meanwhile(&desk, &operator, subject.office.as_str()).await);
    let by = operator.by(now());
    let new = typed(operator.fields().get("office"));
    if new.is_none() {
        page.wrong("office", "新しい事業所番号を、10桁の数字（または英大文字）で入力してください。");
    }
    if by.application.is_none() {
        page.wrong("application", "申請番号を入力してください（紙の申請は、その番号）。");
    }
    let form = read(operator.fields(), &mut page);
    let Some(new) = new.filter(|_| !page.is_mistaken()) else { return page.mistaken() };
    foresee(&desk, &operator, (&subject.office, &new, form.clone()), &mut page).await;
    sure(&operator, &mut page);
    if page.is_mistaken() {
        return page.mistaken();
    }
    let act = proposal::Act::ReplaceOffice { office: subject.office.clone(), to: new.clone(), form: form.said() };
    let page = match page.proposed((&desk, &operator), act.clone()).await {
        Ok(page) => page,
        Err(answer) => return answer,
    };
    match desk.writer().replace_office(&by, (&subject.office, &new), form).await {
        Ok((_, version)) => done(&path_of(&new), version),
        Err(refusal) => needing_two(page, (&desk, &operator), (&act, &refusal)).await,
    }
}

async fn foresee(
    desk: &Desk,
    operator: &Operator,
    (old, new, form): (&OfficeNo, &OfficeNo, OfficeForm),
    page: &mut Act<'_>,
) {
    match desk.writer().foresee_replacement(&operator.by(now()), (old, new), form).await {
        Ok(ended) => page.told.insert(0, ends(&ended)),
        Err(refusal) => page.refused(&refusal),
    }
}

/// What cannot be taken back is done by who said that they looked.
fn sure(operator: &Operator, page: &mut Act<'_>) {
    if operator.fields().get("sure") != "1" {
        page.wrong("sure", "終わるものを確かめて、チェックを入れてください。");
    }
}

fn ticked() -> Field {
    Field::new("sure", "終わるものを確かめました（取り消せません）", FieldKind::Tick)
}

fn ends(ended: &Ended) -> String {
    let Ended { users, devices, certificates, invitations } = ended;
    format!(
        "すぐに終わります：ID {}件、端末 {}台、電子証明書 {}枚、部屋への招待 {}件。",
        users.len(),
        devices.len(),
        certificates.len(),
        invitations.len()
    )
}

async fn withdrawing<'a>(desk: &'a Desk, operator: &'a Operator, office: &str) -> Result<(Subject, Act<'a>), Response> {
    let subject = Subject::of(desk, operator, (office, Right::Approve)).await?;
    let frame = Frame::of(desk, operator, now(), WITHDRAW);
    let path = format!("/console/approve/offices/{}/withdraw", subject.office);
    let mut page = Act {
        touched: subject.touched(),
        told: vec!["事業所の担当者に、利用の終了をメールでお知らせします（メールアドレスがあるとき）。".to_owned()],
        warning: Some(
            "利用を終了した事業所は、元に戻せません。もう一度使うときは、初回登録からになります。".to_owned(),
        ),
        fields: vec![Field::why(false).filled(operator), ticked().filled(operator), seen(desk).await],
        ..Act::of(frame, WITHDRAW, path, path_of(&subject.office))
    };
    match desk.writer().foresee_withdrawal(&operator.by(now()), &subject.office).await {
        Ok(ended) => page.told.insert(0, ends(&ended)),
        Err(refusal) => page.refused(&refusal),
    }
    Ok((subject, page))
}

async fn replacing<'a>(desk: &'a Desk, operator: &'a Operator, office: &str) -> Result<(Subject, Act<'a>), Response> {
    let subject = Subject::of(desk, operator, (office, Right::Approve)).await?;
    let new = Field {
        required: true,
        hint: "10桁の数字（または英大文字）",
        ..Field::new("office", "新しい事業所番号", FieldKind::Line)
    };
    let mut all = vec![new.filled(operator)];
    all.extend(fields(operator));
    all.extend([
        Field::application().filled(operator),
        Field::why(false).filled(operator),
        ticked().filled(operator),
        seen(desk).await,
    ]);
    let frame = Frame::of(desk, operator, now(), REPLACE);
    let path = format!("/console/approve/offices/{}/replace", subject.office);
    let (people, devices) = (subject.number("users"), subject.number("devices"));
    let page = Act {
        touched: subject.touched(),
        told: vec![
            format!(
                "今の番号の利用者{people}人・端末{devices}台は、電子証明書と部屋への招待とともに終わります。引き継がれません。"
            ),
            "IDは様式1で、端末は取得申請で、新しい番号の事業所として申請し直してもらいます。".to_owned(),
            "事業所の担当者に、番号の変更をメールでお知らせします（メールアドレスがあるとき）。".to_owned(),
        ],
        warning: Some("今の番号は、元に戻せません。".to_owned()),
        fields: all,
        ..Act::of(frame, REPLACE, path, path_of(&subject.office))
    };
    Ok((subject, page))
}
