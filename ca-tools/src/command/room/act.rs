//! What is done to a room, and what is told of it.

use registry::{LoginId, RoomRef};
use serde_json::json;

use super::super::answer::Answer;
use super::super::context::CommandContext;
use super::super::error::CliError;
use super::super::receipt::{mailed, undoable};
use super::{ConsentOptions, Invitees, TermsOptions, end};
use crate::acts::{Confirmed, LastPost, NewRoom};
use crate::application::RoomFact;
use crate::calendar::last_day;
use crate::clock::now;
use crate::language::Text;
use crate::password::readable;
use crate::refusal::{Malformed, Refusal};

/// Opens a room, with its consent where it was said, and invites people with it.
pub(super) async fn open(
    context: &CommandContext,
    (name, room): (String, Option<RoomRef>),
    (invite, consent, terms): (Vec<LoginId>, &ConsentOptions, &TermsOptions),
) -> Result<Answer, CliError> {
    let writer = &context.writer;
    let room = match room {
        Some(room) => room,
        None => drawn()?,
    };
    let (consent, terms) = (consent.read()?, terms.read()?);
    let recorded = consent.is_some();
    let new = NewRoom { room: &room, name, consent, users: &invite, terms };
    let version = writer.open_room_for(&context.by().await?, new).await?;
    let consent = if recorded { "recorded" } else { "missing" };
    let json = json!({ "room": room, "users": invite, "consent": consent, "version": version });
    let (mut text, json) = if invite.is_empty() {
        (Text::new(format!("部屋 {room} を開設しました。"), format!("opened room {room}")), json)
    } else {
        let text = Text::new(
            format!("部屋 {room} を開設し、{} を招待しました。", listed(&invite, "、")),
            format!("opened room {room} and invited {}", listed(&invite, ", ")),
        );
        mailed(context, version, (text, json)).await
    };
    if !recorded {
        text.ja.push_str(&format!(
            "\n依頼者と同意が未記録です。確かめたら、room consent {room} で記録してください（それまで、今日の仕事と部屋の画面に出ます）。"
        ));
        text.en.push_str(&format!("\nno consent is recorded: room consent {room}, once it was heard"));
    }
    Ok(Answer::done(text, json))
}

/// Writes down who asked, and when they consented.
pub(super) async fn consent(
    context: &CommandContext,
    room: &RoomRef,
    consent: &ConsentOptions,
) -> Result<Answer, CliError> {
    let writer = &context.writer;
    let Some(consent) = consent.read()? else {
        return Err(Refusal::from(Malformed::RoomLacks(RoomFact::AskedBy)).into());
    };
    let version = writer.record_consent(&context.by().await?, room, &consent).await?;
    let text = Text::new(
        format!("部屋 {room} の依頼者と同意を記録しました。"),
        format!("the consent of {room} is written down"),
    );
    Ok(Answer::done(text, json!({ "room": room, "consent": "recorded", "version": version })))
}

/// Invites people: all of them, or nobody.
pub(super) async fn invite(
    context: &CommandContext,
    room: &RoomRef,
    (users, terms): (Invitees, &TermsOptions),
) -> Result<Answer, CliError> {
    let writer = &context.writer;
    let (users, terms) = (users.read()?, terms.read()?);
    let version = writer.invite_all(&context.by().await?, room, (&users, &terms)).await?;
    let (ja, en) = match terms.until {
        Some(until) => (format!("（{}まで）", last_day(until)), format!(" until {until}")),
        None => (String::new(), String::new()),
    };
    let text = Text::new(
        format!("{} を部屋 {room} に招待しました{ja}。", listed(&users, "、")),
        format!("invited {} to {room}{en}", listed(&users, ", ")),
    );
    // Programs that invite one read `user`, as they always did.
    let json = json!({
        "room": room, "user": users.first(), "users": users, "state": "invited",
        "until": terms.until.map(|at| at.to_string()), "version": version,
    });
    let (text, json) = mailed(context, version, (text, json)).await;
    Ok(Answer::done(text, json))
}

