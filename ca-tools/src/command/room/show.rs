//! One room: what is written down of it, who is invited; and who could see it at a moment of before.

use certs::Timestamp;
use registry::RoomRef;
use serde_json::{Value as Json, json};

use super::super::answer::Answer;
use super::super::context::CommandContext;
use super::super::error::CliError;
use crate::application::{Day, moment_of};
use crate::calendar::{last_day, minute};
use crate::clock::now;
use crate::language::Text;
use crate::ledger::{CouldSee, InvitedLine, RoomSight, SightOf};
use crate::spelling;

/// So many of a room are shown; no house has a room of more.
const SHOWN: i64 = 1_000;

pub(super) async fn show(context: &CommandContext, (room, at): (&RoomRef, Option<&str>)) -> Result<Answer, CliError> {
    let ledger = context.writer.ledger();
    let mut entry = ledger.room(room).await?;
    if let Some(typed) = at {
        return sights(context, (SightOf::Room(room), typed)).await;
    }
    let (_, members) = ledger.members(room, ("", SHOWN)).await?;
    let lines = members.iter().map(said).collect::<Vec<_>>().join("\n");
    entry.insert("people".to_owned(), members.iter().map(json_of).collect());
    let mut shown = entry.clone();
    for field in ["people", "names"] {
        shown.remove(field);
    }
    let missing = entry.get("consent").and_then(Json::as_str) == Some("missing");
    let answer = Answer::entry_of(entry, shown).showing("users", Text::new(lines.clone(), lines));
    Ok(if missing {
        answer.with_note(Text::new(
            format!("依頼者と同意が未記録です。確かめたら、room consent {room} で記録してください。"),
            format!("no consent is recorded: room consent {room}, once it was heard"),
        ))
    } else {
        answer
    })
}

/// Who is in it, with all that the clerk is asked at the telephone.
fn said(one: &InvitedLine) -> String {
    let person = &one.person;
    let until = match one.until {
        Some(until) => format!("{}まで（あと{}日）", last_day(until), days_left(until)),
        None => "期限なし".to_owned(),
    };
    let confirmed = match (&one.confirmed_by, &one.confirmed_on) {
        (Some(by), Some(on)) => format!("確認：{by}（{on}）"),
        _ => "確認：未記録".to_owned(),
    };
    format!(
        "{}　{}　{}（{}）　{}　{until}　{confirmed}",
        person.login_id, person.name, person.office_name, person.office, person.profession
    )
}

/// Days until its last second.
fn days_left(until: Timestamp) -> i64 {
    Day::of(now()).days_until(Day::of(until.plus(-1)))
}

fn json_of(one: &InvitedLine) -> Json {
    let person = &one.person;
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    json!({
        "login_id": person.login_id, "name": person.name, "profession": person.profession,
        "office": person.office, "office_name": person.office_name, "invited_at": time(one.invited_at),
        "until": time(one.until), "confirmed_by": one.confirmed_by, "confirmed_on": one.confirmed_on,
    })
}

/// Who could see what at this moment, and why others could not.
pub(in crate::command) async fn sights(
    context: &CommandContext,
    (of, typed): (SightOf<'_>, &str),
) -> Result<Answer, CliError> {
    let at = moment(typed)?;
    let ledger = context.writer.ledger();
    let sights = ledger.could_see(of, at).await?;
    let since = ledger.standings_kept_since().await?;
    let of_room = matches!(of, SightOf::Room(_));
    let could: Vec<&RoomSight> = sights.iter().filter(|one| one.sight == CouldSee::Could).collect();
    let line = |one: &RoomSight| {
        let who = if of_room {
            format!("{}　{}　{}（{}）", one.login_id, one.name, one.office_name, one.office)
        } else {
            format!("{}　{}", one.room, one.room_name)
        };
        if one.sight == CouldSee::Could { who } else { format!("{who}　{}", one.sight.japanese()) }
    };
    let lines = |list: Vec<&RoomSight>| list.into_iter().map(|one| format!("\n  {}", line(one))).collect::<String>();
    let others: Vec<&RoomSight> = sights.iter().filter(|one| one.sight != CouldSee::Could).collect();
    let counts = (could.len(), others.len());
    let (mut ja, mut en) = (
        format!(
            "{}の時点で見ることができた：{}件{}\n見ることができなかった：{}件{}\n（招待されていて期限の前、部屋が開いていて、IDと事業所が利用中のとき「見ることができた」とします。その1秒のあいだの変更を含みます。）",
            second(at),
            counts.0,
            lines(could.clone()),
            counts.1,
            lines(others.clone())
        ),
        format!(
            "could see at {at}: {}{}\ncould not: {}{}\n(invited and not ended, the room open, the ID and its office in service; changes within that second count)",
            counts.0,
            lines(could.clone()),
            counts.1,
            lines(others)
        ),
    );
    if let Some(since) = since {
        ja.push_str(&format!(
            "\nこの記録は{}から付けています。それより前は、分からないことがあります。",
            minute(since)
        ));
        en.push_str(&format!("\nkept since {since}: what was before may be unknown"));
    }
    let each = |one: &RoomSight| {
        json!({
            "room": one.room, "room_name": one.room_name, "login_id": one.login_id, "name": one.name,
            "profession": one.profession, "office": one.office, "office_name": one.office_name,
            "sight": one.sight.as_str(), "until": one.until.map(|at| at.to_string()),
        })
    };
    let json = json!({
        "at": at.to_string(), "could_see": could.into_iter().map(each).collect::<Vec<_>>(),
        "could_not": sights.iter().filter(|one| one.sight != CouldSee::Could).map(each).collect::<Vec<_>>(),
        "kept_since": since.map(|at| at.to_string()),
    });
    Ok(Answer::looked(Text::new(ja, en), json))
}

/// To the second.
fn second(at: Timestamp) -> String {
    format!("{}{:02}秒", minute(at), at.in_japan().second())
}

/// A moment; of a day, its last second.
fn moment(typed: &str) -> Result<Timestamp, CliError> {
    let plain = spelling::code(typed).unwrap_or_else(|_| typed.to_owned());
    let day = plain.parse::<Day>().map(Day::last_second);
    day.or_else(|_| moment_of(typed)).map_err(|_| {
        CliError::Usage(Text::new(
            format!("--at に「{typed}」は使えません。2026-11-28 09:05 か 2026-11-28 のように書いてください。"),
            format!("--at: {typed:?} is no moment; write \"2026-11-28 09:05\" or 2026-11-28"),
        ))
    })
}
