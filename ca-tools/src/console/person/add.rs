//! Somebody is given an ID (様式1, one person), and is shown to whoever hands it over.

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use registry::OfficeNo;

use super::super::act::{Act, Field, FieldKind, Touched, once};
use super::super::fact::{named, read_so, text};
use super::super::frame::{Frame, rendered, written};
use super::super::handed::{Handed, ShownOnce, Slip};
use super::super::may::Right;
use super::super::missing::not_yours;
use super::super::office;
use super::super::operator::Operator;
use super::path_of;
use super::reset::made_up;
use crate::acts::Person;
use crate::application::same_name;
use crate::clock::now;
use crate::desk::{Desk, Fields};
use crate::ledger::Ledger;
use crate::refusal::Refusal;

const WORDS: &str = "利用者を追加する";
const PATH: &str = "/console/change/people/new/add";

/// `GET …?office=1272200001`.
pub(super) async fn ask(State(desk): State<Desk>, RawQuery(query): RawQuery, operator: Operator) -> Response {
    let query = Fields::of(query.unwrap_or_default().as_bytes());
    match about(&desk, &operator, query.get("office")).await {
        Ok(page) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn act(State(desk): State<Desk>, operator: Operator) -> Response {
    let page = match about(&desk, &operator, operator.fields().get("office")).await {
        Ok(page) => page,
        Err(answer) => return answer,
    };
    match once(&desk, &operator, made(&desk, &operator, page)).await {
        Ok(body) => written(StatusCode::OK, &body),
        Err(answer) => answer,
    }
}

async fn made(desk: &Desk, operator: &Operator, mut page: Act<'_>) -> Result<String, Response> {
    let person = read(desk, operator, &mut page).await;
    let Some(person) = person.filter(|_| !page.is_mistaken()) else { return Err(page.mistaken()) };
    let Some((password, hashed)) = made_up(desk, operator).await else { return Err(page.busy()) };
    let (office, by) = (person.office.clone(), operator.by(now()));
    let name = read_so(&person.name, &person.kana);
    let added = if operator.fields().get("contact") == "1" {
        desk.writer().add_contact(&by, person, hashed).await
    } else {
        desk.writer().add_user(&by, person, hashed).await
    };
    let login_id = added.map_err(|refusal| page.brought_back(&refusal))?;
    let ledger = desk.writer().ledger();
    let slip = Slip {
        name,
        login_id: login_id.to_string(),
        office: office_called(&ledger, &office).await,
        password: ShownOnce::of(password.reveal()),
    };
    let version = latest(desk, operator, login_id.as_str()).await;
    let handed = Handed {
        frame: Frame::of(desk, operator, now(), "利用者を追加しました"),
        lines: Vec::new(),
        slips: vec![slip],
        ticket: None,
        next: format!("{}?done={version}", path_of(&login_id)),
    };
    // What was made is never made twice for want of a page: it can be reset.
    Ok(rendered(&handed).unwrap_or_default())
}

/// The version of what this operator did last about this. What was done stays done where the registry does not say: then it
/// is not told once more.
pub(in crate::console) async fn latest(desk: &Desk, operator: &Operator, subject: &str) -> i64 {
    match desk.writer().ledger().last_done(subject, operator.login_id()).await {
        Ok(version) => version.unwrap_or_default(),
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            0
        }
    }
}

async fn office_called(ledger: &Ledger, office: &OfficeNo) -> String {
    let entry = ledger.office(office).await.unwrap_or_default();
    named(office.as_str(), text(&entry, "name"))
}

/// What was typed, with everything that is wrong beside its field.
async fn read(desk: &Desk, operator: &Operator, page: &mut Act<'_>) -> Option<Person> {
    let typed = operator.fields();
    let office = office::typed(typed.get("office"));
    if office.is_none() {
        page.wrong("office", "事業所番号を、10桁の数字（または英大文字）で入力してください。");
    }
    let name = crate::application::name_of(typed.get("name"));
    match &name {
        Ok(name) if name.is_empty() => page.wrong("name", "氏名を入力してください。"),
        Ok(_) => {}
        Err(why) => page.wrong("name", &why.ja),
    }
    let kana = crate::application::kana_of(typed.get("kana"));
    if let Err(why) = &kana {
        page.wrong("kana", &why.ja);
    }
    let profession = desk.professions().read(typed.get("profession"));
    if let Err(why) = &profession {
        page.wrong("profession", if typed.get("profession").is_empty() { "職種を選んでください。" } else { &why.ja });
    }
    if typed.get("application").trim().is_empty() {
        page.wrong("application", "申請番号を入力してください（紙の申請は、その番号）。");
    }
    let wanted = typed.get("login_id").trim();
    let login_id = super::typed(wanted);
    if login_id.is_none() && !wanted.is_empty() {
        page.wrong(
            "login_id",
            "英小文字・数字・「.」「-」「_」の3〜32文字で入力してください。空のときは自動で付けます。",
        );
    }
    let (office, name, profession, kana) = (office?, name.ok()?, profession.ok()?, kana.ok()?);
    namesakes(desk, (&office, &name, typed.get("another") == "1"), page).await;
    Some(Person { office, name, kana, profession, roles: Vec::new(), login_id })
}

/// One ID for each person: who is there already is named, and must be another.
async fn namesakes(desk: &Desk, (office, name, another): (&OfficeNo, &str, bool), page: &mut Act<'_>) {
    let known = match desk.writer().ledger().known_office(office).await {
        Ok(Some(known)) => known,
        Ok(None) => return page.wrong("office", "この番号の、利用中の事業所はありません。番号を確かめてください。"),
        Err(why) => return page.refused(&Refusal::Unavailable(why)),
    };
    let same = known.people.iter().filter(|(_, known)| same_name(known, name));
    let same = same.map(|(id, known)| format!("{known}（{id}）")).collect::<Vec<_>>().join("、");
    if same.is_empty() || another {
        return;
    }
    let text = format!("同じ氏名の利用者がいます：{same}。別の人であることを確かめて、チェックを入れてください。");
    page.wrong("another", &text);
}

async fn about<'a>(desk: &'a Desk, operator: &'a Operator, office: &str) -> Result<Act<'a>, Response> {
    if !operator.may().has(Right::Change) {
        return Err(not_yours(desk, operator, Right::Change));
    }
    let professions = desk.professions().iter().map(|word| (word.to_owned(), word.to_owned())).collect();
    let office_field =
        Field { required: true, value: office.to_owned(), ..Field::new("office", "事業所番号", FieldKind::Line) };
    let known = match office::typed(office) {
        Some(office) => desk.writer().ledger().office(&office).await.ok().map(|entry| (office, entry)),
        None => None,
    };
    let back = known.as_ref().map_or("/console/people".to_owned(), |(office, _)| office::path_of(office));
    let touched = known.map(|(office, entry)| Touched {
        what: "事業所",
        said: named(office.as_str(), text(&entry, "name")),
        path: Some(office::path_of(&office)),
    });
    Ok(Act {
        touched: touched.into_iter().collect(),
        told: vec![
            "新しいIDと初期パスワードを、次の画面に1回だけ表示します（電話での読みと、渡す用紙も）。".to_owned(),
            "本人へのメールは送りません。".to_owned(),
        ],
        fields: vec![
            office_field,
            Field { required: true, ..Field::new("name", "氏名", FieldKind::Line) }.filled(operator),
            Field {
                hint: "ひらがなかカタカナ。検索で見つかるようになります。",
                ..Field::new("kana", "ふりがな", FieldKind::Line)
            }
            .filled(operator),
            Field { required: true, ..Field::new("profession", "職種", FieldKind::Select(professions)) }
                .filled(operator),
            Field::application().filled(operator),
            Field {
                hint: "提供事業者が決めたIDがあるときだけ。空のときは自動で付けます。",
                ..Field::new("login_id", "カシワニネットID", FieldKind::Line)
            }
            .filled(operator),
            Field::new("contact", "事業所のカシワニネット担当者にする", FieldKind::Tick).filled(operator),
            Field::new("another", "同じ氏名の利用者とは別の人であることを確かめました", FieldKind::Tick)
                .filled(operator),
            Field::why(false).filled(operator),
            Field::once(),
        ],
        ..Act::of(Frame::of(desk, operator, now(), WORDS), WORDS, PATH.to_owned(), back)
    })
}
