//! `/console/offices/{office}/readiness?before=`: what the office must do before a day, as its own page says it. Looking at it is an
//! event.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use registry::OfficeNo;

use super::super::fact::named;
use super::super::frame::{Frame, page};
use super::super::missing::{nothing, silent};
use super::super::operator::Operator;
use super::{path_of, typed};
use crate::application::Day;
use crate::clock::now;
use crate::desk::{Desk, Fields};
use crate::readiness::{Lack, OfficeAsIs};
use crate::refusal::Refusal;
use crate::spelling::code;
use crate::words::{for_console, hybrid, lacking};

/// Days ahead that are looked at where nobody says another day.
const AHEAD: i64 = 90;
/// What a page shows; the command writes all of it.
const SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "console/office/readiness.html")]
struct ReadinessPage<'a> {
    frame: Frame<'a>,
    office: OfficeNo,
    /// As it was typed.
    before: String,
    lines: Vec<LackLine>,
    /// How many there are; the page shows the first two hundred.
    all: usize,
    hybrid: Option<String>,
    mistake: Option<String>,
}

/// What is missing, in words, with the device's page.
struct LackLine {
    lacking: String,
    remedy: String,
    path: Option<String>,
}

impl LackLine {
    fn of(lack: &Lack) -> Self {
        let said = lacking(lack);
        let path = match lack {
            Lack::Of(device, _) => Some(format!("/console/devices/{}", device.device)),
            Lack::OfficeOnHold | Lack::NoContact | Lack::NoMail | Lack::Unanswered(_) | Lack::NobodyGetsIn => None,
        };
        Self { lacking: said.lacking.ja, remedy: said.remedy.ja, path }
    }
}

impl ReadinessPage<'_> {
    fn path(&self) -> String {
        path_of(&self.office)
    }
}

/// `GET`.
pub(super) async fn show(
    State(desk): State<Desk>,
    Path(office): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let Some(office) = typed(&office) else {
        return nothing(&desk, &operator, "事業所番号は、10桁の数字（または英大文字）です。");
    };
    let (query, at) = (Fields::of(query.unwrap_or_default().as_bytes()), now());
    let given = query.get("before").trim();
    let day = match given {
        "" => Some(Day::of(at.plus(AHEAD * 86_400))),
        given => code(given).ok().and_then(|text| text.parse().ok()),
    };
    let Some(day) = day else {
        let mistake = Some("日付を、2027-04-01 や 令和9年4月1日 のように入力してください。".to_owned());
        let frame = Frame::of(&desk, &operator, at, format!("準備の報告：{office}"));
        let before = given.to_owned();
        let asked = ReadinessPage { frame, office, before, lines: Vec::new(), all: 0, hybrid: None, mistake };
        return page(StatusCode::UNPROCESSABLE_ENTITY, &asked);
    };
    match read(&desk, &operator, (&office, day)).await {
        Ok(as_is) => {
            let heading = format!("準備の報告（{}まで）：{}", day.japanese(), named(&as_is.office, &as_is.name));
            let lacks = as_is.lacks(day.begins(), at);
            let shown = ReadinessPage {
                frame: Frame::of(&desk, &operator, at, heading),
                office,
                before: day.to_string(),
                lines: lacks.iter().take(SHOWN).map(LackLine::of).collect(),
                all: lacks.len(),
                hybrid: as_is.hybrid_share().map(|share| hybrid(share).ja),
                mistake: None,
            };
            page(StatusCode::OK, &shown)
        }
        Err(Refusal::Unknown(..)) => nothing(&desk, &operator, "この番号の事業所はありません。"),
        Err(Refusal::Unavailable(why)) => {
            tracing::warn!(%why, "the registry does not answer");
            silent(&desk, &operator)
        }
        Err(why) => super::super::missing::refused(&desk, &operator, &for_console(&why).ja),
    }
}

/// What there is to say; that it was read stands in the record before it is shown.
async fn read(desk: &Desk, operator: &Operator, (office, day): (&OfficeNo, Day)) -> Result<OfficeAsIs, Refusal> {
    let by = operator.by(now());
    desk.writer().may_read(&by).await?;
    let as_is = desk.writer().ledger().office_as_is(office).await?;
    desk.writer().readiness_read(&by, Some(office), day).await?;
    Ok(as_is)
}
