//! An application is approved, and what it asks for is done: the third of three pages. What is shown once is its answer.

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use certs::Timestamp;

use super::super::act::{Act, Field, FieldKind, Touched, meanwhile, once, seen};
use super::super::fact::{named, text};
use super::super::frame::{Frame, rendered, written};
use super::super::handed::{Handed, ShownOnce, Slip, TicketShown};
use super::super::may::Right;
use super::super::operator::Operator;
use super::super::person::made_up;
use super::super::proposal::needing_two;
use super::inspect::last_second;
use super::{Subject, path_of};
use crate::acts::{Delivery, Granted, Granting};
use crate::application::{Day, Form, same_name};
use crate::calendar::minute;
use crate::clock::now;
use crate::desk::Desk;
use crate::password::MadeUp;
use crate::proposal;
use crate::ticket::Secrets;
use crate::words::approving;

const WORDS: &str = "承認する";

pub(super) async fn ask(
    State(desk): State<Desk>,
    Path(application): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    match about(&desk, &operator, &application).await {
        Ok((_, mut page)) => {
            page.frame = page.frame.telling_what_was_done(&desk, query.as_deref()).await;
            page.shown()
        }
        Err(answer) => answer,
    }
}

pub(super) async fn act(State(desk): State<Desk>, Path(application): Path<String>, operator: Operator) -> Response {
    let (subject, page) = match about(&desk, &operator, &application).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let until = last_second(operator.fields().get("until")).ok().flatten();
    let act = proposal::Act::ApproveApplication { application: subject.no, until: until.map(Timestamp::unix) };
    let page = match page.proposed((&desk, &operator), act).await {
        Ok(page) => page,
        Err(answer) => return answer,
    };
    match once(&desk, &operator, made(&desk, &operator, (&subject, page))).await {
        // Where nothing is shown once, the application's own page tells what was done.
        Ok(place) if place.starts_with("/console/") => Redirect::to(&place).into_response(),
        Ok(body) => written(StatusCode::OK, &body),
        Err(answer) => answer,
    }
}

