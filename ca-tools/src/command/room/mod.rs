//! `ca-tools room`: patients' rooms and who is invited.
//!
//! `show` tells of one, now and at any moment of before.

mod show;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use registry::{LoginId, RoomRef};
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::export::{Export, Listed};
use super::receipt::{mailed, undoable};
pub(super) use show::sights;

use crate::acts::{Confirmed, ConsentTyped, InvitationTerms, LastPost, NewRoom, RoomConsent, TermsTyped};
use crate::application::{RoomFact, end_of};
use crate::calendar::last_day;
use crate::clock::now;
use crate::language::Text;
use crate::password::readable;
use crate::refusal::{Malformed, Refusal};
use crate::whole;

#[derive(Debug, Subcommand)]
pub(crate) enum Room {
    /// 部屋を開設する（依頼者と同意は、4つすべてか、あとで room consent） / open a room; its consent whole, or later by `room consent`
    Open {
        /// 部屋の名前（患者さんの病名は書かない） / its name
        #[arg(long)]
        name: String,
        /// 提供事業者の部屋番号（省略時は自動） / its reference in paths
        #[arg(long, value_parser = super::typed::room)]
        room: Option<RoomRef>,
        /// いっしょに招待する人のカシワニネットID（何人でも） / whom to invite with it; several at once
        #[arg(long, value_name = "USER", num_args = 1.., value_parser = super::typed::login)]
        invite: Vec<LoginId>,
        #[command(flatten)]
        consent: ConsentOptions,
        #[command(flatten)]
        terms: TermsOptions,
    },
    /// 依頼者と、本人・家族の同意を記録する / write down who asked and when they consented
    Consent {
        #[arg(value_parser = super::typed::room)]
        room: RoomRef,
        #[command(flatten)]
        consent: ConsentOptions,
    },
    /// 招待する（何人でも。1人でも招待できないときは、だれも招待しない） / invite people: all of them, or nobody
    Invite {
        #[arg(value_parser = super::typed::room)]
        room: RoomRef,
        #[command(flatten)]
        users: Invitees,
        #[command(flatten)]
        terms: TermsOptions,
    },
    /// 招待の期限を変える（延ばす・なくす） / let invitations end at another moment
    Extend {
        #[arg(value_parser = super::typed::room)]
        room: RoomRef,
        #[command(flatten)]
        users: Invitees,
        /// この日まで（2026-12-31、または 2026-12-31 17:00） / its last day, or the moment of its end
        #[arg(long, value_name = "DATE", required_unless_present = "no_end")]
        until: Option<String>,
        /// 期限をなくす（取り消されるまで） / until it is withdrawn
        #[arg(long, conflicts_with = "until")]
        no_end: bool,
    },
    /// ケアマネジャーなどに参加を確認したことを記録する / write down who confirmed that they take part
    Confirm {
        #[arg(value_parser = super::typed::room)]
        room: RoomRef,
        #[command(flatten)]
        users: Invitees,
        /// 参加を確認した相手（ケアマネジャーなど。IDか、所属と氏名） / who confirmed it
        #[arg(long, value_name = "WHO")]
        confirmed_by: String,
        /// 確認した日 / on which day
        #[arg(long, value_name = "DATE")]
        confirmed_on: String,
    },
    /// 招待を取り消す / take an invitation back
    Remove {
        #[arg(value_parser = super::typed::room)]
        room: RoomRef,
        #[arg(value_parser = super::typed::login)]
        user: LoginId,
    },
    /// 部屋を終了する（取り消せない。連絡帳の最後の書き込みを確かめてから） / close for ever, once its last post was seen to stand
    Close {
        #[arg(value_parser = super::typed::room)]
        room: RoomRef,
        /// 連絡帳で確かめた、終了の書き込みの日 / the day of its last post
        #[arg(long, value_name = "DATE", conflicts_with = "no_post")]
        last_post: Option<String>,
        /// 一度も書き込まれていない（--why が必要） / nothing was ever written in it; takes --why
        #[arg(long)]
        no_post: bool,
    },
    /// 一覧 / list
    List {
        #[command(flatten)]
        export: Export,
    },
    /// 詳細と、だれが見られるか（--at で過去の時点も） / one room, and who can see it, now or at a moment of before
    Show {
        #[arg(value_parser = super::typed::room)]
        room: RoomRef,
        /// この時点（2026-11-28 09:05。日付だけならその日の終わり） / at this moment; of a day, its last second
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
    },
}

