//! `ca-tools room`: patients' rooms and who is invited.
//!
//! `act` does what is asked, `show` tells of one, now and at any moment of before.

mod act;
mod show;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use registry::{LoginId, RoomRef};
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::export::{Export, Listed};
use super::many;
pub(super) use show::sights;

use crate::acts::{ConsentTyped, InvitationTerms, RoomConsent, TermsTyped};
use crate::application::end_of;
use crate::clock::now;
use crate::language::Text;
use crate::refusal::Refusal;

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
            let listed = many::listed(file, |first| super::typed::login(first).ok().map(|id| id.to_string()))?;
            users.extend(listed.iter().filter_map(|id| id.parse::<LoginId>().ok()));
        }
        Ok(users)
    }
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
                act::open(context, (name, room), (invite, &consent, &terms)).await
            }
            Self::Consent { room, consent } => act::consent(context, &room, &consent).await,
            Self::Invite { room, users, terms } => act::invite(context, &room, (users, &terms)).await,
            Self::Extend { room, users, until, no_end: _ } => act::extend(context, &room, (users, until)).await,
            Self::Confirm { room, users, confirmed_by, confirmed_on } => {
                act::confirm(context, &room, (users, &confirmed_by, &confirmed_on)).await
            }
            Self::Remove { room, user } => act::remove(context, &room, &user).await,
            Self::Close { room, last_post, no_post } => act::close(context, &room, (last_post, no_post)).await,
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