/// Lets invitations end at another moment.
pub(super) async fn extend(
    context: &CommandContext,
    room: &RoomRef,
    (users, until): (Invitees, Option<String>),
) -> Result<Answer, CliError> {
    let writer = &context.writer;
    let (users, until) = (users.read()?, until.as_deref().map(end).transpose()?);
    let version = writer.extend_invitations(&context.by().await?, room, (&users, until)).await?;
    let (ja, en) = match until {
        Some(until) => (format!("{}まで", last_day(until)), format!("until {until}")),
        None => ("なし（取り消されるまで）".to_owned(), "until it is withdrawn".to_owned()),
    };
    let text = Text::new(
        format!("{} の部屋 {room} への招待の期限：{ja}", listed(&users, "、")),
        format!("{} are invited to {room} {en}", listed(&users, ", ")),
    );
    let json = json!({
        "room": room, "users": users, "until": until.map(|at| at.to_string()), "version": version,
    });
    let (text, json) = mailed(context, version, (text, json)).await;
    Ok(Answer::done(text, json))
}

/// Writes down who confirmed that they take part.
pub(super) async fn confirm(
    context: &CommandContext,
    room: &RoomRef,
    (users, confirmed_by, confirmed_on): (Invitees, &str, &str),
) -> Result<Answer, CliError> {
    let writer = &context.writer;
    let users = users.read()?;
    let Some(confirmed) = Confirmed::read((confirmed_by, confirmed_on), now())? else {
        return Err(Refusal::from(Malformed::RoomLacks(RoomFact::ConfirmedBy)).into());
    };
    let version = writer.confirm_invitations(&context.by().await?, room, (&users, &confirmed)).await?;
    let text = Text::new(
        format!("部屋 {room} への {} の参加の確認を記録しました。", listed(&users, "、")),
        format!("it is written down who confirmed {} for {room}", listed(&users, ", ")),
    );
    Ok(Answer::done(text, json!({ "room": room, "users": users, "version": version })))
}

/// Takes an invitation back.
pub(super) async fn remove(context: &CommandContext, room: &RoomRef, user: &LoginId) -> Result<Answer, CliError> {
    let writer = &context.writer;
    let by = context.by().await?;
    writer.ledger().room(room).await?;
    context.confirm(Text::new(
        format!("{user} の部屋 {room} への招待を取り消します。すぐに入れなくなります。"),
        format!("{user} will be removed from the room {room} at once"),
    ))?;
    let version = writer.remove(&by, room, user).await?;
    let text =
        Text::new(format!("{user} の部屋 {room} への招待を取り消しました。"), format!("removed {user} from {room}"));
    let json = json!({ "room": room, "user": user, "state": "removed", "version": version });
    let (text, json) = undoable(context, version, (text, json)).await;
    Ok(Answer::done(text, json))
}

/// Closes it for ever.
pub(super) async fn close(
    context: &CommandContext,
    room: &RoomRef,
    (last_post, no_post): (Option<String>, bool),
) -> Result<Answer, CliError> {
    let writer = &context.writer;
    let by = context.by().await?;
    let entry = writer.ledger().room(room).await?;
    let last_post =
        if no_post { LastPost::nothing() } else { LastPost::on(last_post.as_deref().unwrap_or_default(), by.at)? };
    let name = entry.get("name").and_then(serde_json::Value::as_str).unwrap_or_default();
    context.confirm(Text::new(
        format!("部屋 {room}（{name}）を終了します。取り消せません。"),
        format!("the room {room} ({name}) will be closed for ever"),
    ))?;
    let version = writer.close_room(&by, room, last_post).await?;
    let text = Text::new(format!("部屋 {room} を終了しました。"), format!("closed room {room}"));
    Ok(Answer::done(text, json!({ "room": room, "state": "closed", "version": version })))
}

fn listed(people: &[LoginId], between: &str) -> String {
    people.iter().map(LoginId::as_str).collect::<Vec<_>>().join(between)
}

/// A reference that says nothing of the person and cannot be guessed: 59 bits.
fn drawn() -> Result<RoomRef, CliError> {
    let drawn = readable(12)?;
    drawn.parse().map_err(|why: registry::NameRefusal| CliError::Usage(Text::new(why.to_string(), why.to_string())))
}
