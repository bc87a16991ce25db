//! `ca-tools user`: people's IDs and passwords.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use registry::{LoginId, OfficeNo, Role};
use serde_json::json;
use zeroize::Zeroizing;

use super::answer::Answer;
use super::context::{CommandContext, blocklist};
use super::error::CliError;
use super::export::{Export, Listed};
use super::proof::first_line;
use super::receipt::{mailed, receipted};
use super::slips::{self, NewId};
use super::two::Two;
use super::{newcomer, own_password};
use crate::acts::{NewPassword, Person, RolesChanged};
use crate::application::kana_of;
use crate::clock::now;
use crate::issuance::{Output, Overwrite};
use crate::key::read_secret;
use crate::language::Text;
use crate::ledger::SightOf;
use crate::password::{self, MadeUp, Surroundings};
use crate::proposal::Act;
use crate::refusal::{Refusal, Unavailable};

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// 利用者を追加する / give a person an ID
    Add {
        #[arg(long)]
        office: OfficeNo,
        /// 氏名
        #[arg(long)]
        name: String,
        /// 氏名のふりがな（職員のIDでは、あとから user update で） / how the name is read, in kana
        #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "roles")]
        kana: String,
        /// 職種
        #[arg(long)]
        profession: String,
        /// 職員の役割（柏市の事業所の利用者のみ。最初の職員は ops のほか4つすべて） / operator role, repeatable; the first operator holds all but ops, which the others include
        #[arg(long = "role")]
        roles: Vec<Role>,
        /// 事業所のカシワニネット担当者にする / the office's contact
        #[arg(long, conflicts_with = "roles")]
        contact: bool,
        /// 提供事業者が発行した ID（省略時は自動） / the ID the provider gave
        #[arg(long)]
        id: Option<LoginId>,
        #[command(flatten)]
        two: Two,
    },
    /// 一時停止する（職員のIDは、もう1人の承認が必要） / put on hold; an operator with a second's approval
    Suspend {
        id: LoginId,
        #[command(flatten)]
        two: Two,
    },
    /// 再開する / lift the hold
    Resume { id: LoginId },
    /// 削除する（退職。取り消せない。職員のIDは、もう1人の承認が必要） / delete for ever; an operator with a second's approval
    Delete {
        id: LoginId,
        #[command(flatten)]
        two: Two,
    },
    /// 別の事業所に移す（異動。--application が必要） / to another office
    Move {
        id: LoginId,
        /// 移る先の事業所番号 / the office they move to
        #[arg(long)]
        office: OfficeNo,
    },
    /// 氏名のふりがなを変える（空なら消す） / how a name is read; empty takes it away
    Update {
        id: LoginId,
        /// 氏名のふりがな / how the name is read, in kana
        #[arg(long)]
        kana: String,
    },
    /// 初期パスワードを再発行する / hand out a new initial password
    ResetPassword {
        id: LoginId,
        /// このファイル（0600）の1行目を初期パスワードにする / take the first line of this file
        #[arg(long, value_name = "FILE", conflicts_with_all = ["propose", "dry_run"])]
        initial_password_file: Option<PathBuf>,
        /// 新しい初期パスワードの用紙（HTML、0600） / write a slip of it to be printed
        #[arg(long, value_name = "FILE", conflicts_with_all = ["initial_password_file", "propose", "dry_run"])]
        slip: Option<PathBuf>,
        #[command(flatten)]
        two: Two,
    },
    /// 自分のパスワードを変更する（今のパスワードを --password-file か画面で示す） / one's own password, by the present one
    ChangePassword(own_password::ChangePassword),
    /// 職員の役割を付ける・外す / give operator roles, or take them
    #[command(group(clap::ArgGroup::new("changed").args(["give", "take"]).multiple(true).required(true)))]
    Roles {
        id: LoginId,
        /// 付ける役割（複数可。自分の持つ役割だけ） / repeatable; whoever gives a role holds it
        #[arg(long, value_name = "ROLE")]
        give: Vec<Role>,
        /// 外す役割（複数可） / repeatable
        #[arg(long, value_name = "ROLE")]
        take: Vec<Role>,
        #[command(flatten)]
        two: Two,
    },
    /// ロックを解除する / forgive failed logins
    Unlock { id: LoginId },
    /// 一覧 / list
    List {
        #[arg(long)]
        office: Option<OfficeNo>,
        #[command(flatten)]
        export: Export,
    },
    /// 詳細 / one person
    Show {
        /// ID、氏名、端末番号、シリアル番号 / an ID, a name, a device, a serial
        who: String,
        /// この時点で見られた部屋（2026-11-28 09:05。日付だけならその日の終わり） / which rooms they could see at this moment
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
    },
}