/// Who asked for a room, when they consented.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ConsentOptions {
    /// 依頼者：ID、または患者さんとの関係（氏名は書かない） / who asked: an ID, or a relation that names no patient
    #[arg(long, value_name = "WHO", default_value = "", hide_default_value = true)]
    asked_by: String,
    /// 本人の同意の日（聞けないときは none） / the day on which the person consented, or none
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    person_consent: String,
    /// 家族の同意の日（いないときは none） / the day on which the family consented, or none
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    family_consent: String,
    /// 同意を聞いた人（ID、または所属と氏名） / who heard it
    #[arg(long, value_name = "WHO", default_value = "", hide_default_value = true)]
    heard_by: String,
}

impl ConsentOptions {
    fn read(&self) -> Result<Option<RoomConsent>, Refusal> {
        let Self { asked_by, person_consent, family_consent, heard_by } = self;
        let typed = ConsentTyped { asked_by, person: person_consent, family: family_consent, heard_by };
        RoomConsent::read(typed, now())
    }
}

/// How an invitation is made.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct TermsOptions {
    /// この日まで（2026-12-31、または 2026-12-31 17:00）。過ぎると自動で入れなくなる / its last day, or the moment of its end
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// 参加を確認した相手（ケアマネジャーなど。IDか、所属と氏名） / who confirmed that they take part
    #[arg(long, value_name = "WHO", default_value = "", hide_default_value = true)]
    confirmed_by: String,
    /// 確認した日 / on which day
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    confirmed_on: String,
}

impl TermsOptions {
    fn read(&self) -> Result<InvitationTerms, CliError> {
        let until = self.until.as_deref().map(end).transpose()?;
        let typed = TermsTyped { confirmed_by: &self.confirmed_by, confirmed_on: &self.confirmed_on, until };
        Ok(InvitationTerms::read(typed, now())?)
    }
}

/// Who is meant: typed, or the first column of a file.
#[derive(Args, Clone, Debug)]
pub(crate) struct Invitees {
    /// 招待された（する）人のカシワニネットID（複数可） / whom; several at once
    #[arg(value_parser = super::typed::login, required_unless_present = "list", value_name = "USER")]
    users: Vec<LoginId>,
    /// ID を1行に1つ書いたファイル（1列目だけを読む） / a file with an ID a line; further columns are not read
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
}

impl Invitees {
    fn read(self) -> Result<Vec<LoginId>, CliError> {
        let mut users = self.users;
        if let Some(file) = &self.list {
            users.extend(of_file(file)?);
        }
        Ok(users)
    }
}

fn of_file(file: &Path) -> Result<Vec<LoginId>, CliError> {
    let shown = file.display();
    let octets = whole::octets(file, whole::Of::Table).map_err(|why| {
        CliError::Usage(Text::new(format!("{shown} を読めません（{why}）。"), format!("{shown} cannot be read: {why}")))
    })?;
    let text = String::from_utf8_lossy(&octets).into_owned();
    let mut users = Vec::new();
    for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let first = line.split([',', '\t']).next().unwrap_or_default().trim().trim_matches('"');
        match super::typed::login(first) {
            Ok(user) => users.push(user),
            Err(_) if first.is_empty() => {}
            // 「カシワニネットID」: a list that was written out has its head.
            Err(_) if at == 0 && !first.is_ascii() => {}
            Err(_) => {
                let line = at + 1;
                return Err(CliError::Usage(Text::new(
                    format!("{shown} の{line}行目は、カシワニネットID ではありません。何もしていません。"),
                    format!("line {line} of {shown} is no ID; nothing was done"),
                )));
            }
        }
    }
    Ok(users)
}