/// The answer: a page with what is shown once, or the place where it is told.
async fn made(desk: &Desk, operator: &Operator, (subject, mut page): (&Subject, Act<'_>)) -> Result<String, Response> {
    page.mistakes.extend(meanwhile(desk, operator, &subject.no.to_string()).await);
    let until = match last_second(operator.fields().get("until")) {
        Ok(until) => until,
        Err(why) => {
            page.wrong("until", why);
            None
        }
    };
    if page.fields.iter().any(|field| field.name == "another") && operator.fields().get("another") != "1" {
        page.wrong("another", "別の人であることを確かめて、チェックを入れてください。");
    }
    if page.is_mistaken() {
        return Err(page.mistaken());
    }
    let (mut shown, mut passwords) = (Vec::new(), Vec::new());
    for _ in subject.form.new_people() {
        let Some((password, hashed)) = made_up(desk, operator).await else { return Err(page.busy()) };
        shown.push(password);
        passwords.push(hashed);
    }
    // The code's hash takes as long as a password's.
    let drawn = desk.hashing(&operator.sent().source, Secrets::draw).await;
    let Ok(Ok(secrets)) = drawn else { return Err(page.busy()) };
    let granting = Granting { passwords, until, secrets: &secrets };
    match desk.writer().approve_application(&operator.by(now()), subject.no, granting).await {
        Ok(granted) => Ok(told(desk, operator, subject, (&granted, &shown, &secrets))),
        Err(refusal) => {
            let until = until.map(Timestamp::unix);
            let act = proposal::Act::ApproveApplication { application: subject.no, until };
            Err(needing_two(page, (desk, operator), (&act, &refusal)).await)
        }
    }
}

fn told(
    desk: &Desk,
    operator: &Operator,
    subject: &Subject,
    (granted, passwords, secrets): (&Granted, &[MadeUp], &Secrets),
) -> String {
    let next = format!("{}?done={}", path_of(subject.no), granted.version);
    let office = named(subject.form.office().as_str(), text(&subject.entry, "office_name"));
    let people = granted.added.iter().zip(passwords).zip(subject.form.new_people());
    let slips: Vec<_> = people
        .map(|((id, password), person)| Slip {
            name: person.name.clone(),
            login_id: id.to_string(),
            office: office.clone(),
            password: ShownOnce::of(password.reveal()),
        })
        .collect();
    let ticket = granted.device.zip(granted.ticket.as_ref()).map(|(device, opened)| TicketShown {
        device: device.to_string(),
        code: ShownOnce::of(&secrets.code.reveal()),
        number: match opened.told {
            Delivery::ByMail => None,
            Delivery::NoAddress => Some(ShownOnce::of(&secrets.number.reveal())),
        },
        until: minute(opened.until),
    });
    if slips.is_empty() && ticket.is_none() {
        return next;
    }
    let handed = Handed {
        frame: Frame::of(desk, operator, now(), format!("申請 {} を承認しました", subject.no)),
        lines: lines(granted),
        slips,
        ticket,
        next: next.clone(),
    };
    rendered(&handed).unwrap_or(next)
}

/// What came of it beside what is handed over.
fn lines(granted: &Granted) -> Vec<String> {
    let told = match granted.told.unwrap_or(Delivery::NoAddress) {
        Delivery::ByMail => "承認したことを、事業所の担当者にメールでお知らせします。",
        Delivery::NoAddress => "事業所にメールアドレスがありません。承認したことを、別の方法で伝えてください。",
    };
    let mut lines = vec![told.to_owned()];
    lines.extend(granted.deleted.iter().map(|id| format!("ID {id} を削除しました。")));
    if !granted.revoked.is_empty() {
        lines.push(format!("電子証明書 {}枚を失効しました。", granted.revoked.len()));
    }
    lines
}

async fn about<'a>(desk: &'a Desk, operator: &'a Operator, no: &str) -> Result<(Subject, Act<'a>), Response> {
    let subject = Subject::of(desk, operator, (no, Right::Approve)).await?;
    let (kind, at) = (subject.form.kind(), now());
    let frame = Frame::of(desk, operator, at, format!("{} {} を承認する", kind.japanese(), subject.no));
    let mut touched = subject.touched();
    touched.extend(subject.form.lines(crate::language::Language::Japanese).into_iter().map(asked));
    let ends = approving(&subject.form, Day::of(at));
    let mut fields = vec![Field::why(false).filled(operator)];
    if let Form::Certificate(_) = subject.form {
        let until = Field {
            hint: "決めないときは、空のままにしてください。",
            ..Field::new("until", "端末の承認の期限", FieldKind::Day)
        };
        fields.insert(0, until.filled(operator));
    }
    let mut told = says(&subject.form);
    if let Some(known) = namesakes(desk, &subject.form).await {
        told.push(format!("この事業所には、同じ氏名の利用者がいます：{known}。"));
        fields.push(
            Field::new("another", "同じ氏名の利用者とは別の人であることを確かめました", FieldKind::Tick)
                .filled(operator),
        );
    }
    fields.extend([seen(desk).await, Field::once()]);
    let path = format!("/console/approve/applications/{}/approve", subject.no);
    let page = Act { touched, told, warning: ends, fields, ..Act::of(frame, WORDS, path, path_of(subject.no)) };
    Ok((subject, page))
}

/// A line of the form.
fn asked(line: crate::application::Line) -> Touched {
    Touched { what: "申請されたこと", said: format!("{}：{}", line.label, line.text), path: None }
}

/// What happens, and who is told.
fn says(form: &Form) -> Vec<String> {
    let mail = "事業所の担当者に、承認したことをメールでお知らせします（メールアドレスがあるとき）。";
    let people = form.new_people().len();
    let mut told = match form {
        Form::FirstRegistration(_) => vec!["事業所を登録し、担当者を決めます。".to_owned()],
        Form::OfficeChange(_) => vec!["登録内容を、申請されたとおりに変えます。".to_owned()],
        Form::Certificate(_) => {
            vec!["端末を承認し、取得用番号を発行します。確認コードを、次の画面に1回だけ表示します。".to_owned()]
        }
        Form::Ids(_) | Form::OfficeNumber(_) => Vec::new(),
    };
    if people > 0 {
        told.push(format!(
            "{people}人分の新しいIDと初期パスワードを、次の画面に1回だけ表示します（電話での読みと、渡す用紙も）。"
        ));
    }
    told.push(mail.to_owned());
    told
}

/// Who of the office has one of the names already.
async fn namesakes(desk: &Desk, form: &Form) -> Option<String> {
    let known = desk.writer().ledger().known_office(form.office()).await.ok()??;
    let meant = |name: &str| form.new_people().iter().any(|person| same_name(&person.name, name));
    let same = known.people.iter().filter(|(_, name)| meant(name));
    let same = same.map(|(id, name)| named(id.as_str(), name)).collect::<Vec<_>>().join("、");
    Some(same).filter(|same| !same.is_empty())
}