impl User {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let writer = &context.writer;
        match self {
            Self::Add { office, name, kana, profession, roles, contact, id, two } => {
                let kana = kana_of(&kana).map_err(CliError::Usage)?;
                let profession = newcomer::profession(context, &profession)?;
                let act = Act::AddOperator {
                    office: office.clone(),
                    name: name.clone(),
                    profession: profession.clone(),
                    roles: roles.iter().copied().collect(),
                    login_id: id.as_ref().map(ToString::to_string),
                };
                let by = two.way(context, &act).await?;
                let namesakes = newcomer::namesakes(context, &office, std::iter::once(name.as_str())).await?;
                if let Some(known) = &namesakes {
                    context.confirm(Text::new(
                        format!("{}別の人であることを確かめてください。IDをもう1つ作ります。", known.ja),
                        format!("{} make sure that this is another person; one more ID will be made", known.en),
                    ))?;
                }
                let made_up = MadeUp::password()?;
                let initial = NewPassword { hash: password::hash(made_up.reveal())? };
                let person = Person { office, name, kana, profession, roles, login_id: id };
                let login_id = if contact {
                    writer.add_contact(&by, person, initial).await?
                } else {
                    writer.add_user(&by, person, initial).await?
                };
                let (password, sound) = (made_up.reveal(), password::reading(made_up.reveal()));
                let text = Text::new(
                    format!(
                        "利用者を追加しました。\nID　　　　　　　{login_id}\n初期パスワード　{password}\n読み　　　　　　{sound}"
                    ),
                    format!("added\nID                {login_id}\ninitial password  {password}"),
                );
                let json = json!({ "login_id": login_id, "initial_password": password, "reading": sound });
                let answer = Answer::done(text, json).once(again(&login_id));
                Ok(match namesakes {
                    Some(known) => answer.with_note(known),
                    None => answer,
                })
            }
            Self::Suspend { id, two } => {
                let by = two.way(context, &Act::SuspendPerson { person: id.clone() }).await?;
                writer.ledger().user(&id).await?;
                let last = writer.ledger().last_contact_of(&id).await?;
                let last = last.as_deref().map_or_else(|| Text::new("", ""), super::leaving::last_contact);
                context.confirm(Text::new(
                    format!("ID {id} を一時停止します。ログイン中の場合は、すぐに終了します。{}", last.ja),
                    format!("the ID {id} will be suspended; its sessions end at once. {}", last.en),
                ))?;
                let version = writer.suspend_user(&by, &id).await?;
                let text = Text::new(
                    format!("ID {id} を一時停止しました。{}", last.ja),
                    format!("suspended {id} {}", last.en).trim_end().to_owned(),
                );
                let json = json!({ "login_id": id, "state": "suspended", "version": version });
                Ok(receipted(context, version, (text, json)).await)
            }
            Self::Resume { id } => {
                let version = writer.resume_user(&context.by().await?, &id).await?;
                let text = Text::new(format!("ID {id} を再開しました。"), format!("resumed {id}"));
                Ok(Answer::done(text, json!({ "login_id": id, "state": "active", "version": version })))
            }
            Self::Delete { id, two } => super::leaving::delete(context, id, &two).await,
            Self::Move { id, office } => super::leaving::relocate(context, id, office).await,
            Self::Update { id, kana } => read_so(context, (id, &kana)).await,
            Self::ResetPassword { id, initial_password_file, slip, two } => {
                reset(context, id, (initial_password_file, slip.as_deref(), &two)).await
            }
            Self::ChangePassword(wanted) => wanted.run(context).await,
            Self::Roles { id, give, take, two } => roles(context, id, (give, take), &two).await,
            Self::Unlock { id } => unlock(context, id).await,
            Self::List { office, export } => {
                let listed = Listed {
                    list: "people",
                    filter: json!({ "office": office }),
                    entries: writer.ledger().users(office.as_ref()).await?,
                    columns: &["login_id", "name", "kana", "profession", "office", "office_name", "state", "roles"],
                };
                export.of(context, listed).await
            }
            Self::Show { who, at } => show(context, &who, at.as_deref()).await,
        }
    }
}

