//! `ca-tools room`: patients' rooms and who is invited.

use clap::Subcommand;
use registry::{LoginId, RoomRef};
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::export::{Export, Listed};
use super::receipt::{mailed, undoable};
use crate::language::Text;
use crate::ledger::PersonLine;
use crate::password::readable;

#[derive(Debug, Subcommand)]
pub(crate) enum Room {
    /// 部屋を開設する / open a room
    Open {
        /// 部屋の名前
        #[arg(long)]
        name: String,
        /// 提供事業者の部屋番号（省略時は自動） / its reference in paths
        #[arg(long, value_parser = super::typed::room)]
        room: Option<RoomRef>,
        /// いっしょに招待する人のカシワニネットID（何人でも） / whom to invite with it; several at once
        #[arg(long, value_name = "USER", num_args = 1.., value_parser = super::typed::login)]
        invite: Vec<LoginId>,
    },
    /// 招待する（何人でも。1人でも招待できないときは、だれも招待しない） / invite people: all of them, or nobody
    Invite {
        #[arg(value_parser = super::typed::room)]
        room: RoomRef,
        /// 招待する人のカシワニネットID（複数可） / whom to invite; several at once
        #[arg(value_parser = super::typed::login, required = true, value_name = "USER")]
        users: Vec<LoginId>,
    },
    /// 招待を取り消す / take an invitation back
    Remove {
        #[arg(value_parser = super::typed::room)]
        room: RoomRef,
        #[arg(value_parser = super::typed::login)]
        user: LoginId,
    },
    /// 部屋を終了する（取り消せない） / close for ever
    Close {
        #[arg(value_parser = super::typed::room)]
        room: RoomRef,
    },
    /// 一覧 / list
    List {
        #[command(flatten)]
        export: Export,
    },
    /// 詳細 / one room
    Show {
        #[arg(value_parser = super::typed::room)]
        room: RoomRef,
    },
}

impl Room {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let writer = &context.writer;
        match self {
            Self::Open { name, room, invite } => {
                let room = match room {
                    Some(room) => room,
                    None => drawn()?,
                };
                let version = writer.open_room_for(&context.by().await?, &room, (name, &invite)).await?;
                let json = json!({ "room": room, "users": invite, "version": version });
                if invite.is_empty() {
                    let text = Text::new(format!("部屋 {room} を開設しました。"), format!("opened room {room}"));
                    return Ok(Answer::done(text, json));
                }
                let text = Text::new(
                    format!("部屋 {room} を開設し、{} を招待しました。", listed(&invite, "、")),
                    format!("opened room {room} and invited {}", listed(&invite, ", ")),
                );
                let (text, json) = mailed(context, version, (text, json)).await;
                Ok(Answer::done(text, json))
            }
            Self::Invite { room, users } => {
                let version = writer.invite_all(&context.by().await?, &room, &users).await?;
                let text = Text::new(
                    format!("{} を部屋 {room} に招待しました。", listed(&users, "、")),
                    format!("invited {} to {room}", listed(&users, ", ")),
                );
                // Programs that invite one read `user`, as they always did.
                let json = json!({
                    "room": room, "user": users.first(), "users": users, "state": "invited", "version": version,
                });
                let (text, json) = mailed(context, version, (text, json)).await;
                Ok(Answer::done(text, json))
            }
            Self::Remove { room, user } => {
                let by = context.by().await?;
                writer.ledger().room(&room).await?;
                context.confirm(Text::new(
                    format!("{user} の部屋 {room} への招待を取り消します。すぐに入れなくなります。"),
                    format!("{user} will be removed from the room {room} at once"),
                ))?;
                let version = writer.remove(&by, &room, &user).await?;
                let text = Text::new(
                    format!("{user} の部屋 {room} への招待を取り消しました。"),
                    format!("removed {user} from {room}"),
                );
                let json = json!({ "room": room, "user": user, "state": "removed", "version": version });
                let (text, json) = undoable(context, version, (text, json)).await;
                Ok(Answer::done(text, json))
            }
            Self::Close { room } => {
                let by = context.by().await?;
                let entry = writer.ledger().room(&room).await?;
                let name = entry.get("name").and_then(serde_json::Value::as_str).unwrap_or_default();
                context.confirm(Text::new(
                    format!("部屋 {room}（{name}）を終了します。取り消せません。"),
                    format!("the room {room} ({name}) will be closed for ever"),
                ))?;
                let version = writer.close_room(&by, &room).await?;
                let text = Text::new(format!("部屋 {room} を終了しました。"), format!("closed room {room}"));
                Ok(Answer::done(text, json!({ "room": room, "state": "closed", "version": version })))
            }
            Self::List { export } => {
                let listed = Listed {
                    list: "rooms",
                    filter: json!({}),
                    entries: writer.ledger().rooms().await?,
                    columns: &["room", "name", "state", "members"],
                };
                export.of(context, listed).await
            }
            Self::Show { room } => {
                let mut entry = writer.ledger().room(&room).await?;
                let (_, members) = writer.ledger().members(&room, ("", SHOWN)).await?;
                // Who is in it, with all that the clerk is asked at the telephone.
                let said = |one: &PersonLine| {
                    format!("{}　{}　{}（{}）　{}", one.login_id, one.name, one.office_name, one.office, one.profession)
                };
                let lines = members.iter().map(said).collect::<Vec<_>>().join("\n");
                let people: Vec<_> = members
                    .iter()
                    .map(|one| {
                        json!({
                            "login_id": one.login_id, "name": one.name, "profession": one.profession,
                            "office": one.office, "office_name": one.office_name,
                        })
                    })
                    .collect();
                entry.insert("people".to_owned(), people.into());
                let mut shown = entry.clone();
                for field in ["people", "names"] {
                    shown.remove(field);
                }
                Ok(Answer::entry_of(entry, shown).showing("users", Text::new(lines.clone(), lines)))
            }
        }
    }
}

fn listed(people: &[LoginId], between: &str) -> String {
    people.iter().map(LoginId::as_str).collect::<Vec<_>>().join(between)
}

/// So many of a room are shown; no house has a room of more.
const SHOWN: i64 = 1_000;

/// A reference that says nothing of the person and cannot be guessed: 59 bits.
fn drawn() -> Result<RoomRef, CliError> {
    let drawn = readable(12)?;
    drawn.parse().map_err(|why: registry::NameRefusal| CliError::Usage(Text::new(why.to_string(), why.to_string())))
}
