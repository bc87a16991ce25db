//! A campaign begins: its days are written, whom it asks is looked at, and then it is opened.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::act::{Act, Field, FieldKind, once};
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::missing::not_yours;
use super::super::operator::Operator;
use super::path_of;
use crate::acts::CampaignOpened;
use crate::application::{Day, code_of};
use crate::campaign::CampaignDates;
use crate::clock::now;
use crate::desk::Desk;
use crate::refusal::Refusal;

const WORDS: &str = "現況届を始める";
const LOOK: &str = "対象を確かめる";
const PATH: &str = "/console/approve/campaigns/new/open";
const NO_DAY: &str = "日付を 2027-05-31 の形で入力してください（令和9年5月31日も使えます）。";
/// So many offices without mail are named; the rest is counted.
const NAMED: usize = 20;

/// A field of the form, what it asks, and what is asked of it.
const DAYS: [(&str, &str, &str); 4] = [
    ("due", "提出の期限", ""),
    (
        "warn_on",
        "予告する日",
        "この日から、答えていない事業所に予告の手紙を送れます。空のときは、予告も停止も削除もしません。",
    ),
    ("suspend_on", "一時停止する日", "この日から、答えのないIDと端末を一時停止できます。"),
    ("delete_on", "削除する日", "この日から、一時停止したままのものを削除できます。"),
];

/// `GET /console/approve/campaigns/new/open`.
pub(super) async fn ask(State(desk): State<Desk>, operator: Operator) -> Response {
    if !operator.may().has(Right::Approve) {
        return not_yours(&desk, &operator, Right::Approve);
    }
    asking(&desk, &operator).shown()
}

pub(super) async fn act(State(desk): State<Desk>, operator: Operator) -> Response {
    if !operator.may().has(Right::Approve) {
        return not_yours(&desk, &operator, Right::Approve);
    }
    let mut page = asking(&desk, &operator);
    let Some(dates) = read(&operator, &mut page) else { return page.mistaken() };
    let by = operator.by(now());
    if operator.fields().get("do") != "open" {
        return match desk.writer().foresee_campaign(&by, &dates).await {
            Ok(would) => looked(page, &would).shown(),
            Err(why) => page.brought_back(&why),
        };
    }
    let made = async {
        match desk.writer().open_campaign(&by, &dates).await {
            Ok(opened) => Ok(format!("{}?done={}", path_of(opened.campaign.no), opened.version)),
            Err(why) => Err(refused(page, &why)),
        }
    };
    match once(&desk, &operator, made).await {
        Ok(place) => Redirect::to(&place).into_response(),
        Err(answer) => answer,
    }
}

fn refused(page: Act<'_>, why: &Refusal) -> Response {
    page.brought_back(why)
}

fn asking<'a>(desk: &'a Desk, operator: &'a Operator) -> Act<'a> {
    let frame = Frame::of(desk, operator, now(), WORDS);
    let mut page = Act::of(frame, LOOK, PATH.to_owned(), "/console/campaigns".to_owned());
    page.told = vec![
        "すべての事業所の、利用中のIDと端末を1件ずつ書き出し、継続か削除かを尋ねます。".to_owned(),
        "まず確かめるだけです。次の画面で「現況届を始める」を押すまで、何も始まりません。".to_owned(),
    ];
    let field = |(name, label, hint): &(&'static str, &'static str, &'static str)| {
        Field { hint, required: *name == "due", ..Field::new(name, label, FieldKind::Day) }.filled(operator)
    };
    page.fields = DAYS.iter().map(field).collect();
    let hint = "この日に、まだ答えていない事業所の担当者にもう一度メールを送ります。1行に1日。なくてもかまいません。";
    let again = Field { hint, ..Field::new("reminders", "もう一度知らせる日", FieldKind::Lines) };
    page.fields.insert(1, again.filled(operator));
    page.fields.push(Field::why(false).filled(operator));
    page
}

/// The city's days, or what is wrong with them beside each field.
fn read(operator: &Operator, page: &mut Act<'_>) -> Option<CampaignDates> {
    let typed = operator.fields();
    let day = |text: &str| code_of(text).ok().and_then(|code| code.parse::<Day>().ok());
    let mut days = [None; 4];
    for ((name, ..), found) in DAYS.iter().zip(&mut days) {
        let text = typed.get(name).trim();
        *found = day(text);
        if found.is_none() && (!text.is_empty() || *name == "due") {
            page.wrong(name, NO_DAY);
        }
    }
    let lines = typed.get("reminders").split(['\n', '、', ',']).map(str::trim).filter(|line| !line.is_empty());
    let reminders: Option<Vec<_>> = lines.map(day).collect();
    if reminders.is_none() {
        page.wrong("reminders", NO_DAY);
    }
    let [due, warn_on, suspend_on, delete_on] = days;
    if page.is_mistaken() {
        return None;
    }
    Some(CampaignDates { due: due?, reminders: reminders?, warn_on, suspend_on, delete_on })
}

/// Whom it would ask.
fn looked<'a>(mut page: Act<'a>, would: &CampaignOpened) -> Act<'a> {
    let CampaignOpened { campaign, offices, people, devices, letters, without_mail, .. } = would;
    page.told = vec![
        format!("現況届 {} として、{offices}か所の事業所に、ID {people}件と端末{devices}台を尋ねます。", campaign.no),
        format!("{letters}か所の担当者に、メールで知らせます。"),
        "始めても、IDと端末は何も変わりません。答えのない行は、未回答のままです。".to_owned(),
    ];
    if !without_mail.is_empty() {
        let named: Vec<_> =
            without_mail.iter().take(NAMED).map(|one| format!("{}（{}）", one.called, one.office)).collect();
        let more = without_mail.len().saturating_sub(NAMED);
        let more = if more > 0 { format!("　ほか{more}か所") } else { String::new() };
        page.told.push(format!("メールのない事業所には、用紙を送ってください：{}{more}", named.join("、")));
    }
    page.fields.push(Field { value: "open".to_owned(), ..Field::new("do", "", FieldKind::Hidden) });
    page.fields.push(Field::once());
    Act { button: WORDS, ..page }
}
