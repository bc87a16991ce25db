//! What is known of an office, as a form: of one that registers, and of one of which something changed (様式2).
//!
//! Each field is a row of the table of details, and read by its row; all mistakes are told at once.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;

use super::super::act::{Act, Field, FieldKind, done, meanwhile, seen};
use super::super::fact::text;
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::missing::not_yours;
use super::super::operator::Operator;
use super::{Subject, path_of, typed};
use crate::acts::OfficeForm;
use crate::application::{Detail, Details};
use crate::clock::now;
use crate::desk::{Desk, Fields};

const REGISTER: &str = "事業所を登録する";
const UPDATE: &str = "登録内容を変更する";
const OFFICE: &str = "事業所番号は、10桁の数字（または英大文字）です。";

/// `GET /console/change/offices/new/register`.
pub(super) async fn ask_register(State(desk): State<Desk>, operator: Operator) -> Response {
    match registering(&desk, &operator) {
        Ok(page) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn register(State(desk): State<Desk>, operator: Operator) -> Response {
    let mut page = match registering(&desk, &operator) {
        Ok(page) => page,
        Err(answer) => return answer,
    };
    let office = typed(operator.fields().get("office"));
    if office.is_none() {
        page.wrong("office", OFFICE);
    }
    let by = operator.by(now());
    if by.application.is_none() {
        page.wrong("application", "申請番号を入力してください（紙の申請は、その番号）。");
    }
    let form = read(operator.fields(), &mut page);
    let Some(office) = office.filter(|_| !page.is_mistaken()) else { return page.mistaken() };
    match desk.writer().register_office(&by, &office, form).await {
        Ok(version) => done(&path_of(&office), version),
        Err(refusal) => page.brought_back(&refusal),
    }
}

/// `GET …/update`; what a query names is filled in with it, for whoever takes a change back.
pub(super) async fn ask_update(
    State(desk): State<Desk>,
    Path(office): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let (subject, mut page) = match updating(&desk, &operator, &office).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let query = Fields::of(query.unwrap_or_default().as_bytes());
    let named: Vec<&str> = query.all().map(|(name, _)| name).collect();
    for field in page.fields.iter_mut().filter(|field| is_kept(field.name)) {
        let known = text(&subject.entry, field.name);
        field.value = if named.contains(&field.name) { query.get(field.name) } else { known }.to_owned();
    }
    page.shown()
}

pub(super) async fn update(State(desk): State<Desk>, Path(office): Path<String>, operator: Operator) -> Response {
    let (subject, mut page) = match updating(&desk, &operator, &office).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    page.mistakes = meanwhile(&desk, &operator, subject.office.as_str()).await;
    let mut form = read(operator.fields(), &mut page);
    if page.is_mistaken() {
        return page.mistaken();
    }
    form.pledge = Some(operator.fields().get("pledge").trim().to_owned());
    match desk.writer().update_office(&operator.by(now()), &subject.office, form).await {
        Ok(version) => done(&path_of(&subject.office), version),
        Err(refusal) => page.brought_back(&refusal),
    }
}

/// What was typed of each detail, put right; what is wrong stands beside its field.
pub(super) fn read(fields: &Fields, page: &mut Act<'_>) -> OfficeForm {
    let details = Details::from_fn(|detail| {
        let typed = fields.get(detail.as_str());
        let read = if typed.trim().is_empty() { detail.emptied() } else { detail.reader()(typed) };
        read.map_err(|why| page.wrong(detail.as_str(), &why.ja)).ok()
    });
    let pledge = Some(fields.get("pledge").trim().to_owned()).filter(|pledge| !pledge.is_empty());
    OfficeForm { details, pledge }
}

/// The fields of what is known of an office.
pub(super) fn fields(operator: &Operator) -> Vec<Field> {
    let details = Detail::ALL.map(|detail| {
        let required = detail.emptied().is_err();
        Field { hint: detail.hint().0, required, ..Field::new(detail.as_str(), detail.label().0, FieldKind::Line) }
    });
    let pledge =
        Field { hint: "例：2026-04", ..Field::new("pledge", "同意した誓約書の版", FieldKind::Line) };
    details.into_iter().chain([pledge]).map(|field| field.filled(operator)).collect()
}

fn is_kept(name: &str) -> bool {
    name == "pledge" || Detail::ALL.iter().any(|detail| detail.as_str() == name)
}

#[expect(clippy::result_large_err, reason = "what is not shown is answered by a page")]
fn registering<'a>(desk: &'a Desk, operator: &'a Operator) -> Result<Act<'a>, Response> {
    if !operator.may().has(Right::Change) {
        return Err(not_yours(desk, operator, Right::Change));
    }
    let office = Field {
        required: true,
        hint: "10桁の数字（または英大文字）",
        ..Field::new("office", "事業所番号", FieldKind::Line)
    };
    let mut all = vec![office.filled(operator)];
    all.extend(fields(operator));
    all.extend([Field::application().filled(operator), Field::why(false).filled(operator)]);
    let frame = Frame::of(desk, operator, now(), REGISTER);
    let path = "/console/change/offices/new/register".to_owned();
    Ok(Act {
        told: vec![
            "事業所が登録されます。IDと端末は、まだありません。".to_owned(),
            "事業所へのお知らせは送りません。初回登録の申請書があるときは、申請として受け付けると、IDも一緒に作れます。".to_owned(),
        ],
        fields: all,
        ..Act::of(frame, REGISTER, path, "/console/offices".to_owned())
    })
}

async fn updating<'a>(desk: &'a Desk, operator: &'a Operator, office: &str) -> Result<(Subject, Act<'a>), Response> {
    let subject = Subject::of(desk, operator, (office, Right::Change)).await?;
    let application = Field { required: false, ..Field::application() };
    let mut all = fields(operator);
    all.extend([application.filled(operator), Field::why(false).filled(operator), seen(desk).await]);
    let frame = Frame::of(desk, operator, now(), UPDATE);
    let path = format!("/console/change/offices/{}/update", subject.office);
    let page = Act {
        touched: subject.touched(),
        told: vec![
            "変わった項目だけが、変更の前と後の内容とともに操作記録に残ります。".to_owned(),
            "メールアドレスを変えたときは、前のアドレスと新しいアドレスの両方にお知らせします。ほかの変更は、お知らせしません。".to_owned(),
        ],
        fields: all,
        ..Act::of(frame, UPDATE, path, path_of(&subject.office))
    };
    Ok((subject, page))
}