async fn show(context: &CommandContext, who: &str, at: Option<&str>) -> Result<Answer, CliError> {
    let id = super::named::person(context, who).await?;
    if let Some(at) = at {
        return super::room::sights(context, (SightOf::Person(&id), at)).await;
    }
    let mut entry = context.writer.ledger().user(&id).await?;
    let locked = context.writer.ledger().locked_until(&id, now()).await?;
    entry.insert("locked_until".to_owned(), json!(locked.map(|until| until.to_string())));
    let trainings = context.writer.ledger().training_of_person(&id).await?;
    let attended = trainings.iter().filter(|one| !one["attended_on"].is_null());
    entry.insert("trained".to_owned(), attended.map(|one| one["year"].clone()).collect());
    let logins = context.writer.open_logins(&id, now()).await?;
    if !logins.is_empty() {
        entry.insert("logins".to_owned(), logins.iter().map(ToString::to_string).collect());
    }
    let answer = Answer::entry(entry);
    Ok(match locked {
        Some(until) => answer.with_note(Text::new(
            format!(
                "ログインの失敗が続いたため、{until} まで（遅くとも）ロックされています（gateway の報告による）。user unlock {id} で解除できます。"
            ),
            format!("locked after failed logins until {until} at the latest, as the gateways told: user unlock {id}"),
        )),
        None => answer,
    })
}

async fn read_so(context: &CommandContext, (id, kana): (LoginId, &str)) -> Result<Answer, CliError> {
    let kana = kana_of(kana).map_err(CliError::Usage)?;
    let version = context.writer.change_kana(&context.by().await?, &id, &kana).await?;
    let said = if kana.is_empty() { "なし" } else { &kana };
    let text = Text::new(format!("ID {id} の氏名のふりがな：{said}"), format!("{id} is read {kana}"));
    Ok(Answer::done(text, json!({ "login_id": id, "kana": kana, "version": version })))
}

async fn unlock(context: &CommandContext, id: LoginId) -> Result<Answer, CliError> {
    let by = context.by().await?;
    let locked = context.writer.ledger().locked_until(&id, by.at).await?;
    let version = context.writer.unlock_user(&by, &id).await?;
    let text = match locked {
        Some(until) => Text::new(
            format!("ID {id} のロック（{until} まで）を解除しました。"),
            format!("unlocked {id}, which was locked until {until}"),
        ),
        None => Text::new(
            format!(
                "ID {id} がロックされているという報告は、gateway から届いていません。これまでのログインの失敗は数えないようにしました。"
            ),
            format!("no gateway told that {id} is locked; its failed logins up to now no longer count"),
        ),
    };
    let locked = locked.map(|until| until.to_string());
    let json = json!({ "login_id": id, "was_locked_until": locked, "version": version });
    Ok(receipted(context, version, (text, json)).await)
}

async fn roles(
    context: &CommandContext,
    id: LoginId,
    (give, take): (Vec<Role>, Vec<Role>),
    two: &Two,
) -> Result<Answer, CliError> {
    let changed = RolesChanged { give: give.iter().copied().collect(), take: take.iter().copied().collect() };
    let RolesChanged { give: comes, take: goes } = changed.clone();
    let by = two.way(context, &Act::ChangeRoles { person: id.clone(), give: comes, take: goes }).await?;
    context.writer.ledger().user(&id).await?;
    let listed = |roles: &[Role]| roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join("、");
    let (given, taken) = (listed(&give), listed(&take));
    let or_none = |text: &str, none: &str| if text.is_empty() { none.to_owned() } else { text.to_owned() };
    context.confirm(Text::new(
        format!(
            "ID {id} の役割を変えます。付ける役割：{}、外す役割：{}。すぐに反映されます。",
            or_none(&given, "なし"),
            or_none(&taken, "なし")
        ),
        format!(
            "the roles of {id} will change at once; given: {}; taken: {}",
            or_none(&given, "none"),
            or_none(&taken, "none")
        ),
    ))?;
    let (rank, version) = context.writer.change_roles(&by, &id, &changed).await?;
    let held = rank.to_string();
    let text = Text::new(
        format!("ID {id} の役割：{}", if held.is_empty() { "なし（職員ではありません）" } else { &held }),
        format!("the roles of {id}: {}", if held.is_empty() { "none" } else { &held }),
    );
    let roles: Vec<_> = held.split_whitespace().collect();
    let json = json!({ "login_id": id, "roles": roles, "version": version });
    Ok(receipted(context, version, (text, json)).await)
}