fn end(typed: &str) -> Result<certs::Timestamp, CliError> {
    end_of(typed).map_err(|_| {
        CliError::Usage(Text::new(
            format!("--until に「{typed}」は使えません。2026-12-31 か 2026-12-31 17:00 のように書いてください。"),
            format!("--until: {typed:?} is no day; write 2026-12-31 or \"2026-12-31 17:00\""),
        ))
    })
}

impl Room {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let writer = &context.writer;
        match self {
            Self::Open { name, room, invite, consent, terms } => {
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
            Self::Consent { room, consent } => {
                let Some(consent) = consent.read()? else {
                    return Err(Refusal::from(Malformed::RoomLacks(RoomFact::AskedBy)).into());
                };
                let version = writer.record_consent(&context.by().await?, &room, &consent).await?;
                let text = Text::new(
                    format!("部屋 {room} の依頼者と同意を記録しました。"),
                    format!("the consent of {room} is written down"),
                );
                Ok(Answer::done(text, json!({ "room": room, "consent": "recorded", "version": version })))
            }
            Self::Invite { room, users, terms } => {
                let (users, terms) = (users.read()?, terms.read()?);
                let version = writer.invite_all(&context.by().await?, &room, (&users, &terms)).await?;
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
            Self::Extend { room, users, until, no_end: _ } => {
                let (users, until) = (users.read()?, until.as_deref().map(end).transpose()?);
                let version = writer.extend_invitations(&context.by().await?, &room, (&users, until)).await?;
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
            Self::Confirm { room, users, confirmed_by, confirmed_on } => {
                let users = users.read()?;
                let Some(confirmed) = Confirmed::read((&confirmed_by, &confirmed_on), now())? else {
                    return Err(Refusal::from(Malformed::RoomLacks(RoomFact::ConfirmedBy)).into());
                };
                let version = writer.confirm_invitations(&context.by().await?, &room, (&users, &confirmed)).await?;
                let text = Text::new(
                    format!("部屋 {room} への {} の参加の確認を記録しました。", listed(&users, "、")),
                    format!("it is written down who confirmed {} for {room}", listed(&users, ", ")),
                );
                Ok(Answer::done(text, json!({ "room": room, "users": users, "version": version })))
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
            Self::Close { room, last_post, no_post } => {
                let by = context.by().await?;
                let entry = writer.ledger().room(&room).await?;
                let last_post = if no_post {
                    LastPost::nothing()
                } else {
                    LastPost::on(last_post.as_deref().unwrap_or_default(), by.at)?
                };
                let name = entry.get("name").and_then(serde_json::Value::as_str).unwrap_or_default();
                context.confirm(Text::new(
                    format!("部屋 {room}（{name}）を終了します。取り消せません。"),
                    format!("the room {room} ({name}) will be closed for ever"),
                ))?;
                let version = writer.close_room(&by, &room, last_post).await?;
                let text = Text::new(format!("部屋 {room} を終了しました。"), format!("closed room {room}"));
                Ok(Answer::done(text, json!({ "room": room, "state": "closed", "version": version })))
            }
            Self::List { export } => {
                let listed = Listed {
                    list: "rooms",
                    filter: json!({}),
                    entries: writer.ledger().rooms().await?,
                    columns: &["room", "name", "state", "members", "consent"],
                };
                export.of(context, listed).await
            }
            Self::Show { room, at } => show::show(context, (&room, at.as_deref())).await,
        }
    }
}

fn listed(people: &[LoginId], between: &str) -> String {
    people.iter().map(LoginId::as_str).collect::<Vec<_>>().join(between)
}

/// A reference that says nothing of the person and cannot be guessed: 59 bits.
fn drawn() -> Result<RoomRef, CliError> {
    let drawn = readable(12)?;
    drawn.parse().map_err(|why: registry::NameRefusal| CliError::Usage(Text::new(why.to_string(), why.to_string())))
}
