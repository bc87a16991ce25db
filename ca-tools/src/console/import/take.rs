//! What was looked at is taken over, exactly: where others changed something meanwhile, it says what, and nothing is done.

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::act::{Act, once};
use super::super::fact::{named, read_so, text};
use super::super::frame::{Frame, rendered, written};
use super::super::handed::{Handed, ShownOnce, Slip};
use super::super::operator::Operator;
use super::super::person::made_up;
use super::look::{confirm, namesakes, not_done};
use super::looked::{LookedTable, LookedTables};
use super::{NO_PROPOSAL, asking, by, list_of, noun_of};
use crate::acts::{By, Import, ImportFile, Imported, NotImported, PersonRow};
use crate::bulk::Noun;
use crate::clock::now;
use crate::desk::Desk;
use crate::password::MadeUp;
use crate::refusal::Refusal;

/// Whoever opens the address anew begins where tables are sent.
pub(super) async fn again(State(desk): State<Desk>, Path(noun): Path<String>, operator: Operator) -> Response {
    match noun_of(&desk, &operator, &noun) {
        Ok(noun) => Redirect::to(&format!("/console/change/import/{}", noun.as_str())).into_response(),
        Err(answer) => answer,
    }
}

pub(super) async fn act(
    State(desk): State<Desk>,
    Extension(tables): Extension<LookedTables>,
    Path(noun): Path<String>,
    operator: Operator,
) -> Response {
    let noun = match noun_of(&desk, &operator, &noun) {
        Ok(noun) => noun,
        Err(answer) => return answer,
    };
    match once(&desk, &operator, taken((&desk, &operator), &tables, noun)).await {
        Ok(body) if noun == Noun::People && body.starts_with('<') => written(StatusCode::OK, &body),
        Ok(place) => Redirect::to(&place).into_response(),
        Err(answer) => answer,
    }
}

/// Takes it over, or proposes it; where that is told, or the page with the slips.
async fn taken((desk, operator): (&Desk, &Operator), tables: &LookedTables, noun: Noun) -> Result<String, Response> {
    let key = operator.fields().get("looked");
    let table = tables.get((key, operator.login_id()), now()).filter(|table| table.bulk.noun == noun);
    let Some(table) = table else {
        let mut page = asking(desk, operator, noun);
        page.mistakes.push(
            "確かめた表は、もう残っていません（30分までです）。もう一度ファイルを選んで、確かめてください。".to_owned(),
        );
        return Err(page.mistaken());
    };
    let Some(page) = confirm((desk, operator), tables, &table) else {
        return Err(asking(desk, operator, noun).busy());
    };
    let mut page = page.proposed((desk, operator), table.bulk.import.act(&table.digest)).await?;
    if !table.namesakes.is_empty() && operator.fields().get("another") != "1" {
        page.wrong("another", "別の人であることを確かめて、チェックを入れてください。");
    }
    let by = by(operator);
    if by.is_none() {
        page.wrong("proposal", NO_PROPOSAL);
    }
    let Some(by) = by.filter(|_| !page.is_mistaken()) else { return Err(page.mistaken()) };
    done((desk, operator), (tables, &table), (&by, page)).await
}

async fn done(
    (desk, operator): (&Desk, &Operator),
    (tables, table): (&LookedTables, &LookedTable),
    (by, page): (&By, Act<'_>),
) -> Result<String, Response> {
    let import = &table.bulk.import;
    // Refused before it costs so many hashes.
    if let Err(why) = desk.writer().may_do(by, &import.act(&table.digest)).await {
        return Err(page.brought_back(&why));
    }
    let (mut shown, mut hashed) = (Vec::new(), Vec::new());
    for _ in 0..import.passwords() {
        let Some((password, hash)) = made_up(desk, operator).await else { return Err(page.busy()) };
        shown.push(password);
        hashed.push(hash);
    }
    let file = ImportFile { import, digest: &table.digest, foreseen: Some(&table.made) };
    match desk.writer().import(by, file, hashed).await {
        Ok(done) => handed((desk, operator), (import, &done), &shown).await,
        Err(why) if why.iter().any(|one| matches!(one.why, Refusal::Overtaken(_)) && one.at.is_some()) => {
            Err(overtaken((desk, operator), (tables, table), (by, &why)).await)
        }
        Err(why) => Err(not_done(&table.bulk, &why, page)),
    }
}

/// What was looked at would make something else by now: it is said, and looked at anew.
async fn overtaken(
    (desk, operator): (&Desk, &Operator),
    (tables, table): (&LookedTables, &LookedTable),
    (by, why): (&By, &[NotImported]),
) -> Response {
    let made = match desk.writer().foresee_import(by, &table.bulk.import).await {
        Ok(made) => made,
        Err(why) => return not_done(&table.bulk, &why, asking(desk, operator, table.bulk.noun)),
    };
    let said: Vec<_> = why
        .iter()
        .filter_map(|one| {
            let (at, numbers) = (one.at?, table.bulk.numbers().collect::<Vec<_>>());
            Some(format!("{}行目：{} → {}", numbers.get(at)?, table.made.get(at)?, made.get(at)?))
        })
        .take(10)
        .collect();
    let namesakes = match namesakes(desk, &table.bulk.import).await {
        Ok(namesakes) => namesakes,
        Err(why) => return asking(desk, operator, table.bulk.noun).brought_back(&why.into()),
    };
    let table = LookedTable { made: made.into(), namesakes, ..table.clone() };
    let Some(mut page) = confirm((desk, operator), tables, &table) else {
        return asking(desk, operator, table.bulk.noun).busy();
    };
    page.mistakes.push(format!(
        "確かめたあとに、ほかの変更がありました（{}）。何も登録していません。下の内容でよければ、もう一度押してください。",
        said.join("、")
    ));
    page.mistaken()
}

/// Where the list tells it; of people, the page with a slip for each.
async fn handed(
    (desk, operator): (&Desk, &Operator),
    (import, done): (&Import, &Imported),
    passwords: &[MadeUp],
) -> Result<String, Response> {
    let noun = match import {
        Import::Offices(_) => Noun::Offices,
        Import::People(_) => Noun::People,
        Import::Devices(_) => Noun::Devices,
        Import::Rooms(_) => Noun::Rooms,
        Import::Invitations(_) => Noun::Invitations,
        Import::Attendances(_) => Noun::Attendances,
    };
    let next = format!("/console/{}?done={}", list_of(noun), done.version);
    let Import::People(people) = import else { return Ok(next) };
    let mut offices = std::collections::BTreeMap::new();
    let mut slips = Vec::with_capacity(people.len());
    for ((PersonRow { person, .. }, login_id), password) in people.iter().zip(&done.made).zip(passwords) {
        if !offices.contains_key(&person.office) {
            let entry = desk.writer().ledger().office(&person.office).await.unwrap_or_default();
            offices.insert(person.office.clone(), named(person.office.as_str(), text(&entry, "name")));
        }
        slips.push(Slip {
            name: read_so(&person.name, &person.kana),
            login_id: login_id.clone(),
            office: offices.get(&person.office).cloned().unwrap_or_default(),
            password: ShownOnce::of(password.reveal()),
        });
    }
    let page = Handed {
        frame: Frame::of(desk, operator, now(), format!("利用者{}名を追加しました", slips.len())),
        lines: Vec::new(),
        slips,
        ticket: None,
        next,
    };
    // What was made is never made twice for want of a page: each can be reset.
    Ok(rendered(&page).unwrap_or_default())
}
