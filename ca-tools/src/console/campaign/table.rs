//! An office's table goes out to be filled in, and comes back: every cell that is wrong is named, and then nothing is taken over.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use registry::OfficeNo;
use serde_json::json;

use super::super::act::{Act, Field, FieldKind, Touched, once};
use super::super::export::{attachment, ending};
use super::super::frame::Frame;
use super::super::import::tell;
use super::super::may::Right;
use super::super::missing::silent;
use super::super::operator::Operator;
use super::{campaign_of, path_of, sheet_of};
use crate::acts::AnswerTaken;
use crate::application::{Day, Facts};
use crate::campaign::{CampaignAnswers, forms_beside, returned, table_head, table_rows};
use crate::clock::now;
use crate::desk::Desk;
use crate::ledger::CampaignView;
use crate::refusal::Refusal;
use crate::sheet::{TableFormat, written};

const WORDS: &str = "戻ってきた表を取り込む";

/// `POST /console/export/campaigns/{campaign}/{office}`: `kind` is the file's.
pub(super) async fn send(
    State(desk): State<Desk>,
    Path((typed, office)): Path<(String, String)>,
    operator: Operator,
) -> Response {
    let found = match campaign_of(&desk, &operator, (&typed, Right::Read)).await {
        Ok(view) => sheet_of(&desk, &operator, (&view, &office)).await,
        Err(answer) => Err(answer),
    };
    let sheet = match found {
        Ok(sheet) => sheet,
        Err(answer) => return answer,
    };
    let (kind, format) = match operator.fields().get("kind") {
        "csv" => (TableFormat::Csv, "csv"),
        _ => (TableFormat::Xlsx, "xlsx"),
    };
    let rows = table_rows(&sheet);
    let file = match written(kind, &table_head(), &rows) {
        Ok(file) => file,
        Err(why) => {
            tracing::warn!(%why, "a table was not written out");
            return silent(&desk, &operator);
        }
    };
    let no = sheet.campaign;
    let filter = json!({ "campaign": no.to_string(), "office": sheet.office, "format": format });
    // What was taken along is known before it is.
    match desk.writer().export_list(&operator.by(now()), ("campaign", filter), rows.len()).await {
        Ok(_) => attachment(file, &format!("{no}-{}", sheet.office), ending(kind)),
        Err(why) => {
            tracing::warn!(%why, "a table was not written out");
            silent(&desk, &operator)
        }
    }
}

pub(super) async fn ask(State(desk): State<Desk>, Path(typed): Path<String>, operator: Operator) -> Response {
    match campaign_of(&desk, &operator, (&typed, Right::Change)).await {
        Ok(view) => asking(&desk, &operator, &view).shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn act(
    State(desk): State<Desk>,
    Path(typed): Path<String>,
    operator: Result<Operator, Response>,
) -> Response {
    let operator = match operator {
        Ok(operator) => operator,
        // Who sends it is not known before all of it was read, and so much is not read.
        Err(answer) if answer.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            let text = "ファイルが大きすぎます（60 KiBまで）。事業所ごとの表に分けるか、ca-tools campaign import で取り込んでください。";
            return (StatusCode::PAYLOAD_TOO_LARGE, text).into_response();
        }
        Err(answer) => return answer,
    };
    let view = match campaign_of(&desk, &operator, (&typed, Right::Change)).await {
        Ok(view) => view,
        Err(answer) => return answer,
    };
    match once(&desk, &operator, taken((&desk, &operator), &view)).await {
        Ok(place) => Redirect::to(&place).into_response(),
        Err(answer) => answer,
    }
}

/// Takes all of it over, or says what is wrong with each cell; where that is told.
async fn taken((desk, operator): (&Desk, &Operator), view: &CampaignView) -> Result<String, Response> {
    let mut page = asking(desk, operator, view);
    let no = view.campaign.no;
    let Some(file) = operator.file() else {
        page.wrong("file", "戻ってきた表のファイルを選んでください。");
        return Err(page.mistaken());
    };
    let sheets = match desk.writer().ledger().campaign_offices(no).await {
        Ok(sheets) => sheets,
        Err(why) => return Err(page.brought_back(&why)),
    };
    let octets = file.octets.clone();
    // Unpacking a large one takes a while, in which others are answered.
    let read = tokio::task::spawn_blocking(move || returned(&octets, &sheets)).await;
    let found = match read {
        Ok(Ok(found)) => found,
        Ok(Err(mistakes)) => {
            tell(&mut page, &mistakes);
            return Err(page.mistaken());
        }
        Err(_) => return Err(page.busy()),
    };
    let mut all: BTreeMap<OfficeNo, CampaignAnswers> = BTreeMap::new();
    for (office, said) in found {
        let known = match desk.writer().ledger().known_office(&office).await {
            Ok(known) => known,
            Err(why) => return Err(page.brought_back(&why.into())),
        };
        let facts = Facts { today: Day::of(now()), office: known.as_ref(), professions: desk.professions() };
        match forms_beside(said.new_ids, said.corrections, &facts) {
            Ok(forms) => {
                let forms = Some(forms).filter(|forms| !forms.is_empty());
                all.insert(office, CampaignAnswers { forms, ..said.answers });
            }
            Err(wrong) => {
                let said = wrong.0.iter().map(|mistake| format!("事業所 {office}：{}", mistake.with_label().ja));
                page.mistakes.extend(said);
            }
        }
    }
    if page.is_mistaken() {
        return Err(page.mistaken());
    }
    match desk.writer().answer_campaign_of_many(&operator.by(now()), no, &all).await {
        Ok(AnswerTaken::Kept { version, .. } | AnswerTaken::Late { version, .. }) => Ok(match all.keys().next() {
            Some(office) if all.len() == 1 => format!("{}?done={version}", super::office_path(no, office)),
            Some(_) | None => format!("{}?done={version}", path_of(no)),
        }),
        Err(why) => Err(refused(page, &why)),
    }
}

fn refused(page: Act<'_>, why: &Refusal) -> Response {
    page.brought_back(why)
}

fn asking<'a>(desk: &'a Desk, operator: &'a Operator, view: &CampaignView) -> Act<'a> {
    let no = view.campaign.no;
    let frame = Frame::of(desk, operator, now(), format!("{no}：{WORDS}"));
    let mut page = Act::of(frame, "取り込む", format!("/console/change/campaigns/{no}/import"), path_of(no));
    page.touched = vec![Touched { what: "現況届", said: no.to_string(), path: Some(path_of(no)) }];
    page.told = vec![
        "表に書かれた回答だけを記録します。空欄の行は、未回答のままです。IDと端末は、まだ何も変わりません。".to_owned(),
        "1か所でも誤りがあれば、何も取り込まず、直すところを1つずつ示します。".to_owned(),
        "答えがそろった事業所は、そのページで「提出済みにする」を押すと、削除が行われます。".to_owned(),
    ];
    let file = Field {
        hint: "この現況届から書き出した Excel ブック（.xlsx）か CSV。60 KiB まで。",
        ..Field::new("file", "ファイル", FieldKind::File)
    };
    page.fields = vec![file.needed(), Field::why(false).filled(operator), Field::once()];
    page
}