async fn reset(
    context: &CommandContext,
    id: LoginId,
    (password_file, slip, two): (Option<PathBuf>, Option<&Path>, &Two),
) -> Result<Answer, CliError> {
    let by = two.way(context, &Act::ResetPassword { person: id.clone() }).await?;
    let overwrite = if context.global.yes { Overwrite::Replace } else { Overwrite::Refuse };
    let slip = slip.map(|slip| Output::at(slip, overwrite)).transpose()?;
    let mut around = context.writer.ledger().password_surroundings(&id).await?;
    around.blocklist = blocklist(&context.config.passwords)?;
    context.confirm(Text::new(
        format!("ID {id} のパスワードを再発行します。今のパスワードは使えなくなり、ログイン中の場合は終了します。"),
        format!("the password of {id} will be replaced; the present one and its sessions end"),
    ))?;
    let (chosen, made_up) = match &password_file {
        Some(file) => (given(context, file, &around)?, None),
        None => {
            let made_up = MadeUp::password()?;
            (Zeroizing::new(made_up.reveal().to_owned()), Some(made_up))
        }
    };
    let version = context.writer.reset_password(&by, &id, NewPassword { hash: password::hash(&chosen)? }).await?;
    let json = json!({
        "login_id": id, "initial": true, "version": version,
        "initial_password": made_up.as_ref().map(MadeUp::reveal),
        "reading": made_up.as_ref().map(|made_up| password::reading(made_up.reveal())),
    });
    let Some(made_up) = made_up else {
        let text = Text::new(
            format!("ID {id} の初期パスワードを設定しました。本人が最初のログインで変更します。"),
            format!("set the initial password of {id}, which they change first of all"),
        );
        let said = mailed(context, version, (text, json)).await;
        return Ok(receipted(context, version, said).await);
    };
    if let Some(slip) = slip {
        let written = written(context, &id, &made_up).await;
        let written = written.and_then(|paper| Ok(slip.finish(paper.as_bytes())?));
        // The old one is gone: whoever has no slip needs another.
        if let Err(why) = written {
            return Err(why.though(again(&id)));
        }
    }
    let text = Text::new(
        format!(
            "ID {id} の初期パスワードを再発行しました。\n初期パスワード　{}\n読み　　　　　　{}",
            made_up.reveal(),
            password::reading(made_up.reveal())
        ),
        format!("a new initial password for {id}\ninitial password  {}", made_up.reveal()),
    );
    let said = mailed(context, version, (text, json)).await;
    Ok(receipted(context, version, said).await.once(again(&id)))
}

/// The slip of one person.
async fn written(context: &CommandContext, id: &LoginId, password: &MadeUp) -> Result<String, CliError> {
    let entry = context.writer.ledger().user(id).await?;
    let field = |name: &str| entry.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    let (office, name) = (field("office").parse::<OfficeNo>(), field("name"));
    let office = office.map_err(|why| Unavailable::Corrupt(format!("{id}: {why}")))?;
    slips::written(context, &office, vec![NewId { login_id: id, name, password }]).await
}

/// How to get another, where what was made up could not be shown.
pub(super) fn again(id: &LoginId) -> Text {
    Text::new(
        format!("初期パスワードを表示できませんでした。user reset-password {id} で、もう一度発行してください。"),
        format!("the initial password could not be shown: user reset-password {id} makes another"),
    )
}

/// The first line of a file, judged like one that a person chose.
pub(super) fn given(
    context: &CommandContext,
    file: &Path,
    around: &Surroundings,
) -> Result<Zeroizing<String>, CliError> {
    let chosen = first_line(&read_secret(file)?);
    password::judge(context.config.passwords.profile, &chosen, around).map_err(Refusal::Password)?;
    Ok(chosen)
}
